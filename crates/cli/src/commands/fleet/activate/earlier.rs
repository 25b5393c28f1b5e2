//! Rows that an earlier job has sent: what is not at its end is settled and followed there, and nothing more is sent.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use apex_mobility::fleet::journal::{ItemId, JobInfo, JobNumber, JobState};
use apex_mobility::fleet::{Ended, Journal, State};

use super::row::AGAIN;
use crate::commands::fleet::carry::{drive_as, tally};
use crate::commands::fleet::journal::failure;
use crate::commands::fleet::settings::Settings;
use crate::commands::fleet::shown::rows;
use crate::connection::Connected;
use crate::failure::Failure;
use crate::printer::Printer;

/// Rows that are read at a time.
const PAGE: usize = 500;

/// How often it is looked whether the rows have come to their end.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The jobs that rows of a new one were sent by.
#[derive(Default)]
pub(super) struct Earlier(BTreeMap<JobNumber, OfJob>);

struct OfJob {
    /// As it was when the new one began.
    job: JobInfo,
    /// Those of the rows that are not at their end.
    open: BTreeSet<ItemId>,
}

/// Whether somebody has to look what came of it: `waits` says whether the end of what AT&T works on is waited for.
const fn is_open(state: State, waits: bool) -> bool {
    state.is_open_question() || matches!(state, State::StillUnknown) || (waits && state.is_under_way())
}

impl Earlier {
    /// Finds them, at the same server.
    pub(super) async fn of(journal: &Journal, new: &JobInfo, waits: bool) -> Result<Self, Failure> {
        let mut earlier = Self::default();
        let mut after = None;
        loop {
            let page = journal.items_in(new.number, &[State::Duplicate], after, PAGE).await;
            let page = page.map_err(|error| failure(&error))?;
            let Some(last) = page.last() else { break };
            after = Some(last.id);
            for twin in page.iter().filter_map(|item| item.twin).filter(|twin| twin.job() != new.number) {
                earlier.see(journal, twin, waits).await?;
            }
        }
        earlier.0.retain(|_, of| of.job.server == new.server);
        Ok(earlier)
    }

    async fn see(&mut self, journal: &Journal, twin: ItemId, waits: bool) -> Result<(), Failure> {
        let number = twin.job();
        let of = match self.0.entry(number) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let job = journal.job_numbered(number).await.map_err(|error| failure(&error))?;
                new.insert(OfJob { job, open: BTreeSet::new() })
            }
        };
        let item = journal.item(twin).await.map_err(|error| failure(&error))?;
        if item.is_some_and(|item| is_open(item.state, waits)) {
            of.open.insert(twin);
        }
        Ok(())
    }

    /// Whether a job ended, before the new one began, without having told all that came of it.
    pub(super) fn was_cut_off(&self, job: JobNumber) -> bool {
        self.0.get(&job).is_some_and(|of| of.job.state != JobState::Finished)
    }

    /// Settles and follows what is open.
    pub(super) async fn carry(
        &self,
        journal: &Journal,
        connected: &Connected,
        settings: &Settings,
        printer: &Printer,
    ) -> Result<Ended, Failure> {
        let clock = connected.client.clock();
        let began = clock.monotonic();
        for OfJob { job, open } in self.0.values().filter(|of| !of.open.is_empty()) {
            // Another process may be at it, and does all of this.
            if journal.is_shared() && job.state == JobState::Running {
                continue;
            }
            let mut settings = settings.clone();
            let passed = clock.monotonic().saturating_sub(began);
            settings.timeout =
                settings.timeout.map(|all| all.saturating_sub(passed).max(Duration::from_millis(1)));
            if tally(journal, job).await?.count(State::may_be_sent) > 0 {
                // Of other rows, which this file does not ask for.
                settings.orders.max_changes = Some(0);
            }
            printer.note(&format!(
                "sent by job {} and not at an end there, so looked after: {}",
                job.id,
                rows(open.len() as u64)
            ));
            let ended = tokio::select! {
                ended = drive_as(AGAIN, journal, job, connected, &settings, printer) => ended?,
                closed = closed(journal, open, connected) => {
                    closed?;
                    set_state(journal, job, JobState::Stopped).await?;
                    Ended::Finished
                }
            };
            match ended {
                Ended::Finished | Ended::EnoughChanges | Ended::TooManyFailures { .. } => {}
                stopped => return Ok(stopped),
            }
        }
        Ok(Ended::Finished)
    }

    /// All that came of them is told: jobs of which nothing is left are over.
    pub(super) async fn finish(&self, journal: &Journal) -> Result<(), Failure> {
        for of in self.0.values().filter(|of| !(journal.is_shared() && of.job.state == JobState::Running)) {
            if tally(journal, &of.job).await?.count(|state| !state.is_final()) == 0 {
                set_state(journal, &of.job, JobState::Finished).await?;
            }
        }
        Ok(())
    }
}

/// Until none of these rows is open: what else the job waits for can take days.
async fn closed(journal: &Journal, open: &BTreeSet<ItemId>, connected: &Connected) -> Result<(), Failure> {
    let mut open = open.clone();
    loop {
        connected.client.clock().sleep(LOOK_EVERY).await;
        while let Some(first) = open.first().copied() {
            let item = journal.item(first).await.map_err(|error| failure(&error))?;
            // What is still unknown gets its second look from the job's own run.
            if item.is_some_and(|item| is_open(item.state, true)) {
                break;
            }
            open.remove(&first);
        }
        if open.is_empty() {
            return Ok(());
        }
    }
}

async fn set_state(journal: &Journal, job: &JobInfo, state: JobState) -> Result<(), Failure> {
    journal.set_job_state(job.number, state).await.map_err(|error| failure(&error))
}
