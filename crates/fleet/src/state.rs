//! What can become of an item, and in which order.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of one item of a job: one row of the input.
///
/// ```text
/// Planned -> Intent -> Sent -> Rejected | Accepted | Unknown
/// Accepted -> Done | Failed | Waiting | Overdue | NotApplied
/// Unknown -> Done | Failed | Accepted | NotApplied | StillUnknown
/// NotApplied -> Intent
/// Planned | NotApplied -> Unreadable -> Intent
/// ```
///
/// Only what was never sent and what provably had no effect may be sent ([`may_be_sent`](Self::may_be_sent)).
/// A state is only ever left by [`may_become`](Self::may_become); the journal holds every change to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The row cannot be sent as it is. Nothing was sent.
    Bad,
    /// The row says what another row says: it ends as that one does. Nothing is sent for it.
    Duplicate,
    /// To be sent.
    Planned,
    /// To be sent, and this version cannot read what is asked: another may have written it. Left alone until a resume by a
    /// version that can.
    Unreadable,
    /// It is noted that a request is about to leave. Found after a crash, it may have left.
    Intent,
    /// The request was handed to the network, and no answer is noted.
    Sent,
    /// AT&T has taken the request and works on it.
    Accepted,
    /// AT&T has taken the request, and a person has to act before it goes on.
    Waiting,
    /// AT&T has taken the request, and the time in which it should have come to an end is over.
    Overdue,
    /// The answer is lost: it may have been carried out. A read will tell.
    Unknown,
    /// Nothing tells whether it was carried out, and the time to look is over.
    StillUnknown,
    /// A read shows that it was not carried out.
    NotApplied,
    /// It was carried out.
    Done,
    /// AT&T refused it. Nothing changed.
    Rejected,
    /// AT&T took it, and it came to nothing.
    Failed,
    /// It will not be sent: the job was stopped before its turn came.
    Dropped,
}

impl State {
    /// All states.
    pub const ALL: [Self; 16] = [
        Self::Bad,
        Self::Duplicate,
        Self::Planned,
        Self::Unreadable,
        Self::Intent,
        Self::Sent,
        Self::Accepted,
        Self::Waiting,
        Self::Overdue,
        Self::Unknown,
        Self::StillUnknown,
        Self::NotApplied,
        Self::Done,
        Self::Rejected,
        Self::Failed,
        Self::Dropped,
    ];

    /// Whether a request may leave for it: it was never sent, or a read shows that it had no effect.
    #[must_use]
    pub const fn may_be_sent(self) -> bool {
        matches!(self, Self::Planned | Self::Unreadable | Self::NotApplied)
    }

    /// Whether something may have reached AT&T whose outcome is not noted. Settled by reading, never by sending.
    #[must_use]
    pub const fn is_open_question(self) -> bool {
        matches!(self, Self::Intent | Self::Sent | Self::Unknown)
    }

    /// Whether AT&T works on it.
    #[must_use]
    pub const fn is_under_way(self) -> bool {
        matches!(self, Self::Accepted | Self::Waiting | Self::Overdue)
    }

    /// Whether nothing more will be done by itself.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(
            self,
            Self::Bad
                | Self::Duplicate
                | Self::Done
                | Self::Rejected
                | Self::Failed
                | Self::StillUnknown
                | Self::Dropped
        )
    }

    /// Whether an item in this state may go over to `next`.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use State::{
            Accepted, Bad, Done, Dropped, Duplicate, Failed, Intent, NotApplied, Overdue, Planned, Rejected,
            Sent, StillUnknown, Unknown, Unreadable, Waiting,
        };
        match self {
            // A row that was refused can be let in again by corrected input only: as a new item.
            Bad | Duplicate | Done | Rejected | Failed | Dropped => false,
            Planned => matches!(next, Intent | Dropped | Duplicate | Unreadable),
            Unreadable => matches!(next, Intent | Dropped),
            // A crash leaves Intent; a connection that never came about leads back.
            Intent => matches!(
                next,
                Sent | Planned | Accepted | Done | Rejected | Failed | Unknown | NotApplied | StillUnknown
            ),
            Sent => matches!(
                next,
                Planned | Accepted | Done | Rejected | Failed | Unknown | NotApplied | StillUnknown
            ),
            Accepted | Waiting | Overdue => {
                matches!(next, Accepted | Waiting | Overdue | Done | Failed | Rejected | Unknown | NotApplied)
            }
            // A later look may still tell what the wait did not.
            Unknown | StillUnknown => {
                matches!(next, Unknown | StillUnknown | Accepted | Done | Failed | Rejected | NotApplied)
            }
            NotApplied => matches!(next, Intent | Dropped | Unreadable),
        }
    }

    /// The word in files and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bad => "bad",
            Self::Duplicate => "duplicate",
            Self::Planned => "planned",
            Self::Unreadable => "unreadable",
            Self::Intent => "intent",
            Self::Sent => "sent",
            Self::Accepted => "accepted",
            Self::Waiting => "waiting",
            Self::Overdue => "overdue",
            Self::Unknown => "unknown",
            Self::StillUnknown => "still_unknown",
            Self::NotApplied => "not_applied",
            Self::Done => "done",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Dropped => "dropped",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_never_sent_or_had_no_effect_leads_to_an_intent() {
        for state in State::ALL {
            assert_eq!(state.may_become(State::Intent), state.may_be_sent(), "{state}");
        }
    }

    #[test]
    fn what_a_version_cannot_read_was_never_sent_or_had_no_effect() {
        let before: Vec<_> =
            State::ALL.into_iter().filter(|state| state.may_become(State::Unreadable)).collect();
        assert_eq!(before, [State::Planned, State::NotApplied]);
    }

    #[test]
    fn what_may_have_been_sent_never_goes_back_to_planned_but_where_no_connection_came_about() {
        let back: Vec<_> = State::ALL.into_iter().filter(|state| state.may_become(State::Planned)).collect();
        assert_eq!(back, [State::Intent, State::Sent]);
    }

    #[test]
    fn an_end_is_not_left_but_an_unknown_one_by_a_later_look() {
        for state in State::ALL.into_iter().filter(|state| state.is_final()) {
            let next: Vec<_> = State::ALL.into_iter().filter(|next| state.may_become(*next)).collect();
            if state == State::StillUnknown {
                assert!(next.contains(&State::Done) && next.contains(&State::NotApplied));
                assert!(!next.contains(&State::Intent) && !next.contains(&State::Planned));
            } else {
                assert_eq!(next, [], "{state}");
            }
        }
    }

    #[test]
    fn every_state_is_one_of_sendable_open_under_way_or_final() {
        for state in State::ALL {
            let sorts =
                [state.may_be_sent(), state.is_open_question(), state.is_under_way(), state.is_final()];
            assert_eq!(sorts.into_iter().filter(|is| *is).count(), 1, "{state}");
        }
    }

    #[test]
    fn words_name_their_states() {
        for state in State::ALL {
            assert_eq!(State::named(state.as_str()), Some(state));
        }
        assert_eq!(State::named("activated"), None);
    }
}
