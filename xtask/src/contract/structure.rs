//! The files are valid OpenAPI 3.1, hold what every operation must hold, and stay within what ordinary
//! generators understand.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::document::{Document, entries, items, operation_place};
use super::validation;
use crate::Findings;

/// The OpenAPI Initiative's schema of OpenAPI 3.1.
const OPENAPI_SCHEMA: &str = include_str!("../../schema/openapi-3.1.json");

/// Contract 4: each operation lists these.
const RESPONSES: [&str; 8] = ["200", "400", "401", "403", "404", "429", "503", "default"];

/// The JSON Schema keywords that generators of all languages handle. `enum` is missing on purpose: every
/// enumeration is open (contract 1), so it is a plain string with `x-known-values`.
const KEYWORDS: [&str; 20] = [
    "$ref",
    "type",
    "format",
    "description",
    "properties",
    "required",
    "items",
    "additionalProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "minimum",
    "maximum",
    "default",
    "writeOnly",
];

pub(super) fn check(document: &Document) -> Findings {
    let mut findings = check_openapi(document);
    check_references(document, document.root(), &mut findings);
    check_operations(document, &mut findings);
    check_schemas(document, &mut findings);
    findings
}

/// By the OpenAPI Initiative's own schema.
pub(super) fn check_openapi(document: &Document) -> Findings {
    static OPENAPI: LazyLock<Result<Validator, String>> = LazyLock::new(|| {
        let schema = serde_json::from_str(OPENAPI_SCHEMA).map_err(|error| error.to_string())?;
        jsonschema::options().build(&schema).map_err(|error| error.to_string())
    });
    let mut findings = Findings::default();
    match &*OPENAPI {
        Ok(validator) => {
            for problem in validation::problems(validator, document.root()) {
                findings.add(document.name(), format!("not valid OpenAPI 3.1: {problem}"));
            }
        }
        Err(error) => findings.add("schema/openapi-3.1.json", error),
    }
    findings
}

fn check_references(document: &Document, value: &Value, findings: &mut Findings) {
    if value.get("$ref").is_some_and(Value::is_string) && document.resolve(value).is_none() {
        findings.add(document.name(), format!("{} leads nowhere inside this file", value["$ref"]));
    }
    for (_, member) in entries(value) {
        check_references(document, member, findings);
    }
    for element in items(value) {
        check_references(document, element, findings);
    }
}

fn check_operations(document: &Document, findings: &mut Findings) {
    check_security(document, findings);
    let text = document.root().to_string();
    for section in ["schemas", "parameters", "headers", "responses", "examples"] {
        for (name, _) in entries(&document.root()["components"][section]) {
            if !text.contains(&format!("\"#/components/{section}/{name}\"")) {
                findings.add(document.name(), format!("component {section}/{name} is used by nothing"));
            }
        }
    }
    for (path, method, operation) in document.operations() {
        let place = format!("{}{}", document.name(), operation_place(path, method));
        for member in ["operationId", "x-wire-key", "summary"] {
            if operation[member].as_str().is_none_or(str::is_empty) {
                findings.add(&place, format!("needs `{member}`"));
            }
        }
        for status in RESPONSES {
            if operation["responses"].get(status).is_none() {
                findings.add(&place, format!("does not list response {status}"));
            }
        }
        let declared: BTreeSet<_> = items(&operation["parameters"])
            .filter_map(|parameter| document.resolve(parameter))
            .filter(|parameter| parameter["in"] == "path")
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let named: BTreeSet<_> = placeholders(path).collect();
        if declared != named {
            findings.add(&place, "the path's placeholders and the path parameters are not the same");
        }
        // Contract 2: no query strings; selectors go in the path or in request headers.
        for parameter in items(&operation["parameters"]).filter_map(|parameter| document.resolve(parameter)) {
            if parameter["in"] != "path" && parameter["in"] != "header" {
                findings.add(&place, format!("parameter {} is neither path nor header", parameter["name"]));
            }
        }
        check_nullability(document, &place, operation, findings);
    }
}

/// Contract 2.1: a static pair in two headers, both required on every request.
fn check_security(document: &Document, findings: &mut Findings) {
    if document.root()["security"] != json!([{"appId": [], "appSecret": []}]) {
        findings.add(document.name(), "security must be appId and appSecret together, for the whole file");
    }
    for (scheme, header) in [("appId", "app-id"), ("appSecret", "app-secret")] {
        let scheme = &document.root()["components"]["securitySchemes"][scheme];
        if scheme["type"] != "apiKey" || scheme["in"] != "header" || scheme["name"] != header {
            findings.add(document.name(), format!("needs an apiKey scheme for the header {header}"));
        }
    }
    for (path, method, operation) in document.operations() {
        if operation.get("security").is_some() {
            findings.add(operation_place(path, method), "an operation has no security of its own");
        }
    }
}

/// Contract 1: every reply member is nullable. What we send is not.
fn check_nullability(document: &Document, place: &str, operation: &Value, findings: &mut Findings) {
    let reply = &operation["responses"]["200"]["content"]["application/json"]["schema"];
    for (at, property) in properties(document, reply) {
        if !admits_null(property) {
            findings.add(place, format!("reply member {at} must admit null"));
        }
    }
    let request = &operation["requestBody"]["content"]["application/json"]["schema"];
    for (at, property) in properties(document, request) {
        if admits_null(property) {
            findings.add(place, format!("request member {at} must not admit null"));
        }
    }
    for (at, schema) in document.reachable_schemas("reply", reply) {
        if items(&schema["required"]).next().is_some() {
            findings.add(place, format!("reply schema {at} must not require members"));
        }
    }
}

fn properties<'a>(document: &'a Document, schema: &'a Value) -> Vec<(String, &'a Value)> {
    let mut found = Vec::new();
    for (place, schema) in document.reachable_schemas("body", schema) {
        for (name, property) in entries(&schema["properties"]) {
            found.push((format!("{place}/properties/{name}"), property));
        }
    }
    found
}

fn admits_null(property: &Value) -> bool {
    items(&property["type"]).any(|kind| kind == "null")
        || items(&property["anyOf"]).any(|part| part["type"] == "null")
}

fn check_schemas(document: &Document, findings: &mut Findings) {
    // The meta-schema looks into what is inside a schema by itself.
    let components = entries(&document.root()["components"]["schemas"]).map(|(_, schema)| schema);
    let holders = [document.parameters(), document.headers(), document.media_types()].concat();
    let inline = holders.iter().filter_map(|(_, holder)| holder.get("schema"));
    for schema in components.chain(inline) {
        if let Err(error) = jsonschema::meta::validate(schema) {
            findings.add(document.name(), format!("{schema} is not a valid schema: {error}"));
        }
    }
    for (place, schema) in document.schemas() {
        let place = format!("{}{place}", document.name());
        for (keyword, _) in entries(schema) {
            if !KEYWORDS.contains(&keyword) && !keyword.starts_with("x-") {
                findings.add(&place, format!("`{keyword}` is beyond what ordinary generators read"));
            }
        }
        let kinds: Vec<_> = items(&schema["type"]).collect();
        if !kinds.is_empty() && (kinds.len() != 2 || !kinds.iter().any(|kind| *kind == "null")) {
            findings.add(&place, "a list of types must be one type and 'null'");
        }
    }
}

/// The names between braces in a path template.
pub(super) fn placeholders(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}
