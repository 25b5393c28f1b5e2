//! Faults around the commit point, in this process and as control calls.

use std::time::Duration;

use apex_mobility_core::transport::TransportError;
use apex_mobility_sandbox::{Fault, FaultRule, Garbled, Sandbox, When};
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::caller::*;

const QUARTER: Duration = Duration::from_secs(15 * 60);

fn rule(fault: Fault, operation: &str) -> FaultRule {
    FaultRule::new(fault, operation, When::Always).unwrap()
}

/// The numbers on the list, with their status.
async fn listed(sandbox: &Sandbox) -> Vec<(String, String)> {
    let page = get(sandbox, LIST, &[("page-size", "500")]).await.json();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = page.as_array().unwrap().iter();
    rows.map(|row| (text(row, "subscriberNumber"), text(row, "subscriberNumberStatus"))).collect()
}

fn active(sandbox: &Sandbox) -> String {
    sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number.to_string()
}

fn suspend() -> Value {
    json!({"mode": "S", "reasonCode": "CR"})
}

#[tokio::test]
async fn faults_strike_on_their_side_of_the_commit() {
    for (fault, status, commits) in [
        (Fault::F3, 502, true),
        (Fault::F5, 200, false),
        (Fault::F6, 200, true),
        (Fault::F7, 504, true),
        (Fault::F8, 200, true),
        (Fault::F9, 500, false),
        (Fault::F10, 504, false),
    ] {
        let sandbox = sandbox(20);
        sandbox.set_faults([rule(fault, "writes")]);
        let filed = post(&sandbox, ACTIVATION, &json!([element(1)])).await;
        let suspended = patch(&sandbox, &active(&sandbox), &suspend()).await;
        assert_eq!([filed.status, suspended.status].map(|code| code.as_u16()), [status; 2], "{fault}");
        sandbox.advance(Duration::from_secs(240));
        assert_eq!(sandbox.ledger().len(), if commits { 2 } else { 0 }, "{fault}");
        assert_eq!(fault.commits(), commits, "{fault}");
        assert_eq!(get(&sandbox, LIST, &[]).await.status, StatusCode::OK);
    }
}

#[test]
fn writes_and_reads_are_the_operations_of_their_faults() {
    assert!(Sandbox::writes().any(|name| name == "pdp.addresses") && Sandbox::reads().count() > 5);
    assert!(Sandbox::writes().all(|name| Sandbox::reads().all(|other| other != name)));
    for name in Sandbox::writes().chain(Sandbox::reads()) {
        assert!(FaultRule::new(Fault::F1, name, When::Always).is_ok(), "{name}");
    }
}

#[tokio::test]
async fn what_breaks_a_connection_is_an_error_of_the_transport() {
    for (rule, commits, timed_out) in [
        (rule(Fault::F1, "*"), false, false),
        (rule(Fault::F2, "*"), true, false),
        (rule(Fault::F4, "*"), true, true),
        (rule(Fault::F8, "*").garbled(Garbled::CutConnection), true, false),
    ] {
        let sandbox = sandbox(20);
        let fault = rule.fault();
        sandbox.set_faults([rule]);
        let request = Request::patch(format!("{LINE}/{}", active(&sandbox)))
            .header("app-id", "sandbox")
            .header("app-secret", "sandbox")
            .header("content-type", "application/json")
            .body(Bytes::from(suspend().to_string()))
            .unwrap();
        let error = sandbox.transport().oneshot(request).await.unwrap_err();
        match *error.downcast::<TransportError>().unwrap() {
            TransportError::TimedOut => assert!(timed_out, "{fault}"),
            TransportError::Broken(_) => assert!(!timed_out, "{fault}"),
            other => panic!("{fault}: {other}"),
        }
        assert_eq!(sandbox.ledger().len(), usize::from(commits), "{fault}");
    }
}

#[tokio::test]
async fn a_garbled_body_is_a_success_that_cannot_be_read() {
    for how in [Garbled::CutJson, Garbled::Html] {
        let sandbox = sandbox(20);
        sandbox.set_faults([rule(Fault::F8, "*").garbled(how)]);
        let number = active(&sandbox);
        let done = patch(&sandbox, &number, &suspend()).await;
        // The second time the carrier refuses, and that cannot be read either.
        let refused = patch(&sandbox, &number, &suspend()).await;
        sandbox.set_variant("success_code", "204").unwrap();
        let empty = patch(&sandbox, &number, &json!({"mode": "R", "reasonCode": "CR"})).await;
        for answer in [done, refused, empty] {
            assert_eq!(answer.status, StatusCode::OK, "{how:?}");
            assert!(serde_json::from_slice::<Value>(&answer.body).is_err(), "{how:?}");
        }
        assert_eq!(sandbox.ledger().len(), 2, "{how:?}");
    }
}

#[tokio::test]
async fn a_stale_list_shows_a_change_a_day_later() {
    let sandbox = sandbox(50);
    let number = active(&sandbox);
    sandbox.set_faults([FaultRule::new(Fault::F6, "status.change", When::Nth(1)).unwrap()]);
    assert_eq!(patch(&sandbox, &number, &suspend()).await.status, StatusCode::OK);
    let details = get(&sandbox, &format!("{LINE}/{number}"), &[]).await.json();
    assert_eq!(characteristic(&details, "subscriberStatus"), Some("S"));
    let shown = (number.clone(), "A".to_owned());
    sandbox.advance(QUARTER);
    assert!(listed(&sandbox).await.contains(&shown));
    sandbox.advance(Duration::from_secs(23 * 3600));
    assert!(listed(&sandbox).await.contains(&shown));
    sandbox.advance(Duration::from_secs(3600));
    assert!(listed(&sandbox).await.contains(&(number, "S".to_owned())));
}

#[tokio::test]
async fn a_stale_list_keeps_only_the_lines_of_its_call() {
    let sandbox = sandbox(50);
    let number = active(&sandbox);
    sandbox.set_faults([FaultRule::new(Fault::F6, "status.change", When::Nth(1)).unwrap()]);
    patch(&sandbox, &number, &suspend()).await;
    let other = active(&sandbox);
    patch(&sandbox, &other, &suspend()).await;
    // A change without the fault does not show before the fault is over.
    patch(&sandbox, &number, &json!({"mode": "C", "reasonCode": "CAN"})).await;
    sandbox.advance(QUARTER);
    let seen = listed(&sandbox).await;
    assert!(seen.contains(&(number.clone(), "A".to_owned())) && seen.contains(&(other, "S".to_owned())));
    sandbox.advance(Duration::from_secs(24 * 3600));
    assert!(!listed(&sandbox).await.iter().any(|(shown, _)| *shown == number));
}

#[tokio::test]
async fn a_stale_list_shows_the_old_number_until_it_is_over() {
    let sandbox = sandbox(300);
    let line = crate::number_change::dallas(&sandbox);
    sandbox.set_faults([rule(Fault::F6, "number.change").lasting(Duration::from_secs(3600))]);
    let old = line.subscriber_number.to_string();
    let path = format!("/sp/mobility/numberchange/api/v1/service/{old}");
    let changed = post(&sandbox, &path, &json!({"serviceZipCode": "75201"})).await.json();
    let new = changed["newSubscriberNumber"].as_str().unwrap();
    let has = async |number: &str| listed(&sandbox).await.iter().any(|(shown, _)| shown == number);
    sandbox.advance(QUARTER);
    assert!(has(&old).await && !has(new).await);
    let by_number = [("subscriber-number", old.as_str())];
    assert_eq!(get(&sandbox, LIST, &by_number).await.json().as_array().unwrap().len(), 1);
    sandbox.advance(3 * QUARTER);
    assert!(!has(&old).await && has(new).await);
}

#[tokio::test]
async fn a_stale_list_leaves_out_an_activated_line() {
    let sandbox = sandbox(10);
    sandbox.set_faults([FaultRule::new(Fault::F6, "activation.submit", When::Nth(1))
        .unwrap()
        .lasting(Duration::from_secs(3600))]);
    let before = listed(&sandbox).await.len();
    post(&sandbox, ACTIVATION, &json!([element(1)])).await;
    post(&sandbox, ACTIVATION, &json!([element(2)])).await;
    sandbox.advance(QUARTER);
    assert_eq!(sandbox.ledger().len(), 2);
    let kept = sandbox.ledger()[0].subscriber_number.clone().unwrap();
    assert_eq!(listed(&sandbox).await.len(), before + 1);
    let by_number = [("subscriber-number", kept.as_str())];
    assert_eq!(get(&sandbox, LIST, &by_number).await.json(), json!([]));
    let service = get(&sandbox, &format!("{LINE}/{kept}"), &[]).await;
    assert_eq!(service.status, StatusCode::OK);
    // It was made at 12:04: the mark of 13:00 is still without it.
    sandbox.advance(3 * QUARTER);
    assert_eq!(listed(&sandbox).await.len(), before + 1);
    sandbox.advance(QUARTER);
    assert_eq!(listed(&sandbox).await.len(), before + 2);
}

#[tokio::test]
async fn faults_are_set_listed_and_taken_away() {
    let sandbox = sandbox(0);
    let wanted = json!([
        {"fault": "F2", "operation": "activation.submit", "nth": 1},
        {"fault": "F9", "operation": "*", "probability": 0.5, "seed": 7},
        {"fault": "F10", "operation": "reads", "lasts": "PT2M"},
        {"fault": "F4", "operation": "writes", "delay_seconds": 0.5, "for_seconds": 600},
        {"fault": "F8", "operation": "line.get", "garbled": "html",
            "from": "2026-01-19T13:00:00Z", "until": "2026-01-19T14:00:00Z"},
    ]);
    let set = control(&sandbox, Method::PUT, "faults", &wanted).await.json();
    assert_eq!(
        set,
        json!([
            {"fault": "F2", "operation": "activation.submit", "nth": 1, "calls": 0, "strikes": 0},
            {"fault": "F9", "operation": "*", "probability": 0.5, "seed": 7, "calls": 0, "strikes": 0},
            {"fault": "F10", "operation": "reads", "lasts": "PT120S", "calls": 0, "strikes": 0},
            {"fault": "F4", "operation": "writes", "delay_seconds": 0.5, "until": "2026-01-19T12:10:00Z",
                "calls": 0, "strikes": 0},
            {"fault": "F8", "operation": "line.get", "garbled": "html", "from": "2026-01-19T13:00:00Z",
                "until": "2026-01-19T14:00:00Z", "calls": 0, "strikes": 0},
        ]),
    );
    assert_eq!(control(&sandbox, Method::GET, "faults", &Value::Null).await.json(), set);
    assert_eq!(control(&sandbox, Method::DELETE, "faults", &Value::Null).await.json(), json!([]));
    assert!(sandbox.faults().is_empty());
}

#[tokio::test]
async fn a_further_fault_leaves_the_counts_of_the_others() {
    let sandbox = sandbox(0);
    let first = json!({"fault": "F9", "operation": "list.accounts", "nth": 2});
    control(&sandbox, Method::PUT, "faults", &first).await;
    let statuses = [get(&sandbox, LIST, &[]).await.status, get(&sandbox, LIST, &[]).await.status];
    assert_eq!(statuses, [StatusCode::OK, StatusCode::INTERNAL_SERVER_ERROR]);
    let further = json!([{"fault": "F3", "operation": "writes"}]);
    let both = control(&sandbox, Method::POST, "faults", &further).await.json();
    let counts = |at: usize| (both[at]["calls"].as_u64().unwrap(), both[at]["strikes"].as_u64().unwrap());
    assert_eq!((counts(0), counts(1)), ((2, 1), (0, 0)));
}

#[tokio::test]
async fn a_fault_that_does_not_fit_is_refused_and_none_is_set() {
    let sandbox = sandbox(0);
    control(&sandbox, Method::PUT, "faults", &json!({"fault": "F1", "operation": "writes"})).await;
    for (body, problem) in [
        (json!([{"fault": "F11", "operation": "line.get"}]), "F11"),
        (json!([{"fault": "F1", "operation": "line.gett"}]), "line.gett"),
        (json!([{"fault": "F1", "operation": "line.get", "nth": 0}]), "from 1"),
        (json!([{"fault": "F1", "operation": "line.get", "nth": 1, "probability": 0.5}]), "not both"),
        (json!([{"fault": "F1", "operation": "line.get", "probability": 2}]), "between 0 and 1"),
        (json!([{"fault": "F1", "operation": "line.get", "nth": 1, "seed": 1}]), "`seed`"),
        (json!([{"fault": "F10", "operation": "line.get", "lasts": "soon"}]), "soon"),
        (json!([{"fault": "F1", "operation": "line.get", "lasts": "PT1M"}]), "`lasts`"),
        (json!([{"fault": "F1", "operation": "line.get", "delay_seconds": 1}]), "`delay_seconds`"),
        (json!([{"fault": "F4", "operation": "line.get", "delay_seconds": -1}]), "from 0 on"),
        (json!([{"fault": "F1", "operation": "line.get", "garbled": "html"}]), "`garbled`"),
        (json!([{"fault": "F8", "operation": "line.get", "garbled": "loud"}]), "cut_json"),
        (json!([{"fault": "F1", "operation": "line.get", "for_seconds": -1}]), "`for_seconds`"),
        (json!([{"fault": "F1", "operation": "line.get", "for_seconds": 1e300}]), "`for_seconds`"),
        (
            json!([{"fault": "F1", "operation": "line.get", "until": "2026-01-20T00:00:00Z",
            "for_seconds": 1}]),
            "not both",
        ),
        (
            json!([{"fault": "F1", "operation": "line.get", "from": "2026-01-20T00:00:00Z",
            "until": "2026-01-20T00:00:00Z"}]),
            "before",
        ),
        (json!([{"fault": "F1", "operation": "line.get", "from": "tomorrow"}]), "a fault is"),
        (json!([{"fault": "F1", "operation": "line.get"}, {"fault": "F1"}]), "operation"),
        (json!(["F1"]), "a fault is"),
        (json!("F1"), "a fault is"),
    ] {
        for method in [Method::PUT, Method::POST] {
            let answer = control(&sandbox, method, "faults", &body).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
            let text = answer.json()["error"].as_str().unwrap().to_owned();
            assert!(text.contains(problem), "{body}: {text}");
        }
        assert_eq!(sandbox.faults().len(), 1, "{body}");
    }
}
