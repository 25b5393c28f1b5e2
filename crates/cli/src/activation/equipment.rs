//! Whether plan, features and SIM fit the device, row by row.

use apex_mobility::fleet::CellProblem;
use apex_mobility::service_activation::NewLine;
use apex_mobility_equipment::{Combination, SimKind};

use super::sheet::Row;
use crate::preflight::{Finding, Preflight};

/// What was seen that holds nothing up.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Remarks {
    /// One per row that does not fit tables that prove nothing.
    pub(crate) doubts: Vec<String>,
    /// Rows with something that the tables do not have.
    pub(crate) unknown: usize,
}

/// Looks at every row; a row that cannot work becomes a refused one.
pub(crate) fn check(preflight: &Preflight, rows: &mut [Row]) -> Remarks {
    let mut remarks = Remarks::default();
    for row in rows {
        let Ok(line) = &row.line else { continue };
        match preflight.look(&combination(line)) {
            Finding::Nothing => {}
            Finding::Unknown(_) => remarks.unknown += 1,
            Finding::Remark(what) => remarks.doubts.push(format!("row {}: {what}", row.number)),
            Finding::Refusal(what) => row.line = Err(vec![CellProblem::of_row(what)]),
        }
    }
    remarks
}

fn combination(line: &NewLine) -> Combination {
    let kind = if line.sim().eid().is_some() { SimKind::Embedded } else { SimKind::Plastic };
    let whole = Combination::new(line.imei().clone()).sim(kind).plan(line.plan().clone());
    line.features().iter().cloned().fold(whole, Combination::feature)
}
