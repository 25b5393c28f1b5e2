//! The bytes of a file, as text, or what is wrong with it as a whole.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use crate::failure::Failure;

/// Far more than any spreadsheet of lines.
const LARGEST: u64 = 64 * 1024 * 1024;

const SAVE_AS: &str = "in the spreadsheet, choose Save As and the type \"CSV UTF-8 (comma delimited)\"";

/// The text of a file, `-` for stdin.
pub(crate) fn read(file: &Path) -> Result<String, Failure> {
    let name = name_of(file);
    let bytes = bytes_of(file).map_err(|error| {
        let next = match error.kind() {
            ErrorKind::NotFound => "check the path given with --file",
            ErrorKind::IsADirectory => "give a file in it, for example --file DIRECTORY/activations.csv",
            ErrorKind::FileTooLarge => "split the file",
            _ => "see that the file can be read",
        };
        let what = match error.kind() {
            ErrorKind::IsADirectory => format!("{name} is a directory, not a file"),
            ErrorKind::NotFound => format!("there is no file {name}"),
            ErrorKind::FileTooLarge => format!("{name} is larger than {} MiB", LARGEST / 1024 / 1024),
            _ => format!("{name} cannot be read: {error}"),
        };
        Failure::usage(what, next)
    })?;
    text_of(&bytes).map_err(|problem| Failure::usage(format!("{name} {}", problem.what), problem.next))
}

pub(crate) fn name_of(file: &Path) -> String {
    if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() }
}

fn bytes_of(file: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)?;
    } else {
        let open = File::open(file)?;
        if open.metadata()?.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        open.take(LARGEST + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > LARGEST { Err(ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

/// What is wrong with a file as a whole.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) what: String,
    pub(crate) next: String,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self { what: what.into(), next: next.into() }
    }
}

/// UTF-8, with or without a byte order mark.
fn text_of(bytes: &[u8]) -> Result<String, Problem> {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            return Err(Problem::new("is in UTF-16, not UTF-8", SAVE_AS));
        }
        [b'P', b'K', 3, 4, ..] | [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            return Err(Problem::new("is a workbook, not CSV", SAVE_AS));
        }
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(Problem::new("is empty", "give a file with a header line and one line per row"));
    }
    if bytes.contains(&0) {
        return Err(Problem::new("is not text: it holds zero bytes", SAVE_AS));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => {
            let good = bytes.get(..error.valid_up_to()).unwrap_or_default();
            let line = 1 + good.iter().filter(|byte| **byte == b'\n').count();
            Err(Problem::new(
                format!("is not UTF-8: row {line} holds a character in another encoding"),
                SAVE_AS,
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_is_no_part_of_the_text() {
        assert_eq!(text_of(b"\xEF\xBB\xBFsim,imei\r\n").unwrap(), "sim,imei\r\n");
    }

    #[test]
    fn what_is_no_utf_8_text_is_named() {
        let table: [(&[u8], &str); 8] = [
            (b"", "is empty"),
            (b"\xEF\xBB\xBF", "is empty"),
            (b" \r\n\n", "is empty"),
            (b"\xFF\xFEs\0i\0", "UTF-16"),
            (b"\xFE\xFF\0s\0i", "UTF-16"),
            (b"PK\x03\x04rest", "is a workbook"),
            (b"s\0i\0m\0", "zero bytes"),
            (b"sim\n1\nM\xFCller\n", "row 3"),
        ];
        for (bytes, words) in table {
            let problem = text_of(bytes).unwrap_err();
            assert!(problem.what.contains(words), "{bytes:?}: {problem:?}");
        }
    }
}
