//! `apex completions`: what a shell needs to complete command lines.

use clap::Args;
use clap_complete::Shell;

use super::Ended;
use crate::exit::Exit;
use crate::printer::Printer;

/// Print completions for a shell
///
/// For bash: apex completions bash > ~/.local/share/bash-completion/completions/apex
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &CompletionsArgs, printer: &Printer) -> Ended {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut crate::command(), "apex", &mut script);
    printer.bytes(&script);
    Ok(Exit::Ok)
}
