//! `apex fleet submit`.

use clap::Args;

use super::machines;
use super::run::{RunArgs, dry_run};
use crate::commands::Ended;
use crate::printer::Printer;

/// Hand a file of writes over to the workers, each row once
///
/// Checks every row as `apex fleet run` does, and lets them in; then `apex fleet worker` processes, on any number of
/// machines, carry them through. The journal is on PostgreSQL, and this may be any machine that reaches it. It ends as
/// soon as the rows are let in; `apex fleet status` shows how far they are, `apex fleet results` what came of them.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    apex fleet submit lines.csv --op activate --journal postgres://db.example/apex --watch")]
pub(crate) struct SubmitArgs {
    #[command(flatten)]
    run: Box<RunArgs>,
    /// Stay until the job has come to its end, and write its results; Ctrl-C ends the watching, not the job
    #[arg(long)]
    watch: bool,
}

pub(super) async fn run(args: SubmitArgs, printer: &Printer) -> Ended {
    let fit = args.run.fit()?;
    if args.run.dry_run {
        return dry_run(&args.run, &fit, printer).await;
    }
    let location = args.run.journal.shared_location()?;
    machines::submit(&args.run, args.watch, &location, &fit, printer).await
}
