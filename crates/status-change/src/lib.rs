//! Suspend, resume, cancel and restore lines.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client, number: apex_mobility_core::domain::SubscriberNumber) -> Result<(), apex_mobility_core::Error> {
//! use apex_mobility_status_change::{ResumeReason, StatusChange, SuspendReason};
//!
//! let status = StatusChange::new(&client);
//! status.suspend(number.clone(), SuspendReason::CustomerRequest).send().await?;
//! let line = status.resume(number, ResumeReason::CustomerRequest).send().await?;
//! println!("{:?}, effective {:?}", line.status(), line.effective_date);
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client, number)).unwrap();
//! # assert_eq!(sandbox.ledger().len(), 2);
//! ```
//!
//! A change takes effect at once unless it has an effective date. Each transition has reasons of its own;
//! AT&T may know more of them than are named here:
//!
//! | call | from | to | reasons |
//! |---|---|---|---|
//! | [`suspend`](StatusChange::suspend) | active | suspended | [`SuspendReason`] |
//! | [`resume`](StatusChange::resume) | suspended | active | [`ResumeReason`] |
//! | [`cancel`](StatusChange::cancel) | active, suspended | cancelled | [`CancelReason`] |
//! | [`restore`](StatusChange::restore) | cancelled | active | [`RestoreReason`] |
//!
//! **Before cancelling**: a cancelled line can be restored for 60 days ([`restorable_until`]), and only with
//! the device and the plan it has. AT&T checks then whether they fit, and a cancelled line's device cannot
//! be changed: a line whose plan does not fit its device is lost once it is cancelled.
//!
//! A resume never revives a cancelled line: restore is a mode of its own. A line that the network suspended
//! for a device mismatch shows the reason `DLC`, which nobody can set; it resumes when the device on AT&T's
//! record is the one in use again.
//!
//! A change whose answer was lost is never sent again; its error says
//! [`Effect::Unknown`](apex_mobility_core::Effect), and reading the line settles it.
//!
//! **Evidence**: the body, its date and the reply are confirmed, the path, the letters and the reason codes
//! likely. The 60 days are confirmed; that the 60th is inside, and the mode `RC` of a restore, are inferred.
//! The modes are replaceable in the wire profile (`suspend`, `resume`, `cancel`, `restore_cancelled`).

mod finding;
mod model;
pub mod operations;

use apex_mobility_core::domain::{Date, SubscriberNumber};
use apex_mobility_core::{Client, call};

/// A line as a change answers it: mostly its number, its status and the effective date.
pub use apex_mobility_core::wire::Service;
pub use model::{
    CancelReason, RESTORE_WINDOW_DAYS, RestoreReason, ResumeReason, SuspendReason, is_restorable,
    restorable_until,
};

/// The Status Change API.
#[derive(Debug, Clone)]
pub struct StatusChange {
    client: Client,
}

impl StatusChange {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Takes an active line out of service for a time.
    pub fn suspend(&self, number: SubscriberNumber, reason: SuspendReason) -> SuspendLine {
        SuspendLine::new(&self.client, operations::SuspendLine { number, reason, effective_date: None })
    }

    /// Takes a suspended line back into service. On a cancelled line it is refused: see
    /// [`restore`](Self::restore).
    pub fn resume(&self, number: SubscriberNumber, reason: ResumeReason) -> ResumeLine {
        ResumeLine::new(&self.client, operations::ResumeLine { number, reason, effective_date: None })
    }

    /// Gives up a line, active or suspended. It can be restored for 60 days, with the device and the plan
    /// it has now. That it is cancelled already is an error of class `no_op`.
    pub fn cancel(&self, number: SubscriberNumber, reason: CancelReason) -> CancelLine {
        CancelLine::new(&self.client, operations::CancelLine { number, reason, effective_date: None })
    }

    /// Takes a cancelled line back into service, until 60 days after it was cancelled
    /// ([`restorable_until`]).
    pub fn restore(&self, number: SubscriberNumber, reason: RestoreReason) -> RestoreLine {
        RestoreLine::new(&self.client, operations::RestoreLine { number, reason, effective_date: None })
    }
}

call! {
    /// A line to suspend.
    pub struct SuspendLine(operations::SuspendLine);
}

impl SuspendLine {
    /// The day it takes effect; at once unless it is set. The answer repeats it.
    pub fn effective_date(mut self, date: Date) -> Self {
        self.0.operation_mut().effective_date = Some(date);
        self
    }
}

call! {
    /// A line to resume.
    pub struct ResumeLine(operations::ResumeLine);
}

impl ResumeLine {
    /// The day it takes effect; at once unless it is set. The answer repeats it.
    pub fn effective_date(mut self, date: Date) -> Self {
        self.0.operation_mut().effective_date = Some(date);
        self
    }
}

call! {
    /// A line to cancel.
    pub struct CancelLine(operations::CancelLine);
}

impl CancelLine {
    /// The day it takes effect; at once unless it is set. The answer repeats it.
    pub fn effective_date(mut self, date: Date) -> Self {
        self.0.operation_mut().effective_date = Some(date);
        self
    }
}

call! {
    /// A line to restore.
    pub struct RestoreLine(operations::RestoreLine);
}

impl RestoreLine {
    /// The day it takes effect; at once unless it is set. The answer repeats it.
    pub fn effective_date(mut self, date: Date) -> Self {
        self.0.operation_mut().effective_date = Some(date);
        self
    }
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
