//! `apex fleet plan`.

use std::io::{self, Write};
use std::path::PathBuf;

use apex_mobility::Client;
use apex_mobility::fleet::Replacement;
use apex_mobility::fleet::line::{Change, ReadOnly};
use apex_mobility::fleet::plan::{
    Drafted, Mark, PlanError, PlanFileError, PlanSummary, PlanWriter, PlannedLine, Refusal, draft,
};
use clap::Args;
use futures_util::StreamExt;
use serde::Serialize;

use super::carry::minutes;
use super::results::check_places;
use super::shown::{left_alone, moment, rows};
use super::source::{Ignored, SourceArgs};
use crate::commands::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::{Cell, Column, Printer, Record, Rows, Tone};

/// Compare lines with how they are to be, and plan the writes that make them so; sends nothing
///
/// Reads each line and shows what is otherwise, now and then, with the writes that change it in an order that AT&T
/// takes, and what cannot be undone or may cost a fee. A cell that is empty says nothing; `none` is for a line that is
/// to have no features or no static IP. `apex fleet apply` carries out what --out keeps.
#[derive(Debug, Args)]
#[command(
    mut_arg("file", |arg| arg.value_name("DESIRED")
        .help("How each line is to be, with a column `number`; `-` for CSV from stdin")),
    after_help = "Columns: number; and status, plan, features, imei, sim, eid, ban, ip, service zip, new number: how \
    each is to be. What the way there may need: street number, street name, city, state, zip (for another service \
    zip), pdp and apn (for an ip), technology, reason.\n\n\
    Examples:\n  \
    apex fleet plan desired.csv --out friday.plan\n  \
    apex fleet plan desired.csv --detailed-exitcode"
)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    source: SourceArgs,
    /// Where to keep the plan, for `apex fleet apply`
    #[arg(long, value_name = "PLAN")]
    out: Option<PathBuf>,
    /// Exit with 10 when there is a difference, and with 0 only when there is none
    #[arg(long)]
    detailed_exitcode: bool,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// One thing that is to change, or a row that nothing is planned for.
#[derive(Serialize)]
struct PlanRow {
    row: u64,
    number: Option<String>,
    what: String,
    now: Option<String>,
    then: Option<String>,
    /// The writes that the whole line takes, in order.
    steps: Vec<&'static str>,
    marks: Vec<Mark>,
    /// Why the row is left alone.
    left_alone: Option<String>,
}

impl PlanRow {
    fn of(line: &PlannedLine, change: &Change) -> Self {
        let mut marks: Vec<_> = line.steps.iter().flat_map(|step| step.marks.iter().copied()).collect();
        marks.sort_unstable();
        marks.dedup();
        Self {
            row: line.row,
            number: Some(line.now.number.to_string()),
            what: change.field.clone(),
            now: change.now.clone(),
            then: change.then.clone(),
            steps: line.steps.iter().map(|step| step.row.operation.as_str()).collect(),
            marks,
            left_alone: None,
        }
    }

    fn refused(refusal: &Refusal) -> Self {
        Self {
            row: refusal.row,
            number: refusal.number.clone(),
            what: String::new(),
            now: None,
            then: None,
            steps: Vec::new(),
            marks: Vec::new(),
            left_alone: Some(refusal.why.clone()),
        }
    }
}

impl Record for PlanRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("row", "ROW"),
        Column::new("number", "NUMBER"),
        Column::new("what", "WHAT"),
        Column::new("now", "NOW"),
        Column::new("then", "THEN"),
        Column::new("steps", "STEPS"),
        Column::new("marks", "MARKS"),
        Column::new("left_alone", "LEFT ALONE"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let undone = self.marks.iter().any(|mark| mark.cannot_be_undone());
        let marks: Vec<_> = self.marks.iter().map(|mark| mark.as_str()).collect();
        vec![
            Cell::new(self.row.to_string()),
            Cell::optional(self.number.as_deref()),
            Cell::new(self.what.as_str()),
            Cell::optional(self.now.as_deref()),
            Cell::optional(self.then.as_deref()).tone(Tone::Good),
            Cell::new(self.steps.join(" ")),
            Cell::new(marks.join(" ")).tone(if undone { Tone::Bad } else { Tone::Open }),
            Cell::optional(self.left_alone.as_deref()).tone(Tone::Bad),
        ]
    }
}

pub(super) async fn run(args: PlanArgs, printer: &Printer) -> Ended {
    args.source.refuse_directory()?;
    let input = args.source.path().map(|file| (file, "the input itself"));
    check_places(input, [(args.out.as_deref(), "--out")])?;
    let connected = args.connection.connect()?;
    let summary = tokio::select! {
        summary = args.draft(&connected.client, &connected.server, printer) => summary?,
        () = asked_to_end() => {
            return Err(Failure::not_sent("stopped before the plan was whole", "plan again").with_changed(READ));
        }
    };
    args.tell(&summary, printer);
    Ok(match summary {
        PlanSummary { refused: 1.., same: 0, changing: 0, .. } => Exit::Failed,
        PlanSummary { refused: 1.., .. } => Exit::Partial,
        PlanSummary { changing: 1.., .. } if args.detailed_exitcode => Exit::Different,
        _ => Exit::Ok,
    })
}

/// What is always true of a plan in the making.
const READ: &str = "nothing: this only reads";

impl PlanArgs {
    /// Reads each line, prints what is to change and writes the plan, whole or not at all.
    async fn draft(&self, client: &Client, server: &str, printer: &Printer) -> Result<PlanSummary, Failure> {
        let mut file = match &self.out {
            Some(path) => Some(Replacement::begin(path).map_err(|error| self.unwritten(&error.into()))?),
            None => None,
        };
        let mut nowhere = io::sink();
        let to: &mut dyn Write = match &mut file {
            Some(file) => file,
            None => &mut nowhere,
        };
        let input = self.source.lines()?;
        let ignored = Ignored::of(&input);
        let input = input.inspect(|read| ignored.see(read));
        let clock = client.clock().clone();
        let plan = PlanWriter::begin(to, &moment(clock.wall()), server);
        let mut plan = plan.map_err(|error| self.unwritten(&error))?;
        let reads = ReadOnly::new(client);
        let began = clock.monotonic();
        let progress = printer.progress(None, "reading lines");
        let mut shown = printer.rows();
        let mut left = Vec::new();
        let mut drafted = std::pin::pin!(draft(&reads, input));
        let mut done = 0;
        while let Some(line) = drafted.next().await {
            let line = line.map_err(|error| self.broken(error))?;
            plan.add(&line).map_err(|error| self.unwritten(&error))?;
            show(&line, &mut shown);
            if let Drafted::Refused(refusal) = line
                && left.len() <= left_alone::TOLD
            {
                left.push(refusal);
            }
            done += 1;
            progress.set(done);
        }
        drop(progress);
        if done == 0 {
            shown.break_off();
            let what = format!("{} has a header and no rows", self.source.name());
            return Err(Failure::usage(what, "add one row per line"));
        }
        shown.finish();
        let summary = plan.finish(clock.monotonic().saturating_sub(began));
        let summary = summary.map_err(|error| self.unwritten(&error))?;
        if let Some(file) = file {
            file.put().map_err(|error| self.unwritten(&error.into()))?;
        }
        ignored.tell(printer);
        left_alone::tell(printer, left.iter(), summary.refused);
        Ok(summary)
    }

    fn tell(&self, summary: &PlanSummary, printer: &Printer) {
        let PlanSummary { same, changing, refused, .. } = summary;
        let all = rows(same + changing + refused);
        printer.note(&format!(
            "{}: {all}, {same} as wanted, {changing} to change, {refused} left alone",
            self.source.name()
        ));
        if *changing > 0 {
            let steps = summary.steps.iter().map(|(operation, count)| format!("{count} {operation}"));
            printer.note(&format!("steps: {}", steps.collect::<Vec<_>>().join(", ")));
            for (mark, count) in &summary.marks {
                printer.note(&format!("{} of them {}: {}", count, mark.as_str(), mark.meaning()));
            }
            let time = std::time::Duration::from_millis(summary.estimated_milliseconds.div_ceil(1000) * 1000);
            let waves =
                if summary.waves == 1 { "1 wave".to_owned() } else { format!("{} waves", summary.waves) };
            printer.note(&format!(
                "to apply: {} calls in {waves}, about {} at the pace of these reads",
                summary.calls,
                minutes(time)
            ));
        }
        match &self.out {
            Some(out) if *changing > 0 => {
                printer.note(&format!("plan in {0}; look at it, then: apex fleet apply {0}", out.display()));
            }
            Some(out) => printer.note(&format!("nothing to apply; plan in {}", out.display())),
            None if *changing > 0 => printer.note("kept nowhere: give --out PLAN to apply it"),
            None => {}
        }
    }

    fn broken(&self, error: PlanError) -> Failure {
        match error {
            PlanError::Input(problem) => self.source.refuse(&problem),
            PlanError::NoAccess(error) => Failure::from(*error),
            other => Failure::local(other.to_string()).with_changed(READ),
        }
    }

    fn unwritten(&self, error: &PlanFileError) -> Failure {
        let place = self.out.as_deref().map_or_else(String::new, |out| out.display().to_string());
        Failure::local(format!("{place}: {error}")).with_changed(READ)
    }
}

fn show(line: &Drafted, shown: &mut Rows<'_, PlanRow>) {
    match line {
        Drafted::Planned(line) => {
            // Nobody reads any more: the plan is made all the same.
            let _ = line.changes.iter().all(|change| shown.push(&PlanRow::of(line, change)));
        }
        Drafted::Refused(refusal) => {
            shown.push(&PlanRow::refused(refusal));
        }
        Drafted::Same => {}
    }
}
