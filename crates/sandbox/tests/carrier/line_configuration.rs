//! Line Configuration (contract 4.7), as a caller sees it.

use std::time::Duration;

use crate::caller::*;
use apex_mobility_core::WireProfile;
use apex_mobility_core::catalog::{self, Class, NoOp, Signal};
use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_core::error_body::ErrorBody;
use apex_mobility_sandbox::{LedgerKind, LineView, Sandbox};
use http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

mod device;
mod transfer;

const EID: &str = "89001000000000000000000000000177";
const DAY: Duration = Duration::from_hours(24);

/// An active line with a card in a device that takes everything.
fn line(sandbox: &Sandbox) -> LineView {
    let fits = |line: &LineView| {
        line.status == "A" && line.eid.is_none() && line.imei.as_str().starts_with("00101000")
    };
    sandbox.find_line(fits).unwrap()
}

async fn patch(sandbox: &Sandbox, number: &SubscriberNumber, body: &Value) -> Answer {
    crate::caller::patch(sandbox, number.as_str(), body).await
}

fn bag(values: &[(&str, &str)]) -> Value {
    let entries: Vec<_> = values.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    json!({"serviceCharacteristic": entries})
}

/// Status, class and row of a refusal, as the client tells it that asked for this change.
fn refused_to(answer: &Answer, no_op: NoOp) -> (u16, Class, u8) {
    let body = ErrorBody::read(&answer.body);
    let signal = Signal::Answered { status: answer.status, method: &Method::PATCH, body: &body, no_op };
    let row = catalog::look_up(&signal);
    (answer.status.as_u16(), row.class, row.number)
}

fn refused(answer: &Answer) -> (u16, Class, u8) {
    refused_to(answer, NoOp::Never)
}

fn effects(sandbox: &Sandbox) -> Vec<LedgerKind> {
    sandbox.ledger().iter().map(|entry| entry.kind).collect()
}

fn subscriber(party: &Value) -> Value {
    let mut party = party.clone();
    party["role"] = json!("subscriber");
    json!({"relatedParty": [party]})
}

fn address(city: &str, state: &str, zip: &str) -> Value {
    json!({"streetNumber": "100", "streetDirection": "", "streetName": "Example", "streetType": "",
        "city": city, "state": state, "zipCode": zip})
}

#[tokio::test]
async fn a_name_and_an_address_change_together_or_apart() {
    let sandbox = sandbox(50);
    let number = line(&sandbox).subscriber_number;
    let after = async |party: Value| {
        let answer = patch(&sandbox, &number, &subscriber(&party)).await;
        assert_eq!(answer.status, StatusCode::OK, "{party}");
        let body = answer.json();
        let value = |name| characteristic(&body, name).unwrap().to_owned();
        (value("contactName"), value("serviceZipCode"))
    };
    let zip = sandbox.line(&number).unwrap().service_zip_code.to_string();
    let name = json!({"firstName": "Test", "lastName": "User"});
    assert_eq!(after(name).await, ("Test User".to_owned(), zip));
    let moved = json!({"address": address("Houston", "TX", "77002")});
    assert_eq!(after(moved).await, ("Test User".to_owned(), "77002".to_owned()));
    let both = json!({"firstName": "Other", "lastName": "User", "address": address("Dallas", "TX", "75201")});
    assert_eq!(after(both).await, ("Other User".to_owned(), "75201".to_owned()));
    assert_eq!(effects(&sandbox), [LedgerKind::Subscriber; 3]);
    let last = sandbox.ledger().pop().unwrap();
    assert_eq!((&*last.detail["contactName"], &*last.detail["serviceZipCode"]), ("Other User", "75201"));
}

#[tokio::test]
async fn what_is_wrong_with_a_subscriber_has_its_row() {
    let sandbox = sandbox(50);
    let before = line(&sandbox);
    let table = [
        ("a blank city", json!({"address": address(" ", "TX", "75201")}), (Class::InvalidInput, 24)),
        ("a city elsewhere", json!({"address": address("Boston", "TX", "75201")}), (Class::InvalidInput, 25)),
        ("an unknown ZIP", json!({"address": address("Dallas", "TX", "99999")}), (Class::InvalidInput, 25)),
        ("half a name", json!({"firstName": "Test"}), (Class::InvalidInput, 45)),
        ("nothing", json!({}), (Class::InvalidInput, 45)),
    ];
    for (what, party, (class, row)) in table {
        let answer = patch(&sandbox, &before.subscriber_number, &subscriber(&party)).await;
        assert_eq!(refused(&answer), (400, class, row), "{what}: {}", answer.error());
    }
    let nobody = json!({"relatedParty": [{"role": "authorizer", "firstName": "Test", "lastName": "User"}]});
    assert_eq!(
        refused(&patch(&sandbox, &before.subscriber_number, &nobody).await),
        (400, Class::InvalidInput, 45)
    );
    assert!(sandbox.ledger().is_empty());
    assert_eq!(sandbox.line(&before.subscriber_number), Some(before));
}

#[tokio::test]
async fn voicemail_is_reset_with_a_pin_or_without() {
    let sandbox = sandbox(50);
    let line = line(&sandbox);
    let reset = async |pin: Option<&str>| {
        let pin = pin.map(|pin| ("voicemailPin", pin));
        let values: Vec<_> = [("voicemailReset", "true")].into_iter().chain(pin).collect();
        patch(&sandbox, &line.subscriber_number, &bag(&values)).await
    };
    for pin in [None, Some("2468"), Some("246824682468")] {
        let answer = reset(pin).await;
        assert_eq!(characteristic(&answer.json(), "sim"), Some(line.sim.as_str()));
    }
    for pin in ["246", "2468246824682", "24 68", "abcd"] {
        assert_eq!(refused(&reset(Some(pin)).await), (400, Class::InvalidInput, 45), "{pin}");
    }
    let off = patch(&sandbox, &line.subscriber_number, &bag(&[("voicemailReset", "false")])).await;
    assert_eq!(refused(&off), (400, Class::InvalidInput, 45));
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn the_profile_is_sent_to_the_lines_own_sim_alone() {
    let sandbox = sandbox(50);
    let line = line(&sandbox);
    let resend = async |sim: &str| {
        patch(&sandbox, &line.subscriber_number, &bag(&[("otaResend", "true"), ("sim", sim)])).await
    };
    let answer = resend(line.sim.as_str()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(characteristic(&answer.json(), "BLIMEI"), Some(line.imei.as_str()));
    assert_eq!(refused(&resend(&iccid(1)).await), (400, Class::InvalidInput, 19));
    assert_eq!(refused(&resend("8901").await), (400, Class::InvalidInput, 19));
    assert_eq!(refused(&resend(" ").await), (400, Class::InvalidInput, 45));
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn a_cancelled_line_is_left_as_it_is() {
    let sandbox = sandbox(100);
    let line = sandbox.find_line(|line| line.status == "C").unwrap();
    let bodies = [
        subscriber(&json!({"firstName": "Test", "lastName": "User"})),
        bag(&[("voicemailReset", "true")]),
        bag(&[("otaResend", "true"), ("sim", line.sim.as_str())]),
        json!({"billingAccount": {"id": "000000000003"}}),
        bag(&[("IMEI", &imei("00101000", 1)), ("serviceZipCode", line.service_zip_code.as_str())]),
    ];
    for body in bodies {
        let answer = patch(&sandbox, &line.subscriber_number, &body).await;
        assert_eq!(refused(&answer), (400, Class::WrongOrder, 13), "{body}");
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn an_unknown_number_is_not_found() {
    let sandbox = sandbox(10);
    let unknown = SubscriberNumber::parse("9735550199").unwrap();
    let answer = patch(&sandbox, &unknown, &bag(&[("voicemailReset", "true")])).await;
    assert_eq!(refused(&answer), (404, Class::NotFound, 9));
}

#[tokio::test]
async fn only_a_transfer_takes_a_date() {
    let sandbox = sandbox(50);
    let line = line(&sandbox);
    for mut body in
        [bag(&[("voicemailReset", "true")]), subscriber(&json!({"firstName": "A", "lastName": "B"}))]
    {
        body["effectiveDate"] = json!("2026-02-01Z");
        let answer = patch(&sandbox, &line.subscriber_number, &body).await;
        assert_eq!(refused(&answer), (400, Class::InvalidInput, 45), "{body}");
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn a_wire_profile_gives_it_a_path_and_names_of_its_own() {
    let profile = WireProfile::builder()
        .path("line.configure", "/lines/{subscriberNumber}/configuration")
        .method("line.configure", "POST")
        .characteristic("otaResend", "resendProfile")
        .characteristic("sim", "iccid")
        .date_format("%m/%d/%Y")
        .build()
        .unwrap();
    let sandbox = Sandbox::builder().lines(50).wire_profile(profile).build();
    let line = line(&sandbox);
    let path = format!("/lines/{}/configuration", line.subscriber_number);
    let renamed = bag(&[("resendProfile", "true"), ("iccid", line.sim.as_str())]);
    let answer = post(&sandbox, &path, &renamed).await;
    assert_eq!(
        (answer.status, characteristic(&answer.json(), "iccid")),
        (StatusCode::OK, Some(line.sim.as_str()))
    );
    let usual = bag(&[("otaResend", "true"), ("sim", line.sim.as_str())]);
    assert_eq!(post(&sandbox, &path, &usual).await.status, StatusCode::BAD_REQUEST);
    // The changes of the other APIs have stayed where they were.
    for elsewhere in [json!({"mode": "S", "reasonCode": "CR"}), bag(&[("singleUserCode", "APXPLAN01")])] {
        assert_eq!(post(&sandbox, &path, &elsewhere).await.status, StatusCode::BAD_REQUEST, "{elsewhere}");
    }
    let other =
        if line.billing_account_number.as_str() == "000000000001" { "000000000002" } else { "000000000001" };
    let transfer = |date| json!({"billingAccount": {"id": other}, "effectiveDate": date});
    assert_eq!(post(&sandbox, &path, &transfer("2026-02-01Z")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(post(&sandbox, &path, &transfer("02/01/2026")).await.status, StatusCode::OK);
    assert!(sandbox.ledger().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_value_makes_the_sandbox_panic(
        names in proptest::collection::vec(
            "IMEI|sim|eid|serviceZipCode|singleUserCode|voicemailReset|voicemailPin|otaResend|\\PC*", 0..5),
        text in "true|75201|001010000000016|APXPLAN01|\\PC*",
        member in "billingAccount|relatedParty|effectiveDate|serviceCharacteristic",
        value in prop_oneof![
            Just(json!(null)), Just(json!({})), Just(json!([[], {}])), Just(json!(7)), Just(json!([{"role": "subscriber"}])),
            "\\PC*".prop_map(Value::from), "\\PC*".prop_map(|text| json!({"id": text})),
        ],
    ) {
        let sandbox = sandbox(1);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let number = sandbox.lines()[0].subscriber_number.clone();
        let values: Vec<_> = names.iter().map(|name| (name.as_str(), text.as_str())).collect();
        let mut body = bag(&values);
        let answer = runtime.block_on(patch(&sandbox, &number, &body));
        prop_assert!(answer.status.is_client_error() || answer.status.is_success());
        body[&member] = value;
        let answer = runtime.block_on(patch(&sandbox, &number, &body));
        prop_assert!(answer.status.is_client_error() || answer.status.is_success());
    }
}
