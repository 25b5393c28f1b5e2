//! Asking a run to end.

use std::sync::Arc;

use tokio::sync::watch;

/// Asks a run to end. Cheap to clone: clones ask the same run.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<Asked>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Asked {
    Nothing,
    /// Send nothing more; take in the answers that are due, and settle what is open.
    Stop,
    /// Leave at once. What is under way is found in the journal by the next run.
    Leave,
}

impl Default for Stop {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(Asked::Nothing)))
    }
}

impl Stop {
    /// Nothing more is sent. Answers that are due are taken in, lost ones settled; nothing is followed any longer.
    pub fn stop(&self) {
        self.0.send_if_modified(|asked| std::mem::replace(asked, (*asked).max(Asked::Stop)) < Asked::Stop);
    }

    /// The run ends at once. What is under way stands in the journal, and the next run settles it.
    pub fn leave(&self) {
        self.0.send_replace(Asked::Leave);
    }

    /// The same; gives whether it was not asked before.
    #[cfg(feature = "postgres")]
    pub(crate) fn leave_now(&self) -> bool {
        self.0.send_replace(Asked::Leave) < Asked::Leave
    }

    /// Whether either was asked.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        *self.0.borrow() > Asked::Nothing
    }

    /// Until a stop is asked.
    pub(super) async fn stopping(&self) {
        self.until(Asked::Stop).await;
    }

    /// Until it is to be left at once.
    pub(crate) async fn leaving(&self) {
        self.until(Asked::Leave).await;
    }

    async fn until(&self, level: Asked) {
        // The sender lives as long as this does, so the wait has an end only by what is waited for.
        let _ = self.0.subscribe().wait_for(|asked| *asked >= level).await;
    }
}
