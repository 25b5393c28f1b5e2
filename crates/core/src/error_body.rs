//! What an error body says (contract 2.3).
//!
//! AT&T has no single envelope: JSON of a dozen shapes, plain text, HTML, or nothing. [`ErrorBody::read`] takes
//! any bytes and never fails.
//!
//! ```
//! use apex_mobility_core::error_body::ErrorBody;
//!
//! let body = ErrorBody::read(br#"{"errorDescription": "Subscriber is inactive", "description": "x"}"#);
//! assert_eq!(body.text(), Some("Subscriber is inactive"));
//!
//! let body = ErrorBody::read(b"<html><body><h1>502 Bad Gateway</h1></body></html>");
//! assert_eq!(body.text(), Some("502 Bad Gateway"));
//! ```

mod members;
mod plain;

use std::fmt;

use serde_json::Value;

use members::{Level, levels};

use crate::redact;

/// The longest text that is kept, in characters (contract 2.3).
pub const TEXT_LIMIT: usize = 500;

/// What an error body says, in AT&T's words and codes.
///
/// The text may hold a subscriber's number: `Debug` shows only its length.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ErrorBody {
    text: Option<String>,
    failure_text: Option<String>,
    partial: bool,
    id: Option<String>,
    code: Option<String>,
    message_id: Option<String>,
    reason_code: Option<String>,
    port_status: Option<String>,
    description: Option<String>,
}

impl ErrorBody {
    /// Reads any body: JSON of every known shape, other JSON, HTML, plain text, nothing, bytes that are no text.
    #[must_use]
    pub fn read(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Self::default();
        }
        match serde_json::from_str::<Value>(text) {
            Ok(Value::Null) => Self::default(),
            Ok(value @ (Value::Object(_) | Value::Array(_))) => Self::from_json(&value),
            Ok(Value::String(words)) => Self::from_words(&words),
            Ok(_) | Err(_) if text.starts_with(['{', '[']) => Self::from_cut_json(text),
            Ok(_) | Err(_) => Self::from_words(text),
        }
    }

    fn from_json(value: &Value) -> Self {
        let levels = levels(value);
        let find = |key: &str| levels.iter().find_map(|level| level.scalar(key));
        let failure = Failure::of(value);
        Self {
            text: levels.iter().find_map(Level::text).as_deref().and_then(capped),
            failure_text: failure.text.as_deref().and_then(capped),
            partial: failure.partial,
            // An id further down is that of a line, not of the error.
            id: levels.first().and_then(|level| level.scalar("id")),
            code: find("code").or_else(|| find("errorCode")),
            message_id: find("messageId"),
            reason_code: find("statusReasonCode"),
            port_status: find("portRequestStatus"),
            description: find("description"),
        }
    }

    fn from_words(words: &str) -> Self {
        Self { text: capped(&plain::without_tags(words)), ..Self::default() }
    }

    /// JSON that was cut off, or is not quite JSON: the known members that are still readable, else all of it.
    fn from_cut_json(text: &str) -> Self {
        let members = plain::readable_members(text);
        let find = |key: &str| members.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
        let words = members::TEXT_KEYS.iter().find_map(|key| find(key)).map(|(_, words)| words.clone());
        let words = words.unwrap_or_else(|| plain::without_tags(&redact::text(text)));
        Self { text: capped(&words), ..Self::default() }
    }

    /// AT&T's own words: the first that is not empty of `errorDescription`, `responseMessage`, `message`,
    /// `errorMessage`, `reason`, `description`, `RequestError.*.Text`, `statusReasonDescription`; else the plain
    /// text without tags. At most [`TEXT_LIMIT`] characters.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The text that marks a **2xx** answer as a failure; `None` for a plain success, whose `message` or
    /// `description` is no failure.
    ///
    /// Failures are: `errorDescription`, `errorMessage`, `RequestError`, a `changeStatus` other than `SUCCESS`, a
    /// `status` of 400 to 599 as TM Forum writes it, and elements under `rejected` or `failed`. Of an array only if
    /// every element fails: single bad lines never fail an activation (contract 4.2).
    #[must_use]
    pub fn failure_text(&self) -> Option<&str> {
        self.failure_text.as_deref()
    }

    /// True if one part of a 2xx answer succeeded and another was refused (`fulfilled` beside `rejected`,
    /// `successful` beside `failed`): nothing about the whole can be concluded from the text.
    #[must_use]
    pub fn is_partial_failure(&self) -> bool {
        self.partial
    }

    /// `id`: of the error, on the outermost level.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// `code` or `errorCode`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// `MessageId` of the legacy gateway, such as `POL0001`.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.message_id.as_deref()
    }

    /// `statusReasonCode`, of a port request such as `8A`.
    #[must_use]
    pub fn reason_code(&self) -> Option<&str> {
        self.reason_code.as_deref()
    }

    /// `portRequestStatus`, such as `CT`.
    #[must_use]
    pub fn port_status(&self) -> Option<&str> {
        self.port_status.as_deref()
    }

    /// `description` by itself, whatever the text is: `/service/` is told by it.
    #[must_use]
    pub fn description(&self) -> Option<&str> {
        self.description.as_deref()
    }

    /// True if the legacy gateway's policy id `POL0001` is in the body: a limit with 403, bad credentials with
    /// 400 and 401 (contract 2.4).
    #[must_use]
    pub fn is_policy_limit(&self) -> bool {
        let is_id = |id: &str| id.trim().eq_ignore_ascii_case("POL0001");
        let in_words = || self.text().is_some_and(|text| text.to_ascii_uppercase().contains("POL0001"));
        self.message_id().is_some_and(is_id) || self.code().is_some_and(is_id) || in_words()
    }

    /// True if the body was empty or said nothing that can be shown.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = |text: &Option<String>| {
            text.as_ref().map(|text| format!("[{} characters]", text.chars().count()))
        };
        f.debug_struct("ErrorBody")
            .field("text", &length(&self.text))
            .field("failure_text", &length(&self.failure_text))
            .field("partial", &self.partial)
            .field("id", &length(&self.id))
            .field("code", &self.code)
            .field("message_id", &self.message_id)
            .field("reason_code", &self.reason_code)
            .field("port_status", &self.port_status)
            .field("description", &length(&self.description))
            .finish()
    }
}

/// What makes a 2xx answer a failure.
#[derive(Default)]
struct Failure {
    text: Option<String>,
    partial: bool,
}

impl Failure {
    fn of(value: &Value) -> Self {
        let Value::Array(elements) = value else { return Self::of_object(&Level::of(value)) };
        let mut found = elements.iter().map(|element| Self::of_object(&Level::of(element)));
        let Some(first) = found.next().filter(|first| first.text.is_some()) else { return Self::default() };
        if found.all(|failure| failure.text.is_some()) { first } else { Self::default() }
    }

    fn of_object(level: &Level<'_>) -> Self {
        for (refused, taken) in [("rejected", "fulfilled"), ("failed", "successful")] {
            let elements = level.elements(refused);
            if let Some(element) = elements.first() {
                let text = Level::of(element).text().or_else(|| level.text());
                let text = text.unwrap_or_else(|| format!("{refused}: {} of the request", elements.len()));
                return Self { text: Some(text), partial: !level.elements(taken).is_empty() };
            }
        }
        let text = level
            .scalar("errorDescription")
            .or_else(|| level.scalar("errorMessage"))
            .or_else(|| level.legacy_text())
            .or_else(|| level.legacy_id())
            .or_else(|| changed_without_success(level))
            .or_else(|| status_of_failure(level))
            .or_else(|| level.inner("service").and_then(|service| service.scalar("errorDescription")));
        Self { text, partial: false }
    }
}

/// Contract 4.6: a number change answers `SUCCESS`, or has not happened.
fn changed_without_success(level: &Level<'_>) -> Option<String> {
    let word = level.scalar("changeStatus").filter(|word| !word.trim().eq_ignore_ascii_case("SUCCESS"))?;
    Some(level.text().unwrap_or_else(|| format!("changeStatus is {word}")))
}

/// TM Forum's error carries its HTTP status; a line's `status` is a word.
fn status_of_failure(level: &Level<'_>) -> Option<String> {
    let status = level.scalar("status")?;
    let failed = status.trim().parse::<u16>().is_ok_and(|status| (400..600).contains(&status));
    failed.then(|| level.text().unwrap_or_else(|| format!("status {status}")))
}

/// AT&T's words can echo the request: a secret in them is hidden before they are cut.
fn capped(text: &str) -> Option<String> {
    let text = redact::text(text.trim());
    (!text.is_empty()).then(|| text.chars().take(TEXT_LIMIT).collect())
}
