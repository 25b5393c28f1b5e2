//! How a job stands, for those who share its rows out to many machines.

use sqlx::any::AnyRow;

use super::error::JournalError;
use super::records::{self, ItemId, JobNumber, Tally};
use super::{Journal, Span};
use crate::operation::FleetOperation;

/// How far a job is, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// The last place of its input.
    pub(crate) rows: u32,
    /// Rows that were sent, or withheld when their turn came.
    pub(crate) begun: u64,
    /// Those of them that have neither an answer yet nor lost it.
    pub(crate) in_the_air: u64,
    /// Rows that were refused or came to nothing.
    pub(crate) failed: u64,
    /// Rows that were never sent.
    pub(crate) planned: u64,
}

/// A stretch of the input in which something is still to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    /// Which, counted from 0 in stretches of the size that was asked for.
    pub(crate) index: u32,
    /// Whether rows are to be sent or settled.
    pub(crate) sends: bool,
    /// Whether AT&T works on rows.
    pub(crate) follows: bool,
}

impl Journal {
    /// How a job stands.
    pub(crate) async fn standing(&self, job: JobNumber) -> Result<Standing, JournalError> {
        const STANDING: &str = "SELECT COALESCE(MAX(id), 0) AS last,
                COALESCE(SUM(CASE WHEN state IN ('bad', 'duplicate', 'planned', 'unreadable') THEN 0 ELSE 1 END), 0) AS begun,
                COALESCE(SUM(CASE WHEN state IN ('intent', 'sent') THEN 1 ELSE 0 END), 0) AS in_the_air,
                COALESCE(SUM(CASE WHEN state IN ('rejected', 'failed') THEN 1 ELSE 0 END), 0) AS failed,
                COALESCE(SUM(CASE WHEN state = 'planned' THEN 1 ELSE 0 END), 0) AS planned
            FROM item WHERE job = $1";
        let row = self.one(sqlx::query(STANDING).bind(job.0)).await?;
        let count = |name| Ok::<_, JournalError>(u64::try_from(records::integer(&row, name)?).unwrap_or(0));
        Ok(Standing {
            rows: ItemId(records::integer(&row, "last")?).place(),
            begun: count("begun")?,
            in_the_air: count("in_the_air")?,
            failed: count("failed")?,
            planned: count("planned")?,
        })
    }

    /// The stretches of `size` rows in which something is to be done by itself, up to a place.
    pub(crate) async fn stretches(
        &self,
        job: JobNumber,
        size: u32,
        until: u32,
    ) -> Result<Vec<Stretch>, JournalError> {
        const STRETCHES: &str = "SELECT CAST((id - $2) / $3 AS BIGINT) AS stretch,
                CAST(MAX(CASE WHEN state = 'accepted' THEN 0 ELSE 1 END) AS BIGINT) AS sends,
                CAST(MAX(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END) AS BIGINT) AS follows
            FROM item
            WHERE job = $1 AND id <= $4
                AND (state IN ('planned', 'intent', 'sent', 'unknown', 'accepted')
                    OR (state = 'not_applied' AND $5 LIKE '%,' || operation || ',%'))
            GROUP BY 1 ORDER BY 1";
        let query = sqlx::query(STRETCHES)
            .bind(job.0)
            .bind(ItemId::at(job, 1).0)
            .bind(i64::from(size))
            .bind(ItemId::at(job, until).0)
            .bind(super::repeating());
        let rows = query.fetch_all(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        let stretch = |row: &AnyRow| {
            Ok(Stretch {
                index: u32::try_from(records::integer(row, "stretch")?).unwrap_or(0),
                sends: flag(row, "sends")?,
                follows: flag(row, "follows")?,
            })
        };
        rows.iter().map(stretch).collect()
    }

    /// What the rows of a job ask for.
    pub(crate) async fn operations_of(&self, job: JobNumber) -> Result<Vec<FleetOperation>, JournalError> {
        let query = sqlx::query("SELECT DISTINCT operation FROM item WHERE job = $1").bind(job.0);
        let rows = query.fetch_all(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        rows.iter().map(records::operation).collect()
    }

    /// The place of the last of the first `count` rows that can be sent at all; none where there are not more.
    pub(crate) async fn place_of(&self, job: JobNumber, count: u64) -> Result<Option<u32>, JournalError> {
        const PLACE: &str = "SELECT id FROM item WHERE job = $1 AND state NOT IN ('bad', 'duplicate')
            ORDER BY id LIMIT 1 OFFSET $2";
        let Some(before) = count.checked_sub(1) else { return Ok(Some(0)) };
        let query = sqlx::query(PLACE).bind(job.0).bind(i64::try_from(before).unwrap_or(i64::MAX));
        let row = query.fetch_optional(&self.store.readers).await;
        let row = row.map_err(|error| JournalError::read(&error))?;
        row.map(|row| Ok(ItemId(records::integer(&row, "id")?).place())).transpose()
    }

    /// How many items of a span are in which state.
    pub(crate) async fn tally_of(&self, span: Span) -> Result<Tally, JournalError> {
        const TALLY: &str = "SELECT state, COUNT(*) AS n FROM item WHERE job = $1 AND id > $2 AND id <= $3
            GROUP BY state";
        let query = sqlx::query(TALLY);
        let query = query.bind(span.job.0).bind(span.after.map_or(0, |id| id.0)).bind(span.until.0);
        let rows = query.fetch_all(&self.store.readers).await.map_err(|error| JournalError::read(&error))?;
        let mut tally = Tally::default();
        for row in &rows {
            tally.set(records::state(row)?, records::count(row)?);
        }
        Ok(tally)
    }

    async fn one(
        &self,
        query: sqlx::query::Query<'_, sqlx::Any, sqlx::any::AnyArguments>,
    ) -> Result<AnyRow, JournalError> {
        query.fetch_one(&self.store.readers).await.map_err(|error| JournalError::read(&error))
    }
}

fn flag(row: &AnyRow, name: &str) -> Result<bool, JournalError> {
    Ok(records::integer(row, name)? != 0)
}
