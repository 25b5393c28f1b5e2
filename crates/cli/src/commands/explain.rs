//! `apex explain`: the error catalog, and what the tables of equipment know of what an error names.

mod equipment;

use apex_mobility::catalog::{self, Class, Row};
use clap::Args;
use serde::Serialize;

use super::Ended;
use crate::args::Format;
use crate::equipment::EquipmentArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record, one_line};

/// Say what an error of AT&T means, whether it may be sent again, and what to do
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex explain \"Plan is not compatible with equipment\"\n  \
    apex explain \"Rate plan APXPLAN02 is not compatible with equipment\"\n  \
    apex explain 504\n  \
    apex explain 8A")]
pub(crate) struct ExplainArgs {
    /// The error's text, a status such as 504, or a port's reason code such as 8A
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    #[command(flatten)]
    equipment: EquipmentArgs,
}

/// One entry of the catalog.
#[derive(Serialize)]
struct Entry {
    number: u8,
    class: &'static str,
    pattern: &'static str,
    cause: &'static str,
    send_again: String,
    next_step: &'static str,
    check: Option<String>,
    tables_say: Option<String>,
    evidence: String,
}

impl Entry {
    fn of(row: &Row) -> Self {
        Self {
            number: row.number,
            class: row.class.as_str(),
            pattern: row.pattern,
            cause: row.cause,
            send_again: row.retry.to_string(),
            next_step: row.next_step,
            check: None,
            tables_say: None,
            evidence: row.evidence.to_string(),
        }
    }
}

impl Record for Entry {
    const COLUMNS: &'static [Column] = &[
        Column::new("number", "Entry"),
        Column::new("class", "Class"),
        Column::new("pattern", "Matches"),
        Column::new("cause", "Cause"),
        Column::new("send_again", "Send again?"),
        Column::new("next_step", "Next step"),
        Column::new("check", "Check offline"),
        Column::new("tables_say", "Tables say"),
        Column::new("evidence", "Evidence"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::new(self.number.to_string()),
            Cell::new(self.class),
            Cell::new(self.pattern),
            Cell::new(self.cause),
            Cell::new(self.send_again.as_str()),
            Cell::new(self.next_step),
            Cell::optional(self.check.as_deref()),
            Cell::optional(self.tables_say.as_deref()),
            Cell::new(self.evidence.as_str()),
        ]
    }
}

pub(crate) fn run(args: &ExplainArgs, printer: &Printer) -> Ended {
    let text = args.text.join(" ");
    let rows = catalog::explain(&text);
    let known = rows.iter().any(|row| row.class != Class::Unknown);
    if !known {
        let next =
            rows.first().map_or("keep the raw answer and let a person look at it", |row| row.next_step);
        let what = format!("the catalog knows nothing like {:?}", one_line(&text));
        return Err(Failure::not_found(what, next));
    }
    let mut entries: Vec<_> = rows.into_iter().map(Entry::of).collect();
    if entries.iter().any(|entry| equipment::ROWS.contains(&entry.number)) {
        let tables = args.equipment.tables()?;
        let named = equipment::Named::in_text(&text, &tables);
        for entry in entries.iter_mut().filter(|entry| equipment::ROWS.contains(&entry.number)) {
            entry.check = Some(named.command(entry.number));
            entry.tables_say = named.facts(&tables);
        }
    }
    if printer.format() == Format::Table {
        for (place, entry) in entries.iter().enumerate() {
            if place > 0 {
                printer.text("\n");
            }
            printer.record(entry);
        }
    } else {
        let mut printed = printer.rows();
        entries.iter().all(|entry| printed.push(entry));
        printed.finish();
    }
    Ok(Exit::Ok)
}
