//! Secrets, which never stand on the command line: they come from a file, stdin or the environment.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use apex_mobility::InvalidValue;

use crate::failure::Failure;

/// Long enough for any secret; keeps a wrong file from being read whole.
const LONGEST: u64 = 4096;

/// Where one secret comes from: the file that its flag names, else its environment variable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Secret<'a> {
    /// What it is: `application secret`.
    pub(crate) what: &'static str,
    /// `--app-secret-file`.
    pub(crate) flag: &'static str,
    pub(crate) file: Option<&'a PathBuf>,
    /// `APEX_APP_SECRET`.
    pub(crate) variable: &'static str,
}

impl Secret<'_> {
    /// The secret; none where neither is given.
    ///
    /// # Errors
    /// When the file cannot be read or is empty, or the secret breaks a rule. No error holds any of it.
    pub(crate) fn read<T: FromStr<Err = InvalidValue>>(&self) -> Result<Option<T>, Failure> {
        let text = match self.file {
            Some(file) => self.text_of(file)?,
            None => std::env::var(self.variable).unwrap_or_default(),
        };
        let text = text.trim();
        match (text.is_empty(), self.file) {
            (true, Some(file)) => {
                let what = format!("{} holds no {}", name_of(file), self.what);
                Err(Failure::usage(what, format!("check what is given with {}", self.flag)))
            }
            (true, None) => Ok(None),
            (false, _) => text.parse().map(Some).map_err(|error: InvalidValue| {
                let from = if self.file.is_some() { self.flag } else { self.variable };
                Failure::usage(format!("{from}: {error}"), format!("correct the {}", self.what))
            }),
        }
    }

    /// The secret, which it does not go without.
    ///
    /// # Errors
    /// As [`read`](Self::read), and when there is none.
    pub(crate) fn required<T: FromStr<Err = InvalidValue>>(&self) -> Result<T, Failure> {
        self.read()?.ok_or_else(|| {
            let next = format!("set {} or give {}", self.variable, self.flag);
            Failure::usage(format!("no {} is set", self.what), next)
        })
    }

    fn text_of(&self, file: &Path) -> Result<String, Failure> {
        let mut text = String::new();
        let read = if file == Path::new("-") {
            std::io::stdin().lock().take(LONGEST).read_to_string(&mut text)
        } else {
            std::fs::File::open(file).and_then(|open| open.take(LONGEST).read_to_string(&mut text))
        };
        read.map_err(|error| {
            let what = format!("the {} cannot be read from {}: {error}", self.what, name_of(file));
            Failure::usage(what, format!("check the path given with {}", self.flag))
        })?;
        Ok(text)
    }
}

fn name_of(file: &Path) -> String {
    if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() }
}

/// A secret that any text will do for.
pub(crate) struct AnyText(pub(crate) String);

impl FromStr for AnyText {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        Ok(Self(text.to_owned()))
    }
}
