//! Rows, each a line to activate or a list of what is wrong with it.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use apex_mobility::domain::{
    Address, BillingAccountNumber, Eid, Iccid, Imei, InvalidValue, OfferingCode, PersonName, SingleUserCode,
    State, SubscriberNumber, ZipCode,
};
use apex_mobility::service_activation::{NewLine, Sim};

use super::columns::{Columns, DefaultValue, Field};
use super::source::Problem;

/// A spreadsheet, read.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Its rows, in order, without blank ones.
    pub(crate) rows: Vec<Row>,
    /// Titles of columns that mean nothing here.
    pub(crate) ignored_columns: Vec<String>,
    /// How many rows were blank.
    pub(crate) blank_rows: usize,
}

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its number as a spreadsheet shows it: the header is row 1.
    pub(crate) number: u64,
    /// The SIM as it was given, the EID if there is no SIM.
    pub(crate) given_sim: String,
    /// The IMEI as it was given.
    pub(crate) given_imei: String,
    /// What to activate, or all that is wrong with the row.
    pub(crate) line: Result<NewLine, Vec<CellProblem>>,
}

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellProblem {
    /// The title of its column; none for what concerns the whole row.
    pub(crate) column: Option<String>,
    pub(crate) what: String,
}

impl CellProblem {
    pub(crate) fn new(column: &str, what: impl Into<String>) -> Self {
        Self { column: Some(column.to_owned()), what: what.into() }
    }
}

impl fmt::Display for CellProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.column {
            Some(column) => write!(f, "column {column}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

impl Sheet {
    /// Reads a spreadsheet. What is wrong with single rows is told with them.
    pub(crate) fn read(text: &str, delimiter: u8, defaults: &[DefaultValue]) -> Result<Self, Problem> {
        check_quotes(text)?;
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(true)
            .flexible(true)
            .from_reader(text.as_bytes());
        let unreadable = |error: &csv::Error| {
            Problem::new(format!("cannot be read as CSV: {error}"), "save it as comma-separated CSV in UTF-8")
        };
        let header = reader.headers().map_err(|error| unreadable(&error))?.clone();
        let columns = Columns::read(&header, delimiter, defaults)?;

        let mut sheet = Self { rows: Vec::new(), ignored_columns: columns.ignored().to_vec(), blank_rows: 0 };
        for cells in reader.records() {
            let cells = cells.map_err(|error| unreadable(&error))?;
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                sheet.blank_rows += 1;
            } else {
                sheet.rows.push(Row::read(&cells, &columns));
            }
        }
        if sheet.rows.is_empty() {
            return Err(Problem::new("has a header and no rows", "add one row per line to activate"));
        }
        refuse_duplicates(&mut sheet.rows, &columns);
        Ok(sheet)
    }
}

/// A quote that is never closed would swallow the rest of the file into one cell.
fn check_quotes(text: &str) -> Result<(), Problem> {
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 0 {
        return Ok(());
    }
    let odd = text.lines().position(|line| line.bytes().filter(|byte| *byte == b'"').count() % 2 == 1);
    let row = odd.map_or(1, |line| line + 1);
    Err(Problem::new(
        format!("has a quotation mark without its pair, near row {row}"),
        "remove it, or add the other one",
    ))
}

impl Row {
    fn read(cells: &csv::StringRecord, columns: &Columns) -> Self {
        let number = cells.position().map_or(0, csv::Position::line);
        let given = |field| columns.value(cells, field).trim().to_owned();
        let sim = given(Field::Sim);
        Self {
            number,
            given_sim: if sim.is_empty() { given(Field::Eid) } else { sim },
            given_imei: given(Field::Imei),
            line: Self::line(cells, columns),
        }
    }

    fn line(cells: &csv::StringRecord, columns: &Columns) -> Result<NewLine, Vec<CellProblem>> {
        let surplus = cells.iter().skip(columns.count()).any(|cell| !cell.trim().is_empty());
        if cells.len() < columns.count() || surplus {
            // Cells have moved: nothing in the row can be trusted.
            let what = format!("the row has {} cells and the header has {}", cells.len(), columns.count());
            return Err(vec![CellProblem { column: None, what }]);
        }
        let mut take = Taker { cells, columns, problems: Vec::new() };

        let sim = take.sim();
        let imei = take.needed::<Imei>(Field::Imei);
        let plan = take.needed::<SingleUserCode>(Field::Plan);
        let account = take.needed::<BillingAccountNumber>(Field::BillingAccount);
        let name = take.name();
        let address = take.address();
        let service_zip = take.optional::<ZipCode>(Field::ServiceZip);
        let ported_number = take.optional::<SubscriberNumber>(Field::Number);
        let features = take.features();

        match (sim, imei, plan, account, name, address) {
            (Some(sim), Some(imei), Some(plan), Some(account), Some(name), Some(address))
                if take.problems.is_empty() =>
            {
                let mut line = NewLine::new(account, name, address, plan, imei, sim);
                if let Some(zip) = service_zip {
                    line = line.service_zip(zip);
                }
                if let Some(number) = ported_number {
                    line = line.ported_number(number);
                }
                Ok(features.into_iter().fold(line, NewLine::feature))
            }
            _ => Err(take.problems),
        }
    }
}

/// Takes values out of a row and keeps what is wrong with them.
struct Taker<'a> {
    cells: &'a csv::StringRecord,
    columns: &'a Columns,
    problems: Vec<CellProblem>,
}

impl Taker<'_> {
    fn needed<T: FromStr<Err = InvalidValue>>(&mut self, field: Field) -> Option<T> {
        let value = self.text(field)?.parse::<T>();
        value.map_err(|error| self.refuse(field, error.to_string())).ok()
    }

    fn optional<T: FromStr<Err = InvalidValue>>(&mut self, field: Field) -> Option<T> {
        if self.is_empty(field) { None } else { self.needed(field) }
    }

    fn text(&mut self, field: Field) -> Option<String> {
        if self.is_empty(field) {
            self.refuse(field, "is empty");
            return None;
        }
        Some(self.columns.value(self.cells, field).to_owned())
    }

    fn is_empty(&self, field: Field) -> bool {
        self.columns.value(self.cells, field).trim().is_empty()
    }

    fn refuse(&mut self, field: Field, what: impl Into<String>) {
        self.problems.push(CellProblem::new(self.columns.title(field), what));
    }

    fn sim(&mut self) -> Option<Sim> {
        if self.is_empty(Field::Eid) {
            return self.needed::<Iccid>(Field::Sim).map(Sim::Card);
        }
        let before = self.problems.len();
        let iccid = self.optional::<Iccid>(Field::Sim);
        let eid = self.needed::<Eid>(Field::Eid)?;
        (self.problems.len() == before).then_some(Sim::Embedded { eid, iccid })
    }

    fn name(&mut self) -> Option<PersonName> {
        let (first, last) = (self.text(Field::FirstName), self.text(Field::LastName));
        PersonName::new(first?, last?).ok()
    }

    fn address(&mut self) -> Option<Address> {
        let number = self.text(Field::StreetNumber);
        let street = self.text(Field::StreetName);
        let city = self.text(Field::City);
        let state = self.needed::<State>(Field::State);
        let zip = self.needed::<ZipCode>(Field::Zip);
        let address = Address::new(number?, street?, city?, state?, zip?);
        let address = address.map_err(|error| self.refuse(Field::StreetName, error.to_string())).ok()?;
        Some(
            address
                .with_street_direction(self.columns.value(self.cells, Field::StreetDirection))
                .with_street_type(self.columns.value(self.cells, Field::StreetType)),
        )
    }

    fn features(&mut self) -> Vec<OfferingCode> {
        let mut features = Vec::new();
        let mut add = |take: &mut Self, field: Field, text: &str| match OfferingCode::parse(text) {
            Ok(code) if features.contains(&code) => {
                take.refuse(field, format!("feature {code} stands there twice"));
            }
            Ok(code) => features.push(code),
            Err(error) => take.refuse(field, error.to_string()),
        };
        let cell = self.columns.value(self.cells, Field::Features).to_owned();
        for code in cell.split([' ', ';', ',', '|', '/']).filter(|code| !code.is_empty()) {
            add(self, Field::Features, code);
        }
        for field in self.columns.feature_fields() {
            let cell = self.columns.value(self.cells, field).to_owned();
            if !cell.trim().is_empty() {
                add(self, field, &cell);
            }
        }
        features
    }
}

/// A SIM, device or number that comes twice. Of rows that are alike in all, the first goes; of others none,
/// as nobody but the customer knows which of them is meant.
fn refuse_duplicates(rows: &mut [Row], columns: &Columns) {
    let mut places: HashMap<(Field, String), Vec<usize>> = HashMap::new();
    for (place, row) in rows.iter().enumerate() {
        let Ok(line) = &row.line else { continue };
        let sim = line.sim();
        let values = [
            (Field::Sim, sim.iccid().map(Iccid::as_str)),
            (Field::Eid, sim.eid().map(Eid::as_str)),
            (Field::Imei, Some(line.imei().as_str())),
        ];
        for (field, value) in values {
            if let Some(value) = value {
                places.entry((field, value.to_owned())).or_default().push(place);
            }
        }
    }
    let mut refused: Vec<(usize, CellProblem)> = Vec::new();
    for ((field, _), places) in &places {
        let lines: Vec<_> = places.iter().filter_map(|place| rows.get(*place)).collect();
        let [first, _, ..] = lines.as_slice() else { continue };
        let alike = lines.iter().all(|row| row.line == first.line);
        for (row, place) in lines.iter().zip(places) {
            if alike && row.number == first.number {
                continue;
            }
            let problem = if alike {
                CellProblem { column: None, what: format!("it says the same as row {}", first.number) }
            } else {
                let others = lines.iter().map(|other| other.number).filter(|other| *other != row.number);
                let what =
                    format!("the same {} stands in row {}", field.name().to_uppercase(), listed(others));
                CellProblem::new(columns.title(*field), what)
            };
            refused.push((*place, problem));
        }
    }
    refused.sort_by(|(_, a), (_, b)| a.column.cmp(&b.column));
    for (place, problem) in refused {
        let Some(row) = rows.get_mut(place) else { continue };
        match &mut row.line {
            Ok(_) => row.line = Err(vec![problem]),
            Err(problems) if problems.contains(&problem) => {}
            Err(problems) => problems.push(problem),
        }
    }
}

/// The first few rows of many: a sheet may hold one SIM ten thousand times.
fn listed(rows: impl Iterator<Item = u64>) -> String {
    let rows: Vec<_> = rows.collect();
    let some = rows.iter().take(3).map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if rows.len() > 3 { format!("{some} and {} more", rows.len() - 3) } else { some }
}

#[cfg(test)]
mod tests;
