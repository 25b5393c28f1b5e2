//! `apex pdp remove`.

use apex_mobility::pdp_provisioning::operations::RemoveAddresses;
use apex_mobility::pdp_provisioning::{HeldAddress, PdpChange, RemovalBatch};
use clap::Args;

use super::lines::{LinesArgs, no_batch};
use super::shown;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::waiting::WaitArgs;
use crate::write::{About, Sent, WriteArgs};

/// Take their static IP addresses from lines
///
/// Sent once, for all lines together. `apex line get NUMBER` shows a line's address. Exit codes are those of `apex
/// pdp provision`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    apex pdp remove --pdp PDP-EXAMPLE --ban 000000000001 2145550101=10.20.0.11 --wait")]
pub(crate) struct RemoveArgs {
    #[command(flatten)]
    lines: LinesArgs,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: RemoveArgs, printer: &Printer) -> Ended {
    let RemoveArgs { lines, waiting, write } = args;
    let numbers = lines.numbers();
    let held = lines.lines.into_iter().map(|line| {
        let held = HeldAddress::new(line.number, line.address);
        lines.on.map_or(held.clone(), |day| held.effective_date(day))
    });
    let batch = RemovalBatch::try_from(held.collect::<Vec<_>>()).map_err(|error| no_batch(&error))?;
    let writer = write.writer(printer)?;
    let operation = RemoveAddresses { pdp: lines.pdp, account: lines.ban, lines: batch };
    let sent = writer.send(operation, About::new(&numbers)).await?;
    let Sent::Answered { answer: accepted, .. } = sent else { return Ok(Exit::Ok) };
    shown::after(&accepted, PdpChange::Remove, numbers, &waiting, writer.reader(), printer).await
}
