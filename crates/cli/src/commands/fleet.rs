//! `apex fleet`: thousands of lines, through crashes, throttling and lost answers.

pub(crate) mod activate;
mod apply;
mod carry;
mod discard;
mod fit;
mod history;
mod journal;
mod list;
#[cfg(feature = "postgres")]
mod machines;
#[cfg(not(feature = "postgres"))]
mod no_machines;
mod outcome;
mod plan;
mod preflight;
mod reconcile;
mod results;
mod resume;
mod run;
mod settings;
mod settle;
mod shown;
mod source;
mod status;
mod stop;
mod submit;
mod template;
mod who;
mod worker;

use clap::Subcommand;
#[cfg(not(feature = "postgres"))]
use no_machines as machines;

use super::Ended;
use crate::printer::Printer;

/// Carry out thousands of writes, through crashes, throttling and lost answers
///
/// A job is a file of rows; each row asks for one write of any of the ten APIs. What was sent, answered and seen is
/// kept in a journal on disk before the next step is taken. So a job that was cut off goes on where it was, and a write
/// that may have reached AT&T is never sent again: it is settled by reading.
#[derive(Debug, Subcommand)]
pub(crate) enum FleetCommand {
    Template(template::TemplateArgs),
    Run(Box<run::RunArgs>),
    Resume(Box<resume::ResumeArgs>),
    Submit(Box<submit::SubmitArgs>),
    Worker(Box<worker::WorkerArgs>),
    Stop(stop::StopArgs),
    Settle(settle::SettleArgs),
    Status(status::StatusArgs),
    Results(results::ResultsArgs),
    List(list::ListArgs),
    Plan(plan::PlanArgs),
    Apply(Box<apply::ApplyArgs>),
    Reconcile(reconcile::ReconcileArgs),
    History(history::HistoryArgs),
    Discard(discard::DiscardArgs),
}

pub(crate) async fn run(command: FleetCommand, printer: &Printer) -> Ended {
    match command {
        FleetCommand::Template(args) => Ok(template::run(&args, printer)),
        FleetCommand::Run(args) => run::run(*args, printer).await,
        FleetCommand::Resume(args) => resume::run(*args, printer).await,
        FleetCommand::Submit(args) => submit::run(*args, printer).await,
        FleetCommand::Worker(args) => worker::run(*args, printer).await,
        FleetCommand::Stop(args) => stop::run(args, printer).await,
        FleetCommand::Settle(args) => settle::run(args, printer).await,
        FleetCommand::Status(args) => status::run(args, printer).await,
        FleetCommand::Results(args) => results::run(args, printer).await,
        FleetCommand::List(args) => list::run(args, printer).await,
        FleetCommand::Plan(args) => plan::run(args, printer).await,
        FleetCommand::Apply(args) => apply::run(*args, printer).await,
        FleetCommand::Reconcile(args) => reconcile::run(args, printer).await,
        FleetCommand::History(args) => history::run(args, printer).await,
        FleetCommand::Discard(args) => discard::run(args, printer).await,
    }
}
