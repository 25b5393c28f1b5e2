//! What came of a plan, line by line and as a whole.

use apex_mobility::fleet::Ended;
use apex_mobility::fleet::plan::LineResult;
use apex_mobility::fleet::results::Verdict;
use serde::Serialize;

use crate::commands::fleet::shown::lines;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record, Tone, one_line};

/// Lines that are told; the results have all.
const TOLD: usize = 10;

/// What came of the lines of a plan.
#[derive(Debug, Default, Serialize)]
pub(super) struct Applied {
    plan: String,
    lines: u64,
    same: u64,
    done: u64,
    rejected: u64,
    failed: u64,
    not_sent: u64,
    not_applied: u64,
    pending: u64,
    unknown: u64,
    /// Waves that were begun.
    waves: u64,
    /// The jobs of the waves, in their order.
    jobs: Vec<String>,
    #[serde(skip)]
    steps_done: u64,
    #[serde(skip)]
    open: Vec<LineResult>,
}

impl Applied {
    /// Of no line yet.
    pub(super) fn begin(plan: String, same: u64, jobs: Vec<String>) -> Self {
        Self { plan, same, waves: jobs.len() as u64, jobs, ..Self::default() }
    }

    /// Takes in what came of one line.
    pub(super) fn see(&mut self, line: &LineResult) {
        self.lines += 1;
        let count = match line.verdict {
            Verdict::Done => &mut self.done,
            Verdict::Rejected => &mut self.rejected,
            Verdict::Failed => &mut self.failed,
            Verdict::NotSent => &mut self.not_sent,
            Verdict::NotApplied => &mut self.not_applied,
            Verdict::Pending | Verdict::ActionRequired => &mut self.pending,
            Verdict::Unknown => &mut self.unknown,
        };
        *count += 1;
        self.steps_done += line.done;
        if line.verdict != Verdict::Done && self.open.len() <= TOLD {
            self.open.push(line.clone());
        }
    }

    /// Says of the first lines that are not done why, and what there is.
    pub(super) fn tell(&self, printer: &Printer) {
        for line in self.open.iter().take(TOLD) {
            let LineResult { row, number, done, steps, operation, verdict, .. } = line;
            let mut text = format!("row {row}, {}", one_line(number));
            if *steps > 0 {
                text.push_str(&format!(", step {} of {steps}, {operation}", done + 1));
            }
            text.push_str(&format!(": {}", verdict.as_str()));
            let words = [&line.reason, &line.evidence].into_iter().find(|text| !text.is_empty());
            if let Some(words) = words {
                text.push_str(&format!(": {}", one_line(words)));
            }
            if !line.next_step.is_empty() {
                text.push_str(&format!(" -> {}", one_line(&line.next_step)));
            }
            printer.warning(&text);
        }
        if self.open.len() > TOLD {
            printer.warning("and more, see the results");
        }
        let parts = [
            (self.done, "done"),
            (self.rejected, "rejected"),
            (self.failed, "failed"),
            (self.not_sent, "not sent"),
            (self.not_applied, "without effect"),
            (self.pending, "still pending"),
            (self.unknown, "unknown"),
        ];
        let said: Vec<_> =
            parts.iter().filter(|part| part.0 > 0).map(|(n, word)| format!("{n} {word}")).collect();
        if self.lines > 0 {
            printer.note(&format!("{} of the plan: {}", lines(self.lines), said.join(", ")));
        }
    }

    /// Whether another apply may find out more.
    pub(super) const fn is_open(&self) -> bool {
        self.pending + self.unknown > 0
    }

    /// The exit code. What is not known comes first, then why it broke off, then what is not finished.
    pub(super) fn exit(&self, ended: &Ended, killed: bool) -> Exit {
        let not_done = self.rejected + self.failed + self.not_sent + self.not_applied;
        match ended {
            _ if self.unknown > 0 => Exit::Unknown,
            Ended::Refused(_) if !killed => Exit::Auth,
            Ended::Stopped if not_done > 0 => Exit::Pending,
            _ if self.pending > 0 => Exit::Pending,
            _ if not_done == 0 => Exit::Ok,
            _ if self.same + self.steps_done > 0 => Exit::Partial,
            _ => Exit::Failed,
        }
    }
}

impl Record for Applied {
    const COLUMNS: &'static [Column] = &[
        Column::new("plan", "PLAN"),
        Column::new("lines", "LINES"),
        Column::new("same", "AS WANTED"),
        Column::new("done", "DONE"),
        Column::new("rejected", "REJECTED"),
        Column::new("failed", "FAILED"),
        Column::new("not_sent", "NOT SENT"),
        Column::new("not_applied", "NOT APPLIED"),
        Column::new("pending", "PENDING"),
        Column::new("unknown", "UNKNOWN"),
        Column::new("waves", "WAVES"),
        Column::new("jobs", "JOBS"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let count = |count: u64, tone| {
            let cell = Cell::new(count.to_string());
            if count > 0 { cell.tone(tone) } else { cell }
        };
        vec![
            Cell::new(self.plan.as_str()),
            Cell::new(self.lines.to_string()),
            Cell::new(self.same.to_string()),
            count(self.done, Tone::Good),
            count(self.rejected, Tone::Bad),
            count(self.failed, Tone::Bad),
            count(self.not_sent, Tone::Open),
            count(self.not_applied, Tone::Open),
            count(self.pending, Tone::Open),
            count(self.unknown, Tone::Bad),
            Cell::new(self.waves.to_string()),
            Cell::new(self.jobs.join(" ")),
        ]
    }
}
