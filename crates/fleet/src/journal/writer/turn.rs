//! One transaction: the statements of each command.

mod progress;

use serde_json::json;
use sqlx::AnyConnection;
use uuid::Uuid;

use super::super::error::JournalError;
use super::super::records::{
    ItemId, JobInfo, JobNumber, JobSpec, JobState, NewItem, cells_of, count, integer,
};
use super::super::store::{Dialect, Sql, Store, sql};
use super::{Answer, Command, Merged, after};
use crate::field::Field;
use crate::operation::FleetOperation;

/// One transaction.
pub(super) struct Turn<'a> {
    pub(super) store: &'a Store,
    pub(super) connection: &'a mut AnyConnection,
    /// Whether each item is told apart that a statement changes. Else all are taken to be changed, and
    /// [`Failure::Fewer`] says that they were not.
    pub(super) by_row: bool,
}

/// What ends a transaction.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error("fewer items were changed than were named")]
    Fewer,
}

impl Failure {
    /// Whether two processes wanted the same rows in another order, and the server undid this one. Done again, it can
    /// go through.
    pub(super) fn is_in_each_others_way(&self) -> bool {
        self.has_code(SERIALIZATION_FAILURE) || self.has_code(DEADLOCK)
    }

    /// Whether the connection to the server is lost: this process was asleep for too long, for instance. What was not
    /// committed by then is undone.
    pub(super) fn is_cut_off(&self) -> bool {
        matches!(self, Self::Store(sqlx::Error::Io(_)))
            || self.came_too_late()
            || [SERVER_ENDS, IDLE_SESSION].iter().any(|code| self.has_code(code))
    }

    /// Whether the server had given the transaction up before it heard of this.
    pub(super) fn came_too_late(&self) -> bool {
        self.has_code(IDLE_IN_TRANSACTION)
    }

    fn has_code(&self, known: &str) -> bool {
        let Self::Store(sqlx::Error::Database(error)) = self else { return false };
        error.code().is_some_and(|code| code == known)
    }
}

const SERIALIZATION_FAILURE: &str = "40001";
const DEADLOCK: &str = "40P01";
const IDLE_IN_TRANSACTION: &str = "25P03";
const SERVER_ENDS: &str = "57P01";
const IDLE_SESSION: &str = "57P05";

impl From<Failure> for JournalError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => Self::write(&error),
            Failure::Journal(error) => error,
            Failure::Fewer => Self::Write(failure.to_string()),
        }
    }
}

/// A text as both stores can hold it: PostgreSQL has no NUL, whatever a server's answer holds.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}

impl Turn<'_> {
    pub(super) async fn carry_out(
        &mut self,
        merged: &Merged,
        answers: &mut Vec<Answer>,
    ) -> Result<(), Failure> {
        let command = match merged {
            Merged::Intents(intents) => return self.intend(intents, answers).await,
            Merged::Records(records) => return self.record(records, answers).await,
            Merged::One(command) => command,
        };
        answers.push(match command {
            Command::CreateJob { spec, at, reply } => after(reply, self.create_job(spec, *at).await?),
            Command::Add { job, items, at, reply } => after(reply, self.add(*job, items, *at).await?),
            Command::Claim { job, at, reply } => after(reply, self.claim(*job, *at).await?),
            Command::LetIn { job, at, reply } => {
                let twins = self.claim(*job, *at).await?;
                if !self.set_job_state(*job, Some(JobState::Draft), JobState::Running).await? {
                    return Err(JournalError::DraftGone.into());
                }
                after(reply, twins)
            }
            Command::RefuseConflicts { job, at, reply } => {
                after(reply, self.refuse_conflicts(*job, *at).await?)
            }
            Command::RefuseMisplaced { job, columns, at, reply } => {
                after(reply, self.refuse_misplaced(*job, columns, *at).await?)
            }
            Command::SetJobState { job, from, state, reply } => {
                after(reply, self.set_job_state(*job, *from, *state).await?)
            }
            Command::Discard { job, reply } => after(reply, self.discard(*job).await?),
            // Merged into the two above.
            Command::Intend { .. } | Command::Record { .. } => return Ok(()),
        });
        Ok(())
    }

    /// Which commit this is, of those of a file. A server keeps its own count, and all would wait for each other here.
    pub(super) async fn count(&mut self) -> Result<i64, Failure> {
        if self.store.dialect == Dialect::Postgres {
            return Ok(0);
        }
        let query = sqlx::query("UPDATE commits SET n = n + 1 RETURNING n");
        Ok(integer(&query.fetch_one(&mut *self.connection).await?, "n")?)
    }

    async fn create_job(&mut self, spec: &JobSpec, at: i64) -> Result<JobInfo, Failure> {
        if self.store.dialect == Dialect::Postgres {
            // Two processes would take the same number.
            sqlx::query("LOCK TABLE job IN SHARE ROW EXCLUSIVE MODE").execute(&mut *self.connection).await?;
        }
        let id = Uuid::now_v7().simple().to_string();
        let query = sqlx::query(
            "INSERT INTO job (no, id, created, server, label, operator, reason, options, state)
             SELECT COALESCE(MAX(no), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM job
             RETURNING *",
        );
        let query = query.bind(id).bind(at).bind(storable(&spec.server)).bind(storable(&spec.label));
        let query = query.bind(storable(&spec.operator)).bind(storable(&spec.reason));
        let query = query.bind(storable(&spec.options)).bind(JobState::Draft.as_str());
        let row = query.fetch_one(&mut *self.connection).await?;
        Ok(JobInfo::read(&row)?)
    }

    async fn add(&mut self, job: JobNumber, items: &[NewItem], at: i64) -> Result<(), Failure> {
        const ADD: Sql = sql!(
            "INSERT INTO item (id, job, line, operation, subject, send_group, cells, sealed, natural_key, fingerprint, state,
                twin, intent, send_before, before, accepted, request_id, gained, class, reason, evidence, next_step, changed)
             SELECT CAST(r.value->>0 AS BIGINT), $2, CAST(r.value->>1 AS BIGINT), r.value->>2, r.value->>3, r.value->>4,
                r.value->>5, r.value->>6, r.value->>7, r.value->>8, r.value->>9, NULL, '', 0, '', 0, '', '', '', r.value->>10, '',
                '', $3
             FROM " ROWS " WHERE true"
        );
        const NOTE: Sql = sql!(
            "INSERT INTO history (item, at, state, applied, intent, trace_id, note)
             SELECT CAST(r.value->>0 AS BIGINT), $2, r.value->>9, 1, '', '', r.value->>10 FROM " ROWS " WHERE true"
        );
        let rows: Vec<_> = items
            .iter()
            .map(|item| {
                json!([
                    ItemId::at(job, item.place).0,
                    item.row.number,
                    item.row.operation.as_str(),
                    storable(&item.subject),
                    storable(&item.group),
                    cells_of(&item.row),
                    item.sealed,
                    storable(&item.natural_key),
                    item.row.fingerprint(),
                    item.state.as_str(),
                    storable(&item.reason),
                ])
            })
            .collect();
        let rows = serde_json::Value::from(rows).to_string();
        let query = sqlx::query(ADD.of(self.store.dialect)).bind(rows.clone()).bind(job.0).bind(at);
        query.execute(&mut *self.connection).await.map_err(|error| match &error {
            sqlx::Error::Database(said) if said.is_foreign_key_violation() => JournalError::DraftGone.into(),
            _ => Failure::from(error),
        })?;
        let query = sqlx::query(NOTE.of(self.store.dialect)).bind(rows).bind(at);
        query.execute(&mut *self.connection).await?;
        Ok(())
    }

    /// The first item of each key has it; the others become its twins.
    async fn claim(&mut self, job: JobNumber, at: i64) -> Result<u64, Failure> {
        // In the order of an index: grouped by their keys, all rows of the job would be held and sorted.
        const CLAIM: &str = "INSERT INTO claim (natural_key, item)
             SELECT natural_key, id FROM item WHERE job = $1 AND state = 'planned' ORDER BY id
             ON CONFLICT (natural_key) DO NOTHING";
        const PLANNED: &str = "SELECT COUNT(*) AS n FROM item WHERE job = $1 AND state = 'planned'";
        let claimed = sqlx::query(CLAIM).bind(job.0).execute(&mut *self.connection).await?.rows_affected();
        let planned = sqlx::query(PLANNED).bind(job.0).fetch_one(&mut *self.connection).await?;
        if count(&planned)? == claimed {
            return Ok(0);
        }
        let twins = [
            "INSERT INTO history (item, at, state, applied, intent, trace_id, note)
             SELECT item.id, $2, 'duplicate', 1, '', '', '' FROM item JOIN claim USING (natural_key)
             WHERE item.job = $1 AND item.state = 'planned' AND claim.item <> item.id",
            "UPDATE item SET state = 'duplicate', changed = $2,
                twin = (SELECT claim.item FROM claim WHERE claim.natural_key = item.natural_key)
             WHERE job = $1 AND state = 'planned'
                AND id <> (SELECT claim.item FROM claim WHERE claim.natural_key = item.natural_key)",
        ];
        let mut changed = 0;
        for step in twins {
            let query = sqlx::query(step).bind(job.0).bind(at);
            changed = query.execute(&mut *self.connection).await?.rows_affected();
        }
        Ok(changed)
    }

    /// Gives whether the job was in the state that it is to come from.
    async fn set_job_state(
        &mut self,
        job: JobNumber,
        from: Option<JobState>,
        state: JobState,
    ) -> Result<bool, Failure> {
        let query = sqlx::query("UPDATE job SET state = $1 WHERE no = $2 AND ($3 = '' OR state = $3)");
        let query = query.bind(state.as_str()).bind(job.0).bind(from.map_or("", JobState::as_str));
        Ok(query.execute(&mut *self.connection).await?.rows_affected() > 0)
    }

    async fn refuse_conflicts(&mut self, job: JobNumber, at: i64) -> Result<u64, Failure> {
        // Where the key holds the whole of what is asked, no two rows of one key ask otherwise.
        const REFUSE: &str = "WITH keyed AS (
                SELECT id, MIN(line) OVER same AS first, MAX(line) OVER same AS last,
                    MIN(fingerprint) OVER same AS one, MAX(fingerprint) OVER same AS other
                FROM item WHERE job = $1 AND state = 'planned' AND natural_key NOT LIKE '%' || fingerprint
                WINDOW same AS (PARTITION BY natural_key)
             )
             UPDATE item SET state = 'bad', changed = $2,
                reason = 'rows ' || keyed.first || ' and ' || keyed.last || ' ask otherwise for the same: keep one'
             FROM keyed WHERE item.id = keyed.id AND keyed.one <> keyed.other";
        // Two lines with one device: one of them is a slip, and nobody but the customer knows which.
        macro_rules! one_device {
            ($imei:literal) => {
                concat!(
                    "WITH device AS (
                        SELECT id, line, natural_key, REPLACE(REPLACE(",
                    $imei,
                    ", ' ', ''), '-', '') AS imei
                        FROM item WHERE job = $1 AND state = 'planned' AND operation = 'activate'
                     ), shared AS (
                        SELECT id, MIN(line) OVER same AS first, MAX(line) OVER same AS last,
                            MIN(natural_key) OVER same AS one, MAX(natural_key) OVER same AS other
                        FROM device WINDOW same AS (PARTITION BY imei)
                     )
                     UPDATE item SET state = 'bad', changed = $2,
                        reason = 'column imei: rows ' || shared.first || ' and ' || shared.last || ' name the same device'
                     FROM shared WHERE item.id = shared.id AND shared.one <> shared.other"
                )
            };
        }
        const ONE_DEVICE: Sql = Sql {
            sqlite: one_device!("item.cells->>'imei'"),
            postgres: one_device!("CAST(item.cells AS jsonb)->>'imei'"),
        };
        let mut refused = 0;
        for refuse in [REFUSE, ONE_DEVICE.of(self.store.dialect)] {
            let query = sqlx::query(refuse).bind(job.0).bind(at);
            refused += query.execute(&mut *self.connection).await?.rows_affected();
        }
        Ok(refused)
    }

    async fn refuse_misplaced(
        &mut self,
        job: JobNumber,
        columns: &[(FleetOperation, Field)],
        at: i64,
    ) -> Result<u64, Failure> {
        const REFUSE: Sql = sql!(
            "UPDATE item SET state = 'bad', changed = $3,
                reason = 'column ' || (r.value->>1) || ': ' || item.operation || ' does not use it, and other rows do: empty the cell'
             FROM " ROWS "
             WHERE item.job = $2 AND item.state = 'planned' AND item.operation = (r.value->>0)
                AND item.cells LIKE '%' || (r.value->>2) || '%'"
        );
        // A text within a value has its quotation marks escaped, so it is never taken for the name of a cell.
        let named = |field: &Field| format!("\"{field}\":");
        let rows = columns
            .iter()
            .map(|(operation, field)| json!([operation.as_str(), field.as_str(), named(field)]));
        let rows = serde_json::Value::from_iter(rows).to_string();
        let query = sqlx::query(REFUSE.of(self.store.dialect)).bind(rows).bind(job.0).bind(at);
        Ok(query.execute(&mut *self.connection).await?.rows_affected())
    }

    async fn discard(&mut self, job: JobNumber) -> Result<(), Failure> {
        let sent = sqlx::query("SELECT COUNT(*) AS n FROM item WHERE job = $1 AND intent <> ''").bind(job.0);
        let row = sent.fetch_one(&mut *self.connection).await?;
        if integer(&row, "n")? > 0 {
            return Err(JournalError::Write("a part of the job was sent already".to_owned()).into());
        }
        for step in [
            "DELETE FROM claim WHERE item IN (SELECT id FROM item WHERE job = $1)",
            "DELETE FROM history WHERE item IN (SELECT id FROM item WHERE job = $1)",
            "DELETE FROM item WHERE job = $1",
            "DELETE FROM job WHERE no = $1 AND state = 'draft'",
        ] {
            let query = sqlx::query(step).bind(job.0);
            query.execute(&mut *self.connection).await?;
        }
        // Its process may have let it in meanwhile.
        let left = sqlx::query("SELECT COUNT(*) AS n FROM job WHERE no = $1").bind(job.0);
        if count(&left.fetch_one(&mut *self.connection).await?)? > 0 {
            return Err(JournalError::Write("the job is no draft any more".to_owned()).into());
        }
        Ok(())
    }
}

/// Rows as the statements read them.
fn array(rows: impl Iterator<Item = serde_json::Value>) -> String {
    serde_json::Value::Array(rows.collect()).to_string()
}
