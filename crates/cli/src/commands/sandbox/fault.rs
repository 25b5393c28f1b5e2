//! `apex sandbox fault`: what the network and the back end do to calls.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use apex_mobility_sandbox::Fault;
use clap::{Args, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::control::SandboxArgs;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record};
use crate::span;

/// Make calls fail around the moment at which they take effect
#[derive(Debug, Subcommand)]
pub(crate) enum FaultCommand {
    List(ListArgs),
    Set(SetArgs),
    Clear(ClearArgs),
}

/// List the faults that are set, with the calls they could have struck and have struck
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Take all faults away
#[derive(Debug, Args)]
pub(crate) struct ClearArgs {
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Set a fault, in place of those that were set
#[derive(Debug, Args)]
#[command(after_help = examples())]
pub(crate) struct SetArgs {
    /// Which fault, F1 to F10: see below
    #[arg(value_name = "FAULT", required_unless_present = "file", conflicts_with = "file", value_parser = fault)]
    fault: Option<Fault>,
    /// Of which calls: an operation such as number.change, `writes`, `reads`, or `*` for both
    #[arg(value_name = "OPERATION", default_value = "writes")]
    operation: String,
    /// Only the nth of these calls, from 1 [default: every call]
    #[arg(long, value_name = "N", conflicts_with = "probability")]
    nth: Option<u64>,
    /// Each of these calls with this probability, 0 to 1
    #[arg(long, value_name = "P")]
    probability: Option<f64>,
    /// The seed of the probability: the same seed strikes the same calls
    #[arg(long, value_name = "N", requires = "probability")]
    seed: Option<u64>,
    /// Only from this time of the sandbox on, for example 2026-01-19T12:00:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<jiff::Timestamp>,
    /// Only before this time of the sandbox
    #[arg(long, value_name = "TIME", conflicts_with = "during")]
    until: Option<jiff::Timestamp>,
    /// Only for so long, in the sandbox's time, from now or --from on: 10m
    #[arg(long = "for", id = "during", value_name = "TIME", value_parser = span::parse)]
    during: Option<Duration>,
    /// F6: how long the list stays stale [default: a day]. F10: how long it goes on [default: 5m]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    lasts: Option<Duration>,
    /// F4: how late the answer comes, in real time [default: 3m]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    delay: Option<Duration>,
    /// F8: how the body is spoilt [default: cut-json]
    #[arg(long, value_enum, value_name = "HOW")]
    garbled: Option<Garbled>,
    /// Keep the faults that are set
    #[arg(long)]
    add: bool,
    /// Take the faults from a JSON file instead, `-` for stdin: a list such as
    /// [{"fault":"F7","operation":"number.change","nth":1}]
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "snake_case")]
enum Garbled {
    /// The JSON ends in the middle
    CutJson,
    /// HTML in place of JSON
    Html,
    /// The connection closes in the middle
    CutConnection,
}

fn examples() -> String {
    let faults: Vec<_> =
        Fault::ALL.iter().map(|fault| format!("  {:<4}{}", fault.to_string(), fault.meaning())).collect();
    format!(
        "Faults:\n{}\n\nExamples:\n  \
         apex sandbox fault set F7 number.change --nth 1\n  \
         apex sandbox fault set F2 writes --probability 0.01 --seed 7 --add\n  \
         apex sandbox fault set F10 '*' --for 10m",
        faults.join("\n")
    )
}

fn fault(text: &str) -> Result<Fault, String> {
    let known = Fault::ALL.into_iter().find(|fault| fault.to_string().eq_ignore_ascii_case(text));
    known.ok_or_else(|| "faults are F1 to F10".to_owned())
}

/// A fault that is set.
#[derive(Serialize, Deserialize)]
struct Set {
    fault: String,
    operation: String,
    nth: Option<u64>,
    probability: Option<f64>,
    seed: Option<u64>,
    from: Option<String>,
    until: Option<String>,
    lasts: Option<String>,
    delay_seconds: Option<f64>,
    garbled: Option<String>,
    calls: u64,
    strikes: u64,
}

impl Record for Set {
    const COLUMNS: &'static [Column] = &[
        Column::new("fault", "FAULT"),
        Column::new("operation", "OPERATION"),
        Column::new("nth", "NTH"),
        Column::new("probability", "PROBABILITY"),
        Column::wide("seed", "SEED"),
        Column::new("from", "FROM"),
        Column::new("until", "UNTIL"),
        Column::wide("lasts", "LASTS"),
        Column::wide("delay_seconds", "DELAY"),
        Column::wide("garbled", "GARBLED"),
        Column::new("calls", "CALLS"),
        Column::new("strikes", "STRIKES"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let number = |number: Option<u64>| Cell::optional(number.map(|number| number.to_string()));
        let fraction = |number: Option<f64>| Cell::optional(number.map(|number| number.to_string()));
        vec![
            Cell::new(&*self.fault),
            Cell::new(&*self.operation),
            number(self.nth),
            fraction(self.probability),
            number(self.seed),
            Cell::optional(self.from.as_deref()),
            Cell::optional(self.until.as_deref()),
            Cell::optional(self.lasts.as_deref()),
            fraction(self.delay_seconds),
            Cell::optional(self.garbled.as_deref()),
            Cell::new(self.calls.to_string()),
            Cell::new(self.strikes.to_string()),
        ]
    }
}

pub(super) async fn run(command: FaultCommand, printer: &Printer) -> Ended {
    let faults: Vec<Set> = match command {
        FaultCommand::List(ListArgs { sandbox }) => sandbox.get("faults").await?,
        FaultCommand::Clear(ClearArgs { sandbox }) => sandbox.delete("faults").await?,
        FaultCommand::Set(args) => {
            let rules = match &args.file {
                Some(file) => read(file)?,
                None => args.rule(),
            };
            if args.add {
                args.sandbox.post("faults", &rules).await?
            } else {
                args.sandbox.put("faults", &rules).await?
            }
        }
    };
    let mut rows = printer.rows();
    for fault in &faults {
        if !rows.push(fault) {
            break;
        }
    }
    rows.finish();
    if faults.is_empty() {
        printer.note("No fault is set.");
    }
    Ok(Exit::Ok)
}

impl SetArgs {
    /// The fault as control calls write it. The sandbox judges it.
    fn rule(&self) -> Value {
        let mut rule = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                rule.insert(name.to_owned(), value);
            }
        };
        put("fault", self.fault.map(|fault| json!(fault)));
        put("operation", Some(json!(self.operation)));
        put("nth", self.nth.map(|nth| json!(nth)));
        put("probability", self.probability.map(|probability| json!(probability)));
        put("seed", self.seed.map(|seed| json!(seed)));
        put("from", self.from.map(|from| json!(from.to_string())));
        put("until", self.until.map(|until| json!(until.to_string())));
        put("for_seconds", self.during.map(|during| json!(during.as_secs_f64())));
        put("lasts", self.lasts.map(|lasts| json!(format!("PT{}S", lasts.as_secs_f64()))));
        put("delay_seconds", self.delay.map(|delay| json!(delay.as_secs_f64())));
        put("garbled", self.garbled.map(|garbled| json!(garbled)));
        Value::Object(rule)
    }
}

/// Longer than any list of faults.
const LONGEST: u64 = 1024 * 1024;

fn read(file: &Path) -> Result<Value, Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(LONGEST).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(LONGEST).read_to_string(&mut text))
    };
    let unusable =
        |why: String| Failure::usage(format!("{} cannot be used: {why}", file.display()), "correct the file");
    read.map_err(|error| unusable(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))
}
