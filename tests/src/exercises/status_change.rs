//! Contract 4.5.

use apex_mobility::domain::{Date, SubscriberNumber};
use apex_mobility::status_change::{CancelReason, RestoreReason, ResumeReason, SuspendReason};
use apex_mobility_sandbox::LineChange;

use super::{Exercise, Failure, Stage, holds};

pub(super) const ALL: &[Exercise] = &[
    Exercise {
        operation: "status.change/suspend",
        depends_on: &[("headers", &["content_type"]), ("modes", &["suspend"]), ("dates", &["request"])],
        run: |stage| Box::pin(suspend(stage)),
    },
    Exercise {
        operation: "status.change/resume",
        depends_on: &[("headers", &["content_type"]), ("modes", &["resume"])],
        run: |stage| Box::pin(resume(stage)),
    },
    Exercise {
        operation: "status.change/cancel",
        depends_on: &[("headers", &["content_type"]), ("modes", &["cancel"])],
        run: |stage| Box::pin(cancel(stage)),
    },
    Exercise {
        operation: "status.change/restore",
        depends_on: &[("headers", &["content_type"]), ("modes", &["restore_cancelled"])],
        run: |stage| Box::pin(restore(stage)),
    },
];

/// A line that was put into this status today.
fn line_in(stage: &Stage, letter: &str) -> SubscriberNumber {
    let number = stage.plain_line().subscriber_number;
    if letter != "A" {
        let change = LineChange { status: Some(letter.to_owned()), ..LineChange::default() };
        stage.sandbox.change_line(&number, &change).unwrap();
    }
    number
}

fn is_in(stage: &Stage, number: &SubscriberNumber, letter: &str) -> bool {
    stage.sandbox.line(number).unwrap().status == letter
}

async fn suspend(stage: Stage) -> Result<(), Failure> {
    let number = line_in(&stage, "A");
    let today = Date::from_system_time(stage.sandbox.now());
    let call = stage.apex.status_change().suspend(number.clone(), SuspendReason::CustomerRequest);
    call.effective_date(today).send().await?;
    holds("the line is suspended", is_in(&stage, &number, "S"))
}

async fn resume(stage: Stage) -> Result<(), Failure> {
    let number = line_in(&stage, "S");
    stage.apex.status_change().resume(number.clone(), ResumeReason::CustomerRequest).send().await?;
    holds("the line is active", is_in(&stage, &number, "A"))
}

async fn cancel(stage: Stage) -> Result<(), Failure> {
    let number = line_in(&stage, "A");
    stage.apex.status_change().cancel(number.clone(), CancelReason::Unspecified).send().await?;
    holds("the line is cancelled", is_in(&stage, &number, "C"))
}

async fn restore(stage: Stage) -> Result<(), Failure> {
    let number = line_in(&stage, "C");
    stage.apex.status_change().restore(number.clone(), RestoreReason::BringBackLive).send().await?;
    holds("the line is active", is_in(&stage, &number, "A"))
}
