//! Records one after the other, in any format, without keeping them.

use std::marker::PhantomData;

use serde::Serialize;

use super::Printer;
use super::layout::Grid;
use super::record::{Record, defuse};
use crate::args::Format;

/// Prints records as they come. Memory does not grow with their number.
#[must_use = "rows are printed when finished"]
pub(crate) struct Rows<'p, R> {
    printer: &'p Printer,
    writer: Writer,
    printed: u64,
    kind: PhantomData<fn(&R)>,
}

enum Writer {
    /// A table takes its column widths from its first rows.
    Table(Grid),
    Json,
    Jsonl,
    Csv,
}

impl<'p, R: Record> Rows<'p, R> {
    pub(super) fn new(printer: &'p Printer, format: Format) -> Self {
        let writer = match format {
            Format::Table => {
                let titles = R::COLUMNS.iter().filter(|column| !column.wide).map(|column| column.title);
                Writer::Table(Grid::new(titles, printer.stdout_colour()))
            }
            Format::Json => Writer::Json,
            Format::Jsonl => Writer::Jsonl,
            Format::Csv => {
                printer.bytes(&csv_line(R::COLUMNS.iter().map(|column| column.name)));
                Writer::Csv
            }
        };
        Self { printer, writer, printed: 0, kind: PhantomData }
    }

    /// Prints one. False when nobody reads any more.
    pub(crate) fn push(&mut self, record: &R) -> bool {
        match &mut self.writer {
            Writer::Table(grid) => {
                let cells = record.cells().into_iter().zip(R::COLUMNS);
                let lines =
                    grid.push(cells.filter(|(_, column)| !column.wide).map(|(cell, _)| cell).collect());
                self.printer.text(&lines);
            }
            Writer::Json => {
                let before = if self.printed == 0 { "[\n" } else { ",\n" };
                self.printer.text(&format!("{before}  {}", json(record)));
            }
            Writer::Jsonl => self.printer.text(&(json(record) + "\n")),
            Writer::Csv => {
                self.printer.bytes(&csv_line(record.cells().iter().map(|cell| cell.text.as_str())));
            }
        }
        self.printed += 1;
        !self.printer.reader_gone()
    }

    /// How many were printed.
    pub(crate) const fn printed(&self) -> u64 {
        self.printed
    }

    /// All were printed. A JSON array is closed only here, so that a list that broke off cannot be taken
    /// for a whole one.
    pub(crate) fn finish(self) {
        match self.writer {
            Writer::Table(mut grid) => self.printer.text(&grid.flush()),
            Writer::Json if self.printed == 0 => self.printer.text("[]\n"),
            Writer::Json => self.printer.text("\n]\n"),
            Writer::Jsonl | Writer::Csv => {}
        }
    }

    /// The list broke off.
    pub(crate) fn break_off(self) {
        if let Writer::Table(mut grid) = self.writer {
            self.printer.text(&grid.flush());
        }
    }
}

/// One line of CSV, safe to open in a spreadsheet.
pub(crate) fn csv_line<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let safe: Vec<_> = cells.map(defuse).collect();
    // A vector takes everything.
    drop(writer.write_record(safe.iter().map(|cell| cell.as_bytes())));
    writer.into_inner().unwrap_or_default()
}

fn json<R: Serialize>(record: &R) -> String {
    // Records are flat structs of text: there is nothing in them that JSON cannot hold.
    serde_json::to_string(record).unwrap_or_default()
}

pub(super) fn pretty_json<R: Serialize>(record: &R) -> String {
    serde_json::to_string_pretty(record).unwrap_or_default()
}
