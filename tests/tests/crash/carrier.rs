//! The process that carries the job through, or dies on the way.

use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use apex_mobility::clock::{Clock, Sleep, SystemClock};
use apex_mobility::{AppCredentials, Client};
use apex_mobility_fleet::input::{Format, Input};
use apex_mobility_fleet::journal::{JobInfo, JobSpec, JobState, Location};
use apex_mobility_fleet::{Ended, Engine, Journal, Options, Stop};
use serde::{Deserialize, Serialize};

/// What such a process is told, in the variable [`ORDERS`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) url: String,
    pub(crate) directory: PathBuf,
    /// The sandbox's time at a time of this machine, both in nanoseconds since 1970.
    pub(crate) there: u64,
    pub(crate) here: u64,
    pub(crate) speed: u32,
    pub(crate) ramp: bool,
    pub(crate) concurrency: usize,
}

pub(crate) const ORDERS: &str = "APEX_CRASH_ORDERS";

/// Whether this process is one.
pub(crate) fn is_one() -> bool {
    std::env::var_os(ORDERS).is_some()
}

/// Carries the job through, from wherever it is, and writes the results.
pub(crate) fn carry() {
    let orders: Orders = serde_json::from_str(&std::env::var(ORDERS).unwrap()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(carry_through(&orders));
}

async fn carry_through(orders: &Orders) {
    let clock = Fast { orders: orders.clone(), inner: SystemClock::new() };
    let location = Location::File(orders.directory.join("journal.db"));
    let journal = Journal::open(&location, std::sync::Arc::new(clock.clone())).await.unwrap();
    let client = Client::builder()
        .base_url(orders.url.clone())
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .clock(clock)
        .build()
        .unwrap();
    let job = begin_or_go_on(&journal, orders).await;
    let options = Options { ramp: orders.ramp, concurrency: orders.concurrency, ..Options::default() };
    let engine = Engine::new(&client, &journal, "sandbox", options);
    let ended = engine.run(&job, &Stop::default()).await.unwrap();
    assert_eq!(ended, Ended::Finished);
    let mut results = Vec::new();
    journal
        .results(&job, |_, row| {
            results.push(serde_json::to_value(&row).map_err(std::io::Error::other)?);
            Ok(())
        })
        .await
        .unwrap();
    let text = serde_json::to_string(&results).unwrap();
    std::fs::write(orders.directory.join("results.json"), text).unwrap();
}

/// The job of the file: a draft that was cut off is taken out again.
async fn begin_or_go_on(journal: &Journal, orders: &Orders) -> JobInfo {
    for job in journal.jobs().await.unwrap() {
        if job.state != JobState::Draft {
            return job;
        }
        journal.discard_draft(job.number).await.unwrap();
    }
    let file = std::fs::read(orders.directory.join("rows.csv")).unwrap();
    let input = Input::open(file.as_slice(), Format::Csv(b','), None, &[]).unwrap();
    let spec = JobSpec { label: "rows.csv".to_owned(), ..JobSpec::default() };
    let report = journal.preflight(spec, input, "sandbox", &|_| Vec::new()).await.unwrap();
    assert_eq!(report.bad, 0, "{:?}", report.first_bad);
    journal.let_in(&report.job).await.unwrap();
    report.job
}

/// The sandbox's time: many seconds of it in one of this machine's, and the same in every process.
#[derive(Debug, Clone)]
struct Fast {
    orders: Orders,
    inner: SystemClock,
}

impl Clock for Fast {
    fn wall(&self) -> SystemTime {
        let here = SystemTime::UNIX_EPOCH + Duration::from_nanos(self.orders.here);
        let passed = self.inner.wall().duration_since(here).unwrap_or_default() * self.orders.speed;
        SystemTime::UNIX_EPOCH + Duration::from_nanos(self.orders.there) + passed
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic() * self.orders.speed
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.inner.sleep(duration / self.orders.speed)
    }
}
