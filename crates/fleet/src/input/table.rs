//! Rows of the two kinds of file.

use std::io::BufRead;

use serde_json::Value;

use super::numbered::Numbered;
use super::titles::{DefaultValue, Titles};
use super::{InputProblem, RowRead, Wanted, sniff};
use crate::field::Field;
use crate::line::Desired;
use crate::operation::FleetOperation;
use crate::results;
use crate::row::{CellProblem, Row};

/// The longest row that is read: far more than any row of values has, and a bound on what a file without line ends
/// can take.
const LONGEST_ROW: usize = 64 * 1024;

/// Stands in rows about lines, where nobody reads it.
const NO_OPERATION: FleetOperation = FleetOperation::ALL[0];

/// Cells with a mark between them.
pub(super) struct Table<R> {
    records: csv::StringRecordsIntoIter<Numbered<R>>,
    titles: Titles,
    wanted: Wanted,
    defaults: Vec<DefaultValue>,
    ended: bool,
}

impl<R: BufRead> Table<R> {
    pub(super) fn open(
        source: R,
        mark: u8,
        wanted: Wanted,
        defaults: &[DefaultValue],
    ) -> Result<Self, InputProblem> {
        let source = Numbered::new(source, mark);
        let mut reader =
            csv::ReaderBuilder::new().delimiter(mark).has_headers(true).flexible(true).from_reader(source);
        let header = reader.headers().map_err(|error| unreadable(&error, 1))?.clone();
        reader.get_mut().next();
        if header.iter().all(|title| title.trim().is_empty()) {
            return Err(sniff::empty());
        }
        let titles = Titles::read(&header, mark, wanted, defaults)?;
        let records = reader.into_records();
        Ok(Self { records, titles, wanted, defaults: defaults.to_vec(), ended: false })
    }

    pub(super) fn ignored(&self) -> &[String] {
        self.titles.ignored()
    }

    fn row(&self, number: u64, cells: &csv::StringRecord) -> RowRead {
        let count = self.titles.count();
        let surplus = cells.iter().skip(count).any(|cell| !cell.trim().is_empty());
        let mut making = Making::new(number, &self.defaults);
        for (place, cell) in cells.iter().enumerate() {
            if let Some(field) = self.titles.field_at(place) {
                making.take(field, results::said(cell));
            }
        }
        if cells.len() < count || surplus {
            // Cells have moved: nothing in the row can be trusted.
            let what = format!("the row has {} cells and the header has {count}", cells.len());
            making.problems.push(CellProblem::of_row(what));
        }
        making.row(self.wanted)
    }
}

impl<R: BufRead> Iterator for Table<R> {
    type Item = Result<RowRead, InputProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let Some(record) = self.records.next() else {
                self.ended = true;
                return self.records.reader().get_ref().unpaired().map(|row| Err(unpaired(row)));
            };
            let number = self.records.reader_mut().get_mut().next();
            match record {
                Err(error) => {
                    self.ended = true;
                    return Some(Err(unreadable(&error, number)));
                }
                Ok(cells) if cells.iter().all(|cell| cell.trim().is_empty()) => {}
                Ok(cells) if cells.as_slice().len() > LONGEST_ROW => {
                    self.ended = true;
                    return Some(Err(too_long(number)));
                }
                Ok(cells) => return Some(Ok(self.row(number, &cells))),
            }
        }
        None
    }
}

fn unreadable(error: &csv::Error, row: u64) -> InputProblem {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => sniff::not_utf8(row),
        csv::ErrorKind::Io(error) => {
            InputProblem::new(format!("cannot be read: {error}"), "see that the file can be read")
        }
        _ => InputProblem::new(
            format!("cannot be read as CSV: {error}"),
            "save it as comma-separated CSV in UTF-8",
        ),
    }
}

/// All rows behind it are in one of its cells.
fn unpaired(row: u64) -> InputProblem {
    InputProblem::new(
        format!("has a quotation mark without its pair, in row {row}"),
        "remove it, or add the other one",
    )
}

fn too_long(line: u64) -> InputProblem {
    InputProblem::new(
        format!("has a row of more than {LONGEST_ROW} characters, at row {line}"),
        "look for a quotation mark without its pair before it",
    )
}

/// A JSON object per line.
pub(super) struct JsonLines<R> {
    source: R,
    line: u64,
    wanted: Wanted,
    defaults: Vec<DefaultValue>,
    ended: bool,
}

impl<R: BufRead> JsonLines<R> {
    pub(super) fn open(source: R, wanted: Wanted, defaults: &[DefaultValue]) -> Self {
        Self { source, line: 0, wanted, defaults: defaults.to_vec(), ended: false }
    }

    /// The next line that is not blank.
    fn line(&mut self) -> Result<Option<String>, InputProblem> {
        loop {
            let mut bytes = Vec::new();
            let mut limited = std::io::Read::take(&mut self.source, LONGEST_ROW as u64 + 1);
            let read = limited.read_until(b'\n', &mut bytes);
            let read = read.map_err(|error| {
                InputProblem::new(format!("cannot be read: {error}"), "see that the file can be read")
            })?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            if bytes.len() > LONGEST_ROW {
                return Err(too_long(self.line));
            }
            let text = String::from_utf8(bytes).map_err(|_| sniff::not_utf8(self.line))?;
            if !text.trim().is_empty() {
                return Ok(Some(text));
            }
        }
    }

    fn row(&self, text: &str) -> RowRead {
        let mut making = Making::new(self.line, &self.defaults);
        match serde_json::from_str::<serde_json::Map<String, Value>>(text) {
            Ok(members) => {
                for (name, value) in members {
                    match Field::of_title(&name) {
                        Some(field) if self.wanted != Wanted::Lines || Desired::has(field) => {
                            making.take_json(field, &name, value);
                        }
                        _ => making.ignored.push(name),
                    }
                }
            }
            Err(error) => {
                let what =
                    format!("it is no JSON object: character {} is not as it should be", error.column());
                making.problems.push(CellProblem::of_row(what));
            }
        }
        making.row(self.wanted)
    }
}

impl<R: BufRead> Iterator for JsonLines<R> {
    type Item = Result<RowRead, InputProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.line() {
            Ok(Some(text)) => Some(Ok(self.row(&text))),
            Ok(None) => None,
            Err(problem) => {
                self.ended = true;
                Some(Err(problem))
            }
        }
    }
}

/// A row in the making.
struct Making<'a> {
    number: u64,
    cells: Vec<(Field, String)>,
    defaults: &'a [DefaultValue],
    problems: Vec<CellProblem>,
    ignored: Vec<String>,
}

impl<'a> Making<'a> {
    const fn new(number: u64, defaults: &'a [DefaultValue]) -> Self {
        Self { number, cells: Vec::new(), defaults, problems: Vec::new(), ignored: Vec::new() }
    }

    fn take(&mut self, field: Field, cell: &str) {
        if cell.trim().is_empty() {
            return;
        }
        match self.cells.iter_mut().find(|(taken, _)| *taken == field) {
            // Several feature columns are one list.
            Some((_, list)) => {
                list.push(' ');
                list.push_str(cell);
            }
            None => self.cells.push((field, cell.to_owned())),
        }
    }

    fn take_json(&mut self, field: Field, name: &str, value: Value) {
        match value {
            Value::Null => {}
            Value::String(text) => self.take(field, &text),
            Value::Array(list) if list.iter().all(Value::is_string) => {
                list.iter().filter_map(Value::as_str).for_each(|text| self.take(field, text));
            }
            // As `apex line get` writes features: each with its description.
            Value::Array(list)
                if field == Field::Features && list.iter().all(|one| one["code"].is_string()) =>
            {
                list.iter().filter_map(|one| one["code"].as_str()).for_each(|text| self.take(field, text));
            }
            // A number has lost its leading zeros already, if it had any.
            _ => self
                .problems
                .push(CellProblem::of_row(format!("{name:?} has to be text: put it in quotation marks"))),
        }
    }

    fn row(mut self, wanted: Wanted) -> RowRead {
        let operation = match wanted {
            Wanted::Rows(operation) => self.operation(operation),
            Wanted::Lines => NO_OPERATION,
        };
        for DefaultValue { field, value } in self.defaults {
            if operation.uses(*field) && !self.has(*field) {
                self.cells.push((*field, value.clone()));
            }
        }
        match wanted {
            Wanted::Rows(_) => self.refuse_slips(|field| operation.uses(field)),
            Wanted::Lines => self.refuse_slips(Desired::has),
        }
        // What was asked for stands in the row itself, and not in a cell of it.
        let cells = self.cells.into_iter().filter(|(field, _)| *field != Field::Operation);
        let row = cells.fold(Row::new(self.number, operation), |row, (field, value)| row.with(field, value));
        RowRead { row, problems: self.problems, ignored: self.ignored }
    }

    fn has(&self, field: Field) -> bool {
        self.cells.iter().any(|(taken, _)| *taken == field)
    }

    /// Unknown members that nearly name a column which is used and not there.
    fn refuse_slips(&mut self, uses: impl Fn(Field) -> bool) {
        let unknown = std::mem::take(&mut self.ignored);
        for name in unknown {
            let absent = Field::ALL.iter().copied().filter(|field| uses(*field) && !self.has(*field));
            match Field::nearly(&name, absent) {
                Some(field) => {
                    let what = format!("there is no column {name:?}: did you mean {field}?");
                    self.problems.push(CellProblem::of_row(what));
                }
                None => self.ignored.push(name),
            }
        }
    }

    /// What the row asks for, of its own word and the file's.
    fn operation(&mut self, all: Option<FleetOperation>) -> FleetOperation {
        let named = self.cells.iter().find(|(field, _)| *field == Field::Operation);
        let own = named.map(|(_, word)| word.parse::<FleetOperation>());
        match (own, all) {
            (Some(Ok(own)), Some(all)) if own != all => {
                let what = format!("it asks for {own}, and the job is of {all} only");
                self.problems.push(CellProblem::of(Field::Operation, what));
                all
            }
            (Some(Ok(own)), _) => own,
            (Some(Err(error)), all) => {
                self.problems.push(CellProblem::of(Field::Operation, error.to_string()));
                all.unwrap_or(FleetOperation::ALL[0])
            }
            (None, Some(all)) => all,
            (None, None) => {
                self.problems.push(CellProblem::of(Field::Operation, "is empty"));
                FleetOperation::ALL[0]
            }
        }
    }
}
