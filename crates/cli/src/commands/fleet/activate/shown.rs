//! The results on a screen, and what to do about those that need it.

use super::row::Row;
use crate::args::Format;
use crate::commands::fleet::shown::rows;
use crate::printer::{Printer, wrap};

/// A terminal is not flooded: of a long sheet, only what needs attention is shown.
const ROWS_SHOWN: usize = 60;

/// The rows, and what to do about those that need it.
pub(in crate::commands) fn show_rows(printer: &Printer, results: &[Row], format: Format) {
    let mut printed = printer.rows_as(format);
    if format != Format::Table {
        results.iter().all(|row| printed.push(row));
        printed.finish();
        return;
    }
    let long = results.len() > ROWS_SHOWN;
    let shown: Vec<_> =
        results.iter().filter(|row| !long || row.needs_attention()).take(ROWS_SHOWN).collect();
    shown.iter().all(|row| printed.push(row));
    printed.finish();
    if long {
        printer.text(&format!(
            "({} of {} rows shown; the results file has all)\n",
            shown.len(),
            results.len()
        ));
    }
    let open: Vec<_> = shown.into_iter().filter(|row| row.needs_attention()).collect();
    if open.is_empty() {
        return;
    }
    printer.text(&format!("\n{} to look after:\n", rows(open.len() as u64)));
    let width = printer.paragraph_width();
    for row in open {
        let reason = row.reason.as_deref().unwrap_or("no reason given");
        printer.text(&format!("{}\n", wrap(&format!("  row {:<5} ", row.row), reason, width)));
        if let Some(next) = &row.next_step {
            printer.text(&format!("{}\n", wrap("         -> ", next, width)));
        }
    }
}
