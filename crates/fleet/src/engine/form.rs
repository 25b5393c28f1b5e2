//! Which rows go together in one request.

use std::collections::VecDeque;

use apex_mobility_core::domain::{Batch, BatchItem, BillingAccountNumber};
use apex_mobility_pdp_provisioning::{HeldAddress, NewAddress, PdpName};
use apex_mobility_service_activation::NewLine;

use super::EngineError;
use super::apart::Apart;
use crate::journal::{Item, ItemId};
use crate::operation::Batching;
use crate::task::Task;

/// What one request holds.
pub(super) enum Unit {
    /// One row.
    One(Box<Item>, Box<Task>),
    /// Lines to activate for one account.
    Activation(Vec<(Item, NewLine)>),
    /// Lines that get an address of one PDP, for one account.
    Provision(PdpName, BillingAccountNumber, Vec<(Item, NewAddress)>),
    /// Lines that lose one.
    Removal(PdpName, BillingAccountNumber, Vec<(Item, HeldAddress)>),
}

impl Unit {
    /// Takes the next rows that make one request, at most `most`; none when the queue is empty. A row of which `task` makes
    /// nothing is left out.
    pub(super) fn form(
        queue: &mut VecDeque<Item>,
        most: usize,
        apart: &Apart,
        task: &mut dyn FnMut(&Item) -> Result<Option<Task>, EngineError>,
    ) -> Result<Option<Self>, EngineError> {
        let (first, asked) = loop {
            let Some(first) = queue.pop_front() else { return Ok(None) };
            if let Some(asked) = task(&first)? {
                break (first, asked);
            }
        };
        let most = match first.row.operation.batching() {
            Batching::Single => 1,
            Batching::Together(limit) => limit.min(most).min(apart.most(first.id)),
        };
        let begun = match asked {
            Task::Activate(line) => Self::Activation(vec![(first, *line)]),
            Task::ProvisionIp(pdp, account, line) => Self::Provision(pdp, account, vec![(first, *line)]),
            Task::RemoveIp(pdp, account, line) => Self::Removal(pdp, account, vec![(first, *line)]),
            single => return Ok(Some(Self::One(Box::new(first), Box::new(single)))),
        };
        begun.fill(queue, most, apart, task).map(Some)
    }

    /// Adds the rows behind that belong into the same request.
    fn fill(
        mut self,
        queue: &mut VecDeque<Item>,
        most: usize,
        apart: &Apart,
        task: &mut dyn FnMut(&Item) -> Result<Option<Task>, EngineError>,
    ) -> Result<Self, EngineError> {
        let (operation, group, part) = match self.first() {
            Some(first) => (first.row.operation, first.group.clone(), apart.most(first.id)),
            None => return Ok(self),
        };
        let mut left = VecDeque::with_capacity(queue.len());
        while let Some(item) = queue.pop_front() {
            let belongs = item.row.operation == operation
                && item.group == group
                && apart.most(item.id) == part
                && self.ids().len() < most;
            if !belongs {
                left.push_back(item);
                continue;
            }
            let Some(asked) = task(&item)? else { continue };
            let refused = match (&mut self, asked) {
                (Self::Activation(lines), Task::Activate(line)) => add(lines, item, *line),
                (Self::Provision(_, _, lines), Task::ProvisionIp(_, _, line)) => add(lines, item, *line),
                (Self::Removal(_, _, lines), Task::RemoveIp(_, _, line)) => add(lines, item, *line),
                _ => Some(item),
            };
            // It shares a device, number or address with another row: it goes with the next request.
            left.extend(refused);
        }
        *queue = left;
        Ok(self)
    }

    fn first(&self) -> Option<&Item> {
        match self {
            Self::One(item, _) => Some(item),
            Self::Activation(lines) => lines.first().map(|(item, _)| item),
            Self::Provision(_, _, lines) => lines.first().map(|(item, _)| item),
            Self::Removal(_, _, lines) => lines.first().map(|(item, _)| item),
        }
    }

    /// The rows in it.
    pub(super) fn ids(&self) -> Vec<ItemId> {
        match self {
            Self::One(item, _) => vec![item.id],
            Self::Activation(lines) => lines.iter().map(|(item, _)| item.id).collect(),
            Self::Provision(_, _, lines) => lines.iter().map(|(item, _)| item.id).collect(),
            Self::Removal(_, _, lines) => lines.iter().map(|(item, _)| item.id).collect(),
        }
    }
}

/// Adds a line, unless it has something of its own that a line before has too.
fn add<T: BatchItem>(lines: &mut Vec<(Item, T)>, item: Item, line: T) -> Option<Item> {
    let mut own = Vec::new();
    line.distinct(&mut |what, value| own.push((what, value.to_owned())));
    let taken = lines.iter().any(|(_, other)| {
        let mut taken = false;
        other.distinct(&mut |what, value| taken |= own.iter().any(|(own, has)| *own == what && has == value));
        taken
    });
    if taken {
        return Some(item);
    }
    lines.push((item, line));
    None
}

/// The lines of a batch, of which nothing comes twice.
pub(super) fn batch<T: BatchItem + Clone, const MAX: usize>(lines: &[(Item, T)]) -> Option<Batch<T, MAX>> {
    let lines: Vec<T> = lines.iter().map(|(_, line)| line.clone()).collect();
    Batch::try_from(lines).ok()
}
