//! Items out of the store, a page at a time.
//!
//! A page comes as one row that holds an array of arrays. Row by row, a file would take longer to hand a row from its
//! thread to ours than to read it.

use std::borrow::Cow;

use serde::Deserialize;
use sqlx::any::{AnyArguments, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, Row as _};

use super::error::JournalError;
use super::records::{Facts, Item, ItemId, cells_into, count, moment, operation_of, state_of};
use super::{Journal, Sql};
use crate::row::Row;
use crate::state::State;

/// Makes a statement that gives a page of items: what stands behind `SELECT *`.
macro_rules! items {
    ($($from:tt)+) => {
        $crate::journal::store::sql!(
            "SELECT CAST(" ARRAY_OF_ARRAYS "(page.id, page.line, page.operation, page.subject, page.send_group, page.cells,
                page.sealed, page.state, page.twin, page.intent, page.send_before, page.before, page.accepted, page.request_id,
                page.gained, page.class, page.reason, page.evidence, page.next_step, page.changed)) AS TEXT) AS items
             FROM (SELECT item.* " $($from)+ ") AS page"
        )
    };
}
pub(super) use items;

/// An item, in the order of the columns above.
#[derive(Deserialize)]
struct Stored<'a> {
    id: i64,
    line: u64,
    #[serde(borrow)]
    operation: Cow<'a, str>,
    subject: String,
    group: String,
    #[serde(borrow)]
    cells: Cow<'a, str>,
    sealed: String,
    #[serde(borrow)]
    state: Cow<'a, str>,
    twin: Option<i64>,
    intent: String,
    send_before: i64,
    before: String,
    accepted: i64,
    request_id: String,
    gained: String,
    class: String,
    reason: String,
    evidence: String,
    next_step: String,
    changed: i64,
}

impl Stored<'_> {
    fn item(self) -> Result<Item, JournalError> {
        let row = Row::new(self.line, operation_of(&self.operation)?);
        let (row, unknown) = cells_into(row, &self.cells)?;
        Ok(Item {
            id: ItemId(self.id),
            row,
            unknown,
            sealed: self.sealed,
            subject: self.subject,
            group: self.group,
            state: state_of(&self.state)?,
            twin: self.twin.map(ItemId),
            intent: self.intent,
            send_before: moment(self.send_before),
            before: self.before,
            accepted: Some(self.accepted).filter(|at| *at > 0).map(moment),
            facts: Facts {
                request_id: self.request_id,
                gained: self.gained,
                class: self.class,
                reason: self.reason,
                evidence: self.evidence,
                next_step: self.next_step,
            },
            changed: moment(self.changed),
        })
    }
}

/// A statement whose values are being bound.
pub(super) type Binding = Query<'static, Any, AnyArguments>;

impl Journal {
    /// The items of a page, in the order of the input.
    pub(super) async fn page(
        &self,
        statement: Sql,
        bind: impl FnOnce(Binding) -> Binding,
    ) -> Result<Vec<Item>, JournalError> {
        let row = self.read_one(bind(sqlx::query(statement.of(self.store.dialect)))).await?;
        let text: Option<String> = row.try_get("items").map_err(|error| JournalError::read(&error))?;
        let damaged = |_| JournalError::Damaged("an item cannot be read".to_owned());
        let stored: Vec<Stored<'_>> =
            text.as_deref().map_or(Ok(Vec::new()), serde_json::from_str).map_err(damaged)?;
        let mut items = stored.into_iter().map(Stored::item).collect::<Result<Vec<_>, _>>()?;
        // Neither store promises the order in which rows come into an array.
        items.sort_unstable_by_key(|item| item.id);
        Ok(items)
    }

    /// How often an item has come to a state.
    pub(crate) async fn times(&self, item: ItemId, state: State) -> Result<u64, JournalError> {
        const TIMES: &str =
            "SELECT COUNT(*) AS n FROM history WHERE item = $1 AND state = $2 AND applied = 1";
        let query = sqlx::query(TIMES).bind(item.0).bind(state.as_str());
        count(&self.read_one(query).await?)
    }

    /// Reads in a task of its own: a caller that nobody polls for a while would keep the connection from those who wait for
    /// one, and the loop of a run does not poll its works while it waits itself.
    async fn read_one(&self, query: Binding) -> Result<AnyRow, JournalError> {
        let readers = self.store.readers.clone();
        let read = tokio::spawn(async move { query.fetch_one(&readers).await });
        let row = read.await.map_err(|error| JournalError::Read(error.to_string()))?;
        row.map_err(|error| JournalError::read(&error))
    }
}
