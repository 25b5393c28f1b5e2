//! `apex sandbox clock`: the sandbox's time.

use clap::{Args, Subcommand};
use jiff::Span;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::control::SandboxArgs;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record};

/// Look at the sandbox's time, or move it forward
#[derive(Debug, Subcommand)]
pub(crate) enum ClockCommand {
    Show(ShowArgs),
    Advance(AdvanceArgs),
}

/// Tell the sandbox's time
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Move the sandbox's time forward; what is due on the way happens
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  apex sandbox clock advance 5m\n  apex sandbox clock advance 61d")]
pub(crate) struct AdvanceArgs {
    /// How far: 90s, 15m, 2h, 61d, 1mo, or PT5M
    #[arg(value_name = "TIME", value_parser = length)]
    by: Span,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// The sandbox's time.
#[derive(Serialize, Deserialize)]
struct Now {
    now: String,
    mode: String,
}

impl Record for Now {
    const COLUMNS: &'static [Column] = &[Column::new("now", "Now"), Column::new("mode", "Moves")];

    fn cells(&self) -> Vec<Cell> {
        let moves = if self.mode == "real" { "by itself" } else { "when told" };
        vec![Cell::new(&*self.now), Cell::new(moves)]
    }
}

fn length(text: &str) -> Result<Span, String> {
    match text.trim().parse::<Span>() {
        Ok(span) if span.is_positive() => Ok(span),
        Ok(_) => Err("time moves forward only".to_owned()),
        Err(_) => Err("not a length of time; write it as 90s, 15m, 2h, 61d or PT5M".to_owned()),
    }
}

pub(super) async fn run(command: ClockCommand, printer: &Printer) -> Ended {
    let now: Now = match command {
        ClockCommand::Show(ShowArgs { sandbox }) => sandbox.get("clock").await?,
        ClockCommand::Advance(AdvanceArgs { by, sandbox }) => {
            sandbox.post("clock/advance", &json!({ "by": by.to_string() })).await?
        }
    };
    printer.record(&now);
    Ok(Exit::Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        for (text, iso) in [
            ("90s", "PT90S"),
            ("15m", "PT15M"),
            ("61d", "P61D"),
            ("1mo", "P1M"),
            ("PT5M", "PT5M"),
            ("2h 5m", "PT2H5M"),
        ] {
            assert_eq!(length(text).unwrap().to_string(), iso, "{text}");
        }
        for text in ["", "5", "-5m", "5m ago", "0s", "soon"] {
            assert!(length(text).is_err(), "{text}");
        }
    }
}
