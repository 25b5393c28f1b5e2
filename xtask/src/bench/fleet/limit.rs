//! How much of a limit is used that nobody is told of.

use std::time::Duration;

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
const TARGET: Target = Target::AtLeast(90.0);

/// With one process, and with four workers, each of which would use all of it alone.
pub(super) async fn measure(options: &Extent, report: &mut Report) -> Result<(), Broken> {
    let place = tempfile::tempdir().map_err(Broken::new)?;
    let carrier = Carrier::start(options.limited_rows, place.path())?;
    let jobs = [("1 process", Some(job::new_file(place.path())), 0)];
    let shared = Cluster::get().map(Cluster::database);
    for (who, journal, workers) in jobs.into_iter().chain([("4 workers", shared, 4)]) {
        let Some(journal) = journal else { continue };
        carrier.begin_again().await?;
        carrier.limit(CALLS).await?;
        let before = carrier.arrivals().await?;
        let done = job::run(&carrier, place.path(), &journal, false, workers)?;
        let times = times(&carrier.ledger().await?)?;
        if (done.done, times.len() as u64) != (options.limited_rows, options.limited_rows) {
            let what =
                format!("{} rows under a limit, {done:?}, {} effects", options.limited_rows, times.len());
            return Err(Broken::new(what));
        }
        let arrivals = carrier.arrivals().await? - before;
        let refused = arrivals.saturating_sub(times.len() as u64) as f64 / arrivals as f64 * 100.0;
        if let Some(used) = used(&times, WARM_UP) {
            let measure = format!("Of a hidden limit of 50 calls/s, {who}: calls refused, limit used");
            report.figure(measure, "%", &[(refused, used)], Some(TARGET));
        }
    }
    Ok(())
}

/// When each effect was.
fn times(ledger: &serde_json::Value) -> Result<Vec<Timestamp>, Broken> {
    let entries = ledger.as_array().map(Vec::as_slice).unwrap_or_default();
    let time = |entry: &serde_json::Value| entry["at"].as_str().and_then(|at| at.parse().ok());
    let times: Option<Vec<_>> = entries.iter().map(time).collect();
    times.ok_or_else(|| Broken::new("the ledger does not say when something was"))
}

/// Which share of the limit was used from so long behind the first effect to the last, in percent; none where that is
/// no time.
fn used(times: &[Timestamp], warm_up: Duration) -> Option<f64> {
    let (first, last) = (times.first()?, times.last()?);
    let from = first.saturating_add(warm_up).ok()?;
    let seconds = last.duration_since(from).as_secs_f64();
    let count = times.iter().filter(|time| **time > from).count();
    (seconds > 1.0).then(|| count as f64 / (seconds * f64::from(CALLS)) * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_used_is_counted_behind_the_warm_up() {
        let every = |millis: i64, count: i64| {
            (0..count).map(move |n| Timestamp::from_millisecond(n * millis).unwrap())
        };
        // Half of the limit for 30 s, then nine tenths of it.
        let late = every(1000 / 45, 901).map(|time| time.saturating_add(Duration::from_secs(30)).unwrap());
        let times: Vec<_> = every(40, 750).chain(late).collect();
        let share = used(&times, Duration::from_secs(30)).unwrap();
        assert!((89.0..92.0).contains(&share), "{share}");
        assert_eq!(used(&times[..10], Duration::from_secs(30)), None);
    }
}
