//! The error catalog: what an answer means, whether to send again, and what to do next (contract 6).
//!
//! Forty-seven rows, as data, tried in a fixed order: what happened on the wire and the status first (rows 1
//! to 7), then AT&T's own words (8 to 42), then what is left (43 to 47).
//!
//! ```
//! use apex_mobility_core::catalog::{self, Class};
//!
//! let rows = catalog::explain("Subscriber must be active to perform this change");
//! assert_eq!(rows[0].number, 14);
//! assert_eq!(rows[0].class, Class::WrongOrder);
//! assert_eq!(rows[0].next_step, "resume the line first");
//! ```

mod explain;
mod matching;
mod table;

use std::fmt;

use http::{Method, StatusCode};

use crate::error_body::ErrorBody;

pub use explain::explain;

use matching::Rule;

/// What kind of trouble an answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The request was never sent: no connection.
    Transport,
    /// Nobody knows whether AT&T acted: read back.
    Ambiguous,
    /// Too many requests, or the gateway is overloaded.
    Throttle,
    /// The credentials or their rights.
    Auth,
    /// A value of the request is wrong.
    InvalidInput,
    /// The request is well formed, and this line, device, plan or place may not have it.
    NotEligible,
    /// What the request names does not exist.
    NotFound,
    /// The number has been changed to another.
    Moved,
    /// Something else already holds what the request asks for.
    Conflict,
    /// The line is not in the state that the request needs.
    WrongOrder,
    /// Already so: nothing is left to do.
    NoOp,
    /// Not now; later the same request may succeed.
    Wait,
    /// The losing carrier refuses the port until something is corrected.
    PortConflict,
    /// A system behind AT&T's gateway fails.
    BackendDown,
    /// New to the catalog.
    Unknown,
}

impl Class {
    /// Every class, in the order of this type.
    pub const ALL: [Self; 15] = [
        Self::Transport,
        Self::Ambiguous,
        Self::Throttle,
        Self::Auth,
        Self::InvalidInput,
        Self::NotEligible,
        Self::NotFound,
        Self::Moved,
        Self::Conflict,
        Self::WrongOrder,
        Self::NoOp,
        Self::Wait,
        Self::PortConflict,
        Self::BackendDown,
        Self::Unknown,
    ];

    /// The class as one word, for output and metrics: `invalid_input`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Transport => "transport",
            Self::Ambiguous => "ambiguous",
            Self::Throttle => "throttle",
            Self::Auth => "auth",
            Self::InvalidInput => "invalid_input",
            Self::NotEligible => "not_eligible",
            Self::NotFound => "not_found",
            Self::Moved => "moved",
            Self::Conflict => "conflict",
            Self::WrongOrder => "wrong_order",
            Self::NoOp => "no_op",
            Self::Wait => "wait",
            Self::PortConflict => "port_conflict",
            Self::BackendDown => "backend_down",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Whether the very same request may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryAdvice {
    /// Also a write: AT&T did not act.
    Yes,
    /// Also a write, at most three times; then it is a matter of credentials.
    UpToThreeTimes,
    /// A read; a write may have been carried out and is read back instead.
    ReadsOnly,
    /// The read again.
    ReadAgain,
    /// Never with success.
    No,
    /// On the next day.
    NextDay,
    /// After the port request was updated (PATCH).
    AfterUpdate,
    /// After the old carrier released the number.
    AfterRelease,
    /// Later: the due date has to come.
    Later,
}

/// In plain words.
impl fmt::Display for RetryAdvice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Yes => "yes",
            Self::UpToThreeTimes => "yes, up to three times",
            Self::ReadsOnly => "reads only; a write is read back first",
            Self::ReadAgain => "yes, it is a read",
            Self::No => "no",
            Self::NextDay => "on the next day",
            Self::AfterUpdate => "after the port request is updated",
            Self::AfterRelease => "after the old carrier releases the number",
            Self::Later => "later, when the due date has come",
        })
    }
}

/// How well something about the wire is known (contract 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// A choice of this project, without evidence.
    Inferred,
    /// One step away from something confirmed.
    Likely,
    /// Seen in production, in AT&T's public overview or in a published standard.
    Confirmed,
}

impl Grade {
    /// The grade as the OpenAPI files write it: `confirmed`, `likely` or `inferred`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Likely => "likely",
            Self::Confirmed => "confirmed",
        }
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A row of the catalog.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Row {
    /// The number in the catalog, 1 to 47.
    pub number: u8,
    /// The kind of trouble.
    pub class: Class,
    /// What the row is recognized by, for people.
    pub pattern: &'static str,
    /// What is behind it.
    pub cause: &'static str,
    /// Whether the very same request may be sent again.
    pub retry: RetryAdvice,
    /// What to do next.
    pub next_step: &'static str,
    /// How well the row is known; the lower grade where pattern and cause differ.
    pub evidence: Grade,
    rule: Rule,
}

/// Which refusals say that what the operation wants is already so (contract 6: rows 16 and 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoOp {
    /// None: "already cancelled" and "not needed" mean the wrong order.
    #[default]
    Never,
    /// "Already cancelled": the operation is a cancel.
    Cancelled,
    /// "Not needed" or "already assigned": the operation is a device update.
    SameDevice,
}

/// What a call ended with, for [`look_up`].
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Signal<'a> {
    /// No connection was made: refused, DNS, TLS.
    NeverConnected,
    /// The connection was made and no answer came: a time-out, a reset.
    Lost,
    /// An HTTP answer that is not a plain success.
    Answered {
        /// Its status. With 2xx only a text that marks a failure counts
        /// ([`ErrorBody::failure_text`]).
        status: StatusCode,
        /// The method of the request.
        method: &'a Method,
        /// What the body says.
        body: &'a ErrorBody,
        /// What the operation takes for "already so".
        no_op: NoOp,
    },
    /// 2xx with a body that does not parse.
    UnreadableSuccess,
    /// 2xx without what a thing that exists always has: an account without its FAN (contract 4.4).
    NotThere,
    /// A PDP request was answered without a batch id (contract 4.10).
    NoBatchId,
    /// A PDP status element has no batch id (contract 4.10).
    UnknownBatch,
    /// Fewer IP addresses than asked for (contract 4.10).
    ShortSupply,
}

/// All rows by number: 1 to 47.
#[must_use]
pub fn rows() -> &'static [Row] {
    &table::ROWS
}

/// The row of a number, 1 to 47.
#[must_use]
pub fn row(number: u8) -> Option<&'static Row> {
    table::ROWS.get(usize::from(number).checked_sub(1)?)
}

/// The row that explains what a call ended with. There always is one: the last takes anything.
#[must_use]
pub fn look_up(signal: &Signal<'_>) -> &'static Row {
    match matching::first(signal) {
        // Contract 6: rows 16 and 17 are no_op only for a cancel and a device update.
        16 if no_op_of(signal) != NoOp::Cancelled => &table::ALREADY_CANCELLED_OTHERWISE,
        17 if no_op_of(signal) != NoOp::SameDevice => &table::SAME_DEVICE_OTHERWISE,
        18 if is_of_a_port(text_of(signal)) => &table::PORT_REQUESTED_ALREADY,
        number => row(number).unwrap_or(table::last()),
    }
}

/// The row of credentials that are refused (row 6): what the legacy throttle turns out to be when waiting
/// does not help (row 5).
#[must_use]
pub fn refused_credentials() -> &'static Row {
    row(6).unwrap_or(table::last())
}

/// The row of a server that wants fewer requests (row 3).
#[must_use]
pub(crate) fn throttled() -> &'static Row {
    row(3).unwrap_or(table::last())
}

/// The row of a port request in conflict (`CT`), by its `statusReasonCode` such as `8A` or `CT-8A`.
///
/// A code the catalog does not know gives row 34.
#[must_use]
pub fn look_up_port_reason(code: &str) -> &'static Row {
    row(matching::port_reason(code)).unwrap_or(table::last())
}

/// True if AT&T refused the request by its own rules, so that nothing was changed by it.
///
/// Only such a row makes a 2xx or a 500 with text a rejected write (contract 2.3, 2.5); the caller still treats
/// 408, 502 and 504 as unknown, whatever their text. False for:
/// - trouble on the way (1 to 7, 43) and what nobody can read (37, 46, 47);
/// - a port in conflict (27 to 34): the request exists at AT&T and waits for a correction;
/// - findings of a PDP read (38, 39).
#[must_use]
pub fn is_business_refusal(row: &Row) -> bool {
    matches!(row.number, 8..=26 | 35 | 36 | 40..=42 | 44 | 45)
}

fn text_of<'a>(signal: &Signal<'a>) -> &'a str {
    match signal {
        Signal::Answered { body, .. } => body.text().unwrap_or_default(),
        _ => "",
    }
}

/// Whether row 18 is about a port request: no SIM is in use then, and a search by SIM finds nothing.
fn is_of_a_port(text: &str) -> bool {
    text.to_ascii_lowercase().contains("port request")
}

fn no_op_of(signal: &Signal<'_>) -> NoOp {
    match signal {
        Signal::Answered { no_op, .. } => *no_op,
        _ => NoOp::Never,
    }
}
