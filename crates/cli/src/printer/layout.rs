//! Tables and paragraphs.

use comfy_table::{Cell as TableCell, Color, ColumnConstraint, ContentArrangement, Table, Width, presets};

use super::record::{Cell, Record, Tone};

/// Rows that decide how wide the columns are; later rows are laid out by the same number at a time.
const ROWS_AT_A_TIME: usize = 250;

/// A table in the making: rows are laid out in blocks, so that a long list streams.
pub(super) struct Grid {
    titles: Vec<&'static str>,
    colour: bool,
    waiting: Vec<Vec<Cell>>,
    /// The widths of the first block, which later blocks keep.
    widths: Vec<u16>,
}

impl Grid {
    pub(super) fn new(titles: impl Iterator<Item = &'static str>, colour: bool) -> Self {
        Self { titles: titles.collect(), colour, waiting: Vec::new(), widths: Vec::new() }
    }

    /// Takes a row; gives the lines that are ready to print.
    pub(super) fn push(&mut self, row: Vec<Cell>) -> String {
        self.waiting.push(row);
        if self.waiting.len() < ROWS_AT_A_TIME { String::new() } else { self.flush() }
    }

    /// The lines of the rows that are left.
    pub(super) fn flush(&mut self) -> String {
        if self.waiting.is_empty() {
            return String::new();
        }
        let first = self.widths.is_empty();
        let mut table = plain_table(self.colour);
        if first {
            table.set_header(self.titles.iter().map(TableCell::new));
        }
        for row in self.waiting.drain(..) {
            table.add_row(row.iter().map(table_cell));
        }
        if first {
            self.widths = table.column_max_content_widths();
        } else {
            // Padding is one on the right.
            let least = self
                .widths
                .iter()
                .map(|width| ColumnConstraint::LowerBoundary(Width::Fixed(width + PADDING)));
            table.set_constraints(least);
        }
        lines_of(&table)
    }
}

const PADDING: u16 = 2;

fn plain_table(colour: bool) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    if colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

fn table_cell(cell: &Cell) -> TableCell {
    let text = if cell.text.is_empty() { "-".to_owned() } else { super::one_line(&cell.text) };
    let table_cell = TableCell::new(text);
    match cell.tone {
        Tone::Plain => table_cell,
        Tone::Good => table_cell.fg(Color::Green),
        Tone::Bad => table_cell.fg(Color::Red),
        Tone::Open => table_cell.fg(Color::Yellow),
    }
}

fn lines_of(table: &Table) -> String {
    let mut table = table.clone();
    for column in table.column_iter_mut() {
        column.set_padding((0, PADDING));
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// One record as a list of its columns, the empty ones left out.
pub(super) fn details<R: Record>(record: &R, colour: bool) -> String {
    let mut table = plain_table(colour);
    for (cell, column) in record.cells().into_iter().zip(R::COLUMNS) {
        if !cell.text.is_empty() {
            table.add_row([TableCell::new(column.title), table_cell(&cell)]);
        }
    }
    lines_of(&table)
}

/// How many columns the terminal has: `COLUMNS` if set, else what the terminal says.
pub(super) fn width(is_terminal: bool) -> Option<usize> {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    told.or_else(|| if is_terminal { Table::new().width().map(usize::from) } else { None })
}

/// A paragraph behind a prefix, broken at spaces to fit a width; the lines after the first are indented as
/// far as the prefix reaches.
pub(crate) fn wrap(prefix: &str, text: &str, width: usize) -> String {
    let indent = prefix.chars().count();
    let mut wrapped = prefix.to_owned();
    let mut column = indent;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > indent && column + 1 + length > width {
            wrapped.push('\n');
            wrapped.extend(std::iter::repeat_n(' ', indent));
            column = indent;
        } else if column > indent {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: usize) -> Vec<Cell> {
        vec![Cell::new(format!("{number}")), Cell::new("x")]
    }

    #[test]
    fn a_long_table_keeps_its_columns_and_its_one_header() {
        let mut grid = Grid::new(["NUMBER", "LETTER"].into_iter(), false);
        let mut text = String::new();
        for number in 0..ROWS_AT_A_TIME * 2 + 1 {
            text.push_str(&grid.push(row(number)));
        }
        text.push_str(&grid.flush());
        assert_eq!(text.matches("NUMBER").count(), 1);
        assert!(text.lines().skip(1).all(|line| line.find('x') == Some(8)), "{text}");
    }

    #[test]
    fn paragraphs_break_at_spaces() {
        assert_eq!(wrap("- ", "one two three four", 10), "- one two\n  three\n  four");
        assert_eq!(wrap("", "short", 80), "short");
        assert_eq!(wrap("", "no-place-to-break", 5), "no-place-to-break");
    }
}
