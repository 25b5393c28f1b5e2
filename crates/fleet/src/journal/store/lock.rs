//! The file beside a journal's file: who has it, and how far it had come.

use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use super::super::error::JournalError;
use crate::place::one_name;

/// The right to use a journal's file, for one process. The system gives it back when the process ends, however it ends.
///
/// Its file also says how many commits callers were told of. SQLite takes a journal whose last writes are torn for one
/// that never had them, and an older copy for the present one: sent from such a one, rows would go twice.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: Mutex<File>,
    confirmed: i64,
}

impl Lock {
    pub(super) fn take(journal: &Path) -> Result<Self, JournalError> {
        let cannot = |error: &io::Error| JournalError::file(journal, error);
        if let Some(directory) = journal.parent().filter(|directory| !directory.as_os_str().is_empty()) {
            std::fs::create_dir_all(directory).map_err(|error| cannot(&error))?;
        }
        // Two names of one file would be two locks.
        let mut path = one_name(journal).into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let open = File::options().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = open.map_err(|error| cannot(&error))?;
        let lock = file.try_lock();
        let mut text = String::new();
        let read = file.read_to_string(&mut text);
        let mut words = text.split_whitespace();
        let holder = words.next().unwrap_or_default().to_owned();
        match lock {
            Ok(()) => {}
            // Who has it is only for the message: without it the refusal stands all the same.
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::InUse { path: journal.to_owned(), holder });
            }
            Err(TryLockError::Error(error)) => return Err(cannot(&error)),
        }
        read.map_err(|error| cannot(&error))?;
        // Where there is no journal any more, a new one is begun: somebody took it away.
        let confirmed = if journal.exists() { words.next().and_then(|word| word.parse().ok()) } else { None };
        let lock = Self { path, file: Mutex::new(file), confirmed: confirmed.unwrap_or(0) };
        lock.note(lock.confirmed).map_err(|error| cannot(&error))?;
        Ok(lock)
    }

    /// Whether the journal holds all that callers were told of.
    pub(super) fn compare(&self, commits: i64) -> Result<(), JournalError> {
        if commits >= self.confirmed {
            return Ok(());
        }
        Err(JournalError::Damaged(format!(
            "its last {} writes are gone: the file is torn, or an older copy is in its place. What they noted may have \
             been sent, so nothing is sent from it. Bring the file back, or, when you have made sure of the lines \
             yourself, delete {} and try again",
            self.confirmed - commits,
            self.path.display()
        )))
    }

    /// Notes that callers are told of this commit.
    pub(super) fn confirm(&self, commits: i64) {
        // Without the note the journal is as good as before; only a loss of its last writes might not be seen.
        let _ = self.note(commits);
    }

    /// Always of one length, so that it takes the place of what was there.
    fn note(&self, commits: i64) -> io::Result<()> {
        let mut file =
            self.file.lock().map_err(|_| io::Error::other("a thread has ended in the middle of it"))?;
        file.rewind()?;
        file.write_all(format!("{:<10} {commits:>20}\n", std::process::id()).as_bytes())
    }
}
