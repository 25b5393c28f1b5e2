//! A client finds out what a sandbox takes that does not say so, in every style of saying no.
//!
//! The sandbox's clock runs by itself here, on the runtime's paused time: minutes pass in moments.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use apex_mobility::clock::Clock;
use apex_mobility::transport::BoxError;
use apex_mobility::{AppCredentials, BreakerState, Client, Mobility, SubscriberNumber};
use apex_mobility_sandbox::{ClockMode, Sandbox, SandboxClock, SandboxTransport, Throttle};
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response};
use tower::Service;

/// Twenty calls a second.
const LIMIT: Throttle = Throttle { calls: 20, per: Duration::from_secs(1) };
const LATENCY: Duration = Duration::from_millis(100);
const WARM_UP: Duration = Duration::from_secs(120);
const END: Duration = Duration::from_secs(270);
const CALLERS: usize = 16;

/// The sandbox some way off, with a list of its answers.
#[derive(Debug, Clone)]
struct Distant {
    inner: SandboxTransport,
    clock: SandboxClock,
    answers: Arc<Mutex<Vec<(Duration, bool)>>>,
}

impl Distant {
    fn new(sandbox: &Sandbox) -> Self {
        Self { inner: sandbox.transport(), clock: sandbox.clock(), answers: Arc::default() }
    }

    /// How many answers after the warm-up were given in earnest, and how many were "too many".
    fn tally(&self) -> (usize, usize) {
        let answers = self.answers.lock().unwrap();
        let late = || answers.iter().filter(|(time, _)| (WARM_UP..END).contains(time));
        (late().filter(|(_, taken)| *taken).count(), late().filter(|(_, taken)| !taken).count())
    }
}

impl Service<Request<Bytes>> for Distant {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let mut distant = self.clone();
        Box::pin(async move {
            distant.clock.sleep(LATENCY / 2).await;
            let answer = distant.inner.call(request).await?;
            let taken = answer.status().is_success();
            distant.answers.lock().unwrap().push((distant.clock.monotonic(), taken));
            distant.clock.sleep(LATENCY / 2).await;
            Ok(answer)
        })
    }
}

/// Reads all the time, until the end. How many calls failed after the warm-up.
async fn read_all_the_time(apex: &Mobility, clock: &SandboxClock, number: &SubscriberNumber) -> usize {
    let caller = || async {
        let mut failed = 0;
        while clock.monotonic() < END {
            let outcome = apex.line_details().get(number.clone()).send().await;
            failed += usize::from(outcome.is_err() && clock.monotonic() > WARM_UP);
        }
        failed
    };
    join_all((0..CALLERS).map(|_| caller())).await.into_iter().sum()
}

#[tokio::test(start_paused = true)]
async fn nine_tenths_of_it_are_used_with_less_than_a_hundredth_of_refusals() {
    for style in ["429", "503", "403_pol0001"] {
        let sandbox = Sandbox::builder().lines(20).clock(ClockMode::Real { speed: 1.0 }).build();
        sandbox.set_variant("throttle_style", style).unwrap();
        sandbox.set_throttle(Some(LIMIT));
        let distant = Distant::new(&sandbox);
        let client = Client::builder()
            .base_url("http://localhost")
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .clock(sandbox.clock())
            .transport(distant.clone())
            .build()
            .unwrap();
        let number = sandbox.find_line(|_| true).unwrap().subscriber_number;

        let failed = read_all_the_time(&Mobility::new(&client), &sandbox.clock(), &number).await;
        let (taken, refused) = distant.tally();
        let possible = f64::from(LIMIT.calls) * (END - WARM_UP).as_secs_f64();
        let used = taken as f64 / possible;
        let refusals = refused as f64 / (taken + refused) as f64;
        assert!(used >= 0.9, "{style}: {used:.3} of what is possible, {:?}", client.pace());
        assert!(refusals < 0.01, "{style}: {refusals:.4} of the answers, {:?}", client.pace());
        assert_eq!(failed, 0, "{style}");

        let pace = client.pace();
        assert!((17.0..24.0).contains(&pace.per_second.unwrap()), "{style}: {pace:?}");
        assert_eq!((pace.in_flight, pace.breaker, pace.stopped), (0, BreakerState::Closed, false));
    }
}

#[tokio::test]
async fn a_clock_that_is_moved_by_waiting_does_as_well() {
    let sandbox = Sandbox::builder().lines(20).build();
    sandbox.set_throttle(Some(LIMIT));
    let clock = sandbox.clock();
    let client = Client::builder()
        .base_url("http://localhost")
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .clock(clock.clone())
        .transport(sandbox.transport())
        .build()
        .unwrap();
    let apex = Mobility::new(&client);
    let number = sandbox.find_line(|_| true).unwrap().subscriber_number;

    // No time passes in a call, so a limit on calls at once could never be met: only the rate is learned.
    let mut late = 0;
    while clock.monotonic() < END {
        apex.line_details().get(number.clone()).send().await.unwrap();
        late += u32::from(clock.monotonic() >= WARM_UP);
    }
    let used = f64::from(late) / (f64::from(LIMIT.calls) * (END - WARM_UP).as_secs_f64());
    assert!((0.9..=1.01).contains(&used), "{used:.3}, {:?}", client.pace());
}
