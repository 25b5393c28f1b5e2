//! The commands, one file per group: its arguments, and what it does.

pub(crate) mod account;
pub(crate) mod activation;
pub(crate) mod completions;
pub(crate) mod device;
pub(crate) mod doctor;
pub(crate) mod explain;
pub(crate) mod fleet;
pub(crate) mod line;
pub(crate) mod pdp;
pub(crate) mod plan;
pub(crate) mod port;
pub(crate) mod quickstart;
pub(crate) mod sandbox;

use crate::args::Command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;

/// What every command comes to.
pub(crate) type Ended = Result<Exit, Failure>;

pub(crate) async fn run(command: Command, printer: &Printer) -> Ended {
    match command {
        Command::Quickstart(args) => quickstart::run(args, printer).await,
        Command::Activate(args) => fleet::activate::run(*args, printer).await,
        Command::Activation(command) => activation::run(command, printer).await,
        Command::Line(command) => line::run(command, printer).await,
        Command::Plan(command) => plan::run(command, printer).await,
        Command::Port(command) => port::run(command, printer).await,
        Command::Account(command) => account::run(command, printer).await,
        Command::Pdp(command) => pdp::run(command, printer).await,
        Command::Device(command) => device::run(command, printer),
        Command::Fleet(command) => fleet::run(command, printer).await,
        Command::Doctor(args) => doctor::run(args, printer).await,
        Command::Explain(args) => explain::run(&args, printer),
        Command::Sandbox(command) => sandbox::run(command, printer).await,
        Command::Completions(args) => completions::run(&args, printer),
    }
}
