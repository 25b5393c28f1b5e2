//! What is wrong with a table: where, what, and what is allowed.

use std::fmt;
use std::path::PathBuf;

/// Tables that cannot be used. Holds every problem found, at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", Lines(.problems))]
pub struct EquipmentError {
    problems: Vec<EquipmentProblem>,
}

impl EquipmentError {
    pub(crate) const fn new(problems: Vec<EquipmentProblem>) -> Self {
        Self { problems }
    }

    /// The problems, file by file and in the order of the lines.
    #[must_use]
    pub fn problems(&self) -> &[EquipmentProblem] {
        &self.problems
    }
}

/// One problem of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquipmentProblem {
    pub(crate) file: Option<PathBuf>,
    pub(crate) line: Option<usize>,
    pub(crate) problem: String,
    pub(crate) allowed: String,
}

impl EquipmentProblem {
    /// The file, if the table came from one.
    #[must_use]
    pub fn file(&self) -> Option<&std::path::Path> {
        self.file.as_deref()
    }

    /// The line, from 1, if the problem has one.
    #[must_use]
    pub const fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What is allowed.
    #[must_use]
    pub fn allowed(&self) -> &str {
        &self.allowed
    }
}

impl fmt::Display for EquipmentProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => write!(f, "{}, line {line}: ", file.display())?,
            (Some(file), None) => write!(f, "{}: ", file.display())?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        f.write_str(&self.problem)?;
        if self.allowed.is_empty() { Ok(()) } else { write!(f, "; {}", self.allowed) }
    }
}

/// One line per problem.
struct Lines<'a>(&'a [EquipmentProblem]);

impl fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}
