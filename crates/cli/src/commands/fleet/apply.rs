//! `apex fleet apply`.

mod looked;
mod outcome;
mod plan_file;
mod waves;

use std::path::PathBuf;

use apex_mobility::fleet::Journal;
use apex_mobility::fleet::journal::JobInfo;
use apex_mobility::fleet::line::ReadOnly;
use apex_mobility::fleet::plan::apply::check;
use clap::Args;
use futures_util::StreamExt;

use self::looked::Looked;
use self::plan_file::OpenPlan;
use self::waves::Applying;
use super::discard;
use super::journal::JournalArgs;
use super::results::{self, check_places};
use super::run::refuse_read_only;
use super::settings::{PaceArgs, Settings, WaveOf};
use super::shown::lines;
use super::who::WhoArgs;
use crate::commands::Ended;
use crate::connection::{Connected, ConnectionArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::write::ConfirmArgs;

/// Carry out a plan that `apex fleet plan` made
///
/// Reads each line again and leaves those alone that changed since. Then carries the first step of every line out, then
/// the second of those whose first is done, and so on; each of these waves is a job in the journal. After any end, a
/// crash too, the same command goes on: nothing is sent twice. Writes one result per line.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex fleet apply friday.plan --reason \"CASE-17: new devices\"\n  \
    apex fleet apply friday.plan --dry-run")]
pub(crate) struct ApplyArgs {
    /// The plan
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Where to write the results, as CSV, or as JSON lines where the name ends with .jsonl [default:
    /// NAME.results.csv beside the plan]
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// Read each line again, say what would be sent, keep nothing and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Apply it at another server than it was made at
    #[arg(long)]
    other_server: bool,
    #[command(flatten)]
    who: WhoArgs,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    pace: PaceArgs,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(super) async fn run(args: ApplyArgs, printer: &Printer) -> Ended {
    let plan = OpenPlan::open(&args.plan)?;
    let settings = args.settings()?;
    // A dry run leaves the journal alone, and with it the rate that is kept there.
    let connected =
        if args.dry_run { args.connection.connect()? } else { args.journal.connect(&args.connection)? };
    if plan.plan.server != connected.server && !args.other_server {
        return Err(Failure::usage(
            format!("{} was made at {}, and this is {}", plan.name(), plan.plan.server, connected.server),
            "set APEX_BASE_URL or --base-url to that server; if it is the same carrier under another name, give \
             --other-server",
        ));
    }
    if args.dry_run {
        return dry_run(&plan, &connected, printer).await;
    }
    refuse_read_only(&connected)?;
    let journal = args.journal.open_with(connected.client.clock().clone()).await?;
    discard::clear(&journal, printer).await?;
    let spec = args.who.spec(&connected.server, String::new(), String::new());
    let applying =
        Applying { plan: &plan, journal: &journal, connected: &connected, settings, spec, printer };
    Box::pin(applying.run(Some(&args.confirm))).await
}

impl ApplyArgs {
    fn settings(&self) -> Result<Settings, Failure> {
        let mut settings = Settings::default().with(&self.pace);
        settings.results = self.results.clone().or_else(|| results::beside(&self.plan));
        let input = Some((self.plan.as_path(), "the plan itself"));
        check_places(input, [(settings.results.as_deref(), "--results")])?;
        Ok(settings)
    }
}

/// Reads each line again and says what would be sent.
async fn dry_run(plan: &OpenPlan, connected: &Connected, printer: &Printer) -> Ended {
    let reads = ReadOnly::new(&connected.client);
    let mut looked = Looked::default();
    let progress = printer.progress(Some(plan.plan.summary.changing), "reading lines again");
    let mut checked = std::pin::pin!(check(&reads, plan.lines()?));
    let mut read = 0;
    while let Some(checked) = checked.next().await {
        looked.see(&checked.map_err(|error| waves::broken(plan, error))?);
        read += 1;
        progress.set(read);
    }
    drop(progress);
    looked.tell_left(printer);
    looked.tell(printer);
    let taken: u64 = looked.destructive().iter().map(|(_, count)| count).sum();
    if taken > 0 {
        printer.note(&format!(
            "steps that would take away what cannot simply be given back: {taken}; an apply asks, or needs --yes"
        ));
    }
    printer.note(&format!("dry run: {} would be changed; nothing was sent", lines(looked.ready)));
    Ok(match (looked.left_count(), looked.ready + plan.plan.summary.same) {
        (0, _) => Exit::Ok,
        (_, 0) => Exit::Failed,
        _ => Exit::Partial,
    })
}

/// Goes on with the plan that a job is a wave of; nothing where the plan is gone or another.
pub(super) async fn resume(
    journal: &Journal,
    job: &JobInfo,
    of: &WaveOf,
    connected: &Connected,
    settings: Settings,
    printer: &Printer,
) -> Option<Ended> {
    let plan = OpenPlan::open(&of.file).ok().filter(|plan| plan.plan.sha256() == of.sha256)?;
    printer.note(&format!("job {} is of {}: goes on with the plan", job.id, plan.name()));
    let spec = apex_mobility::fleet::journal::JobSpec {
        server: job.server.clone(),
        operator: job.operator.clone(),
        reason: job.reason.clone(),
        ..Default::default()
    };
    let applying = Applying { plan: &plan, journal, connected, settings, spec, printer };
    Some(Box::pin(applying.run(None)).await)
}
