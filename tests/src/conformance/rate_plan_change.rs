//! Contract 4.8.

use std::time::Duration;

use apex_mobility::catalog::Class;
use apex_mobility::domain::{Date, Imei, OfferingCode, SingleUserCode, SubscriberNumber};
use apex_mobility::rate_plan_change::{ChangePlan, Service};
use apex_mobility::wire::DateMeaning;
use apex_mobility::{Effect, Error};
use apex_mobility_sandbox::{LineChange, LineView};

use crate::Target;
use crate::target::imei;

fn code(text: &str) -> SingleUserCode {
    SingleUserCode::parse(text).unwrap()
}

fn soc(text: &str) -> OfferingCode {
    OfferingCode::parse(text).unwrap()
}

/// An active line with this device and plan, with SOC1 and without SOC2 and SOC4.
fn line_with(target: &Target, device: &Imei, plan: &str) -> SubscriberNumber {
    let has = |line: &LineView, feature: &str| line.offering_codes.contains(&soc(feature));
    let wanted = |line: &LineView| {
        line.status == "A"
            && line.eid.is_none()
            && has(line, "SOC1")
            && !has(line, "SOC2")
            && !has(line, "SOC4")
    };
    let number = target.line(wanted).subscriber_number;
    let change = LineChange {
        imei: Some(device.to_string()),
        network_imei: Some(device.to_string()),
        single_user_code: Some(plan.to_owned()),
        ..LineChange::default()
    };
    target.sandbox.change_line(&number, &change).unwrap();
    number
}

/// A device that the 5G plans and features do not fit.
fn lte() -> Imei {
    Imei::from_payload("00101003990001").unwrap()
}

fn change(target: &Target, number: &SubscriberNumber) -> ChangePlan {
    target.apex.rate_plan_change().change(number.clone())
}

fn today(target: &Target) -> Date {
    Date::from_system_time(target.sandbox.now())
}

/// How many plan changes came through the API.
fn changes(target: &Target) -> usize {
    let ledger = target.sandbox.ledger();
    ledger.iter().filter(|entry| entry.kind.to_string() == "plan" && !entry.detail.contains_key("by")).count()
}

/// A refusal by a row of the error catalog: nothing was done.
fn assert_refused(answer: Result<Service, Error>, class: Class, row: u8) {
    let error = answer.unwrap_err();
    assert_eq!((error.class(), error.row().unwrap().number), (class, row), "{error}");
    assert_eq!(error.effect(), Effect::Rejected);
}

/// Plan and features change together, and details show it.
pub async fn plan_and_features_change_together(target: Target) {
    let number = line_with(&target, &imei(1), "APXPLAN01");
    let call = change(&target, &number).plan(code("APXPLAN02")).add_feature(soc("SOC4"));
    let line = call.remove_feature(soc("SOC1")).send().await.unwrap();
    assert_eq!(line.effective_date.as_ref().unwrap().as_date(), Some(today(&target)));
    let details = target.apex.line_details().get(number).send().await.unwrap();
    for line in [line, details] {
        assert_eq!(line.plan(), Some(code("APXPLAN02")));
        assert_eq!(line.plan_effective_date().unwrap().as_date(), Some(today(&target)));
        let features: Vec<_> = line.features().map(|feature| feature.code).collect();
        assert!(features.contains(&soc("SOC4")) && !features.contains(&soc("SOC1")));
    }
    assert_eq!(changes(&target), 1);
}

/// An empty date means now.
pub async fn an_empty_date_removes_a_feature_immediately(target: Target) {
    let number = line_with(&target, &imei(1), "APXPLAN01");
    let line = change(&target, &number).remove_feature(soc("SOC1")).immediately().send().await.unwrap();
    assert_eq!(line.effective_date.unwrap().meaning(), DateMeaning::Immediately);
    assert!(!target.sandbox.line(&number).unwrap().offering_codes.contains(&soc("SOC1")));
}

/// A plan must fit the device.
pub async fn a_plan_fits_the_device_or_is_refused(target: Target) {
    let number = line_with(&target, &lte(), "APXPLAN01");
    assert_refused(change(&target, &number).plan(code("APXPLAN02")).send().await, Class::NotEligible, 15);
    assert_eq!(changes(&target), 0);
    change(&target, &number).plan(code("APXPLAN03")).send().await.unwrap();
    let number = line_with(&target, &imei(1), "APXPLAN01");
    change(&target, &number).plan(code("APXPLAN02")).send().await.unwrap();
    assert_eq!(changes(&target), 2);
}

/// A feature must fit the device.
pub async fn a_feature_fits_the_device_or_is_refused(target: Target) {
    let number = line_with(&target, &lte(), "APXPLAN01");
    let misfit = change(&target, &number).add_feature(soc("SOC2")).add_feature(soc("SOC4"));
    assert_refused(misfit.send().await, Class::NotEligible, 15);
    assert_eq!(changes(&target), 0);
    change(&target, &number).add_feature(soc("SOC2")).send().await.unwrap();
}

/// Only active lines change their plan.
pub async fn only_an_active_line_changes_its_plan(target: Target) {
    for (status, active) in [("S", false), ("C", false), ("A", true)] {
        let number = line_with(&target, &imei(1), "APXPLAN01");
        let change_of_status = LineChange { status: Some(status.to_owned()), ..LineChange::default() };
        target.sandbox.change_line(&number, &change_of_status).unwrap();
        let answer = change(&target, &number).plan(code("APXPLAN02")).send().await;
        if active {
            answer.unwrap();
        } else {
            assert_refused(answer, Class::WrongOrder, 13);
            let back = LineChange { status: Some("A".to_owned()), ..LineChange::default() };
            target.sandbox.change_line(&number, &back).unwrap();
        }
    }
    assert_eq!(changes(&target), 1);
}

/// A feature that is there cannot be added, and one that is not cannot be removed.
pub async fn a_present_feature_is_not_added_and_an_absent_one_not_removed(target: Target) {
    let number = line_with(&target, &imei(1), "APXPLAN01");
    let present = change(&target, &number).add_feature(soc("SOC1"));
    assert_refused(present.send().await, Class::InvalidInput, 45);
    let absent = change(&target, &number).plan(code("APXPLAN02")).remove_feature(soc("SOC2"));
    assert_refused(absent.send().await, Class::InvalidInput, 45);
    assert_eq!(changes(&target), 0);
    change(&target, &number).add_feature(soc("SOC2")).send().await.unwrap();
    change(&target, &number).remove_feature(soc("SOC2")).send().await.unwrap();
    assert_eq!(changes(&target), 2);
}

/// A past date is refused, today's is taken.
pub async fn a_plan_cannot_change_in_the_past(target: Target) {
    let number = line_with(&target, &imei(1), "APXPLAN01");
    for (days, taken) in [(-1, false), (0, true)] {
        let day = today(&target).checked_add_days(days).unwrap();
        let answer = change(&target, &number).plan(code("APXPLAN03")).effective_date(day).send().await;
        if taken {
            answer.unwrap();
        } else {
            assert_refused(answer, Class::InvalidInput, 45);
        }
    }
    assert_eq!(changes(&target), 1);
}

/// A change to come is echoed, does not show, and is made on its day.
pub async fn a_plan_to_come_shows_on_its_day(target: Target) {
    let number = line_with(&target, &imei(1), "APXPLAN01");
    let day = today(&target).checked_add_days(2).unwrap();
    let line = change(&target, &number).plan(code("APXPLAN03")).effective_date(day).send().await.unwrap();
    assert_eq!(line.effective_date.unwrap().as_date(), Some(day));
    for (days, plan) in [(0, "APXPLAN01"), (1, "APXPLAN01"), (1, "APXPLAN03")] {
        target.sandbox.advance(Duration::from_hours(24) * days);
        let details = target.apex.line_details().get(number.clone()).send().await.unwrap();
        assert_eq!(details.plan(), Some(code(plan)));
    }
}

/// A plan that binds is left only after the contract term.
pub async fn a_plan_that_binds_is_kept_for_the_contract_term(target: Target) {
    let now = today(&target);
    let in_term = |line: &LineView| line.contract_end.is_some_and(|end| end >= now);
    for bound in [true, false] {
        let wanted = |line: &LineView| {
            line.status == "A" && line.imei.as_str().starts_with("00101000") && in_term(line) == bound
        };
        let number = target.line(wanted).subscriber_number;
        let on_plan = LineChange { single_user_code: Some("APXPLAN04".to_owned()), ..LineChange::default() };
        target.sandbox.change_line(&number, &on_plan).unwrap();
        let answer = change(&target, &number).plan(code("APXPLAN01")).send().await;
        if bound {
            assert_refused(answer, Class::NotEligible, 41);
        } else {
            answer.unwrap();
        }
    }
    assert_eq!(changes(&target), 1);
}
