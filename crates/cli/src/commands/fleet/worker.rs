//! `apex fleet worker`.

use clap::Args;

use super::journal::{JournalArgs, pace};
use super::machines;
use super::run::refuse_read_only;
use crate::commands::Ended;
use crate::connection::{ConnectionArgs, rate};
use crate::printer::Printer;

/// Carry submitted jobs through, together with workers on other machines
///
/// Takes chunks of rows of the jobs that `apex fleet submit` handed over for this server, and sends, settles and follows
/// them. When a worker dies, others take its chunks over within half a minute; what it was about to send is settled by
/// reading. All workers have the same credentials, and share what they learn of the server's limit. Ctrl-C stops it in order: nothing more is sent, what is under way is
/// settled, and the rest is left to other workers.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex fleet worker --journal postgres://db.example/apex")]
pub(crate) struct WorkerArgs {
    /// End when no submitted job is left, instead of waiting for the next
    #[arg(long)]
    until_done: bool,
    /// All workers together start at most this many requests per second, instead of as many as the server is found to
    /// take; give it to each of them
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    fleet_rate: Option<f64>,
    #[command(flatten)]
    journal: JournalArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(super) async fn run(args: WorkerArgs, printer: &Printer) -> Ended {
    let location = args.journal.shared_location()?;
    let connected =
        args.connection.connect_with(|server, id| pace(&location, server, id, args.fleet_rate))?;
    refuse_read_only(&connected)?;
    machines::work(&connected, args.until_done, &location, printer).await
}
