//! What a check found wrong.

use std::fmt;

/// Broken rules, each one line that names the place and what to do. Empty when all is well.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Findings(Vec<String>);

impl Findings {
    /// Notes one broken rule.
    pub fn add(&mut self, place: impl fmt::Display, problem: impl fmt::Display) {
        self.0.push(format!("{place}: {problem}"));
    }

    /// Takes over the findings of another check.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether nothing was found.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings in the order they were made.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// `Ok` when nothing was found.
    ///
    /// # Errors
    /// The findings, when there are any.
    pub fn into_result(self) -> Result<(), Self> {
        if self.is_empty() { Ok(()) } else { Err(self) }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for Findings {}
