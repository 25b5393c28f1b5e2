//! `apex pdp`: static IP addresses on a custom access point (APN).

mod available;
mod lines;
mod provision;
mod remove;
mod shown;
mod status;

use clap::Subcommand;

use super::Ended;
use crate::printer::Printer;

/// Give lines a static IP address on a custom access point (APN)
///
/// Look up free addresses of a PDP, give them to up to 10 lines with one request, and wait until each line is done
/// or failed. A line has to be active first.
#[derive(Debug, Subcommand)]
pub(crate) enum PdpCommand {
    Available(available::AvailableArgs),
    Provision(provision::ProvisionArgs),
    Status(status::StatusArgs),
    Remove(remove::RemoveArgs),
}

pub(crate) async fn run(command: PdpCommand, printer: &Printer) -> Ended {
    match command {
        PdpCommand::Available(args) => available::run(args, printer).await,
        PdpCommand::Provision(args) => provision::run(args, printer).await,
        PdpCommand::Status(args) => status::run(args, printer).await,
        PdpCommand::Remove(args) => remove::run(args, printer).await,
    }
}
