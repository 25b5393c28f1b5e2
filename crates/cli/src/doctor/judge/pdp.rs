//! PDP provisioning (contract 4.10).

use serde_json::Value;

use crate::doctor::answer::{Answers, text};
use crate::doctor::finding::{Found, Judged};
use crate::doctor::look::Asked;

/// contract 2.2: read in any case.
pub(crate) fn names(answers: &Answers) -> Judged {
    let replies = [Asked::UnknownBatch, Asked::BatchesOfLine].map(|asked| answers.telling(asked));
    let names: Vec<_> =
        replies.iter().flatten().filter_map(|reply| reply.json.as_ref()).flat_map(keys).collect();
    if names.is_empty() {
        answers.telling(Asked::UnknownBatch)?;
        return Err("no name was seen".to_owned());
    }
    match names.iter().find(|name| name.starts_with(|c: char| c.is_ascii_uppercase())) {
        None => Ok(Found::holds("camelCase")),
        Some(name) => Ok(Found::differs(format!("for example {name}"), "none: the SDK reads both")),
    }
}

/// contract 4.10: a letter or a bool.
pub(crate) fn indicators(answers: &Answers) -> Judged {
    let elements = answers.rows(Asked::BatchesOfLine)?;
    let indicator = elements.iter().find_map(|element| {
        let members = element.as_object()?;
        members.iter().find(|(name, value)| name.to_lowercase().ends_with("indicator") && !value.is_null())
    });
    match indicator {
        None => Err("the line has no request that shows one; give a line that has by --number".to_owned()),
        Some((_, Value::String(_))) => Ok(Found::holds("text")),
        Some((_, Value::Bool(_))) => Ok(Found::differs(
            "true or false",
            "read all the same; `Y` and `N` may be wrong where lines are submitted",
        )),
        Some(_) => Ok(Found::differs("neither text nor bool", "not read: report it")),
    }
}

/// contract 4.10: no `batchId` in an element is an unknown batch.
pub(crate) fn unknown(answers: &Answers) -> Judged {
    let reply = answers.telling(Asked::UnknownBatch)?;
    match reply.rows() {
        Some([first, ..]) if text(first, "batchId").is_none() => {
            Ok(Found::holds("an element without batchId"))
        }
        Some([]) => Ok(Found::differs("[]", "an unknown batch looks like one without lines")),
        Some(_) => Ok(Found::differs("a batch that nobody has", "the header for the batch has another name")),
        None => Ok(Found::differs(
            reply.shape(),
            "an unknown batch is an error, or the header for the batch has another name",
        )),
    }
}

/// All names at every depth.
fn keys(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            members.iter().flat_map(|(name, value)| [vec![name.clone()], keys(value)].concat()).collect()
        }
        Value::Array(elements) => elements.iter().flat_map(keys).collect(),
        _ => Vec::new(),
    }
}
