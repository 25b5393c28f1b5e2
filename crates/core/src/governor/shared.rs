//! One rate for several clients, on one machine or on many.
//!
//! Each client of its own would learn a share of what the server takes, and learn it anew whenever another comes or goes.
//! So the rate is a value that they keep in one place and take turns to change ([`SharedRate`]); how they reach it is
//! theirs ([`SharedPace`]). The law is the governor's.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::pacing::LONGEST_HOLD;
use super::rate::{Hold, Rate};
use crate::retry::Backoff;

/// A pace that a client keeps together with others.
///
/// A client that has one asks it before each attempt, after its own turn has come; the wait counts towards the call's
/// deadline, and a call that runs out of time there was not sent. What a throttle says about the rate goes to it, and no
/// longer to the client's own rate.
pub trait SharedPace: Send + Sync + fmt::Debug {
    /// Until one more request may leave. Dropping the future leaves the turn to others.
    fn turn(&self) -> Pin<Box<dyn Future<Output = SharedTurn> + Send + '_>>;

    /// A request was answered, otherwise than by a throttle.
    fn answered(&self, turn: SharedTurn);

    /// A request was throttled; the server asks to be left alone for `wait`, if it says so.
    fn throttled(&self, turn: SharedTurn, wait: Option<Duration>);
}

/// The right to send one request, by the rate as it was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedTurn {
    /// The rate's epoch: each cut begins a new one.
    pub epoch: u32,
}

/// A shared rate: what was learned of the server, as a value without clock and waits.
///
/// Moments are on a clock that all who share it have, most simply the time since 1970 of the place that keeps it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SharedRate {
    rate: Rate,
    held_until: Duration,
    last_booked: Duration,
    /// Throttles in a row, each after a hold, with no answer in between.
    strikes: u32,
    epoch: u32,
    /// Requests of this epoch that were let go and are not known to have ended.
    in_flight: u32,
}

/// Turns that were taken together: one at `first`, then one after each `gap`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lot {
    /// The moment of the first.
    pub first: Duration,
    /// From one to the next.
    pub gap: Duration,
    /// How many.
    pub turns: u32,
    /// The rate's epoch.
    pub epoch: u32,
}

/// After so long without a request, what was counted before says nothing about the rate.
const IDLE: Duration = Duration::from_secs(30);
/// A lot is not longer than this: whoever holds one learns of a throttle with the next.
const LONGEST_LOT: f64 = 0.2;
/// Turns in one lot while no limit is known.
const MOST: u32 = 16;
/// More requests than this are not believed to be under way: some were let go by clients that are gone.
const MOST_IN_FLIGHT: u32 = 64;

impl SharedRate {
    /// Nothing is known of the server.
    #[must_use]
    pub fn new(now: Duration) -> Self {
        let mut rate = Rate::new(None);
        rate.resume_at(now);
        Self { rate, held_until: now, last_booked: now, strikes: 0, epoch: 0, in_flight: 0 }
    }

    /// Takes up to `wanted` turns, at least one. `most` requests per second are a limit that was set, where there is
    /// one.
    pub fn book(&mut self, now: Duration, wanted: u32, most: Option<f64>) -> Lot {
        self.rate.limit(most);
        if now.saturating_sub(self.last_booked) > IDLE {
            self.rate.forget_the_past(now.max(self.held_until));
            self.in_flight = 0;
        }
        self.last_booked = now;
        let rate = self.rate.per_second();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is clamped before")]
        let turns = (rate * LONGEST_LOT).clamp(1.0, f64::from(MOST)) as u32;
        let turns = turns.min(wanted.max(1));
        let earliest = now.max(self.held_until);
        let mut first = earliest;
        let mut last = earliest;
        for turn in 0..turns {
            let start = self.rate.book(earliest, Duration::MAX).unwrap_or(earliest);
            self.rate.started(start);
            if turn == 0 {
                first = start;
            }
            last = start;
        }
        self.in_flight = self.in_flight.saturating_add(turns).min(MOST_IN_FLIGHT);
        let gap = last.saturating_sub(first) / turns.saturating_sub(1).max(1);
        Lot { first, gap, turns, epoch: self.epoch }
    }

    /// So many requests were let go without a turn, while no limit was known.
    pub fn sent(&mut self, now: Duration, requests: u32) {
        if requests > 0 {
            self.last_booked = now;
        }
        (0..requests).for_each(|_| self.rate.started(now));
        self.in_flight = self.in_flight.saturating_add(requests).min(MOST_IN_FLIGHT);
    }

    /// So many requests of an epoch were answered, otherwise than by a throttle.
    pub fn answered(&mut self, now: Duration, epoch: u32, answers: u32) {
        if answers == 0 {
            return;
        }
        self.strikes = 0;
        // What comes in during a hold tells nothing about the rate after it.
        if epoch == self.epoch && now >= self.held_until {
            (0..answers).for_each(|_| self.rate.answered());
            self.in_flight = self.in_flight.saturating_sub(answers);
        }
    }

    /// A request of an epoch was throttled. One cut per flight: what was sent before it cuts no more. `random` in
    /// `0.0..1.0` keeps many from coming back at once. Gives whether it was cut.
    pub fn throttled(&mut self, now: Duration, epoch: u32, wait: Option<Duration>, random: f64) -> bool {
        let is_current = epoch == self.epoch;
        if !is_current && wait.is_none() {
            return false;
        }
        let said = wait.is_some();
        let wait =
            wait.unwrap_or_else(|| Backoff::default().wait(self.strikes.saturating_add(1), true, random));
        let hold = Hold::new(now, wait.min(LONGEST_HOLD), said);
        if is_current {
            let in_flight = usize::try_from(self.in_flight).unwrap_or(usize::MAX);
            self.rate.throttled(now, hold, in_flight, true);
            self.strikes = self.strikes.saturating_add(1);
            self.epoch = self.epoch.wrapping_add(1);
            self.in_flight = 0;
        }
        if is_current || hold.until > self.held_until {
            self.held_until = self.held_until.max(hold.until);
            self.rate.resume_at(self.held_until);
        }
        is_current
    }

    /// Requests per second; none while nothing was learned and nothing set.
    #[must_use]
    pub fn per_second(&self) -> Option<f64> {
        Some(self.rate.per_second()).filter(|rate| rate.is_finite())
    }

    /// The rate's epoch.
    #[must_use]
    pub const fn epoch(&self) -> u32 {
        self.epoch
    }

    /// How long nothing may start.
    #[must_use]
    pub fn held_for(&self, now: Duration) -> Duration {
        self.held_until.saturating_sub(now)
    }
}
