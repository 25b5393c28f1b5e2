//! JSON Schema as the checks use it.
//!
//! The files leave objects open, as AT&T may add members at any time and generators must cope with that. The
//! checks close them: a member that the file does not name is a typing error in our own client, sandbox or
//! example until the file says otherwise. An object that says `additionalProperties` keeps its word.

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

use super::document::Document;

/// Compiles a schema of the document, closed.
pub(super) fn compile(document: &Document, schema: &Value) -> Result<Validator, String> {
    let mut components = Map::new();
    for (place, _) in document.reachable_schemas("", schema) {
        let name = place.strip_prefix("/components/schemas/").filter(|name| !name.contains('/'));
        if let Some((name, schema)) = name.zip(document.root().pointer(&place)) {
            components.insert(name.to_owned(), schema.clone());
        }
    }
    let mut whole = json!({"components": {"schemas": components}, "allOf": [schema]});
    close(&mut whole);
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .build(&whole)
        .map_err(|error| format!("the schema cannot be used: {error}"))
}

/// What is wrong with a value: its place and the rule it breaks.
pub(super) fn problems(validator: &Validator, value: &Value) -> Vec<String> {
    validator
        .iter_errors(value)
        .map(|error| match error.instance_path().as_str() {
            "" => error.to_string(),
            place => format!("{place}: {error}"),
        })
        .collect()
}

/// Closes every object inside.
pub(super) fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for (_, member) in members.iter_mut() {
                close(member);
            }
            if members.get("properties").is_some_and(Value::is_object) {
                members.entry("additionalProperties").or_insert(Value::Bool(false));
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(close),
        _ => {}
    }
}
