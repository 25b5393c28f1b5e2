//! Window, rate, hold and breaker as one state: what happened when, and who may start when.

use std::time::Duration;

use super::breaker::{Breaker, BreakerState, Switched};
use super::news::News;
use super::rate::{Hold, Rate};
use super::window::Window;
use crate::retry::{Backoff, Safety};

/// The longest hold: a wrong `Retry-After` must not silence a client for days.
pub(super) const LONGEST_HOLD: Duration = Duration::from_secs(3600);

/// All that a governor knows, as a function of what happened. Sends nothing, waits for nothing.
#[derive(Debug, Clone)]
pub(super) struct Pacing {
    window: Window,
    rate: Rate,
    breaker: Breaker,
    held_until: Duration,
    in_flight: usize,
    /// Throttles in a row, each after a hold, with no answer in between.
    strikes: u32,
    /// Moves on with each cut: what was sent before it cuts no more.
    epoch: u32,
    /// Moves on when bookings become void.
    schedule: u32,
}

/// A place in the order of starts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Booking {
    pub(super) start: Duration,
    schedule: u32,
}

/// A request under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ticket {
    epoch: u32,
    probe: bool,
}

/// Why a request may not start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NotYet {
    /// Its booking is void.
    Rebook,
    /// The breaker is open.
    NoServer(NoServer),
}

/// The breaker is open, for so long at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoServer {
    pub(super) retry_in: Duration,
}

/// The start would come too late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLate {
    pub(super) wait: Duration,
    /// The server asked for it.
    pub(super) held: bool,
}

/// What is worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    SlowedDown { hold: Duration },
    Breaker(Switched),
}

impl Pacing {
    pub(super) fn new(concurrency: usize, most: usize, per_second: Option<f64>) -> Self {
        Self {
            window: Window::new(concurrency, most),
            rate: Rate::new(per_second),
            breaker: Breaker::new(),
            held_until: Duration::ZERO,
            in_flight: 0,
            strikes: 0,
            epoch: 0,
            schedule: 0,
        }
    }

    /// Whether the breaker lets a request of this kind through.
    pub(super) fn check(&self, now: Duration, safety: Safety) -> Result<(), NoServer> {
        self.breaker.check(now, safety).map_err(|retry_in| NoServer { retry_in })
    }

    /// Takes the next free start, unless it is after `latest`.
    pub(super) fn book(&mut self, now: Duration, latest: Duration) -> Result<Booking, TooLate> {
        let earliest = now.max(self.held_until);
        match self.rate.book(earliest, latest) {
            Ok(start) => Ok(Booking { start, schedule: self.schedule }),
            Err(start) => Err(TooLate { wait: start.saturating_sub(now), held: self.held_until > latest }),
        }
    }

    /// Starts a request at its time.
    pub(super) fn start(
        &mut self,
        now: Duration,
        booking: Booking,
        safety: Safety,
    ) -> Result<Ticket, NotYet> {
        self.check(now, safety).map_err(NotYet::NoServer)?;
        if booking.schedule != self.schedule || self.held_until > now {
            return Err(NotYet::Rebook);
        }
        self.in_flight += 1;
        self.rate.started(now);
        Ok(Ticket { epoch: self.epoch, probe: self.breaker.sending() })
    }

    /// A request has ended, or was given up by its caller (`news` is none). `random` in `0.0..1.0`.
    pub(super) fn finish(
        &mut self,
        now: Duration,
        ticket: Ticket,
        news: Option<News>,
        random: f64,
    ) -> Option<Change> {
        let full = self.in_flight >= self.window.size();
        let current = ticket.epoch == self.epoch;
        let change = match news {
            None => {
                if ticket.probe {
                    self.breaker.probe_dropped(now);
                }
                None
            }
            Some(News::Answered) => {
                self.strikes = 0;
                // What comes in during a hold tells nothing about the size and the rate after it.
                if current && now >= self.held_until {
                    if full && !self.rate.is_binding() {
                        self.window.answered();
                    }
                    self.rate.answered();
                }
                self.breaker.answered().map(Change::Breaker)
            }
            Some(News::Throttled { wait, is_there }) => {
                // With the breaker open, its waits are the ones that count.
                let slows = is_there || self.breaker.is_closed();
                let slowed = if slows { self.throttled(now, wait, current, full, random) } else { None };
                let switched = if is_there {
                    self.breaker.answered()
                } else {
                    self.breaker.silent(now, ticket.probe, true, random)
                };
                self.restarted(switched).or(slowed)
            }
            Some(News::Silent { sent }) => {
                // An overloaded gateway falls silent before it finds words for it.
                if current {
                    self.window.halve(false);
                    self.epoch = self.epoch.wrapping_add(1);
                }
                let switched = self.breaker.silent(now, ticket.probe, sent, random);
                self.restarted(switched)
            }
        };
        self.in_flight = self.in_flight.saturating_sub(1);
        change
    }

    fn throttled(
        &mut self,
        now: Duration,
        wait: Option<Duration>,
        current: bool,
        full: bool,
        random: f64,
    ) -> Option<Change> {
        // One cut per flight. What the server says later about its wait still counts.
        if !current && wait.is_none() {
            return None;
        }
        let said = wait.is_some();
        let wait =
            wait.unwrap_or_else(|| Backoff::default().wait(self.strikes.saturating_add(1), true, random));
        let hold = wait.min(LONGEST_HOLD);
        let until = now.saturating_add(hold);
        if current {
            // A size that is news to the server is the likelier cause, unless the rate keeps it from being
            // used.
            let too_large = full && self.window.is_untried() && !self.rate.is_binding();
            self.window.halve(too_large);
            self.rate.throttled(now, Hold::new(now, hold, said), self.in_flight, !too_large);
            self.strikes = self.strikes.saturating_add(1);
            self.epoch = self.epoch.wrapping_add(1);
        }
        if current || until > self.held_until {
            self.held_until = self.held_until.max(until);
            self.rate.resume_at(self.held_until);
            self.schedule = self.schedule.wrapping_add(1);
        }
        current.then_some(Change::SlowedDown { hold })
    }

    fn restarted(&mut self, switched: Option<Switched>) -> Option<Change> {
        if switched == Some(Switched::Opened) {
            self.window.restart();
        }
        switched.map(Change::Breaker)
    }

    pub(super) const fn concurrency(&self) -> usize {
        self.window.size()
    }

    pub(super) const fn in_flight(&self) -> usize {
        self.in_flight
    }

    pub(super) fn per_second(&self) -> Option<f64> {
        Some(self.rate.per_second()).filter(|rate| rate.is_finite())
    }

    pub(super) fn held_for(&self, now: Duration) -> Option<Duration> {
        Some(self.held_until.saturating_sub(now)).filter(|wait| !wait.is_zero())
    }

    pub(super) fn breaker(&self, now: Duration) -> BreakerState {
        self.breaker.state(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THROTTLED: Option<News> = Some(News::Throttled { wait: None, is_there: true });
    const SILENT: Option<News> = Some(News::Silent { sent: true });

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn started(pacing: &mut Pacing, now: Duration) -> Ticket {
        let booking = pacing.book(now, Duration::MAX).unwrap();
        pacing.start(now.max(booking.start), booking, Safety::Read).unwrap()
    }

    #[test]
    fn a_whole_flight_that_is_throttled_is_one_cut() {
        let mut pacing = Pacing::new(8, 12, None);
        let flight: Vec<Ticket> = (0..8).map(|_| started(&mut pacing, at(0))).collect();
        let changes = flight.into_iter().filter_map(|one| pacing.finish(at(0), one, THROTTLED, 0.0)).count();
        assert_eq!((changes, pacing.concurrency()), (1, 4));
    }

    #[test]
    fn holds_without_a_word_from_the_server_double_from_throttle_to_throttle() {
        let mut pacing = Pacing::new(8, 12, None);
        let mut now = at(0);
        let mut holds = Vec::new();
        for _ in 0..8 {
            let ticket = started(&mut pacing, now);
            let now_started = pacing.held_until.max(now);
            pacing.finish(now_started, ticket, THROTTLED, 1.0);
            holds.push(pacing.held_for(now_started).unwrap().as_secs());
            now = pacing.held_until;
        }
        assert_eq!(holds, [1, 2, 4, 8, 16, 32, 60, 60]);
    }

    #[test]
    fn a_wish_of_years_is_kept_to_for_an_hour() {
        let mut pacing = Pacing::new(8, 12, None);
        let ticket = started(&mut pacing, at(0));
        let wait = Some(Duration::from_secs(u64::MAX));
        pacing.finish(at(0), ticket, Some(News::Throttled { wait, is_there: true }), 0.0);
        assert_eq!(pacing.held_for(at(0)), Some(LONGEST_HOLD));
    }

    #[test]
    fn nothing_grows_while_the_client_is_held() {
        let mut pacing = Pacing::new(8, 12, None);
        let flight: Vec<Ticket> = (0..8).map(|_| started(&mut pacing, at(0))).collect();
        let mut flight = flight.into_iter();
        pacing.finish(at(0), flight.next().unwrap(), THROTTLED, 1.0);
        let before = (pacing.concurrency(), pacing.per_second());
        flight.for_each(|one| assert_eq!(pacing.finish(at(0), one, Some(News::Answered), 0.0), None));
        assert_eq!((pacing.concurrency(), pacing.per_second()), before);
    }

    #[test]
    fn a_hold_voids_what_was_booked() {
        let mut pacing = Pacing::new(8, 12, Some(1.0));
        let first = started(&mut pacing, at(0));
        let booked = pacing.book(at(0), Duration::MAX).unwrap();
        assert_eq!(booked.start, at(1));
        pacing.finish(at(0), first, Some(News::Throttled { wait: Some(at(30)), is_there: true }), 0.0);
        assert_eq!(pacing.start(at(1), booked, Safety::Read).unwrap_err(), NotYet::Rebook);
        assert_eq!(pacing.book(at(1), Duration::MAX).unwrap().start, at(30));
        assert_eq!(
            pacing.book(at(1), at(20)).unwrap_err(),
            TooLate { wait: pacing.rate_wait(at(1)), held: true }
        );
    }

    #[test]
    fn five_silences_open_the_breaker_and_the_way_back_begins_with_one() {
        let mut pacing = Pacing::new(8, 12, None);
        let flight: Vec<Ticket> = (0..5).map(|_| started(&mut pacing, at(0))).collect();
        let changes: Vec<Change> =
            flight.into_iter().filter_map(|one| pacing.finish(at(0), one, SILENT, 0.0)).collect();
        assert_eq!(changes, [Change::Breaker(Switched::Opened)]);
        assert_eq!(pacing.check(at(1), Safety::Read), Err(NoServer { retry_in: at(1) }));
        let probe = started(&mut pacing, at(2));
        let change = pacing.finish(at(2), probe, Some(News::Answered), 0.0);
        assert_eq!((change, pacing.concurrency()), (Some(Change::Breaker(Switched::Closed)), 1));
    }

    #[test]
    fn a_refusal_by_a_business_rule_never_opens_the_breaker() {
        let mut pacing = Pacing::new(8, 12, None);
        for _ in 0..1000 {
            let ticket = started(&mut pacing, at(0));
            pacing.finish(at(0), ticket, Some(News::Answered), 0.0);
        }
        assert_eq!(pacing.breaker(at(0)), BreakerState::Closed);
    }

    impl Pacing {
        fn rate_wait(&self, now: Duration) -> Duration {
            let mut rate = self.rate;
            rate.book(now.max(self.held_until), Duration::MAX).unwrap().saturating_sub(now)
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_happens_the_bounds_hold(
            start in 0..20usize, most in 1..20usize, events: Vec<(u8, u16, u8)>,
        ) {
            let mut pacing = Pacing::new(start, most, None);
            let mut now = Duration::ZERO;
            for (kind, pause, wait) in events {
                now += Duration::from_millis(u64::from(pause));
                let Ok(booking) = pacing.book(now, Duration::MAX) else { continue };
                let Ok(ticket) = pacing.start(now.max(booking.start), booking, Safety::Read) else { continue };
                now = now.max(booking.start);
                let before = pacing.concurrency();
                let wait = (wait > 100).then(|| Duration::from_secs(u64::from(wait)));
                let news = match kind % 5 {
                    0 => Some(News::Throttled { wait, is_there: kind > 128 }),
                    1 => Some(News::Silent { sent: kind > 128 }),
                    2 => None,
                    _ => Some(News::Answered),
                };
                pacing.finish(now, ticket, news, 0.5);
                let after = pacing.concurrency();
                proptest::prop_assert!((1..=most).contains(&after));
                match news {
                    Some(News::Throttled { .. }) => proptest::prop_assert!(after <= (before / 2).max(1)),
                    Some(News::Answered) => proptest::prop_assert!(after <= before + 1),
                    _ => proptest::prop_assert!(after <= before),
                }
                proptest::prop_assert_eq!(pacing.in_flight(), 0);
            }
        }
    }
}
