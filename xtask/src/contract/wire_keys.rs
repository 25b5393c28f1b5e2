//! The files and the default wire profile tell the same: they are two views of one contract.

use std::collections::BTreeSet;

use apex_mobility_core::WireProfile;

use super::Contract;
use super::document::{Document, items};
use crate::Findings;

pub(super) fn check(contract: &Contract, profile: &WireProfile) -> Findings {
    let mut findings = Findings::default();
    let mut keys = BTreeSet::new();
    let mut ids = BTreeSet::new();
    for operation in contract.operations() {
        let key = operation.wire_key();
        if !keys.insert(key) {
            findings.add(key, "two operations have this x-wire-key");
        }
        if !ids.insert(operation.id()) {
            findings.add(operation.id(), "two operations have this operationId");
        }
        // Where one path serves several operations, the operation's name follows a slash (contract 1).
        let path_key = key.split('/').next().unwrap_or(key);
        match profile.path(path_key) {
            None => findings.add(key, "the wire profile has no such path"),
            Some(path) if path != operation.path() => {
                findings.add(key, format!("path is {} in the file, {path} in the profile", operation.path()));
            }
            Some(_) => {}
        }
        match profile.method(key) {
            None => findings.add(key, "the wire profile has no such method"),
            Some(method) if method != operation.method() => {
                findings.add(
                    key,
                    format!("method is {} in the file, {method} in the profile", operation.method()),
                );
            }
            Some(_) => {}
        }
    }
    for document in contract.documents() {
        check_headers(document, profile, &mut findings);
        check_hosts(document, profile, &mut findings);
    }
    findings
}

fn check_headers(document: &Document, profile: &WireProfile, findings: &mut Findings) {
    let components = &document.root()["components"];
    let mut named = Vec::new();
    for (place, parameter) in document.parameters() {
        if parameter["in"] == "header" {
            named.push((place, parameter["name"].as_str(), parameter["x-wire-key"].as_str()));
        }
    }
    for scheme in ["appId", "appSecret"] {
        let scheme = &components["securitySchemes"][scheme];
        named.push((
            "/components/securitySchemes".into(),
            scheme["name"].as_str(),
            scheme["x-wire-key"].as_str(),
        ));
    }
    for (place, response) in document.responses() {
        for (name, header) in super::document::entries(&response["headers"]) {
            // `Retry-After` belongs to HTTP, not to the profile.
            let header = document.resolve(header).unwrap_or(header);
            if !name.eq_ignore_ascii_case("retry-after") {
                named.push((format!("{place}/headers"), Some(name), header["x-wire-key"].as_str()));
            }
        }
    }
    for (place, name, key) in named {
        let place = format!("{}{place}", document.name());
        let (Some(name), Some(key)) = (name, key) else {
            findings.add(place, "a header needs a name and an x-wire-key");
            continue;
        };
        match profile.header(key) {
            None => findings.add(place, format!("the wire profile has no header key {key}")),
            Some(header) if header.as_str() != name => {
                findings.add(place, format!("header is {name} in the file, {header} in the profile"));
            }
            Some(_) => {}
        }
    }
}

fn check_hosts(document: &Document, profile: &WireProfile, findings: &mut Findings) {
    let servers: Vec<_> = items(&document.root()["servers"]).map(|server| server["url"].as_str()).collect();
    let expected = [profile.host("production"), profile.host("test")];
    if servers != expected {
        findings.add(document.name(), "servers must be the wire profile's hosts, production and test");
    }
}
