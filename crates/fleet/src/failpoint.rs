//! Places at which a crash test ends the process. Only in builds for it (feature `failpoints`).
//!
//! `APEX_FAILPOINT=after_commit:3` ends it when that place is reached for the third time: by SIGKILL, with nothing flushed
//! and nothing told. `APEX_FAILPOINT=after_commit:3:sleep` puts it to sleep there, by SIGSTOP, until somebody wakes it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A place at which a process can be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The journal is open, and nothing was read from it.
    Opened,
    /// A chunk of rows was read and is not in the journal yet.
    Preflight,
    /// The rows are in the journal, still as a draft.
    LetIn,
    /// Statements are carried out, not committed.
    BeforeCommit,
    /// Committed, and nobody was told.
    AfterCommit,
    /// Committed, which is noted beside the file, and nobody was told.
    Confirmed,
    /// An intent is to be noted.
    BeforeIntend,
    /// An intent is on disk, and its request has not left.
    BeforeSend,
    /// The answer is there, and nothing of it is noted.
    AfterSend,
    /// The answer is noted.
    AfterRecord,
    /// Reads have shown what came of a lost answer, and it is not noted.
    Settle,
    /// A look has shown how far a request is, and it is not noted.
    Follow,
    /// All is done, and the job does not say so.
    Finish,
    /// A row of the results is written, in a file beside the one that they are for.
    Results,
    /// All of them are, and the file is not in its place.
    ResultsWhole,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::Opened,
        Self::Preflight,
        Self::LetIn,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::Confirmed,
        Self::BeforeIntend,
        Self::BeforeSend,
        Self::AfterSend,
        Self::AfterRecord,
        Self::Settle,
        Self::Follow,
        Self::Finish,
        Self::Results,
        Self::ResultsWhole,
    ];

    /// The word in the variable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Preflight => "preflight",
            Self::LetIn => "let_in",
            Self::BeforeCommit => "before_commit",
            Self::AfterCommit => "after_commit",
            Self::Confirmed => "confirmed",
            Self::BeforeIntend => "before_intend",
            Self::BeforeSend => "before_send",
            Self::AfterSend => "after_send",
            Self::AfterRecord => "after_record",
            Self::Settle => "settle",
            Self::Follow => "follow",
            Self::Finish => "finish",
            Self::Results => "results",
            Self::ResultsWhole => "results_whole",
        }
    }
}

/// The variable that names the place and its time.
pub const VARIABLE: &str = "APEX_FAILPOINT";

/// Ends the process when this is the place and the time, or puts it to sleep.
pub(crate) fn reached(place: Place) {
    static SET: OnceLock<Option<(String, u64, bool)>> = OnceLock::new();
    static TIMES: AtomicU64 = AtomicU64::new(0);
    let set = SET.get_or_init(|| {
        let text = std::env::var(VARIABLE).ok()?;
        let (place, time) = text.split_once(':')?;
        let (time, sleeps) = time.strip_suffix(":sleep").map_or((time, false), |time| (time, true));
        Some((place.to_owned(), time.parse().ok()?, sleeps))
    });
    let Some((named, time, sleeps)) = set else { return };
    if named == place.as_str() && TIMES.fetch_add(1, Ordering::SeqCst) + 1 == *time {
        if *sleeps { sleep() } else { end() }
    }
}

/// Until it is woken from outside.
#[cfg(unix)]
fn sleep() {
    use rustix::process::{Signal, getpid, kill_process};
    // A test that finds nobody asleep fails.
    let _ = kill_process(getpid(), Signal::STOP);
}

#[cfg(not(unix))]
fn sleep() {}

/// As from outside: no handler runs, no buffer is written, no lock is given back by hand.
#[cfg(unix)]
fn end() -> ! {
    use rustix::process::{Signal, getpid, kill_process};
    // There is nobody to tell, and nothing to go on with.
    let _ = kill_process(getpid(), Signal::KILL);
    std::process::abort()
}

#[cfg(not(unix))]
fn end() -> ! {
    std::process::abort()
}
