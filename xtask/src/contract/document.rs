//! One OpenAPI file, and the walks over it that every check needs.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::ContractError;

/// The HTTP methods an OpenAPI path item can hold.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// One OpenAPI file.
#[derive(Debug)]
pub struct Document {
    name: String,
    root: Value,
}

/// A node that must carry a grade and a description.
pub(super) struct Node<'a> {
    pub(super) place: String,
    pub(super) kind: Kind,
    pub(super) value: &'a Value,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Server,
    SecurityScheme,
    Operation,
    Parameter,
    Response,
    Header,
    Property,
    KnownValue,
}

impl Document {
    pub(super) fn parse(name: String, yaml: &str) -> Result<Self, ContractError> {
        match serde_saphyr::from_str(yaml) {
            Ok(root) => Ok(Self { name, root }),
            Err(error) => Err(ContractError::Yaml { document: name, problem: error.to_string() }),
        }
    }

    /// A document that was put together.
    pub(super) fn of(name: impl Into<String>, root: Value) -> Self {
        Self { name: name.into(), root }
    }

    /// Name of the API crate the file belongs to.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole file as JSON.
    #[must_use]
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// Follows `$ref` until there is none. A reference with siblings loses them.
    pub(super) fn resolve<'a>(&'a self, mut value: &'a Value) -> Option<&'a Value> {
        // A chain longer than this is a circle.
        for _ in 0..16 {
            let Some(target) = value.get("$ref") else { return Some(value) };
            value = self.root.pointer(target.as_str()?.strip_prefix('#')?)?;
        }
        None
    }

    /// The error for something this file lacks.
    pub(super) fn unusable(&self, place: impl Into<String>, problem: impl Into<String>) -> ContractError {
        ContractError::Unusable { document: self.name.clone(), place: place.into(), problem: problem.into() }
    }

    /// (path template, method in lower case, operation)
    pub(super) fn operations(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        entries(&self.root["paths"]).flat_map(|(path, item)| {
            entries(item)
                .filter(|(method, _)| METHODS.contains(method))
                .map(move |(method, operation)| (path, method, operation))
        })
    }

    /// Every node that must carry a grade, once, at the place where it is written down.
    pub(super) fn graded_nodes(&self) -> Vec<Node<'_>> {
        let mut nodes = Vec::new();
        let mut add = |place: String, kind, value| nodes.push(Node { place, kind, value });
        for (index, server) in items(&self.root["servers"]).enumerate() {
            add(format!("/servers/{index}"), Kind::Server, server);
        }
        for (name, scheme) in entries(&self.root["components"]["securitySchemes"]) {
            add(format!("/components/securitySchemes/{name}"), Kind::SecurityScheme, scheme);
        }
        for (path, method, operation) in self.operations() {
            add(operation_place(path, method), Kind::Operation, operation);
        }
        for (place, parameter) in self.parameters() {
            add(place, Kind::Parameter, parameter);
        }
        for (place, response) in self.responses() {
            add(place, Kind::Response, response);
        }
        for (place, header) in self.headers() {
            add(place, Kind::Header, header);
        }
        for (place, schema) in self.schemas() {
            for (name, property) in entries(&schema["properties"]) {
                add(format!("{place}/properties/{name}"), Kind::Property, property);
            }
            for (index, known) in items(&schema["x-known-values"]).enumerate() {
                add(format!("{place}/x-known-values/{index}"), Kind::KnownValue, known);
            }
        }
        nodes
    }

    /// Parameters where they are written down, not where they are referred to.
    pub(super) fn parameters(&self) -> Vec<(String, &Value)> {
        let mut found: Vec<_> = entries(&self.root["components"]["parameters"])
            .map(|(name, value)| (format!("/components/parameters/{name}"), value))
            .collect();
        for (path, method, operation) in self.operations() {
            for (index, value) in items(&operation["parameters"]).enumerate() {
                found.push((format!("{}/parameters/{index}", operation_place(path, method)), value));
            }
        }
        written_here(found)
    }

    /// Responses where they are written down.
    pub(super) fn responses(&self) -> Vec<(String, &Value)> {
        let mut found: Vec<_> = entries(&self.root["components"]["responses"])
            .map(|(name, value)| (format!("/components/responses/{name}"), value))
            .collect();
        for (path, method, operation) in self.operations() {
            for (status, value) in entries(&operation["responses"]) {
                found.push((format!("{}/responses/{status}", operation_place(path, method)), value));
            }
        }
        written_here(found)
    }

    /// Response headers where they are written down.
    pub(super) fn headers(&self) -> Vec<(String, &Value)> {
        let mut found: Vec<_> = entries(&self.root["components"]["headers"])
            .map(|(name, value)| (format!("/components/headers/{name}"), value))
            .collect();
        for (place, response) in self.responses() {
            for (name, value) in entries(&response["headers"]) {
                found.push((format!("{place}/headers/{name}"), value));
            }
        }
        written_here(found)
    }

    /// Media types of request bodies and responses: the objects that hold a schema and its examples.
    pub(super) fn media_types(&self) -> Vec<(String, &Value)> {
        let mut found = Vec::new();
        for (path, method, operation) in self.operations() {
            let place = format!("{}/requestBody", operation_place(path, method));
            for (name, media) in entries(&operation["requestBody"]["content"]) {
                found.push((format!("{place}/content/{}", escape(name)), media));
            }
        }
        for (place, response) in self.responses() {
            for (name, media) in entries(&response["content"]) {
                found.push((format!("{place}/content/{}", escape(name)), media));
            }
        }
        found
    }

    /// Every schema with every schema inside it, where it is written down.
    pub(super) fn schemas(&self) -> Vec<(String, &Value)> {
        let mut found = Vec::new();
        for (name, schema) in entries(&self.root["components"]["schemas"]) {
            walk_schema(format!("/components/schemas/{name}"), schema, &mut found);
        }
        let holders = [self.parameters(), self.headers(), self.media_types()];
        for (place, holder) in holders.into_iter().flatten() {
            if let Some(schema) = holder.get("schema") {
                walk_schema(format!("{place}/schema"), schema, &mut found);
            }
        }
        found
    }

    /// A schema and all it leads to, references followed; each place once.
    pub(super) fn reachable_schemas<'a>(
        &'a self,
        place: &str,
        schema: &'a Value,
    ) -> Vec<(String, &'a Value)> {
        let mut seen = BTreeSet::new();
        let mut open = vec![(place.to_owned(), schema)];
        let mut found = Vec::new();
        while let Some((place, schema)) = open.pop() {
            if !seen.insert(place.clone()) {
                continue;
            }
            let mut inside = Vec::new();
            walk_schema(place, schema, &mut inside);
            for (place, schema) in inside {
                if let Some(target) = schema["$ref"].as_str().and_then(|target| target.strip_prefix('#'))
                    && let Some(schema) = self.root.pointer(target)
                {
                    open.push((target.to_owned(), schema));
                }
                found.push((place, schema));
            }
        }
        found
    }
}

/// JSON pointer of an operation.
pub(super) fn operation_place(path: &str, method: &str) -> String {
    format!("/paths/{}/{method}", escape(path))
}

/// The members of an object; nothing for anything else.
pub(crate) fn entries(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(key, value)| (key.as_str(), value))
}

/// The elements of an array; nothing for anything else.
pub(super) fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Escapes a key for a JSON pointer.
fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn written_here(mut found: Vec<(String, &Value)>) -> Vec<(String, &Value)> {
    found.retain(|(_, value)| value.get("$ref").is_none());
    found
}

fn walk_schema<'a>(place: String, schema: &'a Value, found: &mut Vec<(String, &'a Value)>) {
    for (name, property) in entries(&schema["properties"]) {
        walk_schema(format!("{place}/properties/{name}"), property, found);
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for (index, part) in items(&schema[keyword]).enumerate() {
            walk_schema(format!("{place}/{keyword}/{index}"), part, found);
        }
    }
    for keyword in ["items", "additionalProperties"] {
        if let Some(part) = schema.get(keyword).filter(|part| part.is_object()) {
            walk_schema(format!("{place}/{keyword}"), part, found);
        }
    }
    found.push((place, schema));
}
