//! How many requests may start per second: nothing is known until a server throttles, and then it is learned.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::meter::Meter;

/// The slowest rate that is learned: one request a minute. A server that takes less holds the client by its
/// `Retry-After`.
const SLOWEST: f64 = 1.0 / 60.0;
/// How far below the plateau the rate starts after a cut, and how far above it is at twice the span.
const DIP: f64 = 0.1;
/// What the rate grows by in each further span.
const STEEPEST: f64 = 1.25;
/// The shortest span, in answers: what a throttle teaches that came almost at once.
const SHORTEST_SPAN: f64 = 8.0;
/// The longest span: so many answers for each request under way, ...
const SPAN_PER_REQUEST: f64 = 200.0;
/// ... or so many seconds at the plateau, whichever is more: a hold of a second costs a thirtieth at most.
const SPAN_SECONDS: f64 = 30.0;
/// For so many starts after one that had to wait for the rate, the rate counts as what limits the client.
const PACED_WITHIN: u32 = 8;

/// The rate and what it was learned from. Its law is in the documentation of the module above.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Rate {
    #[serde(with = "or_none")]
    most: f64,
    learned: Option<Learned>,
    /// What the last throttle ended.
    stretch: Option<Stretch>,
    next_start: Duration,
    starts_unpaced: u32,
    /// Since when the server has been answering: the end of the last hold.
    since: Duration,
    answers: u32,
    meter: Meter,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Learned {
    per_second: f64,
    /// What the server was found to take.
    plateau: f64,
    /// How many paced answers lead back to the plateau.
    span: f64,
    paced_answers: u32,
}

/// A time of calls that a throttle ended, its hold included.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Stretch {
    calls: f64,
    answers: u32,
    lasted: Duration,
    /// How much of that may have been waited for in vain.
    #[serde(default)]
    unsure: Duration,
    /// What the server was found to take before the rate went beyond it; 0 where it did not.
    #[serde(default)]
    withstood: f64,
    /// The rate at its end.
    #[serde(with = "or_none")]
    rate: f64,
}

/// Nothing is sent for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold {
    pub(super) until: Duration,
    /// How much of it the server may not need.
    pub(super) unsure: Duration,
}

impl Hold {
    /// For so long from now; `said` is whether the server asked for it. It says whole seconds, rounded up; a wait of
    /// one's own is a guess.
    pub(super) fn new(now: Duration, wait: Duration, said: bool) -> Self {
        let unsure = if said { wait.min(Duration::from_secs(1)) } else { wait };
        Self { until: now.saturating_add(wait), unsure }
    }
}

impl Rate {
    pub(super) fn new(most: Option<f64>) -> Self {
        Self {
            most: limit(most),
            learned: None,
            stretch: None,
            next_start: Duration::ZERO,
            starts_unpaced: PACED_WITHIN,
            since: Duration::ZERO,
            answers: 0,
            meter: Meter::default(),
        }
    }

    /// Another limit than it was made with.
    pub(super) fn limit(&mut self, most: Option<f64>) {
        self.most = limit(most);
    }

    /// Nothing was sent for a while: what is counted for the next cut begins now. What was learned stays.
    pub(super) fn forget_the_past(&mut self, now: Duration) {
        self.resume_at(now);
        self.answers = 0;
        self.stretch = None;
    }

    /// Requests per second; infinite while there is no limit and nothing was learned.
    pub(super) fn per_second(&self) -> f64 {
        self.learned.map_or(self.most, |learned| learned.per_second.min(self.most))
    }

    /// The next free start that is not before `earliest`, taken, unless it is after `latest`: then it is only
    /// told.
    pub(super) fn book(&mut self, earliest: Duration, latest: Duration) -> Result<Duration, Duration> {
        let start = self.next_start.max(earliest);
        if start > latest {
            return Err(start);
        }
        self.starts_unpaced = if start > earliest { 0 } else { self.starts_unpaced.saturating_add(1) };
        self.next_start = start.saturating_add(self.gap());
        Ok(start)
    }

    /// A request started.
    pub(super) fn started(&mut self, now: Duration) {
        self.meter.count(now);
    }

    /// Whether it is the rate that keeps the client from sending more.
    pub(super) const fn is_binding(&self) -> bool {
        self.starts_unpaced < PACED_WITHIN
    }

    /// An answer, other than a throttle, to a request that was sent since the last cut.
    pub(super) fn answered(&mut self) {
        self.answers = self.answers.saturating_add(1);
        let binding = self.is_binding();
        if let Some(learned) = self.learned.as_mut().filter(|_| binding) {
            learned.paced_answers = learned.paced_answers.saturating_add(1);
            learned.climb();
        }
    }

    /// A throttle, with a hold. If the rate is to blame, the server takes what it took, spread over the calls and what it
    /// needed of the hold.
    pub(super) fn throttled(&mut self, now: Duration, hold: Hold, in_flight: usize, to_blame: bool) {
        let Hold { until, unsure } = hold;
        let hold = until.saturating_sub(now);
        let stretch = match self.stretch {
            // Nothing got through since the last throttle: its hold was too short and goes on.
            Some(stretch) if self.answers == 0 => {
                Stretch { lasted: stretch.lasted.saturating_add(hold), unsure, ..stretch }
            }
            _ => {
                let busy = now.saturating_sub(self.since);
                let (calls, lasted) = (self.calls(now, busy), busy.saturating_add(hold));
                let (answers, rate, withstood) = (self.answers, self.per_second(), self.withstood());
                Stretch { calls, answers, lasted, unsure, withstood, rate }
            }
        };
        if to_blame {
            self.learned = Some(Learned::from(stretch, in_flight));
        }
        self.stretch = Some(stretch);
        self.answers = 0;
        self.resume_at(until);
    }

    /// Nobody starts before `until`, and what was booked is void.
    pub(super) fn resume_at(&mut self, until: Duration) {
        self.since = self.since.max(until);
        self.next_start = until;
        self.meter = Meter::from(until);
    }

    /// How many calls `busy`, the time since the last hold, has had at the rate that was too much.
    ///
    /// Paced, that rate lies between the one at the end and the average on the way to it.
    fn calls(&self, now: Duration, busy: Duration) -> f64 {
        if self.is_binding() {
            let at_the_end = self.per_second() * busy.as_secs_f64();
            (at_the_end * f64::from(self.answers).min(at_the_end)).sqrt()
        } else {
            self.meter.calls(now, busy)
        }
    }

    /// The plateau, if the rate had gone beyond it.
    fn withstood(&self) -> f64 {
        let beyond = |learned: &Learned| f64::from(learned.paced_answers) > learned.span;
        self.learned.filter(beyond).map_or(0.0, |learned| learned.plateau)
    }

    fn gap(&self) -> Duration {
        let rate = self.per_second();
        if rate.is_infinite() {
            return Duration::ZERO;
        }
        Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::ZERO)
    }
}

impl Stretch {
    /// How many calls a second the server took.
    ///
    /// At least what was sent, spread over all of it, and what was withstood; at most the same without what may have been
    /// waited for in vain, and the rate at the end. Nearer to that: a rate that is too high costs one more hold, one
    /// that is too low many seconds on the way up.
    fn taken(&self) -> f64 {
        let over = |time: Duration| self.calls.max(1.0) / time.as_secs_f64().max(0.001);
        let least = over(self.lasted);
        if self.rate.is_infinite() {
            return least;
        }
        let most = over(self.lasted.saturating_sub(self.unsure)).min(self.rate);
        let least = least.max(self.withstood).min(most);
        (least * most * most).cbrt()
    }
}

impl Learned {
    fn from(stretch: Stretch, in_flight: usize) -> Self {
        let plateau = stretch.taken().max(SLOWEST);
        let longest = (SPAN_PER_REQUEST * count(in_flight.max(1))).max(SPAN_SECONDS * plateau);
        let span = (2.0 * f64::from(stretch.answers)).min(longest).max(SHORTEST_SPAN);
        let mut learned = Self { per_second: plateau, plateau, span, paced_answers: 0 };
        learned.climb();
        learned
    }

    fn climb(&mut self) {
        let way = (f64::from(self.paced_answers) - self.span) / self.span;
        // A limit per minute is not heard of before the minute is used up: beyond twice the span, no steeper.
        let shape = (1.0 + DIP * way.min(1.0).powi(3)) * STEEPEST.powf((way - 1.0).max(0.0));
        self.per_second = (self.plateau * shape).max(SLOWEST);
    }
}

fn limit(most: Option<f64>) -> f64 {
    most.filter(|rate| rate.is_finite() && *rate > 0.0).unwrap_or(f64::INFINITY)
}

/// No limit is none: JSON has no infinity.
mod or_none {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(rate: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        Some(*rate).filter(|rate| rate.is_finite()).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        Ok(super::limit(Option::deserialize(deserializer)?))
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    const fn exactly(millis: u64) -> Hold {
        Hold { until: at(millis), unsure: Duration::ZERO }
    }

    /// A rate that `calls` calls, evenly in `millis`, and a throttle with a hold have taught.
    fn taught(calls: u64, millis: u64, hold: u64) -> Rate {
        let mut rate = Rate::new(None);
        for call in 0..calls {
            let now = at(call * millis / calls);
            rate.book(now, Duration::MAX).unwrap();
            rate.started(now);
            rate.answered();
        }
        rate.throttled(at(millis), exactly(millis + hold), 8, true);
        rate
    }

    #[test]
    fn nothing_is_paced_until_something_was_learned() {
        let mut rate = Rate::new(None);
        assert!((0..1000).all(|_| rate.book(at(5), Duration::MAX) == Ok(at(5))));
        assert!(rate.per_second().is_infinite());
    }

    #[test]
    fn the_plateau_is_what_the_server_took_spread_over_calls_and_hold() {
        // calls, in, hold, what they come to per second
        for (calls, millis, hold, plateau) in [
            (600, 7_500, 52_500, 10.0), // 600 a minute, used up in 7.5 s
            (50, 0, 1_000, 50.0),       // 50 a second, used up at once
            (1, 0, 10_000, 0.1),
            (0, 0, 10_000, 0.1), // the very first request was refused
            (1000, 20_000, 1_000, 1000.0 / 21.0),
            (1, 0, 3_600_000, SLOWEST),
        ] {
            let got = taught(calls, millis, hold).per_second() / (1.0 - DIP);
            assert!((got / plateau - 1.0).abs() < 0.02 || got < 0.02, "{calls} in {millis}: {got} {plateau}");
        }
    }

    #[test]
    fn after_a_cut_it_dips_comes_back_and_then_probes() {
        let mut rate = taught(50, 0, 1_000);
        let mut seen = vec![rate.per_second()];
        for _ in 0..4 {
            for _ in 0..50 {
                let _ = rate.book(at(1_000), Duration::MAX);
                let _ = rate.book(at(1_000), Duration::MAX);
                rate.answered();
            }
            seen.push(rate.per_second());
        }
        let rounded: Vec<f64> = seen.into_iter().map(|rate| (rate * 100.0).round() / 100.0).collect();
        // The span is twice the fifty answers.
        assert_eq!(rounded, [45.0, 49.38, 50.0, 50.63, 55.0]);
    }

    #[test]
    fn it_does_not_climb_while_something_else_limits_the_client() {
        let mut rate = taught(50, 0, 1_000);
        let before = rate.per_second();
        for second in 2..200 {
            rate.book(at(second * 1000), Duration::MAX).unwrap();
            rate.answered();
        }
        assert!((rate.per_second() - before).abs() < f64::EPSILON);
    }

    #[test]
    fn a_hold_that_was_too_short_makes_the_rate_slower_still() {
        let mut rate = taught(100, 1_000, 1_000);
        assert!((rate.per_second() - 45.0).abs() < 1e-6);
        rate.throttled(at(2_000), exactly(4_000), 8, true);
        assert!((rate.per_second() - 22.5).abs() < 1e-6);
        rate.throttled(at(4_000), exactly(10_000), 8, true);
        assert!((rate.per_second() - 9.0).abs() < 1e-6);
    }

    #[test]
    fn a_second_that_a_server_rounds_up_does_not_halve_the_rate() {
        // 51 calls in 0.96 s, and the server asks for 1 s: it takes something between 26 and 53 a second.
        let mut rate = taught(50, 0, 1_000);
        let paced = |rate: &mut Rate, answers| {
            for _ in 0..answers {
                let _ = rate.book(at(1_000), Duration::MAX);
                let _ = rate.book(at(1_000), Duration::MAX);
                rate.answered();
            }
        };
        paced(&mut rate, 50);
        let (before, now) = (rate, at(1_960));
        let plateau = |mut rate: Rate, hold| {
            rate.throttled(now, hold, 8, true);
            rate.per_second() / (1.0 - DIP)
        };
        let rounded = plateau(before, Hold::new(now, at(1_000), true));
        assert!((35.0..45.0).contains(&rounded), "{rounded}");
        // Were it exact, it would be the 26.
        let exact = plateau(before, exactly(2_960));
        assert!((24.0..27.0).contains(&exact), "{exact}");
    }

    #[test]
    fn what_was_withstood_is_kept_unless_the_hold_shows_that_the_server_counts_over_a_longer_time() {
        let mut rate = taught(50, 0, 1_000);
        for _ in 0..150 {
            let _ = rate.book(at(1_000), Duration::MAX);
            let _ = rate.book(at(1_000), Duration::MAX);
            rate.answered();
        }
        let plateau = |mut rate: Rate, wait| {
            rate.throttled(at(4_100), Hold::new(at(4_100), at(wait), true), 8, true);
            rate.per_second() / (1.0 - DIP)
        };
        let short = plateau(rate, 1_000);
        assert!((49.0..50.7).contains(&short), "{short}");
        let long = plateau(rate, 57_000);
        assert!((2.4..2.8).contains(&long), "{long}");
    }

    #[test]
    fn how_much_of_a_hold_is_needed_is_known_to_the_second_or_not_at_all() {
        for (wait, said, unsure) in [(30_000, true, 1_000), (400, true, 400), (30_000, false, 30_000)] {
            let hold = Hold::new(at(5_000), at(wait), said);
            assert_eq!((hold.until, hold.unsure), (at(5_000 + wait), at(unsure)));
        }
    }

    #[test]
    fn starts_are_spread_at_the_rate_and_a_start_too_late_is_not_taken() {
        let mut rate = Rate::new(Some(4.0));
        assert_eq!(rate.book(at(0), at(100)), Ok(at(0)));
        assert_eq!(rate.book(at(0), at(100)), Err(at(250)));
        assert_eq!(rate.book(at(0), at(250)), Ok(at(250)));
        assert_eq!(rate.book(at(900), at(900)), Ok(at(900)));
    }

    proptest::proptest! {
        #[test]
        fn it_is_never_above_the_limit_nor_below_the_slowest(
            most in 0.1..1e4f64, events: Vec<(u8, u16, u16)>,
        ) {
            let mut rate = Rate::new(Some(most));
            let mut now = Duration::ZERO;
            for (answers, pause, hold) in events {
                for _ in 0..answers {
                    now += at(u64::from(pause % 64));
                    let _ = rate.book(now, Duration::MAX);
                    rate.started(now);
                    rate.answered();
                }
                let before = rate.per_second();
                let hold = Hold::new(now, at(u64::from(hold)), pause % 2 == 0);
                rate.throttled(now, hold, usize::from(answers % 16), true);
                let after = rate.per_second();
                proptest::prop_assert!(after <= before && after <= most && after >= SLOWEST.min(most));
            }
        }
    }
}
