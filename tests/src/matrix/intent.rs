//! What a write is meant to do, as the ledger would put it, and what a client believes came of it.

use std::fmt;

use apex_mobility::domain::{Iccid, SubscriberNumber};
use apex_mobility::resolve::{Verdict, Why};
use apex_mobility_sandbox::{LedgerEntry, LedgerKind};

/// One effect that a write is to have.
#[derive(Debug, Clone)]
pub(super) enum Intent {
    /// One on a line, known by a number that it does not change.
    OnNumber(LedgerKind, SubscriberNumber),
    /// One on a line, known by a SIM that it does not change.
    OnSim(LedgerKind, Iccid),
    /// One on accounts: the only one while it is sent.
    OnAccounts,
    /// None that the ledger keeps: a reset of a voicemail, a resend, a look-up. It happened if it arrived and
    /// no fault kept it from the carrier's rules.
    Unrecorded,
}

impl Intent {
    /// Whether the entry is an effect of this intent.
    pub(super) fn is_met_by(&self, entry: &LedgerEntry) -> bool {
        match self {
            // The ledger also keeps how a port moves on by itself; what a request did says so.
            Self::OnNumber(LedgerKind::Port, number) => {
                entry.kind == LedgerKind::Port
                    && entry.subscriber_number.as_ref() == Some(number)
                    && entry.detail.contains_key("change")
            }
            Self::OnNumber(kind, number) => {
                entry.kind == *kind && entry.subscriber_number.as_ref() == Some(number)
            }
            Self::OnSim(kind, sim) => entry.kind == *kind && entry.iccid.as_ref() == Some(sim),
            Self::OnAccounts => entry.kind == LedgerKind::Account,
            Self::Unrecorded => false,
        }
    }
}

/// What a client believes in the end of one intent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Belief {
    /// It was answered, and followed to a good end where it has one.
    Accepted,
    /// It was refused, or followed to a bad end.
    Rejected,
    /// It was never sent.
    NotSent,
    /// The answer was lost, and reads found its effect.
    Applied,
    /// The answer was lost, and reads found no effect.
    NotApplied,
    /// The answer was lost, and reads do not tell.
    Unknown(Reason),
}

/// Why a client does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Reason {
    /// No read shows what was asked for.
    Unreadable,
    /// Nothing is shown, and that proves nothing.
    NotShown,
    /// The day of the change lies ahead.
    DayAhead,
    /// How it was before is not known.
    NeedsBefore,
    /// It is as asked for, and was so before.
    AlreadySo,
    /// The time to wait was over before a read came through.
    ReadsFailed,
    /// The time to wait was over before it could be said.
    TooEarly,
    /// It is neither as before nor as asked for.
    Otherwise,
    /// Only a part is there.
    Partly,
    /// AT&T is still at it.
    UnderWay,
    /// More than one line has the SIM.
    Conflict,
}

impl Belief {
    /// The belief that a settled verdict is.
    pub(super) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Applied { .. } => Self::Applied,
            Verdict::NotApplied { .. } => Self::NotApplied,
            Verdict::Unknown { why, .. } => Self::Unknown(Reason::of(*why)),
        }
    }

    /// How the summary calls it.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::NotSent => "not sent",
            Self::Applied => "settled: applied",
            Self::NotApplied => "settled: not applied",
            Self::Unknown(_) => "unknown",
        }
    }

    /// How many effects it stands for, if it says so.
    pub(super) fn effects(self) -> Option<u64> {
        match self {
            Self::Accepted | Self::Applied => Some(1),
            Self::Rejected | Self::NotSent | Self::NotApplied => Some(0),
            Self::Unknown(_) => None,
        }
    }
}

impl Reason {
    fn of(why: Why) -> Self {
        use apex_mobility::finding::Doubt;
        match why {
            Why::TooEarly => Self::TooEarly,
            Why::Doubt(Doubt::Unreadable) => Self::Unreadable,
            Why::Doubt(Doubt::NotShown) => Self::NotShown,
            Why::Doubt(Doubt::DayAhead(_)) => Self::DayAhead,
            Why::Doubt(Doubt::NeedsBefore) => Self::NeedsBefore,
            Why::Doubt(Doubt::AlreadySo) => Self::AlreadySo,
            Why::Doubt(Doubt::Otherwise) => Self::Otherwise,
            Why::Doubt(Doubt::Partly) => Self::Partly,
            Why::Doubt(Doubt::UnderWay) => Self::UnderWay,
            Why::Doubt(Doubt::Conflict) => Self::Conflict,
            _ => Self::ReadsFailed,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "no read shows it",
            Self::NotShown => "nothing is shown, and that proves nothing",
            Self::DayAhead => "its day lies ahead",
            Self::NeedsBefore => "the look before it had failed",
            Self::AlreadySo => "it was so before",
            Self::ReadsFailed => "no read came through in the time to wait",
            Self::TooEarly => "the time to wait was over too early",
            Self::Otherwise => "neither as before nor as asked for",
            Self::Partly => "only a part of it is there",
            Self::UnderWay => "AT&T is still at it",
            Self::Conflict => "more than one line has the SIM",
        })
    }
}

/// One intent with the belief about it.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub(super) intent: Intent,
    pub(super) belief: Belief,
}
