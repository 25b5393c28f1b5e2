//! The subscriber list as it was at the last mark.
//!
//! contract 4.1: a snapshot, not live. The rows are a small copy of each line, brought up to date at a mark
//! for the lines that changed; a filtered view is a list of row places, made once per mark.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::accounts::AccountId;
use super::line::{Line, Status};
use super::lines::{LineId, Lines};
use crate::digits::Number;

/// Seconds between two snapshots.
const INTERVAL: i64 = 15 * 60;
/// Views kept; one more and they are made anew.
const VIEWS: usize = 16;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) number: Number,
    pub(crate) account: AccountId,
    pub(crate) status: Status,
    /// Not on the list: a new line that fault F6 keeps from it.
    hidden: bool,
}

pub(crate) struct ListSnapshot {
    taken: Timestamp,
    rows: Vec<Row>,
    changed: HashSet<LineId>,
    views: HashMap<View, Arc<[u32]>>,
    /// Fault F6: for how long lines that are changed now stay as they were.
    stale: Option<SignedDuration>,
    /// Lines that stay as they were, until then.
    kept: HashMap<LineId, Timestamp>,
}

/// What a view shows.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct View {
    /// The accounts, when the view is of some only.
    pub(crate) accounts: Option<Vec<AccountId>>,
    pub(crate) status: Option<Status>,
    pub(crate) cancelled: bool,
    /// Leaves out every third suspended line.
    pub(crate) gaps: bool,
}

impl ListSnapshot {
    /// A first snapshot, dated to the mark before `now`.
    pub(crate) fn new(lines: &Lines, now: Timestamp) -> Self {
        let rows = lines.iter().map(|(_, line)| row(line)).collect();
        Self {
            taken: mark(now),
            rows,
            changed: HashSet::new(),
            views: HashMap::new(),
            stale: None,
            kept: HashMap::new(),
        }
    }

    pub(crate) fn taken(&self) -> Timestamp {
        self.taken
    }

    /// The line will differ at the next mark, or at the first mark after fault F6 is over.
    pub(crate) fn touch(&mut self, id: LineId, now: Timestamp) {
        self.changed.insert(id);
        if let Some(stale) = self.stale {
            self.kept.insert(id, now.saturating_add(stale).unwrap_or(Timestamp::MAX));
        }
    }

    /// Keeps lines that are touched from now on as they were, for so long.
    pub(crate) fn keep(&mut self, stale: Option<SignedDuration>) {
        self.stale = stale;
    }

    /// Takes the last snapshot due at `now`, if it has not been taken.
    pub(crate) fn refresh(&mut self, lines: &Lines, now: Timestamp) {
        let due = mark(now);
        if due <= self.taken {
            return;
        }
        self.taken = due;
        if self.changed.is_empty() {
            return;
        }
        self.views.clear();
        self.kept.retain(|_, until| due < *until);
        // New lines are at the end of the table.
        for at in self.rows.len()..lines.len() {
            let id = u32::try_from(at).ok().map(LineId);
            let line = id.and_then(|id| lines.get(id));
            self.rows.extend(line.map(|line| Row { hidden: true, ..row(line) }));
        }
        let Self { changed, kept, rows, .. } = self;
        changed.retain(|id| {
            if kept.contains_key(id) {
                return true;
            }
            if let (Some(line), Some(old)) = (lines.get(*id), rows.get_mut(id.0 as usize)) {
                *old = row(line);
            }
            false
        });
    }

    /// Places of the rows a view shows, in the order lines came to be.
    pub(crate) fn view(&mut self, view: &View) -> Arc<[u32]> {
        if let Some(known) = self.views.get(view) {
            return Arc::clone(known);
        }
        let shown = (0_u32..).zip(&self.rows).filter(|(at, row)| view.shows(*at, row)).map(|(at, _)| at);
        let places: Arc<[u32]> = shown.collect();
        if self.views.len() >= VIEWS {
            self.views.clear();
        }
        self.views.insert(view.clone(), Arc::clone(&places));
        places
    }

    /// The row of a line, if the view shows it.
    pub(crate) fn shown(&self, view: &View, id: LineId) -> Option<u32> {
        let row = self.rows.get(id.0 as usize)?;
        view.shows(id.0, row).then_some(id.0)
    }

    /// The line that had the number at the snapshot; most often the one that has it now.
    pub(crate) fn find(&self, number: Number, now: Option<LineId>) -> Option<LineId> {
        let had = |id: &LineId| self.rows.get(id.0 as usize).is_some_and(|row| row.number == number);
        now.filter(had).or_else(|| {
            let mut ids = (0_u32..).map(LineId).zip(&self.rows);
            ids.find(|(_, row)| row.number == number).map(|(id, _)| id)
        })
    }

    pub(crate) fn row(&self, at: u32) -> Option<&Row> {
        self.rows.get(at as usize)
    }
}

impl View {
    fn shows(&self, at: u32, row: &Row) -> bool {
        !row.hidden
            && (self.cancelled || row.status != Status::Cancelled)
            && self.status.is_none_or(|status| status == row.status)
            && self.accounts.as_ref().is_none_or(|some| some.binary_search(&row.account).is_ok())
            && !(self.gaps && row.status == Status::Suspended && at.is_multiple_of(3))
    }
}

fn row(line: &Line) -> Row {
    Row { number: line.number, account: line.account, status: line.status, hidden: false }
}

/// The last quarter of an hour at or before `at`.
fn mark(at: Timestamp) -> Timestamp {
    let seconds = at.as_second();
    Timestamp::from_second(seconds - seconds.rem_euclid(INTERVAL)).unwrap_or(at)
}

/// The last mark strictly before `at`: what happens on a mark is in its snapshot.
pub(crate) fn just_before(at: Timestamp) -> Timestamp {
    at.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(at)
}
