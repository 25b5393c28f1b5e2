//! `apex fleet run`.

use std::path::PathBuf;

use apex_mobility::fleet::input::DefaultValue;
use apex_mobility::fleet::journal::{JobInfo, JobSpec};
use apex_mobility::fleet::preflight::Report;
use apex_mobility::fleet::{Field, FleetOperation, Journal};
use clap::Args;
use secrecy::ExposeSecret;

use super::carry::{begin, carry};
use super::discard;
use super::journal::{JournalArgs, failure};
use super::preflight::{Fit, Rows, scratch};
use super::results::{self, check_places};
use super::settings::{PaceArgs, Settings};
use super::shown::rows;
use super::source::SourceArgs;
use super::who::WhoArgs;
use crate::commands::Ended;
use crate::connection::{Connected, ConnectionArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::preflight::PreflightArgs;
use crate::printer::Printer;
use crate::write::ConfirmArgs;

/// Carry out a file of writes, each row once
///
/// Checks every row first, and sends nothing when one is bad. Then sends 1 row, 5, 50, and all; waits until AT&T has
/// come to an end with each; and writes one result per row. Ctrl-C stops it in order, and after any end, a crash too,
/// `apex fleet resume` goes on: what was sent is never sent twice. A row that says what an earlier row or job says is
/// not sent again.
#[derive(Debug, Args)]
#[command(
    after_help = "The file is CSV or TSV with a header, or JSON lines (.jsonl); `apex fleet template` prints \
    one. What a row asks for stands in its column `operation`, or in --op for all.\n\n\
    Columns that no row uses are named and passed over, so an inventory or the output of `apex line list` can be run as \
    it is. A row is bad that fills in a column which only other rows use, that names a day where its operation waits for \
    none, or that fills in `features` where `add features` is meant; so is the file, where an unknown column is one slip \
    away from a missing one.\n\n\
    Examples:\n  \
    apex fleet run suspend.csv --op suspend --default reason=CR --reason \"CASE-17: stolen pallet\"\n  \
    apex fleet run lines.csv --op activate --failed again.csv --max-failures 5%"
)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// What every row asks for; without it the file has a column `operation`
    #[arg(long, value_name = "OPERATION")]
    op: Option<FleetOperation>,
    /// A value for rows that have none of their own, for example ban=000000000001; may be repeated
    #[arg(long = "default", value_name = "COLUMN=VALUE", value_parser = default_value)]
    defaults: Vec<DefaultValue>,
    /// Where to write the results, as CSV, or as JSON lines where the name ends with .jsonl [default:
    /// NAME.results.csv beside the file; for stdin or a pipe none]
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// A file for the rows that were refused or not sent, as CSV that can be run again; secrets are left out
    #[arg(long, value_name = "FILE")]
    failed: Option<PathBuf>,
    /// Send the good rows though others are bad
    #[arg(long)]
    skip_bad: bool,
    /// Check every row, say what would be sent, keep nothing and send nothing; needs neither server nor credentials
    #[arg(long)]
    pub(super) dry_run: bool,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    preflight: PreflightArgs,
    #[command(flatten)]
    pub(super) journal: JournalArgs,
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
}

/// A secret has no place on a command line, where everyone on the machine can read it.
fn default_value(text: &str) -> Result<DefaultValue, String> {
    let named = text.split_once('=').and_then(|(name, _)| Field::of_title(name));
    match named.filter(|field| field.is_secret()) {
        Some(field) => Err(format!("{field} is a secret: it stands in the file, not on the command line")),
        None => text.parse(),
    }
}

pub(super) async fn run(args: RunArgs, printer: &Printer) -> Ended {
    let fit = args.fit()?;
    if args.dry_run {
        return dry_run(&args, &fit, printer).await;
    }
    let settings = args.settings(Settings::default())?;
    let connected = args.journal.connect(&args.connection)?;
    refuse_read_only(&connected)?;
    let journal = args.journal.open_with(connected.client.clock().clone()).await?;
    discard::clear(&journal, printer).await?;
    let job = args.let_in(&fit, &journal, &connected, &settings, printer).await?;
    carry(&journal, &job, &connected, &settings, printer).await
}

/// Looks at the rows in a journal that is thrown away.
pub(super) async fn dry_run(args: &RunArgs, fit: &Fit, printer: &Printer) -> Ended {
    let (_directory, journal) = scratch(&args.connection).await?;
    let report = args.rows().look(&journal, JobSpec::default(), "none", fit, printer).await?;
    let twins = journal.claim_keys(report.job.number).await.map_err(|error| failure(&error))?;
    if twins > 0 {
        printer.note(&format!("the same as another row: {}", rows(twins)));
    }
    if report.destructive() > 0 {
        let count = rows(report.destructive());
        printer.note(&format!(
            "{count} would take away what cannot simply be given back: a run asks, or needs --yes"
        ));
    }
    let would = if report.bad > 0 && !args.skip_bad { 0 } else { report.good() - twins };
    printer.note(&format!("dry run: {} would be sent; nothing was sent", rows(would)));
    Ok(match (report.bad, args.skip_bad) {
        (0, _) => Exit::Ok,
        (_, true) if would > 0 => Exit::Partial,
        _ => Exit::Usage,
    })
}

/// A client that may not write has no use here.
pub(super) fn refuse_read_only(connected: &Connected) -> Result<(), Failure> {
    if connected.client.is_read_only() {
        return Err(Failure::usage(
            "--read-only forbids to send anything",
            "leave it out, or look with --dry-run",
        ));
    }
    Ok(())
}

impl RunArgs {
    /// What is asked about the rows.
    pub(super) fn fit(&self) -> Result<Fit, Failure> {
        self.source.refuse_directory()?;
        Ok(Fit::of(self.preflight.preflight()?))
    }

    /// Checks all rows and lets them in: from then on they may be sent. Where some are to be corrected, nothing is kept.
    pub(super) async fn let_in(
        &self,
        fit: &Fit,
        journal: &Journal,
        connected: &Connected,
        settings: &Settings,
        printer: &Printer,
    ) -> Result<JobInfo, Failure> {
        let spec = self.who.spec(&connected.server, self.source.name(), settings.to_json());
        let secret = connected.secret.expose_secret();
        let report = self.rows().look(journal, spec, secret, fit, printer).await?;
        let job = &report.job;
        if let Err(refusal) = self.may_go_on(&report, printer) {
            if let Some(path) = settings.results.as_deref().filter(|_| report.bad > 0) {
                results::write_refused(journal, job, path, printer).await;
            }
            journal.discard_draft(job.number).await.map_err(|error| failure(&error))?;
            return Err(refusal);
        }
        begin(journal, &report, printer).await?;
        Ok(report.job)
    }

    const fn rows(&self) -> Rows<'_> {
        Rows { source: &self.source, op: self.op, defaults: self.defaults.as_slice() }
    }

    /// What the command line says, on top of `begin`.
    pub(super) fn settings(&self, begin: Settings) -> Result<Settings, Failure> {
        let beside = self.source.path().and_then(results::beside);
        let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
        // Made absolute, it would be a file of that name.
        results::refuse_stdout(self.results.as_deref(), "--results")?;
        results::refuse_stdout(self.failed.as_deref(), "--failed")?;
        let mut settings = begin.with(&self.pace);
        settings.results = self.results.clone().or(beside).map(absolute);
        settings.failed = self.failed.clone().map(absolute);
        let input = self.source.path().map(|file| (file, "the input itself"));
        let (results, failed) = (settings.results.as_deref(), settings.failed.as_deref());
        check_places(input, [(results, "--results"), (failed, "--failed")])?;
        Ok(settings)
    }

    /// Whether the rows may be sent: none is bad, and somebody has said yes to what cannot be undone.
    fn may_go_on(&self, report: &Report, printer: &Printer) -> Result<(), Failure> {
        if report.bad > 0 && !self.skip_bad {
            let what = format!("{} to correct", rows(report.bad));
            return Err(Failure::usage(
                what,
                "correct the file and run it again, or send the others with --skip-bad",
            ));
        }
        if report.good() == 0 {
            return Err(Failure::usage("no row can be sent", "correct the file and run it again"));
        }
        let count = report.destructive();
        if count > 0 && self.confirm.asks(printer)? {
            let taken = report.operations.iter().filter(|(operation, _)| operation.is_destructive());
            let taken: Vec<_> = taken.map(|(operation, count)| format!("{count} {operation}")).collect();
            printer.question(&format!(
                "this takes away what cannot simply be given back: {}\n\
                 type the number of these rows to go on: ",
                taken.join(", ")
            ));
            if printer.answer().trim() != count.to_string() {
                return Err(Failure::declined().with_next(format!("run it again and type {count}")));
            }
        }
        Ok(())
    }
}
