//! `apex sandbox reset`: as at the start.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::control::SandboxArgs;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record};

/// Start over: the lines as at the start, without ledger, requests, faults, variants and limit
///
/// Only the time stays: it never goes back.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  apex sandbox reset\n  apex sandbox reset --seed 7 --lines 20000")]
pub(crate) struct ResetArgs {
    /// What the lines are made from [default: as before]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How many lines [default: as before]
    #[arg(long, value_name = "N")]
    lines: Option<usize>,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// What the sandbox begins with.
#[derive(Serialize, Deserialize)]
struct Beginning {
    seed: u64,
    lines: usize,
    now: String,
}

impl Record for Beginning {
    const COLUMNS: &'static [Column] =
        &[Column::new("seed", "Seed"), Column::new("lines", "Lines"), Column::new("now", "Now")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::new(self.seed.to_string()), Cell::new(self.lines.to_string()), Cell::new(&*self.now)]
    }
}

pub(super) async fn run(args: ResetArgs, printer: &Printer) -> Ended {
    let mut wanted = Map::new();
    if let Some(seed) = args.seed {
        wanted.insert("seed".to_owned(), seed.into());
    }
    if let Some(lines) = args.lines {
        wanted.insert("lines".to_owned(), lines.into());
    }
    let beginning: Beginning = args.sandbox.post("reset", &Value::Object(wanted)).await?;
    printer.record(&beginning);
    Ok(Exit::Ok)
}
