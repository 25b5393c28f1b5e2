//! Places at which a crash test ends the process. Only in builds for it (feature `failpoints`).
//!
//! `APEX_FAILPOINT=after_commit:3` ends it when that place is reached for the third time: at once, as a kill does, with
//! nothing flushed and nothing told.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A place at which a process can be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A chunk of rows was read and is not in the journal yet.
    Preflight,
    /// The rows are in the journal, still as a draft.
    LetIn,
    /// Statements are carried out, not committed.
    BeforeCommit,
    /// Committed, and nobody was told.
    AfterCommit,
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
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Preflight,
        Self::LetIn,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BeforeIntend,
        Self::BeforeSend,
        Self::AfterSend,
        Self::AfterRecord,
        Self::Settle,
        Self::Follow,
    ];

    /// The word in the variable.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Preflight => "preflight",
            Self::LetIn => "let_in",
            Self::BeforeCommit => "before_commit",
            Self::AfterCommit => "after_commit",
            Self::BeforeIntend => "before_intend",
            Self::BeforeSend => "before_send",
            Self::AfterSend => "after_send",
            Self::AfterRecord => "after_record",
            Self::Settle => "settle",
            Self::Follow => "follow",
        }
    }
}

/// The variable that names the place and its time.
pub const VARIABLE: &str = "APEX_FAILPOINT";

/// Ends the process when this is the place and the time.
pub(crate) fn reached(place: Place) {
    static SET: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static TIMES: AtomicU64 = AtomicU64::new(0);
    let set = SET.get_or_init(|| {
        let text = std::env::var(VARIABLE).ok()?;
        let (place, time) = text.split_once(':')?;
        Some((place.to_owned(), time.parse().ok()?))
    });
    let Some((named, time)) = set else { return };
    if named == place.as_str() && TIMES.fetch_add(1, Ordering::SeqCst) + 1 == *time {
        std::process::abort();
    }
}
