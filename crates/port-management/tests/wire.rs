//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{
    Address, BillingAccountNumber, LosingAccount, LosingPin, PersonName, State, SubscriberNumber, ZipCode,
};
use apex_mobility_core::{Effect, ErrorKind};
use apex_mobility_port_management::{
    LosingCarrier, Port, PortManagement, PortRequest, PortState, PortUpdate, operations,
};
use apex_mobility_wire_snapshot::{Answer, body, exchange, is_one_segment, read, unreadable, write};
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

#[tokio::test]
async fn each_refusal_has_its_class() {
    let table = [
        ("Number 2145550101 is already in use", Class::Conflict),
        ("The account does not belong to you", Class::InvalidInput),
        ("ZIP code not supported", Class::NotEligible),
        ("City is blank", Class::InvalidInput),
        ("Address could not be verified", Class::InvalidInput),
        ("Port request does not exist", Class::NotFound),
    ];
    for (text, class) in table {
        let answer = Answer::new(400, format!(r#"{{"errorDescription": "{text}"}}"#));
        let (_, port) =
            exchange(answer, async |client| PortManagement::new(&client).request(request()).send().await)
                .await;
        let error = port.unwrap_err();
        assert_eq!((error.class(), error.effect()), (class, Effect::Rejected), "{text}");
    }
}

#[tokio::test]
async fn a_refusal_that_echoes_the_request_does_not_show_what_opens_the_losing_account() {
    let body = r#"{"errorDescription": "refused", "oldServiceProvider": {"billingAccountNumber": "CANARY-1",
        "billingAccountPassword": "847215"}}"#;
    let (_, port) = exchange(Answer::new(400, body), async |client| {
        PortManagement::new(&client).request(request()).send().await
    })
    .await;
    let error = port.unwrap_err();
    let shown = format!("{error} {error:?} {}", error.body().unwrap());
    assert!(!shown.contains("847215") && !shown.contains("CANARY-1"), "{shown}");
}

fn question() -> operations::CheckEligibility {
    operations::CheckEligibility { number: number(), service_zip: zip("75201") }
}

fn correction() -> operations::UpdatePort {
    let losing = losing_carrier().pin(LosingPin::parse("123456").unwrap());
    operations::UpdatePort { number: number(), update: PortUpdate::new().losing_carrier(losing) }
}

fn cancellation() -> operations::CancelPort {
    operations::CancelPort { number: number(), service_zip: zip("75201") }
}

#[test]
fn an_update_that_corrects_nothing_is_not_written() {
    let empty = operations::UpdatePort { number: number(), update: PortUpdate::new() };
    let error = write(&empty).unwrap_err();
    assert_eq!(error.to_string(), "the update of a port request corrects nothing");
}

#[test]
fn a_number_without_parts_is_not_written() {
    let account = BillingAccountNumber::parse("000000000001").unwrap();
    let number = SubscriberNumber::unchecked("214555");
    let request = PortRequest::new(number, account, name("Test"), address(), losing_carrier());
    assert!(write(&operations::RequestPort { request }).is_err());
}

#[test]
fn neither_secrets_nor_customers_are_in_debug_output() {
    let request = operations::RequestPort {
        request: request().service_area("000000000012").business_name("Example Co"),
    };
    let (question, correction, cancel) = (question(), correction(), cancellation());
    let port = status(OPEN);
    let shown = format!("{question:?} {request:?} {correction:?} {cancel:?} {port:?}");
    for secret in ["OLD-1", "123456", "Test", "Example", "Dallas", "2145550101", "75201", "0000000000"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
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
    let found = r#"{"eligibilityFlag": "true", "fromService": {"serviceArea": "000000000012"}}"#;
    assert_eq!(unreadable(&question(), found), ["null for the whole"]);
    let port = r#"{"subscriberNumber": "2145550101", "portRequestStatus": "CT", "statusReasonCode": "8A",
        "statusReasonDescription": "account number"}"#;
    assert_eq!(unreadable(&operations::PortStatus { number: number() }, port), ["null for the whole"]);
    assert_eq!(unreadable(&operations::RequestPort { request: request() }, port), [""; 0]);
    assert_eq!(unreadable(&correction(), port), [""; 0]);
    assert_eq!(unreadable(&cancellation(), port), [""; 0]);
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
        assert_eq!(read(&question(), body).unwrap().is_eligible(), eligible, "{body}");
    }
}

fn status(body: &str) -> Port {
    read(&operations::PortStatus { number: number() }, body).unwrap()
}

proptest! {
    #[test]
    fn any_number_stays_one_segment_of_the_path(text in "\\PC+") {
        let operation = operations::PortStatus { number: SubscriberNumber::unchecked(text) };
        let request = write(&operation).unwrap();
        prop_assert!(is_one_segment(&request, "/sp/mobility/portmanagement/api/v1/portrequest/"));
    }

    #[test]
    fn any_zip_stays_one_header_or_is_refused(text in "[\\x00-\\xff]*") {
        let operation = operations::CancelPort { number: number(), service_zip: ZipCode::unchecked(&text) };
        if let Ok(request) = write(&operation) {
            prop_assert_eq!(request.headers()["service-zip-code"].as_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn no_body_makes_the_readers_panic(body in any::<Vec<u8>>()) {
        let _ = read(&question(), &body);
        let _ = read(&operations::RequestPort { request: request() }, &body);
        let _ = read(&operations::PortStatus { number: number() }, &body);
        let _ = read(&correction(), &body);
        let _ = read(&cancellation(), &body);
    }

    #[test]
    fn the_parts_of_a_number_make_it_whole(line in 0u32..10_000) {
        let number = SubscriberNumber::parse(format!("214555{line:04}")).unwrap();
        let account = BillingAccountNumber::parse("000000000001").unwrap();
        let request = PortRequest::new(number.clone(), account, name("Test"), address(), losing_carrier());
        let written = write(&operations::RequestPort { request }).unwrap();
        let body = body(&written);
        let part = |name: &str| body["fromService"][name].as_str().unwrap().to_owned();
        prop_assert_eq!(part("npaNxx") + &part("fromLine"), number.as_str());
        prop_assert_eq!(&body["subscriberNumber"], number.as_str());
        prop_assert_eq!(&body["portRequestLineId"], number.as_str());
    }
}
