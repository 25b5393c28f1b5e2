//! The operations of the Status Change API, without I/O.

use apex_mobility_core::catalog::NoOp;
use apex_mobility_core::domain::{Date, SubscriberNumber};
use apex_mobility_core::wire::Service;
use apex_mobility_core::{DecodeError, EncodeError, Operation, Safety, Wire};
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::model::{CancelReason, RestoreReason, ResumeReason, SuspendReason};

/// Takes an active line out of service (contract 4.5, `status.change`, mode `suspend`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuspendLine {
    /// The line.
    pub number: SubscriberNumber,
    /// Why.
    pub reason: SuspendReason,
    /// From when; at once if not given.
    pub effective_date: Option<Date>,
}

impl Operation for SuspendLine {
    type Output = Service;

    const NAME: &'static str = "status.change/suspend";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line: if it is suspended, it is done; if it is still active, send \
                                     it again, unless its date lies ahead";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        encode(Self::NAME, &self.number, "suspend", self.reason.as_str(), self.effective_date, wire)
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }
}

/// Takes a suspended line back into service (contract 4.5, `status.change`, mode `resume`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResumeLine {
    /// The line.
    pub number: SubscriberNumber,
    /// Why.
    pub reason: ResumeReason,
    /// From when; at once if not given.
    pub effective_date: Option<Date>,
}

impl Operation for ResumeLine {
    type Output = Service;

    const NAME: &'static str = "status.change/resume";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line: if it is active, it is done; if it is still suspended, send it \
                                     again, unless its date lies ahead; if it is cancelled, do not";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        encode(Self::NAME, &self.number, "resume", self.reason.as_str(), self.effective_date, wire)
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }
}

/// Gives up a line (contract 4.5, `status.change`, mode `cancel`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelLine {
    /// The line.
    pub number: SubscriberNumber,
    /// Why.
    pub reason: CancelReason,
    /// From when; at once if not given.
    pub effective_date: Option<Date>,
}

impl Operation for CancelLine {
    type Output = Service;

    const NAME: &'static str = "status.change/cancel";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line: if it is cancelled, it is done; if its status is as before, send \
                                     it again, unless its date lies ahead";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        encode(Self::NAME, &self.number, "cancel", self.reason.as_str(), self.effective_date, wire)
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }

    fn no_op(&self) -> NoOp {
        NoOp::Cancelled
    }
}

/// Takes a cancelled line back into service (contract 4.5, `status.change`, mode `restore_cancelled`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreLine {
    /// The line.
    pub number: SubscriberNumber,
    /// Why.
    pub reason: RestoreReason,
    /// From when; at once if not given.
    pub effective_date: Option<Date>,
}

impl Operation for RestoreLine {
    type Output = Service;

    const NAME: &'static str = "status.change/restore";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line: if it is active, it is done; if it is still cancelled, send it \
                                     again within the 60 days, unless its date lies ahead";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        encode(Self::NAME, &self.number, "restore_cancelled", self.reason.as_str(), self.effective_date, wire)
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }
}

/// The body: what is not said is left out (contract 4.5).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    mode: &'a str,
    reason_code: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_date: Option<String>,
}

fn encode(
    name: &str,
    number: &SubscriberNumber,
    mode: &str,
    reason_code: &str,
    date: Option<Date>,
    wire: &Wire<'_>,
) -> Result<Request<Bytes>, EncodeError> {
    let Some(mode) = wire.profile.mode(mode) else {
        return Err(EncodeError::new(format!("the wire profile has no mode {mode}")));
    };
    let effective_date = date.map(|date| wire.profile.request_date(date));
    wire.request(name)?
        .path_value("subscriberNumber", number.as_str())
        .json(&Change { mode, reason_code, effective_date })?
        .finish()
}
