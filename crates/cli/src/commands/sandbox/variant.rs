//! `apex sandbox variant`: what AT&T might do otherwise than assumed.

use std::collections::BTreeMap;

use apex_mobility_sandbox::{VariantMeaning, Variants};
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::{Map, Value};

use super::control::SandboxArgs;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record, Tone};

/// Make the sandbox behave otherwise than assumed of AT&T, where AT&T's behavior is not known
#[derive(Debug, Subcommand)]
pub(crate) enum VariantCommand {
    List(ListArgs),
    Set(SetArgs),
    Reset(ResetArgs),
}

/// List the flags with their values and what those mean
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  apex sandbox variant list\n  apex sandbox variant list business_error")]
pub(crate) struct ListArgs {
    /// Only this flag, with all its values
    #[arg(value_name = "FLAG", value_parser = flag)]
    flag: Option<String>,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Set flags: all of them or, if one is wrong, none
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    apex sandbox variant set success_code=202 business_error=plain_text date_style=rfc3339")]
pub(crate) struct SetArgs {
    /// A flag and its value; may be repeated
    #[arg(value_name = "FLAG=VALUE", required = true, value_parser = setting)]
    settings: Vec<(String, String)>,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Put all flags back to what is assumed of AT&T
#[derive(Debug, Args)]
pub(crate) struct ResetArgs {
    #[command(flatten)]
    sandbox: SandboxArgs,
}

fn flag(text: &str) -> Result<String, String> {
    let known: Vec<_> = Variants::choices().into_iter().map(|(flag, _)| flag).collect();
    if known.contains(&text) { Ok(text.to_owned()) } else { Err(format!("there are: {}", known.join(", "))) }
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (flag, value) = text.split_once('=').ok_or("write it as FLAG=VALUE")?;
    Variants::default().set(flag, value).map_err(|error| error.to_string())?;
    Ok((flag.to_owned(), value.to_owned()))
}

/// A flag and the value in force.
#[derive(Serialize)]
struct Flag {
    flag: &'static str,
    value: String,
    means: &'static str,
    default: &'static str,
    values: String,
    about: &'static str,
}

impl Record for Flag {
    const COLUMNS: &'static [Column] = &[
        Column::new("flag", "FLAG"),
        Column::new("value", "VALUE"),
        Column::new("means", "MEANS"),
        Column::wide("default", "DEFAULT"),
        Column::wide("values", "VALUES"),
        Column::new("about", "ABOUT"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let tone = if self.value == self.default { Tone::Plain } else { Tone::Open };
        vec![
            Cell::new(self.flag),
            Cell::new(&*self.value).tone(tone),
            Cell::new(self.means),
            Cell::new(self.default),
            Cell::new(&*self.values),
            Cell::new(self.about),
        ]
    }
}

impl Flag {
    fn of(known: &VariantMeaning, value: String) -> Self {
        let words: Vec<_> = known.values.iter().map(|(word, _)| *word).collect();
        Self {
            flag: known.flag,
            means: known.values.iter().find(|(word, _)| *word == value).map_or("", |(_, means)| means),
            default: words.first().copied().unwrap_or_default(),
            values: words.join(" "),
            about: known.meaning,
            value,
        }
    }
}

/// One value of a flag.
#[derive(Serialize)]
struct Choice {
    value: &'static str,
    in_force: bool,
    means: &'static str,
}

impl Record for Choice {
    const COLUMNS: &'static [Column] =
        &[Column::new("value", "VALUE"), Column::new("in_force", "IN FORCE"), Column::new("means", "MEANS")];

    fn cells(&self) -> Vec<Cell> {
        let (in_force, tone) = if self.in_force { ("yes", Tone::Good) } else { ("no", Tone::Plain) };
        vec![Cell::new(self.value), Cell::new(in_force).tone(tone), Cell::new(self.means)]
    }
}

/// Flags with their values, as the sandbox answers.
type Values = BTreeMap<String, String>;

pub(super) async fn run(command: VariantCommand, printer: &Printer) -> Ended {
    match command {
        VariantCommand::List(ListArgs { flag: None, sandbox }) => {
            let values = sandbox.get("variants").await?;
            print(printer, &values, |_| true)
        }
        VariantCommand::List(ListArgs { flag: Some(flag), sandbox }) => {
            let values: Values = sandbox.get("variants").await?;
            choices(printer, &flag, values.get(&flag))
        }
        VariantCommand::Set(SetArgs { settings, sandbox }) => {
            let mut wanted = Map::new();
            for (flag, value) in settings {
                if wanted.insert(flag.clone(), Value::String(value)).is_some() {
                    let what = format!("{flag} is set twice");
                    return Err(Failure::usage(what, "give each flag one value"));
                }
            }
            let flags: Vec<_> = wanted.keys().cloned().collect();
            let values = sandbox.put("variants", &Value::Object(wanted)).await?;
            print(printer, &values, |flag| flags.iter().any(|set| set == flag))
        }
        VariantCommand::Reset(ResetArgs { sandbox }) => {
            let _: Values = sandbox.delete("variants").await?;
            printer.note("All flags are as assumed of AT&T.");
            Ok(Exit::Ok)
        }
    }
}

fn print(printer: &Printer, values: &Values, wanted: impl Fn(&str) -> bool) -> Ended {
    let mut rows = printer.rows();
    for known in Variants::meanings().iter().filter(|known| wanted(known.flag)) {
        let Some(value) = values.get(known.flag) else { continue };
        if !rows.push(&Flag::of(known, value.clone())) {
            break;
        }
    }
    rows.finish();
    Ok(Exit::Ok)
}

fn choices(printer: &Printer, flag: &str, now: Option<&String>) -> Ended {
    let meanings = Variants::meanings();
    let Some(known) = meanings.iter().find(|known| known.flag == flag) else {
        return Err(Failure::not_found(format!("there is no flag {flag}"), "apex sandbox variant list"));
    };
    printer.note(known.meaning);
    let mut rows = printer.rows();
    for (value, means) in &known.values {
        let in_force = now.is_some_and(|now| now == value);
        if !rows.push(&Choice { value, in_force, means }) {
            break;
        }
    }
    rows.finish();
    Ok(Exit::Ok)
}
