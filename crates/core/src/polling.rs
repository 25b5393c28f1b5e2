//! Requests that take hours or days: [`Poller`], and the handle that survives the process.

use std::fmt;
use std::future::{Future, IntoFuture, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use futures_core::Stream;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::client::Client;
use crate::error::Error;

/// A request that AT&T works on after it has accepted it: how to look at it, and when it has settled.
pub trait Job: Clone + fmt::Debug + Serialize + DeserializeOwned + Send + Sync + Unpin + 'static {
    /// What a look shows.
    type Status: Clone + PartialEq + fmt::Debug + Send + Sync + Unpin + 'static;
    /// How it can end.
    type Done: Send + 'static;
    /// What can keep it waiting for a person.
    type Action: Send + 'static;

    /// When to look.
    const SCHEDULE: Schedule;

    /// Looks once.
    fn look(&self, client: &Client) -> impl Future<Output = Result<Self::Status, Error>> + Send;

    /// What the look means.
    fn progress(&self, status: &Self::Status) -> Progress<Self::Done, Self::Action>;
}

/// What one look at a job means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress<D, A> {
    /// AT&T is still at it.
    Waiting,
    /// It has come to its end.
    Done(D),
    /// It will not go on by itself.
    ActionRequired(A),
}

/// When to look at a job: first after a wait, then at a pace that may slow down, up to a time after which
/// the job counts as overdue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// From the start to the first look.
    pub first: Duration,
    /// The pace: until this long after the start, this often. The last pace holds on.
    pub pace: &'static [(Duration, Duration)],
    /// From the start to when it is overdue. Overdue is not failed.
    pub overdue: Duration,
}

impl Schedule {
    /// How long after the start the look that follows a look at `elapsed` is due.
    #[must_use]
    pub fn next_after(&self, elapsed: Duration) -> Duration {
        if elapsed < self.first {
            return self.first;
        }
        let every = self
            .pace
            .iter()
            .find(|(until, _)| elapsed < *until)
            .or(self.pace.last())
            .map_or(self.first, |(_, every)| *every);
        elapsed.saturating_add(every.max(Duration::from_millis(1)))
    }
}

/// What is needed to go on with a job in another process. Serialize it as soon as you have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handle<J> {
    /// What to look at.
    pub job: J,
    /// When it began, in seconds since 1970 (UTC).
    begun: u64,
}

impl<J> Handle<J> {
    /// A job that begins now, by the client's clock.
    pub fn begin(client: &Client, job: J) -> Self {
        Self { job, begun: seconds(client.clock().wall()) }
    }
}

/// How waiting for a job ended.
#[derive(Debug)]
pub enum Settled<J: Job> {
    /// It came to its end.
    Done(J::Done),
    /// It waits for a person.
    ActionRequired(J::Action),
    /// It is not settled and the time to wait is over. That is no failure: keep the handle and look later.
    StillPending(StillPending<J>),
}

/// A job that was not settled in the time there was.
#[derive(Debug)]
pub struct StillPending<J: Job> {
    /// To go on with later.
    pub handle: Handle<J>,
    /// What the last look showed, if there was one.
    pub last: Option<J::Status>,
    /// Why the last look showed nothing, if it did not.
    pub last_error: Option<Error>,
}

/// Waits for a job. Await it for its end, or take its changes as a [`Stream`], or look by hand.
///
/// Looks that fail for a passing reason are made up for by the next; others end the wait.
#[must_use = "a poller does nothing until it is awaited"]
pub struct Poller<J: Job> {
    client: Client,
    handle: Handle<J>,
    every: Option<Duration>,
    timeout: Option<Duration>,
    /// When the waiting began, on the client's monotonic clock.
    since: Duration,
    /// How old the job was then.
    age: Duration,
    last_look: Option<Duration>,
    last: Option<J::Status>,
    last_error: Option<Error>,
    settled: bool,
    step: Option<StepFuture<J>>,
}

type StepFuture<J> = Pin<Box<dyn Future<Output = Result<<J as Job>::Status, Error>> + Send>>;

impl<J: Job> Poller<J> {
    /// A poller for a job that has just begun.
    pub fn begin(client: &Client, job: J) -> Self {
        Self::resume(client, Handle::begin(client, job))
    }

    /// A poller for a job that began earlier, perhaps in another process.
    pub fn resume(client: &Client, handle: Handle<J>) -> Self {
        let age = seconds(client.clock().wall()).saturating_sub(handle.begun);
        Self {
            client: client.clone(),
            handle,
            every: None,
            timeout: None,
            since: client.clock().monotonic(),
            age: Duration::from_secs(age),
            last_look: None,
            last: None,
            last_error: None,
            settled: false,
            step: None,
        }
    }

    /// Looks this often instead of by the API's schedule.
    pub fn with_poll_every(mut self, every: Duration) -> Self {
        self.every = Some(every.max(Duration::from_millis(1)));
        self
    }

    /// Waits this long from now on, instead of until the job is overdue.
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// What is needed to go on in another process.
    #[must_use]
    pub fn handle(&self) -> &Handle<J> {
        &self.handle
    }

    /// What the last look showed.
    #[must_use]
    pub fn last(&self) -> Option<&J::Status> {
        self.last.as_ref()
    }

    /// How long until the next look is due. None when the time to wait will be over by then.
    #[must_use]
    pub fn next_look_in(&self) -> Option<Duration> {
        let now = self.now();
        let due = match (self.every, self.last_look) {
            (Some(every), last) => last.unwrap_or(self.age).saturating_add(every),
            (None, None) if self.age > J::SCHEDULE.first => self.age,
            (None, last) => J::SCHEDULE.next_after(last.unwrap_or(Duration::ZERO)),
        };
        let end = match self.timeout {
            Some(timeout) => self.age.saturating_add(timeout),
            // A job that is overdue already is looked at once.
            None => J::SCHEDULE.overdue.max(self.age),
        };
        (due <= end).then(|| due.saturating_sub(now))
    }

    /// Looks once, now.
    ///
    /// # Errors
    /// When the look fails; the poller can look again.
    pub async fn look(&mut self) -> Result<Progress<J::Done, J::Action>, Error> {
        let outcome = self.handle.job.look(&self.client).await;
        self.record(outcome)
    }

    /// The next change of status, or `None` when the job has settled or the time to wait is over.
    pub async fn next(&mut self) -> Option<Result<J::Status, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The age of the job.
    fn now(&self) -> Duration {
        self.age.saturating_add(self.client.clock().monotonic().saturating_sub(self.since))
    }

    fn record(&mut self, outcome: Result<J::Status, Error>) -> Result<Progress<J::Done, J::Action>, Error> {
        self.last_look = Some(self.now());
        let status = outcome?;
        let progress = self.handle.job.progress(&status);
        self.settled = !matches!(progress, Progress::Waiting);
        self.last = Some(status);
        self.last_error = None;
        Ok(progress)
    }

    async fn settle(mut self) -> Result<Settled<J>, Error> {
        while let Some(wait) = self.next_look_in() {
            self.client.clock().sleep(wait).await;
            match self.look().await {
                Ok(Progress::Done(done)) => return Ok(Settled::Done(done)),
                Ok(Progress::ActionRequired(action)) => return Ok(Settled::ActionRequired(action)),
                Ok(Progress::Waiting) => {}
                Err(error) if error.is_transient() => self.last_error = Some(error),
                Err(error) => return Err(error),
            }
        }
        Ok(Settled::StillPending(StillPending {
            handle: self.handle,
            last: self.last,
            last_error: self.last_error,
        }))
    }
}

impl<J: Job> IntoFuture for Poller<J> {
    type Output = Result<Settled<J>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.settle())
    }
}

/// The changes of status: a look that shows what the last one showed gives nothing.
impl<J: Job> Stream for Poller<J> {
    type Item = Result<J::Status, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if self.settled {
                return Poll::Ready(None);
            }
            if self.step.is_none() {
                let Some(wait) = self.next_look_in() else { return Poll::Ready(None) };
                let (client, job) = (self.client.clone(), self.handle.job.clone());
                self.step = Some(Box::pin(async move {
                    client.clock().sleep(wait).await;
                    job.look(&client).await
                }));
            }
            let Some(step) = self.step.as_mut() else { return Poll::Ready(None) };
            let outcome = ready!(step.as_mut().poll(context));
            self.step = None;
            let before = self.last.clone();
            match self.record(outcome) {
                Ok(_) if self.last == before => {}
                Ok(_) => return Poll::Ready(self.last.clone().map(Ok)),
                Err(error) if error.is_transient() => self.last_error = Some(error),
                Err(error) => {
                    self.settled = true;
                    return Poll::Ready(Some(Err(error)));
                }
            }
        }
    }
}

impl<J: Job> fmt::Debug for Poller<J> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poller")
            .field("handle", &self.handle)
            .field("last", &self.last)
            .field("settled", &self.settled)
            .finish_non_exhaustive()
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
