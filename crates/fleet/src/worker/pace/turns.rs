//! Turns that a worker has taken and not used yet.
//!
//! A turn is nobody's until its moment has come: then whoever has waited longest has it. So one whose caller gave up is
//! not lost, though it was taken long before. At a low rate all that is taken may be further ahead than any caller waits.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex as Lock, PoisonError};
use std::time::Duration;

use apex_mobility_core::Lot;
use apex_mobility_core::clock::Clock;
use tokio::sync::Mutex;

/// A turn that was not used for so long is void.
const STALE: Duration = Duration::from_secs(1);
/// How often whoever is next looks whether its turn is still what was heard of.
const LOOK: Duration = Duration::from_secs(1);

/// Where turns are taken from.
pub(super) trait Book: Send + Sync + 'static {
    fn clock(&self) -> &dyn Clock;

    /// The epoch that was last heard of: turns of another one are void.
    fn epoch(&self) -> u32;

    /// Whether requests leave without a turn: no limit is known.
    fn is_free(&self) -> bool;

    /// The epoch of a turn without asking, as long as they do.
    fn free_turn(&self) -> Option<u32>;

    /// Takes up to `wanted` turns, and gives them with the moment of the first on this clock. None where that failed: it
    /// can be tried again at once.
    fn take(&self, wanted: u32) -> impl Future<Output = Option<(Lot, Duration)>> + Send;
}

/// The turns, and who waits for one.
#[derive(Debug, Default)]
pub(super) struct Turns {
    taken: Lock<VecDeque<Taken>>,
    waiting: AtomicU32,
    /// Whoever has it has waited longest.
    line: Mutex<()>,
    /// One asks for more at a time.
    asks: Arc<Mutex<()>>,
}

#[derive(Debug, Clone, Copy)]
struct Taken {
    start: Duration,
    epoch: u32,
}

/// What there is for whoever is next.
enum First {
    Now(u32),
    In(Duration),
    Nothing,
}

impl Turns {
    /// Waits for a turn, and gives its epoch. Dropping the future leaves the turn to others.
    pub(super) async fn next<B: Book>(self: &Arc<Self>, book: &Arc<B>) -> u32 {
        let _waits = Waits::begin(&self.waiting);
        self.ask(book, || self.waiting.load(Ordering::SeqCst)).await;
        let _line = self.line.lock().await;
        loop {
            match self.first(&**book) {
                First::Now(epoch) => return epoch,
                First::In(wait) => {
                    if let Some(epoch) = book.free_turn() {
                        return epoch;
                    }
                    book.clock().sleep(wait.min(LOOK)).await;
                }
                First::Nothing => {
                    if let Some(epoch) = book.free_turn() {
                        return epoch;
                    }
                    self.ask(book, || 1).await;
                }
            }
        }
    }

    /// Asks for turns for all who wait, once, unless there are at least `enough` by the time it is its turn to ask. What
    /// is asked for arrives even when the caller gives up meanwhile.
    async fn ask<B: Book>(self: &Arc<Self>, book: &Arc<B>, enough: impl Fn() -> u32) {
        let needs_none = || book.is_free() || self.count(&**book) >= enough();
        if needs_none() {
            return;
        }
        let asks = Arc::clone(&self.asks).lock_owned().await;
        if needs_none() {
            return;
        }
        let count = self.count(&**book);
        let wanted = self.waiting.load(Ordering::SeqCst).saturating_sub(count).max(1);
        let (turns, book) = (Arc::clone(self), Arc::clone(book));
        let asked = tokio::spawn(async move {
            if let Some((lot, from)) = book.take(wanted).await {
                turns.add(lot, from);
            }
            drop(asks);
        });
        // It fails when the runtime ends, and this with it.
        asked.await.ok();
    }

    fn add(&self, lot: Lot, from: Duration) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let new = (0..lot.turns)
            .map(|turn| Taken { start: from.saturating_add(lot.gap.saturating_mul(turn)), epoch: lot.epoch });
        taken.extend(new);
        taken.make_contiguous().sort_by_key(|turn| turn.start);
    }

    /// How many there are, without those that are void.
    fn count(&self, book: &impl Book) -> u32 {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        discard_void(&mut taken, book);
        u32::try_from(taken.len()).unwrap_or(u32::MAX)
    }

    /// The first of them, taken out if its moment has come.
    fn first(&self, book: &impl Book) -> First {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        discard_void(&mut taken, book);
        let now = book.clock().monotonic();
        match taken.front() {
            Some(first) if first.start > now => First::In(first.start - now),
            Some(_) => taken.pop_front().map_or(First::Nothing, |first| First::Now(first.epoch)),
            None => First::Nothing,
        }
    }
}

/// What nobody came for in time is not made up for.
fn discard_void(taken: &mut VecDeque<Taken>, book: &impl Book) {
    let (oldest, epoch) = (book.clock().monotonic().saturating_sub(STALE), book.epoch());
    taken.retain(|turn| turn.start >= oldest && turn.epoch == epoch);
}

/// Somebody has no turn yet while this lives.
struct Waits<'a>(&'a AtomicU32);

impl<'a> Waits<'a> {
    fn begin(waiting: &'a AtomicU32) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use apex_mobility_core::SharedRate;
    use apex_mobility_core::clock::{SystemClock, within};

    use super::*;

    /// A rate that workers share, without a database.
    struct Shelf {
        clock: SystemClock,
        rate: Arc<Lock<SharedRate>>,
        /// None where requests leave without a turn once that was heard.
        most: Option<f64>,
        /// How long an answer takes.
        latency: Duration,
        epoch: AtomicU32,
        answers: AtomicU32,
    }

    impl Shelf {
        fn of(rate: &Arc<Lock<SharedRate>>, most: Option<f64>) -> Arc<Self> {
            Arc::new(Self {
                clock: SystemClock::new(),
                rate: Arc::clone(rate),
                most,
                latency: Duration::from_millis(5),
                epoch: AtomicU32::new(0),
                answers: AtomicU32::new(0),
            })
        }

        fn new(most: Option<f64>) -> Arc<Self> {
            Self::of(&Arc::new(Lock::new(SharedRate::new(Duration::ZERO))), most)
        }
    }

    impl Book for Shelf {
        fn clock(&self) -> &dyn Clock {
            &self.clock
        }

        fn epoch(&self) -> u32 {
            self.epoch.load(Ordering::SeqCst)
        }

        fn is_free(&self) -> bool {
            self.most.is_none() && self.answers.load(Ordering::SeqCst) > 0
        }

        fn free_turn(&self) -> Option<u32> {
            self.is_free().then(|| self.epoch())
        }

        async fn take(&self, wanted: u32) -> Option<(Lot, Duration)> {
            self.clock.sleep(self.latency).await;
            self.answers.fetch_add(1, Ordering::SeqCst);
            let lot = self.rate.lock().unwrap().book(self.clock.monotonic(), wanted, self.most);
            Some((lot, lot.first))
        }
    }

    /// How many requests leave in ten minutes at one in two seconds, where each waits for a minute at most, and asks again
    /// ten seconds after it gave up.
    async fn let_go(workers: u32, callers: u32) -> u32 {
        let rate = Arc::new(Lock::new(SharedRate::new(Duration::ZERO)));
        let sent = Arc::new(AtomicU32::new(0));
        for _ in 0..workers {
            let (turns, shelf) = (Arc::new(Turns::default()), Shelf::of(&rate, Some(0.5)));
            for _ in 0..callers {
                let (turns, shelf, sent) = (Arc::clone(&turns), Arc::clone(&shelf), Arc::clone(&sent));
                tokio::spawn(async move {
                    loop {
                        let wait = match within(Duration::from_secs(60), turns.next(&shelf)).await {
                            Ok(_) => {
                                sent.fetch_add(1, Ordering::SeqCst);
                                Duration::from_millis(200)
                            }
                            Err(_) => Duration::from_secs(10),
                        };
                        shelf.clock.sleep(wait).await;
                    }
                });
            }
        }
        SystemClock::new().sleep(Duration::from_mins(10)).await;
        sent.load(Ordering::SeqCst)
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_taken_further_ahead_than_anybody_waits_is_used_all_the_same() {
        for (workers, callers) in [(1, 48), (4, 12), (48, 1)] {
            let sent = let_go(workers, callers).await;
            assert!((240..=301).contains(&sent), "{workers} with {callers} each: {sent}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_turn_of_one_who_gave_up_while_it_was_asked_for_is_the_next_ones() {
        let (turns, shelf) = (Arc::new(Turns::default()), Shelf::new(Some(0.5)));
        let gave_up = within(Duration::from_millis(1), turns.next(&shelf)).await;
        assert!(gave_up.is_err());
        shelf.clock.sleep(Duration::from_millis(100)).await;
        turns.next(&shelf).await;
        assert_eq!(shelf.answers.load(Ordering::SeqCst), 1);
        assert!(shelf.clock.monotonic() < Duration::from_millis(200));
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_waits_longest_is_next_and_leaves_its_turn_to_the_others() {
        let (turns, shelf) = (Arc::new(Turns::default()), Shelf::new(Some(0.1)));
        turns.next(&shelf).await;
        // The first of these gives up before its moment comes, and the second has it.
        let (first, second) = tokio::join!(within(Duration::from_secs(4), turns.next(&shelf)), async {
            turns.next(&shelf).await;
            shelf.clock.monotonic()
        });
        assert!(first.is_err());
        assert!((10_000..10_100).contains(&second.as_millis()), "{second:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn while_no_limit_is_known_one_asks_for_all() {
        let (turns, shelf) = (Arc::new(Turns::default()), Shelf::new(None));
        futures_util::future::join_all((0..48).map(|_| turns.next(&shelf))).await;
        assert_eq!(shelf.answers.load(Ordering::SeqCst), 1);
        assert!(shelf.clock.monotonic() < Duration::from_millis(50));
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_of_another_epoch_or_that_nobody_came_for_is_void() {
        let (turns, shelf) = (Arc::new(Turns::default()), Shelf::new(Some(0.5)));
        let lot = |epoch| Lot { first: Duration::ZERO, gap: Duration::from_secs(1), turns: 3, epoch };
        turns.add(lot(0), Duration::from_secs(1));
        turns.add(lot(1), Duration::from_secs(1));
        assert_eq!(turns.count(&*shelf), 3);
        shelf.clock.sleep(Duration::from_millis(2500)).await;
        assert_eq!(turns.count(&*shelf), 2);
        shelf.epoch.store(2, Ordering::SeqCst);
        assert_eq!(turns.count(&*shelf), 0);
    }
}
