//! The ways in which AT&T may write what the contract says otherwise (contract 1 and 2.2).

use apex_mobility_core::Operation;
use serde_json::Value;

use crate::pure::read;

/// A reply with one oddity, and what is odd about it.
struct Oddity {
    what: String,
    body: String,
}

/// What an operation cannot read of everything that it should put up with, for one whole reply: each member
/// absent, each null, each name in other letter case, each text as a number, a bool, empty and as an unknown word,
/// strangers in each object, each array empty, with nulls, and without its brackets where it holds one thing.
///
/// # Panics
/// When the whole reply is no JSON.
#[must_use]
pub fn unreadable<O: Operation>(operation: &O, whole: &str) -> Vec<String> {
    let as_it_is = Oddity { what: "nothing odd".to_owned(), body: whole.to_owned() };
    let odd = std::iter::once(as_it_is).chain(oddities(whole));
    odd.filter(|odd| read(operation, &odd.body).is_err()).map(|odd| odd.what).collect()
}

fn oddities(whole: &str) -> Vec<Oddity> {
    #[expect(clippy::expect_used, reason = "the reply stands in the test")]
    let whole: Value = serde_json::from_str(whole).expect("JSON");
    let mut found = Vec::new();
    let mut strangers = whole.clone();
    for place in places(&whole) {
        let mut put = |what: &str, change: &dyn Fn(&mut Value)| {
            let mut reply = whole.clone();
            change(&mut reply);
            let what =
                if place.is_empty() { format!("{what} for the whole") } else { format!("{what} at {place}") };
            found.push(Oddity { what, body: reply.to_string() });
        };
        let at = |reply: &mut Value, to: Value| {
            if let Some(value) = reply.pointer_mut(&place) {
                *value = to;
            }
        };
        put("null", &|reply| at(reply, Value::Null));
        let (parent, name) = place.rsplit_once('/').unwrap_or_default();
        if whole.pointer(parent).is_some_and(Value::is_object) && !place.is_empty() {
            put("absent", &|reply| {
                members(reply, parent, |all| drop(all.remove(name)));
            });
            for (case, renamed) in [("upper case", name.to_uppercase()), ("lower case", name.to_lowercase())]
            {
                put(case, &|reply| rename(reply, parent, name, &renamed));
            }
        }
        match whole.pointer(&place) {
            Some(Value::String(text)) => {
                put("a word nobody knows", &|reply| at(reply, "Dormant".into()));
                put("an empty text", &|reply| at(reply, "".into()));
                put("a bool", &|reply| at(reply, true.into()));
                let number = text.parse::<u64>().unwrap_or(7);
                put("a number", &|reply| at(reply, number.into()));
                put("a fraction", &|reply| at(reply, 1.5.into()));
            }
            Some(Value::Array(values)) => {
                put("no element", &|reply| at(reply, Value::Array(Vec::new())));
                let with_null = [vec![Value::Null], values.clone(), vec![Value::Null]].concat();
                put("null elements", &|reply| at(reply, Value::Array(with_null.clone())));
                if let [only] = values.as_slice() {
                    put("no brackets", &|reply| at(reply, only.clone()));
                }
            }
            Some(Value::Object(_)) => {
                put("strangers", &|reply| add_strangers(reply, &place));
                add_strangers(&mut strangers, &place);
            }
            _ => {}
        }
    }
    found.push(Oddity { what: "strangers everywhere".into(), body: strangers.to_string() });
    found
}

/// All places of a value as JSON pointers, the whole first.
fn places(whole: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut next = 0;
    while let Some(place) = found.get(next).cloned() {
        match whole.pointer(&place) {
            Some(Value::Object(all)) => found.extend(all.keys().map(|name| format!("{place}/{name}"))),
            Some(Value::Array(all)) => found.extend((0..all.len()).map(|index| format!("{place}/{index}"))),
            _ => {}
        }
        next += 1;
    }
    found
}

fn members(reply: &mut Value, place: &str, change: impl FnOnce(&mut serde_json::Map<String, Value>)) {
    if let Some(Value::Object(all)) = reply.pointer_mut(place) {
        change(all);
    }
}

fn rename(reply: &mut Value, parent: &str, name: &str, renamed: &str) {
    members(reply, parent, |all| {
        if let Some(value) = all.remove(name) {
            all.insert(renamed.to_owned(), value);
        }
    });
}

fn add_strangers(reply: &mut Value, place: &str) {
    members(reply, place, |all| {
        all.insert("stranger".to_owned(), serde_json::json!({"a": [1, null, {"b": "c"}]}));
        all.insert("".to_owned(), Value::Null);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_member_goes_missing_in_both_ways_and_every_text_becomes_a_number() {
        let found = oddities(r#"[{"id": "7", "inner": {"word": "Active"}}]"#);
        let value = |body: &str| serde_json::from_str::<Value>(body).unwrap();
        let has = |body: &str| found.iter().any(|oddity| value(&oddity.body) == value(body));
        for body in [
            r#"[{"inner":{"word":"Active"}}]"#,
            r#"[{"id":null,"inner":{"word":"Active"}}]"#,
            r#"[{"id":"7","inner":{"word":null}}]"#,
            r#"[{"id":"7","inner":{}}]"#,
            r#"[{"id":7,"inner":{"word":"Active"}}]"#,
            r#"[{"ID":"7","inner":{"word":"Active"}}]"#,
            r#"[{"id":"7","inner":{"word":"Dormant"}}]"#,
            r#"{"id":"7","inner":{"word":"Active"}}"#,
            r#"[null,{"id":"7","inner":{"word":"Active"}},null]"#,
            "null",
            "[null]",
            "[]",
        ] {
            assert!(has(body), "{body}");
        }
        assert!(found.iter().any(|oddity| oddity.what == "null at /0/inner/word"));
    }
}
