//! What can be printed as a row.

use serde::Serialize;

/// Something with columns: one row of a table, one line of CSV, one JSON object.
pub(crate) trait Record: Serialize {
    /// The columns, in order.
    const COLUMNS: &'static [Column];

    /// What stands in them.
    fn cells(&self) -> Vec<Cell>;
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// Its name in CSV, the same as in JSON.
    pub(crate) name: &'static str,
    /// Its title in a table.
    pub(crate) title: &'static str,
    /// Left out of tables of many rows, for its length.
    pub(crate) wide: bool,
}

impl Column {
    pub(crate) const fn new(name: &'static str, title: &'static str) -> Self {
        Self { name, title, wide: false }
    }

    /// A column too long for a table of many rows.
    pub(crate) const fn wide(name: &'static str, title: &'static str) -> Self {
        Self { name, title, wide: true }
    }
}

/// What stands in one column of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) tone: Tone,
}

/// How a cell looks on a terminal with colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Good,
    Bad,
    Open,
}

impl Cell {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Plain }
    }

    pub(crate) fn optional(text: Option<impl Into<String>>) -> Self {
        Self::new(text.map_or_else(String::new, Into::into))
    }

    #[must_use]
    pub(crate) const fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// A CSV cell that a spreadsheet will not take for a formula.
///
/// What a customer or a server wrote must not run when the file is opened: `=`, `+`, `-`, `@`, tab and
/// carriage return at the start get an apostrophe in front, unless the cell is a plain number.
pub(crate) fn defuse(text: &str) -> std::borrow::Cow<'_, str> {
    let dangerous = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if dangerous && !is_plain_number(text) { format!("'{text}").into() } else { text.into() }
}

fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_would_be_formulas_are_defused() {
        let table = [
            ("=HYPERLINK(\"https://example.com\")", "'=HYPERLINK(\"https://example.com\")"),
            ("+cmd", "'+cmd"),
            ("-2+3", "'-2+3"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("-", "'-"),
            ("+1.", "'+1."),
        ];
        for (given, written) in table {
            assert_eq!(defuse(given), written);
        }
    }

    #[test]
    fn numbers_and_words_stay_as_they_are() {
        for text in ["", "-5", "+12145550101", "-1.50", "89010000000000000011", "Active", "a=b", "'"] {
            assert_eq!(defuse(text), text);
        }
    }
}
