//! Hides what is a customer's and keeps the form: `2026-01-19Z` becomes `9999-99-99Z`, a name `Xxxx`.
//!
//! Everything is hidden but what is known to be no customer's: the names of members, words of statuses, and the
//! text of errors without digits. Secrets go through core's redaction on top.

use serde_json::{Map, Value};

/// The most that is kept of an array.
const ELEMENTS: usize = 3;
/// The most that is kept of a text, in characters.
const LENGTH: usize = 300;

/// Members whose words are of AT&T's making.
const WORDS: [&str; 13] = [
    "status",
    "subscriberstatus",
    "subscribernumberstatus",
    "statusreasoncode",
    "interactionstatus",
    "portrequeststatus",
    "changestatus",
    "profilecheck",
    "ipreservation",
    "profileupdate",
    "lteindicator",
    "defaultapnindicator",
    "eligibilityflag",
];

/// Members that hold the text of an error.
const TEXTS: [&str; 10] = [
    "errordescription",
    "responsemessage",
    "message",
    "errormessage",
    "reason",
    "description",
    "text",
    "messageid",
    "code",
    "statusreasondescription",
];

/// A body of JSON without a customer's values. `secrets` are hidden wherever they stand.
pub(crate) fn json(value: &Value, secrets: &[String]) -> Value {
    masked("", value, secrets)
}

fn masked(name: &str, value: &Value, secrets: &[String]) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(number) => Value::String(form(&number.to_string())),
        Value::String(text) => Value::String(said(name, text, secrets)),
        Value::Array(elements) => {
            let shown = elements.iter().take(ELEMENTS).map(|element| masked(name, element, secrets));
            let more = elements.len().saturating_sub(ELEMENTS);
            shown.chain((more > 0).then(|| Value::String(format!("and {more} more")))).collect()
        }
        Value::Object(members) => Value::Object(object(members, secrets)),
    }
}

fn object(members: &Map<String, Value>, secrets: &[String]) -> Map<String, Value> {
    // An entry of a bag: its name is no customer's, and says what its value is.
    let entry = (members.len() == 2).then(|| (members.get("name"), members.get("value")));
    if let Some((Some(Value::String(name)), Some(value))) = entry {
        let name_shown = key(name, secrets);
        let value =
            if value.is_array() || value.is_object() { form_of(value) } else { masked(name, value, secrets) };
        return [("name".to_owned(), Value::String(name_shown)), ("value".to_owned(), value)]
            .into_iter()
            .collect();
    }
    members.iter().map(|(name, value)| (key(name, secrets), masked(name, value, secrets))).collect()
}

fn form_of(value: &Value) -> Value {
    Value::String(form(&value.to_string()))
}

/// A name of a member. One with many digits is an identifier.
fn key(name: &str, secrets: &[String]) -> String {
    let digits = name.bytes().filter(u8::is_ascii_digit).count();
    if digits > 3 || name.len() > 60 || name.contains(['@', ' ']) {
        form(name)
    } else {
        without(name, secrets)
    }
}

fn said(name: &str, value: &str, secrets: &[String]) -> String {
    let name = name.to_lowercase();
    if WORDS.contains(&name.as_str()) && is_word(value) {
        return without(value, secrets);
    }
    if TEXTS.contains(&name.as_str()) { text(value, secrets) } else { form(value) }
}

fn is_word(value: &str) -> bool {
    value.len() <= 24 && value.chars().all(|c| c.is_ascii_alphabetic() || c == ' ')
}

/// The text of an error: words stay, digits and addresses do not.
pub(crate) fn text(text: &str, secrets: &[String]) -> String {
    let text = without(text, secrets);
    let hide = |word: &str| if word.contains('@') { form(word) } else { digits(word) };
    let kept: String = text.split_inclusive(char::is_whitespace).map(hide).collect();
    kept.chars().take(LENGTH).collect()
}

fn digits(text: &str) -> String {
    text.chars().map(|c| if c.is_numeric() { '9' } else { c }).collect()
}

/// Letters and digits alike, marks as they are. A date keeps its `T` and `Z`.
pub(crate) fn form(text: &str) -> String {
    let is_date = text.len() >= 10
        && text.bytes().take(10).enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    let hide = |c: char| match c {
        'T' | 'Z' if is_date => c,
        c if c.is_numeric() => '9',
        c if c.is_uppercase() => 'X',
        c if c.is_alphabetic() => 'x',
        c if c.is_ascii() => c,
        _ => '?',
    };
    text.chars().take(LENGTH).map(hide).collect()
}

fn without(text: &str, secrets: &[String]) -> String {
    secrets.iter().filter(|secret| !secret.is_empty()).fold(text.to_owned(), |text, secret| {
        if text.contains(secret.as_str()) { text.replace(secret.as_str(), "[redacted]") } else { text }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_customers_values_keep_their_form_alone() {
        let body = json!({
            "subscriberNumber": "2145550101", "status": "Active", "name": "Test User",
            "href": "/mobility/service/2145550101", "count": 2_145_550_101_u64, "2145550101": true,
            "errorDescription": "Subscriber 2145550101 of test@example.com is inactive for key-1",
            "serviceCharacteristic": [
                {"name": "contactName", "value": "Test User"},
                {"name": "statusEffectiveDate", "value": "2026-01-19Z"},
                {"name": "subscriberStatus", "value": "A"},
                {"name": "sim", "value": "89010000000000000011"}],
        });
        let expected = json!({
            "subscriberNumber": "9999999999", "status": "Active", "name": "Xxxx Xxxx",
            "href": "/xxxxxxxx/xxxxxxx/9999999999", "count": "9999999999", "9999999999": true,
            "errorDescription": "Subscriber 9999999999 of xxxx@xxxxxxx.xxx is inactive for [redacted]",
            "serviceCharacteristic": [
                {"name": "contactName", "value": "Xxxx Xxxx"},
                {"name": "statusEffectiveDate", "value": "9999-99-99Z"},
                {"name": "subscriberStatus", "value": "A"},
                "and 1 more"],
        });
        assert_eq!(super::json(&body, &["key-1".to_owned()]), expected);
    }

    #[test]
    fn a_status_that_is_no_word_is_hidden() {
        assert_eq!(super::json(&json!({"status": "2145550101"}), &[]), json!({"status": "9999999999"}));
    }

    #[test]
    fn a_date_shows_how_it_is_written() {
        assert_eq!(form("2026-01-19T00:00:00Z"), "9999-99-99T99:99:99Z");
        assert_eq!(form("2026-01-19"), "9999-99-99");
    }
}
