//! The first bytes of a file: text in UTF-8, or something that only looks like it to a person.

use std::io::BufRead;

use super::InputProblem;

const SAVE_AS: &str = "in the spreadsheet, choose Save As and the type \"CSV UTF-8 (comma delimited)\"";

/// The file behind its byte order mark, if it can be text at all.
pub(super) fn text<R: BufRead>(mut source: R) -> Result<R, InputProblem> {
    let start = source.fill_buf().map_err(|error| {
        InputProblem::new(format!("cannot be read: {error}"), "see that the file can be read")
    })?;
    let skip = match start {
        [] => return Err(empty()),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            return Err(InputProblem::new("is in UTF-16, not UTF-8", SAVE_AS));
        }
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            return Err(InputProblem::new("is a workbook, not text", SAVE_AS));
        }
        [0xEF, 0xBB, 0xBF, ..] => 3,
        _ => 0,
    };
    if start.contains(&0) {
        return Err(InputProblem::new("is not text: it holds zero bytes", SAVE_AS));
    }
    source.consume(skip);
    Ok(source)
}

pub(super) fn empty() -> InputProblem {
    InputProblem::new("is empty", "give a file with a header line and one line per row")
}

pub(super) fn not_utf8(line: u64) -> InputProblem {
    InputProblem::new(format!("is not UTF-8: row {line} holds a character in another encoding"), SAVE_AS)
}
