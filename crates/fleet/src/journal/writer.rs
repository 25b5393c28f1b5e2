//! Group commit: all that is to be written at one moment goes into one transaction and one flush.

use std::sync::Arc;

use serde_json::json;
use sqlx::{AnyConnection, Row as _};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::error::JournalError;
use super::records::{Event, ItemId, JobInfo, JobNumber, JobSpec, JobState, NewItem, cells_of, integer};
use super::store::{Sql, Store, sql};
use crate::state::State;

type Reply<T> = oneshot::Sender<Result<T, JournalError>>;

/// Something to write.
pub(super) enum Command {
    CreateJob {
        spec: JobSpec,
        at: i64,
        reply: Reply<JobInfo>,
    },
    Add {
        job: JobNumber,
        items: Vec<NewItem>,
        at: i64,
        reply: Reply<()>,
    },
    Claim {
        job: JobNumber,
        at: i64,
        reply: Reply<u64>,
    },
    RefuseConflicts {
        job: JobNumber,
        at: i64,
        reply: Reply<u64>,
    },
    SetJobState {
        job: JobNumber,
        state: JobState,
        reply: Reply<()>,
    },
    Discard {
        job: JobNumber,
        reply: Reply<()>,
    },
    Intend {
        items: Vec<(ItemId, String)>,
        intent: String,
        send_before: i64,
        at: i64,
        reply: Reply<Vec<ItemId>>,
    },
    Record {
        events: Vec<Event>,
        at: i64,
        reply: Reply<u64>,
    },
}

/// Commands that share a flush, at most.
const TOGETHER: usize = 512;

/// The way to the writing task. It ends when the last one is dropped.
#[derive(Debug, Clone)]
pub(super) struct Writer(mpsc::Sender<Command>);

impl Writer {
    pub(super) fn start(store: Arc<Store>) -> Self {
        let (sender, commands) = mpsc::channel(TOGETHER);
        tokio::spawn(write_all(store, commands));
        Self(sender)
    }

    /// Hands a command over and waits until it is on disk.
    pub(super) async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, JournalError> {
        let gone = || JournalError::Write("the writing task has ended".to_owned());
        let (reply, answer) = oneshot::channel();
        self.0.send(command(reply)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

async fn write_all(store: Arc<Store>, mut commands: mpsc::Receiver<Command>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while commands.recv_many(&mut together, TOGETHER).await > 0 {
        write_together(&store, std::mem::take(&mut together)).await;
    }
}

/// What to tell a caller once the transaction is through, or that it is not.
type Answer = Box<dyn FnOnce(Result<(), JournalError>) + Send>;

async fn write_together(store: &Store, commands: Vec<Command>) {
    let mut answers: Vec<Answer> = Vec::with_capacity(commands.len());
    let written = async {
        let mut transaction = store.writer.begin().await.map_err(|error| JournalError::write(&error))?;
        let mut turn = Turn { store, connection: &mut transaction };
        for command in Merged::of(commands) {
            turn.carry_out(command, &mut answers).await?;
        }
        transaction.commit().await.map_err(|error| JournalError::write(&error))
    };
    let written = written.await;
    for answer in answers {
        answer(written.clone());
    }
}

/// One transaction.
struct Turn<'a> {
    store: &'a Store,
    connection: &'a mut AnyConnection,
}

/// A command, and events of several callers in one.
enum Merged {
    One(Command),
    Intents(Vec<Intent>),
    Records(Vec<(Vec<Event>, i64, Reply<u64>)>),
}

struct Intent {
    items: Vec<(ItemId, String)>,
    intent: String,
    send_before: i64,
    at: i64,
    reply: Reply<Vec<ItemId>>,
}

impl Merged {
    /// Neighbours of one kind become one statement. The order of commands stays.
    fn of(commands: Vec<Command>) -> Vec<Self> {
        let mut merged: Vec<Self> = Vec::new();
        for command in commands {
            match (command, merged.last_mut()) {
                (Command::Intend { items, intent, send_before, at, reply }, last) => {
                    let one = Intent { items, intent, send_before, at, reply };
                    match last {
                        Some(Self::Intents(all)) => all.push(one),
                        _ => merged.push(Self::Intents(vec![one])),
                    }
                }
                (Command::Record { events, at, reply }, last) => match last {
                    Some(Self::Records(all)) => all.push((events, at, reply)),
                    _ => merged.push(Self::Records(vec![(events, at, reply)])),
                },
                (other, _) => merged.push(Self::One(other)),
            }
        }
        merged
    }
}

/// An answer that is known before the commit, and given after it.
fn after<T: Send + 'static>(reply: Reply<T>, value: T) -> Answer {
    // A caller that has gone does not want to know.
    Box::new(move |written| drop(reply.send(written.map(|()| value))))
}

impl Turn<'_> {
    async fn carry_out(&mut self, merged: Merged, answers: &mut Vec<Answer>) -> Result<(), JournalError> {
        match merged {
            Merged::Intents(intents) => self.intend(intents, answers).await,
            Merged::Records(records) => self.record(records, answers).await,
            Merged::One(Command::CreateJob { spec, at, reply }) => {
                let job = self.create_job(spec, at).await?;
                answers.push(after(reply, job));
                Ok(())
            }
            Merged::One(Command::Add { job, items, at, reply }) => {
                self.add(job, &items, at).await?;
                answers.push(after(reply, ()));
                Ok(())
            }
            Merged::One(Command::Claim { job, at, reply }) => {
                let twins = self.claim(job, at).await?;
                answers.push(after(reply, twins));
                Ok(())
            }
            Merged::One(Command::RefuseConflicts { job, at, reply }) => {
                let refused = self.refuse_conflicts(job, at).await?;
                answers.push(after(reply, refused));
                Ok(())
            }
            Merged::One(Command::SetJobState { job, state, reply }) => {
                let query =
                    sqlx::query("UPDATE job SET state = $1 WHERE no = $2").bind(state.as_str()).bind(job.0);
                query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
                answers.push(after(reply, ()));
                Ok(())
            }
            Merged::One(Command::Discard { job, reply }) => {
                self.discard(job).await?;
                answers.push(after(reply, ()));
                Ok(())
            }
            // Merged into the two above.
            Merged::One(Command::Intend { .. } | Command::Record { .. }) => Ok(()),
        }
    }

    async fn create_job(&mut self, spec: JobSpec, at: i64) -> Result<JobInfo, JournalError> {
        let id = Uuid::now_v7().simple().to_string();
        let query = sqlx::query(
            "INSERT INTO job (no, id, created, server, label, operator, reason, options, state)
             SELECT COALESCE(MAX(no), 0) + 1, $1, $2, $3, $4, $5, $6, $7, $8 FROM job
             RETURNING *",
        );
        let query = query.bind(id).bind(at).bind(spec.server).bind(spec.label).bind(spec.operator);
        let query = query.bind(spec.reason).bind(spec.options).bind(JobState::Draft.as_str());
        let row =
            query.fetch_one(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        JobInfo::read(&row)
    }

    async fn add(&mut self, job: JobNumber, items: &[NewItem], at: i64) -> Result<(), JournalError> {
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
                    item.subject,
                    item.group,
                    cells_of(&item.row),
                    item.sealed,
                    item.natural_key,
                    item.row.fingerprint(),
                    item.state.as_str(),
                    item.reason,
                ])
            })
            .collect();
        let rows = serde_json::Value::from(rows).to_string();
        let query = sqlx::query(ADD.of(self.store.dialect)).bind(rows.clone()).bind(job.0).bind(at);
        query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        let query = sqlx::query(NOTE.of(self.store.dialect)).bind(rows).bind(at);
        query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        Ok(())
    }

    /// The first item of each key has it; the others become its twins.
    async fn claim(&mut self, job: JobNumber, at: i64) -> Result<u64, JournalError> {
        let steps = [
            "INSERT INTO claim (natural_key, item)
             SELECT natural_key, MIN(id) FROM item WHERE job = $1 AND state = 'planned' GROUP BY natural_key
             ON CONFLICT (natural_key) DO NOTHING",
            "INSERT INTO history (item, at, state, applied, intent, trace_id, note)
             SELECT item.id, $2, 'duplicate', 1, '', '', '' FROM item JOIN claim USING (natural_key)
             WHERE item.job = $1 AND item.state = 'planned' AND claim.item <> item.id",
            "UPDATE item SET state = 'duplicate', changed = $2,
                twin = (SELECT claim.item FROM claim WHERE claim.natural_key = item.natural_key)
             WHERE job = $1 AND state = 'planned'
                AND id <> (SELECT claim.item FROM claim WHERE claim.natural_key = item.natural_key)",
        ];
        let mut twins = 0;
        for step in steps {
            let query = sqlx::query(step).bind(job.0);
            let query = if step.contains("$2") { query.bind(at) } else { query };
            let done =
                query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
            twins = done.rows_affected();
        }
        Ok(twins)
    }

    async fn refuse_conflicts(&mut self, job: JobNumber, at: i64) -> Result<u64, JournalError> {
        const REFUSE: &str = "WITH keyed AS (
                SELECT id, MIN(line) OVER same AS first, MAX(line) OVER same AS last,
                    MIN(fingerprint) OVER same AS one, MAX(fingerprint) OVER same AS other
                FROM item WHERE job = $1 AND state = 'planned' WINDOW same AS (PARTITION BY natural_key)
             )
             UPDATE item SET state = 'bad', changed = $2,
                reason = 'rows ' || keyed.first || ' and ' || keyed.last || ' ask otherwise for the same: keep one'
             FROM keyed WHERE item.id = keyed.id AND keyed.one <> keyed.other";
        let query = sqlx::query(REFUSE).bind(job.0).bind(at);
        let done = query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        Ok(done.rows_affected())
    }

    async fn discard(&mut self, job: JobNumber) -> Result<(), JournalError> {
        let sent = sqlx::query("SELECT COUNT(*) AS n FROM item WHERE job = $1 AND intent <> ''").bind(job.0);
        let row = sent.fetch_one(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        if integer(&row, "n")? > 0 {
            return Err(JournalError::Write("a part of the job was sent already".to_owned()));
        }
        for step in [
            "DELETE FROM claim WHERE item IN (SELECT id FROM item WHERE job = $1)",
            "DELETE FROM history WHERE item IN (SELECT id FROM item WHERE job = $1)",
            "DELETE FROM item WHERE job = $1",
            "DELETE FROM job WHERE no = $1",
        ] {
            let query = sqlx::query(step).bind(job.0);
            query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        }
        Ok(())
    }

    async fn intend(&mut self, intents: Vec<Intent>, answers: &mut Vec<Answer>) -> Result<(), JournalError> {
        const INTEND: Sql = sql!(
            "UPDATE item SET state = 'intent', intent = r.value->>1, send_before = CAST(r.value->>2 AS BIGINT),
                before = r.value->>4,
                changed = CAST(r.value->>3 AS BIGINT)
             FROM " ROWS "
             WHERE item.id = CAST(r.value->>0 AS BIGINT) AND item.state IN ('planned', 'not_applied')
             RETURNING item.id AS id, item.intent AS intent"
        );
        const NOTE: Sql = sql!(
            "INSERT INTO history (item, at, state, applied, intent, trace_id, note)
             SELECT item.id, CAST(r.value->>3 AS BIGINT), 'intent', 1, item.intent, '', ''
             FROM item JOIN " ROWS " ON item.id = CAST(r.value->>0 AS BIGINT) AND item.intent = r.value->>1
             WHERE item.state = 'intent'"
        );
        let rows: Vec<_> = intents
            .iter()
            .flat_map(|one| {
                one.items
                    .iter()
                    .map(move |(item, before)| json!([item.0, one.intent, one.send_before, one.at, before]))
            })
            .collect();
        let rows = serde_json::Value::from(rows).to_string();
        let query = sqlx::query(INTEND.of(self.store.dialect)).bind(rows.clone());
        let won =
            query.fetch_all(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        let query = sqlx::query(NOTE.of(self.store.dialect)).bind(rows);
        query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        let mut by_intent: std::collections::HashMap<String, Vec<ItemId>> = std::collections::HashMap::new();
        for row in &won {
            let intent: String = row.try_get("intent").map_err(|error| JournalError::write(&error))?;
            by_intent.entry(intent).or_default().push(ItemId(integer(row, "id")?));
        }
        for one in intents {
            let mut items = by_intent.remove(&one.intent).unwrap_or_default();
            items.sort_unstable();
            answers.push(after(one.reply, items));
        }
        Ok(())
    }

    async fn record(
        &mut self,
        records: Vec<(Vec<Event>, i64, Reply<u64>)>,
        answers: &mut Vec<Answer>,
    ) -> Result<(), JournalError> {
        for (events, at, reply) in records {
            let mut applied = 0;
            for apart in apart(&events) {
                applied += self.apply(apart, at).await?;
            }
            answers.push(after(reply, applied));
        }
        Ok(())
    }

    /// Events of different items, in one statement.
    async fn apply(&mut self, events: &[Event], at: i64) -> Result<u64, JournalError> {
        const APPLY: Sql = sql!(
            "UPDATE item SET state = r.value->>1, changed = $2,
                accepted = CASE WHEN r.value->>1 = 'accepted' AND item.accepted = 0 THEN $2 ELSE item.accepted END,
                request_id = COALESCE(NULLIF(r.value->>4, ''), item.request_id),
                gained = COALESCE(NULLIF(r.value->>5, ''), item.gained),
                class = COALESCE(NULLIF(r.value->>6, ''), item.class),
                reason = COALESCE(NULLIF(r.value->>7, ''), item.reason),
                evidence = COALESCE(NULLIF(r.value->>8, ''), item.evidence),
                next_step = r.value->>9
             FROM " ROWS "
             WHERE item.id = CAST(r.value->>0 AS BIGINT)
                AND r.value->>2 LIKE '%,' || item.state || ',%'
                AND (r.value->>3 = '' OR r.value->>3 = item.intent)
             RETURNING item.id AS id"
        );
        const NOTE: Sql = sql!(
            "INSERT INTO history (item, at, state, applied, intent, trace_id, note)
             SELECT CAST(r.value->>0 AS BIGINT), $2, r.value->>1, CAST(r.value->>2 AS BIGINT), r.value->>3, r.value->>4,
                r.value->>5
             FROM " ROWS " WHERE true"
        );
        const RELEASE: Sql =
            sql!("DELETE FROM claim WHERE item IN (SELECT CAST(r.value->>0 AS BIGINT) FROM " ROWS ")");
        let rows: Vec<_> = events
            .iter()
            .map(|event| {
                let facts = &event.facts;
                json!([
                    event.item.0,
                    event.state.as_str(),
                    states_before(event.state),
                    event.intent,
                    facts.request_id,
                    facts.gained,
                    facts.class,
                    facts.reason,
                    facts.evidence,
                    facts.next_step,
                ])
            })
            .collect();
        let query = sqlx::query(APPLY.of(self.store.dialect))
            .bind(serde_json::Value::from(rows).to_string())
            .bind(at);
        let changed =
            query.fetch_all(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        let mut applied = std::collections::HashSet::with_capacity(changed.len());
        for row in &changed {
            applied.insert(integer(row, "id")?);
        }
        let notes: Vec<_> = events
            .iter()
            .map(|event| {
                let was_applied = i64::from(applied.contains(&event.item.0));
                let note = event.facts.note();
                json!([event.item.0, event.state.as_str(), was_applied, event.intent, event.trace_id, note])
            })
            .collect();
        let query = sqlx::query(NOTE.of(self.store.dialect))
            .bind(serde_json::Value::from(notes).to_string())
            .bind(at);
        query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        let released: Vec<_> = events
            .iter()
            .filter(|event| applied.contains(&event.item.0) && event.releases)
            .map(|event| json!([event.item.0]))
            .collect();
        if !released.is_empty() {
            let rows = serde_json::Value::from(released).to_string();
            let query = sqlx::query(RELEASE.of(self.store.dialect)).bind(rows);
            query.execute(&mut *self.connection).await.map_err(|error| JournalError::write(&error))?;
        }
        Ok(applied.len() as u64)
    }
}

/// Runs of events in which no item comes twice: one statement can change an item once.
fn apart(events: &[Event]) -> Vec<&[Event]> {
    let mut runs = Vec::new();
    let mut seen = std::collections::HashSet::new();
    let mut begin = 0;
    for (place, event) in events.iter().enumerate() {
        if !seen.insert(event.item) {
            runs.extend(events.get(begin..place));
            begin = place;
            seen.clear();
            seen.insert(event.item);
        }
    }
    runs.extend(events.get(begin..).filter(|rest| !rest.is_empty()));
    runs
}

/// The states from which an item may go over to this one, as `,planned,intent,`.
fn states_before(next: State) -> String {
    let before = State::ALL.into_iter().filter(|state| state.may_become(next)).map(State::as_str);
    format!(",{},", before.collect::<Vec<_>>().join(","))
}
