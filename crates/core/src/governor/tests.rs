//! The law against servers with limits that the client is not told, on paused time.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::future::join_all;

use super::{Governor, KillSwitch, Limits, News, SharedRate};
use crate::clock::{Clock, SystemClock};
use crate::retry::Safety;

const SEED: u64 = 7;

/// What a server takes.
#[derive(Debug, Clone, Copy)]
enum Hidden {
    /// A bucket that fills evenly.
    Bucket { per_second: f64, burst: f64 },
    /// So many per stretch of time, which begins with its first call.
    Stretch { calls: u32, seconds: u32 },
    /// So many at once.
    AtOnce(usize),
}

#[derive(Debug, Default)]
struct Seen {
    tokens: f64,
    last: Duration,
    in_flight: usize,
    taken: VecDeque<Duration>,
    throttled: VecDeque<Duration>,
}

#[derive(Debug)]
struct Server {
    hidden: Hidden,
    latency: Duration,
    /// Whether it says how long to wait.
    polite: bool,
    seen: Mutex<Seen>,
}

impl Hidden {
    /// Three minutes, a thousand answers where they are rare, ten stretches where they are long.
    fn warm_up(self, latency: Duration) -> Duration {
        let stretch = match self {
            Self::Stretch { seconds, .. } => Duration::from_secs(seconds.into()),
            _ => Duration::ZERO,
        };
        let thousand_answers = Duration::from_secs_f64(1000.0 / self.capacity(latency));
        Duration::from_secs(3 * 60).max(thousand_answers).max(10 * stretch)
    }

    /// How many calls a second it takes.
    fn capacity(self, latency: Duration) -> f64 {
        match self {
            Self::Bucket { per_second, .. } => per_second,
            Self::Stretch { calls, seconds } => f64::from(calls) / f64::from(seconds),
            Self::AtOnce(requests) => requests as f64 / latency.as_secs_f64(),
        }
    }
}

impl Server {
    fn new(hidden: Hidden, latency: Duration, polite: bool) -> Self {
        let tokens = match hidden {
            Hidden::Bucket { burst, .. } => burst,
            _ => 0.0,
        };
        Self { hidden, latency, polite, seen: Mutex::new(Seen { tokens, ..Seen::default() }) }
    }

    fn arrive(&self, now: Duration) -> News {
        let mut seen = self.seen.lock().unwrap();
        seen.in_flight += 1;
        let refused_for = match self.hidden {
            Hidden::Bucket { per_second, burst } => {
                seen.tokens = (seen.tokens + per_second * (now - seen.last).as_secs_f64()).min(burst);
                seen.last = now;
                if seen.tokens >= 1.0 {
                    seen.tokens -= 1.0;
                    None
                } else {
                    Some(Duration::from_secs_f64((1.0 - seen.tokens) / per_second))
                }
            }
            Hidden::Stretch { calls, seconds } => {
                let length = Duration::from_secs(seconds.into());
                if seen.tokens == 0.0 || now - seen.last >= length {
                    (seen.last, seen.tokens) = (now, 0.0);
                }
                if seen.tokens < f64::from(calls) {
                    seen.tokens += 1.0;
                    None
                } else {
                    Some(seen.last + length - now)
                }
            }
            Hidden::AtOnce(most) => (seen.in_flight > most).then_some(Duration::ZERO),
        };
        let Some(wait) = refused_for else {
            seen.taken.push_back(now);
            return News::Answered;
        };
        seen.throttled.push_back(now);
        // `Retry-After` has whole seconds.
        let wait = Duration::from_secs(wait.as_secs_f64().ceil().max(1.0) as u64);
        News::Throttled { wait: self.polite.then_some(wait), is_there: true }
    }

    /// The share of the capacity that was used and the share of answers that were throttles, in a span of time.
    fn shares(&self, from: Duration, to: Duration) -> (f64, f64) {
        let seen = self.seen.lock().unwrap();
        let within = |times: &VecDeque<Duration>| {
            times.iter().filter(|time| (from..to).contains(*time)).count() as f64
        };
        let (taken, throttled) = (within(&seen.taken), within(&seen.throttled));
        let capacity = self.hidden.capacity(self.latency) * (to - from).as_secs_f64();
        (taken / capacity, throttled / (taken + throttled))
    }

    async fn serve(&self, clock: &SystemClock) -> News {
        let news = self.arrive(clock.monotonic());
        // A refusal is quicker than an answer.
        let answered = news == News::Answered;
        clock.sleep(if answered { self.latency } else { self.latency / 4 }).await;
        self.seen.lock().unwrap().in_flight -= 1;
        news
    }
}

/// Keeps `callers` busy until `end`.
async fn press(governor: &Governor, server: &Server, clock: &SystemClock, callers: usize, end: Duration) {
    let caller = || async {
        while clock.monotonic() < end {
            let Ok(turn) = governor.turn(clock, Safety::Read, Duration::MAX).await else {
                clock.sleep(Duration::from_secs(1)).await;
                continue;
            };
            let news = server.serve(clock).await;
            turn.end(news);
        }
    };
    join_all((0..callers).map(|_| caller())).await;
}

/// The share of the capacity that was used and the share of answers that were throttles, after a warm-up.
async fn measure(hidden: Hidden, latency: Duration, polite: bool) -> (f64, f64) {
    let clock = SystemClock::new();
    let server = Server::new(hidden, latency, polite);
    let limits = Limits { max_concurrency: Some(32), ..Limits::default() };
    let governor = Governor::new(limits, KillSwitch::new());
    let warm = hidden.warm_up(latency);
    let end = 2 * warm;
    press(&governor, &server, &clock, 40, end).await;
    server.shares(warm, end)
}

#[tokio::test(start_paused = true)]
async fn nine_tenths_of_a_hidden_limit_are_reached_with_less_than_a_hundredth_of_throttles() {
    use Hidden::{AtOnce, Bucket, Stretch};
    // The governor's jitter comes from this thread's generator.
    fastrand::seed(SEED);
    let mut report = Vec::new();
    for (hidden, millis, polite) in [
        (Bucket { per_second: 50.0, burst: 50.0 }, 100, true),
        (Bucket { per_second: 50.0, burst: 5.0 }, 100, false),
        (Bucket { per_second: 50.0, burst: 50.0 }, 20, false),
        (Bucket { per_second: 20.0, burst: 100.0 }, 50, true),
        (Bucket { per_second: 5.0, burst: 5.0 }, 300, true),
        (Stretch { calls: 50, seconds: 1 }, 100, false),
        (Stretch { calls: 50, seconds: 1 }, 1, true),
        (Stretch { calls: 200, seconds: 10 }, 100, true),
        (Stretch { calls: 200, seconds: 10 }, 100, false),
        (Stretch { calls: 600, seconds: 60 }, 100, true),
        (Stretch { calls: 600, seconds: 60 }, 100, false),
        (Stretch { calls: 60, seconds: 60 }, 500, true),
        (Stretch { calls: 60, seconds: 60 }, 500, false),
        (AtOnce(5), 100, true),
        (AtOnce(10), 300, false),
        (AtOnce(3), 100, false),
        (AtOnce(1), 100, true),
    ] {
        let (used, throttled) = measure(hidden, Duration::from_millis(millis), polite).await;
        let good = used >= 0.9 && throttled < 0.01;
        report.push(format!("{good:5} {used:.3} {throttled:.4} {polite:5} {millis} ms {hidden:?}"));
    }
    assert!(report.iter().all(|line| line.starts_with("true")), "seed {SEED}\n{}", report.join("\n"));
}

/// What one of several clients has of the rate that they share: the turns that it took, and who waits for one.
#[derive(Debug, Default)]
struct Lots {
    turns: tokio::sync::Mutex<VecDeque<(Duration, u32)>>,
    waiting: AtomicU32,
}

impl Lots {
    /// The next turn: one that was taken, or else as many are taken as callers wait.
    async fn turn(&self, rate: &Mutex<SharedRate>, clock: &SystemClock) -> (Duration, u32) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let mut turns = self.turns.lock().await;
        if turns.is_empty() {
            // The way to where the rate is kept.
            clock.sleep(Duration::from_millis(3)).await;
            let wanted = self.waiting.load(Ordering::Relaxed);
            let lot = rate.lock().unwrap().book(clock.monotonic(), wanted, None);
            turns.extend((0..lot.turns).map(|turn| (lot.first + lot.gap * turn, lot.epoch)));
        }
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        turns.pop_front().unwrap()
    }
}

/// One caller of one of the clients, busy until `end`.
async fn call(lots: &Lots, rate: &Mutex<SharedRate>, server: &Server, clock: &SystemClock, end: Duration) {
    while clock.monotonic() < end {
        let (start, epoch) = lots.turn(rate, clock).await;
        clock.sleep(start.saturating_sub(clock.monotonic())).await;
        if rate.lock().unwrap().epoch() != epoch {
            continue;
        }
        let news = server.serve(clock).await;
        let (now, mut rate) = (clock.monotonic(), rate.lock().unwrap());
        match news {
            News::Throttled { wait, .. } => {
                rate.throttled(now, epoch, wait, fastrand::f64());
            }
            _ => rate.answered(now, epoch, 1),
        }
    }
}

/// Keeps `callers` of each of several clients busy until `end`, by a rate that they share.
async fn press_together(server: &Server, clock: &SystemClock, clients: usize, callers: usize, end: Duration) {
    let rate = Mutex::new(SharedRate::new(clock.monotonic()));
    let lots: Vec<Lots> = (0..clients).map(|_| Lots::default()).collect();
    let callers = lots.iter().flat_map(|lots| std::iter::repeat_n(lots, callers));
    join_all(callers.map(|lots| call(lots, &rate, server, clock, end))).await;
}

#[tokio::test(start_paused = true)]
async fn four_clients_that_share_a_rate_use_nine_tenths_of_a_limit_with_less_than_a_hundredth_of_throttles() {
    use Hidden::{Bucket, Stretch};
    fastrand::seed(SEED);
    let mut report = Vec::new();
    for (hidden, millis, polite) in [
        (Bucket { per_second: 50.0, burst: 50.0 }, 100, true),
        (Bucket { per_second: 50.0, burst: 5.0 }, 100, false),
        (Bucket { per_second: 20.0, burst: 100.0 }, 50, true),
        (Stretch { calls: 50, seconds: 1 }, 100, false),
        (Stretch { calls: 50, seconds: 1 }, 20, true),
        (Stretch { calls: 600, seconds: 60 }, 100, true),
    ] {
        let clock = SystemClock::new();
        let latency = Duration::from_millis(millis);
        let server = Server::new(hidden, latency, polite);
        let warm = hidden.warm_up(latency);
        let end = 2 * warm;
        press_together(&server, &clock, 4, 12, end).await;
        let (used, throttled) = server.shares(warm, end);
        let good = used >= 0.9 && throttled < 0.01;
        report.push(format!("{good:5} {used:.3} {throttled:.4} {polite:5} {millis} ms {hidden:?}"));
    }
    assert!(report.iter().all(|line| line.starts_with("true")), "seed {SEED}\n{}", report.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn half_a_minute_is_enough_to_learn_a_limit_per_second_alone_or_together() {
    use Hidden::{Bucket, Stretch};
    let mut report = Vec::new();
    for (hidden, millis, polite) in [
        (Stretch { calls: 50, seconds: 1 }, 2, true),
        (Stretch { calls: 50, seconds: 1 }, 20, true),
        (Stretch { calls: 50, seconds: 1 }, 60, true),
        (Stretch { calls: 50, seconds: 1 }, 100, true),
        (Stretch { calls: 50, seconds: 1 }, 100, false),
        (Bucket { per_second: 50.0, burst: 50.0 }, 50, true),
        (Bucket { per_second: 50.0, burst: 50.0 }, 50, false),
    ] {
        for clients in [1, 4] {
            fastrand::seed(SEED);
            let (clock, latency) = (SystemClock::new(), Duration::from_millis(millis));
            let server = Server::new(hidden, latency, polite);
            let (warm, end) = (Duration::from_secs(30), Duration::from_secs(120));
            if clients == 1 {
                let governor = Governor::new(Limits::default(), KillSwitch::new());
                press(&governor, &server, &clock, 12, end).await;
            } else {
                press_together(&server, &clock, clients, 12, end).await;
            }
            let (used, throttled) = server.shares(warm, end);
            let good = used >= 0.9 && throttled < 0.01;
            let who = format!("{clients} client(s)");
            report.push(format!("{good:5} {used:.3} {throttled:.4} {who} {polite:5} {millis} ms {hidden:?}"));
        }
    }
    assert!(report.iter().all(|line| line.starts_with("true")), "seed {SEED}\n{}", report.join("\n"));
}

#[test]
fn a_flight_of_refusals_cuts_a_shared_rate_once_whoever_had_sent_it() {
    let at = Duration::from_secs;
    let mut rate = SharedRate::new(at(1000));
    let lots: Vec<_> = (0..4).map(|_| rate.book(at(1001), 4, None)).collect();
    let cuts = lots.iter().filter(|lot| rate.throttled(at(1002), lot.epoch, Some(at(2)), 0.0)).count();
    assert_eq!((cuts, rate.epoch(), rate.held_for(at(1002))), (1, 1, at(2)));
    // Answers from before it teach nothing, and nothing starts before the hold is over.
    let before = rate.per_second();
    rate.answered(at(1005), 0, 100);
    assert_eq!(rate.per_second(), before);
    assert!(rate.book(at(1002), 1, None).first >= at(1004));
}

#[test]
fn requests_that_left_without_a_turn_count_when_a_limit_is_found() {
    let at = Duration::from_secs;
    let plateau = |sent| {
        let mut rate = SharedRate::new(at(1000));
        let epoch = rate.book(at(1000), 1, None).epoch;
        rate.sent(at(1000), sent);
        assert!(rate.throttled(at(1000), epoch, Some(at(1)), 0.0));
        rate.per_second().unwrap()
    };
    assert!((40.0..50.0).contains(&plateau(49)), "{}", plateau(49));
    assert!(plateau(0) < 1.0);
}

#[test]
fn a_limit_that_was_set_holds_from_the_first_request_on_and_a_shared_rate_outlives_its_text() {
    let at = Duration::from_secs;
    let mut rate = SharedRate::new(at(1000));
    let starts: Vec<_> = (0..3).map(|_| rate.book(at(1000), 1, Some(0.5)).first).collect();
    assert_eq!(starts, [at(1000), at(1002), at(1004)]);
    let text = serde_json::to_string(&rate).unwrap();
    let mut read: SharedRate = serde_json::from_str(&text).unwrap();
    assert_eq!(read.book(at(1000), 1, Some(0.5)), rate.book(at(1000), 1, Some(0.5)));
}

#[test]
fn a_quiet_day_is_not_taken_for_a_slow_server() {
    let at = Duration::from_secs;
    let mut rate = SharedRate::new(at(1000));
    let taught = |rate: &mut SharedRate, begin: u64| {
        for second in begin..begin + 60 {
            for _ in 0..40 {
                let lot = rate.book(at(second), 1, None);
                rate.answered(at(second), lot.epoch, 1);
            }
        }
        let epoch = rate.epoch();
        assert!(rate.throttled(at(begin + 60), epoch, Some(at(1)), 0.0));
        rate.per_second().unwrap()
    };
    let first = taught(&mut rate, 1000);
    let next_day = taught(&mut rate, 90_000);
    assert!(first > 30.0 && next_day > 25.0, "{first} {next_day}");
}
