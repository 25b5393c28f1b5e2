//! Contract 4.5.

use std::time::Duration;

use apex_mobility::catalog::Class;
use apex_mobility::domain::{Date, SubscriberNumber};
use apex_mobility::status_change::{
    CancelReason, RestoreReason, ResumeReason, Service, StatusChange, SuspendReason, restorable_until,
};
use apex_mobility::wire::{DateMeaning, LineStatus};
use apex_mobility::{Effect, Error};
use apex_mobility_sandbox::LineChange;

use crate::Target;
use crate::target::imei;

/// The first seeded line in this status, put there today.
fn line_in(target: &Target, status: &str) -> SubscriberNumber {
    let number = target.line(|line| line.status == "A").subscriber_number;
    if status != "A" {
        portal(target, &number, LineChange { status: Some(status.to_owned()), ..LineChange::default() });
    }
    number
}

#[expect(clippy::needless_pass_by_value, reason = "callers write the change in place")]
fn portal(target: &Target, number: &SubscriberNumber, change: LineChange) {
    target.sandbox.change_line(number, &change).unwrap();
}

fn pass_days(target: &Target, days: u32) {
    target.sandbox.advance(Duration::from_hours(24) * days);
}

fn today(target: &Target) -> Date {
    Date::from_system_time(target.sandbox.now())
}

fn status_of(target: &Target, number: &SubscriberNumber) -> &'static str {
    target.sandbox.line(number).unwrap().status
}

/// The moves in the ledger that came through the API, as letters from and to.
fn moves(target: &Target) -> Vec<String> {
    let ledger = target.sandbox.ledger();
    let status = ledger.iter().filter(|e| e.kind.to_string() == "status" && !e.detail.contains_key("by"));
    status.map(|entry| format!("{}{}", entry.detail["from"], entry.detail["status"])).collect()
}

/// A refusal by a row of the error catalog: nothing was done.
fn assert_refused(answer: Result<Service, Error>, class: Class, row: u8) {
    let error = answer.unwrap_err();
    assert_eq!((error.class(), error.row().unwrap().number), (class, row), "{error}");
    assert_eq!(error.effect(), Effect::Rejected);
}

fn cancel(api: &StatusChange, number: &SubscriberNumber) -> impl Future<Output = Result<Service, Error>> {
    api.cancel(number.clone(), CancelReason::Unspecified).send()
}

fn restore(api: &StatusChange, number: &SubscriberNumber) -> impl Future<Output = Result<Service, Error>> {
    api.restore(number.clone(), RestoreReason::BringBackLive).send()
}

fn resume(api: &StatusChange, number: &SubscriberNumber) -> impl Future<Output = Result<Service, Error>> {
    api.resume(number.clone(), ResumeReason::CustomerRequest).send()
}

fn suspend(api: &StatusChange, number: &SubscriberNumber) -> impl Future<Output = Result<Service, Error>> {
    api.suspend(number.clone(), SuspendReason::CustomerRequest).send()
}

/// A line goes through all its statuses; each change without a date is made immediately.
pub async fn a_line_is_suspended_resumed_cancelled_and_restored(target: Target) {
    let number = line_in(&target, "A");
    let api = target.apex.status_change();
    for (answer, status) in [
        (suspend(&api, &number).await, LineStatus::Suspended),
        (resume(&api, &number).await, LineStatus::Active),
        (cancel(&api, &number).await, LineStatus::Cancelled),
        (restore(&api, &number).await, LineStatus::Active),
    ] {
        let line = answer.unwrap();
        assert_eq!(line.status(), Some(status));
        assert_eq!(line.subscriber_number.as_ref(), Some(&number));
        assert_eq!(line.effective_date.unwrap().meaning(), DateMeaning::Immediately);
    }
    assert_eq!(moves(&target), ["AS", "SA", "AC", "CA"]);
}

/// Details show status, reason and day of a change at once.
pub async fn details_show_a_change_of_status_at_once(target: Target) {
    let number = line_in(&target, "A");
    target.apex.status_change().suspend(number.clone(), SuspendReason::Stolen).send().await.unwrap();
    let line = target.apex.line_details().get(number).send().await.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Suspended));
    assert_eq!(line.status_reason().unwrap().as_str(), "STLN");
    assert_eq!(line.status_date().unwrap().as_date(), Some(today(&target)));
}

/// A suspended line is not suspended again, nor is a cancelled one.
pub async fn only_an_active_line_is_suspended(target: Target) {
    let api = target.apex.status_change();
    let number = line_in(&target, "S");
    assert_refused(suspend(&api, &number).await, Class::WrongOrder, 14);
    let number = line_in(&target, "C");
    assert_refused(suspend(&api, &number).await, Class::WrongOrder, 13);
    assert!(moves(&target).is_empty());
}

/// A resume never revives a cancelled line.
pub async fn a_resume_never_revives_a_cancelled_line(target: Target) {
    let api = target.apex.status_change();
    let number = line_in(&target, "C");
    assert_refused(resume(&api, &number).await, Class::WrongOrder, 16);
    assert_eq!(status_of(&target, &number), "C");
    assert!(moves(&target).is_empty());
}

/// A restore is for cancelled lines only: it does not resume.
pub async fn a_restore_does_not_resume_a_suspended_line(target: Target) {
    let api = target.apex.status_change();
    let number = line_in(&target, "S");
    assert_refused(restore(&api, &number).await, Class::WrongOrder, 14);
    assert_eq!(status_of(&target, &number), "S");
}

/// Active and suspended lines can be cancelled.
pub async fn active_and_suspended_lines_are_cancelled(target: Target) {
    let api = target.apex.status_change();
    for status in ["A", "S"] {
        let number = line_in(&target, status);
        cancel(&api, &number).await.unwrap();
        assert_eq!(status_of(&target, &number), "C");
    }
    assert_eq!(moves(&target), ["AC", "SC"]);
}

/// A second cancel says that it is done already, and does nothing.
pub async fn a_second_cancel_is_a_no_op(target: Target) {
    let api = target.apex.status_change();
    let number = line_in(&target, "A");
    cancel(&api, &number).await.unwrap();
    assert_refused(cancel(&api, &number).await, Class::NoOp, 16);
    assert_eq!(moves(&target), ["AC"]);
}

/// Day 60 after the cancel is inside the restore window, and day 61 is not.
pub async fn a_line_is_restored_on_day_60_and_not_on_day_61(target: Target) {
    let api = target.apex.status_change();
    for (days, inside) in [(60, true), (61, false)] {
        let number = line_in(&target, "A");
        cancel(&api, &number).await.unwrap();
        let last = restorable_until(today(&target));
        pass_days(&target, days);
        assert_eq!(today(&target) <= last, inside);
        let answer = restore(&api, &number).await;
        if inside {
            answer.unwrap();
        } else {
            assert_refused(answer, Class::NotEligible, 36);
        }
        assert_eq!(status_of(&target, &number), if inside { "A" } else { "C" });
    }
}

/// A restore checks the plan against the device, which nobody can change while the line is cancelled.
pub async fn a_line_whose_plan_does_not_fit_its_device_is_not_restored(target: Target) {
    let api = target.apex.status_change();
    let number = target.line(|line| line.status == "A" && line.eid.is_none()).subscriber_number;
    let lte = apex_mobility::domain::Imei::from_payload("00101003990001").unwrap();
    for (device, plan, fits) in
        [(&imei(1), "APXPLAN02", true), (&lte, "APXPLAN01", true), (&lte, "APXPLAN02", false)]
    {
        let change = LineChange {
            imei: Some(device.to_string()),
            network_imei: Some(device.to_string()),
            single_user_code: Some(plan.to_owned()),
            ..LineChange::default()
        };
        portal(&target, &number, change);
        cancel(&api, &number).await.unwrap();
        let answer = restore(&api, &number).await;
        if fits {
            answer.unwrap();
        } else {
            assert_refused(answer, Class::NotEligible, 15);
        }
    }
    assert_eq!(status_of(&target, &number), "C");
}

/// Each transition takes its own reason codes, and refuses another's.
pub async fn each_transition_takes_its_own_reasons_alone(target: Target) {
    let api = target.apex.status_change();
    let number = line_in(&target, "A");
    let foreign = SuspendReason::parse("BBL").unwrap();
    assert_refused(api.suspend(number.clone(), foreign).send().await, Class::InvalidInput, 35);
    for reason in ["CR", "NPG", "STLN", "EE"] {
        let reason = SuspendReason::parse(reason).unwrap();
        api.suspend(number.clone(), reason).send().await.unwrap();
        let foreign = ResumeReason::parse("CAN").unwrap();
        assert_refused(api.resume(number.clone(), foreign).send().await, Class::InvalidInput, 35);
        resume(&api, &number).await.unwrap();
    }
    for reason in ["CAN", "LOS", "DD"] {
        let foreign = CancelReason::parse("CR").unwrap();
        assert_refused(api.cancel(number.clone(), foreign).send().await, Class::InvalidInput, 35);
        api.cancel(number.clone(), CancelReason::parse(reason).unwrap()).send().await.unwrap();
        let foreign = RestoreReason::parse("LOS").unwrap();
        assert_refused(api.restore(number.clone(), foreign).send().await, Class::InvalidInput, 35);
        restore(&api, &number).await.unwrap();
    }
    assert_eq!(moves(&target).len(), 14);
}

/// A past date is refused, today's is taken.
pub async fn a_status_cannot_change_in_the_past(target: Target) {
    let api = target.apex.status_change();
    let number = line_in(&target, "A");
    for (days, taken) in [(-1, false), (0, true)] {
        let day = today(&target).checked_add_days(days).unwrap();
        let call = api.suspend(number.clone(), SuspendReason::CustomerRequest).effective_date(day);
        let answer = call.send().await;
        if taken {
            assert_eq!(answer.unwrap().effective_date.unwrap().as_date(), Some(day));
        } else {
            assert_refused(answer, Class::InvalidInput, 45);
        }
    }
    assert_eq!(moves(&target), ["AS"]);
}

/// A date to come is echoed, and the change is made on its day.
pub async fn a_status_changes_on_the_day_to_come(target: Target) {
    let api = target.apex.status_change();
    let number = line_in(&target, "A");
    let day = today(&target).checked_add_days(2).unwrap();
    let call = api.cancel(number.clone(), CancelReason::LostOrStolen).effective_date(day);
    let line = call.send().await.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Active));
    assert_eq!(line.effective_date.unwrap().as_date(), Some(day));
    pass_days(&target, 1);
    assert_eq!(status_of(&target, &number), "A");
    pass_days(&target, 1);
    let line = target.apex.line_details().get(number).send().await.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Cancelled));
    assert_eq!(line.status_date().unwrap().as_date(), Some(day));
}

/// The network suspends a line whose device is not the one on record; it resumes when they agree.
pub async fn a_line_with_another_device_is_suspended_until_the_record_agrees(target: Target) {
    let api = target.apex.status_change();
    let number = line_in(&target, "A");
    let seen = Some(imei(1).to_string());
    portal(&target, &number, LineChange { network_imei: seen.clone(), ..LineChange::default() });
    pass_days(&target, 1);
    let line = target.apex.line_details().get(number.clone()).send().await.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Suspended));
    assert_eq!(line.status_reason().unwrap().as_str(), "DLC");
    assert_refused(resume(&api, &number).await, Class::NotEligible, 40);
    portal(&target, &number, LineChange { imei: seen, ..LineChange::default() });
    resume(&api, &number).await.unwrap();
    pass_days(&target, 1);
    assert_eq!(status_of(&target, &number), "A");
}
