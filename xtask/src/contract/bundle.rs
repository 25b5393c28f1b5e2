//! One document out of all: what the sandbox serves and generators read.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::document::{Document, entries, items};
use super::merge::merge;
use crate::Findings;

/// As text that depends on nothing but the files.
pub(super) fn bundle(documents: &[Document]) -> Result<String, Findings> {
    let mut text = serde_json::to_string_pretty(&sorted(&whole(documents)?)).unwrap_or_default();
    text.push('\n');
    Ok(text)
}

pub(super) fn whole(documents: &[Document]) -> Result<Value, Findings> {
    let mut findings = Findings::default();
    let mut paths = Map::new();
    let mut components: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut tags = Vec::new();
    for document in documents {
        tags.extend(items(&document.root()["tags"]).cloned());
        for (path, item) in entries(&document.root()["paths"]) {
            let merged = paths.entry(path).or_insert_with(|| json!({}));
            for (method, operation) in entries(item) {
                merged[method] = match merged.get(method).map(|other| merge(other, operation)) {
                    None => operation.clone(),
                    Some(Ok(both)) => both,
                    Some(Err(problem)) => {
                        let twice = format!("{method} {path} is in another file too, and {problem}");
                        findings.add(document.name(), twice);
                        continue;
                    }
                };
            }
        }
        for (section, members) in entries(&document.root()["components"]) {
            let merged = components.entry(section.to_owned()).or_default();
            for (name, value) in entries(members) {
                match merged.get(name) {
                    Some(other) if other != value => {
                        let place = format!("component {section}/{name}");
                        findings.add(document.name(), format!("{place} differs from another file's"));
                    }
                    _ => drop(merged.insert(name.to_owned(), value.clone())),
                }
            }
        }
        check_frame(document, documents, &mut findings);
    }
    findings.into_result()?;
    let frame = documents.first().map_or(&Value::Null, Document::root);
    Ok(json!({
        "openapi": frame["openapi"],
        "info": {
            "title": "AT&T APEX Mobility",
            "version": frame["info"]["version"],
            "summary": "The APIs as this project knows them, in one document.",
            "description": DESCRIPTION,
            "license": frame["info"]["license"],
        },
        "servers": frame["servers"],
        "security": frame["security"],
        "tags": tags,
        "paths": paths,
        "components": components,
    }))
}

const DESCRIPTION: &str = "\
All APIs in one document, made from the `openapi.yaml` of each API crate by `cargo xtask contract`. Not \
AT&T's document: it is rebuilt from public evidence, and `x-evidence` says how good that evidence is: \
`confirmed`, `likely` or `inferred`.";

/// What is the same in all files must be the same word for word.
fn check_frame(document: &Document, documents: &[Document], findings: &mut Findings) {
    let Some(first) = documents.first() else { return };
    for pointer in ["/openapi", "/info/version", "/info/license", "/servers", "/security"] {
        if document.root().pointer(pointer) != first.root().pointer(pointer) {
            findings.add(document.name(), format!("{pointer} differs from {}", first.name()));
        }
    }
}

/// Objects with sorted members, whatever order the JSON library was built to keep.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut keys: Vec<_> = members.iter().collect();
            keys.sort_by_key(|(key, _)| *key);
            Value::Object(keys.into_iter().map(|(key, value)| (key.clone(), sorted(value))).collect())
        }
        Value::Array(elements) => Value::Array(elements.iter().map(sorted).collect()),
        other => other.clone(),
    }
}
