//! `apex fleet list`.

use apex_mobility::fleet::journal::JobState;
use clap::Args;

use super::journal::{JournalArgs, failure};
use super::shown::JobRow;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;

/// List the jobs of a journal, the newest first
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    journal: JournalArgs,
}

pub(super) async fn run(args: ListArgs, printer: &Printer) -> Ended {
    let journal = args.journal.open().await?;
    let mut rows = printer.rows();
    let mut drafts = 0_u32;
    for job in journal.jobs().await.map_err(|error| failure(&error))? {
        let tally = journal.tally(job.number).await.map_err(|error| failure(&error))?;
        drafts += u32::from(job.state == JobState::Draft);
        if !rows.push(&JobRow::of(&job, &tally)) {
            break;
        }
    }
    rows.finish();
    if drafts > 0 {
        printer.note("nothing of a draft was sent; apex fleet discard JOB takes out one that was cut off");
    }
    Ok(Exit::Ok)
}
