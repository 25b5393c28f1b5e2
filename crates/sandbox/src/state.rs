//! The carrier's side: accounts, lines, requests under way, and what is going to happen.
//!
//! Data only. What may happen to it, and when, is in [`crate::rules`].

mod accounts;
mod activations;
mod address_pools;
mod former_numbers;
mod id_set;
mod line;
mod lines;
mod list_snapshot;
mod numbers;
mod pdp_batches;
mod planned;
mod ports;
mod schedule;

use apex_mobility_equipment::Equipment;
use jiff::{SignedDuration, Timestamp};

pub(crate) use accounts::{Account, AccountId, AccountStatus, Accounts, Contact, PostalAddress};
pub(crate) use activations::{
    Activations, FINAL_AFTER, Item, NewLine, RESERVED_AFTER, Stage, Verdict, request_id,
};
pub(crate) use address_pools::{AddressPools, PoolId};
pub(crate) use former_numbers::FormerNumbers;
pub(crate) use line::{HeldFeature, Line, NameId, Reason, Status};
pub(crate) use lines::{LineId, Lines};
pub(crate) use list_snapshot::{ListSnapshot, View, just_before};
pub(crate) use numbers::NumberPool;
pub(crate) use pdp_batches::{
    CHECKED_AFTER, PdpBatch, PdpBatches, PdpChange, PdpItem, PdpPlace, PdpProfile, PdpStage, PdpStep,
    RESERVED_AFTER as PDP_RESERVED_AFTER, UPDATED_AFTER,
};
pub(crate) use planned::{Change, PlanMove, StatusMove, TransferMove, Transition};
pub(crate) use ports::{
    ANSWERED_AFTER, COMPLETED_AFTER, LosingAccount, LosingAnswer, Port, PortRound, PortStage, Ports,
};
pub(crate) use schedule::{Event, Schedule};

use crate::day::Day;
use crate::digits::Number;
use crate::ledger::{Effect, Ledger, LedgerKind};
use crate::places::Places;
use crate::variants::Variants;

/// Everything the carrier knows.
pub(crate) struct World {
    pub(crate) seed: u64,
    /// How many lines there were to be at the start.
    pub(crate) seeded_lines: usize,
    /// The time up to which everything has happened.
    pub(crate) now: Timestamp,
    pub(crate) equipment: Equipment,
    pub(crate) places: Places,
    pub(crate) accounts: Accounts,
    pub(crate) lines: Lines,
    pub(crate) numbers: NumberPool,
    pub(crate) former_numbers: FormerNumbers,
    pub(crate) list: ListSnapshot,
    pub(crate) activations: Activations,
    pub(crate) ports: Ports,
    pub(crate) pools: AddressPools,
    pub(crate) pdp_batches: PdpBatches,
    pub(crate) schedule: Schedule,
    pub(crate) ledger: Ledger,
    pub(crate) variants: Variants,
}

impl World {
    pub(crate) fn today(&self) -> Day {
        Day::of(self.now)
    }

    /// Changes a line; the list shows it from the next snapshot on.
    pub(crate) fn change_line(&mut self, id: LineId, change: impl FnOnce(&mut Line)) {
        self.lines.change(id, change);
        self.list.touch(id, self.now);
    }

    /// Takes in a new line; the list shows it from the next snapshot on. `None` when there is no room.
    pub(crate) fn add_line(&mut self, line: Line) -> Option<LineId> {
        let id = self.lines.add(line)?;
        self.list.touch(id, self.now);
        Some(id)
    }

    /// Fault F6: the list keeps lines that are changed from now on as they were, for so long; and so it does
    /// with what is entered for later.
    pub(crate) fn keep_from_list(&mut self, stale: Option<SignedDuration>) {
        self.list.keep(stale);
        self.schedule.keep_from_list(stale);
    }

    /// Writes an effect on a line into the ledger.
    pub(crate) fn record(&mut self, kind: LedgerKind, id: LineId, detail: Vec<(&'static str, String)>) {
        let line = self.lines.get(id);
        self.ledger.record(Effect {
            at: self.now,
            kind,
            number: line.map(|l| l.number),
            sim: line.map(|l| l.sim),
            detail,
        });
    }

    /// Writes an effect on an account into the ledger.
    pub(crate) fn record_for_account(&mut self, id: AccountId, mut detail: Vec<(&'static str, String)>) {
        detail.insert(0, ("billingAccountNumber", id.ban().to_string()));
        self.ledger.record(Effect {
            at: self.now,
            kind: LedgerKind::Account,
            number: None,
            sim: None,
            detail,
        });
    }

    /// Writes an effect on a number that no line has into the ledger.
    pub(crate) fn record_for_number(
        &mut self,
        kind: LedgerKind,
        number: Number,
        detail: Vec<(&'static str, String)>,
    ) {
        self.ledger.record(Effect { at: self.now, kind, number: Some(number), sim: None, detail });
    }
}
