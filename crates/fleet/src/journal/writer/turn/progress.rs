//! How items go on: intents, and what was learnt.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use sqlx::Row as _;

use super::super::super::records::{Event, ItemId, integer};
use super::super::super::store::{Sql, sql};
use super::super::{Answer, Intent, Record, after};
use super::{Failure, Turn, array, storable};
use crate::state::State;

/// Notes intents, and forgets what came of the ones before, which the history has; with `RETURNING`, says of which items.
macro_rules! intend {
    ($($returning:literal)?) => {
        sql!(
            "UPDATE item SET state = 'intent', intent = r.value->>1, send_before = CAST(r.value->>2 AS BIGINT),
                before = r.value->>4, accepted = 0, request_id = '', class = '', reason = '', evidence = '',
                changed = CAST(r.value->>3 AS BIGINT)
             FROM " ROWS "
             WHERE item.id = CAST(r.value->>0 AS BIGINT) AND item.state IN ('planned', 'unreadable', 'not_applied')"
            $($returning)?
        )
    };
}

/// Notes what was learnt; with `RETURNING`, says of which items. What was the matter on the way is not so any more at the
/// end.
macro_rules! apply {
    ($($returning:literal)?) => {
        sql!(
            "UPDATE item SET state = r.value->>1, changed = CAST(r.value->>10 AS BIGINT),
                accepted = CASE WHEN r.value->>1 = 'accepted' AND item.accepted = 0
                    THEN CAST(r.value->>10 AS BIGINT) ELSE item.accepted END,
                request_id = COALESCE(NULLIF(r.value->>4, ''), item.request_id),
                gained = COALESCE(NULLIF(r.value->>5, ''), item.gained),
                class = CASE WHEN r.value->>1 IN ('done', 'rejected', 'failed') THEN r.value->>6
                    ELSE COALESCE(NULLIF(r.value->>6, ''), item.class) END,
                reason = CASE WHEN r.value->>1 IN ('done', 'rejected', 'failed') THEN r.value->>7
                    ELSE COALESCE(NULLIF(r.value->>7, ''), item.reason) END,
                evidence = COALESCE(NULLIF(r.value->>8, ''), item.evidence),
                next_step = r.value->>9
             FROM " ROWS "
             WHERE item.id = CAST(r.value->>0 AS BIGINT)
                AND r.value->>2 LIKE '%,' || item.state || ',%'
                AND (r.value->>3 = '' OR r.value->>3 = item.intent)"
            $($returning)?
        )
    };
}

impl Turn<'_> {
    pub(super) async fn intend(
        &mut self,
        intents: &[Intent],
        answers: &mut Vec<Answer>,
    ) -> Result<(), Failure> {
        const INTEND: Sql = intend!();
        const INTEND_TELLING: Sql = intend!(" RETURNING item.id AS id, item.intent AS intent");
        const NOTE: Sql = sql!(
            "INSERT INTO history (item, at, state, applied, intent, trace_id, note)
             SELECT item.id, CAST(r.value->>3 AS BIGINT), 'intent', 1, item.intent, '', ''
             FROM item JOIN " ROWS " ON item.id = CAST(r.value->>0 AS BIGINT) AND item.intent = r.value->>1
             WHERE item.state = 'intent'"
        );
        let asked = || intents.iter().flat_map(|one| one.items.iter().map(move |item| (one, item)));
        let rows =
            asked().map(|(one, (item, before))| json!([item.0, one.intent, one.send_before, one.at, before]));
        let rows = array(rows);
        let mut won: HashMap<String, Vec<ItemId>> = HashMap::new();
        if self.by_row {
            let query = sqlx::query(INTEND_TELLING.of(self.store.dialect)).bind(rows.clone());
            for row in query.fetch_all(&mut *self.connection).await? {
                won.entry(row.try_get("intent")?).or_default().push(ItemId(integer(&row, "id")?));
            }
        } else {
            self.change_all(INTEND, rows.clone(), asked().count()).await?;
            for (one, (item, _)) in asked() {
                won.entry(one.intent.clone()).or_default().push(*item);
            }
        }
        let query = sqlx::query(NOTE.of(self.store.dialect)).bind(rows);
        query.execute(&mut *self.connection).await?;
        for one in intents {
            let mut items = won.remove(&one.intent).unwrap_or_default();
            items.sort_unstable();
            answers.push(after(&one.reply, items));
        }
        Ok(())
    }

    /// Changes so many items, or fails.
    async fn change_all(&mut self, change: Sql, rows: String, count: usize) -> Result<(), Failure> {
        let query = sqlx::query(change.of(self.store.dialect)).bind(rows);
        let changed = query.execute(&mut *self.connection).await?.rows_affected();
        if changed == count as u64 { Ok(()) } else { Err(Failure::Fewer) }
    }

    pub(super) async fn record(
        &mut self,
        records: &[Record],
        answers: &mut Vec<Answer>,
    ) -> Result<(), Failure> {
        let learnt: Vec<Learnt<'_>> = records
            .iter()
            .enumerate()
            .flat_map(|(asker, one)| one.events.iter().map(move |event| Learnt { event, at: one.at, asker }))
            .collect();
        let mut applied = vec![0; records.len()];
        for apart in apart(&learnt) {
            for asker in self.apply(apart).await? {
                if let Some(count) = applied.get_mut(asker) {
                    *count += 1;
                }
            }
        }
        answers.extend(records.iter().zip(applied).map(|(one, applied)| after(&one.reply, applied)));
        Ok(())
    }

    /// Events of different items, in one statement. Gives who told of those that were applied.
    async fn apply(&mut self, learnt: &[Learnt<'_>]) -> Result<Vec<usize>, Failure> {
        const APPLY: Sql = apply!();
        const APPLY_TELLING: Sql = apply!(" RETURNING item.id AS id");
        const NOTE: Sql = sql!(
            "INSERT INTO history (item, at, state, applied, intent, trace_id, note)
             SELECT CAST(r.value->>0 AS BIGINT), CAST(r.value->>6 AS BIGINT), r.value->>1, CAST(r.value->>2 AS BIGINT),
                r.value->>3, r.value->>4, r.value->>5
             FROM " ROWS " WHERE true"
        );
        // Of a join, PostgreSQL would think that it finds half of the claims, and read all of them.
        const RELEASE: Sql = Sql {
            sqlite:
                sql!("DELETE FROM claim WHERE item IN (SELECT CAST(r.value->>0 AS BIGINT) FROM " ROWS ")")
                    .sqlite,
            postgres: sql!(
                "DELETE FROM claim WHERE item = ANY(ARRAY(SELECT CAST(r.value->>0 AS BIGINT) FROM " ROWS "))"
            )
            .postgres,
        };
        let row = |Learnt { event, at, .. }: &Learnt<'_>| {
            let facts = &event.facts;
            json!([
                event.item.0,
                event.state.as_str(),
                states_before(event),
                event.intent,
                storable(&facts.request_id),
                storable(&facts.gained),
                storable(&facts.class),
                storable(&facts.reason),
                storable(&facts.evidence),
                storable(&facts.next_step),
                at,
            ])
        };
        let rows = array(learnt.iter().map(row));
        let mut applied = HashSet::with_capacity(learnt.len());
        if self.by_row {
            let query = sqlx::query(APPLY_TELLING.of(self.store.dialect)).bind(rows);
            for row in query.fetch_all(&mut *self.connection).await? {
                applied.insert(integer(&row, "id")?);
            }
        } else {
            self.change_all(APPLY, rows, learnt.len()).await?;
            applied.extend(learnt.iter().map(|learnt| learnt.event.item.0));
        }
        let was_applied = |learnt: &&Learnt<'_>| applied.contains(&learnt.event.item.0);
        let note = |learnt: &Learnt<'_>| {
            let event = learnt.event;
            json!([
                event.item.0,
                event.state.as_str(),
                i64::from(was_applied(&learnt)),
                event.intent,
                storable(&event.trace_id),
                storable(&event.facts.note()),
                learnt.at,
            ])
        };
        let query = sqlx::query(NOTE.of(self.store.dialect)).bind(array(learnt.iter().map(note)));
        query.execute(&mut *self.connection).await?;
        let released = learnt.iter().filter(was_applied).filter(|learnt| learnt.event.releases);
        let released: Vec<_> = released.map(|learnt| json!([learnt.event.item.0])).collect();
        if !released.is_empty() {
            let query = sqlx::query(RELEASE.of(self.store.dialect)).bind(array(released.into_iter()));
            query.execute(&mut *self.connection).await?;
        }
        Ok(learnt.iter().filter(was_applied).map(|learnt| learnt.asker).collect())
    }
}

/// An event, when it was learnt, and which of the callers told of it.
#[derive(Debug, Clone, Copy)]
struct Learnt<'a> {
    event: &'a Event,
    at: i64,
    asker: usize,
}

/// Runs of events in which no item comes twice: one statement can change an item once.
fn apart<'l, 'e>(learnt: &'l [Learnt<'e>]) -> Vec<&'l [Learnt<'e>]> {
    let mut runs = Vec::new();
    let mut seen = HashSet::new();
    let mut begin = 0;
    for (place, Learnt { event, .. }) in learnt.iter().enumerate() {
        if !seen.insert(event.item) {
            runs.extend(learnt.get(begin..place));
            begin = place;
            seen.clear();
            seen.insert(event.item);
        }
    }
    runs.extend(learnt.get(begin..).filter(|rest| !rest.is_empty()));
    runs
}

/// The states in which an event finds its item, or changes nothing, as `,planned,intent,`.
fn states_before(event: &Event) -> String {
    let is_before =
        |state: &State| state.may_become(event.state) && event.from.is_none_or(|from| from == *state);
    let before = State::ALL.into_iter().filter(is_before).map(State::as_str);
    format!(",{},", before.collect::<Vec<_>>().join(","))
}
