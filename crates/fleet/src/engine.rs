//! Carries a job through: sends what may be sent, follows what AT&T works on, settles what is unknown.
//!
//! Everything it knows comes out of the journal, so a job that was cut off goes on where it was: [`Engine::run`] is how
//! it begins and how it is resumed. Three kinds of work go on at once, each request by itself: one that fails, or whose
//! answer is lost, changes nothing for the others.
//!
//! - **Sending**: the intent goes into the journal, then the request leaves, within a minute or not at all
//!   ([`INTENT_LIFE`]), then the answer goes into the journal. One that AT&T refuses as a whole is asked for in halves:
//!   what is wrong with one row changes nothing for the others.
//! - **Settling**: what may have been sent and has no answer is read, never sent (the resolve crate). That it had no
//!   effect counts when this process itself has waited for as long as a request may take: clocks differ, and are set.
//! - **Following**: requests that AT&T has taken are looked at by their API's schedule.
//!
//! A row that this version cannot read, since another has written it, is left alone and holds up none of the others: one
//! to be sent is noted as [`State::Unreadable`](crate::State), one to be settled stays unknown.

mod apart;
mod follow;
mod form;
mod learned;
mod part;
mod ramp;
mod run;
mod send;
mod settle;
mod stop;

use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use apex_mobility_core::{Client, Error};
use apex_mobility_resolve::Resolver;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

pub use ramp::FailureLimit;
#[cfg(feature = "postgres")]
pub(crate) use ramp::OPENING;
pub use stop::Stop;

use crate::journal::{Item, JobInfo, JobState, Journal, JournalError};
use crate::operation::FleetOperation;
use crate::orders::Orders;
use crate::row::CellProblem;
use crate::seal::{Seal, SealError};
use crate::state::State;
use crate::task::Task;
use apart::Apart;
pub(crate) use follow::Request;
pub(crate) use part::{Part, Span};
use run::Run;

/// A request leaves so soon after its intent was noted, or not at all. Whoever finds the intent later and waits for
/// longer than this knows that nothing will leave any more.
pub const INTENT_LIFE: Duration = Duration::from_secs(60);

/// How often it is looked whether another process has stopped the job.
const WATCH_EVERY: Duration = Duration::from_secs(5);

/// How often a hand that has nothing left to do looks whether others have.
const LOOK_FOR_MORE_EVERY: Duration = Duration::from_secs(1);

/// How a job is carried through.
#[derive(Debug, Clone)]
pub struct Options {
    /// Requests under way at once, at most. The client's governor has the last word.
    pub concurrency: usize,
    /// Whether to begin with 1 row, then 5, then 50, and go on only when they went well.
    pub ramp: bool,
    /// When to stop sending because too much fails.
    pub max_failures: Option<FailureLimit>,
    /// How many rows to send, at most.
    pub max_changes: Option<u64>,
    /// Whether to look at a line before it is changed, so that a lost answer can be told from how it was before. Costs
    /// a read for each row.
    pub look_before: bool,
    /// How long to look for what came of a lost answer.
    pub resolve_wait: Duration,
    /// Whether to follow what AT&T has taken to its end.
    pub follow: bool,
    /// How often to look at what AT&T has taken, in place of its API's schedule.
    pub poll_every: Option<Duration>,
    /// How long to go on trying when no request gets through.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            concurrency: 32,
            ramp: true,
            max_failures: None,
            max_changes: None,
            look_before: true,
            resolve_wait: Resolver::WAIT,
            follow: true,
            poll_every: None,
            patience: Duration::from_mins(30),
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// Nothing more is to be done by itself.
    Finished,
    /// It was stopped. What was sent is noted; the rest can be sent by a resume.
    Stopped,
    /// Too many rows failed.
    TooManyFailures {
        /// Rows that were refused or came to nothing.
        failed: u64,
        /// Rows that were sent.
        sent: u64,
    },
    /// As many rows were sent as were allowed.
    EnoughChanges,
    /// AT&T does not accept the credentials, or the kill switch is on.
    Refused(String),
    /// No request got through for too long.
    Unreachable(String),
}

impl Ended {
    /// Whether the reason lies with this process, and another could go on.
    const fn is_of_this_hand(&self) -> bool {
        !matches!(self, Self::Finished | Self::TooManyFailures { .. })
    }
}

/// A run that cannot go on. What was sent stands in the journal.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The journal. Nothing is sent that cannot be noted.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The secrets of a row.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Carries jobs through.
#[derive(Clone)]
pub struct Engine {
    client: Client,
    journal: Journal,
    secret: SecretString,
    options: Options,
    /// Requests that may be under way at once, where several parts are carried through side by side.
    slots: Option<Arc<Semaphore>>,
}

impl Engine {
    /// An engine over a client and a journal. `secret` is the app secret, under which the secrets of rows are sealed.
    #[must_use]
    pub fn new(client: &Client, journal: &Journal, secret: &str, options: Options) -> Self {
        let secret = SecretString::from(secret);
        Self { client: client.clone(), journal: journal.clone(), secret, options, slots: None }
    }

    /// Its client and its journal.
    #[cfg(feature = "postgres")]
    pub(crate) const fn of(&self) -> (&Client, &Journal) {
        (&self.client, &self.journal)
    }

    /// The same with other options, which shares its requests under way with others.
    #[cfg(feature = "postgres")]
    pub(crate) fn sharing(&self, options: Options, slots: &Arc<Semaphore>) -> Self {
        Self { options, slots: Some(Arc::clone(slots)), ..self.clone() }
    }

    /// Carries a job through, from wherever it is, until nothing more is to be done or it is stopped: by `stop`, or in a
    /// shared journal by another process.
    ///
    /// # Errors
    /// When the journal cannot be read or written.
    pub async fn run(&self, job: &JobInfo, stop: &Stop) -> Result<Ended, EngineError> {
        self.journal.set_job_state(job.number, JobState::Running).await?;
        let told = AtomicBool::new(false);
        let ended = tokio::select! {
            ended = self.carry_whole(job, stop) => ended?,
            never = self.watch(job, stop, &told) => match never {},
        };
        let state = match &ended {
            Ended::Finished => JobState::Finished,
            // Who stopped it has noted so, and somebody may have gone on with it since.
            ended if told.load(Ordering::SeqCst) => return Ok(ended.clone()),
            // Workers go on without this hand. What stops them too is too much failing.
            ended if ended.is_of_this_hand() && Orders::kept(&job.options).for_workers => {
                return Ok(ended.clone());
            }
            _ => JobState::Stopped,
        };
        failpoint!(Finish);
        self.journal.set_job_state(job.number, state).await?;
        Ok(ended)
    }

    /// Carries all of a job through. Where other hands take part in it, it is over when nobody has anything left to do:
    /// what was in their hands can come back.
    async fn carry_whole(&self, job: &JobInfo, stop: &Stop) -> Result<Ended, EngineError> {
        let mut part = Part::whole(job.number, self.journal.is_shared());
        loop {
            let ended = self.carry(job, part, stop).await?;
            if ended != Ended::Finished || !part.others || !self.has_more(job).await? {
                return Ok(ended);
            }
            part.asked_again = false;
            tokio::select! {
                () = self.client.clock().sleep(LOOK_FOR_MORE_EVERY) => {}
                () = stop.stopping() => {}
            }
        }
    }

    /// Whether anything of a job is to be done that is done by itself.
    async fn has_more(&self, job: &JobInfo) -> Result<bool, EngineError> {
        let tally = self.journal.tally(job.number).await?;
        let is_open = |state: State| {
            state == State::Planned
                || state.is_open_question()
                || (self.options.follow && state == State::Accepted)
        };
        if tally.count(is_open) > 0 {
            return Ok(true);
        }
        let without_effect = self.journal.operations(job.number, State::NotApplied).await?;
        Ok(without_effect.into_keys().any(FleetOperation::may_repeat_by_itself))
    }

    /// Stops the run when another process stops the job.
    async fn watch(&self, job: &JobInfo, stop: &Stop, told: &AtomicBool) -> Infallible {
        if !self.journal.is_shared() {
            return std::future::pending().await;
        }
        loop {
            self.client.clock().sleep(WATCH_EVERY).await;
            // A journal that cannot be read is for the run to find out.
            let found = self.journal.job_numbered(job.number).await;
            if found.is_ok_and(|job| job.state == JobState::Stopped) {
                told.store(true, Ordering::SeqCst);
                stop.stop();
            }
        }
    }

    /// Carries a part of a job through. How far the job is, is for the caller to note.
    pub(crate) async fn carry(&self, job: &JobInfo, part: Part, stop: &Stop) -> Result<Ended, EngineError> {
        let worker = Worker {
            engine: self,
            job,
            seal: Seal::new(self.secret.expose_secret(), &job.id)?,
            resolver: Resolver::new(&self.client).wait(self.options.resolve_wait),
            apart: Apart::default(),
            stop,
            part,
        };
        Run::new(&worker).carry_through().await
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("options", &self.options).finish_non_exhaustive()
    }
}

/// What every work needs.
struct Worker<'a> {
    engine: &'a Engine,
    job: &'a JobInfo,
    seal: Seal,
    resolver: Resolver,
    apart: Apart,
    stop: &'a Stop,
    part: Part,
}

impl Worker<'_> {
    /// The task of an item, with its secrets.
    fn task(&self, item: &Item) -> Result<Read, EngineError> {
        if !item.unknown.is_empty() {
            return Ok(Err(Unreadable(format!("unknown columns: {}", item.unknown.join(", ")))));
        }
        let mut row = item.row.clone();
        self.seal.open(item.id.place(), &item.sealed, &mut row)?;
        let problems = |problems: Vec<CellProblem>| {
            Unreadable(problems.iter().map(CellProblem::to_string).collect::<Vec<_>>().join("; "))
        };
        Ok(Task::read(&row).map_err(problems))
    }
}

/// What a row asks for, if this version can read it.
type Read = Result<Task, Unreadable>;

/// What this version cannot read of a row. Another has written it, which allowed more.
struct Unreadable(String);

/// Why a request was put off, and for how long.
struct PutOff {
    why: String,
    wait: Duration,
    /// Waiting will not help.
    for_good: bool,
}

impl PutOff {
    fn of(error: &Error) -> Self {
        use apex_mobility_core::ErrorKind;
        use apex_mobility_core::catalog::Class;
        let for_good = error.class() == Class::Auth
            || matches!(error.kind(), ErrorKind::Stopped | ErrorKind::ReadOnly | ErrorKind::Credentials);
        let wait = error.retry_after().unwrap_or(Duration::from_secs(10));
        Self { why: error.to_string(), wait, for_good }
    }
}

#[cfg(test)]
mod tests;
