//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{Date, ReasonCode, SubscriberNumber};
use apex_mobility_core::wire::{DateMeaning, LineStatus};
use apex_mobility_core::{Effect, ErrorKind, Operation, WireProfile};
use apex_mobility_status_change::{
    CancelReason, RestoreReason, ResumeReason, Service, StatusChange, SuspendReason, is_restorable,
    operations, restorable_until,
};
use apex_mobility_wire_snapshot::{Answer, body, exchange, is_one_segment, read, unreadable, wire, write};
use proptest::prelude::*;

/// The reply of contract 4.5, undated.
const RESUMED: &str = r#"{ "category": {"id": "12", "name": "Mobility Services"},
  "href": "/mobility/service/2145550101", "name": "", "status": "Active", "subscriberNumber": "2145550101",
  "effectiveDate": "immediately" }"#;

fn number() -> SubscriberNumber {
    SubscriberNumber::parse("2145550101").unwrap()
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

#[tokio::test]
async fn suspend() {
    let (request, line) = exchange(Answer::new(200, ""), async |client| {
        StatusChange::new(&client).suspend(number(), SuspendReason::CustomerRequest).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(line.unwrap(), Service::default());
}

#[tokio::test]
async fn suspend_on_a_day() {
    let answer = RESUMED.replace("Active", "Suspended").replace("immediately", "2026-02-01Z");
    let (request, line) = exchange(Answer::new(200, answer), async |client| {
        let status = StatusChange::new(&client);
        status.suspend(number(), SuspendReason::Stolen).effective_date(day("2026-02-01")).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    let line = line.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Suspended));
    assert_eq!(line.effective_date.unwrap().as_date(), Some(day("2026-02-01")));
}

#[tokio::test]
async fn resume() {
    let (request, line) = exchange(Answer::new(200, RESUMED), async |client| {
        StatusChange::new(&client).resume(number(), ResumeReason::Procedural).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    let line = line.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Active));
    assert_eq!(line.effective_date.as_ref().unwrap().meaning(), DateMeaning::Immediately);
    insta::assert_json_snapshot!(line);
}

#[tokio::test]
async fn resume_on_a_day() {
    let (request, _) = exchange(Answer::new(200, RESUMED), async |client| {
        let status = StatusChange::new(&client);
        status.resume(number(), ResumeReason::CustomerRequest).effective_date(day("2026-01-20")).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn cancel() {
    let (request, _) = exchange(Answer::new(204, ""), async |client| {
        StatusChange::new(&client).cancel(number(), CancelReason::Unspecified).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn cancel_on_a_day() {
    let (request, _) = exchange(Answer::new(202, "{}"), async |client| {
        let status = StatusChange::new(&client);
        status.cancel(number(), CancelReason::LostOrStolen).effective_date(day("2026-01-31")).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn restore_is_not_a_resume() {
    let (request, _) = exchange(Answer::new(200, RESUMED), async |client| {
        StatusChange::new(&client).restore(number(), RestoreReason::BringBackLive).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn restore_on_a_day() {
    let (request, _) = exchange(Answer::new(200, RESUMED), async |client| {
        let status = StatusChange::new(&client);
        status
            .restore(number(), RestoreReason::CustomerRequest)
            .effective_date(day("2026-01-19"))
            .send()
            .await
    })
    .await;
    insta::assert_snapshot!(request);
}

/// Contract 6, rows 13 to 16, 35, 36.
#[tokio::test]
async fn refusals_are_told_by_their_class() {
    let table = [
        ("Subscriber 2145550101 is inactive", Class::WrongOrder),
        ("Subscriber must be active", Class::WrongOrder),
        ("Plan is not compatible with equipment", Class::NotEligible),
        ("Invalid reason code for the mode", Class::InvalidInput),
        ("Restore is possible within 60 days of cancel only", Class::NotEligible),
        ("Subscriber is already cancelled", Class::WrongOrder),
    ];
    for (text, class) in table {
        let body = format!(r#"{{"errorDescription": "{text}"}}"#);
        let (_, line) = exchange(Answer::new(400, body), async |client| {
            StatusChange::new(&client).restore(number(), RestoreReason::BringBackLive).send().await
        })
        .await;
        let error = line.unwrap_err();
        assert_eq!((error.class(), error.effect(), error.message()), (class, Effect::Rejected, text));
    }
}

#[tokio::test]
async fn that_a_line_is_cancelled_already_is_a_no_op_for_a_cancel_alone() {
    let body = r#"{"errorDescription": "Subscriber is already canceled"}"#;
    let (_, line) = exchange(Answer::new(400, body), async |client| {
        StatusChange::new(&client).cancel(number(), CancelReason::Unspecified).send().await
    })
    .await;
    assert_eq!(line.unwrap_err().class(), Class::NoOp);
    let (_, line) = exchange(Answer::new(400, body), async |client| {
        StatusChange::new(&client).resume(number(), ResumeReason::CustomerRequest).send().await
    })
    .await;
    assert_eq!(line.unwrap_err().class(), Class::WrongOrder);
}

#[tokio::test]
async fn a_lost_answer_names_the_read_that_settles_it() {
    for (status, body) in [(504, ""), (502, "<html></html>"), (200, "<html></html>"), (200, "{\"stat")] {
        let (_, line) = exchange(Answer::new(status, body), async |client| {
            StatusChange::new(&client).cancel(number(), CancelReason::Unspecified).send().await
        })
        .await;
        let error = line.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{status} {body}");
        assert!(error.next_step().contains("if it is cancelled, it is done"), "{}", error.next_step());
    }
}

#[tokio::test]
async fn a_success_that_tells_a_refusal_is_one() {
    let body = r#"{"subscriberNumber": "2145550101", "errorDescription": "Subscriber must be active"}"#;
    let (_, line) = exchange(Answer::new(200, body), async |client| {
        StatusChange::new(&client).suspend(number(), SuspendReason::HighUse).send().await
    })
    .await;
    assert_eq!(line.unwrap_err().effect(), Effect::Rejected);
}

fn suspension() -> operations::SuspendLine {
    operations::SuspendLine {
        number: number(),
        reason: SuspendReason::CustomerRequest,
        effective_date: Some(day("2026-02-01")),
    }
}

fn resumption() -> operations::ResumeLine {
    operations::ResumeLine { number: number(), reason: ResumeReason::CustomerRequest, effective_date: None }
}

fn cancellation() -> operations::CancelLine {
    operations::CancelLine { number: number(), reason: CancelReason::Unspecified, effective_date: None }
}

fn restoration() -> operations::RestoreLine {
    operations::RestoreLine { number: number(), reason: RestoreReason::BringBackLive, effective_date: None }
}

#[test]
fn a_reply_is_read_however_it_is_written() {
    let none = [""; 0];
    assert_eq!(unreadable(&suspension(), RESUMED), none);
    assert_eq!(unreadable(&resumption(), RESUMED), none);
    assert_eq!(unreadable(&cancellation(), RESUMED), none);
    assert_eq!(unreadable(&restoration(), RESUMED), none);
}

#[test]
fn no_customer_is_in_debug_output() {
    let (suspend, resume, cancel, restore) = (suspension(), resumption(), cancellation(), restoration());
    let shown =
        format!("{suspend:?} {resume:?} {cancel:?} {restore:?} {:?}", read(&suspend, RESUMED).unwrap());
    assert!(!shown.contains("2145550101"), "{shown}");
}

#[test]
fn the_profile_replaces_letters_and_the_form_of_dates() {
    let profile = WireProfile::builder().mode("suspend", "SUS").date_format("%m/%d/%Y").build().unwrap();
    let request = suspension().encode(&wire(&profile)).unwrap();
    let wanted = serde_json::json!({"mode": "SUS", "reasonCode": "CR", "effectiveDate": "02/01/2026"});
    assert_eq!(body(&request), wanted);
}

#[test]
fn replies_are_read_leniently() {
    let table = [
        (r#"{"Status": "SUSPENDED"}"#, Some(LineStatus::Suspended)),
        (r#"{"status": "s"}"#, Some(LineStatus::Suspended)),
        (r#"{"status": null, "subscriberNumber": 2145550101}"#, None),
        (r#"{"status": "Deactivated", "extra": [1]}"#, Some(LineStatus::Cancelled)),
        (
            r#"{"status": "Active", "serviceCharacteristic": {"name": "subscriberStatus", "value": "S"}}"#,
            Some(LineStatus::Suspended),
        ),
        (r#"{"status": "Dormant"}"#, Some(LineStatus::Other("Dormant".into()))),
        ("", None),
        (" ", None),
    ];
    for (body, status) in table {
        let line = read(&suspension(), body).unwrap();
        assert_eq!(line.status(), status, "{body}");
    }
}

#[test]
fn reasons_come_from_codes_in_any_case() {
    assert_eq!(SuspendReason::parse("stln").unwrap(), SuspendReason::Stolen);
    assert_eq!(ResumeReason::parse(" PR ").unwrap(), ResumeReason::Procedural);
    assert_eq!(CancelReason::from(ReasonCode::parse("los").unwrap()), CancelReason::LostOrStolen);
    assert_eq!(RestoreReason::parse("xyz").unwrap().as_str(), "XYZ");
    for text in ["", "C", "ABCDE", "C1", "C R"] {
        let problem = CancelReason::parse(text).unwrap_err();
        assert!(problem.to_string().contains("2 to 4 letters"), "{problem}");
    }
}

#[test]
fn day_60_is_the_last_of_the_restore_window() {
    let cancelled = day("2026-01-19");
    assert_eq!(restorable_until(cancelled), day("2026-03-20"));
    let table = [("2026-01-18", false), ("2026-01-19", true), ("2026-03-20", true), ("2026-03-21", false)];
    for (today, restorable) in table {
        assert_eq!(is_restorable(cancelled, day(today)), restorable, "{today}");
    }
    assert_eq!(restorable_until(day("9999-12-30")), day("9999-12-31"));
}

#[tokio::test]
async fn an_empty_number_is_not_sent() {
    let client = apex_mobility_core::Client::builder()
        .base_url("http://localhost")
        .credentials(apex_mobility_core::AppCredentials::new("id", "secret"))
        .build()
        .unwrap();
    let call = StatusChange::new(&client).cancel(SubscriberNumber::unchecked(""), CancelReason::Unspecified);
    let error = call.request().unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Request, Effect::NotSent));
}

proptest! {
    #[test]
    fn any_number_stays_one_segment_of_the_path(text in any::<String>()) {
        let operation = operations::SuspendLine { number: SubscriberNumber::unchecked(text.clone()), ..suspension() };
        if let Ok(request) = write(&operation) {
            prop_assert!(is_one_segment(&request, "/sp/mobility/lineconfig/api/v1/service/"));
        } else {
            prop_assert!(text.is_empty());
        }
    }

    #[test]
    fn any_reason_arrives_as_it_is(code in "[A-Za-z]{2,4}") {
        let reason = SuspendReason::parse(&code).unwrap();
        let request = write(&operations::SuspendLine { reason, ..suspension() }).unwrap();
        prop_assert_eq!(&body(&request)["reasonCode"], &serde_json::json!(code.to_ascii_uppercase()));
    }

    #[test]
    fn no_body_makes_the_readers_panic(body in any::<Vec<u8>>()) {
        let _ = read(&suspension(), &body);
        let _ = read(&resumption(), &body);
        let _ = read(&cancellation(), &body);
        let _ = read(&restoration(), &body);
    }
}
