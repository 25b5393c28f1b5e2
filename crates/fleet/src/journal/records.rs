//! What stands in the journal.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::error::JournalError;
use crate::field::Field;
use crate::operation::FleetOperation;
use crate::row::Row;
use crate::state::State;

/// A job's number in its journal, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct JobNumber(pub(crate) i64);

/// An item's number in its journal: the job's, and the place of the row in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemId(pub(crate) i64);

impl ItemId {
    const PLACES: u32 = 32;

    /// The item at a place of the input, from 1.
    pub(crate) const fn at(job: JobNumber, place: u32) -> Self {
        Self((job.0 << Self::PLACES) | place as i64)
    }

    /// The place in the input, from 1.
    pub(crate) const fn place(self) -> u32 {
        (self.0 & 0xFFFF_FFFF) as u32
    }

    /// The job it is of.
    #[must_use]
    pub const fn job(self) -> JobNumber {
        JobNumber(self.0 >> Self::PLACES)
    }
}

/// What a job is begun with.
#[derive(Debug, Clone, Default)]
pub struct JobSpec {
    /// The server that its requests go to.
    pub server: String,
    /// What it is called: the file's name, most often.
    pub label: String,
    /// Who runs it.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// Settings that a resume goes on with, as JSON.
    pub options: String,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Its rows are being read; nothing is sent.
    Draft,
    /// Its rows are sent and followed.
    Running,
    /// It was stopped, and can be resumed.
    Stopped,
    /// Nothing more is to be done by itself.
    Finished,
}

impl JobState {
    const ALL: [Self; 4] = [Self::Draft, Self::Running, Self::Stopped, Self::Finished];

    /// The word in files and on screens.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
        }
    }
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobInfo {
    /// Its number in the journal.
    pub number: JobNumber,
    /// Its id, the same in every journal.
    pub id: String,
    /// When it was begun.
    pub created: SystemTime,
    /// The server that its requests go to.
    pub server: String,
    /// What it is called.
    pub label: String,
    /// Who ran it.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// Settings that a resume goes on with, as JSON.
    pub options: String,
    /// How far it is.
    pub state: JobState,
}

/// An item to add.
#[derive(Clone)]
pub struct NewItem {
    /// The place in the input, from 1.
    pub place: u32,
    /// The row.
    pub row: Row,
    /// The secrets of the row, sealed; empty where it has none.
    pub sealed: String,
    /// Whom it is about.
    pub subject: String,
    /// What its request says once for all its lines, where requests hold many.
    pub group: String,
    /// What makes two rows one write.
    pub natural_key: String,
    /// [`State::Planned`], or [`State::Bad`] with the reason.
    pub state: State,
    /// What is wrong with it.
    pub reason: String,
}

/// An item as it stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub id: ItemId,
    /// The row, without its secrets.
    pub row: Row,
    /// Columns of the row that this version does not know: another has written it.
    pub unknown: Vec<String>,
    /// The secrets of the row, sealed.
    pub sealed: String,
    /// Whom it is about.
    pub subject: String,
    /// What its request says once for all its lines, where requests hold many.
    pub group: String,
    /// Its state.
    pub state: State,
    /// The item that it says the same as.
    pub twin: Option<ItemId>,
    /// The intent under which it was sent last.
    pub intent: String,
    /// Its request left before this moment, if it left.
    pub send_before: SystemTime,
    /// What a look showed before it was sent, as JSON; empty where nobody looked.
    pub before: String,
    /// When AT&T was first known to have taken it.
    pub accepted: Option<SystemTime>,
    /// What is known of it.
    pub facts: Facts,
    /// When its state changed last.
    pub changed: SystemTime,
}

/// What is known of an item. Empty texts say nothing.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The id that AT&T gave the request.
    pub request_id: String,
    /// The number that the line got.
    pub gained: String,
    /// The class of a refusal.
    pub class: String,
    /// Why, in AT&T's words where there are any.
    pub reason: String,
    /// What a read showed.
    pub evidence: String,
    /// What to do next.
    pub next_step: String,
}

/// Something that was learnt of an item.
#[derive(Debug, Clone)]
pub struct Event {
    /// The item.
    pub item: ItemId,
    /// The state that it leads to.
    pub state: State,
    /// The state that the item has to be in; none where any will do that may become this one.
    pub from: Option<State>,
    /// The intent that it belongs to; empty where any does.
    pub intent: String,
    /// What is known now. Empty texts leave what was known before.
    pub facts: Facts,
    /// The id that the request carried.
    pub trace_id: String,
    /// Whether the item's natural key is free again: nothing of it is under way, and it may be asked for anew.
    pub releases: bool,
}

impl Event {
    /// An event with nothing but a state.
    #[must_use]
    pub fn new(item: ItemId, state: State) -> Self {
        let (intent, trace_id) = (String::new(), String::new());
        Self { item, state, from: None, intent, facts: Facts::default(), trace_id, releases: false }
    }
}

/// A line of the history.
#[derive(Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// Its place among all.
    pub seq: i64,
    /// When.
    pub at: SystemTime,
    /// The job.
    pub job: String,
    /// What was asked, without its secrets.
    pub asked: Row,
    /// By whom.
    pub operator: String,
    /// Why.
    pub reason: String,
    /// The state that it led to.
    pub state: State,
    /// Whether it changed the item, or came too late for that.
    pub applied: bool,
    /// The id that the request carried.
    pub trace_id: String,
    /// What was learnt.
    pub note: String,
}

/// How many items are in which state.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Tally(BTreeMap<State, u64>);

impl Tally {
    pub(super) fn set(&mut self, state: State, count: u64) {
        self.0.insert(state, count);
    }

    /// The items in a state.
    #[must_use]
    pub fn of(&self, state: State) -> u64 {
        self.0.get(&state).copied().unwrap_or(0)
    }

    /// The items in states for which `wanted` holds.
    pub fn count(&self, wanted: impl Fn(State) -> bool) -> u64 {
        self.0.iter().filter(|(state, _)| wanted(**state)).map(|(_, count)| count).sum()
    }

    /// All items.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
}

impl Facts {
    /// Who reads the history reads this.
    pub(super) fn note(&self) -> String {
        let named = [
            ("request", &self.request_id),
            ("number", &self.gained),
            ("class", &self.class),
            ("reason", &self.reason),
            ("evidence", &self.evidence),
        ];
        let said = named.into_iter().filter(|(_, text)| !text.is_empty());
        said.map(|(name, text)| format!("{name}: {text}")).collect::<Vec<_>>().join("; ")
    }
}

impl JobInfo {
    pub(super) fn read(row: &AnyRow) -> Result<Self, JournalError> {
        let word = text(row, "state")?;
        let state = JobState::ALL.into_iter().find(|state| state.as_str() == word);
        Ok(Self {
            number: JobNumber(integer(row, "no")?),
            id: text(row, "id")?,
            created: time(row, "created")?,
            server: text(row, "server")?,
            label: text(row, "label")?,
            operator: text(row, "operator")?,
            reason: text(row, "reason")?,
            options: text(row, "options")?,
            state: state.ok_or_else(|| JournalError::Damaged(format!("{word:?} is no state of a job")))?,
        })
    }
}

impl HistoryEntry {
    pub(super) fn read(row: &AnyRow) -> Result<Self, JournalError> {
        let line = u64::try_from(integer(row, "line")?).unwrap_or(0);
        Ok(Self {
            seq: integer(row, "seq")?,
            at: time(row, "at")?,
            job: text(row, "job_id")?,
            asked: cells_into(Row::new(line, operation(row)?), &text(row, "cells")?)?.0,
            operator: text(row, "operator")?,
            reason: text(row, "reason")?,
            state: state(row)?,
            applied: integer(row, "applied")? != 0,
            trace_id: text(row, "trace_id")?,
            note: text(row, "note")?,
        })
    }
}

/// The cells that are no secrets, as the journal keeps them.
pub(super) fn cells_of(row: &Row) -> String {
    let cells: serde_json::Map<_, _> = row
        .cells()
        .filter(|(field, _)| !field.is_secret())
        .map(|(field, value)| (field.as_str().to_owned(), serde_json::Value::from(value)))
        .collect();
    serde_json::Value::Object(cells).to_string()
}

/// The row with its cells, and the columns among them that this version does not know.
pub(super) fn cells_into(mut row: Row, cells: &str) -> Result<(Row, Vec<String>), JournalError> {
    let cells: BTreeMap<String, String> = serde_json::from_str(cells)
        .map_err(|_| JournalError::Damaged("the cells of a row are no JSON".to_owned()))?;
    let mut unknown = Vec::new();
    for (name, value) in cells {
        match Field::named(&name) {
            Some(field) => row.set(field, value),
            None => unknown.push(name),
        }
    }
    Ok((row, unknown))
}

pub(super) fn state(row: &AnyRow) -> Result<State, JournalError> {
    state_of(&text(row, "state")?)
}

pub(super) fn state_of(word: &str) -> Result<State, JournalError> {
    State::named(word).ok_or_else(|| JournalError::Damaged(format!("{word:?} is no state of an item")))
}

pub(super) fn operation(row: &AnyRow) -> Result<FleetOperation, JournalError> {
    operation_of(&text(row, "operation")?)
}

pub(super) fn operation_of(word: &str) -> Result<FleetOperation, JournalError> {
    word.parse().map_err(|_| JournalError::Damaged(format!("{word:?} is no operation")))
}

/// What was counted as `n`.
pub(super) fn count(row: &AnyRow) -> Result<u64, JournalError> {
    Ok(u64::try_from(integer(row, "n")?).unwrap_or(0))
}

pub(super) fn text(row: &AnyRow, column: &str) -> Result<String, JournalError> {
    row.try_get(column).map_err(|error| JournalError::read(&error))
}

pub(super) fn integer(row: &AnyRow, column: &str) -> Result<i64, JournalError> {
    row.try_get(column).map_err(|error| JournalError::read(&error))
}

fn time(row: &AnyRow, column: &str) -> Result<SystemTime, JournalError> {
    Ok(moment(integer(row, column)?))
}

/// From milliseconds since 1970.
pub(super) fn moment(millis: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or(0))
}

/// Without the customer: which item, and how far it is.
impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item")
            .field("id", &self.id)
            .field("row", &self.row)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Without the customer: where it stands, and whether it is good.
impl fmt::Debug for NewItem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewItem")
            .field("place", &self.place)
            .field("row", &self.row)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Which facts are known, not what they say: AT&T's words can name a customer.
impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Facts").field("class", &self.class).finish_non_exhaustive()
    }
}

impl fmt::Debug for HistoryEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HistoryEntry")
            .field("seq", &self.seq)
            .field("asked", &self.asked)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}
