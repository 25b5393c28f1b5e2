//! The journal: what was asked, what was about to be sent, what AT&T answered, what a read showed.
//!
//! It alone says what may be sent. An intent is on disk before its request leaves ([`Journal::intend`]), a request id
//! is on disk when [`Journal::record`] returns. Nothing is overwritten without a trace: every change of an item's state
//! adds a line to the history.
//!
//! Two stores hold it, with one schema: an SQLite file for one process, and a PostgreSQL server for many. Writes of the
//! same moment share one flush.

mod error;
mod found_out;
mod records;
mod schema;
#[cfg(feature = "postgres")]
mod standing;
mod store;
mod stored;
mod takeover;
mod writer;

use std::collections::BTreeMap;
use std::fmt;
use std::time::SystemTime;

use apex_mobility_core::clock::SharedClock;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row as _};

pub use error::JournalError;
pub use found_out::FoundOut;
pub use records::{
    Event, Facts, HistoryEntry, Item, ItemId, JobInfo, JobNumber, JobSpec, JobState, NewItem, Tally,
};
#[cfg(feature = "postgres")]
pub(crate) use standing::{Standing, Stretch};
pub use store::Location;
#[cfg(feature = "postgres")]
pub use store::PostgresUrl;
pub(crate) use writer::Writing;

use crate::engine::{Request, Span};
use crate::field::Field;
use crate::operation::FleetOperation;
use crate::state::State;
use store::{Dialect, Sql, Store, sql};
use stored::{Binding, items};
use writer::{Command, Writer};

/// An open journal. Cheap to clone: clones are the same journal.
#[derive(Clone)]
pub struct Journal {
    store: std::sync::Arc<Store>,
    writer: Writer,
    clock: SharedClock,
}

impl Journal {
    /// Opens a journal, or begins one. An older one is brought up to date.
    ///
    /// # Errors
    /// When it is in use by another process, cannot be opened, or is not a journal.
    pub async fn open(location: &Location, clock: SharedClock) -> Result<Self, JournalError> {
        let store = std::sync::Arc::new(Store::open(location).await?);
        let writer = Writer::start(std::sync::Arc::clone(&store));
        failpoint!(Opened);
        Ok(Self { store, writer, clock })
    }

    /// Whether other processes can work with it at the same time.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.store.dialect == Dialect::Postgres
    }

    /// Closes the journal for all its clones, and waits until that is done: whoever is to copy or move the file needs
    /// to know. Dropping the last clone closes it too, in the background.
    pub async fn close(self) {
        // The readers first: the last to leave puts everything into the one file.
        self.store.readers.close().await;
        self.store.writer.close().await;
    }

    /// Begins a job, still without items.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn create_job(&self, spec: JobSpec) -> Result<JobInfo, JournalError> {
        let at = self.now();
        self.writer.ask(|reply| Command::CreateJob { spec, at, reply }).await
    }

    /// Adds items to a job, in the order of the input.
    ///
    /// # Errors
    /// When the journal cannot be written, or another process has taken the draft out; then none was added.
    pub async fn add_items(&self, job: JobNumber, items: Vec<NewItem>) -> Result<(), JournalError> {
        let at = self.now();
        self.writer.ask(|reply| Command::Add { job, items, at, reply }).await
    }

    /// Claims the natural keys of a job's planned items. An item whose key is another item's, of this job or of an
    /// earlier one that is not over, becomes its twin and is not sent. Gives how many did.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn claim_keys(&self, job: JobNumber) -> Result<u64, JournalError> {
        let at = self.now();
        self.writer.ask(|reply| Command::Claim { job, at, reply }).await
    }

    /// Lets the good rows of a draft in: from now on they may be sent. Gives how many say the same as another row, of
    /// this job or of an earlier one that is not over; those are not sent.
    ///
    /// # Errors
    /// When the journal cannot be written, or another process has taken the draft out.
    pub async fn let_in(&self, job: &JobInfo) -> Result<u64, JournalError> {
        failpoint!(LetIn);
        let (job, at) = (job.number, self.now());
        self.writer.ask(|reply| Command::LetIn { job, at, reply }).await
    }

    /// Refuses the planned rows of a job that ask otherwise for what another row of it asks for too: nobody but the
    /// customer knows which is meant. The same holds for lines to activate that share a device. Gives how many there are.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn refuse_conflicts(&self, job: JobNumber) -> Result<u64, JournalError> {
        let at = self.now();
        self.writer.ask(|reply| Command::RefuseConflicts { job, at, reply }).await
    }

    /// Refuses the planned rows of a job that fill in a column which their operation does not use and other rows do. Gives
    /// how many there are.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub(crate) async fn refuse_misplaced(
        &self,
        job: JobNumber,
        columns: Vec<(FleetOperation, Field)>,
    ) -> Result<u64, JournalError> {
        let at = self.now();
        self.writer.ask(|reply| Command::RefuseMisplaced { job, columns, at, reply }).await
    }

    /// Sets the state of a job.
    ///
    /// # Errors
    /// When the journal cannot be written, or there is no such job.
    pub async fn set_job_state(&self, job: JobNumber, state: JobState) -> Result<(), JournalError> {
        let found = self.writer.ask(|reply| Command::SetJobState { job, from: None, state, reply }).await?;
        if found { Ok(()) } else { Err(JournalError::NoSuchJob(job.0.to_string())) }
    }

    /// Takes a job from one state to another, once: gives whether it was this call that did.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn move_job(
        &self,
        job: JobNumber,
        from: JobState,
        state: JobState,
    ) -> Result<bool, JournalError> {
        self.writer.ask(|reply| Command::SetJobState { job, from: Some(from), state, reply }).await
    }

    /// Takes out the drafts of processes that are gone: on a file, which one process has at a time, all that were there
    /// before this one's first. On a server others may be writing theirs, so there are none. Gives what was taken out.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn discard_dead_drafts(&self) -> Result<Vec<JobInfo>, JournalError> {
        if self.store.dialect == Dialect::Postgres {
            return Ok(Vec::new());
        }
        let mut drafts = self.jobs().await?;
        drafts.retain(|job| job.state == JobState::Draft);
        for draft in &drafts {
            self.discard_draft(draft.number).await?;
        }
        Ok(drafts)
    }

    /// Takes a job and its items out again, as long as it is a draft.
    ///
    /// # Errors
    /// When the journal cannot be written, or the job was let in.
    pub async fn discard_draft(&self, job: JobNumber) -> Result<(), JournalError> {
        self.writer.ask(|reply| Command::Discard { job, reply }).await
    }

    /// Notes that a request for these items is about to leave. When this returns it is on disk, and the request may
    /// leave, for the items that it gives, before `send_before`. Items that are no longer to be sent are left out. With
    /// each item goes what a look has shown of it, as JSON; empty where nobody looked.
    ///
    /// # Errors
    /// When the journal cannot be written. Nothing may be sent then.
    pub async fn intend(
        &self,
        items: Vec<(ItemId, String)>,
        intent: String,
        send_before: SystemTime,
    ) -> Result<Vec<ItemId>, JournalError> {
        let at = self.now();
        let send_before = millis(send_before);
        self.writer.ask(|reply| Command::Intend { items, intent, send_before, at, reply }).await
    }

    /// Notes what was learnt of items, in order. When this returns it is on disk. Gives how many were applied: an event
    /// that its item's state does not allow changes nothing, and stands in the history.
    ///
    /// # Errors
    /// When the journal cannot be written.
    pub async fn record(&self, events: Vec<Event>) -> Result<u64, JournalError> {
        self.begin_record(events).await?.on_disk().await
    }

    /// The same, without waiting until it is on disk.
    pub(crate) async fn begin_record(&self, events: Vec<Event>) -> Result<Writing<u64>, JournalError> {
        let at = self.now();
        self.writer.hand_over(|reply| Command::Record { events, at, reply }).await
    }

    /// The job of this id, or of the beginning of one.
    ///
    /// # Errors
    /// When there is none, or several begin so.
    pub async fn job(&self, id: &str) -> Result<JobInfo, JournalError> {
        // In these, LIKE would see any text.
        if id.is_empty() || id.contains(['%', '_']) {
            return Err(JournalError::NoSuchJob(id.to_owned()));
        }
        let found = sqlx::query(Self::JOBS_BY_ID).bind(id.to_owned()).bind(format!("{id}%"));
        let rows = found.fetch_all(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        match rows.as_slice() {
            [one] => JobInfo::read(one),
            _ => Err(JournalError::NoSuchJob(id.to_owned())),
        }
    }

    /// The job of this number.
    ///
    /// # Errors
    /// When there is none.
    pub async fn job_numbered(&self, number: JobNumber) -> Result<JobInfo, JournalError> {
        let query = sqlx::query("SELECT * FROM job WHERE no = $1").bind(number.0);
        let row =
            query.fetch_optional(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        row.as_ref().map_or_else(|| Err(JournalError::NoSuchJob(number.0.to_string())), JobInfo::read)
    }

    /// All jobs, the newest first.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn jobs(&self) -> Result<Vec<JobInfo>, JournalError> {
        let rows = sqlx::query("SELECT * FROM job ORDER BY no DESC").fetch_all(&self.store.readers).await;
        rows.map_err(|error| JournalError::read(&error))?.iter().map(JobInfo::read).collect()
    }

    /// How many items of a job are in which state.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn tally(&self, job: JobNumber) -> Result<Tally, JournalError> {
        let query =
            sqlx::query("SELECT state, COUNT(*) AS n FROM item WHERE job = $1 GROUP BY state").bind(job.0);
        let rows = query.fetch_all(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        let mut tally = Tally::default();
        for row in &rows {
            let state = records::state(row)?;
            tally.set(state, records::count(row)?);
        }
        Ok(tally)
    }

    /// How many items of a job in a state ask for which operation.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn operations(
        &self,
        job: JobNumber,
        state: State,
    ) -> Result<BTreeMap<FleetOperation, u64>, JournalError> {
        // A column for each: grouped by it, all rows of the job would be held and sorted.
        let counts = FleetOperation::ALL
            .map(|operation| format!("COUNT(CASE operation WHEN '{operation}' THEN 1 END)"));
        let count = format!("SELECT {} FROM item WHERE job = $1 AND state = $2", counts.join(", "));
        // Nothing in it comes from outside.
        let query = sqlx::query(AssertSqlSafe(count)).bind(job.0).bind(state.as_str());
        let row = query.fetch_one(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        let mut operations = BTreeMap::new();
        for (place, operation) in FleetOperation::ALL.into_iter().enumerate() {
            let count: i64 = row.try_get(place).map_err(|error| JournalError::read(&error))?;
            if count > 0 {
                operations.insert(operation, u64::try_from(count).unwrap_or(0));
            }
        }
        Ok(operations)
    }

    /// Items of a job in one of these states behind `after`, in the order of the input, at most `limit`.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn items_in(
        &self,
        job: JobNumber,
        states: &[State],
        after: Option<ItemId>,
        limit: usize,
    ) -> Result<Vec<Item>, JournalError> {
        self.items_within(Span { job, after, until: ItemId::at(job, u32::MAX) }, states, limit).await
    }

    /// Items of a span in one of these states, in the order of the input, at most `limit`.
    pub(crate) async fn items_within(
        &self,
        span: Span,
        states: &[State],
        limit: usize,
    ) -> Result<Vec<Item>, JournalError> {
        // One state after the other, each in the order of an index: taken together, every page would sort the whole job.
        const ITEMS: Sql =
            items!("FROM item WHERE job = $1 AND state = $2 AND id > $3 AND id <= $4 ORDER BY id LIMIT $5");
        let mut items = Vec::new();
        for state in states {
            items.append(&mut self.page(ITEMS, |query| span_of(query, span, *state, limit)).await?);
        }
        items.sort_unstable_by_key(|item| item.id);
        items.truncate(limit);
        Ok(items)
    }

    /// Items of a span that may be sent by themselves, in the order of the input, at most `limit`: what was never sent,
    /// and what had no effect where its operation may be repeated without asking. With those that a version could not
    /// read, if they are wanted.
    pub(crate) async fn items_to_send(
        &self,
        span: Span,
        unreadable_too: bool,
        limit: usize,
    ) -> Result<Vec<Item>, JournalError> {
        const AGAIN: Sql = items!(
            "FROM item WHERE job = $1 AND state = $2 AND id > $3 AND id <= $4 AND $6 LIKE '%,' || operation || ',%'
             ORDER BY id LIMIT $5"
        );
        let unsent: &[State] =
            if unreadable_too { &[State::Planned, State::Unreadable] } else { &[State::Planned] };
        let mut items = self.items_within(span, unsent, limit).await?;
        let again = |query| span_of(query, span, State::NotApplied, limit).bind(repeating());
        items.append(&mut self.page(AGAIN, again).await?);
        items.sort_unstable_by_key(|item| item.id);
        items.truncate(limit);
        Ok(items)
    }

    /// Items of a job behind `after`, in the order of the input, at most `limit`, whatever their state.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn items(
        &self,
        job: JobNumber,
        after: Option<ItemId>,
        limit: usize,
    ) -> Result<Vec<Item>, JournalError> {
        // The numbers of a job's items lie together, so none of another job is among them.
        const ITEMS: Sql = items!("FROM item WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3");
        let (first, last) = (ItemId::at(job, 0), ItemId::at(job, u32::MAX));
        let after = after.map_or(first, |after| after.max(first));
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        self.page(ITEMS, |query| query.bind(after.0).bind(last.0).bind(most)).await
    }

    /// The requests of a span that AT&T works on; with those that are overdue or wait for a person, if they are wanted.
    pub(crate) async fn requests(&self, span: Span, overdue_too: bool) -> Result<Vec<Request>, JournalError> {
        const ACCEPTED: &str = "SELECT operation, request_id, MIN(accepted) AS accepted FROM item
            WHERE job = $1 AND state = 'accepted' AND id > $2 AND id <= $3 GROUP BY operation, request_id";
        const ALL: &str = "SELECT operation, request_id, MIN(accepted) AS accepted FROM item
            WHERE job = $1 AND state IN ('accepted', 'overdue', 'waiting') AND id > $2 AND id <= $3
            GROUP BY operation, request_id";
        let rows = sqlx::query(if overdue_too { ALL } else { ACCEPTED })
            .bind(span.job.0)
            .bind(span.after.map_or(0, |id| id.0))
            .bind(span.until.0)
            .fetch_all(&self.store.readers)
            .await;
        let rows = rows.map_err(|error| JournalError::read(&error))?;
        let request = |row: &AnyRow| {
            Ok(Request {
                operation: records::operation(row)?,
                id: records::text(row, "request_id")?,
                accepted: records::integer(row, "accepted")?,
            })
        };
        rows.iter().map(request).collect()
    }

    /// The items of a request that AT&T works on, behind `after`, in the order of the input, at most `limit`.
    pub(crate) async fn items_of_request(
        &self,
        job: JobNumber,
        request: &str,
        after: Option<ItemId>,
        limit: usize,
    ) -> Result<Vec<Item>, JournalError> {
        const ITEMS: Sql = items!(
            "FROM item WHERE job = $1 AND request_id = $2 AND state IN ('accepted', 'overdue', 'waiting') AND id > $3
             ORDER BY id LIMIT $4"
        );
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let request = request.to_owned();
        self.page(ITEMS, |query| query.bind(job.0).bind(request).bind(after.map_or(0, |id| id.0)).bind(limit))
            .await
    }

    /// One item.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn item(&self, id: ItemId) -> Result<Option<Item>, JournalError> {
        const ITEM: Sql = items!("FROM item WHERE id = $1");
        Ok(self.page(ITEM, |query| query.bind(id.0)).await?.pop())
    }

    /// All that was noted of a line over all jobs, oldest first, by its number or SIM.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub async fn history(&self, subject: &str) -> Result<Vec<HistoryEntry>, JournalError> {
        let query = sqlx::query(Self::HISTORY).bind(subject.to_owned());
        let rows = query.fetch_all(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        rows.iter().map(HistoryEntry::read).collect()
    }

    fn now(&self) -> i64 {
        millis(self.clock.wall())
    }

    const JOBS_BY_ID: &'static str = "SELECT * FROM job WHERE id = $1 OR id LIKE $2";

    const HISTORY: &'static str = "SELECT history.seq, history.at, history.state, history.applied, history.intent,
            history.trace_id, history.note, item.operation, item.line, item.cells, job.id AS job_id, job.operator, job.reason
        FROM history JOIN item ON item.id = history.item JOIN job ON job.no = item.job
        WHERE item.subject = $1 OR item.gained = $1
        ORDER BY history.seq";
}

/// The first five values of a page of items: job, state, behind which, up to which, how many.
fn span_of(query: Binding, span: Span, state: State, limit: usize) -> Binding {
    let (after, most) = (span.after.map_or(0, |id| id.0), i64::try_from(limit).unwrap_or(i64::MAX));
    query.bind(span.job.0).bind(state.as_str()).bind(after).bind(span.until.0).bind(most)
}

/// The operations whose rows may be sent again by themselves when they had no effect, as `,suspend,resume,`.
fn repeating() -> String {
    let names: Vec<_> = FleetOperation::ALL
        .into_iter()
        .filter(|operation| operation.may_repeat_by_itself())
        .map(FleetOperation::as_str)
        .collect();
    format!(",{},", names.join(","))
}

/// Milliseconds since 1970.
pub(crate) fn millis(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

impl fmt::Debug for Journal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Journal").field("dialect", &self.store.dialect).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
