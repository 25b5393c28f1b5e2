//! Faults around the commit point (contract 7): what the network and the back end do to a call.

mod armed;
mod rule;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use armed::FaultTally;
pub(crate) use armed::{Faults, Stroke};
pub(crate) use rule::Scope;
pub use rule::{FaultError, FaultRule, Garbled, When};

/// What goes wrong.
///
/// Each keeps to its side of the commit point: F1, F5, F9 and F10 never reach the carrier's rules, all others
/// always do, and the ledger says whether that had an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is reset before the commit. A client cannot tell it from F2.
    F1,
    /// It commits, and the connection is reset.
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
    /// It commits, and the answer is 2xx with a body that cannot be read.
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

    /// Whether the call takes effect in spite of it, if the carrier's rules allow the call.
    #[must_use]
    pub const fn commits(self) -> bool {
        !matches!(self, Self::F1 | Self::F5 | Self::F9 | Self::F10)
    }

    /// What happens, in a few words.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::F1 => "the connection is reset before the commit",
            Self::F2 => "it commits, and the connection is reset",
            Self::F3 => "it commits, and the answer is 502",
            Self::F4 => "it commits, and the answer comes after the client has given up",
            Self::F5 => "200 with a failure in the body, nothing committed",
            Self::F6 => "it commits, and the list stays stale",
            Self::F7 => "it commits, and the answer is 504",
            Self::F8 => "it commits, and the answer is 2xx with a body that cannot be read",
            Self::F9 => "500 with a text of the back end, nothing committed",
            Self::F10 => "minutes of 504, nothing committed",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}
