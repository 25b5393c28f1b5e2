//! What is wrong with a profile: where, what, and what to write instead.

use std::fmt;

/// A wire profile that cannot be used. Holds every problem found, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError {
    file: Option<String>,
    problems: Vec<ProfileProblem>,
}

impl ProfileError {
    pub(super) fn new(problems: Vec<ProfileProblem>) -> Self {
        Self { file: None, problems }
    }

    pub(super) fn unreadable(file: String, error: &std::io::Error) -> Self {
        let problem = ProfileProblem {
            line: None,
            section: String::new(),
            key: String::new(),
            problem: format!("the file cannot be read: {error}"),
            fix: "name a readable TOML file".to_owned(),
        };
        Self { file: Some(file), problems: vec![problem] }
    }

    pub(super) fn in_file(mut self, file: String) -> Self {
        self.file = Some(file);
        self
    }

    /// The file the profile came from, if it came from one.
    #[must_use]
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The problems, in the order they were found.
    #[must_use]
    pub fn problems(&self) -> &[ProfileProblem] {
        &self.problems
    }
}

/// One line per problem: place, problem, fix.
impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            f.write_str("wire profile")?;
            if let Some(file) = &self.file {
                write!(f, " {file}")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ProfileError {}

/// One problem of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileProblem {
    pub(super) line: Option<usize>,
    pub(super) section: String,
    pub(super) key: String,
    pub(super) problem: String,
    pub(super) fix: String,
}

impl ProfileProblem {
    /// The line in the TOML text, from 1, if it came from one.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// The section, such as `paths`; empty if the problem is with the file as a whole.
    #[must_use]
    pub fn section(&self) -> &str {
        &self.section
    }

    /// The key, such as `line.get`; empty if the problem is with a section or the file.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What is wrong.
    #[must_use]
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// What to write instead.
    #[must_use]
    pub fn fix(&self) -> &str {
        &self.fix
    }
}

impl fmt::Display for ProfileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if !self.section.is_empty() {
            write!(f, ", [{}]", self.section)?;
        }
        if !self.key.is_empty() {
            write!(f, " \"{}\"", self.key)?;
        }
        write!(f, ": {}; {}", self.problem, self.fix)
    }
}
