//! `apex fleet resume`.

use apex_mobility::fleet::State;
use apex_mobility::fleet::journal::JobState;
use clap::Args;

use super::apply;
use super::carry::{carry, tell_start};
use super::journal::{JobArgs, JournalArgs, failure};
use super::results::{FileArgs, check_places};
use super::run::refuse_read_only;
use super::settings::{PaceArgs, Settings};
use crate::commands::Ended;
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::printer::Printer;

/// Go on with a job that was stopped or cut off
///
/// What may have reached AT&T is settled by reading first; only what was never sent, or provably had no effect, is
/// sent. Goes on with the settings that the run was begun with, but for those that are given here; and waits for what
/// AT&T has accepted, unless --no-wait is given here too.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex fleet resume --last")]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    job: JobArgs,
    #[command(flatten)]
    files: FileArgs,
    /// Go on at another server than the job was begun at
    #[arg(long)]
    other_server: bool,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(super) async fn run(args: ResumeArgs, printer: &Printer) -> Ended {
    let connected = args.journal.connect(&args.connection)?;
    refuse_read_only(&connected)?;
    let journal = args.journal.open_with(connected.client.clock().clone()).await?;
    let job = args.job.find(&journal).await?;
    if job.state == JobState::Draft {
        return Err(Failure::usage(
            format!(
                "job {} was never let in: it ended before its rows were all checked and confirmed",
                job.id
            ),
            format!("run the file again: apex fleet run; to take it out: apex fleet discard {}", job.id),
        ));
    }
    if job.server != connected.server && !args.other_server {
        return Err(Failure::usage(
            format!("job {} was begun at {}, and this is {}", job.id, job.server, connected.server),
            "set APEX_BASE_URL or --base-url to that server; if it is the same carrier under another name, give \
             --other-server",
        ));
    }
    let mut settings = Settings::kept(&job.options).with(&args.pace);
    if let Some(of) = settings.plan.take() {
        let of_plan = settings.results.take();
        let mut all = settings.clone();
        all.results = args.files.results.clone().or(of_plan);
        if of.file.is_file() {
            check_places(Some((&of.file, "the plan itself")), [(all.results.as_deref(), "--results")])?;
        }
        if let Some(ended) = apply::resume(&journal, &job, &of, &connected, all, printer).await {
            return ended;
        }
        printer.warning(&format!(
            "{} is gone or another: this wave of it alone goes on; plan again for what is left then",
            of.file.display()
        ));
    }
    settings.results = args.files.results.or(settings.results);
    settings.failed = args.files.failed.or(settings.failed);
    let (results, failed) = (settings.results.as_deref(), settings.failed.as_deref());
    check_places(None, [(results, "--results"), (failed, "--failed")])?;
    let tally = journal.tally(job.number).await.map_err(|error| failure(&error))?;
    let open = tally.count(State::is_open_question);
    if open > 0 {
        let rows = super::shown::rows(open);
        printer.note(&format!("{rows} may have been sent, with no answer noted: settled by reading"));
    }
    tell_start(printer, &job, tally.count(State::may_be_sent), 0);
    carry(&journal, &job, &connected, &settings, printer).await
}
