//! The command line of the AT&T APEX Mobility SDK: the binary `apex`.
//!
//! A command is one file in `commands`: its arguments and what it does. It gets a `Printer`, the only
//! thing that prints, and gives an `Exit` or a `Failure`; nothing else decides what a shell sees.

mod args;
mod commands;
mod connection;
mod doctor;
mod equipment;
mod exit;
mod failure;
#[cfg(feature = "failpoints")]
mod fast_clock;
mod interrupt;
mod logging;
mod person;
mod preflight;
mod printer;
mod secret;
mod source;
mod span;
mod tone;
mod waiting;
mod write;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use tokio::runtime::{Builder, Runtime};

use crate::args::{Cli, Command};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;

/// Runs `apex` with the arguments of a command line, the program's name first.
pub fn run<I, T>(arguments: I) -> ExitCode
where
    I: IntoIterator<Item = T>,
    T: Into<OsString> + Clone,
{
    let words: Vec<OsString> = arguments.into_iter().map(Into::into).collect();
    let cli = match Cli::try_parse_from(&words) {
        Ok(cli) => cli,
        Err(answer) => return show_usage(&with_plain_usage(answer, &words)).into(),
    };
    let printer = Printer::new(&cli.output);
    logging::start(&cli.output);
    let outcome = runtime(&cli.command)
        .and_then(|runtime| runtime.block_on(Box::pin(commands::run(cli.command, &printer))));
    let exit = match outcome {
        Ok(exit) => exit,
        Err(failure) => {
            printer.failure(&failure);
            failure.exit()
        }
    };
    printer.finish(exit).into()
}

/// The whole tree of commands, for help pages and completions.
#[must_use]
pub fn command() -> clap::Command {
    <Cli as clap::CommandFactory>::command()
}

/// A client waits for most of its time: on one thread nothing has to be handed to another, which is a quarter of what a
/// job's row costs. A server has work for all of them.
fn runtime(command: &Command) -> Result<Runtime, Failure> {
    let mut builder = match command {
        Command::Sandbox(_) => Builder::new_multi_thread(),
        _ => Builder::new_current_thread(),
    };
    builder
        .enable_all()
        .build()
        .map_err(|error| Failure::local(format!("the runtime could not be started: {error}")))
}

/// The usage of the command that was meant. clap's own lists as needed whatever came from the environment.
fn with_plain_usage(mut answer: clap::Error, words: &[OsString]) -> clap::Error {
    if answer.get(ContextKind::Usage).is_some() {
        let mut meant = command();
        meant.build();
        for word in words {
            if let Some(below) = meant.find_subcommand(word) {
                meant = below.clone();
            }
        }
        answer.insert(ContextKind::Usage, ContextValue::StyledStr(meant.render_usage()));
    }
    answer
}

/// Help, the version, or what is wrong with the command line.
fn show_usage(answer: &clap::Error) -> Exit {
    let printer = Printer::plain();
    match answer.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            printer.styled_text(&answer.render());
            printer.finish(Exit::Ok)
        }
        _ => {
            printer.styled_note(&answer.render());
            printer.finish(Exit::Usage)
        }
    }
}
