//! `apex fleet reconcile`.

mod output;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use apex_mobility::fleet::line::ReadOnly;
use apex_mobility::fleet::reconcile::{Bucket, Finding, Options, ReconcileError, Reconciliation, reconcile};
use clap::Args;
use serde::Serialize;

use self::output::{DesiredFile, FindingsFile, rows_of};
use super::results::check_places;
use super::shown::lines;
use super::source::{Ignored, SourceArgs};
use crate::commands::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::{Cell, Column, Printer, Record, Tone, one_line};
use crate::span;

/// Compare your own inventory with AT&T's records; cannot change anything
///
/// Takes AT&T's list and reads directly each line of which the list does not show all that the inventory says, and the
/// same. The list is a snapshot that leaves lines out, so it accuses nobody: what it says is held to a direct read, and
/// what changed inside its interval is told as too fresh to judge.
#[derive(Debug, Args)]
#[command(
    mut_arg("file", |arg| arg.value_name("INVENTORY")
        .help("Your lines, with a column `number`; `-` for CSV from stdin")),
    after_help = "Columns: number; and status, plan, features, imei, sim, eid, ban, ip, service zip: what your \
    records say of each. An empty cell says nothing. Other columns are passed over.\n\n\
    Buckets: agree, status, plan, device, billing_account, ip, service_zip, unknown_to_us, unknown_to_att, restorable \
    (cancelled at AT&T alone, with the days that are left to restore it), too_fresh, unread.\n\n\
    Examples:\n  \
    apex fleet reconcile inventory.csv --out drift.csv --desired desired.csv\n  \
    apex fleet reconcile inventory.csv --detailed-exitcode"
)]
pub(crate) struct ReconcileArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// A file for what differs, as CSV, or as JSON lines where the name ends with .jsonl [default: on stdout]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// A file for `apex fleet plan` that makes AT&T's records what the inventory says, where a write can, as CSV or
    /// JSON lines
    #[arg(long, value_name = "FILE")]
    desired: Option<PathBuf>,
    /// Read every line directly, also those of which the list shows all that the inventory says, and the same
    #[arg(long)]
    read_all: bool,
    /// Look once more after this time for lines that AT&T seems not to know: a new one is not found at first
    #[arg(long, value_name = "TIME", value_parser = span::parse, default_value = "2m")]
    look_again: Duration,
    /// Exit with 10 when there is a difference, and with 0 only when there is none
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(super) async fn run(args: ReconcileArgs, printer: &Printer) -> Ended {
    args.source.refuse_directory()?;
    let inventory = args.source.path().map(|file| (file, "the inventory itself"));
    check_places(inventory, [(args.out.as_deref(), "--out"), (args.desired.as_deref(), "--desired")])?;
    let client = args.connection.client()?;
    let reads = ReadOnly::new(&client);
    let mut seen = Seen::default();
    let result = tokio::select! {
        result = args.compare(&reads, &mut seen, printer) => result?,
        () = asked_to_end() => {
            let next = "run it again: nothing of it was kept";
            return Err(Failure::not_sent("stopped before all lines were compared", next).with_changed(READ));
        }
    };
    args.tell(&result, &seen, printer);
    let of = |bucket: &Bucket| result.buckets.get(bucket).copied().unwrap_or(0);
    let differences: u64 = Bucket::ALL.iter().filter(|bucket| bucket.is_difference()).map(of).sum();
    Ok(match (of(&Bucket::Unread), differences) {
        (1.., _) => Exit::Partial,
        (_, 1..) if args.detailed_exitcode => Exit::Different,
        _ => Exit::Ok,
    })
}

/// What is always true of a comparison.
const READ: &str = "nothing: this only reads";

/// What is remembered of the findings.
#[derive(Default)]
struct Seen {
    /// The fewest days that are left to restore a line.
    days_left: Option<i64>,
    desired: u64,
}

impl ReconcileArgs {
    async fn compare(
        &self,
        reads: &ReadOnly,
        seen: &mut Seen,
        printer: &Printer,
    ) -> Result<Reconciliation, Failure> {
        let input = self.source.lines()?;
        let ignored = Ignored::of(&input);
        let mut input = input.inspect(|read| ignored.see(read)).peekable();
        if input.peek().is_none() {
            let what = format!("{} has a header and no rows", self.source.name());
            return Err(Failure::usage(what, "add one row per line"));
        }
        let mut out = match &self.out {
            Some(path) => Some(FindingsFile::begin(path).map_err(|error| unwritten(path, &error))?),
            None => None,
        };
        let mut desired = match &self.desired {
            Some(path) => Some(DesiredFile::begin(path).map_err(|error| unwritten(path, &error))?),
            None => None,
        };
        let mut shown = printer.rows();
        let progress = printer.progress(None, "comparing lines");
        let mut compared = 0;
        let tell = |finding: Finding| {
            compared += 1;
            progress.set(compared);
            seen.see(&finding);
            for row in rows_of(&finding) {
                match &mut out {
                    Some(out) => out.add(&row)?,
                    // Nobody reads any more: the files are made all the same.
                    None => drop(shown.push(&row)),
                }
            }
            match &mut desired {
                Some(desired) => desired.add(&finding.plan),
                None => Ok(()),
            }
        };
        let options = Options { read_all: self.read_all, second_look: self.look_again };
        let result = reconcile(reads, input, options, tell).await.map_err(|error| self.broken(error))?;
        drop(progress);
        match (out, &self.out) {
            (Some(out), Some(path)) => out.put().map_err(|error| unwritten(path, &error))?,
            _ => shown.finish(),
        }
        if let (Some(desired), Some(path)) = (desired, &self.desired) {
            desired.put().map_err(|error| unwritten(path, &error))?;
        }
        ignored.tell(printer);
        Ok(result)
    }

    fn tell(&self, result: &Reconciliation, seen: &Seen, printer: &Printer) {
        let Reconciliation { refreshed, moved, buckets } = result;
        if let Some(refreshed) = refreshed {
            printer.note(&format!("AT&T's list is of {}", one_line(refreshed)));
        }
        if *moved {
            printer.note(
                "the list was made anew while it was read, and may lack lines: these were read directly",
            );
        }
        let of = |bucket: Bucket| buckets.get(&bucket).copied().unwrap_or(0);
        let said = Bucket::ALL.into_iter().filter(|bucket| of(*bucket) > 0);
        let said: Vec<_> = said.map(|bucket| format!("{} {}", of(bucket), bucket.as_str())).collect();
        printer.note(&format!("{}: {}", self.source.name(), said.join(", ")));
        if let Some(days) = seen.days_left {
            let when = match days {
                0 => "today is the last day".to_owned(),
                1 => "1 day is left".to_owned(),
                days => format!("{days} days are left"),
            };
            printer.warning(&format!(
                "cancelled at AT&T alone: {} can still be restored; for the first {when}",
                lines(of(Bucket::Restorable))
            ));
        }
        if of(Bucket::TooFresh) > 0 {
            printer.note(
                "what is too fresh changed since the list was made: compare again when AT&T has made it anew",
            );
        }
        if let Some(out) = &self.out {
            printer.note(&format!("what differs in {}", out.display()));
            printer.record(&Summary::of(self.source.name(), result));
        }
        match &self.desired {
            Some(path) if seen.desired > 0 => {
                let name = path.display();
                printer.note(&format!(
                    "{} to plan from in {name}: apex fleet plan {name} --out PLAN",
                    lines(seen.desired)
                ));
            }
            Some(path) => {
                printer.note(&format!("no line to plan from: {} has a header alone", path.display()));
            }
            None => {}
        }
    }

    fn broken(&self, error: ReconcileError) -> Failure {
        match error {
            ReconcileError::Input(problem) => self.source.refuse(&problem),
            ReconcileError::NoAccess(error) => Failure::from(*error),
            other => Failure::local(other.to_string()).with_changed(READ),
        }
    }
}

impl Seen {
    fn see(&mut self, finding: &Finding) {
        let days = finding.differences.iter().filter_map(|difference| difference.days_left).min();
        self.days_left = self.days_left.into_iter().chain(days).min();
        self.desired += u64::from(!finding.plan.is_empty());
    }
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::local(format!("{} cannot be written: {error}", path.display())).with_changed(READ)
}

/// What came of the whole, where the rows went to a file.
#[derive(Serialize)]
struct Summary {
    inventory: String,
    refreshed: Option<String>,
    #[serde(flatten)]
    buckets: BTreeMap<&'static str, u64>,
}

impl Summary {
    fn of(inventory: String, result: &Reconciliation) -> Self {
        let count = |bucket: Bucket| (bucket.as_str(), result.buckets.get(&bucket).copied().unwrap_or(0));
        Self {
            inventory,
            refreshed: result.refreshed.clone(),
            buckets: Bucket::ALL.into_iter().map(count).collect(),
        }
    }
}

impl Record for Summary {
    const COLUMNS: &'static [Column] = &[
        Column::new("inventory", "INVENTORY"),
        Column::new("refreshed", "LIST OF"),
        Column::new("agree", "AGREE"),
        Column::new("status", "STATUS"),
        Column::new("plan", "PLAN"),
        Column::new("device", "DEVICE"),
        Column::new("billing_account", "BAN"),
        Column::new("ip", "IP"),
        Column::new("service_zip", "SERVICE ZIP"),
        Column::new("unknown_to_us", "UNKNOWN TO US"),
        Column::new("unknown_to_att", "UNKNOWN TO AT&T"),
        Column::new("restorable", "RESTORABLE"),
        Column::new("too_fresh", "TOO FRESH"),
        Column::new("unread", "UNREAD"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let count = |bucket: Bucket| {
            let count = self.buckets.get(bucket.as_str()).copied().unwrap_or(0);
            let cell = Cell::new(count.to_string());
            if bucket == Bucket::Agree {
                cell.tone(Tone::Good)
            } else if count > 0 {
                cell.tone(Tone::Bad)
            } else {
                cell
            }
        };
        let first = [Cell::new(self.inventory.as_str()), Cell::optional(self.refreshed.as_deref())];
        first.into_iter().chain(Bucket::ALL.into_iter().map(count)).collect()
    }
}
