//! Which column is what.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::{InputProblem, Wanted};
use crate::field::Field;
use crate::line::Desired;
use crate::operation::FleetOperation;

/// A value for every row whose own cell is empty or missing: `ban=000000000001`.
#[derive(Clone, PartialEq, Eq)]
pub struct DefaultValue {
    pub(super) field: Field,
    pub(super) value: String,
}

/// Which column, not what it says.
impl std::fmt::Debug for DefaultValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DefaultValue").field(&self.field.as_str()).finish()
    }
}

impl FromStr for DefaultValue {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, value) =
            text.split_once('=').ok_or("write it as COLUMN=VALUE, for example ban=000000000001")?;
        let field = Field::of_title(name).ok_or_else(|| {
            let names: Vec<_> = Field::ALL.iter().map(|field| field.as_str()).collect();
            format!("there is no column {name:?}; the columns are: {}", names.join(", "))
        })?;
        if field.is_of_lines_alone() {
            return Err(format!("no operation uses {field}"));
        }
        if matches!(field, Field::Sim | Field::Eid | Field::Imei | Field::Number | Field::Operation) {
            return Err(format!("each row needs {field} of its own"));
        }
        Ok(Self { field, value: value.to_owned() })
    }
}

/// What stands where.
#[derive(Debug)]
pub(super) struct Titles {
    /// The column of each place; several places can be one feature list.
    places: Vec<Option<Field>>,
    ignored: Vec<String>,
}

impl Titles {
    /// Reads a header.
    pub(super) fn read(
        header: &csv::StringRecord,
        mark: u8,
        wanted: Wanted,
        defaults: &[DefaultValue],
    ) -> Result<Self, InputProblem> {
        let mut places = Vec::with_capacity(header.len());
        let mut ignored = Vec::new();
        let mut first: BTreeMap<Field, &str> = BTreeMap::new();
        for title in header.iter().map(str::trim) {
            let field = field_of(title).filter(|field| wanted != Wanted::Lines || Desired::has(*field));
            if let Some(field) = field
                && let Some(other) = first.insert(field, title)
                && !is_numbered(title)
            {
                return Err(two_columns_for(field, other, title));
            }
            if field.is_none() && !title.is_empty() {
                ignored.push(title.to_owned());
            }
            places.push(field);
        }
        let titles = Self { places, ignored };
        titles.check(header, mark, wanted, defaults)?;
        Ok(titles)
    }

    pub(super) fn ignored(&self) -> &[String] {
        &self.ignored
    }

    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    pub(super) fn field_at(&self, place: usize) -> Option<Field> {
        self.places.get(place).copied().flatten()
    }

    /// An unknown title that nearly names a column which is used and not there.
    fn meant(&self, wanted: Wanted, there: &BTreeSet<Field>) -> Option<(&str, Field)> {
        let absent: Vec<_> = wanted.used().into_iter().filter(|field| !there.contains(field)).collect();
        self.ignored
            .iter()
            .find_map(|title| Some((title.as_str(), Field::nearly(title, absent.iter().copied())?)))
    }

    /// All that is missing, at once.
    fn check(
        &self,
        header: &csv::StringRecord,
        mark: u8,
        wanted: Wanted,
        defaults: &[DefaultValue],
    ) -> Result<(), InputProblem> {
        let there: BTreeSet<Field> = self
            .places
            .iter()
            .flatten()
            .copied()
            .chain(defaults.iter().map(|default| default.field))
            .collect();
        let meant = self.meant(wanted, &there);
        let missing = match wanted {
            Wanted::Rows(Some(operation)) => missing_of(operation, &there),
            Wanted::Rows(None) => missing_among(Field::Operation, &there),
            Wanted::Lines => missing_among(Field::Number, &there),
        };
        if missing.is_empty() {
            return meant.map_or(Ok(()), |(title, field)| {
                let what = format!("has a column {title:?}, which is unknown: did you mean {field}?");
                Err(InputProblem::new(what, "name it so, or take the column out"))
            });
        }
        if let Some(problem) = wrong_mark(header, mark) {
            return Err(problem);
        }
        if there.is_empty() {
            let begin: String = header.iter().collect::<Vec<_>>().join(",").chars().take(40).collect();
            let what = format!("has no header that names its columns; its first row begins {begin:?}");
            return Err(InputProblem::new(
                what,
                format!("put a first row above the data: {}", missing.join(", ")),
            ));
        }
        let what = match missing.as_slice() {
            [one] => format!("has no column {one}"),
            several => format!("lacks {} columns: {}", several.len(), several.join(", ")),
        };
        let unknown = match (self.ignored.as_slice(), meant) {
            ([], _) => String::new(),
            (_, Some((title, field))) => format!("; {title:?} is unknown: did you mean {field}?"),
            (some, None) => format!("; not understood: {}", some.join(", ")),
        };
        let next = match wanted {
            Wanted::Rows(Some(operation)) => {
                format!(
                    "add them to the header, or give one value for all rows with --default; apex fleet template {operation} shows all columns"
                )
            }
            Wanted::Rows(None) => "name the operation with --op, or add the column".to_owned(),
            Wanted::Lines => "add the column: each row is about one line".to_owned(),
        };
        Err(InputProblem::new(what + &unknown, next))
    }
}

fn missing_among(field: Field, there: &BTreeSet<Field>) -> Vec<String> {
    if there.contains(&field) { Vec::new() } else { vec![field.to_string()] }
}

fn missing_of(operation: FleetOperation, there: &BTreeSet<Field>) -> Vec<String> {
    let columns = operation.columns();
    let mut missing: Vec<_> =
        columns.needed.iter().filter(|field| !there.contains(field)).map(ToString::to_string).collect();
    if !columns.one_of.is_empty() && !columns.one_of.iter().any(|field| there.contains(field)) {
        let names: Vec<_> = columns.one_of.iter().map(|field| field.as_str()).collect();
        missing.push(format!("one of {}", names.join(", ")));
    }
    missing
}

/// `SOC 1`, `offering code 2`: several columns with one feature each.
fn is_numbered(title: &str) -> bool {
    title.ends_with(|c: char| c.is_ascii_digit()) && field_of(title) == Some(Field::Features)
}

fn field_of(title: &str) -> Option<Field> {
    Field::of_title(title).or_else(|| {
        let plain: String =
            title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let word = plain.trim_end_matches(|c: char| c.is_ascii_digit());
        let is_one = ["feature", "soc", "offering", "featurecode", "offeringcode"].contains(&word);
        is_one.then_some(Field::Features)
    })
}

fn two_columns_for(field: Field, first: &str, second: &str) -> InputProblem {
    let what = if first == second {
        format!("has two columns {first:?}")
    } else {
        format!("has two columns for {field}: {first:?} and {second:?}")
    };
    InputProblem::new(what, "keep one of them")
}

/// The header in one piece, with another mark between its names.
fn wrong_mark(header: &csv::StringRecord, mark: u8) -> Option<InputProblem> {
    let line = header.iter().collect::<Vec<_>>().join(&char::from(mark).to_string());
    let (name, option) =
        [(',', "commas", "','"), (';', "semicolons", "';'"), ('\t', "tabs", "tab"), ('|', "bars", "'|'")]
            .into_iter()
            .filter(|(other, ..)| *other != char::from(mark))
            .find(|(other, ..)| line.split(*other).filter(|title| field_of(title).is_some()).count() >= 2)
            .map(|(_, name, option)| (name, option))?;
    let what = format!("is separated by {name}");
    Some(InputProblem::new(what, format!("add --delimiter {option}, or save it as comma-separated CSV")))
}
