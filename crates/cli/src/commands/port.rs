//! `apex port`: bring numbers in from other carriers.

mod cancel;
mod check;
mod losing;
mod outcome;
mod request;
mod status;
mod update;

use clap::Subcommand;

use super::Ended;
use crate::printer::Printer;

/// Bring numbers in from other carriers
///
/// Check a number, request it, wait until it is confirmed, then activate a line with it (the column `number` of
/// `apex activate`). Until then it stays in service at the old carrier. A port takes hours, sometimes days.
#[derive(Debug, Subcommand)]
pub(crate) enum PortCommand {
    Check(check::CheckArgs),
    Request(Box<request::RequestArgs>),
    Status(status::StatusArgs),
    Update(Box<update::UpdateArgs>),
    Cancel(cancel::CancelArgs),
}

pub(crate) async fn run(command: PortCommand, printer: &Printer) -> Ended {
    match command {
        PortCommand::Check(args) => check::run(args, printer).await,
        PortCommand::Request(args) => request::run(*args, printer).await,
        PortCommand::Status(args) => status::run(args, printer).await,
        PortCommand::Update(args) => update::run(*args, printer).await,
        PortCommand::Cancel(args) => cancel::run(args, printer).await,
    }
}
