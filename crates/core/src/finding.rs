//! What a read shows about a write whose answer was lost: applied, not applied, cannot tell.
//!
//! A write that may have arrived is never sent again (contract 2.5); a read tells what came of it. Here are
//! the words for that. Each API crate says in its `finding.rs`, without I/O, what a read means for its
//! writes; doing the reads, waiting and deciding is the crate `apex-mobility-resolve`.

mod line;
mod occasion;
mod part;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use line::{LineTrail, Shown, same_account, same_sim};
pub use occasion::Occasion;
pub use part::{Part, weigh};

use crate::domain::{Date, SubscriberNumber};
use crate::wire::PrivateText;

/// What one look means for a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// It took effect.
    Applied(Sign),
    /// It has had no effect so far. It has none at all once [`Traceable::SETTLE`] has passed.
    NotApplied(Sign),
    /// The look does not tell.
    CannotTell(Doubt),
}

/// What a finding stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// Something that is shown. It counts at once.
    Shown,
    /// Something that is no longer, or still not, shown. A gateway in trouble shows less than there is, so
    /// this counts only when it is found twice, [`ABSENCE`] apart.
    Missing,
}

/// Why a look does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Doubt {
    /// What would tell is not shown. It may be soon.
    NotShown,
    /// AT&T has it and is still at it.
    UnderWay,
    /// Only a part of what was asked for is there.
    Partly,
    /// All is as before, and the day of the change lies ahead or may not have come everywhere.
    DayAhead(Date),
    /// It is neither as it was before nor as asked for: someone else was at it.
    Otherwise,
    /// More than one line has the SIM.
    Conflict,
    /// Reads tell only to those who know how it was before.
    NeedsBefore,
    /// It is as asked for, and was so before: what the write added, if anything, no read shows.
    AlreadySo,
    /// No read shows what was asked for.
    Unreadable,
}

impl Doubt {
    /// Whether a look in a few minutes may tell.
    #[must_use]
    pub fn may_pass(self) -> bool {
        matches!(self, Self::NotShown | Self::UnderWay | Self::Partly)
    }

    /// Whether one look is enough to know that reads will not tell.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::AlreadySo | Self::Unreadable)
    }
}

/// In plain words.
impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotShown => "what would tell is not shown yet",
            Self::UnderWay => "AT&T has it and is still at it",
            Self::Partly => "only a part of what was asked for is there",
            Self::DayAhead(day) => {
                return write!(
                    f,
                    "all is as before, and its day, {day}, has not begun in every time zone: a read shows it later"
                );
            }
            Self::Otherwise => "it is neither as before nor as asked for: someone else was at it",
            Self::Conflict => "more than one line has the SIM",
            Self::NeedsBefore => "reads tell only to those who know how it was before",
            Self::AlreadySo => "it is as asked for, and was so before the request",
            Self::Unreadable => "no read shows what was asked for",
        })
    }
}

/// How long a write may still be under way after its answer was lost, unless the contract says otherwise.
///
/// Contract 2.5 gives a write 120 s to be answered. A back end that still works on it does so within that
/// time from when it was sent; the time here begins later, when the client gave up.
pub const SETTLE: Duration = Duration::from_mins(2);

/// How far apart two looks must be for what is missing to count as gone. Contract 2.5: a port request is
/// taken for unknown when AT&T says so twice, 5 minutes apart; no other absence is better evidence.
pub const ABSENCE: Duration = Duration::from_mins(5);

/// What a look showed, by name, for people: the values that decide. `Debug` hides them.
pub type Facts = std::collections::BTreeMap<String, PrivateText>;

/// A write, or one line of a batch, of which reads can show a trace.
///
/// [`finding`](Self::finding) is pure: the same values give the same finding.
pub trait Traceable: fmt::Debug + Send + Sync {
    /// What a look shows.
    type Seen: Clone + fmt::Debug + Send + Sync;

    /// How long after its answer was lost the write may still take effect: before, "as it was" means
    /// nothing.
    const SETTLE: Duration = SETTLE;

    /// What a look means.
    fn finding(&self, seen: &Self::Seen, occasion: &Occasion<'_, Self::Seen>) -> Finding;

    /// What of a look decides, for people.
    fn facts(&self, seen: &Self::Seen) -> Facts;

    /// The number that the write has given a line, where it took effect.
    fn adopted(&self, _seen: &Self::Seen, _occasion: &Occasion<'_, Self::Seen>) -> Option<SubscriberNumber> {
        None
    }
}
