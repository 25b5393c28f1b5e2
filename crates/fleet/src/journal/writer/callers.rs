//! Who shares the next flush: a flush costs the same for one caller as for many.

use std::time::Duration;

use apex_mobility_core::clock::within;
use tokio::sync::mpsc::Receiver;

/// How long a flush waits for callers who are likely to come. A request takes many times as long.
const LONGEST_WAIT: Duration = Duration::from_millis(2);

/// How many callers came together in the last two flushes. Those who work side by side come in turns: with what they are
/// about to do, and with what came of it.
#[derive(Debug, Default)]
pub(super) struct Callers {
    last: usize,
    before: usize,
}

impl Callers {
    /// Adds what comes soon, until as many are together as were before. A lone caller waits for nobody.
    pub(super) async fn gather<T>(&mut self, coming: &mut Receiver<T>, together: &mut Vec<T>) {
        let expected = self.last.max(self.before);
        let arrivals = async {
            while let Some(missing) = expected.checked_sub(together.len()).filter(|missing| *missing > 0) {
                if coming.recv_many(together, missing).await == 0 {
                    return;
                }
            }
        };
        // Those who are late have the next flush.
        let _ = within(LONGEST_WAIT, arrivals).await;
        self.before = std::mem::replace(&mut self.last, together.len());
    }
}

#[cfg(test)]
mod tests {
    use apex_mobility_core::clock::{Clock as _, SystemClock};
    use tokio::sync::mpsc;

    use super::*;

    /// Who came together, and how long that took, when one after the other arrives at these milliseconds.
    async fn gathered(callers: &mut Callers, arrivals: &[u64]) -> (usize, Duration) {
        let (sender, mut coming) = mpsc::channel(16);
        let arrivals = arrivals.to_vec();
        let arriving = tokio::spawn(async move {
            let clock = SystemClock::new();
            for at in arrivals {
                clock.sleep(Duration::from_millis(at).saturating_sub(clock.monotonic())).await;
                sender.send(at).await.unwrap();
            }
            // Whoever waits for more is not told that nobody comes.
            clock.sleep(Duration::from_secs(1)).await;
        });
        let mut together = Vec::new();
        coming.recv_many(&mut together, 16).await;
        let clock = SystemClock::new();
        callers.gather(&mut coming, &mut together).await;
        arriving.abort();
        (together.len(), clock.monotonic())
    }

    #[tokio::test(start_paused = true)]
    async fn a_lone_caller_waits_for_nobody() {
        let mut callers = Callers::default();
        for _ in 0..3 {
            assert_eq!(gathered(&mut callers, &[0]).await, (1, Duration::ZERO));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn as_many_as_before_are_waited_for_and_no_more() {
        let mut callers = Callers { last: 3, before: 1 };
        assert_eq!(gathered(&mut callers, &[0, 1, 1, 50]).await, (3, Duration::from_millis(1)));
        assert_eq!(gathered(&mut callers, &[0, 0, 0, 50]).await, (3, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_late_is_not_waited_for_and_two_flushes_later_not_expected() {
        let mut callers = Callers { last: 3, before: 3 };
        for _ in 0..2 {
            assert_eq!(gathered(&mut callers, &[0, 50]).await, (1, LONGEST_WAIT));
        }
        assert_eq!(gathered(&mut callers, &[0, 50]).await, (1, Duration::ZERO));
    }
}
