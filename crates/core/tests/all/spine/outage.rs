//! A server that is not there: how often it is asked, what callers are told, how soon its return is noticed.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use apex_mobility_core::catalog::Class;
use apex_mobility_core::clock::{Clock, PausedClock, SystemClock};
use apex_mobility_core::transport::{BoxError, Reply, ScriptedTransport, TransportError};
use apex_mobility_core::{AppCredentials, BreakerState, Client, Effect, Error, ErrorKind, GaveUp};
use bytes::Bytes;
use futures_util::future::join_all;
use http::{Request, Response};
use tower::Service;

use crate::spine::probe::{builder, noon, ok, read, scripted, write};

/// How a server is away.
#[derive(Debug, Clone, Copy)]
enum Away {
    Unreachable,
    Silent,
    Answering(u16),
}

const BEGINS: Duration = Duration::from_secs(60);
const ENDS: Duration = Duration::from_secs(60 + 600);
const CALLERS: usize = 40;

/// A server that is away for ten minutes.
#[derive(Debug, Clone)]
struct Server {
    clock: SystemClock,
    away: Away,
    arrivals: Arc<Mutex<Vec<Duration>>>,
}

impl Server {
    fn new(away: Away) -> Self {
        Self { clock: SystemClock::new(), away, arrivals: Arc::default() }
    }

    fn client(&self) -> Client {
        Client::builder()
            .base_url("https://example.com")
            .credentials(AppCredentials::new("id", "secret"))
            .clock(PausedClock::starting_at(noon()))
            .transport(self.clone())
            .build()
            .unwrap()
    }

    fn arrivals_in_the_outage(&self) -> usize {
        self.arrivals.lock().unwrap().iter().filter(|time| (BEGINS..ENDS).contains(*time)).count()
    }
}

impl Service<Request<Bytes>> for Server {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Bytes>) -> Self::Future {
        let server = self.clone();
        Box::pin(async move {
            let now = server.clock.monotonic();
            server.arrivals.lock().unwrap().push(now);
            if !(BEGINS..ENDS).contains(&now) {
                server.clock.sleep(Duration::from_millis(100)).await;
                return Ok(Response::new(Bytes::from_static(b"\"done\"")));
            }
            match server.away {
                Away::Unreachable => Err(TransportError::NeverConnected("connection refused".into()).into()),
                Away::Silent => std::future::pending().await,
                Away::Answering(status) => {
                    let mut answer = Response::new(Bytes::from_static(b"<html>Gateway Time-out</html>"));
                    *answer.status_mut() = http::StatusCode::from_u16(status)?;
                    Ok(answer)
                }
            }
        })
    }
}

/// What callers saw who called all the time: the moments of success, and every error with its moment.
#[derive(Debug, Default)]
struct Seen {
    successes: Vec<Duration>,
    errors: Vec<(Duration, Error)>,
}

async fn call_all_the_time(server: &Server, client: &Client, writers: usize) -> Seen {
    let seen = Mutex::new(Seen::default());
    let caller = |number: usize| {
        let seen = &seen;
        async move {
            while server.clock.monotonic() < ENDS + BEGINS {
                let outcome = if number < writers {
                    write(client).send().await.map(drop)
                } else {
                    read(client).send().await.map(drop)
                };
                let now = server.clock.monotonic();
                match outcome {
                    Ok(()) => seen.lock().unwrap().successes.push(now),
                    Err(error) => seen.lock().unwrap().errors.push((now, error)),
                }
                server.clock.sleep(Duration::from_secs(2)).await;
            }
        }
    };
    join_all((0..CALLERS).map(caller)).await;
    seen.into_inner().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_away_for_ten_minutes_is_sent_fewer_than_fifty_requests() {
    for away in
        [Away::Unreachable, Away::Silent, Away::Answering(504), Away::Answering(502), Away::Answering(503)]
    {
        let server = Server::new(away);
        // A server's time and a client's start together.
        let seen = call_all_the_time(&server, &server.client(), CALLERS / 2).await;
        let sent = server.arrivals_in_the_outage();
        assert!((10..50).contains(&sent), "{away:?}: {sent}");

        let last = seen.successes.iter().filter(|time| **time < ENDS).max().unwrap();
        assert!(*last < BEGINS + Duration::from_secs(1), "{away:?}");
        let back = seen.successes.iter().filter(|time| **time >= ENDS).min().unwrap().saturating_sub(ENDS);
        // A probe may have been sent into the silence just before its end, and waits for its answer.
        let patience = if matches!(away, Away::Silent) { 30 } else { 0 };
        assert!(back < Duration::from_secs(25 + patience), "{away:?}: {back:?}");
        let after = seen.successes.iter().filter(|time| **time >= ENDS + Duration::from_secs(54)).count();
        assert!(after > CALLERS, "{away:?}: {after}");
    }
}

#[tokio::test(start_paused = true)]
async fn in_an_outage_only_the_writes_that_were_sent_are_in_doubt() {
    let server = Server::new(Away::Answering(504));
    let seen = call_all_the_time(&server, &server.client(), CALLERS / 2).await;
    let in_doubt = seen.errors.iter().filter(|(_, error)| error.effect() == Effect::Unknown).count();
    // Those that were under way when it began: a read is the probe from then on.
    assert!((1..=12).contains(&in_doubt), "{in_doubt}");
    assert!(seen.errors.len() > 1000);
    for (_, error) in &seen.errors {
        assert!(error.effect() != Effect::Unknown || error.attempts() == 1, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn with_nobody_reading_a_write_finds_out_whether_the_server_is_back() {
    let server = Server::new(Away::Answering(504));
    let seen = call_all_the_time(&server, &server.client(), CALLERS).await;
    let sent = server.arrivals_in_the_outage();
    assert!(sent < 50, "{sent}");
    let back = seen.successes.iter().filter(|time| **time >= ENDS).min().unwrap().saturating_sub(ENDS);
    assert!(back < Duration::from_secs(35), "{back:?}");
}

#[tokio::test(start_paused = true)]
async fn a_call_to_a_server_that_is_not_there_fails_at_once_and_says_when_to_try_again() {
    let (client, transport) = scripted([]);
    let clock = SystemClock::new();
    let first = read(&client).send().await.unwrap_err();
    assert_eq!((first.kind(), first.gave_up()), (ErrorKind::Connect, Some(GaveUp::Attempts)));
    let second = read(&client).send().await.unwrap_err();
    assert_eq!((second.kind(), second.gave_up()), (ErrorKind::Connect, Some(GaveUp::NoServer)));
    assert_eq!((second.attempts(), transport.arrivals()), (2, 5));

    let before = clock.monotonic();
    let refused = write(&client).send().await.unwrap_err();
    assert_eq!((refused.kind(), refused.class()), (ErrorKind::NoServer, Class::Transport));
    assert_eq!((refused.effect(), refused.attempts()), (Effect::NotSent, 0));
    assert!(refused.to_string().ends_with("nothing was sent"), "{refused}");
    let wait = refused.retry_after().unwrap();
    assert!(wait <= Duration::from_millis(2200), "{wait:?}");
    assert_eq!(client.pace().breaker, BreakerState::Open { retry_in: wait });
    assert_eq!(read(&client).send().await.unwrap_err().effect(), Effect::None);
    assert_eq!((clock.monotonic(), transport.arrivals()), (before, 5));
}

#[tokio::test(start_paused = true)]
async fn the_server_is_tried_again_after_the_wait_and_one_answer_is_enough() {
    let (client, transport) = scripted((0..5).map(|_| Reply::never_connected()).chain([ok(), ok()]));
    let clock = SystemClock::new();
    for _ in 0..2 {
        assert!(read(&client).send().await.is_err());
    }
    clock.sleep(client.pace().breaker.retry_in()).await;
    assert_eq!(client.pace().breaker, BreakerState::HalfOpen);
    // No connection came about before: a write that fails to find one either leaves no doubt.
    assert!(write(&client).send().await.is_ok());
    assert_eq!(client.pace().breaker, BreakerState::Closed);
    assert!(read(&client).send().await.is_ok());
    assert_eq!(transport.arrivals(), 7);
}

#[tokio::test(start_paused = true)]
async fn refusals_and_a_failing_back_end_are_signs_of_a_server() {
    for (status, body) in [
        (400, r#"{"errorDescription":"subscriber is inactive"}"#),
        (404, ""),
        (500, r#"{"message":"Internal server error"}"#),
        (401, ""),
    ] {
        let transport = ScriptedTransport::new((0..40).map(|_| Reply::json(status, body)));
        let client = builder(&transport).build().unwrap();
        for _ in 0..10 {
            assert_ne!(read(&client).send().await.unwrap_err().kind(), ErrorKind::NoServer, "{status}");
        }
        assert_eq!(client.pace().breaker, BreakerState::Closed);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_given_up_while_it_is_the_probe_does_not_keep_others_from_it() {
    let (client, _) = scripted((0..5).map(|_| Reply::never_connected()).chain([Reply::Hang, ok()]));
    let clock = SystemClock::new();
    for _ in 0..2 {
        assert!(read(&client).send().await.is_err());
    }
    clock.sleep(client.pace().breaker.retry_in()).await;
    let probe = read(&client);
    let given_up = apex_mobility_core::clock::within(Duration::from_secs(3), probe.send()).await;
    assert!(given_up.is_err());
    assert!(read(&client).send().await.is_ok());
}
