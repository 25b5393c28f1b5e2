//! `apex fleet status`.

use apex_mobility::fleet::State;
use apex_mobility::fleet::journal::JobState;
use clap::Args;

use super::journal::{JobArgs, JournalArgs, failure};
use super::shown::{JobRow, rows};
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;

/// Show how far a job is, from the journal alone
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    job: JobArgs,
    #[command(flatten)]
    journal: JournalArgs,
}

pub(super) async fn run(args: StatusArgs, printer: &Printer) -> Ended {
    let journal = args.journal.open().await?;
    let job = args.job.find(&journal).await?;
    let tally = journal.tally(job.number).await.map_err(|error| failure(&error))?;
    printer.record(&JobRow::of(&job, &tally));
    let unreadable = tally.of(State::Unreadable);
    if unreadable > 0 {
        printer.note(&format!(
            "not sent, since this version of apex cannot read them: {}; apex fleet results {} says why",
            rows(unreadable),
            job.id
        ));
    }
    let pending = tally.count(State::is_under_way);
    match job.state {
        JobState::Draft => {
            printer.note(&format!(
                "its rows were never let in, and nothing was sent: run the file again; to take it out: apex fleet discard {}",
                job.id
            ));
        }
        JobState::Finished if pending > 0 => {
            printer.note(&format!(
                "AT&T has accepted, and has not come to an end with: {}; to find out: apex fleet resume {}",
                rows(pending),
                job.id
            ));
        }
        JobState::Finished if unreadable == 0 => {}
        _ => printer.note(&format!("go on: apex fleet resume {}", job.id)),
    }
    Ok(Exit::Ok)
}
