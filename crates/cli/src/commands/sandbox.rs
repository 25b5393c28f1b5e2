//! `apex sandbox`: the APIs on this machine, and what a person does to them from another terminal.

mod clock;
mod control;
mod fault;
mod ledger;
mod line;
mod reset;
mod serve;
mod throttle;
mod variant;

use clap::Subcommand;

pub(crate) use self::serve::{LINES, SEED};

use super::Ended;
use crate::printer::Printer;

/// Run the APIs on this machine, with invented lines, and play what can go wrong
#[derive(Debug, Subcommand)]
pub(crate) enum SandboxCommand {
    Serve(serve::ServeArgs),
    Ledger(ledger::LedgerArgs),
    #[command(subcommand)]
    Line(line::LineCommand),
    #[command(subcommand)]
    Clock(clock::ClockCommand),
    #[command(subcommand)]
    Fault(fault::FaultCommand),
    #[command(subcommand)]
    Variant(variant::VariantCommand),
    #[command(subcommand)]
    Throttle(throttle::ThrottleCommand),
    Reset(reset::ResetArgs),
}

pub(crate) async fn run(command: SandboxCommand, printer: &Printer) -> Ended {
    match command {
        SandboxCommand::Serve(args) => serve::run(args, printer).await,
        SandboxCommand::Ledger(args) => ledger::run(args, printer).await,
        SandboxCommand::Line(command) => line::run(command, printer).await,
        SandboxCommand::Clock(command) => clock::run(command, printer).await,
        SandboxCommand::Fault(command) => fault::run(command, printer).await,
        SandboxCommand::Variant(command) => variant::run(command, printer).await,
        SandboxCommand::Throttle(command) => throttle::run(command, printer).await,
        SandboxCommand::Reset(args) => reset::run(args, printer).await,
    }
}
