//! Port-ins, by their numbers.

use std::collections::HashMap;

use jiff::SignedDuration;

use super::accounts::AccountId;
use crate::digits::Number;

/// contract 4.3: OP at 0, CF at 2 h, CO at 24 h.
pub(crate) const ANSWERED_AFTER: SignedDuration = SignedDuration::from_hours(2);
pub(crate) const COMPLETED_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// A request for a number of another carrier's.
pub(crate) struct Port {
    pub(crate) account: AccountId,
    /// Where the number is to be served.
    pub(crate) zip: u32,
    pub(crate) losing: LosingAccount,
    /// What the losing carrier says when its time has come.
    pub(crate) answer: LosingAnswer,
    pub(crate) stage: PortStage,
    /// Grows with each request and update, so that events of an earlier one are known for what they are.
    pub(crate) round: u32,
}

/// The account at the losing carrier.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct LosingAccount {
    pub(crate) number: String,
    pub(crate) pin: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LosingAnswer {
    Confirm,
    /// With the reason code.
    Conflict(String),
    Deny,
    Fail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PortStage {
    Open,
    Conflict,
    Confirmed,
    Completed,
    Cancelled,
    Denied,
    Failed,
}

impl PortStage {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Open => "OP",
            Self::Conflict => "CT",
            Self::Confirmed => "CF",
            Self::Completed => "CO",
            Self::Cancelled => "CN",
            Self::Denied => "DN",
            Self::Failed => "ER",
        }
    }

    /// Whether the number may be asked for again.
    pub(crate) fn has_failed(self) -> bool {
        matches!(self, Self::Cancelled | Self::Denied | Self::Failed)
    }
}

/// Which port request an event is about: that of the number, if it is still in the same round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PortRound {
    pub(crate) number: Number,
    pub(crate) round: u32,
}

#[derive(Default)]
pub(crate) struct Ports {
    by_number: HashMap<Number, Port>,
    rounds: u32,
}

impl Ports {
    /// The round of a request or update that has just come.
    pub(crate) fn next_round(&mut self) -> u32 {
        self.rounds = self.rounds.wrapping_add(1);
        self.rounds
    }

    /// Files a request in place of an earlier one for the number.
    pub(crate) fn file(&mut self, number: Number, port: Port) {
        self.by_number.insert(number, port);
    }

    pub(crate) fn get(&self, number: Number) -> Option<&Port> {
        self.by_number.get(&number)
    }

    pub(crate) fn get_mut(&mut self, number: Number) -> Option<&mut Port> {
        self.by_number.get_mut(&number)
    }

    /// The port an event is about.
    pub(crate) fn in_round(&mut self, at: PortRound) -> Option<&mut Port> {
        self.get_mut(at.number).filter(|port| port.round == at.round)
    }

    /// contract 4.2: from confirmed on, an activation may bring the number.
    pub(crate) fn is_ready(&self, number: Number) -> bool {
        let stage = self.get(number).map(|port| port.stage);
        matches!(stage, Some(PortStage::Confirmed | PortStage::Completed))
    }
}
