//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{
    Address, BillingAccountNumber, Date, LosingAccount, LosingPin, PersonName, State, SubscriberNumber,
    ZipCode,
};
use apex_mobility_core::{Effect, ErrorKind, Operation, Wire, WireProfile};
use apex_mobility_port_management::{
    LosingCarrier, Port, PortManagement, PortRequest, PortState, PortUpdate, operations,
};
use apex_mobility_wire_snapshot::{Answer, exchange};
use bytes::Bytes;
use proptest::prelude::*;

/// The reply of contract 4.3.
const OPEN: &str = r#"{"subscriberNumber": "2145550101", "portRequestStatus": "OP",
  "statusReasonCode": null, "statusReasonDescription": null}"#;

fn number() -> SubscriberNumber {
    SubscriberNumber::parse("2145550101").unwrap()
}

fn zip(text: &str) -> ZipCode {
    ZipCode::parse(text).unwrap()
}

fn name(first: &str) -> PersonName {
    PersonName::new(first, "User").unwrap()
}

fn address() -> Address {
    Address::new("100", "Example", "Dallas", State::parse("TX").unwrap(), zip("75201")).unwrap()
}

fn losing_carrier() -> LosingCarrier {
    LosingCarrier::new(LosingAccount::parse("OLD-1").unwrap(), name("Test"))
}

fn request() -> PortRequest {
    let account = BillingAccountNumber::parse("000000000001").unwrap();
    PortRequest::new(number(), account, name("Test"), address(), losing_carrier())
}

#[tokio::test]
async fn check_eligibility() {
    let body = r#"{"eligibilityFlag": "true", "fromService": {"serviceArea": "000000000012"}}"#;
    let (request, eligibility) = exchange(Answer::new(200, body), async |client| {
        PortManagement::new(&client).check_eligibility(number(), zip("75201")).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    let eligibility = eligibility.unwrap();
    assert_eq!((eligibility.is_eligible(), eligibility.service_area()), (true, Some("000000000012")));
}

#[tokio::test]
async fn request_a_port() {
    let (request, port) = exchange(Answer::new(200, OPEN), async |client| {
        PortManagement::new(&client).request(request()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(port.unwrap().state, Some(PortState::Open));
}

#[tokio::test]
async fn request_a_port_with_all_there_is_to_say() {
    let losing =
        losing_carrier().pin(LosingPin::parse("000000").unwrap()).authorization_name("Test Authorizer");
    let account = BillingAccountNumber::parse("000000000001").unwrap();
    let full = PortRequest::new(number(), account, name("Test"), address(), losing)
        .service_zip(zip("75202"))
        .service_area("000000000012")
        .authorizer(name("Authorizer"), address())
        .business_name("Example Co");
    let (request, _) = exchange(Answer::new(200, OPEN), async |client| {
        PortManagement::new(&client).request(full).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn read_the_status() {
    let (request, port) = exchange(Answer::new(200, OPEN), async |client| {
        PortManagement::new(&client).status(number()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(port.unwrap().subscriber_number, Some(number()));
}

#[tokio::test]
async fn update_the_zip_alone() {
    insta::assert_snapshot!(sent(PortUpdate::new().service_zip(zip("75202"))).await);
}

#[tokio::test]
async fn update_the_billing_account_alone() {
    let account = BillingAccountNumber::parse("000000000002").unwrap();
    insta::assert_snapshot!(sent(PortUpdate::new().billing_account(account)).await);
}

#[tokio::test]
async fn update_the_subscriber_alone() {
    insta::assert_snapshot!(sent(PortUpdate::new().subscriber(name("Test"), address())).await);
}

#[tokio::test]
async fn update_the_losing_carrier_alone() {
    let losing = losing_carrier().pin(LosingPin::parse("123456").unwrap());
    insta::assert_snapshot!(sent(PortUpdate::new().losing_carrier(losing)).await);
}

#[tokio::test]
async fn update_all_there_is() {
    let update = PortUpdate::new()
        .service_zip(zip("75202"))
        .billing_account(BillingAccountNumber::parse("000000000002").unwrap())
        .parties((name("Test"), address()), (name("Authorizer"), address()))
        .losing_carrier(losing_carrier());
    insta::assert_snapshot!(sent(update).await);
}

async fn sent(update: PortUpdate) -> String {
    let (request, port) = exchange(Answer::new(200, OPEN), async |client| {
        PortManagement::new(&client).update(number(), update).send().await
    })
    .await;
    assert_eq!(port.unwrap().state, Some(PortState::Open));
    request
}

#[tokio::test]
async fn cancel_with_the_zip_in_a_header() {
    let body = r#"{"subscriberNumber": "2145550101", "portRequestStatus": "CN"}"#;
    let (request, port) = exchange(Answer::new(200, body), async |client| {
        PortManagement::new(&client).cancel(number(), zip("75201")).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(port.unwrap().state, Some(PortState::Cancelled));
}

#[tokio::test]
async fn a_write_that_is_answered_with_nothing_is_accepted_without_detail() {
    let (_, port) = exchange(Answer::new(202, ""), async |client| {
        PortManagement::new(&client).request(request()).send().await
    })
    .await;
    assert_eq!(port.unwrap(), Port::default());
}

#[tokio::test]
async fn a_write_that_is_answered_with_something_unreadable_is_an_unknown_outcome() {
    let (_, port) = exchange(Answer::new(200, "<html></html>"), async |client| {
        PortManagement::new(&client).cancel(number(), zip("75201")).send().await
    })
    .await;
    let error = port.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Unreadable, Effect::Unknown));
    assert!(error.next_step().contains("read the port status"), "{}", error.next_step());
}

#[tokio::test]
async fn a_number_without_a_port_request_is_not_found() {
    let body = r#"{"errorDescription": "The port request does not exist"}"#;
    let (_, port) = exchange(Answer::new(404, body), async |client| {
        PortManagement::new(&client).status(number()).send().await
    })
    .await;
    assert_eq!(port.unwrap_err().class(), Class::NotFound);
}

#[tokio::test]
async fn a_cancel_of_what_is_cancelled_has_nothing_left_to_do() {
    let body = r#"{"errorDescription": "Port already cancelled"}"#;
    let (_, port) = exchange(Answer::new(400, body), async |client| {
        PortManagement::new(&client).cancel(number(), zip("75201")).send().await
    })
    .await;
    assert_eq!(port.unwrap_err().class(), Class::NoOp);
}

fn wire(profile: &WireProfile) -> Wire<'_> {
    Wire { profile, today: Date::new(2026, 1, 19).unwrap() }
}

#[test]
fn an_update_that_corrects_nothing_is_not_written() {
    let empty = operations::UpdatePort { number: number(), update: PortUpdate::new() };
    let error = empty.encode(&wire(&WireProfile::default())).unwrap_err();
    assert_eq!(error.to_string(), "the update of a port request corrects nothing");
}

#[test]
fn a_number_without_parts_is_not_written() {
    let account = BillingAccountNumber::parse("000000000001").unwrap();
    let number = SubscriberNumber::unchecked("214555");
    let request = PortRequest::new(number, account, name("Test"), address(), losing_carrier());
    assert!(operations::RequestPort { request }.encode(&wire(&WireProfile::default())).is_err());
}

#[test]
fn what_opens_the_losing_account_is_not_shown() {
    let losing = losing_carrier().pin(LosingPin::parse("123456").unwrap());
    let shown = format!("{:?}", PortUpdate::new().losing_carrier(losing));
    assert!(!shown.contains("OLD-1") && !shown.contains("123456") && !shown.contains("Test"), "{shown}");
}

#[test]
fn every_state_is_read_in_any_case_and_other_words_are_kept() {
    let table = [
        ("OP", PortState::Open),
        ("ct", PortState::Conflict),
        ("Cf", PortState::Confirmed),
        ("CO", PortState::Completed),
        ("CN", PortState::Cancelled),
        ("dn", PortState::Denied),
        ("ER", PortState::Error),
        ("PD", PortState::Other("PD".into())),
    ];
    for (word, state) in table {
        let port = status(&format!(r#"{{"PORTREQUESTSTATUS": "{word}"}}"#));
        assert_eq!(port.state, Some(state), "{word}");
    }
}

#[test]
fn replies_are_read_however_they_are_written() {
    for body in ["{}", r#"{"portRequestStatus": null, "subscriberNumber": null}"#, r#"{"x": {"y": [1]}}"#] {
        let port = status(body);
        assert_eq!((port.state.clone(), port.is_ready_to_activate(), port.conflict()), (None, false, None));
    }
    let port =
        status(r#"{"subscriberNumber": 2145550101, "portRequestStatus": "CF", "statusReasonCode": 7}"#);
    assert_eq!((port.subscriber_number.clone(), port.is_ready_to_activate()), (Some(number()), true));
    assert_eq!(port.reason_code.as_deref(), Some("7"));
}

#[test]
fn the_eligibility_flag_is_a_word() {
    let table = [
        (r#"{"eligibilityFlag": "true"}"#, true),
        (r#"{"eligibilityFlag": "TRUE"}"#, true),
        (r#"{"eligibilityFlag": true}"#, true),
        (r#"{"eligibilityFlag": "false", "fromService": null}"#, false),
        (r#"{"eligibilityFlag": "maybe"}"#, false),
        ("{}", false),
    ];
    for (body, eligible) in table {
        let profile = WireProfile::default();
        let answer = http::Response::new(Bytes::from(body));
        let asked = operations::CheckEligibility { number: number(), service_zip: zip("75201") };
        assert_eq!(asked.decode(&answer, &wire(&profile)).unwrap().is_eligible(), eligible, "{body}");
    }
}

fn status(body: &str) -> Port {
    let answer = http::Response::new(Bytes::copy_from_slice(body.as_bytes()));
    let operation = operations::PortStatus { number: number() };
    operation.decode(&answer, &wire(&WireProfile::default())).unwrap()
}

proptest! {
    #[test]
    fn any_number_stays_one_segment_of_the_path(text in "\\PC+") {
        let profile = WireProfile::default();
        let operation = operations::PortStatus { number: SubscriberNumber::unchecked(text) };
        let request = operation.encode(&wire(&profile)).unwrap();
        let prefix = "/sp/mobility/portmanagement/api/v1/portrequest/";
        let segment = request.uri().path().strip_prefix(prefix).unwrap();
        prop_assert!(!segment.is_empty() && !segment.contains(['/', '?', '#']));
    }

    #[test]
    fn any_zip_stays_one_header_or_is_refused(text in "[\\x00-\\xff]*") {
        let profile = WireProfile::default();
        let operation = operations::CancelPort { number: number(), service_zip: ZipCode::unchecked(&text) };
        if let Ok(request) = operation.encode(&wire(&profile)) {
            prop_assert_eq!(request.headers()["service-zip-code"].as_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn no_body_makes_the_readers_panic(body in any::<Vec<u8>>()) {
        let profile = WireProfile::default();
        let answer = http::Response::new(Bytes::from(body));
        let _ = operations::CheckEligibility { number: number(), service_zip: zip("75201") }
            .decode(&answer, &wire(&profile));
        let _ = operations::CancelPort { number: number(), service_zip: zip("75201") }
            .decode(&answer, &wire(&profile));
        let _ = operations::PortStatus { number: number() }.decode(&answer, &wire(&profile));
    }

    #[test]
    fn the_parts_of_a_number_make_it_whole(line in 0u32..10_000) {
        let profile = WireProfile::default();
        let number = SubscriberNumber::parse(format!("214555{line:04}")).unwrap();
        let account = BillingAccountNumber::parse("000000000001").unwrap();
        let request = PortRequest::new(number.clone(), account, name("Test"), address(), losing_carrier());
        let written = operations::RequestPort { request }.encode(&wire(&profile)).unwrap();
        let body: serde_json::Value = serde_json::from_slice(written.body()).unwrap();
        let part = |name: &str| body["fromService"][name].as_str().unwrap().to_owned();
        prop_assert_eq!(part("npaNxx") + &part("fromLine"), number.as_str());
        prop_assert_eq!(&body["subscriberNumber"], number.as_str());
        prop_assert_eq!(&body["portRequestLineId"], number.as_str());
    }
}
