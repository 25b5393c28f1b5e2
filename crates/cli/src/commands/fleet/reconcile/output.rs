//! What a comparison found, as rows, and as a file to plan from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::Path;

use apex_mobility::fleet::reconcile::{Bucket, Finding};
use apex_mobility::fleet::results::ResultFormat;
use apex_mobility::fleet::{Field, Replacement};
use serde::Serialize;

use crate::commands::fleet::results::format_of;
use crate::printer::{Cell, Column, Record, Tone, csv_line};

/// One thing that is otherwise.
#[derive(Serialize)]
pub(super) struct FindingRow {
    row: Option<u64>,
    number: String,
    bucket: &'static str,
    what: Option<String>,
    ours: Option<String>,
    theirs: Option<String>,
    /// For how many days after today the line can be restored.
    days_left: Option<i64>,
    /// What there is to say where no one thing is otherwise.
    note: Option<String>,
}

/// The rows of a finding; none where nothing is otherwise.
pub(super) fn rows_of(finding: &Finding) -> impl Iterator<Item = FindingRow> + '_ {
    finding.differences.iter().map(|difference| {
        let is_thing = difference.bucket.is_difference() || Field::named(&difference.what).is_some();
        let (what, note) =
            if is_thing { (Some(&difference.what), None) } else { (None, Some(&difference.what)) };
        FindingRow {
            row: finding.row,
            number: finding.number.clone(),
            bucket: difference.bucket.as_str(),
            what: what.cloned(),
            ours: difference.ours.clone(),
            theirs: difference.theirs.clone(),
            days_left: difference.days_left,
            note: note.cloned(),
        }
    })
}

impl Record for FindingRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("row", "ROW"),
        Column::new("number", "NUMBER"),
        Column::new("bucket", "BUCKET"),
        Column::new("what", "WHAT"),
        Column::new("ours", "INVENTORY"),
        Column::new("theirs", "AT&T"),
        Column::new("days_left", "DAYS LEFT"),
        Column::new("note", "NOTE"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let open = [Bucket::TooFresh.as_str(), Bucket::Unread.as_str()].contains(&self.bucket);
        vec![
            Cell::optional(self.row.map(|row| row.to_string())),
            Cell::new(self.number.as_str()),
            Cell::new(self.bucket).tone(if open { Tone::Open } else { Tone::Bad }),
            Cell::optional(self.what.as_deref()),
            Cell::optional(self.ours.as_deref()),
            Cell::optional(self.theirs.as_deref()),
            Cell::optional(self.days_left.map(|days| days.to_string())),
            Cell::optional(self.note.as_deref()),
        ]
    }
}

/// The rows in a file of their own, whole or not at all.
pub(super) struct FindingsFile {
    file: Replacement,
    format: ResultFormat,
}

impl FindingsFile {
    pub(super) fn begin(path: &Path) -> io::Result<Self> {
        let mut file = Replacement::begin(path)?;
        let format = format_of(path);
        if format == ResultFormat::Csv {
            file.write_all(&csv_line(FindingRow::COLUMNS.iter().map(|column| column.name)))?;
        }
        Ok(Self { file, format })
    }

    pub(super) fn add(&mut self, row: &FindingRow) -> io::Result<()> {
        match self.format {
            ResultFormat::Csv => {
                let cells = row.cells();
                self.file.write_all(&csv_line(cells.iter().map(|cell| cell.text.as_str())))
            }
            ResultFormat::JsonLines => write_json(&mut self.file, row),
        }
    }

    pub(super) fn put(self) -> io::Result<()> {
        self.file.put()
    }
}

/// Rows to plan from. Which columns they need is known at the end alone, so they wait in a file without a name.
pub(super) struct DesiredFile {
    file: Replacement,
    format: ResultFormat,
    rows: BufWriter<File>,
    used: BTreeSet<Field>,
}

impl DesiredFile {
    pub(super) fn begin(path: &Path) -> io::Result<Self> {
        Ok(Self {
            file: Replacement::begin(path)?,
            format: format_of(path),
            rows: BufWriter::new(tempfile::tempfile()?),
            used: BTreeSet::from([Field::Number]),
        })
    }

    /// Adds a row, where there is something to plan.
    pub(super) fn add(&mut self, cells: &[(String, String)]) -> io::Result<()> {
        if cells.is_empty() {
            return Ok(());
        }
        self.used.extend(cells.iter().filter_map(|(name, _)| Field::named(name)));
        let cells: BTreeMap<_, _> = cells.iter().map(|(name, value)| (name, value)).collect();
        write_json(&mut self.rows, &cells)
    }

    pub(super) fn put(mut self) -> io::Result<()> {
        let mut rows = self.rows.into_inner()?;
        rows.rewind()?;
        let mut rows = BufReader::new(rows);
        match self.format {
            ResultFormat::JsonLines => drop(io::copy(&mut rows, &mut self.file)?),
            ResultFormat::Csv => {
                self.file.write_all(&csv_line(self.used.iter().map(|field| field.as_str())))?;
                for line in rows.lines() {
                    let cells: BTreeMap<String, String> = serde_json::from_str(&line?)?;
                    let cell = |field: &Field| cells.get(field.as_str()).map_or("", String::as_str);
                    self.file.write_all(&csv_line(self.used.iter().map(cell)))?;
                }
            }
        }
        self.file.put()
    }
}

fn write_json(to: &mut impl Write, row: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *to, row)?;
    to.write_all(b"\n")
}
