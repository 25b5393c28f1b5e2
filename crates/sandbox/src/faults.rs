//! Faults around the commit point (contract 7): what the network and the back end do to a call.

use std::fmt;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::population::Dice;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Fault {
    /// The connection drops before the commit.
    F1,
    /// It commits, and the connection drops.
    F2,
    /// It commits, and the answer is 502.
    F3,
    /// It commits, and the answer comes after the client has given up.
    F4,
    /// 200 with a failure in the body; nothing committed.
    F5,
    /// It commits, and the list stays stale.
    F6,
    /// It commits, and the answer is 504.
    F7,
    /// It commits, and the answer is 2xx with a body cut short.
    F8,
    /// 500 with a text of the back end; nothing committed.
    F9,
    /// Minutes of 504; nothing committed.
    F10,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 10] =
        [Self::F1, Self::F2, Self::F3, Self::F4, Self::F5, Self::F6, Self::F7, Self::F8, Self::F9, Self::F10];

    /// Whether the call takes effect in spite of it.
    #[must_use]
    pub fn commits(self) -> bool {
        !matches!(self, Self::F1 | Self::F5 | Self::F9 | Self::F10)
    }

    /// Whether this sandbox acts on it.
    #[must_use]
    pub fn is_enforced(self) -> bool {
        // F6 belongs to writes that take effect at once, and none of those is offered yet.
        self != Self::F6
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

/// When a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum When {
    /// At every call.
    Always,
    /// At one call: the nth of the operation, counted from when the fault was set.
    Nth(u64),
    /// At each call with this probability.
    Probability(f64),
}

/// A fault that is set.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultRule {
    fault: Fault,
    operation: Operation,
    when: When,
    lasts: Duration,
}

/// A fault that cannot be set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultError {
    /// No such operation.
    #[error("there is no operation `{0}`; names are those of the contract, for example activation.submit")]
    UnknownOperation(String),
    /// Nothing acts on it yet.
    #[error("{0} is known, but nothing in this sandbox acts on it yet")]
    NotEnforced(Fault),
    /// Out of range.
    #[error("{0}")]
    OutOfRange(&'static str),
}

impl FaultRule {
    /// A fault of one operation, for example `activation.submit` or `port.item/update`.
    ///
    /// # Errors
    /// When the operation does not exist, the fault is not enforced, or `when` is out of range.
    pub fn new(fault: Fault, operation: &str, when: When) -> Result<Self, FaultError> {
        let operation =
            Operation::named(operation).ok_or_else(|| FaultError::UnknownOperation(operation.to_owned()))?;
        if !fault.is_enforced() {
            return Err(FaultError::NotEnforced(fault));
        }
        match when {
            When::Nth(0) => Err(FaultError::OutOfRange("calls are counted from 1")),
            When::Probability(p) if !(0.0..=1.0).contains(&p) => {
                Err(FaultError::OutOfRange("a probability lies between 0 and 1"))
            }
            _ => Ok(Self { fault, operation, when, lasts: Duration::from_secs(300) }),
        }
    }

    /// How long F10 lasts; five minutes unless said.
    #[must_use]
    pub fn lasting(mut self, duration: Duration) -> Self {
        self.lasts = duration;
        self
    }

    /// The fault.
    #[must_use]
    pub fn fault(&self) -> Fault {
        self.fault
    }

    /// The name of the operation it strikes.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation.name()
    }

    /// When it strikes.
    #[must_use]
    pub fn when(&self) -> When {
        self.when
    }

    /// How long it lasts, if it is F10.
    #[must_use]
    pub fn lasts(&self) -> Duration {
        self.lasts
    }
}

/// The faults that are set, and what has been counted since.
#[derive(Debug)]
pub(crate) struct Faults {
    rules: Vec<Armed>,
    dice: Dice,
}

#[derive(Debug)]
struct Armed {
    rule: FaultRule,
    calls: u64,
    until: Option<Timestamp>,
}

impl Faults {
    pub(crate) fn new(seed: u64) -> Self {
        Self { rules: Vec::new(), dice: Dice::new(seed) }
    }

    pub(crate) fn set(&mut self, rules: Vec<FaultRule>) {
        self.rules = rules.into_iter().map(|rule| Armed { rule, calls: 0, until: None }).collect();
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &FaultRule> {
        self.rules.iter().map(|armed| &armed.rule)
    }

    /// The fault that strikes this call: the first of those that do.
    pub(crate) fn strike(&mut self, operation: Operation, now: Timestamp) -> Option<Fault> {
        let mut struck = None;
        for armed in self.rules.iter_mut().filter(|armed| armed.rule.operation == operation) {
            armed.calls += 1;
            let strikes = armed.until.is_some_and(|until| now < until)
                || match armed.rule.when {
                    When::Always => true,
                    When::Nth(nth) => armed.calls == nth,
                    When::Probability(p) => self.dice.chance(p),
                };
            if strikes && armed.rule.fault == Fault::F10 && armed.until.is_none() {
                let lasts = SignedDuration::try_from(armed.rule.lasts).unwrap_or(SignedDuration::MAX);
                armed.until = Some(now.saturating_add(lasts).unwrap_or(Timestamp::MAX));
            }
            if strikes {
                struck = struck.or(Some(armed.rule.fault));
            }
        }
        struck
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strikes(when: When, calls: usize) -> Vec<bool> {
        let mut faults = Faults::new(1);
        faults.set(vec![FaultRule::new(Fault::F3, "line.get", when).unwrap()]);
        let now = Timestamp::UNIX_EPOCH;
        (0..calls).map(|_| faults.strike(Operation::LineGet, now).is_some()).collect()
    }

    #[test]
    fn a_fault_strikes_when_it_was_told_to() {
        assert_eq!(strikes(When::Always, 3), [true, true, true]);
        assert_eq!(strikes(When::Nth(2), 3), [false, true, false]);
        let half = strikes(When::Probability(0.5), 1000).into_iter().filter(|struck| *struck).count();
        assert!((400..600).contains(&half), "{half} of 1000");
    }

    #[test]
    fn another_operation_is_spared() {
        let mut faults = Faults::new(1);
        faults.set(vec![FaultRule::new(Fault::F3, "line.get", When::Always).unwrap()]);
        assert_eq!(faults.strike(Operation::ListAccounts, Timestamp::UNIX_EPOCH), None);
    }

    #[test]
    fn minutes_of_504_begin_at_their_call_and_end() {
        let mut faults = Faults::new(1);
        let rule = FaultRule::new(Fault::F10, "line.get", When::Nth(2)).unwrap();
        faults.set(vec![rule.lasting(Duration::from_secs(120))]);
        let mut at =
            |seconds| faults.strike(Operation::LineGet, Timestamp::from_second(seconds).unwrap()).is_some();
        assert_eq!([at(0), at(10), at(60), at(129), at(130)], [false, true, true, true, false]);
    }

    #[test]
    fn what_nothing_acts_on_is_refused() {
        assert!(FaultRule::new(Fault::F6, "activation.submit", When::Always).is_err());
        assert!(FaultRule::new(Fault::F1, "line.gett", When::Always).is_err());
        assert!(FaultRule::new(Fault::F1, "line.get", When::Nth(0)).is_err());
        assert!(FaultRule::new(Fault::F1, "line.get", When::Probability(1.5)).is_err());
        assert!(FaultRule::new(Fault::F1, "line.get", When::Probability(f64::NAN)).is_err());
    }
}
