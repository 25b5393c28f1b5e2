//! How much of a limit is used that nobody is told of.

use std::sync::Arc;
use std::time::Duration;

use apex_mobility_core::clock::{Clock, SystemClock};
use jiff::Timestamp;

use super::super::Broken;
use super::super::report::{Report, Target};
use super::carrier::Carrier;
use super::{Extent, job};
use crate::postgres::Cluster;

/// Calls a second.
const CALLS: u32 = 50;
/// How long the limit may be looked for before it counts.
const WARM_UP: Duration = Duration::from_secs(30);
const LEAST_USED: Target = Target::AtLeast(90.0);
const MOST_REFUSED: Target = Target::AtMost(1.0);

/// With one process, and with four workers, each of which would use all of it alone.
pub(super) async fn measure(options: &Extent, report: &mut Report) -> Result<(), Broken> {
    let place = tempfile::tempdir().map_err(Broken::new)?;
    let carrier = Arc::new(Carrier::start(options.limited_rows, place.path())?);
    let jobs = [("1 process", Some(job::new_file(place.path())), 0)];
    let shared = Cluster::get().map(Cluster::database);
    for (who, journal, workers) in jobs.into_iter().chain([("4 workers", shared, 4)]) {
        let Some(journal) = journal else { continue };
        carrier.begin_again().await?;
        carrier.limit(CALLS).await?;
        let before = Seen::at(&carrier).await?;
        let (serving, at) = (Arc::clone(&carrier), place.path().to_owned());
        let job = move || job::run(&serving, &at, &journal, false, workers);
        let mut job = tokio::task::spawn_blocking(job);
        // A job that ends before has nothing to be counted.
        let (done, warm) = tokio::select! {
            done = &mut job => (done, None),
            warm = warmed_up(&carrier) => {
                let warm = warm?;
                (job.await, Some(warm))
            }
        };
        let done = done.map_err(Broken::new)??;
        let times = times(&carrier.ledger().await?)?;
        if (done.done, times.len() as u64) != (options.limited_rows, options.limited_rows) {
            let what =
                format!("{} rows under a limit, {done:?}, {} effects", options.limited_rows, times.len());
            return Err(Broken::new(what));
        }
        let end = Seen::at(&carrier).await?;
        if let (Some(warm), Some(used)) = (warm, used(&times, WARM_UP)) {
            let mut figure = |what, pair, target| {
                let measure =
                    format!("Of a hidden limit of 50 calls/s, {who}: {what} in the first 30 s, after them");
                report.figure(measure, "%", &[pair], Some(target));
            };
            figure("limit used", used, LEAST_USED);
            figure("calls refused", (warm.refused_since(before), end.refused_since(warm)), MOST_REFUSED);
        }
    }
    Ok(())
}

/// What a carrier has seen by now.
#[derive(Debug, Clone, Copy)]
struct Seen {
    arrivals: u64,
    effects: u64,
}

impl Seen {
    async fn at(carrier: &Carrier) -> Result<Self, Broken> {
        Ok(Self { arrivals: carrier.arrivals().await?, effects: carrier.effects().await? })
    }

    /// The share of calls that had no effect since then, in percent.
    fn refused_since(self, then: Self) -> f64 {
        let (arrivals, effects) = (self.arrivals - then.arrivals, self.effects - then.effects);
        arrivals.saturating_sub(effects) as f64 / arrivals.max(1) as f64 * 100.0
    }
}

/// When the warm-up is over, which begins with the first effect.
async fn warmed_up(carrier: &Carrier) -> Result<Seen, Broken> {
    const LOOK_EVERY: Duration = Duration::from_millis(50);
    let clock = SystemClock::new();
    while carrier.effects().await? == 0 {
        clock.sleep(LOOK_EVERY).await;
    }
    clock.sleep(WARM_UP).await;
    Seen::at(carrier).await
}

/// When each effect was.
fn times(ledger: &serde_json::Value) -> Result<Vec<Timestamp>, Broken> {
    let entries = ledger.as_array().map(Vec::as_slice).unwrap_or_default();
    let time = |entry: &serde_json::Value| entry["at"].as_str().and_then(|at| at.parse().ok());
    let times: Option<Vec<_>> = entries.iter().map(time).collect();
    times.ok_or_else(|| Broken::new("the ledger does not say when something was"))
}

/// Which share of the limit was used in so long from the first effect on, and from then to the last effect of all, in
/// percent; none where that is no time.
fn used(times: &[Timestamp], warm_up: Duration) -> Option<(f64, f64)> {
    let (first, last) = (times.first()?, times.last()?);
    let from = first.saturating_add(warm_up).ok()?;
    let seconds = last.duration_since(from).as_secs_f64();
    let late = times.iter().filter(|time| **time > from).count();
    let share = |count: usize, seconds: f64| count as f64 / (seconds * f64::from(CALLS)) * 100.0;
    (seconds > 1.0).then(|| (share(times.len() - late, warm_up.as_secs_f64()), share(late, seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_counted_behind_the_warm_up() {
        let (warm, end) = (Seen { arrivals: 1500, effects: 1300 }, Seen { arrivals: 5500, effects: 5260 });
        assert!((end.refused_since(warm) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn what_was_used_is_counted_behind_the_warm_up() {
        let every = |millis: i64, count: i64| {
            (0..count).map(move |n| Timestamp::from_millisecond(n * millis).unwrap())
        };
        // Half of the limit for 30 s, then nine tenths of it.
        let late = every(1000 / 45, 901).map(|time| time.saturating_add(Duration::from_secs(30)).unwrap());
        let times: Vec<_> = every(40, 750).chain(late).collect();
        let (early, late) = used(&times, Duration::from_secs(30)).unwrap();
        assert!((49.0..51.0).contains(&early) && (89.0..92.0).contains(&late), "{early} {late}");
        assert_eq!(used(&times[..10], Duration::from_secs(30)), None);
    }
}
