//! How much a client sends at once and how fast, when it waits, and when it does not send at all.
//!
//! One governor serves all calls of a client and its clones. Each attempt takes a turn from it, retries
//! included, and tells it how it ended. Four things decide about a turn:
//!
//! - the **window**: how many requests may be under way ([`Limits`]);
//! - the **rate**: how many may start per second;
//! - the **hold**: until when the server asked to be left alone (`Retry-After`; without it 1, 2, 4 ... 60 s
//!   with jitter from throttle to throttle, contract 2.4);
//! - the **breaker** ([`BreakerState`]), and above all the [`KillSwitch`].
//!
//! # The law
//!
//! AT&T publishes no limit (contract 2.4), so it is learned, from throttle answers (429, 503, 403 with
//! `POL0001`). The aim: at least nine tenths of what the server takes, with less than one throttle in a
//! hundred answers.
//!
//! **What was too much?** A limit on requests under way refuses the first flight of a new size; a limit on
//! the rate refuses a size that it let pass a moment ago. So a full window of a size that has not yet been
//! answered through once is blamed on its size; anything else on the rate. A wrong guess costs one more
//! throttle, and the next one corrects it.
//!
//! **The window** halves on each throttle, and on each silence (no connection, no answer, 502, 504), for a
//! gateway that is swamped falls silent before it finds words. It grows by one for every `size` answers up to
//! a size that was withstood, every `4 size` up to the ceiling, and every `200 size` beyond it. Blamed, a
//! size sets the ceiling below itself. Only a full window grows.
//!
//! **The rate** is unlimited until it is blamed. Then its *plateau* becomes `r * busy / (busy + hold)`:
//! what was sent, spread over the time it was sent in and the hold that it earned. That is exact for a
//! limit per stretch of time, however fast it was used up, and for a full bucket of one second; with a
//! short hold it is nearly `r`, the rate that was too much: between the average on the way up and the rate
//! at the end. But `Retry-After` has whole seconds, and a hold without it is a guess. So that plateau is
//! the least; the most is the same without the part of the hold that may not have been needed. A plateau
//! that the rate had already gone beyond is not given up below that. Between the two, the plateau is nearer
//! to the most. From there, `n` paced answers later, the rate is
//! `plateau * (1 + 0.1 * ((n - span) / span)^3)`: a tenth lower at first, so that a bucket fills again,
//! flat near the plateau, where most of the time is spent, and a tenth higher after twice the span. Then it
//! grows by a quarter in each span, so that a limit that was raised is found; no steeper, for a limit per
//! minute is not heard of before the minute is used up. Between cuts that averages about 97 % of the
//! plateau.
//!
//! The *span* is counted in answers, since the aim is. It is twice the answers since the cut before, between
//! 8 and the more of 200 per request under way and 30 s at the plateau. So early cuts, which teach little,
//! are soon questioned. Later a whole flight of refusals is at most one answer in two hundred, and a hold of
//! a second costs at most a thirtieth.
//!
//! A flight is one cut, however many of its requests are refused; a hold after which nothing gets through is
//! a longer hold; nothing grows during a hold.
//!
//! `Window`, `Rate`, `Breaker` and their sum `Pacing` are values without clock, randomness or waits;
//! [`Governor`] gives them those.

mod breaker;
mod kill_switch;
mod limits;
mod meter;
mod news;
mod pacing;
mod rate;
mod shared;
#[cfg(test)]
mod tests;
mod window;

use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, select};
use tokio::sync::{Notify, Semaphore, SemaphorePermit};

use crate::clock::Clock;
use crate::retry::Safety;

pub use breaker::BreakerState;
pub use kill_switch::KillSwitch;
pub use limits::{Limits, Pace};
pub(crate) use news::News;
pub use shared::{Lot, SharedPace, SharedRate, SharedTurn};

use breaker::Switched;
use pacing::{Change, NoServer, NotYet, Pacing, Ticket, TooLate};

/// How long a wait may go on before the files of the kill switch are looked for again.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Hands out turns to send.
#[derive(Debug)]
pub(crate) struct Governor {
    slots: Semaphore,
    state: Mutex<State>,
    /// The breaker has opened: who waits is told.
    opened: Notify,
    switch: KillSwitch,
}

#[derive(Debug)]
struct State {
    pacing: Pacing,
    /// How many permits the semaphore has, given out or not. More than the window while it shrinks.
    slots: usize,
}

/// Why there is no turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refused {
    /// The kill switch is on.
    Stopped(String),
    /// The breaker is open.
    NoServer { retry_in: Duration },
    /// It would come after the call's deadline.
    TooLate {
        wait: Duration,
        /// The server asked for the wait.
        held: bool,
    },
}

/// One request is under way while this lives.
#[derive(Debug)]
pub(crate) struct Turn<'a> {
    governor: &'a Governor,
    clock: &'a dyn Clock,
    slot: Option<SemaphorePermit<'a>>,
    ticket: Ticket,
    news: Option<News>,
}

impl Governor {
    pub(crate) fn new(limits: Limits, switch: KillSwitch) -> Self {
        let most = limits.most().min(Semaphore::MAX_PERMITS);
        let pacing = Pacing::new(limits.concurrency, most, limits.per_second);
        let slots = pacing.concurrency();
        Self {
            slots: Semaphore::new(slots),
            state: Mutex::new(State { pacing, slots }),
            opened: Notify::new(),
            switch,
        }
    }

    pub(crate) fn switch(&self) -> &KillSwitch {
        &self.switch
    }

    pub(crate) fn pace(&self, now: Duration) -> Pace {
        let stopped = self.switch.is_on();
        let pacing = &self.state().pacing;
        Pace {
            concurrency: pacing.concurrency(),
            in_flight: pacing.in_flight(),
            per_second: pacing.per_second(),
            held_for: pacing.held_for(now),
            breaker: pacing.breaker(now),
            stopped,
        }
    }

    /// A turn, if there is one at once.
    pub(crate) fn turn_at_once<'a>(&'a self, clock: &'a dyn Clock, safety: Safety) -> Option<Turn<'a>> {
        let slot = self.slots.try_acquire().ok()?;
        let now = clock.monotonic();
        let pacing = &mut self.state().pacing;
        pacing.check(now, safety).ok()?;
        let booking = pacing.book(now, now).ok()?;
        let ticket = pacing.start(now, booking, safety).ok()?;
        Some(Turn { governor: self, clock, slot: Some(slot), ticket, news: None })
    }

    /// Waits for a turn that comes not after `latest`. Dropping the future gives the turn up.
    pub(crate) async fn turn<'a>(
        &'a self,
        clock: &'a dyn Clock,
        safety: Safety,
        latest: Duration,
    ) -> Result<Turn<'a>, Refused> {
        loop {
            // Who listens before looking misses nothing.
            let opened = pin!(self.opened.notified());
            let turned_on = pin!(self.switch.turned_on());
            let mut interrupted = select(opened, turned_on);
            self.refuse_if_stopped()?;
            self.state().pacing.check(clock.monotonic(), safety)?;

            let slot = match select(pin!(self.slots.acquire()), &mut interrupted).await {
                // The semaphore is never closed; were it, the limit would be gone and the call still right.
                Either::Left((slot, _)) => slot.ok(),
                Either::Right(_) => continue,
            };
            let ticket = loop {
                let booking = self.state().pacing.book(clock.monotonic(), latest)?;
                if !self.wait_until(clock, booking.start, &mut interrupted).await {
                    break None;
                }
                let started = self.state().pacing.start(clock.monotonic(), booking, safety);
                match started {
                    Ok(ticket) => break Some(ticket),
                    Err(NotYet::Rebook) => {}
                    Err(NotYet::NoServer(refused)) => return Err(refused.into()),
                }
            };
            if let Some(ticket) = ticket {
                return Ok(Turn { governor: self, clock, slot, ticket, news: None });
            }
        }
    }

    /// Waits between attempts; ends early when the kill switch is turned on.
    pub(crate) async fn pause(&self, clock: &dyn Clock, wait: Duration) {
        let mut turned_on = pin!(self.switch.turned_on());
        if !self.switch.is_on() {
            self.wait_until(clock, clock.monotonic().saturating_add(wait), &mut turned_on).await;
        }
    }

    /// Whether everything is stopped: the last question before a request leaves.
    pub(crate) fn refuse_if_stopped(&self) -> Result<(), Refused> {
        match self.switch.reason() {
            None => Ok(()),
            Some(reason) => Err(Refused::Stopped(reason.to_string())),
        }
    }

    /// Waits, and says whether it came to the end of the wait.
    async fn wait_until<F>(&self, clock: &dyn Clock, end: Duration, interrupted: &mut F) -> bool
    where
        F: Future + Unpin,
    {
        loop {
            let left = end.saturating_sub(clock.monotonic());
            if left.is_zero() {
                return true;
            }
            let watches = self.switch.watches_files();
            let step = if watches { left.min(LOOK_EVERY) } else { left };
            if let Either::Right(_) = select(clock.sleep(step), &mut *interrupted).await {
                return false;
            }
            if watches && self.switch.is_on() {
                return false;
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// The attempt has ended; the turn is given back. One that is dropped without was not used, or its caller
    /// gave up.
    pub(crate) fn end(mut self, news: News) {
        self.news = Some(news);
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let now = self.clock.monotonic();
        let (change, per_second, concurrency) = {
            let mut state = self.governor.state();
            // Only bad news need a random number.
            let random = if self.news == Some(News::Answered) { 0.0 } else { fastrand::f64() };
            let change = state.pacing.finish(now, self.ticket, self.news, random);
            state.settle(&self.governor.slots, self.slot.take());
            (change, state.pacing.per_second(), state.pacing.concurrency())
        };
        match change {
            None => {}
            Some(Change::SlowedDown { hold }) => {
                tracing::warn!(hold_ms = millis(hold), per_second, concurrency, "throttled: slowing down");
            }
            Some(Change::Breaker(Switched::Opened)) => {
                self.governor.opened.notify_waiters();
                tracing::warn!("the server is not there: sending nothing but a probe now and then");
            }
            Some(Change::Breaker(Switched::Closed)) => tracing::info!("the server is back"),
        }
    }
}

impl State {
    /// Makes the semaphore as large as the window: what is too much of it is not given back.
    fn settle(&mut self, slots: &Semaphore, slot: Option<SemaphorePermit<'_>>) {
        let wanted = self.pacing.concurrency();
        if self.slots > wanted
            && let Some(slot) = slot
        {
            slot.forget();
            self.slots -= 1;
        }
        if self.slots > wanted {
            self.slots -= slots.forget_permits(self.slots - wanted);
        } else if self.slots < wanted {
            slots.add_permits(wanted - self.slots);
            self.slots = wanted;
        }
    }
}

impl From<NoServer> for Refused {
    fn from(NoServer { retry_in }: NoServer) -> Self {
        Self::NoServer { retry_in }
    }
}

impl From<TooLate> for Refused {
    fn from(TooLate { wait, held }: TooLate) -> Self {
        Self::TooLate { wait, held }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
