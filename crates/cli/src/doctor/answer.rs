//! What came back, and how it is read: by the shape alone, so that nothing is taken for granted that is in doubt.

use std::collections::BTreeMap;

use apex_mobility::WireProfile;
use apex_mobility::bytes::Bytes;
use apex_mobility::error_body::ErrorBody;
use apex_mobility::http::{HeaderMap, Method, Response};
use serde_json::Value;

use super::look::Asked;

/// An answer with any status.
#[derive(Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) json: Option<Value>,
}

impl Reply {
    pub(crate) fn of(answer: Response<Bytes>) -> Self {
        let (parts, body) = answer.into_parts();
        let json = serde_json::from_slice(&body).ok();
        Self { status: parts.status.as_u16(), headers: parts.headers, body, json }
    }

    pub(crate) const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// It says nothing about the contract: not let in, asked too often, or the server is in trouble.
    pub(crate) const fn says_nothing(&self) -> bool {
        matches!(self.status, 401 | 403 | 408 | 429 | 500..=599)
    }

    /// The path or the method is wrong, or what was asked for is not there.
    pub(crate) const fn is_missing(&self) -> bool {
        matches!(self.status, 404 | 405)
    }

    /// The elements of a bare array.
    pub(crate) fn rows(&self) -> Option<&[Value]> {
        self.json.as_ref().filter(|_| self.is_success())?.as_array().map(Vec::as_slice)
    }

    pub(crate) fn object(&self) -> Option<&Value> {
        self.json.as_ref().filter(|json| json.is_object())
    }

    /// The status and the members of an error, without its words.
    pub(crate) fn shape(&self) -> String {
        let form = match &self.json {
            Some(Value::Object(members)) => {
                format!("{{{}}}", members.keys().cloned().collect::<Vec<_>>().join(", "))
            }
            Some(Value::Array(rows)) => match rows.len() {
                0 => "[]".to_owned(),
                1 => "array of 1".to_owned(),
                many => format!("array of {many}"),
            },
            Some(_) => "a bare value".to_owned(),
            None if self.body.trim_ascii().is_empty() => "no body".to_owned(),
            None => "no JSON".to_owned(),
        };
        format!("{} {form}", self.status)
    }

    /// The error's text with all digits alike: what two answers to wrong paths have in common.
    pub(crate) fn words(&self) -> String {
        let body = ErrorBody::read(&self.body);
        let text = body.text().unwrap_or_default();
        text.chars().filter(|c| !c.is_ascii_digit()).collect()
    }

    pub(crate) fn header<'a>(&'a self, profile: &WireProfile, key: &str) -> Option<&'a str> {
        self.headers.get(profile.header(key)?)?.to_str().ok().map(str::trim)
    }
}

/// Statuses and shapes; never what a customer's line holds.
impl std::fmt::Debug for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}

/// What became of a question.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    Came(Reply),
    /// Why nothing came, or why it was not asked.
    None(String),
}

/// All answers, with what they are to be read by.
#[derive(Debug)]
pub(crate) struct Answers {
    pub(crate) profile: WireProfile,
    answers: BTreeMap<Asked, Answer>,
    /// Whether the first request passed only without its trace ids.
    pub(crate) trace_refused: bool,
    pub(crate) trace_echoed: bool,
}

impl Answers {
    pub(crate) const fn new(profile: WireProfile) -> Self {
        Self { profile, answers: BTreeMap::new(), trace_refused: false, trace_echoed: false }
    }

    pub(crate) fn put(&mut self, asked: Asked, answer: Answer) {
        self.answers.insert(asked, answer);
    }

    pub(crate) fn get(&self, asked: Asked) -> Result<&Reply, String> {
        match self.answers.get(&asked) {
            Some(Answer::Came(reply)) => Ok(reply),
            Some(Answer::None(why)) => Err(why.clone()),
            None => Err("not asked".to_owned()),
        }
    }

    /// An answer that says something, be it a refusal.
    pub(crate) fn telling(&self, asked: Asked) -> Result<&Reply, String> {
        let reply = self.get(asked)?;
        if reply.says_nothing() { Err(format!("the answer was {}", reply.shape())) } else { Ok(reply) }
    }

    /// An answer that has what was asked for.
    pub(crate) fn success(&self, asked: Asked) -> Result<&Reply, String> {
        let reply = self.get(asked)?;
        if reply.is_success() { Ok(reply) } else { Err(format!("the answer was {}", reply.shape())) }
    }

    /// The rows of an answer that is a bare array.
    pub(crate) fn rows(&self, asked: Asked) -> Result<&[Value], String> {
        let reply = self.success(asked)?;
        reply.rows().ok_or_else(|| format!("the answer was {}", reply.shape()))
    }

    pub(crate) fn method(&self, operation: &str) -> Option<&Method> {
        let key = operation.split('/').next().unwrap_or(operation);
        self.profile.method(operation).or_else(|| self.profile.method(key))
    }

    /// How many pages an answer says there are.
    pub(crate) fn pages(&self, asked: Asked) -> Option<u64> {
        self.get(asked).ok()?.header(&self.profile, "page_total")?.parse().ok()
    }
}

/// A member by its name in any case (contract 2.2), as text.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}

pub(crate) fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    let members = value.as_object()?;
    members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The bag of a line: names and values, as they came.
pub(crate) fn bag(line: &Value) -> Vec<(&str, &str)> {
    let entries = member(line, "serviceCharacteristic").and_then(Value::as_array);
    let entries = entries.map(Vec::as_slice).unwrap_or_default();
    let pair = |entry| Some((text(entry, "name")?, text(entry, "value")?));
    entries.iter().filter_map(pair).collect()
}

/// The value in a line's bag, by the contract's name.
pub(crate) fn held<'a>(line: &'a Value, profile: &WireProfile, name: &str) -> Option<&'a str> {
    let wanted = profile.characteristic(name);
    bag(line).into_iter().find(|(name, _)| name.eq_ignore_ascii_case(&wanted)).map(|(_, value)| value)
}
