//! Rows, each a line to activate or a list of what is wrong with it.

use std::collections::{BTreeSet, HashMap};
use std::io::BufRead;

use apex_mobility::domain::{Eid, Iccid};
use apex_mobility::fleet::input::{DefaultValue, Format, Input, InputProblem, RowRead};
use apex_mobility::fleet::{CellProblem, Field, FleetOperation, Task};
use apex_mobility::service_activation::NewLine;

/// A spreadsheet, read.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Its rows, in order, without blank ones.
    pub(crate) rows: Vec<Row>,
    /// Columns that mean nothing here, or nothing for an activation.
    pub(crate) ignored_columns: Vec<String>,
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

impl Sheet {
    /// Reads a spreadsheet as a job of activations is read. What is wrong with single rows is told with them.
    pub(crate) fn read<'a>(
        source: impl BufRead + Send + 'a,
        mark: u8,
        defaults: &[DefaultValue],
    ) -> Result<Self, InputProblem> {
        let input = Input::open(source, Format::Csv(mark), Some(FleetOperation::Activate), defaults)?;
        let unknown = input.ignored_columns().to_vec();
        let mut unused = BTreeSet::new();
        let mut rows = Vec::new();
        for read in input {
            let read = read?;
            let fields = read.row.cells().map(|(field, _)| field);
            unused.extend(fields.filter(|field| !FleetOperation::Activate.uses(*field)).map(Field::as_str));
            rows.push(Row::of(read));
        }
        if rows.is_empty() {
            let (what, next) = ("has a header and no rows", "add one row per line to activate");
            return Err(InputProblem { what: what.to_owned(), next: next.to_owned() });
        }
        refuse_duplicates(&mut rows);
        let ignored_columns = unknown.into_iter().chain(unused.into_iter().map(str::to_owned)).collect();
        Ok(Self { rows, ignored_columns })
    }
}

impl Row {
    fn of(read: RowRead) -> Self {
        let RowRead { row, mut problems, .. } = read;
        let given = |field| row.get(field).unwrap_or_default().to_owned();
        let sim = given(Field::Sim);
        let line = match Task::read(&row) {
            Ok(Task::Activate(line)) if problems.is_empty() => Ok(*line),
            // No row of this file asks for anything else.
            Ok(_) => Err(problems),
            // Where cells have moved, what is wrong with each says nothing.
            Err(_) if problems.iter().any(|problem| problem.field.is_none()) => Err(problems),
            Err(found) => {
                problems.extend(found);
                Err(problems)
            }
        };
        Self {
            number: row.number,
            given_sim: if sim.is_empty() { given(Field::Eid) } else { sim },
            given_imei: given(Field::Imei),
            line,
        }
    }
}

/// A SIM, device or number that comes twice. Of rows that are alike in all, the first goes; of others none,
/// as nobody but the customer knows which of them is meant.
fn refuse_duplicates(rows: &mut [Row]) {
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
                CellProblem::of_row(format!("it says the same as row {}", first.number))
            } else {
                let others = lines.iter().map(|other| other.number).filter(|other| *other != row.number);
                let what =
                    format!("the same {} stands in row {}", field.as_str().to_uppercase(), listed(others));
                CellProblem::of(*field, what)
            };
            refused.push((*place, problem));
        }
    }
    refused.sort_by_key(|(_, problem)| problem.field.map(Field::as_str));
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
