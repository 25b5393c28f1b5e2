//! A switch that stops all sending.

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Stops everything that a client sends, at once, for as long as it is on.
///
/// It is on while [`turn_on`](Self::turn_on) was the last word, and while a file that it watches exists.
/// Nothing is sent then: requests that are under way end as they would, since taking them back is not
/// possible; calls that wait for their turn or for another attempt end with
/// [`ErrorKind::Stopped`](crate::ErrorKind::Stopped).
///
/// The file is for people and for other processes, and there is no signal for it: a signal reaches one process, is
/// gone with it, and ends a program that does not listen for it; a file stops all that name it and those begun later.
///
/// Clones are the same switch. Give one to several clients to stop them together.
///
/// ```
/// use apex_mobility_core::{AppCredentials, Client, KillSwitch};
///
/// let switch = KillSwitch::new().with_file("/run/apex/stop");
/// let client = Client::builder()
///     .base_url("https://example.com:8082")
///     .credentials(AppCredentials::new("id", "secret"))
///     .kill_switch(switch.clone())
///     .build()?;
/// switch.turn_on();
/// assert!(client.kill_switch().is_on());
/// switch.turn_off();
/// assert!(!client.kill_switch().is_on());
/// # Ok::<(), apex_mobility_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct KillSwitch(Arc<State>);

#[derive(Default)]
struct State {
    on: AtomicBool,
    watches: AtomicBool,
    files: RwLock<Vec<PathBuf>>,
    turned_on: Notify,
}

impl KillSwitch {
    /// A switch that is off and watches no file.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same switch, on while something exists at `path`, whatever it is.
    ///
    /// It is looked for before each attempt, a microsecond's work on a local disk, and once a second by calls
    /// that wait. Where it cannot be told whether it exists (no right to look), the switch is on.
    #[must_use]
    pub fn with_file(self, path: impl Into<PathBuf>) -> Self {
        self.watch(path);
        self
    }

    /// As [`with_file`](Self::with_file), for a switch in use.
    pub fn watch(&self, path: impl Into<PathBuf>) {
        self.0.files.write().unwrap_or_else(PoisonError::into_inner).push(path.into());
        self.0.watches.store(true, Ordering::SeqCst);
    }

    /// From now on nothing is sent.
    pub fn turn_on(&self) {
        self.0.on.store(true, Ordering::SeqCst);
        self.0.turned_on.notify_waiters();
    }

    /// Takes [`turn_on`](Self::turn_on) back. A file has to be removed.
    pub fn turn_off(&self) {
        self.0.on.store(false, Ordering::SeqCst);
    }

    /// Whether it is on: looks for the files.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.reason().is_some()
    }

    /// Why it is on.
    pub(crate) fn reason(&self) -> Option<Reason> {
        if self.0.on.load(Ordering::SeqCst) {
            return Some(Reason::TurnedOn);
        }
        if !self.watches_files() {
            return None;
        }
        let files = self.0.files.read().unwrap_or_else(PoisonError::into_inner);
        files.iter().find_map(|file| look(file))
    }

    pub(crate) fn watches_files(&self) -> bool {
        self.0.watches.load(Ordering::SeqCst)
    }

    /// Ready when it is turned on from now on by [`turn_on`](Self::turn_on).
    pub(super) fn turned_on(&self) -> Notified<'_> {
        self.0.turned_on.notified()
    }
}

impl fmt::Debug for KillSwitch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KillSwitch")
            .field("on", &self.0.on.load(Ordering::SeqCst))
            .field("files", &*self.0.files.read().unwrap_or_else(PoisonError::into_inner))
            .finish()
    }
}

/// Why a switch is on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    TurnedOn,
    Exists(PathBuf),
    Hidden(PathBuf),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TurnedOn => f.write_str("the kill switch is on"),
            Self::Exists(file) => write!(f, "the kill switch is on: {} exists", file.display()),
            Self::Hidden(file) => {
                write!(f, "the kill switch is on: whether {} exists cannot be told", file.display())
            }
        }
    }
}

fn look(file: &Path) -> Option<Reason> {
    // The name itself counts, also that of a link to nothing.
    match file.symlink_metadata() {
        Ok(_) => Some(Reason::Exists(file.to_owned())),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => None,
        Err(_) => Some(Reason::Hidden(file.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_on_from_turn_on_to_turn_off_in_all_clones() {
        let switch = KillSwitch::new();
        let clone = switch.clone();
        assert!(!clone.is_on());
        switch.turn_on();
        assert_eq!(clone.reason(), Some(Reason::TurnedOn));
        clone.turn_off();
        assert!(!switch.is_on());
    }

    #[test]
    fn it_is_on_while_a_file_exists() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("stop");
        let switch = KillSwitch::new().with_file(directory.path().join("other")).with_file(&file);
        assert!(!switch.is_on());
        std::fs::write(&file, "").unwrap();
        assert_eq!(switch.reason(), Some(Reason::Exists(file.clone())));
        switch.turn_off();
        assert!(switch.is_on());
        std::fs::remove_file(&file).unwrap();
        assert!(!switch.is_on());
    }

    #[test]
    fn a_name_that_cannot_be_looked_up_stops_everything() {
        let endless = "x".repeat(5000);
        assert_eq!(
            KillSwitch::new().with_file(&endless).reason(),
            Some(Reason::Hidden(PathBuf::from(endless)))
        );
    }
}
