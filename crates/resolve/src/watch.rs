//! Looking, waiting, deciding: the one loop that settles writes.

use std::time::{Duration, SystemTime};

use apex_mobility_core::finding::{ABSENCE, Doubt, Occasion};
use apex_mobility_core::{Error, ErrorKind, Finding};
use futures_util::{StreamExt, stream};

use crate::look::Look;
use crate::reads::Reads;
use crate::verdict::{Evidence, LookAgain, Sight, Verdict, Why};

/// How many lines of a batch are looked at at once: the rest of the client's turns are for others.
const AT_ONCE: usize = 4;

/// What is to be settled.
pub(crate) struct Watch<'a, T: Look> {
    pub(crate) reads: &'a Reads,
    pub(crate) items: &'a [T],
    /// One for each item, if anyone looked before.
    pub(crate) before: Vec<Option<T::Seen>>,
    /// Whether it counts as applied only for those who know how it was before.
    pub(crate) strict: bool,
    /// When it was sent.
    pub(crate) sent: SystemTime,
    /// How long to look, at least, before something counts as not applied, whatever `sent` says.
    pub(crate) grace: Duration,
    /// How long to go on.
    pub(crate) wait: Duration,
}

impl<T: Look> Watch<'_, T> {
    /// Looks until every item is settled or the time to wait is over. The last look is at its end.
    pub(crate) async fn settle(self) -> Vec<Verdict> {
        let clock = self.reads.client().clock().clone();
        let begun = clock.monotonic();
        let elapsed = || clock.monotonic().saturating_sub(begun);
        // How long the answer had been lost when the looking began.
        let age = clock.wall().duration_since(self.sent).unwrap_or_default();
        // From then on it can no longer be under way.
        let settled = T::SETTLE.saturating_sub(age).max(self.grace);
        let mut tracks: Vec<Track> =
            self.items.iter().enumerate().map(|(at, item)| Track::new(item, self.before(at))).collect();

        let mut gap = T::PACE.gap;
        let mut next = T::PACE.first.saturating_sub(age).min(self.wait);
        loop {
            clock.sleep(next.saturating_sub(elapsed())).await;
            let at = elapsed();
            let held = self.look_at_all(&mut tracks, settled, at).await;
            if tracks.iter().all(|track| track.verdict.is_some()) || at >= self.wait {
                break;
            }
            let open = tracks.iter().filter(|track| track.verdict.is_none());
            let due = open.filter_map(|track| track.due(settled)).filter(|due| *due > at);
            next = due.fold(at.saturating_add(gap), Duration::min).max(elapsed().saturating_add(held));
            next = next.min(self.wait);
            gap = gap.saturating_mul(2).min(T::PACE.longest);
        }
        tracks.into_iter().map(Track::verdict).collect()
    }

    /// Looks once at every item that is not settled. Answers how long the server asked to be left alone.
    async fn look_at_all(&self, tracks: &mut [Track], settled: Duration, at: Duration) -> Duration {
        let clock = self.reads.client().clock();
        let open = tracks.iter().enumerate().filter(|(_, track)| track.verdict.is_none());
        let open: Vec<usize> = open.map(|(place, _)| place).collect();
        let mut looks = stream::iter(open)
            .map(|place| async move {
                let seen = match self.items.get(place) {
                    Some(item) => Some(item.look(self.reads, self.before(place)).await),
                    None => None,
                };
                (place, seen)
            })
            .buffer_unordered(AT_ONCE);
        let mut held = Duration::ZERO;
        while let Some((place, seen)) = looks.next().await {
            let (Some(item), Some(track), Some(seen)) = (self.items.get(place), tracks.get_mut(place), seen)
            else {
                continue;
            };
            let now = clock.wall();
            match seen {
                Ok(seen) => {
                    let occasion = Occasion { before: self.before(place), sent: self.sent, now };
                    let finding = match item.finding(&seen, &occasion) {
                        Finding::Applied(_) if self.strict && occasion.before.is_none() => {
                            Finding::CannotTell(Doubt::NeedsBefore)
                        }
                        finding => finding,
                    };
                    let facts = item.facts(&seen);
                    // Where nothing can be read, nothing was.
                    if !facts.is_empty() {
                        track.evidence.add(now, Sight::Shown { facts, finding });
                    }
                    track.weigh(finding, settled, at);
                    if matches!(track.verdict, Some(End::Applied)) {
                        track.evidence.number = item.adopted(&seen, &occasion);
                    }
                }
                Err(error) => {
                    held = held.max(error.retry_after().unwrap_or_default());
                    track.failed(now, &error);
                }
            }
        }
        held
    }

    fn before(&self, place: usize) -> Option<&T::Seen> {
        self.before.get(place).and_then(Option::as_ref)
    }
}

/// How far one item has come.
struct Track {
    /// What the last look that came through meant.
    last: Option<Finding>,
    /// Since when something has been missing, without a look that says otherwise.
    missing: Option<Duration>,
    evidence: Evidence,
    verdict: Option<End>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Applied,
    NotApplied,
    Unknown(Why),
}

impl Track {
    fn new<T: Look>(item: &T, before: Option<&T::Seen>) -> Self {
        let facts = before.map(|before| item.facts(before));
        let evidence = Evidence {
            before_known: before.is_some(),
            before: facts.unwrap_or_default(),
            ..Evidence::default()
        };
        Self { last: None, missing: None, evidence, verdict: None }
    }

    /// Decides, if there is enough to decide on. `settled` is how long after the beginning of the looking the write
    /// can no longer be under way, `at` how long after it the look began.
    fn weigh(&mut self, finding: Finding, settled: Duration, at: Duration) {
        use apex_mobility_core::finding::Sign::{Missing, Shown};

        if self.last != Some(finding) {
            self.missing = None;
        }
        self.last = Some(finding);
        let is_settled = at >= settled;
        let since = match finding {
            Finding::Applied(Missing) | Finding::NotApplied(Missing) => *self.missing.get_or_insert(at),
            _ => at,
        };
        let is_gone = at.saturating_sub(since) >= ABSENCE;
        self.verdict = match finding {
            Finding::Applied(Shown) => Some(End::Applied),
            Finding::Applied(Missing) if is_gone => Some(End::Applied),
            Finding::NotApplied(Shown) if is_settled => Some(End::NotApplied),
            Finding::NotApplied(Missing) if is_gone && is_settled => Some(End::NotApplied),
            Finding::CannotTell(doubt) if doubt.is_final() || (!doubt.may_pass() && is_settled) => {
                Some(End::Unknown(Why::Doubt(doubt)))
            }
            _ => None,
        };
    }

    fn failed(&mut self, now: SystemTime, error: &Error) {
        let class = error.class().as_str().to_owned();
        let status = error.status().map(|status| status.as_u16());
        self.evidence.add(now, Sight::Failed { class, status });
        // What cannot even be asked will not be answered later.
        let unasked =
            [ErrorKind::Configuration, ErrorKind::Request, ErrorKind::ReadOnly, ErrorKind::Credentials];
        if unasked.contains(&error.kind()) {
            self.verdict = Some(End::Unknown(Why::ReadsFailed));
        }
    }

    /// When a look can decide that the last could not.
    fn due(&self, settled: Duration) -> Option<Duration> {
        match self.last? {
            _ if self.missing.is_some() => self.missing.map(|since| since.saturating_add(ABSENCE)),
            Finding::CannotTell(doubt) if doubt.may_pass() => None,
            _ => Some(settled),
        }
    }

    fn verdict(self) -> Verdict {
        let evidence = self.evidence;
        let (why, look_again) = match (self.verdict, self.last) {
            (Some(End::Applied), _) => return Verdict::Applied { evidence },
            (Some(End::NotApplied), _) => return Verdict::NotApplied { evidence },
            (Some(End::Unknown(why)), _) => (why, LookAgain::after(why)),
            // The time to wait is over.
            (None, None) => (Why::ReadsFailed, LookAgain::Later),
            (None, Some(Finding::CannotTell(doubt @ Doubt::DayAhead(day)))) => {
                (Why::Doubt(doubt), LookAgain::From(day))
            }
            (None, Some(Finding::CannotTell(doubt))) => (Why::Doubt(doubt), LookAgain::Later),
            (None, Some(Finding::Applied(_) | Finding::NotApplied(_))) => (Why::TooEarly, LookAgain::Later),
        };
        Verdict::Unknown { why, look_again, evidence }
    }
}
