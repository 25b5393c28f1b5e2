//! `apex doctor`: which assumptions hold at the server.

use std::path::PathBuf;

use apex_mobility::domain::{BillingAccountNumber, SubscriberNumber};
use clap::Args;

use super::Ended;
use crate::args::Format;
use crate::connection::ConnectionArgs;
use crate::doctor::{
    Captures, Judgement, Known, MOST_REQUESTS, Verdict, examine, judge_all, reader, snippet,
};
use crate::exit::Exit;
use crate::printer::Printer;

/// Ask a server which assumptions about AT&T's APIs hold there, and change nothing
///
/// AT&T publishes no path, field or code of these APIs: much of what this program sends and expects is inferred.
/// This asks at most 25 questions, nothing but GET, and says for each assumption whether it holds, differs, or
/// could not be told. What differs and can be corrected is shown as a wire profile. It needs nothing but
/// credentials; a number and an account to ask about are taken from the list of lines unless given.
///
/// Port eligibility and the look-up of IP addresses are left out: they are POSTs.
///
/// Exits with 0 when nothing differs, with 6 when something does.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex doctor\n  \
    apex doctor --captures captures --output json > doctor.json")]
pub(crate) struct DoctorArgs {
    /// A line to ask about
    #[arg(long)]
    number: Option<SubscriberNumber>,
    /// An account to ask about (12 digits)
    #[arg(long, value_name = "BAN")]
    ban: Option<BillingAccountNumber>,
    /// Write each request and answer to a file in this directory, without secrets and customers' values
    #[arg(long, value_name = "DIRECTORY")]
    captures: Option<PathBuf>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(crate) async fn run(args: DoctorArgs, printer: &Printer) -> Ended {
    let (client, watch) = reader(args.connection.reading()?)?;
    let mut captures = args.captures.as_deref().map(Captures::into).transpose()?;
    let known = Known { number: args.number, ban: args.ban };
    let progress = printer.progress(Some(MOST_REQUESTS as u64), "asking");
    let answers = examine(&client, &watch, &known, |exchanged| {
        progress.set(watch.sent() as u64);
        if let Some(captures) = &mut captures {
            captures.keep(exchanged, &watch.secrets());
        }
    })
    .await;
    drop(progress);
    let captured = captures.map(Captures::finish).transpose();
    let judgements = judge_all(&answers?);
    show(&judgements, printer);
    let many = |verdict| judgements.iter().filter(|judgement| judgement.verdict == verdict).count();
    let differing = many(Verdict::Differs);
    printer.note(&format!(
        "{} requests, all of them GET: {} hold, {differing} differ, {} could not be told",
        watch.sent(),
        many(Verdict::Holds),
        many(Verdict::Untold),
    ));
    if let (Some(count), Some(directory)) = (captured?, &args.captures) {
        printer.note(&format!("{count} captures in {}", directory.display()));
    }
    Ok(if differing == 0 { Exit::Ok } else { Exit::Partial })
}

/// The table; where it is for reading, also what the differences mean.
fn show(judgements: &[Judgement], printer: &Printer) {
    let mut rows = printer.rows();
    for judgement in judgements {
        rows.push(judgement);
    }
    rows.finish();
    if printer.format() != Format::Table {
        return;
    }
    let differing: Vec<_> =
        judgements.iter().filter(|judgement| judgement.verdict == Verdict::Differs).collect();
    if !differing.is_empty() {
        printer.text("\nWhat differs, and what it means:\n");
    }
    for judgement in differing {
        printer.text(&format!("  {}: {}\n", judgement.assumption, judgement.means));
    }
    if let Some(snippet) = snippet(judgements) {
        printer.text(&format!("\nFor the wire profile (--wire-profile, APEX_WIRE_PROFILE):\n\n{snippet}"));
    }
}
