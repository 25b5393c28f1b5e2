//! PDP Provisioning (contract 4.10), as a caller sees it.

use std::time::Duration;

use crate::caller::*;
use apex_mobility_core::catalog::Class;
use apex_mobility_sandbox::{LedgerKind, LineView, Sandbox};
use http::{Method, StatusCode};
use serde_json::{Value, json};

mod refusals;
mod variants;

const BAN: &str = "000000000001";
const PDP: &str = "PDP-EXAMPLE";
const DONE: Duration = Duration::from_secs(240);

/// The active lines of the account, in the order they came to be.
fn lines_of(sandbox: &Sandbox) -> Vec<LineView> {
    let lines = sandbox.lines().into_iter();
    lines.filter(|line| line.status == "A" && line.billing_account_number.as_str() == BAN).collect()
}

fn numbers(sandbox: &Sandbox) -> Vec<String> {
    lines_of(sandbox).iter().map(|line| line.subscriber_number.to_string()).collect()
}

/// A line of a submission that nothing speaks against.
fn profile(number: &str, address: &str) -> Value {
    json!({"subscriberNumber": number, "ipAddressRecord": {"ipAddress": address}, "lteIndicator": "Y",
        "defaultAPNIndicator": "N", "accessPointName": "apn.example", "effectiveDate": "2026-01-19Z"})
}

fn held(number: &str, address: &str) -> Value {
    json!({"subscriberNumber": number, "ipAddressRecord": {"ipAddress": address}})
}

fn request(lines: &[Value]) -> Value {
    json!({"pdpName": PDP, "billingAccountNumber": BAN, "subscriber": lines})
}

async fn look_up(sandbox: &Sandbox, pdp: &str, quantity: u64) -> Answer {
    post(sandbox, ADDRESSES, &json!({"pdpName": pdp, "ipQuantity": quantity})).await
}

fn addresses(answer: &Answer) -> Vec<String> {
    let records = answer.json()["ipAddressRecords"].as_array().unwrap().clone();
    records.iter().map(|record| record["ipAddress"].as_str().unwrap().to_owned()).collect()
}

/// Sends lines that are accepted; the id of the batch.
async fn submit(sandbox: &Sandbox, path: &str, lines: &[Value]) -> String {
    let answer = post(sandbox, path, &request(lines)).await.json();
    let message = answer["message"].as_str().unwrap();
    message.strip_prefix("Accepted. batch-id: ").unwrap().to_owned()
}

async fn status(sandbox: &Sandbox, batch: &str) -> Vec<Value> {
    get(sandbox, PROVISIONING, &[("batch-id", batch)]).await.json().as_array().unwrap().clone()
}

/// The three stages of a line.
fn stages(element: &Value) -> [&str; 3] {
    ["profileCheck", "ipReservation", "profileUpdate"].map(|stage| element[stage].as_str().unwrap())
}

/// What happened to addresses, by the ledger.
fn moves(sandbox: &Sandbox) -> Vec<(String, String)> {
    let ledger = sandbox.ledger();
    let ips = ledger.iter().filter(|entry| entry.kind == LedgerKind::Ip);
    ips.map(|entry| (entry.detail["change"].clone(), entry.detail["ipAddress"].clone())).collect()
}

fn moved(change: &str, address: &str) -> (String, String) {
    (change.to_owned(), address.to_owned())
}

async fn shown_address(sandbox: &Sandbox, number: &str) -> Option<String> {
    let line = get(sandbox, &format!("{LINE}/{number}"), &[]).await.json();
    characteristic(&line, "ipAddress").map(str::to_owned)
}

#[tokio::test]
async fn free_addresses_are_named_and_not_set_aside() {
    let sandbox = sandbox(10);
    let answer = look_up(&sandbox, PDP, 2).await;
    let expected = json!({"ipAddressRecords": [{"ipAddress": "10.20.0.11"}, {"ipAddress": "10.20.0.12"}], "message": ""});
    assert_eq!(answer.json(), expected);
    assert_eq!(look_up(&sandbox, PDP, 2).await.json(), expected);
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn every_seed_has_a_pool_of_at_least_200_addresses() {
    for seed in [1, 2, 77] {
        let sandbox = Sandbox::builder().seed(seed).lines(2000).build();
        for (at, chunk) in numbers(&sandbox)[..200].chunks(10).enumerate() {
            let free = addresses(&look_up(&sandbox, PDP, 10).await);
            assert_eq!(free.len(), 10, "seed {seed}, batch {at}");
            let lines: Vec<_> = chunk.iter().zip(&free).map(|(number, ip)| profile(number, ip)).collect();
            submit(&sandbox, PROVISIONING, &lines).await;
            sandbox.advance(DONE);
        }
        assert_eq!(moves(&sandbox).len(), 200, "seed {seed}");
    }
}

#[tokio::test]
async fn a_pool_that_runs_short_gives_what_is_left() {
    let sandbox = sandbox(100);
    let answer = look_up(&sandbox, "PDP-SMALL", 5).await;
    assert_eq!(addresses(&answer), ["10.21.0.11", "10.21.0.12", "10.21.0.13", "10.21.0.14"]);
    assert_eq!(answer.json()["message"], "4 of 5 IP addresses are available");

    let lines: Vec<_> =
        numbers(&sandbox).iter().zip(addresses(&answer)).map(|(n, ip)| profile(n, &ip)).collect();
    let mut all = request(&lines);
    all["pdpName"] = json!("PDP-SMALL");
    post(&sandbox, PROVISIONING, &all).await;
    sandbox.advance(DONE);
    let none = look_up(&sandbox, "PDP-SMALL", 1).await;
    assert_eq!(none.json(), json!({"ipAddressRecords": [], "message": "0 of 1 IP addresses are available"}));
}

#[tokio::test]
async fn a_line_moves_through_its_stages_and_then_has_its_address() {
    let sandbox = sandbox(100);
    let number = &numbers(&sandbox)[0];
    let batch = submit(&sandbox, PROVISIONING, &[profile(number, "10.20.0.11")]).await;
    let table = [
        (0, ["In Progress", "Pending", "Pending"]),
        (29, ["In Progress", "Pending", "Pending"]),
        (30, ["Success", "In Progress", "Pending"]),
        (60, ["Success", "Reserved", "In Progress"]),
        (239, ["Success", "Reserved", "In Progress"]),
        (240, ["Success", "Reserved", "Complete"]),
    ];
    let mut passed = 0;
    for (seconds, expected) in table {
        sandbox.advance(Duration::from_secs(seconds - passed));
        passed = seconds;
        assert_eq!(stages(&status(&sandbox, &batch).await[0]), expected, "after {seconds} s");
        let given = seconds == 240;
        assert_eq!(shown_address(&sandbox, number).await.is_some(), given, "after {seconds} s");
        assert_eq!(sandbox.ledger().len(), usize::from(given), "after {seconds} s");
    }
    let expected = json!({"batchId": batch, "subscriberNumber": number, "profileCheck": "Success",
        "ipReservation": "Reserved", "profileUpdate": "Complete", "ipAddressRecord": {"ipAddress": "10.20.0.11"},
        "lteIndicator": "Y", "defaultAPNIndicator": "N", "accessPointName": "apn.example"});
    assert_eq!(status(&sandbox, &batch).await, [expected]);
    assert_eq!(shown_address(&sandbox, number).await.as_deref(), Some("10.20.0.11"));
    let entry = &sandbox.ledger()[0];
    assert_eq!(entry.subscriber_number.as_ref().unwrap().as_str(), number);
    assert_eq!((entry.detail["batchId"].as_str(), entry.detail["pdpName"].as_str()), (batch.as_str(), PDP));
    assert_eq!(moves(&sandbox), [moved("given", "10.20.0.11")]);
    assert_eq!(addresses(&look_up(&sandbox, PDP, 1).await), ["10.20.0.12"]);
}

#[tokio::test]
async fn an_address_is_removed_and_free_again() {
    let sandbox = sandbox(100);
    let number = &numbers(&sandbox)[0];
    submit(&sandbox, PROVISIONING, &[profile(number, "10.20.0.11")]).await;
    sandbox.advance(DONE);
    let batch = submit(&sandbox, REMOVAL, &[held(number, "10.20.0.11")]).await;
    sandbox.advance(Duration::from_secs(60));
    assert_eq!(stages(&status(&sandbox, &batch).await[0]), ["Success", "In Progress", "In Progress"]);
    assert_eq!(shown_address(&sandbox, number).await.as_deref(), Some("10.20.0.11"));
    sandbox.advance(DONE);
    let element = &status(&sandbox, &batch).await[0];
    assert_eq!(stages(element), ["Success", "Released", "Complete"]);
    assert_eq!(element.get("lteIndicator"), None);
    assert_eq!(shown_address(&sandbox, number).await, None);
    assert_eq!(moves(&sandbox), [moved("given", "10.20.0.11"), moved("taken", "10.20.0.11")]);
    assert_eq!(addresses(&look_up(&sandbox, PDP, 1).await), ["10.20.0.11"]);
}

#[tokio::test]
async fn the_batch_wins_over_the_number() {
    let sandbox = sandbox(100);
    let [one, other] = [&numbers(&sandbox)[0], &numbers(&sandbox)[1]];
    let first = submit(&sandbox, PROVISIONING, &[profile(one, "10.20.0.11")]).await;
    let second = submit(&sandbox, PROVISIONING, &[profile(other, "10.20.0.12")]).await;
    assert_ne!(first, second);
    let of = async |headers: &[(&str, &str)]| {
        let answer = get(&sandbox, PROVISIONING, headers).await.json();
        answer.as_array().unwrap().iter().map(|element| element["batchId"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(&[("batch-id", &first), ("subscriber-number", other)]).await, [json!(first)]);
    assert_eq!(of(&[("subscriber-number", other)]).await, [json!(second)]);
    assert_eq!(of(&[("batch-id", &second.to_uppercase())]).await, [json!(second)]);
}

#[tokio::test]
async fn a_number_shows_all_its_requests_oldest_first() {
    let sandbox = sandbox(100);
    let number = &numbers(&sandbox)[0];
    let given = submit(&sandbox, PROVISIONING, &[profile(number, "10.20.0.11")]).await;
    sandbox.advance(DONE);
    let taken = submit(&sandbox, REMOVAL, &[held(number, "10.20.0.11")]).await;
    let answer = get(&sandbox, PROVISIONING, &[("subscriber-number", number)]).await.json();
    let batches: Vec<_> =
        answer.as_array().unwrap().iter().map(|one| one["batchId"].as_str().unwrap()).collect();
    assert_eq!(batches, [given, taken]);
}

/// contract 6, row 38.
#[tokio::test]
async fn what_is_not_known_is_an_element_without_a_batch_id() {
    let sandbox = sandbox(100);
    let number = &numbers(&sandbox)[0];
    for headers in
        [("batch-id", "11111111-2222-11ee-8333-444444444444"), ("subscriber-number", number.as_str())]
    {
        let answer = get(&sandbox, PROVISIONING, &[headers]).await;
        assert_eq!(answer.status, StatusCode::OK);
        let elements = answer.json();
        assert_eq!(elements.as_array().unwrap().len(), 1);
        assert_eq!(elements[0].get("batchId"), None);
        assert!(elements[0]["message"].is_string(), "{elements}");
    }
}

/// A line whose change lies ahead waits for its day.
#[tokio::test]
async fn an_address_is_given_on_its_day() {
    let sandbox = sandbox(100);
    let number = &numbers(&sandbox)[0];
    let mut line = profile(number, "10.20.0.11");
    line["effectiveDate"] = json!("2026-01-21Z");
    let batch = submit(&sandbox, PROVISIONING, &[line]).await;
    sandbox.advance(DONE);
    assert_eq!(stages(&status(&sandbox, &batch).await[0]), ["Success", "Reserved", "Pending"]);
    assert_eq!(addresses(&look_up(&sandbox, PDP, 1).await), ["10.20.0.12"]);
    sandbox.advance(Duration::from_hours(36) - DONE - Duration::from_secs(1));
    assert!(sandbox.ledger().is_empty());
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(moves(&sandbox), [moved("given", "10.20.0.11")]);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_batch_ids() {
    let mut ids = Vec::new();
    for seed in [1, 1, 2] {
        let sandbox = Sandbox::builder().seed(seed).lines(100).build();
        let number = &numbers(&sandbox)[0];
        ids.push(submit(&sandbox, PROVISIONING, &[profile(number, "10.20.0.11")]).await);
    }
    assert!(ids[0] == ids[1] && ids[1] != ids[2], "{ids:?}");
}
