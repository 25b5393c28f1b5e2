//! What went wrong, whether anything changed, and what to do next.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::{Method, StatusCode};

use crate::catalog::{self, Class, NoOp, Row, Signal};
use crate::error_body::ErrorBody;
use crate::retry::Effect;
use crate::transport::BoxError;

/// A call that did not succeed. Cheap to move: one box.
///
/// `Display` is one line: the operation, what happened in the server's own words, and whether anything
/// changed. [`next_step`](Self::next_step) says what to do.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: &'static str,
    what: String,
    effect: Effect,
    gave_up: Option<GaveUp>,
    status: Option<StatusCode>,
    answer: ErrorBody,
    body: Option<String>,
    row: Option<&'static Row>,
    read_back: &'static str,
    trace_id: Option<String>,
    attempts: u32,
    elapsed: Duration,
    retry_after: Option<Duration>,
    source: Option<BoxError>,
}

/// What kind of failure it was. [`Error::class`] says what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client's settings cannot work.
    Configuration,
    /// The request could not be written. Nothing was sent.
    Request,
    /// The client is in read-only mode and the operation is a write. Nothing was sent.
    ReadOnly,
    /// No credentials could be had. Nothing was sent.
    Credentials,
    /// The client's [`KillSwitch`](crate::KillSwitch) is on. Nothing more is sent.
    Stopped,
    /// The requests before this one found no server, so this one was not sent.
    /// [`retry_after`](Error::retry_after) says when the client tries again.
    NoServer,
    /// The call's turn to send would have come after its deadline: the client is at its limits, or the server
    /// has asked to be left alone for longer. Not sent.
    NoTurn,
    /// A look before showed that it would do something else than was asked for. Nothing was sent.
    Withheld,
    /// No connection came about.
    Connect,
    /// No answer in time.
    Timeout,
    /// The connection broke, or the answer was cut or too large.
    Broken,
    /// The server answered with an error status.
    Answered,
    /// The server answered with a success status and a failure inside.
    FailureInSuccess,
    /// The server answered with a success status and something that cannot be read.
    Unreadable,
}

/// Why no further attempt was made although one would have been safe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GaveUp {
    /// The policy's attempts are used up.
    Attempts,
    /// The client's retry budget is empty: most of its calls are failing.
    Budget,
    /// The next attempt would start after the call's deadline.
    Deadline,
    /// Other requests of the client find no server either.
    NoServer,
}

impl Error {
    /// An error without an answer.
    pub(crate) fn new(
        kind: ErrorKind,
        operation: &'static str,
        effect: Effect,
        what: impl Into<String>,
    ) -> Self {
        Self(Box::new(Inner {
            kind,
            operation,
            what: what.into(),
            effect,
            gave_up: None,
            status: None,
            answer: ErrorBody::default(),
            body: None,
            row: None,
            read_back: "",
            trace_id: None,
            attempts: 0,
            elapsed: Duration::ZERO,
            retry_after: None,
            source: None,
        }))
    }

    /// A write that is not sent, since a look before showed that it would do something else than was asked for. `why`
    /// must not hold a customer's identifier; its class and advice are those of a refusal in these words.
    #[must_use]
    pub fn withheld(operation: &'static str, why: &'static str) -> Self {
        let body = ErrorBody::read(why.as_bytes());
        let refused = Signal::Answered {
            status: StatusCode::BAD_REQUEST,
            method: &Method::PATCH,
            body: &body,
            no_op: NoOp::Never,
        };
        Self::new(ErrorKind::Withheld, operation, Effect::NotSent, why).with_row(catalog::look_up(&refused))
    }

    pub(crate) fn configuration(what: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, "client", Effect::None, what)
    }

    pub(crate) fn with_source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    pub(crate) fn with_answer(mut self, status: StatusCode, answer: ErrorBody, body: String) -> Self {
        self.0.status = Some(status);
        self.0.answer = answer;
        self.0.body = Some(body);
        self
    }

    pub(crate) fn with_row(mut self, row: &'static Row) -> Self {
        self.0.row = Some(row);
        self
    }

    pub(crate) fn with_retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_gave_up(mut self, why: GaveUp) -> Self {
        self.0.gave_up = Some(why);
        self
    }

    pub(crate) fn with_call(
        mut self,
        trace_id: &str,
        attempts: u32,
        elapsed: Duration,
        read_back: &'static str,
    ) -> Self {
        self.0.trace_id = Some(trace_id.to_owned());
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self.0.read_back = read_back;
        self
    }

    /// What kind of failure it was.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation's key, for instance `line.get`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// The answer's status, if there was an answer.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The answer's own code, if it has one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.answer.code()
    }

    /// What the server said, in its words; else what happened, in ours.
    #[must_use]
    pub fn message(&self) -> &str {
        self.0.answer.text().unwrap_or(&self.0.what)
    }

    /// What happened, in our words, whatever the server said: that its answer lacks something, for instance, it
    /// does not say itself.
    #[must_use]
    pub fn what(&self) -> &str {
        &self.0.what
    }

    /// Whether anything changed at AT&T.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// What it means, by the error catalog (contract 6).
    #[must_use]
    pub fn class(&self) -> Class {
        match (self.0.row, self.0.kind) {
            (Some(row), _) => row.class,
            (None, ErrorKind::Credentials) => Class::Auth,
            (None, ErrorKind::Stopped) => Class::Wait,
            (None, _) => Class::InvalidInput,
        }
    }

    /// The row of the error catalog that applies. None for errors that never left the machine.
    #[must_use]
    pub fn row(&self) -> Option<&'static Row> {
        self.0.row
    }

    /// What to do about it.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        if self.0.effect == Effect::Unknown && !self.0.read_back.is_empty() {
            return self.0.read_back;
        }
        match (self.0.row, self.0.kind) {
            (_, ErrorKind::Stopped) => {
                "remove the kill switch's file, or call KillSwitch::turn_off, to send again"
            }
            (_, ErrorKind::NoServer) => {
                "wait until the client tries the server again; check host and network"
            }
            (_, ErrorKind::NoTurn) => "call again later, or give the call more time",
            (Some(row), _) => row.next_step,
            (None, ErrorKind::ReadOnly) => "allow writes on the client",
            (None, ErrorKind::Credentials) => "provide app-id and app-secret",
            (None, ErrorKind::Configuration) => "correct the setting",
            (None, _) => "correct the request",
        }
    }

    /// The id sent as `x-trace-id`: what AT&T's support can look for, if their gateway logs it.
    #[must_use]
    pub fn trace_id(&self) -> Option<&str> {
        self.0.trace_id.as_deref()
    }

    /// How many requests were sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// From the call to its end, waits included.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// How long to wait before the next call: what the server asked for, or, for
    /// [`NoServer`](ErrorKind::NoServer), when the client itself tries the server again.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// Why no further attempt was made although one would have been safe.
    #[must_use]
    pub fn gave_up(&self) -> Option<GaveUp> {
        self.0.gave_up
    }

    /// The start of the answer's body, with secrets taken out. It can hold customers' identifiers: not
    /// for logs.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// Whether a later look may well succeed: nothing was refused for good.
    ///
    /// For a read this is all there is to ask. For a write see [`effect`](Self::effect) first.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self.class(), Class::Transport | Class::Ambiguous | Class::Throttle | Class::BackendDown)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        write!(f, "{}: {}", inner.operation, inner.what)?;
        if let Some(text) = inner.answer.text() {
            // One line, whatever the server's layout.
            f.write_str(":")?;
            text.split_whitespace().try_for_each(|word| write!(f, " {word}"))?;
        }
        if inner.attempts > 1 {
            write!(f, " ({} attempts)", inner.attempts)?;
        }
        match inner.gave_up {
            Some(GaveUp::Budget) => write!(f, " (not tried again: the retry budget is empty)")?,
            Some(GaveUp::Deadline) => write!(f, " (not tried again: the deadline is too near)")?,
            Some(GaveUp::NoServer) => write!(f, " (not tried again: the server is not there)")?,
            Some(GaveUp::Attempts) | None => {}
        }
        match inner.effect {
            Effect::None => Ok(()),
            Effect::NotSent => write!(f, "; nothing was sent"),
            Effect::Rejected => write!(f, "; nothing was changed"),
            Effect::Unknown => write!(f, "; it may have been carried out"),
        }
    }
}

/// The server's text and body are left out: they can hold customers' identifiers.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        f.debug_struct("Error")
            .field("kind", &inner.kind)
            .field("operation", &inner.operation)
            .field("what", &inner.what)
            .field("effect", &inner.effect)
            .field("class", &self.class())
            .field("status", &inner.status)
            .field("trace_id", &inner.trace_id)
            .field("attempts", &inner.attempts)
            .field("elapsed", &inner.elapsed)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
