//! `apex fleet settle`.

use std::collections::BTreeSet;
use std::time::Duration;

use apex_mobility::fleet::journal::{FoundOut, Item, JobInfo};
use apex_mobility::fleet::{Journal, State};
use clap::{Args, ValueEnum};

use super::carry::tally;
use super::journal::{JobArgs, JournalArgs, clock, failure};
use super::shown::{JobRow, rows};
use super::who::WhoArgs;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Printer, one_line};
use crate::write::{ConfirmArgs, ask};

/// Note what you found out of a row that stays unknown
///
/// Where an answer was lost and no read can tell what came of it, a row stays unknown and is never sent again by itself: an
/// activation without a line, for instance. Ask AT&T; then say here what came of it. Your words and your name stand in
/// the history of the line. A row that had no effect may be sent again after that; so soon after it was sent that it may
/// still show, within 30 minutes, that is not taken.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    apex fleet settle --last --row 12 --as not-applied --reason \"AT&T case 4711: no such order\"")]
pub(crate) struct SettleArgs {
    #[command(flatten)]
    job: JobArgs,
    /// The row, as in the results; may be repeated
    #[arg(long = "row", value_name = "N", required = true)]
    places: Vec<u64>,
    /// What came of it
    #[arg(long = "as", value_name = "VERDICT")]
    verdict: Found,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    journal: JournalArgs,
}

/// What a person can find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Found {
    /// It took effect
    Done,
    /// It had no effect, and will have none
    NotApplied,
}

pub(super) async fn run(args: SettleArgs, printer: &Printer) -> Ended {
    let reason = args.who.reason();
    if reason.is_empty() {
        return Err(Failure::usage(
            "--reason is missing: whoever reads the history later has nothing but your word",
            "say how you know, for example --reason \"AT&T case 4711: no such order\"",
        ));
    }
    let journal = args.journal.open().await?;
    let job = args.job.find(&journal).await?;
    let items = asked_for(&journal, &job, args.places.iter().copied().collect()).await?;
    if args.verdict == Found::NotApplied {
        refuse_too_soon(&items, &job)?;
        if args.confirm.asks_or(printer, "if you are sure, give --yes")? {
            ask(printer, &what_happens(&items), "Note that it had no effect?")?;
        }
    }
    let words = match args.who.operator().as_str() {
        "" => format!("found out by a person: {reason}"),
        operator => format!("found out by {operator}: {reason}"),
    };
    let found = match args.verdict {
        Found::Done => FoundOut::Done,
        Found::NotApplied => FoundOut::NotApplied,
    };
    let noted = journal.note_found_out(&items, found, &one_line(&words)).await;
    let noted = noted.map_err(|error| failure(&error))?;
    tell(&items, noted, args.verdict, &job, printer);
    printer.record(&JobRow::of(&job, &tally(&journal, &job).await?));
    Ok(if noted == items.len() as u64 { Exit::Ok } else { Exit::Partial })
}

/// So long after it was sent, a read may still show what came of a row (contract 2.5).
const MAY_STILL_SHOW: Duration = Duration::from_mins(30);

fn refuse_too_soon(items: &[Item], job: &JobInfo) -> Result<(), Failure> {
    let now = clock().wall();
    let may_show =
        |item: &&Item| !now.duration_since(item.send_before).is_ok_and(|age| age >= MAY_STILL_SHOW);
    let Some(item) = items.iter().find(may_show) else { return Ok(()) };
    Err(Failure::usage(
        format!(
            "row {} was sent less than {} minutes ago, and what came of it may still show: nothing was noted",
            item.row.number,
            MAY_STILL_SHOW.as_secs() / 60
        ),
        format!("look again: apex fleet resume {}; and settle it later", job.id),
    ))
}

/// The rows, if each of them can be settled so. Else nothing is noted of any.
async fn asked_for(journal: &Journal, job: &JobInfo, places: BTreeSet<u64>) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for row in places {
        let item = journal.item_of_row(job.number, row).await.map_err(|error| failure(&error))?;
        match item {
            Some(item) if item.asks_a_person() => items.push(item),
            Some(item) => return Err(refused(&item, job)),
            None => {
                return Err(Failure::not_found(
                    format!("job {} has no row {row}: nothing was noted", job.id),
                    format!("apex fleet results {} shows its rows", job.id),
                ));
            }
        }
    }
    Ok(items)
}

/// A row that is not for a person to settle.
fn refused(item: &Item, job: &JobInfo) -> Failure {
    let (row, id) = (item.row.number, &job.id);
    let (what, next) = match item.state {
        State::Duplicate => (
            "says the same as another row, and ends as that one does",
            format!("apex fleet results {id} names it"),
        ),
        state if state.is_open_question() => {
            ("is settled by reading first", format!("apex fleet resume {id}"))
        }
        state if state.is_under_way() => {
            ("is still under way at AT&T", format!("follow it to its end: apex fleet resume {id}"))
        }
        _ => ("is not unknown", format!("apex fleet results {id} shows what came of it")),
    };
    Failure::usage(format!("row {row} {what}: nothing was noted"), next)
}

fn what_happens(items: &[Item]) -> Vec<String> {
    let count = rows(items.len() as u64);
    vec![
        format!("{count}: AT&T may have carried it out, and no read could tell"),
        "whoever is wrong about this has it carried out twice".to_owned(),
    ]
}

fn tell(items: &[Item], noted: u64, verdict: Found, job: &JobInfo, printer: &Printer) {
    let word = match verdict {
        Found::Done => "done",
        Found::NotApplied => "not applied",
    };
    printer.note(&format!("noted as {word}: {}", rows(noted)));
    let left = (items.len() as u64).saturating_sub(noted);
    if left > 0 {
        printer
            .warning(&format!("changed by another process meanwhile, and left as they are: {}", rows(left)));
    }
    if verdict == Found::Done {
        return;
    }
    let id = &job.id;
    if items.iter().any(|item| item.row.operation.may_repeat_by_itself()) {
        printer.note(&format!("to send what may be repeated: apex fleet resume {id}"));
    }
    if items.iter().any(|item| !item.row.operation.may_repeat_by_itself()) {
        printer.note(&format!(
            "to activate: apex fleet results {id} --failed again.csv, then apex fleet run again.csv; or run apex activate \
             again"
        ));
    }
}
