//! `apex fleet list`.

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
    for job in journal.jobs().await.map_err(|error| failure(&error))? {
        let tally = journal.tally(job.number).await.map_err(|error| failure(&error))?;
        if !rows.push(&JobRow::of(&job, &tally)) {
            break;
        }
    }
    rows.finish();
    Ok(Exit::Ok)
}
