//! Port Management (contract 4.3), as a caller sees it.

use std::time::Duration;

use crate::caller::*;
use apex_mobility_core::catalog::{self, Class};
use apex_mobility_sandbox::{LedgerKind, Sandbox};
use http::{Method, StatusCode};
use serde_json::{Value, json};

mod numbers;
mod refusals;

const HOUR: Duration = Duration::from_hours(1);
const NUMBER: &str = "9735550107";

fn party(role: &str) -> Value {
    json!({"id": "", "role": role, "firstName": "Test", "lastName": "User",
        "address": {"streetNumber": "100", "streetDirection": "", "streetName": "Example", "streetType": "",
            "city": "Dallas", "state": "TX", "zipCode": "75201"}})
}

fn losing(account: &str) -> Value {
    json!({"localId": "", "networkId": "", "billingAccountNumber": account, "billingAccountPassword": "000000",
        "firstName": "Test", "lastName": "User", "authorizationName": ""})
}

/// A request that nothing speaks against, with this account at the losing carrier.
fn port(account: &str) -> Value {
    json!({
        "billingAccount": {"id": "000000000001"},
        "relatedParty": [party("subscriber"), party("authorizer")],
        "fromService": {"npaNxx": "973555", "fromLine": "0107", "serviceArea": "000000000012"},
        "oldServiceProvider": losing(account),
        "subscriberNumber": NUMBER, "serviceZipCode": "75201", "businessName": "",
        "portDirection": "B", "portRequestLineId": NUMBER
    })
}

fn item() -> String {
    format!("{PORT}/{NUMBER}")
}

async fn ask(sandbox: &Sandbox, account: &str) {
    assert_eq!(post(sandbox, PORT, &port(account)).await.json()["portRequestStatus"], "OP");
}

async fn state(sandbox: &Sandbox) -> Value {
    get(sandbox, &item(), &[]).await.json()
}

async fn update(sandbox: &Sandbox, body: Value) -> Answer {
    call(sandbox, Method::PATCH, &item(), &[], body.to_string().as_bytes()).await
}

async fn cancel(sandbox: &Sandbox) -> Answer {
    call(sandbox, Method::DELETE, &item(), &[("service-zip-code", "75201")], b"").await
}

/// The states of the port in the ledger.
fn moves(sandbox: &Sandbox) -> Vec<String> {
    let ledger = sandbox.ledger();
    let ports = ledger.iter().filter(|entry| entry.kind == LedgerKind::Port);
    ports.map(|entry| entry.detail["portRequestStatus"].clone()).collect()
}

#[tokio::test]
async fn eligibility_is_a_word_and_has_the_service_area() {
    let sandbox = sandbox(10);
    let check = async |number: &str, zip: &str| {
        let body = json!({"subscriberNumber": number, "serviceZipCode": zip});
        post(&sandbox, ELIGIBILITY, &body).await.json()
    };
    let yes = json!({"eligibilityFlag": "true", "fromService": {"serviceArea": "000000000012"}});
    let no = json!({"eligibilityFlag": "false"});
    assert_eq!(check(NUMBER, "75201").await, yes);
    assert_eq!(check(NUMBER, "00001").await, no);
    assert_eq!(check(NUMBER, "99999").await, no);
    let ours = sandbox.lines()[0].subscriber_number.to_string();
    assert_eq!(check(&ours, "75201").await, no);
}

#[tokio::test]
async fn a_port_is_open_then_confirmed_then_completed() {
    let sandbox = sandbox(10);
    let start = sandbox.now();
    let open = post(&sandbox, PORT, &port("OLD-1")).await.json();
    let expected = json!({"subscriberNumber": NUMBER, "portRequestStatus": "OP",
        "statusReasonCode": null, "statusReasonDescription": null});
    assert_eq!(open, expected);
    sandbox.advance(2 * HOUR - Duration::from_secs(1));
    assert_eq!(state(&sandbox).await["portRequestStatus"], "OP");
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(state(&sandbox).await["portRequestStatus"], "CF");
    sandbox.advance(22 * HOUR - Duration::from_secs(1));
    assert_eq!(state(&sandbox).await["portRequestStatus"], "CF");
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(state(&sandbox).await["portRequestStatus"], "CO");

    let ledger = sandbox.ledger();
    let seen: Vec<_> = ledger.iter().map(|entry| entry.at.duration_since(start).unwrap() / 3600).collect();
    assert_eq!(seen, [0, 2, 24].map(Duration::from_secs));
    assert_eq!(moves(&sandbox), ["OP", "CF", "CO"]);
    assert!(ledger.iter().all(|entry| entry.subscriber_number.as_ref().unwrap().as_str() == NUMBER));
    assert!(ledger.iter().all(|entry| !format!("{:?}", entry.detail).contains("OLD-1")));
}

#[tokio::test]
async fn the_losing_account_tells_the_end() {
    for (account, code) in [("DN", "DN"), ("ER", "ER"), ("CT-8A", "CT"), ("CT-9Z", "CT"), ("CT-", "CF")] {
        let sandbox = sandbox(10);
        ask(&sandbox, account).await;
        sandbox.advance(48 * HOUR);
        let state = state(&sandbox).await;
        let expected = if code == "CF" { "CO" } else { code };
        assert_eq!(state["portRequestStatus"], expected, "{account}");
        assert_eq!(state["statusReasonDescription"].is_string(), code != "CF", "{account}");
    }
}

/// A correction of one value: of the losing account, or of the request.
fn correction(member: &str, value: &str, losing_account: &str) -> Value {
    match member {
        "serviceZipCode" => json!({"serviceZipCode": value}),
        "billingAccount" => json!({"billingAccount": {"id": value}}),
        _ => {
            let mut losing = losing(losing_account);
            losing[member] = json!(value);
            json!({"oldServiceProvider": losing})
        }
    }
}

/// Each reason code of contract 4.3, what mends it and what does not.
#[tokio::test]
async fn each_conflict_is_mended_by_its_own_correction_alone() {
    let account = Some(("billingAccountNumber", "OLD-1"));
    let pin = Some(("billingAccountPassword", "246810"));
    let name = Some(("lastName", "Other"));
    let zip = Some(("serviceZipCode", "77002"));
    let any = Some(("billingAccount", "000000000001"));
    let table = [
        ("8A", account, pin),
        ("6B", pin, zip),
        ("8C", pin, name),
        ("8D", zip, pin),
        ("9E", zip, any),
        ("7C", name, zip),
        ("8E", name, pin),
        ("8F", name, any),
        ("7T", None, pin),
        ("6P", any, None),
        ("6A", any, None),
        ("6D", any, None),
        ("1M", any, None),
        ("1N", any, None),
        ("6E", any, None),
        ("6F", any, None),
        ("1P", any, None),
    ];
    for (code, right, wrong) in table {
        let sandbox = sandbox(10);
        let hook = format!("CT-{code}");
        ask(&sandbox, &hook).await;
        sandbox.advance(2 * HOUR);
        let conflict = state(&sandbox).await;
        assert_eq!(
            (&conflict["portRequestStatus"], &conflict["statusReasonCode"]),
            (&json!("CT"), &json!(code))
        );
        for (correction_of, end) in [(wrong, "CT"), (right, "CF")] {
            let Some((member, value)) = correction_of else { continue };
            let opened = update(&sandbox, correction(member, value, &hook)).await.json();
            assert_eq!(opened["portRequestStatus"], "OP", "{code}");
            sandbox.advance(2 * HOUR);
            assert_eq!(state(&sandbox).await["portRequestStatus"], end, "{code} after {member}");
        }
    }
}

#[tokio::test]
async fn an_update_starts_the_waiting_anew() {
    let sandbox = sandbox(10);
    ask(&sandbox, "OLD-1").await;
    sandbox.advance(HOUR);
    update(&sandbox, json!({"serviceZipCode": "77002"})).await;
    sandbox.advance(HOUR);
    assert_eq!(state(&sandbox).await["portRequestStatus"], "OP");
    sandbox.advance(HOUR);
    assert_eq!(state(&sandbox).await["portRequestStatus"], "CF");
    assert_eq!(moves(&sandbox), ["OP", "OP", "CF"]);
    assert_eq!(sandbox.ledger()[1].detail["members"], "serviceZipCode");
}

#[tokio::test]
async fn a_cancelled_port_stays_cancelled() {
    let sandbox = sandbox(10);
    ask(&sandbox, "OLD-1").await;
    assert_eq!(cancel(&sandbox).await.json()["portRequestStatus"], "CN");
    sandbox.advance(48 * HOUR);
    assert_eq!(state(&sandbox).await["portRequestStatus"], "CN");
    assert_eq!(moves(&sandbox), ["OP", "CN"]);
}

#[tokio::test]
async fn what_was_asked_for_again_goes_by_its_own_time() {
    let sandbox = sandbox(10);
    ask(&sandbox, "OLD-1").await;
    sandbox.advance(HOUR);
    cancel(&sandbox).await;
    ask(&sandbox, "OLD-1").await;
    sandbox.advance(HOUR);
    assert_eq!(state(&sandbox).await["portRequestStatus"], "OP");
    sandbox.advance(HOUR);
    assert_eq!(state(&sandbox).await["portRequestStatus"], "CF");
}

#[tokio::test]
async fn a_variant_keeps_a_confirmed_port_from_being_cancelled() {
    let sandbox = sandbox(10);
    sandbox.set_variant("port_cancel_after_cf", "refused").unwrap();
    ask(&sandbox, "OLD-1").await;
    sandbox.advance(2 * HOUR);
    let answer = cancel(&sandbox).await;
    assert_eq!(
        (answer.status, told(&Method::DELETE, &answer).0),
        (StatusCode::BAD_REQUEST, Class::InvalidInput)
    );
    assert_eq!(state(&sandbox).await["portRequestStatus"], "CF");
}

#[tokio::test]
async fn a_variant_makes_denied_mean_delayed() {
    let sandbox = sandbox(10);
    sandbox.set_variant("port_dn", "delayed").unwrap();
    ask(&sandbox, "DN").await;
    sandbox.advance(48 * HOUR);
    assert_eq!(moves(&sandbox), ["OP", "DN", "OP", "CF", "CO"]);
}
