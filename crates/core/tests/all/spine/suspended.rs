//! A process that is stopped, or a machine that is suspended, while a request waits for its connection.

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use apex_mobility_core::clock::{Clock, Moment, PausedClock, Sleep, TimedOut, within_awake};
use apex_mobility_core::transport::{BoxError, ScriptedTransport};
use apex_mobility_core::{Client, Effect, ErrorKind};
use bytes::Bytes;
use futures_util::FutureExt;
use http::{Request, Response};
use tokio::sync::Notify;

use crate::spine::probe::{builder, noon, read, write};

const HOUR: Duration = Duration::from_secs(3600);

/// The time that an attempt of a write has.
const ATTEMPT: Duration = Duration::from_secs(120);

/// A clock whose time of day, or both of whose clocks, a test puts forward, while the runtime's time stands.
#[derive(Debug, Clone)]
pub(crate) struct SetClock {
    wall_ahead: Arc<Mutex<Duration>>,
    both_ahead: Arc<Mutex<Duration>>,
    inner: PausedClock,
}

impl SetClock {
    pub(crate) fn new() -> Self {
        let (wall_ahead, both_ahead) = Default::default();
        Self { wall_ahead, both_ahead, inner: PausedClock::starting_at(noon()) }
    }

    pub(crate) fn set_wall_forward(&self, by: Duration) {
        *self.wall_ahead.lock().unwrap() += by;
    }

    fn leap(&self, by: Duration) {
        *self.both_ahead.lock().unwrap() += by;
    }
}

impl Clock for SetClock {
    fn wall(&self) -> SystemTime {
        self.inner.wall() + *self.both_ahead.lock().unwrap() + *self.wall_ahead.lock().unwrap()
    }

    fn monotonic(&self) -> Duration {
        self.inner.monotonic() + *self.both_ahead.lock().unwrap()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.inner.sleep(duration)
    }
}

/// A way to a server that a request takes only when the test has let it connect.
#[derive(Debug)]
struct Way {
    clock: SetClock,
    client: Client,
    connected: Arc<Notify>,
    delivered: Arc<AtomicUsize>,
}

impl Way {
    fn new() -> Self {
        let (clock, connected) = (SetClock::new(), Arc::new(Notify::new()));
        let delivered = Arc::new(AtomicUsize::new(0));
        let (connects, counter) = (connected.clone(), delivered.clone());
        let transport = tower::service_fn(move |_: Request<Bytes>| {
            let (connects, counter) = (connects.clone(), counter.clone());
            async move {
                connects.notified().await;
                counter.fetch_add(1, Ordering::SeqCst);
                Ok::<_, BoxError>(Response::new(Bytes::from_static(br#""done""#)))
            }
        });
        let builder = builder(&ScriptedTransport::new([])).clock(clock.clone()).transport(transport);
        Self { clock, client: builder.build().unwrap(), connected, delivered }
    }

    fn delivered(&self) -> usize {
        self.delivered.load(Ordering::SeqCst)
    }
}

/// The future as far as it comes without waiting.
fn poll<F: Future>(future: &mut Pin<&mut F>) -> Option<F::Output> {
    future.as_mut().now_or_never()
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_connection_comes_in_time_is_sent() {
    let way = Way::new();
    let mut call = write(&way.client);
    call.options.leave_by = Some(Moment::after(&way.clock, Duration::from_secs(60)));
    let mut sent = pin!(call.send());
    assert!(poll(&mut sent).is_none());
    tokio::time::advance(ATTEMPT - Duration::from_secs(1)).await;
    // A time of day that is set within the attempt's time does not end it.
    way.clock.set_wall_forward(Duration::from_millis(999));
    way.connected.notify_one();
    assert!(sent.await.is_ok());
    assert_eq!(way.delivered(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_machine_was_suspended_while_it_connected_is_not_sent() {
    let way = Way::new();
    let mut call = write(&way.client);
    call.options.leave_by = Some(Moment::after(&way.clock, Duration::from_secs(60)));
    let mut sent = pin!(call.send());
    assert!(poll(&mut sent).is_none());
    way.clock.set_wall_forward(HOUR);
    way.connected.notify_one();
    let error = sent.await.unwrap_err();
    // Who waits cannot tell that it did not leave.
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown));
    assert_eq!((error.attempts(), way.delivered()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_was_suspended_is_sent_anew() {
    let way = Way::new();
    let call = read(&way.client);
    let mut sent = pin!(call.send());
    assert!(poll(&mut sent).is_none());
    way.clock.set_wall_forward(HOUR);
    assert!(poll(&mut sent).is_none());
    way.connected.notify_one();
    assert_eq!(sent.await.unwrap().meta.attempts, 2);
    assert_eq!(way.delivered(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_connection_comes_with_the_end_of_its_time_is_not_sent() {
    for the_runtime_has_seen_it in [true, false] {
        let way = Way::new();
        let call = write(&way.client);
        let mut sent = pin!(call.send());
        assert!(poll(&mut sent).is_none());
        let mut stopped = pin!(tokio::time::advance(ATTEMPT));
        if the_runtime_has_seen_it {
            stopped.await;
        } else {
            // The time is past, but the runtime has not come to its timers yet.
            assert!(poll(&mut stopped).is_none());
        }
        way.connected.notify_one();
        let error = poll(&mut sent).unwrap().unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown));
        assert_eq!(way.delivered(), 0, "seen: {the_runtime_has_seen_it}");
    }
}

#[tokio::test(start_paused = true)]
async fn clocks_that_leap_together_do_not_end_an_attempt() {
    let way = Way::new();
    let call = write(&way.client);
    let mut sent = pin!(call.send());
    assert!(poll(&mut sent).is_none());
    way.clock.leap(24 * HOUR);
    assert!(poll(&mut sent).is_none());
    way.connected.notify_one();
    assert!(sent.await.is_ok());
    assert_eq!(way.delivered(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_limit_of_nothing_leaves_one_poll_and_one_without_end_has_none() {
    let clock = SetClock::new();
    assert_eq!(within_awake(&clock, Duration::ZERO, async { 1 }).await, Ok(1));
    assert_eq!(within_awake(&clock, Duration::ZERO, tokio::task::yield_now()).await, Err(TimedOut));
    let mut endless = pin!(within_awake(&clock, Duration::MAX, tokio::task::yield_now()));
    assert!(poll(&mut endless).is_none());
    clock.set_wall_forward(24 * HOUR);
    assert_eq!(poll(&mut endless), Some(Ok(())));
}
