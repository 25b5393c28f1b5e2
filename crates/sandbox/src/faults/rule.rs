//! A fault that is to be set: what, where, when.

use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::operation::Operation;

/// When a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum When {
    /// At every call.
    Always,
    /// At one call: the nth of those it is set for, counted from when it was set or its span began.
    Nth(u64),
    /// At each call with this probability.
    Probability(f64),
}

/// How F8 spoils a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Garbled {
    /// The JSON ends in the middle, and the answer with it.
    #[default]
    CutJson,
    /// A page of HTML in place of the JSON.
    Html,
    /// The connection closes in the middle of the body: less comes than `Content-Length` says.
    CutConnection,
}

impl Garbled {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::CutJson, Self::Html, Self::CutConnection];
}

/// The calls that a fault is set for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    All,
    Writes,
    Reads,
    One(Operation),
}

impl Scope {
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "*" => Some(Self::All),
            "writes" => Some(Self::Writes),
            "reads" => Some(Self::Reads),
            _ => Operation::named(name).map(Self::One),
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::All => "*",
            Self::Writes => "writes",
            Self::Reads => "reads",
            Self::One(operation) => operation.name(),
        }
    }

    pub(crate) fn holds(self, operation: Operation) -> bool {
        match self {
            Self::All => true,
            Self::Writes => operation.is_write(),
            Self::Reads => !operation.is_write(),
            Self::One(one) => one == operation,
        }
    }
}

/// A fault, to be set with [`crate::Sandbox::set_faults`].
///
/// ```
/// use std::time::Duration;
/// use apex_mobility_sandbox::{Fault, FaultRule, Sandbox, When};
///
/// # fn main() -> Result<(), apex_mobility_sandbox::FaultError> {
/// let sandbox = Sandbox::builder().lines(10).build();
/// sandbox.set_faults([
///     FaultRule::new(Fault::F7, "number.change", When::Nth(1))?,
///     FaultRule::new(Fault::F2, "writes", When::Probability(0.01))?.seeded(7),
///     FaultRule::new(Fault::F10, "*", When::Always)?
///         .from(sandbox.now() + Duration::from_secs(3600))
///         .for_span(Duration::from_secs(600)),
/// ]);
/// assert_eq!(sandbox.faults().len(), 3);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    pub(super) fault: Fault,
    pub(super) scope: Scope,
    pub(super) when: When,
    pub(super) from: Option<SystemTime>,
    pub(super) until: Option<SystemTime>,
    pub(super) span: Option<Duration>,
    lasts: Option<Duration>,
    delay: Duration,
    garbled: Garbled,
    pub(super) seed: Option<u64>,
}

/// A fault that cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// No such operation.
    #[error(
        "there is no operation `{0}`; give a name of the contract, for example activation.submit, or `writes`, \
         `reads`, or `*` for both"
    )]
    UnknownOperation(String),
    /// Out of range.
    #[error("{0}")]
    OutOfRange(&'static str),
}

/// Longer than a client waits for a write (contract 2.5: 120 s).
const DELAY: Duration = Duration::from_secs(180);
/// How long F10 goes on.
const OUTAGE: Duration = Duration::from_secs(300);
/// How long F6 keeps a line off the list.
const STALE: Duration = Duration::from_secs(24 * 3600);

impl FaultRule {
    /// A fault of one operation, for example `activation.submit` or `port.item/update`; of all `writes`; of
    /// all `reads`; or of all operations: `*`.
    ///
    /// # Errors
    /// When the operation does not exist, or `when` is out of range.
    pub fn new(fault: Fault, operation: &str, when: When) -> Result<Self, FaultError> {
        let scope =
            Scope::named(operation).ok_or_else(|| FaultError::UnknownOperation(operation.to_owned()))?;
        match when {
            When::Nth(0) => return Err(FaultError::OutOfRange("calls are counted from 1")),
            When::Probability(p) if !(0.0..=1.0).contains(&p) => {
                return Err(FaultError::OutOfRange("a probability lies between 0 and 1"));
            }
            _ => {}
        }
        Ok(Self {
            fault,
            scope,
            when,
            from: None,
            until: None,
            span: None,
            lasts: None,
            delay: DELAY,
            garbled: Garbled::default(),
            seed: None,
        })
    }

    /// Only from this virtual time on.
    #[must_use]
    pub fn from(mut self, from: SystemTime) -> Self {
        self.from = Some(from);
        self
    }

    /// Only before this virtual time.
    #[must_use]
    pub fn until(mut self, until: SystemTime) -> Self {
        self.until = Some(until);
        self
    }

    /// Only for this long in virtual time, from its beginning or, without one, from when it is set. An end of
    /// its own ([`until`](Self::until)) comes first.
    #[must_use]
    pub fn for_span(mut self, span: Duration) -> Self {
        self.span = Some(span);
        self
    }

    /// How long F10 goes on once it has struck (five minutes unless said, or as long as its span), or F6 keeps
    /// the lines of a call as they were on the list (a day unless said). Virtual time. Means nothing to others.
    #[must_use]
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.lasts = Some(duration);
        self
    }

    /// How late F4 answers, in real time; three minutes unless said. Means nothing to others, and in process
    /// nothing to F4: there the time is over at once.
    #[must_use]
    pub fn delayed(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// How F8 spoils the body; [`Garbled::CutJson`] unless said. Means nothing to others.
    #[must_use]
    pub fn garbled(mut self, how: Garbled) -> Self {
        self.garbled = how;
        self
    }

    /// The seed of a probability; from the sandbox's seed unless said. The same seed strikes the same calls.
    #[must_use]
    pub fn seeded(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// The fault.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// The name of the operation it strikes, or `writes`, `reads`, `*`.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.scope.name()
    }

    /// When it strikes.
    #[must_use]
    pub fn when(&self) -> When {
        self.when
    }

    /// The virtual time it begins at.
    #[must_use]
    pub fn begins(&self) -> Option<SystemTime> {
        self.from
    }

    /// The virtual time it ends at.
    #[must_use]
    pub fn ends(&self) -> Option<SystemTime> {
        self.until
    }

    /// How long F10 goes on, or F6 keeps lines as they were on the list. Nothing for an F10 that goes on to
    /// the end of its span, and for others.
    #[must_use]
    pub fn lasts(&self) -> Option<Duration> {
        match self.fault {
            Fault::F6 => Some(self.lasts.unwrap_or(STALE)),
            Fault::F10 if self.until.is_none() && self.span.is_none() => Some(self.lasts.unwrap_or(OUTAGE)),
            Fault::F10 => self.lasts,
            _ => None,
        }
    }

    /// How late F4 answers, in real time.
    #[must_use]
    pub fn delay(&self) -> Duration {
        self.delay
    }

    /// How F8 spoils the body.
    #[must_use]
    pub fn garbles(&self) -> Garbled {
        self.garbled
    }

    /// The seed of its probability.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        self.seed
    }
}
