//! `apex fleet discard`.

use apex_mobility::fleet::Journal;
use apex_mobility::fleet::journal::JobState;
use clap::Args;

use super::journal::{JobArgs, JournalArgs, failure};
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;

/// Take a draft out of the journal: a job that ended before its rows were all checked and confirmed
///
/// Nothing of a draft was sent. In a journal that is a file, the next run takes drafts out by itself. On a server other
/// processes may still be reading theirs, so there a person says which one is dead; a process whose draft is taken away
/// ends with an error and sends nothing.
#[derive(Debug, Args)]
pub(crate) struct DiscardArgs {
    #[command(flatten)]
    job: JobArgs,
    #[command(flatten)]
    journal: JournalArgs,
}

pub(super) async fn run(args: DiscardArgs, printer: &Printer) -> Ended {
    let journal = args.journal.open().await?;
    let job = args.job.find(&journal).await?;
    if job.state != JobState::Draft {
        return Err(Failure::usage(
            format!("job {} is {}, no draft: what was asked and sent is kept", job.id, job.state.as_str()),
            format!("apex fleet results {} shows what came of it", job.id),
        ));
    }
    journal.discard_draft(job.number).await.map_err(|error| failure(&error))?;
    printer.note(&format!("job {} of {} is taken out; nothing of it was sent", job.id, job.label));
    Ok(Exit::Ok)
}

/// Takes out the drafts of processes that are gone, and says so.
pub(super) async fn clear(journal: &Journal, printer: &Printer) -> Result<(), Failure> {
    for job in journal.discard_dead_drafts().await.map_err(|error| failure(&error))? {
        let (id, label) = (&job.id, &job.label);
        printer.note(&format!(
            "a draft was cut off before anything of it was sent, and is taken out: {label}, job {id}"
        ));
    }
    Ok(())
}
