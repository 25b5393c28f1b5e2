//! `apex activate`: a spreadsheet of lines, as a job of the fleet.

mod earlier;
mod read_back;
mod rehearsal;
mod results;
mod row;
mod shown;
mod tally;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use apex_mobility::domain::SubscriberNumber;
use apex_mobility::fleet::input::DefaultValue;
use apex_mobility::fleet::journal::{JobInfo, JobSpec, JobState, Tally as StateTally};
use apex_mobility::fleet::results::ResultsError;
use apex_mobility::fleet::{Ended as EngineEnded, FleetOperation, Journal, State, Task};
use clap::Args;
use futures_util::StreamExt;
use secrecy::ExposeSecret;

use self::earlier::Earlier;
use self::read_back::{NewNumber, ReadBack, read_all};
pub(in crate::commands) use self::rehearsal::{Rehearsal, Rehearsed};
pub(in crate::commands) use self::results::ResultsFile;
use self::row::{AGAIN, Row, Verdict};
pub(in crate::commands) use self::shown::show_rows;
pub(in crate::commands) use self::tally::Tally;
use super::carry::{begin, drive_as};
use super::discard;
use super::journal::{JournalArgs, failure};
use super::outcome::{Outcome, tell_end};
use super::preflight::{Fit, Rows, scratch};
use super::run::refuse_read_only;
use super::settings::{PaceArgs, Settings};
use super::source::SourceArgs;
use super::who::WhoArgs;
use crate::commands::Ended;
use crate::connection::{Connected, ConnectionArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::preflight::PreflightArgs;
use crate::printer::Printer;
use crate::source;

/// Activate the lines of a spreadsheet
///
/// Checks every row first; a row with a fault is not sent and does not hold up the others. Sends the rest, first 1 row,
/// then 5, then 50, then up to 200 lines of one billing account per request, waits for AT&T's verdicts, and reads each
/// new line back.
///
/// It is a job like those of `apex fleet`, in the same journal: what is about to be sent is on disk before it leaves, and
/// a SIM that any job has sent is not sent again. The results file has one row per row of the input and is brought up to
/// date on the way. Run the same command again to go on after an interruption or a crash, or with corrected rows: what was
/// sent is settled by reading, what never was is sent, and rows that are done say which job did them.
#[derive(Debug, Args)]
#[command(
    after_help = "The spreadsheet is CSV in UTF-8 with a header, TSV (.tsv) or JSON lines (.jsonl). Columns, by these or \
    similar names, in any order:\n  \
    sim (or eid), imei, plan, ban, first name, last name, street number, street name, city, state, zip\n\
    Optional: street direction, street type, service zip, features, number (of a completed port-in).\n\n\
    Example:\n  \
    apex activate --file lines.csv --results results.csv --default ban=000000000001"
)]
pub(crate) struct ActivateArgs {
    /// The spreadsheet; `-` for CSV from stdin
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// Where to write results, as CSV
    #[arg(long, value_name = "FILE")]
    results: PathBuf,
    /// Check every row, say what would be sent, keep nothing and send nothing; needs neither server nor credentials
    #[arg(long)]
    dry_run: bool,
    /// A value for rows that have none of their own, for example ban=000000000001; may be repeated
    #[arg(long = "default", value_name = "COLUMN=VALUE")]
    defaults: Vec<DefaultValue>,
    /// What separates the columns [default: a comma, a tab in .tsv]
    #[arg(long, value_name = "MARK", value_parser = source::delimiter)]
    delimiter: Option<u8>,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    preflight: PreflightArgs,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(crate) async fn run(args: ActivateArgs, printer: &Printer) -> Ended {
    let source = SourceArgs::of(args.file.clone(), args.delimiter);
    source.refuse_directory()?;
    let fit = Fit::of(args.preflight.preflight()?);
    let mut file = ResultsFile::prepare(&args.results, source.path())?;
    let sheet = Rows { source: &source, op: Some(FleetOperation::Activate), defaults: &args.defaults };
    if args.dry_run {
        return dry_run(&args, &sheet, &fit, printer).await;
    }
    let settings = Settings::default().with(&args.pace);
    let connected = args.journal.connect(&args.connection)?;
    refuse_read_only(&connected)?;
    let journal = args.journal.open_with(connected.client.clock().clone()).await?;
    discard::clear(&journal, printer).await?;
    let spec = args.who.spec(&connected.server, source.name(), settings.to_json());
    let report = sheet.look(&journal, spec, connected.secret.expose_secret(), &fit, printer).await?;
    let activation = Activation { journal: &journal, connected: &connected, settings: &settings, printer };

    // Nothing is sent that could not be noted.
    let rows = results_of(&journal, &report.job).await?.into_iter().map(Row::on_the_way).collect::<Vec<_>>();
    let kept = match file.save(&rows) {
        Ok(kept) => kept,
        Err(error) => {
            journal.discard_draft(report.job.number).await.map_err(|error| failure(&error))?;
            return Err(Failure::usage(
                format!("the results file cannot be written: {error}"),
                "give another file with --results",
            ));
        }
    };
    if let Some(kept) = kept {
        printer.note(&format!("earlier results were kept as {}", kept.display()));
    }
    if report.good() == 0 {
        let rows = results_of(&journal, &report.job).await?;
        journal.discard_draft(report.job.number).await.map_err(|error| failure(&error))?;
        return Ok(activation.report(&mut file, &rows, &EngineEnded::Finished));
    }
    begin(&journal, &report, printer).await?;
    let (rows, ended) = match activation.carry_through(&report.job, &mut file).await {
        Ok(carried) => carried,
        Err(broken) => {
            // The journal has more to say than this process could.
            if let Ok(rows) = results_of(&journal, &report.job).await {
                drop(file.save(&rows));
            }
            return Err(broken);
        }
    };
    Ok(activation.report(&mut file, &rows, &ended))
}

/// Looks at the rows in a journal that is thrown away.
async fn dry_run(args: &ActivateArgs, sheet: &Rows<'_>, fit: &Fit, printer: &Printer) -> Ended {
    let (_directory, journal) = scratch(&args.connection).await?;
    let report = sheet.look(&journal, JobSpec::default(), "none", fit, printer).await?;
    let twins = journal.claim_keys(report.job.number).await.map_err(|error| failure(&error))?;
    let mut rows = results_of(&journal, &report.job).await?;
    for row in &mut rows {
        match row.state {
            State::Planned => (row.reason, row.next_step) = (Some("would be sent".to_owned()), None),
            State::Duplicate => row.next_step = None,
            _ => {}
        }
    }
    show_rows(printer, &rows, printer.format());
    let would = report.good() - twins;
    printer.note(&format!(
        "dry run: {} would be sent, {} would not; nothing was sent",
        super::shown::lines(would),
        report.rows - would
    ));
    Ok(match (report.bad, report.good()) {
        (0, _) => Exit::Ok,
        (_, 0) => Exit::Failed,
        _ => Exit::Partial,
    })
}

/// The results of a job, in the order of the input.
async fn results_of(journal: &Journal, job: &JobInfo) -> Result<Vec<Row>, Failure> {
    let mut rows = Vec::new();
    let seen = journal.results(job, |item, said| {
        rows.push(Row::of(item, said));
        Ok(())
    });
    seen.await.map_err(|error| unread(&error))?;
    Ok(rows)
}

/// The results, and the lines that nobody has read back.
async fn with_new_numbers(
    journal: &Journal,
    job: &JobInfo,
    earlier: &Earlier,
) -> Result<(Vec<Row>, Vec<NewNumber>), Failure> {
    let (mut rows, mut new) = (Vec::new(), Vec::new());
    let seen = journal.results(job, |item, said| {
        let row = Row::of(item, said);
        let of_cut_off = item.twin.is_some_and(|twin| earlier.was_cut_off(twin.job()));
        if row.verdict == Verdict::Activated
            && (item.state == State::Done || of_cut_off)
            && let (Some(number), Ok(Task::Activate(asked))) = (&row.subscriber_number, Task::read(&item.row))
        {
            let number = SubscriberNumber::unchecked(number.as_str());
            new.push(NewNumber { place: rows.len(), number, asked: *asked });
        }
        rows.push(row);
        Ok(())
    });
    seen.await.map_err(|error| unread(&error))?;
    Ok((rows, new))
}

fn unread(error: &ResultsError) -> Failure {
    Failure::local(error.to_string()).with_changed("what was sent stands in the journal").with_next(AGAIN)
}

/// How often the results are brought up to date, at most.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// So much longer than it took to write them is waited until they are written anew.
const NOTE_SHARE: u32 = 20;

/// What an activation is carried through with.
struct Activation<'a> {
    journal: &'a Journal,
    connected: &'a Connected,
    settings: &'a Settings,
    printer: &'a Printer,
}

impl Activation<'_> {
    /// Sends what is to be sent, looks after what earlier jobs have sent, and reads the new lines back.
    async fn carry_through(
        &self,
        job: &JobInfo,
        file: &mut ResultsFile,
    ) -> Result<(Vec<Row>, EngineEnded), Failure> {
        let Self { journal, connected, settings, printer } = *self;
        let earlier = Earlier::of(journal, job, settings.waits()).await?;
        let carried = async {
            let ended = drive_as(AGAIN, journal, job, connected, settings, printer).await?;
            match ended {
                EngineEnded::Stopped | EngineEnded::Refused(_) | EngineEnded::Unreachable(_) => {
                    Ok::<_, Failure>(ended)
                }
                ended => match earlier.carry(journal, connected, settings, printer).await? {
                    EngineEnded::Finished => Ok(ended),
                    stopped => Ok(stopped),
                },
            }
        };
        let ended = tokio::select! {
            ended = carried => ended?,
            () = self.keep_up_to_date(job, file) => EngineEnded::Finished,
        };
        let (mut rows, new) = with_new_numbers(journal, job, &earlier).await?;
        if ended == EngineEnded::Stopped || !settings.waits() {
            for line in &new {
                tell_of(&mut rows, line.place, &ReadBack::CutOff);
            }
        } else if self.read_back(job, &mut rows, new).await? {
            earlier.finish(journal).await?;
        }
        Ok((rows, ended))
    }

    /// Writes the results again and again while something changes. Comes to no end by itself.
    async fn keep_up_to_date(&self, job: &JobInfo, file: &mut ResultsFile) {
        let clock = self.connected.client.clock();
        let mut known: Option<StateTally> = None;
        let mut pause = NOTE_EVERY;
        loop {
            clock.sleep(pause).await;
            let Ok(tally) = self.journal.tally(job.number).await else { continue };
            if known.as_ref() == Some(&tally) {
                continue;
            }
            let began = clock.monotonic();
            if let Ok(rows) = results_of(self.journal, job).await {
                // That they cannot be written is told at the end.
                drop(file.save(&rows.into_iter().map(Row::on_the_way).collect::<Vec<_>>()));
                known = Some(tally);
            }
            let took = clock.monotonic().saturating_sub(began);
            pause = took.saturating_mul(NOTE_SHARE).max(NOTE_EVERY);
        }
    }

    /// Reads new lines back. Gives whether all were read; a request to end ends it before.
    async fn read_back(&self, job: &JobInfo, rows: &mut [Row], new: Vec<NewNumber>) -> Result<bool, Failure> {
        if new.is_empty() {
            return Ok(true);
        }
        let state = self.journal.job_numbered(job.number).await.map_err(|error| failure(&error))?.state;
        // A job whose lines were not read back is not over: whoever runs it again reads them.
        self.set_state(job, JobState::Running).await?;
        let mut left: BTreeSet<_> = new.iter().map(|line| line.place).collect();
        let progress = self.printer.progress(Some(left.len() as u64), "reading back");
        let poll_every = self.settings.orders.poll_every;
        let mut seen = std::pin::pin!(read_all(&self.connected.client, new, poll_every));
        let all = loop {
            tokio::select! {
                next = seen.next() => match next {
                    Some((place, read)) => {
                        tell_of(rows, place, &read);
                        left.remove(&place);
                        progress.set((rows.len() - left.len()) as u64);
                    }
                    None => break true,
                },
                () = asked_to_end() => break false,
            }
        };
        left.into_iter().for_each(|place| tell_of(rows, place, &ReadBack::CutOff));
        self.set_state(job, if all { state } else { JobState::Stopped }).await?;
        Ok(all)
    }

    async fn set_state(&self, job: &JobInfo, state: JobState) -> Result<(), Failure> {
        self.journal.set_job_state(job.number, state).await.map_err(|error| failure(&error))
    }

    /// Writes and shows the results, and says how it went.
    fn report(&self, file: &mut ResultsFile, rows: &[Row], ended: &EngineEnded) -> Exit {
        let printer = self.printer;
        let tally = Tally::of(rows);
        let saved = file.save(rows);
        show_rows(printer, rows, printer.format());
        tell_end(ended, printer);
        if let Err(error) = saved {
            let what = format!("the results could not be written to {}: {error}", file.path().display());
            let next = "keep the output of this command: it has all results";
            let failure =
                Failure::local(what).with_changed("lines were sent: see the verdicts").with_next(next);
            printer.failure(&failure);
            return Exit::Failed;
        }
        printer.note(&format!("{}; results in {}", tally.sentence(), file.path().display()));
        let (waited, killed) = (self.settings.waits(), self.connected.client.pace().stopped);
        Outcome { ended, count: tally.count(), waited, killed }.exit()
    }
}

fn tell_of(rows: &mut [Row], place: usize, seen: &ReadBack) {
    if let Some(row) = rows.get_mut(place) {
        row.read_back(seen);
    }
}
