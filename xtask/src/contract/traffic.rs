//! Does a request or a reply keep to the contract?

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, Method, StatusCode, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::operation::{HeaderRule, ResponseRule};
use super::structure::placeholders;
use super::{Contract, Operation, validation};
use crate::Findings;

/// Headers of HTTP itself, which no operation has to name.
const REQUEST_HEADERS: [HeaderName; 8] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::HOST,
    header::TRANSFER_ENCODING,
    header::USER_AGENT,
];
const REPLY_HEADERS: [HeaderName; 6] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::DATE,
    header::SERVER,
    header::TRANSFER_ENCODING,
];

impl Contract {
    /// Judges a request as it would leave the client: the path without host, all headers, the body's bytes.
    /// Gives the operation it belongs to.
    ///
    /// # Errors
    /// What breaks the contract. Where several operations share method and path, what is wrong for each.
    pub fn validate_request(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<&Operation, Findings> {
        let mut findings = Findings::default();
        for operation in self.candidates(method, path) {
            let problems = check_request(operation, path, headers, body);
            if problems.is_empty() {
                return Ok(operation);
            }
            findings.extend(problems);
        }
        if findings.is_empty() {
            let problem = if path.contains('?') { "query strings are not used" } else { "is in no file" };
            findings.add(format!("{method} {path}"), problem);
        }
        Err(findings)
    }

    /// Judges a reply to the operation with this key, for example `line.get`.
    ///
    /// # Errors
    /// What breaks the contract.
    pub fn validate_response(
        &self,
        wire_key: &str,
        status: StatusCode,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<(), Findings> {
        let mut findings = Findings::default();
        let place = format!("{wire_key} {}", status.as_u16());
        let Some(operation) = self.operation(wire_key) else {
            findings.add(place, "no file describes this operation");
            return Err(findings);
        };
        // `default` stands for failures only: a success that the file does not list is a surprise.
        let rule = operation.responses.get(status.as_str());
        match rule.or_else(|| operation.responses.get("default").filter(|_| !status.is_success())) {
            Some(rule) => check_reply(&place, rule, status, headers, body, &mut findings),
            None => findings.add(place, "this status is not in the file"),
        }
        findings.into_result()
    }

    /// Operations with this method whose path fits, literal paths before templates.
    fn candidates(&self, method: &Method, path: &str) -> Vec<&Operation> {
        let mut found: Vec<_> = self
            .operations()
            .iter()
            .filter(|operation| operation.method() == method && segments(operation.path(), path).is_some())
            .collect();
        let fewest = found.iter().map(|operation| placeholders(operation.path()).count()).min();
        found.retain(|operation| Some(placeholders(operation.path()).count()) == fewest);
        found
    }
}

fn check_request(operation: &Operation, path: &str, headers: &HeaderMap, body: &[u8]) -> Findings {
    let mut findings = Findings::default();
    let place = format!("request {}", operation.wire_key());
    for (name, text) in segments(operation.path(), path).unwrap_or_default() {
        let text = percent_decode_str(text).decode_utf8_lossy();
        if let Some(values) = operation.path_parameters.get(name) {
            for problem in values.problems(&text) {
                findings.add(&place, format!("path parameter {name}: {problem}"));
            }
        }
    }
    for name in &operation.credentials {
        if headers.get_all(name).iter().count() != 1 {
            findings.add(&place, format!("header {name} must be there once"));
        }
    }
    check_headers(&place, &operation.headers, headers, &mut findings);
    let known = |name: &HeaderName| {
        REQUEST_HEADERS.contains(name)
            || operation.credentials.contains(name)
            || operation.headers.iter().any(|rule| rule.name == name)
    };
    for name in headers.keys().filter(|name| !known(name)) {
        findings.add(&place, format!("header {name} is not in the file"));
    }
    if !operation.exactly_one_of.is_empty() {
        let sent = operation.exactly_one_of.iter().filter(|name| headers.contains_key(*name)).count();
        if sent != 1 {
            findings.add(&place, format!("{sent} of {:?}: it must be exactly one", operation.exactly_one_of));
        }
    }
    match &operation.body {
        None if body.is_empty() => {}
        None => findings.add(&place, "there is a body, and the file has none"),
        Some(rule) if body.is_empty() => {
            if rule.required {
                findings.add(&place, "the body is missing");
            }
        }
        Some(rule) => {
            if media_type(headers) != "application/json" {
                findings.add(&place, "content-type must be application/json");
            }
            check_json(&place, &rule.json, body, &mut findings);
        }
    }
    findings
}

fn check_reply(
    place: &str,
    rule: &ResponseRule,
    status: StatusCode,
    headers: &HeaderMap,
    body: &[u8],
    findings: &mut Findings,
) {
    check_headers(place, &rule.headers, headers, findings);
    let known =
        |name: &HeaderName| REPLY_HEADERS.contains(name) || rule.headers.iter().any(|rule| rule.name == name);
    for name in headers.keys().filter(|name| !known(name)) {
        findings.add(place, format!("header {name} is not in the file"));
    }
    // Contract 2.3: a failure may come without a body.
    if body.is_empty() && !status.is_success() {
        return;
    }
    let media_type = media_type(headers);
    match rule.content.get(media_type.as_ref()) {
        None => findings.add(place, format!("content-type `{media_type}` is not in the file")),
        Some(schema) if media_type == "application/json" => check_json(place, schema, body, findings),
        Some(schema) => {
            let text = Value::from(String::from_utf8_lossy(body));
            for problem in validation::problems(schema, &text) {
                findings.add(place, problem);
            }
        }
    }
}

fn check_headers(place: &str, rules: &[HeaderRule], headers: &HeaderMap, findings: &mut Findings) {
    for rule in rules {
        let mut sent = headers.get_all(&rule.name).iter();
        match sent.next() {
            None if rule.required => findings.add(place, format!("header {} is missing", rule.name)),
            None => {}
            Some(value) => {
                for problem in rule.values.problems(&String::from_utf8_lossy(value.as_bytes())) {
                    findings.add(place, format!("header {}: {problem}", rule.name));
                }
            }
        }
        if sent.next().is_some() {
            findings.add(place, format!("header {} is there more than once", rule.name));
        }
    }
}

fn check_json(place: &str, schema: &jsonschema::Validator, body: &[u8], findings: &mut Findings) {
    match serde_json::from_slice(body) {
        Err(error) => findings.add(place, format!("the body is not JSON: {error}")),
        Ok(value) => {
            for problem in validation::problems(schema, &value) {
                findings.add(place, format!("body {problem}"));
            }
        }
    }
}

/// The placeholders of the template with what the path has in their place; `None` when it does not fit.
fn segments<'a>(template: &'a str, path: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut found = Vec::new();
    let mut given = path.split('/');
    if path.contains('?') {
        return None;
    }
    for expected in template.split('/') {
        let given = given.next()?;
        match expected.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
            Some(name) if !given.is_empty() => found.push((name, given)),
            None if expected == given => {}
            _ => return None,
        }
    }
    given.next().is_none().then_some(found)
}

fn media_type(headers: &HeaderMap) -> Cow<'_, str> {
    let value = headers.get(header::CONTENT_TYPE).map(http::HeaderValue::as_bytes).unwrap_or_default();
    let text = String::from_utf8_lossy(value);
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().into()
}
