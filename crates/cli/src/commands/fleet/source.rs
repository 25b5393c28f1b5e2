//! A file of rows: where it is and how it is written.

use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use apex_mobility::fleet::input::{Format, Input, InputProblem, RowRead};
use clap::Args;

use crate::failure::Failure;
use crate::printer::{Printer, one_line};
use crate::source;

/// A file of rows.
#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    /// The rows; `-` for CSV from stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What separates the columns [default: a comma, a tab in .tsv]
    #[arg(long, value_name = "MARK", value_parser = source::delimiter, conflicts_with = "jsonl")]
    delimiter: Option<u8>,
    /// The file is JSON lines, whatever its name
    #[arg(long)]
    jsonl: bool,
}

impl SourceArgs {
    /// A file that is CSV or, by its name, TSV or JSON lines.
    pub(super) const fn of(file: PathBuf, delimiter: Option<u8>) -> Self {
        Self { file, delimiter, jsonl: false }
    }

    /// What the file is called.
    pub(super) fn name(&self) -> String {
        source::name_of(&self.file)
    }

    /// Where it is; nothing for stdin.
    pub(super) fn path(&self) -> Option<&Path> {
        (!source::is_stdin(&self.file)).then_some(self.file.as_path())
    }

    /// A directory has no rows.
    pub(super) fn refuse_directory(&self) -> Result<(), Failure> {
        source::refuse_directory(&self.file)
    }

    /// The rows, as bytes.
    pub(super) fn open(&self) -> Result<Box<dyn BufRead + Send>, Failure> {
        source::open(&self.file)
    }

    /// The rows of a file that says of each line how it is or is to be.
    pub(super) fn lines(&self) -> Result<Input<'static>, Failure> {
        Input::open_lines(self.open()?, self.format()).map_err(|problem| self.refuse(&problem))
    }

    /// How the file is written.
    pub(super) fn format(&self) -> Format {
        match (self.jsonl, self.delimiter) {
            (true, _) => Format::JsonLines,
            (_, Some(mark)) => Format::Csv(mark),
            _ => Format::of_name(&self.file.to_string_lossy()),
        }
    }

    /// A file that cannot be used as a whole.
    pub(super) fn refuse(&self, problem: &InputProblem) -> Failure {
        source::refusal(&self.name(), problem)
    }
}

/// Titles of columns that mean nothing, as far as the file was read: JSON lines tell theirs row by row.
pub(super) struct Ignored(Mutex<Vec<String>>);

/// Titles that are kept. A file that has more of them has other troubles.
const KEPT: usize = 50;

impl Ignored {
    pub(super) fn of(input: &Input<'_>) -> Self {
        Self(Mutex::new(input.ignored_columns().to_vec()))
    }

    pub(super) fn see(&self, read: &Result<RowRead, InputProblem>) {
        let Ok(read) = read else { return };
        for title in &read.ignored {
            let mut titles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if titles.len() < KEPT && !titles.contains(title) {
                titles.push(title.clone());
            }
        }
    }

    pub(super) fn tell(&self, printer: &Printer) {
        let titles = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !titles.is_empty() {
            printer.note(&format!("columns that mean nothing here: {}", one_line(&titles.join(", "))));
        }
    }
}
