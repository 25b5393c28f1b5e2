//! What can be wrong with a journal.

use std::path::{Path, PathBuf};

use super::store::Location;

/// The journal cannot be used. Nothing is sent that could not be noted.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// Where it should be is no place for one.
    #[error("the journal's location cannot be used: {0}")]
    Location(String),
    /// Another process works with it.
    #[error("the journal {} is in use by process {holder}: wait for it, or give another journal", path.display())]
    InUse {
        /// The journal.
        path: PathBuf,
        /// The process.
        holder: String,
    },
    /// It cannot be opened.
    #[error("the journal cannot be opened: {0}")]
    Open(String),
    /// Its tables cannot be brought up to date.
    #[error("the journal's tables cannot be brought up to date: {0}")]
    Migrate(String),
    /// It cannot be written.
    #[error("the journal cannot be written: {0}")]
    Write(String),
    /// It cannot be read.
    #[error("the journal cannot be read: {0}")]
    Read(String),
    /// What stands in it is not what we write.
    #[error("the journal is damaged: {0}")]
    Damaged(String),
    /// A draft is no longer there: another process has taken it out. Nothing of it was sent.
    #[error("the draft was taken out by another process (apex fleet discard): nothing of it was sent")]
    DraftGone,
    /// No job has this name.
    #[error("there is no job {0}: apex fleet list shows all")]
    NoSuchJob(String),
}

impl JournalError {
    pub(super) fn file(path: &Path, error: &std::io::Error) -> Self {
        Self::Open(format!("{}: {error}", path.display()))
    }

    /// Without the URL of a server: it can hold a password.
    pub(super) fn open(location: &Location, error: &sqlx::Error) -> Self {
        match location {
            Location::File(path) => Self::Open(format!("{}: {}", path.display(), innermost(error))),
            #[cfg(feature = "postgres")]
            Location::Postgres(_) => Self::Open(innermost(error)),
        }
    }

    pub(super) fn migrate(error: &sqlx::migrate::MigrateError) -> Self {
        Self::Migrate(error.to_string())
    }

    pub(super) fn write(error: &sqlx::Error) -> Self {
        Self::Write(innermost(error))
    }

    pub(super) fn read(error: &sqlx::Error) -> Self {
        Self::Read(innermost(error))
    }
}

/// What the database said, without how it was asked: statements hold rows.
fn innermost(error: &sqlx::Error) -> String {
    match error {
        sqlx::Error::Database(error) => error.message().to_owned(),
        sqlx::Error::Io(error) => error.to_string(),
        other => other.to_string(),
    }
}
