//! What cannot be undone is asked before it is done.

use clap::Args;

use crate::failure::Failure;
use crate::printer::Printer;

/// Who says yes.
#[derive(Debug, Args)]
pub(crate) struct ConfirmArgs {
    /// Do it without asking; needed where there is nobody to ask
    #[arg(long, short, help_heading = None::<&'static str>)]
    yes: bool,
}

impl ConfirmArgs {
    /// Whether a person must be asked.
    ///
    /// # Errors
    /// When there is no terminal to ask on.
    pub(crate) fn asks(&self, printer: &Printer) -> Result<bool, Failure> {
        self.asks_or(printer, "look at it with --dry-run, then give --yes")
    }

    /// The same, with what to do where there is no terminal.
    pub(crate) fn asks_or(&self, printer: &Printer, next: &str) -> Result<bool, Failure> {
        if self.yes {
            return Ok(false);
        }
        if printer.can_ask() {
            return Ok(true);
        }
        Err(Failure::usage("this asks before it acts, and there is no terminal to ask on", next))
    }
}

/// Says what will happen and asks whether it shall. Anything but yes is no.
pub(crate) fn ask(printer: &Printer, what_happens: &[String], question: &str) -> Result<(), Failure> {
    let width = printer.paragraph_width();
    for fact in what_happens {
        printer.question(&format!("{}\n", crate::printer::wrap("- ", fact, width)));
    }
    printer.question(&format!("{question} [y/N] "));
    if is_yes(&printer.answer()) { Ok(()) } else { Err(Failure::declined()) }
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].iter().any(|yes| answer.trim().eq_ignore_ascii_case(yes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_yes_is_yes() {
        for yes in ["y\n", "Y", " yes \n", "YES"] {
            assert!(is_yes(yes), "{yes:?}");
        }
        for no in ["", "\n", "n\n", "no", "yess", "ye", "j", "y y", "2145550101"] {
            assert!(!is_yes(no), "{no:?}");
        }
    }
}
