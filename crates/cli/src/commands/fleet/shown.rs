//! A job, as it is shown.

pub(super) mod left_alone;

use std::time::SystemTime;

use apex_mobility::fleet::State;
use apex_mobility::fleet::journal::{JobInfo, JobState, Tally};
use serde::Serialize;

use super::outcome::not_sent;
use crate::printer::{Cell, Column, Record, Tone};

/// A job and how far it is.
#[derive(Debug, Serialize)]
pub(super) struct JobRow {
    job: String,
    created: String,
    label: String,
    state: &'static str,
    rows: u64,
    done: u64,
    rejected: u64,
    failed: u64,
    not_sent: u64,
    not_applied: u64,
    pending: u64,
    unknown: u64,
    duplicate: u64,
    bad: u64,
    server: String,
    operator: String,
    reason: String,
}

impl JobRow {
    pub(super) fn of(job: &JobInfo, tally: &Tally) -> Self {
        Self {
            job: job.id.clone(),
            created: moment(job.created),
            label: job.label.clone(),
            state: job.state.as_str(),
            rows: tally.total(),
            done: tally.of(State::Done),
            rejected: tally.of(State::Rejected),
            failed: tally.of(State::Failed),
            not_sent: not_sent(tally),
            not_applied: tally.of(State::NotApplied),
            pending: tally.count(State::is_under_way),
            unknown: tally.count(State::is_open_question) + tally.of(State::StillUnknown),
            duplicate: tally.of(State::Duplicate),
            bad: tally.of(State::Bad),
            server: job.server.clone(),
            operator: job.operator.clone(),
            reason: job.reason.clone(),
        }
    }
}

impl Record for JobRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("job", "JOB"),
        Column::new("created", "BEGUN"),
        Column::new("label", "FILE"),
        Column::new("state", "STATE"),
        Column::new("rows", "ROWS"),
        Column::new("done", "DONE"),
        Column::new("rejected", "REJECTED"),
        Column::new("failed", "FAILED"),
        Column::wide("not_sent", "NOT SENT"),
        Column::wide("not_applied", "NOT APPLIED"),
        Column::new("pending", "PENDING"),
        Column::new("unknown", "UNKNOWN"),
        Column::wide("duplicate", "DUPLICATE"),
        Column::wide("bad", "BAD"),
        Column::wide("server", "SERVER"),
        Column::wide("operator", "OPERATOR"),
        Column::wide("reason", "WHY"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let tone = if self.state == JobState::Finished.as_str() { Tone::Good } else { Tone::Open };
        let alarming = |count: u64, tone| {
            let cell = Cell::new(count.to_string());
            if count > 0 { cell.tone(tone) } else { cell }
        };
        vec![
            Cell::new(self.job.as_str()),
            Cell::new(self.created.as_str()),
            Cell::new(self.label.as_str()),
            Cell::new(self.state).tone(tone),
            Cell::new(self.rows.to_string()),
            Cell::new(self.done.to_string()),
            alarming(self.rejected, Tone::Bad),
            alarming(self.failed, Tone::Bad),
            Cell::new(self.not_sent.to_string()),
            Cell::new(self.not_applied.to_string()),
            alarming(self.pending, Tone::Open),
            alarming(self.unknown, Tone::Bad),
            Cell::new(self.duplicate.to_string()),
            Cell::new(self.bad.to_string()),
            Cell::new(self.server.as_str()),
            Cell::new(self.operator.as_str()),
            Cell::new(self.reason.as_str()),
        ]
    }
}

/// A moment to the second, in UTC.
pub(super) fn moment(at: SystemTime) -> String {
    let seconds = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let stamp = i64::try_from(seconds).ok().and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    stamp.map_or_else(String::new, |stamp| stamp.to_string())
}

/// `1 row`, `2 rows`.
pub(super) fn rows(count: u64) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

/// `1 line`, `2 lines`.
pub(super) fn lines(count: u64) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}
