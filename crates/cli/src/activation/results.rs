//! The file of results: one row per input row, in the order of the input, true at every moment.
//!
//! It is written anew as a whole and then put in place of the old one, so that nobody ever reads half of
//! it. A row says `unknown` from just before its request leaves until the answer is there.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use apex_mobility::fleet::Field;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use super::sheet::{Row, Sheet};
use crate::failure::Failure;
use crate::printer::{Cell, Column, Record, Tone, csv_line, one_line};

/// What came of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// In service.
    Activated,
    /// AT&T looked at it and said no.
    Rejected,
    /// It never left.
    NotSent,
    /// AT&T is still at it.
    Pending,
    /// It was sent, and what came of it is not known.
    Unknown,
}

impl Verdict {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Pending => "pending",
            Self::Unknown => "unknown",
        }
    }

    const fn tone(self) -> Tone {
        match self {
            Self::Activated => Tone::Good,
            Self::Rejected | Self::NotSent => Tone::Bad,
            Self::Pending | Self::Unknown => Tone::Open,
        }
    }
}

/// One row of results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct ResultRow {
    /// The row of the input, as a spreadsheet numbers it.
    pub(crate) row: u64,
    pub(crate) sim: String,
    pub(crate) imei: String,
    pub(crate) verdict: Verdict,
    pub(crate) subscriber_number: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Why, in AT&T's words where there are any.
    pub(crate) reason: Option<String>,
    /// What to do about it.
    pub(crate) next_step: Option<String>,
    /// The line is there and is not what was asked for.
    #[serde(skip)]
    pub(crate) differs: bool,
}

impl ResultRow {
    /// A row of which nothing is known yet.
    pub(crate) fn of(row: &Row) -> Self {
        Self {
            row: row.number,
            sim: row.given_sim.clone(),
            imei: row.given_imei.clone(),
            verdict: Verdict::NotSent,
            subscriber_number: None,
            request_id: None,
            reason: None,
            next_step: None,
            differs: false,
        }
    }

    /// Says what came of it, and why, and what to do.
    pub(crate) fn settle(&mut self, verdict: Verdict, reason: Option<String>, next_step: Option<String>) {
        self.verdict = verdict;
        self.reason = reason.map(|text| one_line(&text)).filter(|text| !text.is_empty());
        self.next_step = next_step;
    }

    /// Whether somebody has to look at it.
    pub(crate) const fn needs_attention(&self) -> bool {
        self.next_step.is_some()
    }
}

impl Record for ResultRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("row", "ROW"),
        Column::new("sim", "SIM"),
        Column::new("imei", "IMEI"),
        Column::new("verdict", "VERDICT"),
        Column::new("subscriber_number", "NUMBER"),
        Column::wide("request_id", "REQUEST"),
        Column::wide("reason", "REASON"),
        Column::wide("next_step", "NEXT STEP"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::new(self.row.to_string()),
            Cell::new(&self.sim),
            Cell::new(&self.imei),
            Cell::new(self.verdict.as_str()).tone(if self.differs {
                Tone::Open
            } else {
                self.verdict.tone()
            }),
            Cell::optional(self.subscriber_number.as_deref()),
            Cell::optional(self.request_id.as_deref()),
            Cell::optional(self.reason.as_deref()),
            Cell::optional(self.next_step.as_deref()),
        ]
    }
}

/// Where results are kept.
#[derive(Debug)]
pub(crate) struct ResultsFile {
    path: PathBuf,
    /// What stands there from before, until it is replaced for the first time.
    before: Option<Before>,
}

#[derive(Debug)]
struct Before {
    bytes: Vec<u8>,
    /// All that it says is carried on in the new results.
    carried_on: bool,
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
        if input.is_some_and(|input| is_same_file(input, path)) {
            let next = "give another file with --results";
            return Err(refuse(format!("the results file {name} is the input file"), next));
        }
        // The way that results will take: a file beside, then in place.
        let fault = |error: &io::Error| {
            refuse(
                format!("the results file {name} cannot be written: {}", cause(error)),
                "give another file with --results",
            )
        };
        NamedTempFile::new_in(directory_of(path)).map_err(|error| fault(&error))?;
        if path.exists() {
            fs::OpenOptions::new().append(true).open(path).map_err(|error| fault(&error))?;
        }
        let bytes = fs::read(path).unwrap_or_default();
        let before = (!bytes.trim_ascii().is_empty()).then_some(Before { bytes, carried_on: false });
        Ok(Self { path: path.to_owned(), before })
    }

    /// What an earlier run left there.
    pub(crate) fn before(&self) -> &[u8] {
        self.before.as_ref().map_or(&[], |before| &before.bytes)
    }

    /// The new results say all that the earlier ones say: no need to keep those.
    pub(crate) fn carries_on(&mut self) {
        if let Some(before) = &mut self.before {
            before.carried_on = true;
        }
    }

    /// Puts new results in place. Gives the name under which older ones were kept, if they were.
    pub(crate) fn save(&mut self, rows: &[ResultRow]) -> io::Result<Option<PathBuf>> {
        let bytes = bytes_of(rows);
        let kept = match self.before.take() {
            Some(before) if !before.carried_on && before.bytes != bytes => Some(keep(&self.path)?),
            _ => None,
        };
        let mut file = NamedTempFile::new_in(directory_of(&self.path))?;
        file.write_all(&bytes)?;
        readable_as_others_are(&file)?;
        file.as_file().sync_all()?;
        file.persist(&self.path).map_err(|error| error.error)?;
        Ok(kept)
    }
}

fn bytes_of(rows: &[ResultRow]) -> Vec<u8> {
    let mut bytes = csv_line(ResultRow::COLUMNS.iter().map(|column| column.name));
    for row in rows {
        bytes.extend(csv_line(row.cells().iter().map(|cell| cell.text.as_str())));
    }
    bytes
}

/// A temporary file is for its owner's eyes; results are files like others, so they keep the mode of the
/// file they replace or the usual one.
#[cfg(unix)]
fn readable_as_others_are(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Results name customers' lines: not for other users of the machine, unless they were before.
    file.as_file().set_permissions(fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn readable_as_others_are(_file: &NamedTempFile) -> io::Result<()> {
    Ok(())
}

/// Renames what is there to the first free name: `results.1.csv`, `results.2.csv` and so on.
fn keep(path: &Path) -> io::Result<PathBuf> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().map(|text| format!(".{}", text.to_string_lossy())).unwrap_or_default();
    let mut number = 1_u32;
    loop {
        let kept = path.with_file_name(format!("{stem}.{number}{extension}"));
        if !kept.exists() {
            fs::rename(path, &kept)?;
            return Ok(kept);
        }
        number = number.checked_add(1).ok_or(io::ErrorKind::AlreadyExists)?;
    }
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(directory) if !directory.as_os_str().is_empty() => directory,
        _ => Path::new("."),
    }
}

fn is_same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// The results of a sheet before anything has happened: refused rows say why.
pub(crate) fn results_of(sheet: &Sheet) -> Vec<ResultRow> {
    let rows = sheet.rows.iter().map(|row| {
        let mut result = ResultRow::of(row);
        match &row.line {
            Ok(_) => result.settle(
                Verdict::NotSent,
                Some("not sent yet".to_owned()),
                Some("run the same command again".to_owned()),
            ),
            Err(problems) => {
                let reason = problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                let columns: Vec<_> =
                    problems.iter().filter_map(|problem| problem.field).map(Field::as_str).collect();
                result.settle(Verdict::NotSent, Some(reason), Some(correction(row.number, &columns)));
            }
        }
        result
    });
    rows.collect()
}

fn correction(row: u64, columns: &[&str]) -> String {
    let place = match columns {
        [] => format!("row {row}"),
        [one] => format!("{one} in row {row}"),
        several => format!("{} in row {row}", several.join(", ")),
    };
    format!("correct {place} and run again: rows that are done are not sent twice")
}

/// What the system said, without the name of the file that stands in for the results while they are written.
fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    text.split_once(" at path ").map_or(text.as_str(), |(cause, _)| cause).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64) -> ResultRow {
        ResultRow {
            row: number,
            sim: "89010000000000000011".to_owned(),
            imei: "001010000000016".to_owned(),
            verdict: Verdict::Rejected,
            subscriber_number: None,
            request_id: Some("req-0001".to_owned()),
            reason: Some("=cmd|' /C calc'!A0".to_owned()),
            next_step: None,
            differs: false,
        }
    }

    #[test]
    fn a_servers_words_cannot_become_a_formula() {
        let text = String::from_utf8(bytes_of(&[row(2)])).unwrap();
        assert!(text.contains(",'=cmd|' /C calc'!A0,"), "{text}");
    }

    #[test]
    fn results_are_put_in_place_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        let mut file = ResultsFile::prepare(&path, None).unwrap();
        assert!(!path.exists());
        file.save(&[row(2)]).unwrap();
        file.save(&[row(2), row(3)]).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap().lines().count(), 3);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn older_results_are_kept_under_another_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        fs::write(&path, "something else").unwrap();
        let kept = ResultsFile::prepare(&path, None).unwrap().save(&[row(2)]).unwrap().unwrap();
        assert_eq!(kept, directory.path().join("results.1.csv"));
        assert_eq!(fs::read_to_string(kept).unwrap(), "something else");
    }

    #[test]
    fn the_same_results_are_not_kept_twice() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        for _ in 0..2 {
            assert_eq!(ResultsFile::prepare(&path, None).unwrap().save(&[row(2)]).unwrap(), None);
        }
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
