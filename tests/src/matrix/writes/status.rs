//! Status changes (contract 4.5).

use apex_mobility::domain::Date;
use apex_mobility::status_change::{CancelReason, RestoreReason, ResumeReason, SuspendReason};
use apex_mobility_sandbox::{LedgerKind, LineView};

use super::{Api, Write, in_three_days, plain, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Intent, Told};

pub(super) const ALL: &[Write] = &[
    write("suspend", Api::Status, |carrier| Box::pin(suspend(carrier))),
    write("suspend-later", Api::Status, |carrier| Box::pin(suspend_later(carrier))).dated(),
    write("resume", Api::Status, |carrier| Box::pin(resume(carrier))),
    write("cancel", Api::Status, |carrier| Box::pin(cancel(carrier))),
    write("cancel-suspended", Api::Status, |carrier| Box::pin(cancel_suspended(carrier))),
    write("restore", Api::Status, |carrier| Box::pin(restore(carrier))),
];

fn effect(line: &LineView) -> Intent {
    Intent::OnNumber(LedgerKind::Status, line.subscriber_number.clone())
}

async fn suspend(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let reason = SuspendReason::CustomerRequest;
    let call = carrier.apex.status_change().suspend(line.subscriber_number.clone(), reason);
    carrier.send(call, effect(&line)).await
}

async fn suspend_later(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let call = carrier.apex.status_change().suspend(line.subscriber_number.clone(), SuspendReason::HighUse);
    carrier.send(call.effective_date(in_three_days(carrier)), effect(&line)).await
}

async fn resume(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "S");
    let reason = ResumeReason::CustomerRequest;
    let call = carrier.apex.status_change().resume(line.subscriber_number.clone(), reason);
    carrier.send(call, effect(&line)).await
}

async fn cancel(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let call = carrier.apex.status_change().cancel(line.subscriber_number.clone(), CancelReason::Unspecified);
    carrier.send(call, effect(&line)).await
}

async fn cancel_suspended(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "S");
    let call =
        carrier.apex.status_change().cancel(line.subscriber_number.clone(), CancelReason::LostOrStolen);
    carrier.send(call, effect(&line)).await
}

async fn restore(carrier: &Carrier) -> Vec<Told> {
    let today = Date::from_system_time(carrier.sandbox.now());
    let line = carrier.line(|line| {
        let days = line.status_effective_date.map(|since| since.days_until(today));
        line.status == "C" && days.is_some_and(|days| days < 55)
    });
    let reason = RestoreReason::BringBackLive;
    let call = carrier.apex.status_change().restore(line.subscriber_number.clone(), reason);
    carrier.send(call, effect(&line)).await
}
