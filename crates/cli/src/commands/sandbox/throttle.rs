//! `apex sandbox throttle`: the hidden rate limit.

use std::time::Duration;

use clap::{Args, Subcommand};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::control::SandboxArgs;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record};
use crate::span;

/// Look at the hidden rate limit, set it, take it away
///
/// How it shows to callers is the variant throttle_style.
#[derive(Debug, Subcommand)]
pub(crate) enum ThrottleCommand {
    Show(ShowArgs),
    Set(SetArgs),
    Clear(ClearArgs),
}

/// Show the limit
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Let only so many calls through
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex sandbox throttle set 10 --per 1s")]
pub(crate) struct SetArgs {
    /// How many calls
    #[arg(value_name = "CALLS")]
    calls: u32,
    /// In how much of the sandbox's time
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = span::parse)]
    per: Duration,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Take the limit away
#[derive(Debug, Args)]
pub(crate) struct ClearArgs {
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// The limit.
#[derive(Serialize, Deserialize)]
struct Limit {
    calls: u32,
    per: String,
}

impl Record for Limit {
    const COLUMNS: &'static [Column] = &[Column::new("calls", "Calls"), Column::new("per", "Per")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::new(self.calls.to_string()), Cell::new(&*self.per)]
    }
}

pub(super) async fn run(command: ThrottleCommand, printer: &Printer) -> Ended {
    let limit: Option<Limit> = match command {
        ThrottleCommand::Show(ShowArgs { sandbox }) => sandbox.get("throttle").await?,
        ThrottleCommand::Clear(ClearArgs { sandbox }) => sandbox.delete("throttle").await?,
        ThrottleCommand::Set(SetArgs { calls, per, sandbox }) => {
            let per = SignedDuration::try_from(per).unwrap_or(SignedDuration::MAX);
            sandbox.put("throttle", &json!({ "calls": calls, "per": per.to_string() })).await?
        }
    };
    match limit {
        Some(limit) => printer.record(&limit),
        None => printer.note("There is no limit."),
    }
    Ok(Exit::Ok)
}
