//! A file of rows: what it is called, and its bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::Path;

use apex_mobility::fleet::input::InputProblem;

use crate::failure::Failure;

/// What a file is called, `-` being stdin.
pub(crate) fn name_of(file: &Path) -> String {
    if is_stdin(file) { "stdin".to_owned() } else { file.display().to_string() }
}

/// Whether the rows come from stdin.
pub(crate) fn is_stdin(file: &Path) -> bool {
    file == Path::new("-")
}

/// The bytes of a file.
pub(crate) fn open(file: &Path) -> Result<Box<dyn BufRead + Send>, Failure> {
    if is_stdin(file) {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    refuse_directory(file)?;
    let name = name_of(file);
    match File::open(file) {
        Ok(file) => Ok(Box::new(BufReader::new(file))),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Failure::usage(format!("there is no file {name}"), "check the path"))
        }
        Err(error) => {
            Err(Failure::usage(format!("{name} cannot be read: {error}"), "see that the file can be read"))
        }
    }
}

/// A directory has no rows.
pub(crate) fn refuse_directory(file: &Path) -> Result<(), Failure> {
    if !is_stdin(file) && file.is_dir() {
        return Err(Failure::usage(
            format!("{} is a directory, not a file", name_of(file)),
            "give a file in it",
        ));
    }
    Ok(())
}

/// What is wrong with a file as a whole.
pub(crate) fn refusal(name: &str, problem: &InputProblem) -> Failure {
    Failure::usage(format!("{name} {}", problem.what), problem.next.clone())
}

/// The mark between the cells of a row.
pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" | b"\\t" | b"\t" => Ok(b'\t'),
        [mark @ (b',' | b';' | b'|')] => Ok(*mark),
        _ => Err("must be one of: , ; | tab".to_owned()),
    }
}
