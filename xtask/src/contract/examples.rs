//! Requests, successful replies, parameters and headers all have examples, and the examples are right.

use serde_json::Value;

use super::document::{Document, entries};
use super::validation;
use crate::Findings;

pub(super) fn check(document: &Document) -> Findings {
    let mut findings = Findings::default();
    let values = document.parameters().into_iter().chain(document.headers());
    for (place, holder) in values {
        check_holder(document, &place, holder, true, &mut findings);
    }
    for (place, media) in document.media_types() {
        let needed = place.contains("/requestBody/") || place.contains("/responses/200/");
        check_holder(document, &place, media, needed, &mut findings);
    }
    findings
}

fn check_holder(document: &Document, place: &str, holder: &Value, needed: bool, findings: &mut Findings) {
    let examples = examples_of(document, holder);
    let full = format!("{}{place}", document.name());
    if needed && examples.is_empty() {
        findings.add(&full, "needs an example");
    }
    let validator = match validation::compile(document, &holder["schema"]) {
        Ok(validator) => validator,
        Err(problem) => return findings.add(&full, problem),
    };
    for (name, example) in examples {
        match example {
            None => findings.add(&full, format!("{name} has no value")),
            Some(example) => {
                for problem in validation::problems(&validator, example) {
                    findings.add(&full, format!("{name} breaks its schema: {problem}"));
                }
            }
        }
    }
}

/// (what to call it, the example)
fn examples_of<'a>(document: &'a Document, holder: &'a Value) -> Vec<(String, Option<&'a Value>)> {
    let mut found: Vec<_> =
        holder.get("example").map(|example| ("the example".to_owned(), Some(example))).into_iter().collect();
    for (name, example) in entries(&holder["examples"]) {
        let value = document.resolve(example).and_then(|example| example.get("value"));
        found.push((format!("example `{name}`"), value));
    }
    found
}
