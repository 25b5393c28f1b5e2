//! `apex pdp status`.

use apex_mobility::Mobility;
use apex_mobility::domain::SubscriberNumber;
use apex_mobility::pdp_provisioning::{BatchId, PdpChange, PdpJob};
use clap::Args;

use super::shown;
use crate::commands::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::waiting::WaitArgs;

/// Show how far a batch has come, or all that was asked for a number
///
/// Of a batch it exits with 0 when every line is done, 6 or 1 when some or all failed, and 5 while AT&T is still at
/// it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex pdp status 11111111-2222-11ee-8333-444444444444 --wait\n  \
    apex pdp status --number 2145550101")]
#[group(id = "whose", required = true, multiple = false, args = ["batch", "number"])]
pub(crate) struct StatusArgs {
    /// The batch's id, as AT&T gave it
    #[arg(value_name = "BATCH", value_parser = |text: &str| BatchId::parse(text))]
    batch: Option<BatchId>,
    /// A line (10 digits): all that was asked for it, perhaps with several batches
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["wait", "removal"])]
    number: Option<SubscriberNumber>,
    /// The batch takes addresses away: a line that still has its own is not done
    #[arg(long)]
    removal: bool,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(super) async fn run(args: StatusArgs, printer: &Printer) -> Ended {
    let client = args.connection.client()?;
    let pdp = Mobility::new(&client).pdp_provisioning();
    let batch = match (args.batch, args.number) {
        (Some(batch), _) => batch,
        (None, Some(number)) => {
            shown::all(&pdp.status_of_number(number).send().await?, printer);
            return Ok(Exit::Ok);
        }
        // One of them is required.
        (None, None) => return Ok(Exit::Usage),
    };
    let change = if args.removal { PdpChange::Remove } else { PdpChange::Provision };
    let mut status = pdp.status(batch.clone()).send().await?;
    let job = PdpJob { batch, change, numbers: Vec::new() };
    if args.waiting.wait && !status.lines.iter().all(|line| job.is_settled(line)) {
        let seen = shown::follow(&job, &args.waiting, &client, printer).await?;
        status = seen.unwrap_or(status);
    }
    Ok(shown::told(&status, &job, printer))
}
