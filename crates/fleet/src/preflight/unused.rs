//! Cells that their row's operation does not use.
//!
//! An inventory or the output of a list has more columns than an operation needs. What no row of the file uses is passed
//! over, and named once. A column that some rows use and others only fill in is another matter: in a file of several
//! operations such a cell most likely asks for something that its row would not do, so the row is refused. A column that
//! says no more than which line or account it is asks for nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::field::Field;
use crate::input::{Input, RowRead};
use crate::operation::FleetOperation;
use crate::row::CellProblem;

/// What the rows so far have in cells that their operations do not use.
pub(super) struct Unused {
    /// Of columns that mean nothing here.
    unknown: BTreeSet<String>,
    /// By the operation of the rows that do not use them.
    unused: BTreeMap<FleetOperation, BTreeSet<Field>>,
    used: BTreeSet<Field>,
    /// Whether each row says itself what it asks for.
    mixed: bool,
}

/// Unknown names that are kept: a file of JSON lines can have others in each.
const NAMED: usize = 50;

impl Unused {
    pub(super) fn of(input: &Input<'_>) -> Self {
        Self {
            unknown: input.ignored_columns().iter().cloned().collect(),
            unused: BTreeMap::new(),
            used: BTreeSet::new(),
            mixed: input.operation().is_none(),
        }
    }

    /// Takes a row in. A secret that nobody uses is not kept.
    pub(super) fn see(&mut self, read: &mut RowRead) {
        for name in read.ignored.drain(..) {
            if self.unknown.len() < NAMED {
                self.unknown.insert(name);
            }
        }
        let operation = read.row.operation;
        let (used, unused): (Vec<_>, Vec<_>) =
            read.row.cells().map(|(field, _)| field).partition(|field| operation.uses(*field));
        self.used.extend(used);
        for field in unused {
            if field.is_secret() {
                read.row.set(field, "");
                if self.mixed {
                    // It cannot be told later from the journal that it was there.
                    let what = format!("{operation} does not use it: empty the cell");
                    read.problems.push(CellProblem::of(field, what));
                    continue;
                }
            }
            self.unused.entry(operation).or_default().insert(field);
        }
    }

    /// Which columns the rows of which operation must not fill in, as other rows use them.
    pub(super) fn misplaced(&self) -> Vec<(FleetOperation, Field)> {
        let asks = |field: &Field| !field.only_names() && self.used.contains(field);
        let of_one = |(operation, fields): (&FleetOperation, &BTreeSet<Field>)| {
            let operation = *operation;
            fields.iter().copied().filter(asks).map(move |field| (operation, field)).collect::<Vec<_>>()
        };
        self.unused.iter().flat_map(of_one).collect()
    }

    /// The columns that are passed over.
    pub(super) fn columns(self) -> Vec<String> {
        let unused: BTreeSet<_> = self.unused.into_values().flatten().collect();
        let unused = unused.difference(&self.used).map(ToString::to_string);
        self.unknown.into_iter().chain(unused).collect()
    }
}
