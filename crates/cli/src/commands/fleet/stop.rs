//! `apex fleet stop`.

use apex_mobility::fleet::journal::{JobInfo, JobState};
use apex_mobility::fleet::{Journal, JournalError, Orders, State};
use clap::Args;

use super::carry::tally;
use super::journal::{JobArgs, JournalArgs, clock, failure};
use super::shown::{JobRow, rows};
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;

/// Stop a job: nothing more of it is sent
///
/// Where a journal is shared, everyone who carries the job sees it, workers within about a second and a run or resume
/// within five: they send no more, settle what is under way, and follow nothing any longer. `apex fleet resume` goes on,
/// and workers with it. In a journal that is a file, Ctrl-C stops a job where it runs.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex fleet stop 0197 --journal postgres://db.example/apex")]
pub(crate) struct StopArgs {
    #[command(flatten)]
    job: JobArgs,
    #[command(flatten)]
    journal: JournalArgs,
}

pub(super) async fn run(args: StopArgs, printer: &Printer) -> Ended {
    let journal = args.journal.open_telling(clock(), &cannot_open).await?;
    let job = args.job.find(&journal).await?;
    let stopped = move_to_stopped(&journal, &job).await?;
    let job = journal.job_numbered(job.number).await.map_err(|error| failure(&error))?;
    match (stopped, job.state) {
        (true, _) => tell_stopped(&journal, &job, printer),
        (false, JobState::Stopped) => printer.note(&format!("job {} was stopped already", job.id)),
        (false, _) => return Err(refused(&job)),
    }
    let tally = tally(&journal, &job).await?;
    let open = tally.count(|state| state.is_open_question() || state.is_under_way());
    if open > 0 {
        printer.note(&format!("sent, and not at an end: {}", rows(open)));
    }
    let left = tally.count(State::may_be_sent);
    printer.note(&format!("{} not sent; go on: apex fleet resume {}", rows(left), job.id));
    printer.record(&JobRow::of(&job, &tally));
    Ok(Exit::Ok)
}

async fn move_to_stopped(journal: &Journal, job: &JobInfo) -> Result<bool, Failure> {
    let moved = journal.move_job(job.number, JobState::Running, JobState::Stopped).await;
    moved.map_err(|error| failure(&error))
}

fn tell_stopped(journal: &Journal, job: &JobInfo, printer: &Printer) {
    let who = match (journal.is_shared(), Orders::kept(&job.options).for_workers) {
        (true, true) => "within about a second no worker sends any more of it; what is under way is settled",
        (true, false) => "within five seconds its process sends no more of it; what is under way is settled",
        // It holds the file, if there is one.
        (false, _) => "no process was at it: it had been cut off",
    };
    printer.note(&format!("job {} is stopped: {who}", job.id));
}

/// A job that cannot be stopped, as it stands.
fn refused(job: &JobInfo) -> Failure {
    let id = &job.id;
    match job.state {
        JobState::Draft => Failure::usage(
            format!("job {id} is a draft: its rows were never let in, and nothing of it is sent"),
            format!("to take it out: apex fleet discard {id}"),
        ),
        state => Failure::usage(
            format!("job {id} is {}: there is nothing to stop", state.as_str()),
            format!("apex fleet results {id} shows what came of it"),
        ),
    }
}

fn cannot_open(error: &JournalError) -> Failure {
    match error {
        JournalError::InUse { path, holder } => Failure::usage(
            format!(
                "the journal {} is in use by process {holder}, which carries its job itself",
                path.display()
            ),
            format!("stop it where it runs: Ctrl-C there, or kill -INT {holder}"),
        ),
        other => failure(other),
    }
}
