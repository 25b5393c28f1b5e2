//! What a person found out, where no read tells.

use super::Journal;
use super::error::JournalError;
use super::records::{Event, Facts, Item, ItemId, JobNumber};
use super::store::{Sql, sql};
use super::stored::items;
use crate::state::State;

/// What a person says of a row of which nothing told what came of it: somebody at AT&T looked, for instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundOut {
    /// It had its effect.
    Done,
    /// It had none, and will have none. A row that may be repeated is sent again by the next run of its job; an activation
    /// is sent for whoever asks for it anew.
    NotApplied,
}

impl FoundOut {
    const fn state(self) -> State {
        match self {
            Self::Done => State::Done,
            Self::NotApplied => State::NotApplied,
        }
    }
}

impl Item {
    /// Whether it is for a person to say what came of it: reading has not told, or AT&T has not in its time.
    #[must_use]
    pub const fn asks_a_person(&self) -> bool {
        matches!(self.state, State::StillUnknown | State::Overdue)
    }
}

impl Journal {
    /// The item of a row of the input, as a spreadsheet numbers it.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn item_of_row(&self, job: JobNumber, row: u64) -> Result<Option<Item>, JournalError> {
        const ITEM: Sql = items!("FROM item WHERE id > $1 AND id <= $2 AND line = $3 ORDER BY id LIMIT 1");
        let (first, last) = (ItemId::at(job, 0), ItemId::at(job, u32::MAX));
        let row = i64::try_from(row).unwrap_or(i64::MAX);
        Ok(self.page(ITEM, |query| query.bind(first.0).bind(last.0).bind(row)).await?.pop())
    }

    /// Notes what a person found out of items that ask for it ([`Item::asks_a_person`]), and in which words. Gives how
    /// many were noted: one whose state has changed since it was read stays as it is.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn note_found_out(
        &self,
        items: &[Item],
        found: FoundOut,
        words: &str,
    ) -> Result<u64, JournalError> {
        let asking = items.iter().filter(|item| item.asks_a_person());
        self.record(asking.map(|item| event(item, found, words)).collect()).await
    }
}

fn event(item: &Item, found: FoundOut, words: &str) -> Event {
    let state = found.state();
    Event {
        from: Some(item.state),
        intent: item.intent.clone(),
        facts: Facts { reason: words.to_owned(), ..Facts::default() },
        releases: item.row.operation.is_free_again(state),
        ..Event::new(item.id, state)
    }
}
