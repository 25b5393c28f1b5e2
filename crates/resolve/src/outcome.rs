//! How a write ends that was sent once (contract 2.5): accepted, rejected, or unknown and settled.

use apex_mobility_core::Error;
use apex_mobility_core::domain::SubscriberNumber;

use crate::verdict::Verdict;

/// How a write ended.
#[derive(Debug)]
#[must_use = "a write that was not accepted may need something done"]
pub enum Outcome<T> {
    /// AT&T took it.
    Accepted {
        /// What AT&T answered.
        answer: T,
        /// The line's new number, where the answer did not say it and a search by SIM did.
        number: Option<SubscriberNumber>,
    },
    /// Nothing changed: AT&T refused it, or it was never sent. [`Error::effect`] tells which.
    Rejected(Error),
    /// The answer was lost, and reads were asked what came of it.
    Settled(Settlement),
}

/// A write whose answer was lost.
#[derive(Debug)]
pub struct Settlement {
    /// What became of the answer.
    pub error: Error,
    /// What came of the write: one verdict, or one for each line of a batch, in its order.
    pub verdicts: Vec<Verdict>,
}

impl Settlement {
    /// Whether all of it took effect.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        self.verdicts.iter().all(Verdict::is_applied)
    }

    /// Whether none of it had an effect, so that it may be sent again.
    #[must_use]
    pub fn is_not_applied(&self) -> bool {
        self.verdicts.iter().all(Verdict::is_not_applied)
    }
}
