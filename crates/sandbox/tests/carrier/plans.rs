//! Rate Plan Change (contract 4.8), as a caller sees it.

use std::time::Duration;

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_sandbox::{LedgerKind, LineChange, LineView, Sandbox};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::caller::*;

/// Names and codes.
type Entries<'a> = &'a [(&'a str, &'a str)];

/// A change of plan and features, effective now.
fn body(entries: Entries<'_>) -> Value {
    dated(entries, "")
}

fn dated(entries: Entries<'_>, day: &str) -> Value {
    let bag: Vec<_> = entries.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    json!({"effectiveDate": day, "serviceCharacteristic": bag})
}

/// The number of an active line on `plan`, with SOC1 and without SOC2.
fn with_line(tac: &str, plan: &str) -> (Sandbox, String) {
    let sandbox = sandbox(300);
    let wanted = |line: &LineView| {
        let has = |soc: &str| line.offering_codes.iter().any(|code| code.as_str() == soc);
        line.status == "A" && line.eid.is_none() && has("SOC1") && !has("SOC2") && !has("SOC4")
    };
    let number = sandbox.find_line(wanted).unwrap().subscriber_number;
    let device = imei(tac, 990_001);
    let change = LineChange {
        imei: Some(device.clone()),
        network_imei: Some(device),
        single_user_code: Some(plan.to_owned()),
        ..LineChange::default()
    };
    sandbox.change_line(&number, &change).unwrap();
    (sandbox, number.to_string())
}

const GENERIC: &str = "00101000";
const LTE: &str = "00101003";

fn line(sandbox: &Sandbox, number: &str) -> LineView {
    sandbox.line(&SubscriberNumber::unchecked(number)).unwrap()
}

fn has(line: &LineView, soc: &str) -> bool {
    line.offering_codes.iter().any(|code| code.as_str() == soc)
}

/// The plan changes in the ledger that came through the API.
fn changes(sandbox: &Sandbox) -> Vec<Value> {
    let ledger = sandbox.ledger();
    let entries = ledger.iter().filter(|e| e.kind == LedgerKind::Plan && !e.detail.contains_key("by"));
    entries.map(|entry| json!(entry.detail)).collect()
}

#[tokio::test]
async fn plan_and_features_change_in_one_request() {
    let (sandbox, number) = with_line(GENERIC, "APXPLAN01");
    let entries = [
        ("singleUserCode", "APXPLAN02"),
        ("addOfferingCode", "SOC2"),
        ("addOfferingCode", "SOC4"),
        ("removeOfferingCode", "SOC1"),
    ];
    let answer = patch(&sandbox, &number, &body(&entries)).await;
    assert_eq!(answer.status, StatusCode::OK);
    let shown = answer.json();
    assert_eq!(characteristic(&shown, "singleUserCode"), Some("APXPLAN02"));
    assert_eq!(characteristic(&shown, "effectiveDate"), Some("2026-01-19Z"));
    assert_eq!(shown["effectiveDate"], "immediately");
    let line = line(&sandbox, &number);
    assert_eq!(line.single_user_code.as_str(), "APXPLAN02");
    assert!(has(&line, "SOC2") && has(&line, "SOC4") && !has(&line, "SOC1"));
    let expected =
        json!({"singleUserCode": "APXPLAN02", "addOfferingCode": "SOC2 SOC4", "removeOfferingCode": "SOC1"});
    assert_eq!(changes(&sandbox), [expected]);
}

/// Contract 4.8, rules: what is refused changes nothing at all.
#[tokio::test]
async fn each_rule_refuses_the_whole_request() {
    let invalid = (Class::InvalidInput, 45);
    let misfit = (Class::NotEligible, 15);
    let table: [(&str, Entries<'_>, (Class, u8)); 11] = [
        (LTE, &[("singleUserCode", "APXPLAN02")], misfit),
        (LTE, &[("addOfferingCode", "SOC2"), ("addOfferingCode", "SOC4")], misfit),
        (GENERIC, &[("singleUserCode", "APXPLAN03"), ("addOfferingCode", "SOC1")], invalid),
        (GENERIC, &[("addOfferingCode", "SOC4"), ("removeOfferingCode", "SOC2")], invalid),
        (GENERIC, &[("addOfferingCode", "SOC2"), ("addOfferingCode", "SOC2")], invalid),
        (GENERIC, &[("addOfferingCode", "SOC1"), ("removeOfferingCode", "SOC1")], invalid),
        (GENERIC, &[("removeOfferingCode", "SOC1"), ("removeOfferingCode", "SOC1")], invalid),
        (GENERIC, &[("singleUserCode", "APXPLAN02"), ("singleUserCode", "APXPLAN03")], invalid),
        (GENERIC, &[("singleUserCode", "APXPLAN99")], invalid),
        (GENERIC, &[("addOfferingCode", "SOC99")], invalid),
        (GENERIC, &[("singleUserCode", "")], invalid),
    ];
    for (tac, entries, refused) in table {
        let (sandbox, number) = with_line(tac, "APXPLAN01");
        let before = line(&sandbox, &number);
        let answer = patch(&sandbox, &number, &body(entries)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{entries:?}");
        assert_eq!(told(&Method::PATCH, &answer), refused, "{entries:?}");
        assert!(line(&sandbox, &number) == before && changes(&sandbox).is_empty(), "{entries:?}");
    }
}

#[tokio::test]
async fn only_active_lines_are_changed() {
    for status in ["S", "C"] {
        let (sandbox, number) = with_line(GENERIC, "APXPLAN01");
        let change = LineChange { status: Some(status.to_owned()), ..LineChange::default() };
        sandbox.change_line(&SubscriberNumber::unchecked(&number), &change).unwrap();
        let answer = patch(&sandbox, &number, &body(&[("singleUserCode", "APXPLAN02")])).await;
        assert_eq!(told(&Method::PATCH, &answer), (Class::WrongOrder, 13), "{status}");
        assert!(changes(&sandbox).is_empty());
    }
}

/// Contract 6, row 41: some plans bind until the contract ends.
#[tokio::test]
async fn a_plan_that_binds_is_left_only_after_the_contract() {
    let sandbox = sandbox(300);
    let today = apex_mobility_core::domain::Date::new(2026, 1, 19).unwrap();
    let generic = |line: &LineView| line.status == "A" && line.imei.as_str().starts_with(GENERIC);
    let in_term = |line: &LineView| line.contract_end.is_some_and(|end| end >= today);
    let bound = sandbox.find_line(|line| generic(line) && in_term(line)).unwrap().subscriber_number;
    let free = sandbox.find_line(|line| generic(line) && !in_term(line)).unwrap().subscriber_number;
    for (number, from, told_by) in [
        (&bound, "APXPLAN04", Some((Class::NotEligible, 41))),
        (&bound, "APXPLAN03", None),
        (&free, "APXPLAN04", None),
    ] {
        let on_plan = LineChange { single_user_code: Some(from.to_owned()), ..LineChange::default() };
        sandbox.change_line(number, &on_plan).unwrap();
        let answer = patch(&sandbox, number.as_str(), &body(&[("singleUserCode", "APXPLAN01")])).await;
        let refused = (!answer.status.is_success()).then(|| told(&Method::PATCH, &answer));
        assert_eq!(refused, told_by, "{from}");
    }
}

#[tokio::test]
async fn the_plan_that_the_line_has_is_taken_without_effect() {
    let (sandbox, number) = with_line(GENERIC, "APXPLAN04");
    let answer = patch(&sandbox, &number, &body(&[("singleUserCode", "APXPLAN04")])).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(changes(&sandbox).is_empty());
}

#[tokio::test]
async fn a_date_is_always_sent_and_never_past() {
    let (sandbox, number) = with_line(GENERIC, "APXPLAN01");
    let bag = json!([{"name": "singleUserCode", "value": "APXPLAN03"}]);
    let table = [
        json!({"serviceCharacteristic": bag}),
        json!({"serviceCharacteristic": bag, "effectiveDate": null}),
        json!({"serviceCharacteristic": bag, "effectiveDate": "2026-01-18Z"}),
        json!({"serviceCharacteristic": bag, "effectiveDate": "2026-01-19"}),
    ];
    for body in table {
        let answer = patch(&sandbox, &number, &body).await;
        assert_eq!(told(&Method::PATCH, &answer), (Class::InvalidInput, 45), "{body}");
    }
    assert!(changes(&sandbox).is_empty());
    let today = json!({"serviceCharacteristic": bag, "effectiveDate": "2026-01-19Z"});
    assert_eq!(patch(&sandbox, &number, &today).await.json()["effectiveDate"], "2026-01-19Z");
    assert_eq!(changes(&sandbox).len(), 1);
}

#[tokio::test]
async fn a_change_to_come_is_echoed_and_shows_on_its_day() {
    let (sandbox, number) = with_line(GENERIC, "APXPLAN01");
    let later = dated(&[("singleUserCode", "APXPLAN03"), ("removeOfferingCode", "SOC1")], "2026-02-01Z");
    let answer = patch(&sandbox, &number, &later).await.json();
    assert_eq!(answer["effectiveDate"], "2026-02-01Z");
    assert_eq!(characteristic(&answer, "singleUserCode"), Some("APXPLAN01"));
    sandbox.advance(Duration::from_hours(12 * 24));
    assert!(changes(&sandbox).is_empty());
    sandbox.advance(Duration::from_hours(24));
    let details = get(&sandbox, &format!("{LINE}/{number}"), &[]).await.json();
    assert_eq!(characteristic(&details, "singleUserCode"), Some("APXPLAN03"));
    assert_eq!(characteristic(&details, "effectiveDate"), Some("2026-02-01Z"));
    assert_eq!(changes(&sandbox).len(), 1);
}

#[tokio::test]
async fn a_change_that_the_line_no_longer_allows_lapses() {
    let (sandbox, number) = with_line(GENERIC, "APXPLAN01");
    patch(&sandbox, &number, &dated(&[("addOfferingCode", "SOC2")], "2026-02-01Z")).await;
    patch(&sandbox, &number, &body(&[("addOfferingCode", "SOC2")])).await;
    sandbox.advance(Duration::from_hours(30 * 24));
    assert_eq!(changes(&sandbox).len(), 1);
}

#[tokio::test]
async fn variants_refuse_the_future_or_take_it_for_now() {
    let later = dated(&[("singleUserCode", "APXPLAN03")], "2026-02-01Z");
    for (variant, changed) in [("refused", false), ("at_once", true)] {
        let (sandbox, number) = with_line(GENERIC, "APXPLAN01");
        sandbox.set_variant("future_dates", variant).unwrap();
        assert_eq!(patch(&sandbox, &number, &later).await.status.is_success(), changed);
        assert_eq!(changes(&sandbox).len(), usize::from(changed));
    }
}

#[tokio::test]
async fn names_follow_the_profile_both_ways() {
    let profile = apex_mobility_core::WireProfile::builder().characteristic("singleUserCode", "plan");
    let sandbox = Sandbox::builder().lines(50).wire_profile(profile.build().unwrap()).build();
    let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
    let answer = patch(&sandbox, number.as_str(), &body(&[("plan", "APXPLAN05")])).await.json();
    assert_eq!(characteristic(&answer, "plan"), Some("APXPLAN05"));
    let answer = patch(&sandbox, number.as_str(), &body(&[("singleUserCode", "APXPLAN05")])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

/// Contract 7, variants of success and refusal, through the seam that all writes share.
#[tokio::test]
async fn success_and_refusal_take_the_form_of_their_variants() {
    let (sandbox, number) = with_line(LTE, "APXPLAN01");
    sandbox.set_variant("success_code", "204").unwrap();
    let answer = patch(&sandbox, &number, &body(&[("singleUserCode", "APXPLAN03")])).await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::NO_CONTENT, 0));
    for (form, status) in
        [("422", 422), ("500", 500), ("200_with_text", 200), ("message", 400), ("plain_text", 400)]
    {
        sandbox.set_variant("business_error", form).unwrap();
        let answer = patch(&sandbox, &number, &body(&[("singleUserCode", "APXPLAN02")])).await;
        assert_eq!(answer.status.as_u16(), status, "{form}");
        assert_eq!(told(&Method::PATCH, &answer), (Class::NotEligible, 15), "{form}");
    }
}
