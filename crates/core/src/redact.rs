//! Hides secrets in what is kept of a reply.
//!
//! A reply can echo the request, and the request holds secrets: the app-secret, PINs, passcodes, passwords, and
//! the account number at the losing carrier (contract 2.1). What an error, a log line or a capture keeps of a
//! body goes through here first.
//!
//! ```
//! use apex_mobility_core::redact;
//!
//! let kept = redact::json(br#"{"name": "Example Co", "passcode": "000000"}"#);
//! assert_eq!(kept, r#"{"name": "Example Co", "passcode": "[redacted]"}"#);
//! ```
//!
//! JSON is read member by member, also when it is cut off or broken: what cannot be told from a secret is
//! hidden. Plain text is searched for `passcode: ..`, `passcode=..`, `<passcode>..` and the like, which is the
//! best that can be done there.

mod names;
mod structured;
mod words;

use std::borrow::Cow;

use names::SecretNames;

use crate::profile::WireProfile;

/// The most that is kept of a body, in bytes.
pub const LIMIT: usize = 4096;

/// How much of a body is read. More than is kept, as hidden values shrink.
const READ: usize = 4 * LIMIT;

/// What stands in the place of a secret.
const HIDDEN: &str = "[redacted]";

/// A body as text without its secrets, at most [`LIMIT`] bytes; `…` marks a cut.
///
/// Takes any bytes. Everything but the secrets stays as it is, so valid JSON stays valid unless it is cut.
#[must_use]
pub fn json(body: &[u8]) -> String {
    kept(body, &SecretNames::default())
}

/// As [`json`], for a wire profile that gives the PIN or the app-secret another name.
#[must_use]
pub fn json_for(body: &[u8], profile: &WireProfile) -> String {
    kept(body, &SecretNames::of(profile))
}

/// A text of any form without its secrets, uncut.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    let names = SecretNames::default();
    if words::may_hold_secret(text, &names) {
        Cow::Owned(whole(text, &names, 0))
    } else {
        Cow::Borrowed(text)
    }
}

/// The value of a JSON member without its secrets, as JSON; `None` where there are none.
///
/// Counts as secret what [`json`] would hide in an object with this member.
pub(crate) fn member(name: &str, json: &str) -> Option<String> {
    let names = SecretNames::default();
    if !words::may_hold_secret(name, &names) && !words::may_hold_secret(json, &names) {
        return None;
    }
    let head = format!("{{{}:", serde_json::Value::from(name));
    let whole = format!("{head}{json}}}");
    let (hidden, rest) = structured::hide(&whole, &names, 0);
    let value = hidden.strip_prefix(&head).and_then(|value| value.strip_suffix('}'));
    match value.filter(|_| rest.is_empty()) {
        Some(value) => (value != json).then(|| value.to_owned()),
        None => Some(serde_json::Value::from(HIDDEN).to_string()),
    }
}

fn kept(body: &[u8], names: &SecretNames) -> String {
    let text = String::from_utf8_lossy(body.get(..READ).unwrap_or(body));
    let hidden = whole(&text, names, 0);
    capped(hidden, body.len() > READ)
}

/// Hides before it cuts: a cut through a secret that is still there would leave half of it.
fn capped(mut text: String, was_cut: bool) -> String {
    if text.len() > LIMIT || was_cut {
        let room = LIMIT - '…'.len_utf8();
        text.truncate(text.floor_char_boundary(room));
        text.push('…');
    }
    text
}

/// JSON as far as the text is JSON, words from there on. `nesting` counts JSON inside strings of JSON.
fn whole(text: &str, names: &SecretNames, nesting: usize) -> String {
    let (mut hidden, rest) = match text.trim_start().starts_with(['{', '[', '"']) {
        true => structured::hide(text, names, nesting),
        false => (String::new(), text),
    };
    if !hidden.is_empty() && rest.contains("\\u00") {
        // Broken JSON whose names may be spelled in escapes: no word in it can be trusted.
        hidden.push_str(HIDDEN);
    } else {
        words::hide(rest, text, names, &mut hidden);
    }
    hidden
}
