//! Keeps a client from sending to a server that is not there.

use std::time::Duration;

use crate::retry::Safety;

/// How many requests in a row must find no server.
const SILENT_IN_A_ROW: u32 = 5;
/// The first wait before one request is let through; each further is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// The longest wait. With the twelve requests that may be under way when the server goes, an outage of ten
/// minutes sees fewer than fifty requests, and its end is noticed within this and a tenth.
const LONGEST_WAIT: Duration = Duration::from_secs(20);
/// How much longer a write waits for a read to be the probe, where a lost answer would leave its outcome
/// unknown.
const READS_FIRST: Duration = Duration::from_secs(10);
/// What a call is told while another is the probe.
const PROBE_UNDER_WAY: Duration = Duration::from_secs(1);

/// Open after five requests in a row without any sign of the server; then one request at a time is let
/// through until one is answered.
///
/// A sign is any answer but a gateway's word that it has none (408, 502, 504, and 503 without `Retry-After`):
/// a refusal by a business rule, a throttle, refused credentials and a failing back end all show that the
/// gateway is there. What the gateway cannot reach is as good as gone, so those count as silence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Breaker {
    phase: Phase,
    /// Whether the last silence was before anything was sent: then a failed probe leaves no doubt, and a
    /// write may be it as well as a read.
    never_connected: bool,
}

#[derive(Debug, Clone, Copy)]
enum Phase {
    Closed { silent: u32 },
    Open { until: Duration, round: u32 },
    HalfOpen { round: u32 },
}

/// What a breaker is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BreakerState {
    /// Requests are sent.
    Closed,
    /// The server is not there. Nothing is sent for this long.
    Open {
        /// Until one request is let through.
        retry_in: Duration,
    },
    /// The server was not there, and one request is finding out whether it is back, or is awaited to do so.
    HalfOpen,
}

impl BreakerState {
    /// How long nothing at all is sent; zero unless open.
    #[must_use]
    pub const fn retry_in(self) -> Duration {
        match self {
            Self::Open { retry_in } => retry_in,
            Self::Closed | Self::HalfOpen => Duration::ZERO,
        }
    }
}

/// A breaker went from one state to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Switched {
    Opened,
    Closed,
}

impl Breaker {
    pub(super) const fn new() -> Self {
        Self { phase: Phase::Closed { silent: 0 }, never_connected: false }
    }

    /// Whether a request of this kind may be sent, and if not, when to ask again.
    pub(super) fn check(&self, now: Duration, safety: Safety) -> Result<(), Duration> {
        let until = match self.phase {
            Phase::Closed { .. } => return Ok(()),
            Phase::HalfOpen { .. } => return Err(PROBE_UNDER_WAY),
            Phase::Open { until, .. } if safety == Safety::Write && !self.never_connected => {
                until.saturating_add(READS_FIRST)
            }
            Phase::Open { until, .. } => until,
        };
        let wait = until.saturating_sub(now);
        if wait.is_zero() { Ok(()) } else { Err(wait) }
    }

    pub(super) const fn is_closed(&self) -> bool {
        matches!(self.phase, Phase::Closed { .. })
    }

    /// A request is sent. Whether it is the probe.
    pub(super) fn sending(&mut self) -> bool {
        let Phase::Open { round, .. } = self.phase else { return false };
        self.phase = Phase::HalfOpen { round };
        true
    }

    /// A sign of the server, from any request.
    pub(super) fn answered(&mut self) -> Option<Switched> {
        let was_closed = self.is_closed();
        self.phase = Phase::Closed { silent: 0 };
        (!was_closed).then_some(Switched::Closed)
    }

    /// A request found no server. `random` in `0.0..1.0` keeps many clients from coming back at once.
    pub(super) fn silent(
        &mut self,
        now: Duration,
        probe: bool,
        connected: bool,
        random: f64,
    ) -> Option<Switched> {
        self.never_connected = !connected;
        match self.phase {
            Phase::Closed { silent } if silent + 1 < SILENT_IN_A_ROW => {
                self.phase = Phase::Closed { silent: silent + 1 };
                None
            }
            Phase::Closed { .. } => {
                self.phase = Phase::Open { until: now.saturating_add(wait(0, random)), round: 0 };
                Some(Switched::Opened)
            }
            Phase::HalfOpen { round } if probe => {
                let round = round.saturating_add(1);
                self.phase = Phase::Open { until: now.saturating_add(wait(round, random)), round };
                None
            }
            // Sent before it opened: no news.
            Phase::Open { .. } | Phase::HalfOpen { .. } => None,
        }
    }

    /// The probe was given up by its caller: the next may be it.
    pub(super) fn probe_dropped(&mut self, now: Duration) {
        if let Phase::HalfOpen { round } = self.phase {
            self.phase = Phase::Open { until: now, round };
        }
    }

    pub(super) fn state(&self, now: Duration) -> BreakerState {
        match self.phase {
            Phase::Closed { .. } => BreakerState::Closed,
            Phase::Open { until, .. } if until > now => BreakerState::Open { retry_in: until - now },
            Phase::Open { .. } | Phase::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }
}

fn wait(round: u32, random: f64) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1u32.checked_shl(round).unwrap_or(u32::MAX)).min(LONGEST_WAIT);
    doubled.mul_f64(1.0 + 0.1 * random.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Open since second 0, for two seconds.
    fn open(connected: bool) -> Breaker {
        let mut breaker = Breaker::new();
        let switched: Vec<_> = (0..5).map(|_| breaker.silent(at(0), false, connected, 0.0)).collect();
        assert_eq!(switched, [None, None, None, None, Some(Switched::Opened)]);
        breaker
    }

    #[test]
    fn four_silences_and_an_answer_do_not_open_it() {
        let mut breaker = Breaker::new();
        for _ in 0..100 {
            (0..4).for_each(|_| assert_eq!(breaker.silent(at(0), false, true, 0.0), None));
            assert_eq!(breaker.answered(), None);
        }
        assert_eq!(breaker.state(at(0)), BreakerState::Closed);
    }

    #[test]
    fn an_open_one_refuses_and_says_until_when() {
        let breaker = open(false);
        assert_eq!(breaker.check(at(0), Safety::Read), Err(at(2)));
        assert_eq!(breaker.check(at(1), Safety::Write), Err(at(1)));
        assert_eq!(breaker.state(at(1)), BreakerState::Open { retry_in: at(1) });
    }

    #[test]
    fn one_probe_at_a_time_and_its_answer_closes_it() {
        let mut breaker = open(false);
        assert_eq!(breaker.check(at(2), Safety::Read), Ok(()));
        assert!(breaker.sending());
        assert_eq!(breaker.check(at(2), Safety::Read), Err(PROBE_UNDER_WAY));
        assert_eq!(breaker.state(at(2)), BreakerState::HalfOpen);
        assert_eq!(breaker.answered(), Some(Switched::Closed));
        assert_eq!(breaker.check(at(2), Safety::Write), Ok(()));
        assert!(!breaker.sending());
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let mut breaker = open(false);
        let mut now = at(0);
        let mut waits = Vec::new();
        for _ in 0..6 {
            let wait = breaker.check(now, Safety::Read).unwrap_err();
            waits.push(wait.as_secs());
            now += wait;
            assert!(breaker.sending());
            assert_eq!(breaker.silent(now, true, false, 0.0), None);
        }
        assert_eq!(waits, [2, 4, 8, 16, 20, 20]);
        assert_eq!(wait(u32::MAX, 1.0), Duration::from_secs(22));
    }

    #[test]
    fn a_write_lets_reads_go_first_where_its_own_answer_could_be_lost() {
        assert_eq!(open(true).check(at(2), Safety::Read), Ok(()));
        assert_eq!(open(true).check(at(2), Safety::Write), Err(READS_FIRST));
        assert_eq!(open(true).check(at(12), Safety::Write), Ok(()));
        assert_eq!(open(false).check(at(2), Safety::Write), Ok(()));
    }

    #[test]
    fn silence_of_requests_from_before_does_not_prolong_it() {
        let mut breaker = open(true);
        for second in 0..30 {
            breaker.silent(at(second), false, true, 0.0);
        }
        assert_eq!(breaker.check(at(2), Safety::Read), Ok(()));
        assert!(breaker.sending());
        breaker.silent(at(3), false, true, 0.0);
        assert_eq!(breaker.state(at(3)), BreakerState::HalfOpen);
    }

    #[test]
    fn a_probe_that_is_given_up_makes_room_for_another() {
        let mut breaker = open(false);
        assert!(breaker.sending());
        breaker.probe_dropped(at(7));
        assert_eq!(breaker.check(at(7), Safety::Read), Ok(()));
    }
}
