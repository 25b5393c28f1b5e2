//! The file of results: one row per input row, in the order of the input, brought up to date while the work goes on.
//!
//! It is written anew as a whole and then put in place of the old one, so that nobody ever reads half of it.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use apex_mobility::fleet::Replacement;
use apex_mobility::fleet::place::one_name;

use super::row::Row;
use crate::commands::fleet::results::keep;
use crate::failure::Failure;
use crate::printer::{Record, csv_line};

/// Where results are kept.
#[derive(Debug)]
pub(crate) struct ResultsFile {
    path: PathBuf,
    /// What stands there from before, until it is replaced for the first time.
    before: Option<Vec<u8>>,
}

impl ResultsFile {
    /// Makes sure that results can be written, before anything is sent.
    pub(crate) fn prepare(path: &Path, input: Option<&Path>) -> Result<Self, Failure> {
        let name = path.display();
        let refuse = |what: String, next: &str| Failure::usage(what, next);
        if path.as_os_str().is_empty() || path == Path::new("-") {
            return Err(refuse("the results need a file".to_owned(), "give a path with --results"));
        }
        if path.is_dir() {
            let next = "give a file in it, for example --results DIRECTORY/results.csv";
            return Err(refuse(format!("the results file {name} is a directory"), next));
        }
        if input.is_some_and(|input| one_name(input) == one_name(path)) {
            let next = "give another file with --results";
            return Err(refuse(format!("the results file {name} is the input file"), next));
        }
        // The way that results will take: a file beside, then in place.
        let fault = |error: &io::Error| {
            refuse(
                format!("the results file {name} cannot be written: {error}"),
                "give another file with --results",
            )
        };
        drop(Replacement::begin(path).map_err(|error| fault(&error))?);
        // A pipe or a device holds nothing that could be read again.
        if path.is_file() {
            fs::OpenOptions::new().append(true).open(path).map_err(|error| fault(&error))?;
        }
        let before = if path.is_file() { fs::read(path).ok() } else { None };
        let before = before.filter(|bytes| !bytes.trim_ascii().is_empty());
        Ok(Self { path: path.to_owned(), before })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Puts new results in place. Gives the name under which older ones were kept, if they were: those that hold anything
    /// but results of these rows.
    pub(crate) fn save(&mut self, rows: &[Row]) -> io::Result<Option<PathBuf>> {
        let kept = match self.before.take() {
            Some(before) if !is_of(&before, rows) => keep(&self.path)?,
            _ => None,
        };
        let mut file = Replacement::begin(&self.path)?;
        file.write_all(&csv_line(Row::COLUMNS.iter().map(|column| column.name)))?;
        for row in rows {
            file.write_all(&csv_line(row.cells().iter().map(|cell| cell.text.as_str())))?;
        }
        file.put()?;
        Ok(kept)
    }
}

/// Whether a file holds results of such rows and of no other line: the journal knows all that it says.
fn is_of(before: &[u8], rows: &[Row]) -> bool {
    let mut reader = csv::Reader::from_reader(before);
    let titles = Row::COLUMNS.iter().map(|column| column.name);
    if !reader.headers().is_ok_and(|header| header.iter().eq(titles)) {
        return false;
    }
    let sims: HashSet<_> = rows.iter().map(|row| plain(&row.sim)).collect();
    reader.records().all(|row| row.is_ok_and(|row| row.get(1).is_some_and(|sim| sims.contains(&plain(sim)))))
}

/// A SIM without what people put between its digits.
fn plain(sim: &str) -> String {
    sim.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use apex_mobility::fleet::State;

    use super::*;
    use crate::commands::fleet::activate::row::Verdict;

    fn row(number: u64) -> Row {
        Row {
            row: number,
            sim: format!("8901000000000000{number:04}"),
            imei: "001010000000016".to_owned(),
            verdict: Verdict::Rejected,
            subscriber_number: None,
            request_id: Some("req-0001".to_owned()),
            reason: Some("=cmd|' /C calc'!A0".to_owned()),
            next_step: None,
            differs: false,
            state: State::Rejected,
        }
    }

    fn prepared(path: &Path) -> ResultsFile {
        ResultsFile::prepare(path, None).unwrap()
    }

    #[test]
    fn a_servers_words_cannot_become_a_formula() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        prepared(&path).save(&[row(2)]).unwrap();
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains(",'=cmd|' /C calc'!A0,"), "{text}");
    }

    #[test]
    fn results_are_put_in_place_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        let mut file = prepared(&path);
        assert!(!path.exists());
        file.save(&[row(2)]).unwrap();
        file.save(&[row(2), row(3)]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn another_file_and_results_of_other_lines_are_kept_under_another_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        fs::write(&path, "something else").unwrap();
        let kept = prepared(&path).save(&[row(2), row(3)]).unwrap().unwrap();
        assert_eq!(kept, directory.path().join("results.1.csv"));
        assert_eq!(fs::read_to_string(kept).unwrap(), "something else");
        // A line that the new rows do not have.
        let kept = prepared(&path).save(&[row(3), row(4)]).unwrap().unwrap();
        assert_eq!(kept, directory.path().join("results.2.csv"));
    }

    #[test]
    fn results_of_the_same_lines_and_of_fewer_are_replaced() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        for rows in [&[row(2)][..], &[row(2)], &[row(2), row(3)]] {
            assert_eq!(prepared(&path).save(rows).unwrap(), None);
        }
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_hold_results_is_refused_beforehand() {
        let directory = tempfile::tempdir().unwrap();
        let input = directory.path().join("lines.csv");
        fs::write(&input, "x").unwrap();
        let table = [
            (directory.path().to_owned(), "is a directory"),
            (directory.path().join("missing/results.csv"), "cannot be written"),
            (directory.path().join("./lines.csv"), "is the input file"),
            (PathBuf::from("-"), "need a file"),
        ];
        for (path, words) in table {
            let failure = ResultsFile::prepare(&path, Some(&input)).unwrap_err();
            assert!(failure.what().contains(words), "{}", failure.what());
        }
    }
}
