//! How a run ended, in words and as an exit code.

mod twins;

use apex_mobility::fleet::journal::{JobInfo, JobState, Tally};
use apex_mobility::fleet::results::Verdict;
use apex_mobility::fleet::{Ended, Orders, State};

pub(super) use self::twins::Twins;
use super::shown::rows;
use crate::exit::Exit;
use crate::printer::Printer;

/// How many rows came to what, as far as the exit code goes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    /// As they were asked for.
    pub(super) done: u64,
    /// AT&T works on them.
    pub(super) pending: u64,
    /// It is not known what came of them.
    pub(super) unknown: u64,
    /// Their turn did not come.
    pub(super) not_sent: u64,
    /// They cannot be sent, were refused, or came to nothing or to something else.
    pub(super) refused: u64,
}

impl Count {
    pub(super) fn of(tally: &Tally) -> Self {
        let refused = [State::Bad, State::Rejected, State::Failed, State::NotApplied];
        Self {
            done: tally.of(State::Done),
            pending: tally.count(State::is_under_way),
            unknown: tally.count(State::is_open_question) + tally.of(State::StillUnknown),
            not_sent: not_sent(tally),
            refused: tally.count(|state| refused.contains(&state)),
        }
    }

    /// With the rows that say the same as another one, each by what came of that.
    pub(super) fn with(mut self, twins: &Twins) -> Self {
        for (verdict, rows) in &twins.verdicts {
            let count = match verdict {
                Verdict::Done => &mut self.done,
                Verdict::Pending | Verdict::ActionRequired => &mut self.pending,
                Verdict::Unknown => &mut self.unknown,
                Verdict::Rejected | Verdict::Failed | Verdict::NotSent | Verdict::NotApplied => {
                    &mut self.refused
                }
            };
            *count += rows;
        }
        self
    }
}

/// How a run ended, and what came of the rows so far.
pub(super) struct Outcome<'a> {
    pub(super) ended: &'a Ended,
    pub(super) count: Count,
    /// Whether the end of what AT&T has accepted was waited for.
    pub(super) waited: bool,
    /// Whether it was the kill switch that refused.
    pub(super) killed: bool,
}

impl Outcome<'_> {
    /// The exit code. What is not known comes first, then why it broke off, then what is not finished.
    pub(super) const fn exit(&self) -> Exit {
        let Count { done, pending, unknown, not_sent, refused } = self.count;
        let good = done + if self.waited { 0 } else { pending };
        match self.ended {
            _ if unknown > 0 => Exit::Unknown,
            Ended::Refused(_) if !self.killed => Exit::Auth,
            Ended::Stopped if not_sent > 0 => Exit::Pending,
            _ if pending > 0 && self.waited => Exit::Pending,
            _ if not_sent + refused == 0 => Exit::Ok,
            _ if good + pending > 0 => Exit::Partial,
            _ => Exit::Failed,
        }
    }
}

/// Says how it ended, what there is, and how to go on.
pub(super) fn tell(ended: &Ended, tally: &Tally, twins: &Twins, job: &JobInfo, printer: &Printer) {
    let workers_go_on = job.state == JobState::Running && Orders::kept(&job.options).for_workers;
    if workers_go_on && *ended != Ended::Finished {
        tell_left_to_workers(ended, job, printer);
    } else {
        tell_end(ended, printer);
    }
    printer.note(&sentence(tally, twins));
    twins.tell(job, printer);
    let open = tally.count(|state| !state.is_final());
    if open > 0 && workers_go_on {
        printer.note(&format!("{} not at an end; how far: apex fleet status {}", rows(open), job.id));
    } else if open > 0 {
        printer.note(&format!("{} not at an end; go on: apex fleet resume {}", rows(open), job.id));
    }
}

/// Why a run ended before all was done.
pub(super) fn tell_end(ended: &Ended, printer: &Printer) {
    match ended {
        Ended::Finished => {}
        Ended::Stopped => printer.note("stopped: nothing more is sent"),
        Ended::TooManyFailures { failed, sent } => {
            printer.warning(&format!(
                "too much fails: {failed} of {} that were sent; nothing more is sent",
                rows(*sent)
            ));
        }
        Ended::EnoughChanges => printer.note("as many rows were sent as --max-changes allows"),
        Ended::Refused(why) => printer.warning(&format!("nothing more is sent: {why}")),
        Ended::Unreachable(why) => printer.warning(&format!("no request gets through: {why}")),
        other => printer.warning(&format!("it ended: {other:?}")),
    }
}

/// Why this process ended, where its job goes on without it.
fn tell_left_to_workers(ended: &Ended, job: &JobInfo, printer: &Printer) {
    let why = match ended {
        Ended::Stopped => "stopped".to_owned(),
        Ended::TooManyFailures { failed, sent } => {
            format!("too much fails: {failed} of {} that were sent", rows(*sent))
        }
        Ended::EnoughChanges => "as many rows were sent as --max-changes allows".to_owned(),
        Ended::Refused(why) => format!("refused: {why}"),
        Ended::Unreachable(why) => format!("no request gets through: {why}"),
        other => format!("it ended: {other:?}"),
    };
    printer.note(&format!("{why}: {}", left_to_workers(job)));
}

/// What becomes of a job for workers when one process leaves it.
pub(super) fn left_to_workers(job: &JobInfo) -> String {
    format!(
        "this process sends no more; workers go on with the job; to stop them: apex fleet stop {}",
        job.id
    )
}

/// Rows that were to be sent and were not.
pub(super) fn not_sent(tally: &Tally) -> u64 {
    tally.of(State::Planned) + tally.of(State::Unreadable) + tally.of(State::Dropped)
}

/// `22 done, 1 rejected, 2 not sent`.
fn sentence(tally: &Tally, twins: &Twins) -> String {
    let same = format!("the same as another row{}", twins.words());
    let parts = [
        (tally.of(State::Done), "done"),
        (tally.of(State::Rejected), "rejected"),
        (tally.of(State::Failed), "failed"),
        (tally.of(State::Bad), "bad"),
        (tally.of(State::Duplicate), same.as_str()),
        (tally.of(State::Planned) + tally.of(State::Dropped), "not sent"),
        (tally.of(State::Unreadable), "not sent, since this version cannot read them"),
        (tally.of(State::NotApplied), "without effect"),
        (tally.count(State::is_under_way), "still pending"),
        (tally.count(State::is_open_question) + tally.of(State::StillUnknown), "unknown"),
    ];
    let said: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    said.join(", ")
}
