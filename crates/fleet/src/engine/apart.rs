//! Rows that go in smaller requests, because one that held them was refused, or came to nothing, as a whole: what is
//! wrong with one row is to change nothing for the others.
//!
//! A refusal says that nothing changed, so such rows may be sent again. Known to one run alone: another begins with whole
//! requests, and comes to the same end.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::journal::ItemId;

#[derive(Debug, Default)]
pub(super) struct Apart {
    rows: Mutex<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    /// How many rows a request may have that holds this one.
    most: HashMap<ItemId, usize>,
    /// Whether rows are to be sent again that nobody has asked for yet.
    has_news: bool,
}

impl Apart {
    /// From now on these go in requests of at most so many rows.
    pub(super) fn set(&self, items: &[ItemId], most: usize) {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.most.extend(items.iter().map(|item| (*item, most.max(1))));
    }

    /// The journal holds rows that are to be sent again. Told before it does, they could be looked for too early.
    pub(super) fn tell(&self) {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).has_news = true;
    }

    /// How many rows a request may have that holds this one.
    pub(super) fn most(&self, item: ItemId) -> usize {
        let rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        rows.most.get(&item).copied().unwrap_or(usize::MAX)
    }

    /// Whether there are rows to send again, since this was asked last.
    pub(super) fn take_news(&self) -> bool {
        let mut rows = self.rows.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut rows.has_news)
    }
}
