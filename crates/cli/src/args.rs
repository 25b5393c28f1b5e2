//! The command line: what all commands share, and the tree.

use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    account, activation, completions, device, doctor, explain, fleet, line, pdp, plan, port, quickstart,
    sandbox,
};
use crate::exit;

/// Work with AT&T's APEX Mobility APIs: activate lines, look them up and change them, bring numbers in, or try it
/// all on a sandbox.
///
/// New here? `apex quickstart` shows the main job from end to end on this machine, without an account.
///
/// Server and credentials come from APEX_BASE_URL, APEX_APP_ID and APEX_APP_SECRET.
///
/// Not an AT&T product.
#[derive(Debug, Parser)]
#[command(name = "apex", version, after_help = exit::TABLE, max_term_width = 100)]
#[command(disable_help_subcommand = true, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What is shown and how.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct OutputArgs {
    /// How to write results [default: table on a terminal, jsonl elsewhere]
    #[arg(long, short, global = true, value_enum, value_name = "FORMAT", display_order = 900)]
    pub(crate) output: Option<Format>,
    /// Leave out progress and remarks; results and errors stay
    #[arg(long, short, global = true, display_order = 901)]
    pub(crate) quiet: bool,
    /// Say what happens underneath, on stderr; -vv and -vvv say more. Never shows secrets or identifiers
    #[arg(long, short, global = true, action = ArgAction::Count, display_order = 902)]
    pub(crate) verbose: u8,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For reading
    Table,
    /// One JSON document
    Json,
    /// One JSON object per line
    Jsonl,
    /// Comma-separated values with a header
    Csv,
}

/// One variant per group; each group is one file.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Quickstart(quickstart::QuickstartArgs),
    Activate(Box<fleet::activate::ActivateArgs>),
    #[command(subcommand)]
    Activation(activation::ActivationCommand),
    #[command(subcommand)]
    Line(line::LineCommand),
    #[command(subcommand)]
    Plan(plan::PlanCommand),
    #[command(subcommand)]
    Port(port::PortCommand),
    #[command(subcommand)]
    Account(account::AccountCommand),
    #[command(subcommand)]
    Pdp(pdp::PdpCommand),
    #[command(subcommand)]
    Device(device::DeviceCommand),
    #[command(subcommand)]
    Fleet(fleet::FleetCommand),
    Doctor(doctor::DoctorArgs),
    Explain(explain::ExplainArgs),
    #[command(subcommand)]
    Sandbox(sandbox::SandboxCommand),
    Completions(completions::CompletionsArgs),
}
