//! `apex sandbox ledger`: what really happened.

use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::control::SandboxArgs;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record};

/// Show every real effect on the carrier's side, whatever the caller was told
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex sandbox ledger\n  \
    apex sandbox ledger --since 12 --output csv")]
pub(crate) struct LedgerArgs {
    /// Only what came after this entry
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    since: u64,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// One effect.
#[derive(Serialize, Deserialize)]
struct Effect {
    seq: u64,
    at: String,
    kind: String,
    #[serde(rename(deserialize = "subscriberNumber"))]
    subscriber_number: Option<String>,
    iccid: Option<String>,
    detail: Map<String, Value>,
}

impl Record for Effect {
    const COLUMNS: &'static [Column] = &[
        Column::new("seq", "SEQ"),
        Column::new("at", "AT"),
        Column::new("kind", "KIND"),
        Column::new("subscriber_number", "NUMBER"),
        Column::wide("iccid", "ICCID"),
        Column::new("detail", "DETAIL"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let detail: Vec<_> =
            self.detail.iter().map(|(name, value)| format!("{name}={}", text(value))).collect();
        vec![
            Cell::new(self.seq.to_string()),
            Cell::new(&*self.at),
            Cell::new(&*self.kind),
            Cell::optional(self.subscriber_number.as_deref()),
            Cell::optional(self.iccid.as_deref()),
            Cell::new(detail.join(" ")),
        ]
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub(super) async fn run(args: LedgerArgs, printer: &Printer) -> Ended {
    let effects: Vec<Effect> = args.sandbox.get(&format!("ledger?after={}", args.since)).await?;
    let mut rows = printer.rows();
    for effect in &effects {
        if !rows.push(effect) {
            break;
        }
    }
    let printed = rows.printed();
    rows.finish();
    if printed == 0 {
        printer.note("Nothing has happened.");
    }
    Ok(Exit::Ok)
}
