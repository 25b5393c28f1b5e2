//! One row of the input: an operation and what its columns say.

use std::collections::BTreeMap;
use std::fmt;

use crate::field::Field;
use crate::operation::FleetOperation;

/// One row. Empty cells are left out.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number as a spreadsheet shows it: a header is row 1.
    pub number: u64,
    /// What it asks for.
    pub operation: FleetOperation,
    cells: BTreeMap<Field, String>,
}

/// What is wrong with one cell, or with a row as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellProblem {
    /// The field; none for what concerns the whole row.
    pub field: Option<Field>,
    /// What is wrong.
    pub what: String,
}

impl Row {
    /// A row with no cell yet.
    #[must_use]
    pub const fn new(number: u64, operation: FleetOperation) -> Self {
        Self { number, operation, cells: BTreeMap::new() }
    }

    /// Sets a cell. An empty value takes it away.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Into<String>) -> Self {
        self.set(field, value);
        self
    }

    /// Sets a cell. An empty value takes it away.
    pub fn set(&mut self, field: Field, value: impl Into<String>) {
        let value = value.into();
        if value.trim().is_empty() {
            self.cells.remove(&field);
        } else {
            self.cells.insert(field, value);
        }
    }

    /// What a cell says, without blanks around it; nothing where it is empty.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<&str> {
        self.cells.get(&field).map(|value| value.trim())
    }

    /// The cells that say something, in a fixed order.
    pub fn cells(&self) -> impl Iterator<Item = (Field, &str)> {
        self.cells.iter().map(|(field, value)| (*field, value.trim()))
    }

    /// The same for two rows that say the same, wherever they stand. Case and the marks within numbers do not count.
    ///
    /// Secrets are left out: a hash of four digits would give them away. So is what the operation does not use.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        // FNV-1a: it stands in journals, so it has to stay the same from version to version.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        for (field, value) in
            self.cells().filter(|(field, _)| !field.is_secret() && self.operation.uses(*field))
        {
            field.as_str().bytes().for_each(&mut add);
            add(b'=');
            let plain = value.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
            plain.collect::<String>().bytes().for_each(&mut add);
            add(b';');
        }
        format!("{hash:016x}")
    }
}

/// Which columns are filled, not what they say.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Row")
            .field("number", &self.number)
            .field("operation", &self.operation)
            .field("filled", &self.cells.keys().map(|field| field.as_str()).collect::<Vec<_>>())
            .finish()
    }
}

impl CellProblem {
    /// A problem of one cell.
    pub fn of(field: Field, what: impl Into<String>) -> Self {
        Self { field: Some(field), what: what.into() }
    }

    /// A problem of the whole row.
    pub fn of_row(what: impl Into<String>) -> Self {
        Self { field: None, what: what.into() }
    }
}

impl fmt::Display for CellProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.field {
            Some(field) => write!(f, "column {field}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Row {
        Row::new(2, FleetOperation::Suspend).with(Field::Number, "2145550101").with(Field::Reason, "CR")
    }

    #[test]
    fn rows_that_say_the_same_are_alike_wherever_they_stand() {
        let other = Row::new(9, FleetOperation::Suspend)
            .with(Field::Reason, "cr")
            .with(Field::Number, "214-555-0101");
        assert_ne!(row(), other);
        assert_eq!(row().fingerprint(), other.fingerprint());
        assert_ne!(row().fingerprint(), row().with(Field::Reason, "NPG").fingerprint());
        assert_eq!(row().fingerprint(), "fcc29cf989abf3b3", "journals hold it");
    }

    #[test]
    fn a_fingerprint_gives_no_secret_away() {
        let reset = Row::new(2, FleetOperation::ResetVoicemail).with(Field::Number, "2145550101");
        assert_eq!(reset.fingerprint(), reset.with(Field::VoicemailPin, "0000").fingerprint());
    }

    #[test]
    fn what_the_operation_does_not_use_makes_no_other_row() {
        assert_eq!(row().fingerprint(), row().with(Field::BillingAccount, "000000000001").fingerprint());
        assert_ne!(row().fingerprint(), row().with(Field::EffectiveDate, "2026-02-01").fingerprint());
    }

    #[test]
    fn an_empty_cell_says_nothing() {
        assert_eq!(row().with(Field::Reason, "  ").get(Field::Reason), None);
        assert_eq!(row().cells().count(), 2);
    }

    #[test]
    fn debug_output_names_columns_and_no_customer() {
        let shown = format!("{:?}", row());
        assert!(shown.contains("number") && !shown.contains("214555"), "{shown}");
    }
}
