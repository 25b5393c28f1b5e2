//! `apex pdp provision`.

use apex_mobility::domain::AccessPointName;
use apex_mobility::pdp_provisioning::operations::ProvisionAddresses;
use apex_mobility::pdp_provisioning::{NewAddress, PdpChange, ProvisionBatch};
use clap::Args;

use super::lines::{LinesArgs, no_batch};
use super::shown;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::waiting::WaitArgs;
use crate::write::{About, Sent, WriteArgs};

/// Give lines static IP addresses
///
/// Sent once, for all lines together. Each line then ends by itself: with --wait the exit code is 0 when all have
/// their address, 6 or 1 when some or all failed, and 5 when the time to wait was over.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    apex pdp provision --pdp PDP-EXAMPLE --ban 000000000001 --apn apn.example \\\n    \
    2145550101=10.20.0.11 2145550102=10.20.0.12 --wait")]
pub(crate) struct ProvisionArgs {
    #[command(flatten)]
    lines: LinesArgs,
    /// The access point that the addresses are used with
    #[arg(long, value_name = "APN")]
    apn: AccessPointName,
    /// The addresses are not for LTE
    #[arg(long)]
    no_lte: bool,
    /// The access point does not become the lines' default
    #[arg(long)]
    no_default_apn: bool,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: ProvisionArgs, printer: &Printer) -> Ended {
    let ProvisionArgs { lines, apn, no_lte, no_default_apn, waiting, write } = args;
    let numbers = lines.numbers();
    lines.warn(printer);
    let new = lines.lines.into_iter().map(|line| {
        let new = NewAddress::new(line.number, line.address, apn.clone());
        let new = new.lte(!no_lte).default_access_point(!no_default_apn);
        lines.on.map_or(new.clone(), |day| new.effective_date(day))
    });
    let batch = ProvisionBatch::try_from(new.collect::<Vec<_>>()).map_err(|error| no_batch(&error))?;
    let writer = write.writer(printer)?;
    let operation = ProvisionAddresses { pdp: lines.pdp, account: lines.ban, lines: batch };
    let sent = writer.send(operation, About::new(&numbers)).await?;
    let Sent::Answered { answer: accepted, .. } = sent else { return Ok(Exit::Ok) };
    shown::after(&accepted, PdpChange::Provision, numbers, &waiting, writer.reader(), printer).await
}
