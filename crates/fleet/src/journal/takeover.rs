//! Rows that were asked for before and never sent, or had no effect: whoever asks for them anew has them.

use super::Journal;
use super::error::JournalError;
use super::records::{Event, ItemId, JobInfo, integer};
use super::store::Dialect;
use crate::state::State;

/// Rows that are given up at a time.
const TOGETHER: usize = 500;

impl Journal {
    /// Lets a draft have the natural keys of rows that were never sent or had no effect, of jobs that nobody is at: those
    /// rows are dropped, so that no earlier job holds up what is asked for now, and a resume of it sends none of them. What
    /// may have had an effect keeps its key. Gives how many were dropped.
    ///
    /// In a file, which one process has at a time, nobody is at any job that was there before. On a server others may be
    /// at those that run; only those that were stopped or are over are taken from.
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub async fn take_over(&self, draft: &JobInfo) -> Result<u64, JournalError> {
        const HELD: &str = "SELECT DISTINCT held.id AS id
            FROM item JOIN claim ON claim.natural_key = item.natural_key
                JOIN item AS held ON held.id = claim.item JOIN job ON job.no = held.job
            WHERE item.job = $1 AND item.state = 'planned' AND held.job <> $1
                AND held.state IN ('planned', 'not_applied') AND (job.state IN ('stopped', 'finished') OR $2 = 1)
            ORDER BY held.id";
        let own_all = i64::from(self.store.dialect == Dialect::Sqlite);
        let query = sqlx::query(HELD).bind(draft.number.0).bind(own_all);
        let rows = query.fetch_all(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        let held = rows.iter().map(|row| Ok(ItemId(integer(row, "id")?)));
        let held = held.collect::<Result<Vec<_>, JournalError>>()?;
        let mut dropped = 0;
        for held in held.chunks(TOGETHER) {
            // One that was sent meanwhile stays as it is: only what is planned can be dropped.
            dropped += self.record(held.iter().map(|id| given_up(*id, &draft.id)).collect()).await?;
        }
        Ok(dropped)
    }
}

fn given_up(item: ItemId, job: &str) -> Event {
    let mut event = Event::new(item, State::Dropped);
    event.facts.reason = format!("asked for anew in job {job}");
    event.releases = true;
    event
}
