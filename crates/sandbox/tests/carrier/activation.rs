//! Service Activation (contract 4.2), as a caller sees it.

use std::time::Duration;

use crate::caller::*;
use apex_mobility_core::catalog;
use apex_mobility_sandbox::Sandbox;
use http::StatusCode;
use serde_json::{Value, json};

const MINUTE: Duration = Duration::from_secs(60);

async fn submit(sandbox: &Sandbox, elements: Vec<Value>) -> Answer {
    post(sandbox, ACTIVATION, &Value::Array(elements)).await
}

/// The one element of a request, in the end.
async fn outcome(sandbox: &Sandbox, element: Value) -> Value {
    let filed = submit(sandbox, vec![element]).await;
    assert_eq!(filed.status, StatusCode::OK);
    sandbox.advance(4 * MINUTE);
    let id = filed.json()[0]["id"].as_str().unwrap().to_owned();
    get(sandbox, &format!("{ACTIVATION}/{id}"), &[]).await.json()[0].clone()
}

fn at<'a>(states: &'a Value, sim: &str) -> &'a Value {
    let mut all = states.as_array().unwrap().iter();
    all.find(|state| characteristic(&state["service"], "sim") == Some(sim)).unwrap()
}

#[tokio::test]
async fn a_line_goes_from_pending_over_reserved_to_active() {
    let sandbox = sandbox(10);
    let filed = submit(&sandbox, vec![element(1)]).await.json();
    assert_eq!(filed[0]["service"]["status"], "Pending");
    assert_eq!(filed[0]["service"]["subscriberNumber"], Value::Null);
    assert_eq!(filed[0]["interactionStatus"], "Pending");
    assert_eq!(filed[0]["interactionDateComplete"], Value::Null);

    let path = format!("{ACTIVATION}/{}", filed[0]["id"].as_str().unwrap());
    sandbox.advance(MINUTE - Duration::from_secs(1));
    assert_eq!(get(&sandbox, &path, &[]).await.json()[0]["service"]["status"], "Pending");
    sandbox.advance(Duration::from_secs(1));
    let reserved = get(&sandbox, &path, &[]).await.json();
    assert_eq!(reserved[0]["service"]["status"], "Reserved");
    let number = reserved[0]["service"]["subscriberNumber"].clone();
    assert!(number.as_str().unwrap().starts_with("214555"));
    assert!(sandbox.ledger().is_empty());

    sandbox.advance(3 * MINUTE);
    let active = get(&sandbox, &path, &[]).await.json();
    assert_eq!(active[0]["service"]["status"], "Active");
    assert_eq!(active[0]["service"]["subscriberNumber"], number);
    assert_eq!(active[0]["service"]["error"], Value::Null);
    assert_eq!(active[0]["interactionStatus"], "Complete");
    assert_eq!(active[0]["interactionDateComplete"], "2026-01-19Z");
}

#[tokio::test]
async fn the_ledger_holds_one_entry_per_line_at_its_time() {
    let sandbox = sandbox(10);
    let start = sandbox.now();
    submit(&sandbox, vec![element(1)]).await;
    sandbox.advance(60 * MINUTE);
    let ledger = sandbox.ledger();
    assert_eq!(ledger.len(), 1);
    assert_eq!(ledger[0].kind.to_string(), "activation");
    assert_eq!(ledger[0].at, start + 4 * MINUTE);
    assert_eq!(ledger[0].iccid.as_ref().unwrap().as_str(), iccid(1));
    assert!(sandbox.ledger_after(1).is_empty());
}

#[tokio::test]
async fn a_fresh_line_has_no_details_for_a_minute() {
    let sandbox = sandbox(10);
    let state = outcome(&sandbox, element(1)).await;
    let path = format!("{LINE}/{}", state["service"]["subscriberNumber"].as_str().unwrap());
    let sim = iccid(1);
    assert_eq!(get(&sandbox, &path, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&sandbox, LINE, &[("sim", &sim)]).await.json(), json!([]));
    sandbox.advance(MINUTE);
    let details = get(&sandbox, &path, &[]).await.json();
    assert_eq!(characteristic(&details, "sim"), Some(sim.as_str()));
    assert_eq!(characteristic(&details, "singleUserCode"), Some("APXPLAN01"));
    assert_eq!(characteristic(&details, "offeringCode1"), Some("SOC1"));
    assert_eq!(characteristic(&details, "contactName"), Some("Test User"));
    assert_eq!(get(&sandbox, LINE, &[("sim", &sim)]).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_mixed_batch_ends_mixed_and_shuffled() {
    let sandbox = sandbox(10);
    let mut elements: Vec<_> = (1..=20).map(element).collect();
    elements[3] = with(element(4), "singleUserCode", "APXPLAN99");
    let filed = submit(&sandbox, elements).await.json();
    let order: Vec<_> =
        filed.as_array().unwrap().iter().map(|s| characteristic(&s["service"], "sim").unwrap()).collect();
    assert_ne!(order, (1..=20).map(iccid).collect::<Vec<_>>());
    sandbox.advance(4 * MINUTE);
    let states = get(&sandbox, &format!("{ACTIVATION}/req-0001"), &[]).await.json();
    assert_eq!(at(&states, &iccid(4))["service"]["status"], "Rejected");
    for n in (1..=20).filter(|n| *n != 4) {
        assert_eq!(at(&states, &iccid(n))["service"]["status"], "Active", "{n}");
    }
    assert_eq!(sandbox.ledger().len(), 19);
}

/// What an element is rejected with, and the row of contract 6 that explains it. No row: only the status
/// or nothing would tell, so the class is not asserted.
#[tokio::test]
async fn rejections_say_what_the_error_catalog_knows() {
    let sandbox = sandbox(100);
    let used = sandbox.lines()[0].sim.to_string();
    let party = |member: &str, value: Value| {
        let mut element = element(1);
        element["relatedParty"][0][member] = value;
        element
    };
    let address = |member: &str, value: &str| {
        let mut element = element(1);
        element["relatedParty"][0]["address"][member] = json!(value);
        element
    };
    let ban = |ban: &str| {
        let mut element = element(1);
        element["billingAccount"]["id"] = json!(ban);
        element
    };
    let elements = [
        ("a used ICCID", with(element(1), "sim", &used), Some(18)),
        (
            "a plan that needs 5G",
            with(with(element(1), "IMEI", &imei("00101003", 1)), "singleUserCode", "APXPLAN02"),
            Some(15),
        ),
        (
            "a feature that needs 5G",
            with(with(element(1), "IMEI", &imei("00101003", 1)), "offeringCode1", "SOC4"),
            Some(15),
        ),
        ("an unknown ZIP", address("zipCode", "99999"), Some(25)),
        ("a city elsewhere", address("city", "Boston"), Some(25)),
        ("a blank city", address("city", " "), Some(24)),
        ("an unknown BAN", ban("000000999999"), Some(20)),
        ("a short BAN", ban("1"), Some(20)),
        ("a ZIP without numbers", with(element(1), "serviceZipCode", "00001"), Some(21)),
        ("a bad IMEI", with(element(1), "IMEI", "001010000000017"), Some(40)),
        ("an unknown device", with(element(1), "IMEI", &imei("00199999", 1)), Some(40)),
        ("a blocked device", with(element(1), "IMEI", &imei("00101008", 1)), Some(40)),
        ("an eSIM-only device with a card", with(element(1), "IMEI", &imei("00101006", 1)), Some(40)),
        (
            "an eSIM in a device without one",
            with(with(element(1), "IMEI", &imei("00101003", 1)), "eid", "89001000000000000000000000000177"),
            Some(40),
        ),
        ("a bad ICCID", with(element(1), "sim", "89010000000000000012"), None),
        ("a bad EID", with(element(1), "eid", "89001000000000000000000000000178"), None),
        ("no ICCID", without(element(1), "sim"), None),
        ("no IMEI", without(element(1), "IMEI"), None),
        ("no plan", without(element(1), "singleUserCode"), None),
        ("an unknown plan", with(element(1), "singleUserCode", "APXPLAN99"), None),
        ("an unknown feature", with(element(1), "offeringCode1", "SOC99"), None),
        ("a feature to remove", with(element(1), "removeOfferingCode", "SOC1"), None),
        ("no first name", party("firstName", json!("")), None),
        ("no last name", party("lastName", Value::Null), None),
        ("no subscriber", party("role", json!("authorizer")), None),
        ("no street", address("streetName", ""), None),
        ("a number for a name", party("firstName", json!(7)), None),
        ("a text", json!("a line"), None),
    ];
    for (what, element, row) in elements {
        let state = outcome(&sandbox, element).await;
        assert_eq!(state["service"]["status"], "Rejected", "{what}");
        assert_eq!(state["service"]["subscriberNumber"], Value::Null, "{what}");
        let text = state["service"]["error"].as_str().unwrap();
        let known: Vec<_> =
            catalog::explain(text).iter().map(|row| row.number).filter(|n| (8..43).contains(n)).collect();
        assert_eq!(known.first().copied(), row, "{what}: {text}");
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn an_iccid_is_taken_from_the_moment_it_is_sent() {
    let sandbox = sandbox(10);
    submit(&sandbox, vec![element(1)]).await;
    let second = submit(&sandbox, vec![element(1)]).await.json();
    assert_eq!(second[0]["id"], "req-0002");
    let twice = submit(&sandbox, vec![element(2), element(2)]).await;
    assert_eq!(twice.status, StatusCode::OK);
    sandbox.advance(5 * MINUTE);
    let ids: Vec<_> = sandbox.ledger().into_iter().map(|entry| entry.iccid.unwrap().to_string()).collect();
    assert_eq!(ids, [iccid(1), iccid(2)]);
}

#[tokio::test]
async fn an_esim_comes_with_a_profile_of_its_own() {
    let sandbox = sandbox(10);
    let eid = "89001000000000000000000000000177";
    let esim = with(without(with(element(1), "IMEI", &imei("00101006", 1)), "sim"), "eid", eid);
    let state = outcome(&sandbox, esim).await;
    assert_eq!(state["service"]["status"], "Active");
    sandbox.advance(MINUTE);
    let number = state["service"]["subscriberNumber"].as_str().unwrap();
    let details = get(&sandbox, &format!("{LINE}/{number}"), &[]).await.json();
    assert_eq!(characteristic(&details, "eid"), Some(eid));
    assert!(characteristic(&details, "sim").unwrap().starts_with("890142"));
}

#[tokio::test]
async fn a_number_that_was_not_ported_is_replaced() {
    let sandbox = sandbox(10);
    let mut with_number = element(1);
    with_number["service"]["subscriberNumber"] = json!("2125550199");
    let state = outcome(&sandbox, with_number).await;
    assert_eq!(state["service"]["status"], "Active");
    assert_ne!(state["service"]["subscriberNumber"], "2125550199");
}

#[tokio::test]
async fn a_bad_request_is_refused_whole() {
    let sandbox = sandbox(10);
    let bodies = [
        Value::Array((0..201).map(element).collect()).to_string(),
        "[]".to_owned(),
        "{}".to_owned(),
        "null".to_owned(),
        "[{".to_owned(),
        String::new(),
    ];
    for body in bodies {
        let answer = call(&sandbox, http::Method::POST, ACTIVATION, &[], body.as_bytes()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let body = answer.json();
        assert_eq!(body["responseMessage"], body["errorDescription"]);
    }
    sandbox.advance(10 * MINUTE);
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn a_body_says_that_it_is_json() {
    let sandbox = sandbox(20);
    let body = json!([element(1)]).to_string();
    let sent = async |kind: &str| {
        let headers = [("content-type", kind)];
        call(&sandbox, http::Method::POST, ACTIVATION, &headers, body.as_bytes()).await.status
    };
    for kind in ["", "text/plain", "application/x-www-form-urlencoded"] {
        assert_eq!(sent(kind).await, StatusCode::BAD_REQUEST, "{kind}");
    }
    assert_eq!(sent("application/json; charset=utf-8").await, StatusCode::OK);
}

#[tokio::test]
async fn two_hundred_lines_are_not_too_many() {
    let sandbox = sandbox(10);
    let filed = submit(&sandbox, (0..200).map(element).collect()).await;
    assert_eq!(filed.json().as_array().unwrap().len(), 200);
    sandbox.advance(4 * MINUTE);
    assert_eq!(sandbox.ledger().len(), 200);
}

#[tokio::test]
async fn an_unknown_request_is_not_found() {
    let sandbox = sandbox(10);
    submit(&sandbox, vec![element(1)]).await;
    for id in ["req-0002", "req-1", "req-", "0001", "req-00001", "req-0000"] {
        let answer = get(&sandbox, &format!("{ACTIVATION}/{id}"), &[]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{id}");
    }
}

#[tokio::test]
async fn a_variant_decides_about_duplicates() {
    let sandbox = sandbox(10);
    submit(&sandbox, vec![element(1)]).await;
    sandbox.set_variant("duplicate_activation", "whole_post_400").unwrap();
    let answer = submit(&sandbox, vec![element(1), element(2)]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    sandbox.set_variant("duplicate_activation", "accepted_twice").unwrap();
    submit(&sandbox, vec![element(1)]).await;
    sandbox.advance(10 * MINUTE);
    assert_eq!(sandbox.ledger().len(), 2);
    let found = get(&sandbox, LINE, &[("sim", &iccid(1))]).await.json();
    assert_eq!(found.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn variants_decide_what_a_reserved_line_and_a_foreign_number_get() {
    let sandbox = sandbox(10);
    sandbox.set_variant("reserved_number", "empty").unwrap();
    sandbox.set_variant("activation_port_number", "rejected").unwrap();
    let mut with_number = element(1);
    with_number["service"]["subscriberNumber"] = json!("2125550199");
    submit(&sandbox, vec![with_number, element(2)]).await;
    sandbox.advance(MINUTE);
    let path = format!("{ACTIVATION}/req-0001");
    let reserved = get(&sandbox, &path, &[]).await.json();
    assert_eq!(at(&reserved, &iccid(2))["service"]["status"], "Reserved");
    assert_eq!(at(&reserved, &iccid(2))["service"]["subscriberNumber"], Value::Null);
    sandbox.advance(3 * MINUTE);
    let done = get(&sandbox, &path, &[]).await.json();
    assert_eq!(at(&done, &iccid(1))["service"]["status"], "Rejected");
    assert_eq!(at(&done, &iccid(2))["service"]["status"], "Active");
}
