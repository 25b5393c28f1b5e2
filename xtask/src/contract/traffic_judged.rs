//! Requests and replies, right and wrong, as the contract judges them.

use std::sync::LazyLock;

use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};

use super::Contract;

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::load().expect("sound files"));

fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers
}

const PAIR: [(&str, &str); 2] = [("app-id", "sandbox"), ("app-secret", "sandbox")];
const LINE: &str = "/sp/mobility/lineconfig/api/v1/service/2145550101";
const SEARCH: &str = "/sp/mobility/lineconfig/api/v1/service";
const SUBMIT: &str = "/sp/mobilityactivations/api/v1/serviceactivation";

#[test]
fn a_right_request_is_taken_for_its_operation() {
    let mut sent = headers(&PAIR);
    let operation =
        CONTRACT.validate_request(&Method::GET, LINE, &sent, b"").map(|o| o.wire_key().to_owned());
    assert_eq!(operation.as_deref(), Ok("line.get"));
    sent.insert("sim", HeaderValue::from_static("89010000000000000011"));
    let operation =
        CONTRACT.validate_request(&Method::GET, SEARCH, &sent, b"").map(|o| o.wire_key().to_owned());
    assert_eq!(operation.as_deref(), Ok("line.search"));
}

#[test]
fn each_wrong_request_is_refused() {
    type Request =
        (Method, &'static str, &'static [(&'static str, &'static str)], &'static str, &'static str);
    let cases: [Request; 14] = [
        (Method::GET, "/sp/mobility/unknown", &[], "", "is in no file"),
        (Method::PUT, LINE, &[], "", "is in no file"),
        (Method::GET, "/sp/mobility/lineconfig/api/v1/service/2145550101?x=1", &[], "", "query strings"),
        (Method::GET, "/sp/mobility/lineconfig/api/v1/service/21455501019", &[], "", "path parameter"),
        (Method::GET, LINE, &[("app-id", "again")], "", "app-id must be there once"),
        (Method::GET, LINE, &[("page-size", "10")], "", "page-size is not in the file"),
        (Method::GET, LINE, &[], "{}", "there is a body"),
        (Method::GET, SEARCH, &[], "", "0 of"),
        (Method::GET, SEARCH, &[("sim", "89010000000000000011"), ("imei", "001010000000016")], "", "2 of"),
        (Method::GET, SEARCH, &[("subscriber-status", "S"), ("page-size", "many")], "", "header page-size"),
        (Method::POST, SUBMIT, &[("content-type", "application/json")], "", "the body is missing"),
        (Method::POST, SUBMIT, &[("content-type", "application/json")], "[", "not JSON"),
        (Method::POST, SUBMIT, &[("content-type", "application/json")], "[]", "body"),
        (Method::POST, SUBMIT, &[("content-type", "text/plain")], "[]", "content-type"),
    ];
    for (method, path, more, body, expected) in cases {
        let mut sent = headers(&PAIR);
        sent.extend(headers(more).into_iter().filter_map(|(name, value)| Some((name?, value))));
        if more.iter().any(|(name, _)| *name == "app-id") {
            sent.append("app-id", HeaderValue::from_static("twice"));
        }
        let found = CONTRACT.validate_request(&method, path, &sent, body.as_bytes()).map(|_| ()).unwrap_err();
        assert!(found.to_string().contains(expected), "{method} {path} {body}: {found}");
    }
}

#[test]
fn a_request_without_credentials_is_refused() {
    let found =
        CONTRACT.validate_request(&Method::GET, LINE, &HeaderMap::new(), b"").map(|_| ()).unwrap_err();
    assert!(found.to_string().contains("app-secret must be there once"), "{found}");
}

const JSON: [(&str, &str); 1] = [("content-type", "application/json")];

#[test]
fn right_replies_pass() {
    for (key, status, more, body) in [
        ("line.get", 200, &[][..], r#"{"subscriberNumber": "2145550101", "name": null}"#),
        ("line.get", 404, &[], r#"{"id": "x", "anything": [1]}"#),
        ("line.get", 500, &[], r#"{"message": "jolt error"}"#),
        ("list.accounts", 200, &[("page-total", "1"), ("refresh-timestamp", "now")], "[]"),
        ("list.accounts", 429, &[("retry-after", "5")], "{}"),
    ] {
        let mut got = headers(&JSON);
        got.extend(headers(more));
        let status = StatusCode::from_u16(status).expect("a status");
        assert_eq!(CONTRACT.validate_response(key, status, &got, body.as_bytes()), Ok(()), "{key} {status}");
    }
    let html = headers(&[("content-type", "text/html; charset=utf-8")]);
    let bad_gateway = StatusCode::BAD_GATEWAY;
    assert_eq!(CONTRACT.validate_response("line.get", bad_gateway, &html, b"<html>"), Ok(()));
    assert_eq!(CONTRACT.validate_response("line.get", bad_gateway, &HeaderMap::new(), b""), Ok(()));
}

#[test]
fn each_wrong_reply_is_refused() {
    for (key, status, more, body, expected) in [
        ("line.delete", 200, &JSON[..], "{}", "no file describes"),
        ("line.get", 201, &JSON, "{}", "not in the file"),
        ("line.get", 200, &[], "{}", "content-type"),
        ("line.get", 200, &JSON, "", "not JSON"),
        ("line.get", 200, &JSON, "<html>", "not JSON"),
        ("line.get", 200, &JSON, "[]", "body"),
        ("line.get", 200, &JSON, r#"{"SubscriberNumber": "2145550101"}"#, "SubscriberNumber"),
        ("line.get", 200, &JSON, r#"{"subscriberNumber": 2145550101}"#, "/subscriberNumber"),
        ("line.get", 200, &[JSON[0], ("page-total", "1")], "{}", "page-total is not in the file"),
        ("list.accounts", 200, &[JSON[0], ("page-total", "many")], "[]", "header page-total"),
    ] {
        let status = StatusCode::from_u16(status).expect("a status");
        let found = CONTRACT.validate_response(key, status, &headers(more), body.as_bytes()).unwrap_err();
        assert!(found.to_string().contains(expected), "{key} {status} {body}: {found}");
    }
}
