//! The row at which each record of a table stands, as a spreadsheet shows it.
//!
//! The reader of tables leaves wholly blank lines out without a word, and counts the lines within a cell. A spreadsheet
//! does neither. This goes over the same bytes by the same rules and remembers where each record begins.

use std::collections::VecDeque;
use std::io::{self, Read};

/// Bytes on their way to the reader of tables.
pub(super) struct Numbered<R> {
    source: R,
    mark: u8,
    at: At,
    row: u64,
    after_return: bool,
    begun: VecDeque<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// A record would begin here.
    Record,
    /// A cell begins here.
    Cell,
    Bare,
    Quoted,
    /// Behind a quotation mark within quotation marks: the end of them, or the first of two.
    Mark,
}

impl<R> Numbered<R> {
    pub(super) const fn new(source: R, mark: u8) -> Self {
        Self { source, mark, at: At::Record, row: 1, after_return: false, begun: VecDeque::new() }
    }

    /// The row of the next record that was read.
    pub(super) fn next(&mut self) -> u64 {
        self.begun.pop_front().unwrap_or(self.row)
    }

    /// At the end: the row of a quotation mark that has no pair. All behind it went into one cell.
    pub(super) fn unpaired(&self) -> Option<u64> {
        (self.at == At::Quoted).then_some(self.row)
    }

    fn see(&mut self, byte: u8) {
        let returned = std::mem::replace(&mut self.after_return, byte == b'\r');
        let is_end = matches!(byte, b'\r' | b'\n');
        if self.at == At::Record && is_end {
            // The second half of an end, or a blank line.
            self.row += u64::from(!(returned && byte == b'\n'));
            return;
        }
        if self.at == At::Record {
            self.begun.push_back(self.row);
            self.at = At::Cell;
        }
        self.at = match (self.at, byte) {
            (At::Quoted, b'"') => At::Mark,
            (At::Quoted, _) | (At::Mark | At::Cell, b'"') => At::Quoted,
            _ if is_end => {
                self.row += 1;
                At::Record
            }
            (_, byte) if byte == self.mark => At::Cell,
            _ => At::Bare,
        };
    }
}

impl<R: Read> Read for Numbered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        buffer.iter().take(read).for_each(|byte| self.see(*byte));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> (Vec<u64>, Option<u64>) {
        let mut numbered = Numbered::new(text.as_bytes(), b',');
        numbered.read_to_end(&mut Vec::new()).unwrap();
        let unpaired = numbered.unpaired();
        (numbered.begun.into_iter().collect(), unpaired)
    }

    #[test]
    fn rows_are_those_of_a_spreadsheet() {
        let table = [
            ("a\nb\nc", &[1, 2, 3][..]),
            ("a\r\nb\r\nc\r\n", &[1, 2, 3]),
            ("a\rb\rc", &[1, 2, 3]),
            ("a\n\nb\n\n\nc\n", &[1, 3, 6]),
            ("a\r\n\r\nb\r\n\r\n\r\nc\r\n", &[1, 3, 6]),
            ("\n\na\nb", &[3, 4]),
            ("a,\"one\ntwo\r\nthree\"\nb", &[1, 2]),
            ("\"a \"\"quoted\"\"\nword\"\nb", &[1, 2]),
            ("5\" pipe\nb\n6\" pipe\nc", &[1, 2, 3, 4]),
            (",\n,,\nc", &[1, 2, 3]),
            ("", &[]),
        ];
        for (text, expected) in table {
            assert_eq!(rows(text), (expected.to_vec(), None), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_sees_as_many_records_as_the_reader_does(text in "[\",\n\r a]{0,40}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
            proptest::prop_assert_eq!(rows(&text).0.len(), reader.records().count(), "{:?}", text);
        }
    }

    #[test]
    fn a_mark_without_its_pair_is_told_at_the_end() {
        assert_eq!(rows("a\nb,\"c\nd\ne\n").1, Some(2));
        assert_eq!(rows("a\n\"b\"\n").1, None);
    }
}
