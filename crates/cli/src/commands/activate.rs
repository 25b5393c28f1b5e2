//! `apex activate`: a spreadsheet of lines.

use std::io::BufRead;
use std::path::PathBuf;
use std::time::Duration;

use apex_mobility::fleet::input::DefaultValue;
use clap::Args;

use super::Ended;
use crate::activation::earlier::Earlier;
use crate::activation::equipment;
use crate::activation::job::{Following, Job, Outcome};
use crate::activation::results::{ResultRow, ResultsFile, Verdict, results_of};
use crate::activation::sheet::Sheet;
use crate::activation::tally::Tally;
use crate::args::Format;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::preflight::PreflightArgs;
use crate::printer::{Printer, Progress, wrap};
use crate::source;
use crate::span;

/// Activate the lines of a spreadsheet
///
/// Checks every row first; a row with a fault is not sent and does not hold up the others. Sends the rest, up
/// to 200 lines of one billing account per request, waits for AT&T's verdicts, and reads each new line back.
///
/// The results file has one row per row of the input and is true at every moment. Run the same command again
/// to go on after an interruption or with corrected rows: what was sent is never sent twice.
#[derive(Debug, Args)]
#[command(
    after_help = "The spreadsheet is CSV in UTF-8 with a header. Columns, by these or similar names, in any order:\n  \
    sim (or eid), imei, plan, ban, first name, last name, street number, street name, city, state, zip\n\
    Optional: street direction, street type, service zip, features, number (of a completed port-in).\n\n\
    Example:\n  \
    apex activate --file lines.csv --results results.csv --default ban=000000000001"
)]
pub(crate) struct ActivateArgs {
    /// The spreadsheet, as CSV; `-` for stdin
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Where to write results, as CSV
    #[arg(long, value_name = "FILE")]
    results: PathBuf,
    /// Check every row, say what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Wait for AT&T's verdicts [default]
    #[arg(long, overrides_with = "no_wait")]
    wait: bool,
    /// End as soon as AT&T has accepted the requests
    #[arg(long, overrides_with = "wait")]
    no_wait: bool,
    /// Wait no longer than this, instead of until a request is overdue (35 minutes)
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    timeout: Option<Duration>,
    /// Look this often, instead of every 5 minutes
    #[arg(long, env = "APEX_POLL_EVERY", value_name = "TIME", value_parser = span::parse)]
    poll_every: Option<Duration>,
    /// A value for rows that have none of their own, for example ban=000000000001; may be repeated
    #[arg(long = "default", value_name = "COLUMN=VALUE")]
    defaults: Vec<DefaultValue>,
    /// What separates the columns
    #[arg(long, value_name = "MARK", default_value = ",", value_parser = source::delimiter)]
    delimiter: u8,
    #[command(flatten)]
    preflight: PreflightArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(crate) async fn run(args: ActivateArgs, printer: &Printer) -> Ended {
    let name = source::name_of(&args.file);
    let mut sheet = read_sheet(source::open(&args.file)?, &name, args.delimiter, &args.defaults)?;
    let remarks = equipment::check(&args.preflight.preflight()?, &mut sheet.rows);
    tell_of_sheet(printer, &sheet, &name);
    remarks.doubts.iter().take(FAULTS_TOLD).for_each(|remark| printer.warning(remark));
    if remarks.unknown > 0 {
        let rows = rows(remarks.unknown);
        printer.note(&format!("not checked for a fit, for want of an entry in your tables: {rows}"));
    }
    let file = ResultsFile::prepare(&args.results, Some(&args.file))?;
    let earlier = Earlier::read(file.before())?;

    if args.dry_run {
        return Ok(dry_run(printer, &sheet, &earlier));
    }
    let client = args.connection.client()?;
    let following =
        Following { wait: !args.no_wait, timeout: args.timeout, poll_every: args.poll_every, note: true };
    let job = Job::new(client, &sheet, file, &earlier, following);
    let outcome = {
        let progress = printer.progress(Some(sheet.rows.len() as u64), "activating");
        printer.note(&format!("{} to send", lines(job.to_send())));
        run_until_asked_to_end(&job, &progress, printer).await?;
        job.outcome()
    };
    Ok(report(printer, &args, &outcome))
}

/// A sheet, with the file's name in what is wrong with it.
pub(crate) fn read_sheet(
    source: impl BufRead + Send,
    name: &str,
    delimiter: u8,
    defaults: &[DefaultValue],
) -> Result<Sheet, Failure> {
    Sheet::read(source, delimiter, defaults).map_err(|problem| source::refusal(name, &problem))
}

/// Runs a job. The first Ctrl-C ends the sending and the waiting, the second everything.
pub(crate) async fn run_until_asked_to_end(
    job: &Job,
    progress: &Progress,
    printer: &Printer,
) -> Result<(), Failure> {
    let work = job.run(progress);
    tokio::pin!(work);
    tokio::select! {
        ended = &mut work => return ended,
        () = asked_to_end() => job.stop(),
    }
    progress.say("stopping");
    printer.note("stopping: requests under way still get their answer; Ctrl-C again leaves at once");
    tokio::select! {
        ended = &mut work => ended,
        () = asked_to_end() => Ok(()),
    }
}

fn tell_of_sheet(printer: &Printer, sheet: &Sheet, name: &str) {
    let bad = sheet.rows.iter().filter(|row| row.line.is_err()).count();
    printer.note(&format!(
        "{name}: {}, {} good, {bad} to correct",
        rows(sheet.rows.len()),
        sheet.rows.len() - bad
    ));
    if !sheet.ignored_columns.is_empty() {
        printer.note(&format!("columns that no row uses, passed over: {}", sheet.ignored_columns.join(", ")));
    }
    for row in sheet.rows.iter().filter(|row| row.line.is_err()).take(FAULTS_TOLD) {
        for problem in row.line.as_ref().err().into_iter().flatten() {
            printer.warning(&format!("row {}, {problem}", row.number));
        }
    }
    if bad > FAULTS_TOLD {
        printer.warning(&format!("and {} more, see the results", rows(bad - FAULTS_TOLD)));
    }
}

/// Faults of rows that are told before the work begins; the results tell all.
const FAULTS_TOLD: usize = 20;

fn dry_run(printer: &Printer, sheet: &Sheet, earlier: &Earlier) -> Exit {
    let mut results = results_of(sheet);
    let mut would_send = 0;
    let done = earlier.take_over(sheet, &mut results);
    for (place, (result, row)) in results.iter_mut().zip(&sheet.rows).enumerate() {
        if !done.contains(&place) && row.line.is_ok() {
            would_send += 1;
            result.settle(Verdict::NotSent, Some("would be sent".to_owned()), None);
        }
    }
    show_rows(printer, &results, printer.format());
    let bad = sheet.rows.iter().filter(|row| row.line.is_err()).count();
    printer.note(&format!(
        "dry run: {} would be sent, {} would not; nothing was sent",
        lines(would_send),
        sheet.rows.len() - would_send
    ));
    match (bad, sheet.rows.len() - bad) {
        (0, _) => Exit::Ok,
        (_, 0) => Exit::Failed,
        _ => Exit::Partial,
    }
}

fn report(printer: &Printer, args: &ActivateArgs, outcome: &Outcome) -> Exit {
    let tally = Tally::of(&outcome.results);
    show_rows(printer, &outcome.results, printer.format());
    if let Some(kept) = &outcome.kept {
        printer.note(&format!("earlier results were kept as {}", kept.display()));
    }
    if let Some(error) = &outcome.lost {
        let what = format!("the results could not be written to {}: {error}", args.results.display());
        let next = "keep the output of this command: it has all results";
        printer
            .failure(&Failure::local(what).with_changed("lines were sent: see the verdicts").with_next(next));
        return Exit::Failed;
    }
    printer.note(&format!("{}; results in {}", tally.sentence(), args.results.display()));
    if let Some(refusal) = &outcome.refusal {
        printer.warning(&format!("a request did not go through: {}", refusal.reason));
        printer.warning(&format!("next: {}", refusal.next));
    }
    tally.exit(outcome.refusal.as_ref().map(|refusal| refusal.exit), !args.no_wait)
}

/// A terminal is not flooded: of a long sheet, only what needs attention is shown.
const ROWS_SHOWN: usize = 60;

/// The rows, and what to do about those that need it.
pub(crate) fn show_rows(printer: &Printer, results: &[ResultRow], format: Format) {
    let mut printed = printer.rows_as(format);
    if format != Format::Table {
        results.iter().all(|row| printed.push(row));
        printed.finish();
        return;
    }
    let long = results.len() > ROWS_SHOWN;
    let shown: Vec<_> =
        results.iter().filter(|row| !long || row.needs_attention()).take(ROWS_SHOWN).collect();
    shown.iter().all(|row| printed.push(row));
    printed.finish();
    if long {
        printer.text(&format!(
            "({} of {} rows shown; the results file has all)\n",
            shown.len(),
            results.len()
        ));
    }
    let open: Vec<_> = shown.into_iter().filter(|row| row.needs_attention()).collect();
    if open.is_empty() {
        return;
    }
    printer.text(&format!("\n{} to look after:\n", rows(open.len())));
    let width = printer.paragraph_width();
    for row in open {
        let reason = row.reason.as_deref().unwrap_or("no reason given");
        printer.text(&format!("{}\n", wrap(&format!("  row {:<5} ", row.row), reason, width)));
        if let Some(next) = &row.next_step {
            printer.text(&format!("{}\n", wrap("         -> ", next, width)));
        }
    }
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

fn lines(count: usize) -> String {
    if count == 1 { "1 line".to_owned() } else { format!("{count} lines") }
}
