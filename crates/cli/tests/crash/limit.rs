//! A server that takes 50 calls a second and does not say so, and four workers' clients that find out together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use apex_mobility::clock::{Clock, SystemClock};
use apex_mobility::fleet::Journal;
use apex_mobility::fleet::journal::Location;
use apex_mobility::fleet::worker::PostgresPace;
use apex_mobility::transport::BoxError;
use apex_mobility::{AppCredentials, Client, Mobility};
use apex_mobility_sandbox::{ClockMode, Sandbox, SandboxTransport, Throttle};
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response, StatusCode};
use tower::Service;
use xtask::postgres::Cluster;

const LIMIT: u32 = 50;
const CLIENTS: usize = 4;
const CALLERS: usize = 6;
const MEASURED: Duration = Duration::from_secs(20);
/// The law learns for minutes: from then on it is held to what it promises, and before to less.
const LEARNED: Duration = Duration::from_secs(180);
const LATENCY: Duration = Duration::from_millis(60);

#[derive(Default)]
struct Seen {
    taken: AtomicU64,
    throttled: AtomicU64,
}

/// Plays it once, and says how much of the limit was used and how much was throttled, after a time to learn.
pub(crate) async fn play(warm_up: Duration) -> Result<String, String> {
    let Some(cluster) = Cluster::get() else { return Ok("not played".to_owned()) };
    let location = Location::parse(&cluster.database()).map_err(|error| error.to_string())?;
    let clock = SystemClock::new();
    let opened = Journal::open(&location, Arc::new(clock.clone())).await;
    let _journal = opened.map_err(|error| error.to_string())?;
    let sandbox = Sandbox::builder().lines(50).clock(ClockMode::Real { speed: 1.0 }).build();
    sandbox.set_throttle(Some(Throttle { calls: LIMIT, per: Duration::from_secs(1) }));
    let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
    let (seen, counted_from) = (Arc::new(Seen::default()), clock.monotonic() + warm_up);
    let callers = (0..CLIENTS).flat_map(|_| {
        let apex = Mobility::new(&client(&location, &sandbox, &clock, counted_from, &seen));
        (0..CALLERS).map(move |_| apex.clone())
    });
    let end = counted_from + MEASURED;
    let calls = callers.map(|apex| {
        let (clock, number) = (clock.clone(), number.clone());
        async move {
            while clock.monotonic() < end {
                // What is throttled is tried again below it; the judge counts what arrives.
                let _ = apex.line_details().get(number.clone()).send().await;
            }
        }
    });
    join_all(calls).await;
    let (taken, throttled) = (seen.taken.load(Ordering::SeqCst), seen.throttled.load(Ordering::SeqCst));
    #[expect(clippy::cast_precision_loss, reason = "they are thousands")]
    let (used, share) = (
        taken as f64 / (f64::from(LIMIT) * MEASURED.as_secs_f64()),
        throttled as f64 / ((taken + throttled) as f64).max(1.0),
    );
    let said = format!(
        "four clients used {:.1} % of a hidden limit of {LIMIT} calls/s after {} s; {:.2} % of their calls were throttled",
        used * 100.0,
        warm_up.as_secs(),
        share * 100.0
    );
    let least = if warm_up >= LEARNED { 0.9 } else { 0.7 };
    if used >= least && share < 0.01 { Ok(said) } else { Err(said) }
}

fn client(
    location: &Location,
    sandbox: &Sandbox,
    clock: &SystemClock,
    counted_from: Duration,
    seen: &Arc<Seen>,
) -> Client {
    let pace = PostgresPace::new(location, "http://localhost", "sandbox", None, Arc::new(clock.clone()));
    let (transport, clock, seen) = (sandbox.transport(), clock.clone(), Arc::clone(seen));
    let distant = tower::service_fn(move |request: Request<Bytes>| {
        let (transport, clock, seen) = (transport.clone(), clock.clone(), Arc::clone(&seen));
        async move { answer(transport, &clock, counted_from, &seen, request).await }
    });
    Client::builder()
        .base_url("http://localhost")
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .transport(distant)
        .shared_pace(Arc::new(pace.unwrap()))
        .build()
        .unwrap()
}

async fn answer(
    mut transport: SandboxTransport,
    clock: &SystemClock,
    counted_from: Duration,
    seen: &Seen,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, BoxError> {
    let answer = transport.call(request).await?;
    if clock.monotonic() >= counted_from {
        let is_throttle = answer.status() == StatusCode::TOO_MANY_REQUESTS;
        let counter = if is_throttle { &seen.throttled } else { &seen.taken };
        counter.fetch_add(1, Ordering::SeqCst);
    }
    clock.sleep(LATENCY).await;
    Ok(answer)
}
