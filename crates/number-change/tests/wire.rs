//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{LineNumber, NpaNxx, SubscriberNumber, ZipCode};
use apex_mobility_core::{Effect, Error, ErrorKind};
use apex_mobility_number_change::{ChangeStatus, ChangedNumber, NumberChange, NumberChoice, operations};
use apex_mobility_wire_snapshot::{Answer, body, exchange, is_one_segment, read, unreadable, write};
use proptest::prelude::*;

/// The example of contract 4.6.
const CHANGED: &str =
    r#"{"subscriberNumber":"2145550101","newSubscriberNumber":"2145550102","changeStatus":"SUCCESS"}"#;

fn number() -> SubscriberNumber {
    SubscriberNumber::parse("2145550101").unwrap()
}

fn zip() -> ZipCode {
    ZipCode::parse("75201").unwrap()
}

fn npa_nxx() -> NpaNxx {
    NpaNxx::parse("214555").unwrap()
}

#[tokio::test]
async fn a_number_that_att_assigns() {
    let (request, changed) = exchange(Answer::new(200, CHANGED), async |client| {
        NumberChange::new(&client).system_assigned(number(), zip()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    let changed = changed.unwrap();
    assert_eq!(changed.old_number(), Some(&number()));
    assert_eq!(changed.new_number().unwrap().as_str(), "2145550102");
    assert_eq!(changed.change_status, Some(ChangeStatus::Success));
}

#[tokio::test]
async fn a_number_in_a_chosen_npa_nxx() {
    let (request, _) = exchange(Answer::new(200, CHANGED), async |client| {
        NumberChange::new(&client).in_npa_nxx(number(), zip(), npa_nxx()).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn a_chosen_number() {
    let line = LineNumber::parse("0102").unwrap();
    let (request, _) = exchange(Answer::new(200, CHANGED), async |client| {
        NumberChange::new(&client).vanity(number(), zip(), npa_nxx(), line).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

async fn change_answered(status: u16, body: &str) -> Result<ChangedNumber, Error> {
    let (_, changed) = exchange(Answer::new(status, body), async |client| {
        NumberChange::new(&client).system_assigned(number(), zip()).send().await
    })
    .await;
    changed
}

#[tokio::test]
async fn an_empty_success_is_a_change_without_detail() {
    for status in [200, 202, 204] {
        let changed = change_answered(status, "").await.unwrap();
        assert_eq!(changed, ChangedNumber::default(), "{status}");
    }
}

#[tokio::test]
async fn an_unknown_refusal_inside_a_success_is_an_unknown_outcome() {
    let error = change_answered(200, r#"{"changeStatus": "FAILED"}"#).await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::FailureInSuccess, Effect::Unknown));
}

#[tokio::test]
async fn a_known_refusal_inside_a_success_changed_nothing() {
    let body = r#"{"changeStatus": "FAILURE", "message": "Zip code not supported"}"#;
    let error = change_answered(200, body).await.unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::NotEligible, Effect::Rejected));
}

#[tokio::test]
async fn each_refusal_of_the_contract_has_its_class() {
    let table = [
        ("Subscriber number has changed to another", Class::Moved),
        ("Number is already in use", Class::Conflict),
        ("Subscriber is inactive", Class::WrongOrder),
        ("Subscriber must be active", Class::WrongOrder),
        ("ZIP code not supported", Class::NotEligible),
        ("ZIP does not match the place of use", Class::WrongOrder),
        ("Resource required by service is not available", Class::Wait),
    ];
    for (text, class) in table {
        let body = format!(r#"{{"errorDescription": "{text}"}}"#);
        let error = change_answered(400, &body).await.unwrap_err();
        assert_eq!((error.class(), error.effect()), (class, Effect::Rejected), "{text}");
    }
}

#[tokio::test]
async fn a_server_error_leaves_the_outcome_unknown_and_says_how_to_settle_it() {
    // contract 4.6: a 5xx after commit was observed.
    for status in [500, 502, 503, 504] {
        let error = change_answered(status, "").await.unwrap_err();
        assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1), "{status}");
        assert!(error.next_step().contains("search the line by its SIM"), "{}", error.next_step());
    }
}

fn change(choice: NumberChoice) -> operations::ChangeNumber {
    operations::ChangeNumber { number: number(), service_zip: zip(), choice }
}

fn changed(body: &str) -> ChangedNumber {
    read(&change(NumberChoice::SystemAssigned), body).unwrap()
}

#[test]
fn the_reply_is_read_leniently() {
    let table = [
        (CHANGED, Some("2145550102")),
        (r#"{"NewSubscriberNumber": "2145550102"}"#, Some("2145550102")),
        (
            r#"{"newSubscriberNumber": 2145550102, "changeStatus": "success", "fee": null}"#,
            Some("2145550102"),
        ),
        (r#"{"newSubscriberNumber": "not a number"}"#, Some("not a number")),
        (r#"{"newSubscriberNumber": ""}"#, None),
        (r#"{"newSubscriberNumber": null}"#, None),
        ("{}", None),
        (" \n", None),
    ];
    for (body, new) in table {
        assert_eq!(changed(body).new_number().map(SubscriberNumber::as_str), new, "{body}");
    }
}

#[test]
fn a_reply_is_read_however_it_is_written() {
    assert_eq!(unreadable(&change(NumberChoice::SystemAssigned), CHANGED), [""; 0]);
}

#[test]
fn unknown_members_are_kept() {
    assert_eq!(changed(r#"{"orderId": "1"}"#).unknown.get("orderId"), Some(r#""1""#));
}

#[test]
fn no_customer_is_in_debug_output() {
    let line = LineNumber::parse("0102").unwrap();
    let shown = format!("{:?} {:?}", change(NumberChoice::Vanity(npa_nxx(), line)), changed(CHANGED));
    for secret in ["2145550101", "2145550102", "214555", "0102", "75201"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_number_stays_one_segment_of_the_path(text in any::<String>()) {
        let number = SubscriberNumber::unchecked(text.clone());
        let operation = operations::ChangeNumber { number, ..change(NumberChoice::SystemAssigned) };
        if let Ok(request) = write(&operation) {
            prop_assert!(is_one_segment(&request, "/sp/mobility/numberchange/api/v1/service/"));
        } else {
            prop_assert!(text.is_empty());
        }
    }

    #[test]
    fn no_body_makes_the_reader_panic(body in any::<Vec<u8>>()) {
        let _ = read(&change(NumberChoice::SystemAssigned), body);
    }

    #[test]
    fn the_body_has_what_was_chosen_and_nothing_else(zip in "[0-9]{5}", nxx in "[2-9][02-9][0-9]", line in "[0-9]{4}") {
        let npa_nxx = NpaNxx::parse(format!("214{nxx}")).unwrap();
        let choices = [
            (NumberChoice::SystemAssigned, serde_json::json!({"serviceZipCode": zip})),
            (
                NumberChoice::InNpaNxx(npa_nxx.clone()),
                serde_json::json!({"serviceZipCode": zip, "npaNxx": format!("214{nxx}")}),
            ),
            (
                NumberChoice::Vanity(npa_nxx, LineNumber::parse(&line).unwrap()),
                serde_json::json!({"serviceZipCode": zip, "npaNxx": format!("214{nxx}"), "line": line}),
            ),
        ];
        for (choice, wanted) in choices {
            let service_zip = ZipCode::parse(&zip).unwrap();
            let operation = operations::ChangeNumber { service_zip, ..change(choice) };
            prop_assert_eq!(body(&write(&operation).unwrap()), wanted);
        }
    }
}
