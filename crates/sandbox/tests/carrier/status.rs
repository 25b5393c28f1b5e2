//! Status Change (contract 4.5), as a caller sees it.

use std::time::Duration;

use apex_mobility_core::catalog::{Class, NoOp};
use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_sandbox::{LedgerKind, LineChange, Sandbox};
use http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::caller::*;

mod days;
mod devices;

/// A sandbox with its first line put into a status as of today, with the ledger as it is then.
fn with_line(status: &str) -> (Sandbox, String) {
    let sandbox = sandbox(20);
    let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
    if status != "A" {
        let change = LineChange { status: Some(status.to_owned()), ..LineChange::default() };
        sandbox.change_line(&number, &change).unwrap();
    }
    (sandbox, number.to_string())
}

fn status_of(sandbox: &Sandbox, number: &str) -> &'static str {
    sandbox.line(&SubscriberNumber::unchecked(number)).unwrap().status
}

/// The moves in the ledger that came through the API.
fn moves(sandbox: &Sandbox) -> Vec<String> {
    let ledger = sandbox.ledger();
    let entries = ledger.iter().filter(|e| e.kind == LedgerKind::Status && !e.detail.contains_key("by"));
    entries.map(|entry| format!("{}{}", entry.detail["from"], entry.detail["status"])).collect()
}

/// Contract 4.5: each mode from each status, with a reason that the mode allows.
#[tokio::test]
async fn each_mode_begins_where_the_contract_says() {
    let wrong_order = |row| Some((Class::WrongOrder, row));
    let table = [
        ("S", "CR", "A", "S", None),
        ("S", "CR", "S", "S", wrong_order(14)),
        ("S", "CR", "C", "C", wrong_order(13)),
        ("R", "CR", "A", "A", wrong_order(17)),
        ("R", "CR", "S", "A", None),
        ("R", "CR", "C", "C", wrong_order(16)),
        ("C", "CAN", "A", "C", None),
        ("C", "CAN", "S", "C", None),
        ("C", "CAN", "C", "C", wrong_order(16)),
        ("RC", "BBL", "A", "A", wrong_order(17)),
        ("RC", "BBL", "S", "S", wrong_order(14)),
        ("RC", "BBL", "C", "A", None),
    ];
    for (mode, reason, before, after, refused) in table {
        let (sandbox, number) = with_line(before);
        let answer = patch(&sandbox, &number, &json!({"mode": mode, "reasonCode": reason})).await;
        let told = (!answer.status.is_success()).then(|| told(&Method::PATCH, &answer));
        assert_eq!(told, refused, "{mode} on {before}");
        assert_eq!(status_of(&sandbox, &number), after, "{mode} on {before}");
        assert_eq!(moves(&sandbox).len(), usize::from(refused.is_none()), "{mode} on {before}");
    }
}

#[tokio::test]
async fn that_a_line_is_cancelled_already_is_a_no_op_to_a_cancel() {
    let (sandbox, number) = with_line("C");
    let answer = patch(&sandbox, &number, &json!({"mode": "C", "reasonCode": "CAN"})).await;
    assert_eq!(told_to(NoOp::Cancelled, &Method::PATCH, &answer), (Class::NoOp, 16));
}

#[tokio::test]
async fn an_undated_change_answers_a_short_line_effective_immediately() {
    let (sandbox, number) = with_line("S");
    let answer = patch(&sandbox, &number, &json!({"mode": "R", "reasonCode": "CR"})).await;
    assert_eq!(answer.status, StatusCode::OK);
    let expected = json!({
        "category": {"id": "12", "name": "Mobility Services"}, "href": format!("/mobility/service/{number}"),
        "name": "", "status": "Active", "subscriberNumber": number, "effectiveDate": "immediately"
    });
    assert_eq!(answer.json(), expected);
}

#[tokio::test]
async fn details_and_ledger_show_status_reason_and_day() {
    let (sandbox, number) = with_line("A");
    sandbox.advance(Duration::from_hours(24));
    patch(&sandbox, &number, &json!({"mode": "S", "reasonCode": "STLN"})).await;
    let line = get(&sandbox, &format!("{LINE}/{number}"), &[]).await.json();
    assert_eq!(characteristic(&line, "subscriberStatus"), Some("S"));
    assert_eq!(characteristic(&line, "statusReasonCode"), Some("STLN"));
    assert_eq!(characteristic(&line, "statusEffectiveDate"), Some("2026-01-20Z"));
    let entry = sandbox.ledger().pop().unwrap();
    assert_eq!((entry.kind, entry.at), (LedgerKind::Status, sandbox.now()));
    assert_eq!(entry.subscriber_number.unwrap().as_str(), number);
    assert_eq!(json!(entry.detail), json!({"from": "A", "status": "S", "statusReasonCode": "STLN"}));
}

/// Contract 4.5: the codes of each transition, and no other's.
#[tokio::test]
async fn each_transition_has_reasons_of_its_own() {
    let all = ["CR", "NPG", "STLN", "EE", "PR", "CAN", "LOS", "DD", "BBL", "DLC", "cr", "XX"];
    let table = [
        ("S", "A", &["CR", "NPG", "STLN", "EE"][..]),
        ("R", "S", &["CR", "PR"]),
        ("C", "A", &["CAN", "LOS", "DD"]),
        ("RC", "C", &["BBL", "CR", "PR"]),
    ];
    for (mode, from, allowed) in table {
        for code in all {
            let (sandbox, number) = with_line(from);
            let answer = patch(&sandbox, &number, &json!({"mode": mode, "reasonCode": code})).await;
            assert_eq!(answer.status.is_success(), allowed.contains(&code), "{mode} {code}");
            if !answer.status.is_success() {
                assert_eq!(told(&Method::PATCH, &answer), (Class::InvalidInput, 35), "{mode} {code}");
                assert!(moves(&sandbox).is_empty());
            }
        }
    }
}

#[tokio::test]
async fn suspend_and_cancel_need_a_reason_and_the_others_do_not() {
    for (mode, from, needed) in [("S", "A", true), ("R", "S", false), ("C", "A", true), ("RC", "C", false)] {
        let (sandbox, number) = with_line(from);
        for body in [json!({"mode": mode, "reasonCode": null}), json!({"mode": mode, "reasonCode": " "})] {
            let answer = patch(&sandbox, &number, &body).await;
            if needed {
                assert_eq!(told(&Method::PATCH, &answer), (Class::InvalidInput, 35), "{mode}");
            } else {
                assert_eq!(moves(&sandbox).len(), 1, "{mode}");
            }
        }
    }
}

#[tokio::test]
async fn a_variant_lets_a_resume_restore_within_the_same_rules() {
    let (sandbox, number) = with_line("C");
    sandbox.set_variant("restore_mode", "resume_too").unwrap();
    let resume = json!({"mode": "R", "reasonCode": "CR"});
    assert_eq!(patch(&sandbox, &number, &resume).await.status, StatusCode::OK);
    assert_eq!(moves(&sandbox), ["CA"]);
    let gone =
        LineChange { status: Some("C".to_owned()), status_days_ago: Some(61), ..LineChange::default() };
    sandbox.change_line(&SubscriberNumber::unchecked(&number), &gone).unwrap();
    assert_eq!(told(&Method::PATCH, &patch(&sandbox, &number, &resume).await).1, 36);
}

#[tokio::test]
async fn a_profile_may_give_resume_and_restore_one_letter() {
    let profile = apex_mobility_core::WireProfile::builder().mode("restore_cancelled", "R").build().unwrap();
    let sandbox = Sandbox::builder().lines(20).wire_profile(profile).build();
    let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number.to_string();
    for (mode, reason) in [("S", "CR"), ("R", "PR"), ("C", "CAN"), ("R", "BBL")] {
        patch(&sandbox, &number, &json!({"mode": mode, "reasonCode": reason})).await;
    }
    assert_eq!(moves(&sandbox), ["AS", "SA", "AC", "CA"]);
}

#[tokio::test]
async fn the_spelling_of_the_status_follows_its_variant() {
    for (spelling, word) in [("canceled", "Canceled"), ("word_twice", "Cancelled"), ("letter_only", "C")] {
        let (sandbox, number) = with_line("A");
        sandbox.set_variant("status_spelling", spelling).unwrap();
        let answer = patch(&sandbox, &number, &json!({"mode": "C", "reasonCode": "CAN"})).await;
        assert_eq!(answer.json()["status"], word);
    }
}

#[tokio::test]
async fn what_is_no_status_change_is_refused_and_changes_nothing() {
    let (sandbox, number) = with_line("A");
    let table = [
        json!({"mode": "A", "reasonCode": "CR"}),
        json!({"mode": "s", "reasonCode": "CR"}),
        json!({"mode": "", "reasonCode": "CR"}),
        json!({"mode": 1, "reasonCode": "CR"}),
        json!({"mode": ["S"], "reasonCode": "CR"}),
        json!({"mode": "S", "reasonCode": ["CR"]}),
        json!({"mode": "S", "reasonCode": "CR", "effectiveDate": "soon"}),
        json!({"mode": "S", "reasonCode": "CR", "billingAccount": {"id": "000000000002"}}),
    ];
    for body in table {
        let answer = patch(&sandbox, &number, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert_eq!(told(&Method::PATCH, &answer), (Class::InvalidInput, 45), "{body}");
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn a_number_that_nobody_has_is_not_found() {
    let (sandbox, _) = with_line("A");
    let suspend = json!({"mode": "S", "reasonCode": "CR"});
    let answer = patch(&sandbox, "9735550199", &suspend).await;
    assert_eq!((answer.status, told(&Method::PATCH, &answer).0), (StatusCode::NOT_FOUND, Class::NotFound));
    let answer = patch(&sandbox, "12345", &suspend).await;
    assert_eq!(told(&Method::PATCH, &answer), (Class::InvalidInput, 10));
}

/// Every shape of JSON, for members that are known.
fn any_body() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(json!("2026-02-01Z")),
        Just(json!("S")),
        Just(json!("CR")),
        Just(json!([{"name": "singleUserCode", "value": "APXPLAN02"}])),
        Just(json!([{"name": "addOfferingCode", "value": null}, {"name": 1}])),
        Just(json!({"id": []})),
    ];
    let name = prop_oneof![
        Just("mode"),
        Just("reasonCode"),
        Just("effectiveDate"),
        Just("serviceCharacteristic"),
        Just("billingAccount")
    ];
    let members = proptest::collection::vec((name, value), 0..5);
    members.prop_map(|members| members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_body_of_a_line_change_breaks_the_sandbox(body in any_body(), raw in any::<Vec<u8>>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (sandbox, number) = with_line("A");
        for bytes in [body.to_string().into_bytes(), raw] {
            let path = format!("{LINE}/{number}");
            let answer = runtime.block_on(call(&sandbox, Method::PATCH, &path, &[], &bytes));
            prop_assert!(answer.status.is_success() || answer.status == StatusCode::BAD_REQUEST);
        }
    }
}
