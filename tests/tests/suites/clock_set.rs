//! A clock that is set in the middle of a job: nothing is sent twice and nothing untrue is told, whichever way it jumps.
//! How long something takes is told by the other clock, which never jumps.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use std::pin::Pin;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use apex_mobility::clock::{Clock, Sleep};
use apex_mobility::transport::BoxError;
use apex_mobility::{AppCredentials, Client, ClientBuilder};
use apex_mobility_fleet::input::{Format, Input};
use apex_mobility_fleet::journal::{JobInfo, JobSpec, Location};
use apex_mobility_fleet::{Ended, Engine, FleetOperation, Journal, Options, State, Stop};
use apex_mobility_sandbox::{Fault, FaultRule, Sandbox, SandboxClock, When};
use bytes::Bytes;
use http::{Method, Request, Response};
use tower::{Layer, Service};

/// The sandbox's clock, as a machine shows it whose time of day is wrong by some seconds.
#[derive(Debug, Clone)]
struct Set {
    inner: SandboxClock,
    wrong_by: Arc<AtomicI64>,
}

impl Set {
    fn by(&self, seconds: i64) {
        self.wrong_by.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for Set {
    fn wall(&self) -> SystemTime {
        let wrong_by = self.wrong_by.load(Ordering::SeqCst);
        let by = Duration::from_secs(wrong_by.unsigned_abs());
        if wrong_by < 0 { self.inner.wall() - by } else { self.inner.wall() + by }
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.inner.sleep(duration)
    }
}

struct Place {
    sandbox: Sandbox,
    clock: Set,
    directory: tempfile::TempDir,
}

const ROWS: usize = 40;
const HOUR: i64 = 3600;

impl Place {
    fn new() -> Self {
        let sandbox = Sandbox::builder().lines(200).build();
        let clock = Set { inner: sandbox.clock(), wrong_by: Arc::default() };
        Self { sandbox, clock, directory: tempfile::tempdir().unwrap() }
    }

    fn client(&self) -> ClientBuilder {
        Client::builder()
            .base_url("http://localhost")
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .transport(self.sandbox.transport())
            .clock(self.clock.clone())
    }

    /// A job that suspends lines.
    async fn job(&self, rows: usize) -> (Journal, JobInfo) {
        let location = Location::File(self.directory.path().join("journal.db"));
        let journal = Journal::open(&location, Arc::new(self.clock.clone())).await.unwrap();
        let active = self.sandbox.lines().into_iter().filter(|line| line.status == "A").take(rows);
        let text: String = active.map(|line| format!("{},CR\n", line.subscriber_number)).collect();
        let text = format!("number,reason\n{text}");
        let operation = Some(FleetOperation::Suspend);
        let input = Input::open(text.as_bytes(), Format::Csv(b','), operation, &[]).unwrap();
        let report = journal.preflight(JobSpec::default(), input, "sandbox", &|_| Vec::new()).await.unwrap();
        journal.let_in(&report.job).await.unwrap();
        (journal, report.job)
    }

    async fn states(journal: &Journal, job: &JobInfo) -> Vec<State> {
        journal.items(job.number, None, 1000).await.unwrap().into_iter().map(|item| item.state).collect()
    }
}

async fn turns(count: usize) {
    for _ in 0..count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_clock_that_jumps_in_the_middle_changes_nothing_and_a_resume_goes_on() {
    for jump in [-HOUR, HOUR, -30 * HOUR] {
        let mut cut_off = 0;
        for moment in [20, 60, 120, 200] {
            let place = Place::new();
            let (journal, job) = place.job(ROWS).await;
            let lost = [Fault::F1, Fault::F2, Fault::F7, Fault::F9];
            let lost = lost.map(|fault| FaultRule::new(fault, "writes", When::Probability(0.1)).unwrap());
            place.sandbox.set_faults(lost);
            let client = place.client().build().unwrap();
            let engine = Engine::new(&client, &journal, "sandbox", Options::default());
            let (stop, never) = (Stop::default(), Stop::default());
            let jumps = async {
                turns(moment).await;
                place.clock.by(jump);
                turns(moment).await;
                stop.leave();
            };
            let (ended, ()) = tokio::join!(engine.run(&job, &stop), jumps);
            cut_off += u32::from(ended.unwrap() != Ended::Finished);
            assert_eq!(engine.run(&job, &never).await.unwrap(), Ended::Finished);
            let states = Place::states(&journal, &job).await;
            assert_eq!(states, [State::Done; ROWS], "{jump} s after {moment} turns");
            let mut lines: Vec<_> =
                place.sandbox.ledger().into_iter().map(|entry| entry.subscriber_number).collect();
            lines.sort_unstable();
            lines.dedup();
            assert_eq!((lines.len(), place.sandbox.ledger().len()), (ROWS, ROWS));
        }
        assert!(cut_off > 0, "no run was cut off");
    }
}

/// Holds writes back until their time has come, even when nobody waits for them any more: a request on its way.
#[derive(Clone)]
struct Slow {
    clock: SandboxClock,
    held: Arc<Mutex<Vec<(Duration, Held)>>>,
}

type Held = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()> + Send>> + Send>;

/// How long a write takes to arrive.
const ON_ITS_WAY: Duration = Duration::from_secs(50);

impl<S> Layer<S> for Slow {
    type Service = SlowService<S>;

    fn layer(&self, inner: S) -> SlowService<S> {
        SlowService { slow: self.clone(), inner }
    }
}

#[derive(Clone)]
struct SlowService<S> {
    slow: Slow,
    inner: S,
}

impl<S> Service<Request<Bytes>> for SlowService<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let (mut inner, slow) = (self.inner.clone(), self.slow.clone());
        if request.method() != Method::GET {
            let arrives = slow.clock.monotonic() + ON_ITS_WAY;
            let deliver: Held = Box::new(move || Box::pin(async move { drop(inner.call(request).await) }));
            slow.held.lock().unwrap().push((arrives, deliver));
            return Box::pin(std::future::pending());
        }
        Box::pin(async move {
            let now = slow.clock.monotonic();
            let arrived: Vec<Held> = {
                let mut held = slow.held.lock().unwrap();
                let (due, rest) = held.drain(..).partition(|(arrives, _)| *arrives <= now);
                *held = rest;
                let due: Vec<(Duration, Held)> = due;
                due.into_iter().map(|(_, deliver)| deliver).collect()
            };
            for deliver in arrived {
                deliver().await;
            }
            inner.call(request).await.map_err(Into::into)
        })
    }
}

#[tokio::test]
async fn a_request_on_its_way_is_not_sent_again_by_a_run_whose_clock_is_ahead() {
    for ahead in [0, HOUR, -HOUR] {
        let place = Place::new();
        let (journal, job) = place.job(1).await;
        let slow = Slow { clock: place.sandbox.clock(), held: Arc::default() };
        let client = place.client().layer(slow.clone()).build().unwrap();
        let engine = Engine::new(&client, &journal, "sandbox", Options::default());
        // The process ends when its request is on its way.
        let stop = Stop::default();
        let leave = async {
            while slow.held.lock().unwrap().is_empty() {
                turns(1).await;
            }
            stop.leave();
        };
        tokio::join!(engine.run(&job, &stop), leave).0.unwrap();
        assert_eq!(Place::states(&journal, &job).await, [State::Intent]);
        // The next is on a machine with another clock, and reads alone are to tell it.
        place.clock.by(ahead);
        assert_eq!(engine.run(&job, &Stop::default()).await.unwrap(), Ended::Finished);
        assert_eq!(Place::states(&journal, &job).await, [State::Done], "{ahead} s ahead");
        assert_eq!(place.sandbox.arrivals("status.change"), Some(1), "{ahead} s ahead");
    }
}
