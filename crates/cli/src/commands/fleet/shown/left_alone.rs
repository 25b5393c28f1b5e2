//! Rows that nothing is done for.

use apex_mobility::fleet::plan::Refusal;

use super::rows;
use crate::printer::{Printer, one_line};

/// Rows that are told; the output has all.
pub(crate) const TOLD: usize = 10;

/// The first rows that are left alone, of so many.
pub(crate) fn tell<'a>(printer: &Printer, left: impl Iterator<Item = &'a Refusal>, of: u64) {
    let mut told = 0;
    for Refusal { row, number, why } in left.take(TOLD) {
        let line = number.as_deref().map_or_else(String::new, |number| format!(", {}", one_line(number)));
        printer.warning(&format!("row {row}{line} is left alone: {}", one_line(why)));
        told += 1;
    }
    if of > told {
        printer.warning(&format!("and {} more", rows(of - told)));
    }
}
