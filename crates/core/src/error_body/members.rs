//! The members of a JSON error body, level by level, with keys in any letter case.

use std::collections::VecDeque;

use serde_json::{Map, Value};

/// The members that hold AT&T's words, best first (contract 2.3). `RequestError` stands between `description`
/// and `statusReasonDescription`.
pub(super) const TEXT_KEYS: [&str; 7] = [
    "errorDescription",
    "responseMessage",
    "message",
    "errorMessage",
    "reason",
    "description",
    "statusReasonDescription",
];

/// How many objects of a body are looked at: an error is near the top, and a body may be hostile.
const OBJECTS: usize = 64;

/// The objects of a value, the outermost first.
pub(super) fn levels(value: &Value) -> Vec<Level<'_>> {
    let mut found = Vec::new();
    let mut waiting = VecDeque::from([value]);
    while let Some(value) = waiting.pop_front() {
        match value {
            Value::Object(members) => {
                found.push(Level { members: Some(members) });
                // The bag of a line holds values of the line, never words about an error.
                let inner =
                    members.iter().filter(|(key, _)| !key.eq_ignore_ascii_case("serviceCharacteristic"));
                waiting.extend(
                    inner.map(|(_, value)| value).filter(|value| value.is_object() || value.is_array()),
                );
            }
            Value::Array(elements) => waiting.extend(elements.iter().take(OBJECTS)),
            _ => {}
        }
        if found.len() >= OBJECTS {
            break;
        }
    }
    found
}

/// One object of a body.
pub(super) struct Level<'v> {
    members: Option<&'v Map<String, Value>>,
}

impl<'v> Level<'v> {
    pub(super) fn of(value: &'v Value) -> Self {
        Self { members: value.as_object() }
    }

    /// The words of this object, by the order of contract 2.3.
    pub(super) fn text(&self) -> Option<String> {
        let [first @ .., last] = &TEXT_KEYS;
        first
            .iter()
            .find_map(|key| self.scalar(key))
            .or_else(|| self.legacy_text())
            .or_else(|| self.scalar(last))
    }

    /// A member that is text, a number or a flag, or a list of them; absent if empty.
    pub(super) fn scalar(&self, key: &str) -> Option<String> {
        self.values(key).find_map(scalar_text)
    }

    /// The elements of a member that is an array.
    pub(super) fn elements(&self, key: &str) -> &'v [Value] {
        self.values(key).find_map(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A member that is an object.
    pub(super) fn inner(&self, key: &str) -> Option<Self> {
        self.values(key).find_map(Value::as_object).map(|members| Self { members: Some(members) })
    }

    /// `RequestError.*.Text` of the legacy gateway, with its `%1` filled in from `Variables`.
    pub(super) fn legacy_text(&self) -> Option<String> {
        let exception = self.legacy_exception()?;
        let mut text = exception.scalar("Text")?;
        for (index, variable) in exception.variables().iter().enumerate() {
            text = text.replace(&format!("%{}", index + 1), variable);
        }
        Some(text)
    }

    /// `RequestError.*.MessageId`.
    pub(super) fn legacy_id(&self) -> Option<String> {
        self.legacy_exception()?.scalar("MessageId")
    }

    fn legacy_exception(&self) -> Option<Self> {
        let error = self.inner("RequestError")?;
        ["ServiceException", "PolicyException"].iter().find_map(|name| error.inner(name))
    }

    fn variables(&self) -> Vec<String> {
        match self.values("Variables").next() {
            Some(Value::Array(elements)) => elements.iter().filter_map(scalar_text).collect(),
            Some(value) => scalar_text(value).into_iter().collect(),
            None => Vec::new(),
        }
    }

    /// Every member of that name: `message` and `Message` may stand side by side.
    fn values(&self, key: &str) -> impl Iterator<Item = &'v Value> {
        self.members
            .into_iter()
            .flatten()
            .filter(move |(name, _)| name.eq_ignore_ascii_case(key))
            .map(|(_, value)| value)
    }
}

fn scalar_text(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        Value::Array(elements)
            if elements.iter().all(|element| !element.is_object() && !element.is_array()) =>
        {
            elements.iter().filter_map(scalar_text).collect::<Vec<_>>().join("; ")
        }
        Value::Array(_) | Value::Object(_) | Value::Null => return None,
    };
    (!text.is_empty()).then_some(text)
}
