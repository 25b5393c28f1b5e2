//! One operation, compiled for judging traffic.

use std::collections::BTreeMap;

use http::{HeaderName, Method};
use jsonschema::Validator;
use serde_json::Value;

use super::ContractError;
use super::document::{Document, entries, items, operation_place};
use super::validation;

/// One operation of the contract.
#[derive(Debug)]
pub struct Operation {
    wire_key: String,
    id: String,
    method: Method,
    path: String,
    pub(super) credentials: Vec<HeaderName>,
    pub(super) path_parameters: BTreeMap<String, Values>,
    pub(super) headers: Vec<HeaderRule>,
    pub(super) exactly_one_of: Vec<HeaderName>,
    pub(super) body: Option<BodyRule>,
    pub(super) responses: BTreeMap<String, ResponseRule>,
}

/// A header that may or must be there.
#[derive(Debug)]
pub(super) struct HeaderRule {
    pub(super) name: HeaderName,
    pub(super) required: bool,
    pub(super) values: Values,
}

/// What the text of a header or path parameter may be.
#[derive(Debug)]
pub(super) struct Values {
    validator: Validator,
    integer: bool,
}

/// What a request body may be.
#[derive(Debug)]
pub(super) struct BodyRule {
    pub(super) required: bool,
    pub(super) json: Validator,
}

/// What a reply with one status may be.
#[derive(Debug)]
pub(super) struct ResponseRule {
    pub(super) headers: Vec<HeaderRule>,
    pub(super) content: BTreeMap<String, Validator>,
}

impl Operation {
    /// Key of the wire profile, for example `line.get`.
    #[must_use]
    pub fn wire_key(&self) -> &str {
        &self.wire_key
    }

    /// The `operationId` that generators use, for example `getLine`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The HTTP method.
    #[must_use]
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// The path template, for example `/sp/mobility/lineconfig/api/v1/service/{subscriberNumber}`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn all_of(document: &Document) -> Result<Vec<Self>, ContractError> {
        document.operations().map(|found| Self::compile(document, found)).collect()
    }

    fn compile(
        document: &Document,
        (path, method, operation): (&str, &str, &Value),
    ) -> Result<Self, ContractError> {
        let place = operation_place(path, method);
        let text = |member: &str| {
            let text = operation[member].as_str().map(str::to_owned);
            text.ok_or_else(|| document.unusable(&place, format!("has no `{member}`")))
        };
        let mut path_parameters = BTreeMap::new();
        let mut headers = Vec::new();
        for parameter in items(&operation["parameters"]) {
            let parameter = target(document, &place, parameter)?;
            let name = parameter["name"].as_str().unwrap_or_default();
            if parameter["in"] == "path" {
                path_parameters.insert(name.to_owned(), Values::compile(document, &place, parameter)?);
            } else {
                headers.push(HeaderRule::compile(document, &place, name, parameter)?);
            }
        }
        let mut responses = BTreeMap::new();
        for (status, response) in entries(&operation["responses"]) {
            let response = target(document, &place, response)?;
            responses.insert(status.to_owned(), ResponseRule::compile(document, &place, response)?);
        }
        let body = match operation.get("requestBody") {
            Some(body) => Some(BodyRule {
                required: body["required"] == true,
                json: schema(document, &place, &body["content"]["application/json"]["schema"])?,
            }),
            None => None,
        };
        let mut credentials = Vec::new();
        for (_, scheme) in entries(&document.root()["components"]["securitySchemes"]) {
            credentials.push(header_name(document, &place, &scheme["name"])?);
        }
        let mut exactly_one_of = Vec::new();
        for name in items(&operation["x-exactly-one-of"]) {
            exactly_one_of.push(header_name(document, &place, name)?);
        }
        Ok(Self {
            wire_key: text("x-wire-key")?,
            id: text("operationId")?,
            method: Method::from_bytes(method.to_ascii_uppercase().as_bytes())
                .map_err(|error| document.unusable(&place, error.to_string()))?,
            path: path.to_owned(),
            credentials,
            path_parameters,
            headers,
            exactly_one_of,
            body,
            responses,
        })
    }
}

impl HeaderRule {
    fn compile(document: &Document, place: &str, name: &str, rule: &Value) -> Result<Self, ContractError> {
        Ok(Self {
            name: header_name(document, place, &Value::from(name))?,
            required: rule["required"] == true,
            values: Values::compile(document, place, rule)?,
        })
    }
}

impl Values {
    fn compile(document: &Document, place: &str, rule: &Value) -> Result<Self, ContractError> {
        Ok(Self {
            validator: schema(document, place, &rule["schema"])?,
            integer: rule["schema"]["type"] == "integer",
        })
    }

    /// What is wrong with the text.
    pub(super) fn problems(&self, text: &str) -> Vec<String> {
        let number = self.integer.then(|| text.parse::<i64>().ok()).flatten();
        validation::problems(&self.validator, &number.map_or_else(|| Value::from(text), Value::from))
    }
}

impl ResponseRule {
    fn compile(document: &Document, place: &str, response: &Value) -> Result<Self, ContractError> {
        let mut headers = Vec::new();
        for (name, header) in entries(&response["headers"]) {
            headers.push(HeaderRule::compile(document, place, name, target(document, place, header)?)?);
        }
        let mut content = BTreeMap::new();
        for (media_type, media) in entries(&response["content"]) {
            content.insert(media_type.to_owned(), schema(document, place, &media["schema"])?);
        }
        Ok(Self { headers, content })
    }
}

fn target<'a>(document: &'a Document, place: &str, value: &'a Value) -> Result<&'a Value, ContractError> {
    document.resolve(value).ok_or_else(|| document.unusable(place, format!("{value} leads nowhere")))
}

fn schema(document: &Document, place: &str, schema: &Value) -> Result<Validator, ContractError> {
    validation::compile(document, schema).map_err(|problem| document.unusable(place, problem))
}

fn header_name(document: &Document, place: &str, name: &Value) -> Result<HeaderName, ContractError> {
    let text = name.as_str().unwrap_or_default();
    HeaderName::from_bytes(text.as_bytes())
        .map_err(|_| document.unusable(place, format!("{name} is not a header name")))
}
