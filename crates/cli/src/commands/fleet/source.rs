//! A file of rows: where it is and how it is written.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use apex_mobility::fleet::input::{Format, Input, InputProblem, RowRead};
use clap::Args;

use crate::activation::source::name_of;
use crate::failure::Failure;
use crate::printer::{Printer, one_line};

/// A file of rows.
#[derive(Debug, Args)]
pub(super) struct SourceArgs {
    /// The rows; `-` for CSV from stdin
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What separates the columns [default: a comma, a tab in .tsv]
    #[arg(long, value_name = "MARK", value_parser = delimiter, conflicts_with = "jsonl")]
    delimiter: Option<u8>,
    /// The file is JSON lines, whatever its name
    #[arg(long)]
    jsonl: bool,
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" | b"\t" => Ok(b'\t'),
        [mark @ (b',' | b';' | b'|')] => Ok(*mark),
        _ => Err("must be one of: , ; | tab".to_owned()),
    }
}

impl SourceArgs {
    /// What the file is called.
    pub(super) fn name(&self) -> String {
        name_of(&self.file)
    }

    /// Where it is; nothing for stdin.
    pub(super) fn path(&self) -> Option<&Path> {
        (self.file != Path::new("-")).then_some(self.file.as_path())
    }

    /// A directory has no rows.
    pub(super) fn refuse_directory(&self) -> Result<(), Failure> {
        if self.path().is_some_and(Path::is_dir) {
            let what = format!("{} is a directory, not a file", self.name());
            return Err(Failure::usage(what, "give a file in it"));
        }
        Ok(())
    }

    /// The rows, as bytes.
    pub(super) fn open(&self) -> Result<Box<dyn BufRead + Send>, Failure> {
        let name = self.name();
        let Some(path) = self.path() else { return Ok(Box::new(BufReader::new(io::stdin()))) };
        self.refuse_directory()?;
        match File::open(path) {
            Ok(file) => Ok(Box::new(BufReader::new(file))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Failure::usage(format!("there is no file {name}"), "check the path"))
            }
            Err(error) => Err(Failure::usage(
                format!("{name} cannot be read: {error}"),
                "see that the file can be read",
            )),
        }
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
        Failure::usage(format!("{} {}", self.name(), problem.what), problem.next.clone())
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
