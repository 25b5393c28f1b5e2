//! Changes of a line as they are decided: to be made now, or on their day.

use super::accounts::AccountId;
use super::line::{Reason, Status};
use super::lines::LineId;

/// A change of a line, made as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    Status(StatusMove),
    Plan(PlanMove),
    Transfer(TransferMove),
}

/// A change of a line's status (contract 4.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StatusMove {
    pub(crate) line: LineId,
    pub(crate) transition: Transition,
    pub(crate) reason: Option<Reason>,
}

/// What a status change does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transition {
    Suspend,
    Resume,
    Cancel,
    /// Of a cancelled line.
    Restore,
}

impl Transition {
    /// Where it ends.
    pub(crate) fn target(self) -> Status {
        match self {
            Self::Suspend => Status::Suspended,
            Self::Resume | Self::Restore => Status::Active,
            Self::Cancel => Status::Cancelled,
        }
    }

    /// Whether it begins there (contract 4.5, From).
    pub(crate) fn begins_at(self, status: Status) -> bool {
        match self {
            Self::Suspend => status == Status::Active,
            Self::Resume => status == Status::Suspended,
            Self::Cancel => status != Status::Cancelled,
            Self::Restore => status == Status::Cancelled,
        }
    }
}

/// A change of a line's plan and features (contract 4.8), by their places in the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanMove {
    pub(crate) line: LineId,
    pub(crate) plan: Option<u16>,
    pub(crate) add: Vec<u16>,
    pub(crate) remove: Vec<u16>,
}

/// A transfer of billing responsibility (contract 4.7), with a plan or without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TransferMove {
    pub(crate) line: LineId,
    pub(crate) to: AccountId,
    pub(crate) plan: Option<u16>,
}
