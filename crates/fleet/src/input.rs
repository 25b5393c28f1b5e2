//! Rows out of a file: CSV, TSV or JSON lines, one row at a time.
//!
//! A file is read from its beginning to its end and never held whole, so its length does not matter. What is wrong
//! with the file as a whole (not text, no header, a column twice) is an [`InputProblem`] and ends the reading; what is
//! wrong with one row is told with that row.

mod numbered;
mod sniff;
mod table;
mod template;
mod titles;

use std::fmt;
use std::io::BufRead;

pub use template::template;
pub use titles::DefaultValue;

use crate::field::Field;
use crate::line::Desired;
use crate::operation::FleetOperation;
use crate::row::{CellProblem, Row};

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Cells with a mark between them, and a header. The mark is a comma unless said otherwise.
    Csv(u8),
    /// A JSON object per line, its members named as columns are.
    JsonLines,
}

impl Format {
    /// What a file's name says: `.tsv` and `.tab`, `.jsonl` and `.ndjson`, anything else is CSV.
    #[must_use]
    pub fn of_name(name: &str) -> Self {
        let ends = |end: &str| name.to_ascii_lowercase().ends_with(end);
        if ends(".tsv") || ends(".tab") {
            Self::Csv(b'\t')
        } else if ends(".jsonl") || ends(".ndjson") {
            Self::JsonLines
        } else {
            Self::Csv(b',')
        }
    }
}

/// What the rows of a file are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Each asks for a write: all for the same, or each for its own.
    Rows(Option<FleetOperation>),
    /// Each says how a line is.
    Lines,
}

impl Wanted {
    /// The columns that rows can use, as far as the file's beginning tells.
    fn used(self) -> Vec<Field> {
        let used = |field: &Field| match self {
            Self::Rows(Some(operation)) => operation.uses(*field),
            Self::Rows(None) => {
                *field == Field::Operation || FleetOperation::ALL.iter().any(|all| all.uses(*field))
            }
            Self::Lines => Desired::has(*field),
        };
        Field::ALL.iter().copied().filter(used).collect()
    }
}

/// What is wrong with a file as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputProblem {
    /// What is wrong, as the predicate of a sentence: `has no column imei`.
    pub what: String,
    /// What to do about it.
    pub next: String,
}

impl InputProblem {
    pub(crate) fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), next: next.into() }
    }
}

impl fmt::Display for InputProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.next)
    }
}

impl std::error::Error for InputProblem {}

/// A row, and what is wrong with how it stands in the file. Its values are not looked at yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRead {
    /// The row, with whatever could be read of it.
    pub row: Row,
    /// For example that it has fewer cells than the header.
    pub problems: Vec<CellProblem>,
    /// Names of its members that mean nothing here, in a file of JSON lines; of a table the header says so once.
    pub ignored: Vec<String>,
}

/// A file being read.
pub struct Input<'a> {
    rows: Box<dyn Iterator<Item = Result<RowRead, InputProblem>> + Send + 'a>,
    ignored: Vec<String>,
    wanted: Wanted,
}

impl<'a> Input<'a> {
    /// Begins to read: looks at the first bytes and the header.
    ///
    /// `operation` is what every row asks for; without it the file needs a column `operation`. A title that is unknown
    /// and nearly names a column that is used and missing is refused; other unknown ones are passed over.
    ///
    /// # Errors
    /// What is wrong with the file as a whole, as far as its beginning shows.
    pub fn open(
        source: impl BufRead + Send + 'a,
        format: Format,
        operation: Option<FleetOperation>,
        defaults: &[DefaultValue],
    ) -> Result<Self, InputProblem> {
        Self::begin(source, format, Wanted::Rows(operation), defaults)
    }

    /// Begins to read a file about lines: how they are to be, or how they are by one's own records. Needs a column
    /// `number`. What no read shows and no step needs means nothing and is passed over.
    ///
    /// # Errors
    /// What is wrong with the file as a whole, as far as its beginning shows.
    pub fn open_lines(source: impl BufRead + Send + 'a, format: Format) -> Result<Self, InputProblem> {
        Self::begin(source, format, Wanted::Lines, &[])
    }

    fn begin(
        source: impl BufRead + Send + 'a,
        format: Format,
        wanted: Wanted,
        defaults: &[DefaultValue],
    ) -> Result<Self, InputProblem> {
        if let Wanted::Rows(Some(operation)) = wanted
            && let Some(default) = defaults.iter().find(|default| !operation.uses(default.field))
        {
            let what = format!("has no use for a value for all rows of {}", default.field);
            return Err(InputProblem::new(what, format!("leave it out: {operation} does not use it")));
        }
        let source = sniff::text(source)?;
        match format {
            Format::Csv(mark) => {
                let table = table::Table::open(source, mark, wanted, defaults)?;
                let ignored = table.ignored().to_vec();
                Ok(Self { rows: Box::new(table), ignored, wanted })
            }
            Format::JsonLines => {
                let lines = table::JsonLines::open(source, wanted, defaults);
                Ok(Self { rows: Box::new(lines), ignored: Vec::new(), wanted })
            }
        }
    }

    /// Titles of a table's columns that mean nothing here.
    #[must_use]
    pub fn ignored_columns(&self) -> &[String] {
        &self.ignored
    }

    /// What every row asks for; none where each says so itself.
    pub(crate) const fn operation(&self) -> Option<FleetOperation> {
        match self.wanted {
            Wanted::Rows(operation) => operation,
            Wanted::Lines => None,
        }
    }
}

impl Iterator for Input<'_> {
    type Item = Result<RowRead, InputProblem>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("ignored", &self.ignored).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
