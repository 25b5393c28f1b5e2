//! Batches of lines that get or lose a static address, from their arrival on.

use std::collections::HashMap;
use std::net::Ipv4Addr;

use jiff::SignedDuration;

use super::accounts::AccountId;
use super::address_pools::PoolId;
use super::lines::LineId;
use crate::digits::Number;

/// The line is checked, its address reserved, its profile updated: this long after the request arrived.
pub(crate) const CHECKED_AFTER: SignedDuration = SignedDuration::from_secs(30);
pub(crate) const RESERVED_AFTER: SignedDuration = SignedDuration::from_secs(60);
pub(crate) const UPDATED_AFTER: SignedDuration = SignedDuration::from_secs(240);

/// One request.
pub(crate) struct PdpBatch {
    /// A UUID in lower case.
    pub(crate) id: String,
    pub(crate) pool: PoolId,
    pub(crate) account: AccountId,
    pub(crate) change: PdpChange,
    pub(crate) items: Vec<PdpItem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PdpChange {
    Provision,
    Remove,
}

/// One line of a request.
pub(crate) struct PdpItem {
    pub(crate) number: Number,
    pub(crate) address: Ipv4Addr,
    pub(crate) profile: Option<PdpProfile>,
    /// Its day lies ahead.
    pub(crate) is_later: bool,
    /// The line, once it is checked.
    pub(crate) line: Option<LineId>,
    pub(crate) stage: PdpStage,
}

/// What an address is used with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PdpProfile {
    pub(crate) lte: bool,
    pub(crate) default_apn: bool,
    pub(crate) access_point: String,
}

/// How far a line has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PdpStage {
    Submitted,
    Checked,
    /// Of a removal: about to be released.
    Reserved,
    Updated,
    /// Where it failed, and why in the carrier's words.
    Failed(PdpStep, String),
}

/// What is done for a line, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PdpStep {
    Check,
    Reserve,
    Update,
}

/// Which line of which batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PdpPlace {
    pub(crate) batch: usize,
    pub(crate) item: usize,
}

#[derive(Default)]
pub(crate) struct PdpBatches {
    batches: Vec<PdpBatch>,
    by_id: HashMap<String, usize>,
    by_number: HashMap<Number, Vec<PdpPlace>>,
}

impl PdpBatches {
    /// The place of the next batch.
    pub(crate) fn next(&self) -> usize {
        self.batches.len()
    }

    /// Files a batch at the place of the next one.
    pub(crate) fn file(&mut self, filed: PdpBatch) {
        let batch = self.next();
        for (item, line) in filed.items.iter().enumerate() {
            self.by_number.entry(line.number).or_default().push(PdpPlace { batch, item });
        }
        self.by_id.insert(filed.id.clone(), batch);
        self.batches.push(filed);
    }

    pub(crate) fn get(&self, batch: usize) -> Option<&PdpBatch> {
        self.batches.get(batch)
    }

    pub(crate) fn item(&self, at: PdpPlace) -> Option<(&PdpBatch, &PdpItem)> {
        let batch = self.batches.get(at.batch)?;
        Some((batch, batch.items.get(at.item)?))
    }

    pub(crate) fn item_mut(&mut self, at: PdpPlace) -> Option<&mut PdpItem> {
        self.batches.get_mut(at.batch)?.items.get_mut(at.item)
    }

    /// The lines of a batch.
    pub(crate) fn of_batch(&self, id: &str) -> impl Iterator<Item = PdpPlace> {
        let batch = self.by_id.get(id).copied();
        batch.into_iter().flat_map(|batch| self.places(batch))
    }

    /// The requests for a number, oldest first.
    pub(crate) fn of_number(&self, number: Number) -> impl Iterator<Item = PdpPlace> {
        self.by_number.get(&number).into_iter().flatten().copied()
    }

    /// The lines at the place of a batch.
    pub(crate) fn places(&self, batch: usize) -> impl Iterator<Item = PdpPlace> + use<> {
        let items = self.get(batch).map_or(0, |batch| batch.items.len());
        (0..items).map(move |item| PdpPlace { batch, item })
    }
}
