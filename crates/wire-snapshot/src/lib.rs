//! For the tests of the API crates: one exchange over HTTP, as text to keep.
//!
//! An API crate's `tests/wire.rs` sends each of its operations through [`exchange`] and keeps the request
//! as a snapshot: method, path, headers and body, as they went over a socket. [`read`] and [`write()`] do without
//! one, and [`unreadable`] finds what an operation cannot read of all that AT&T may write.

mod oddities;
mod pure;

use std::sync::{Arc, Mutex};

use apex_mobility_core::clock::{Clock, Sleep, SystemClock};
use apex_mobility_core::retry::RetryPolicy;
use apex_mobility_core::{AppCredentials, Client, Error};
use bytes::Bytes;
use http::Request;
use httpmock::{HttpMockResponse, MockServer};
use std::time::{Duration, SystemTime};

pub use oddities::unreadable;
pub use pure::{body, is_one_segment, read, wire, write};

/// The answer that the server gives.
#[derive(Debug, Clone)]
pub struct Answer {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
}

impl Answer {
    /// An answer with a body.
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    /// The same with a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// Sends one request to a server of its own, and gives the request as text and what came of it.
///
/// Today is 2026-01-19.
///
/// # Panics
/// When the request did not arrive exactly once.
pub async fn exchange<T>(
    answer: Answer,
    send: impl AsyncFnOnce(Client) -> Result<T, Error>,
) -> (String, Result<T, Error>) {
    let server = MockServer::start_async().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let seen_by_server = Arc::clone(&seen);
    let mock = server
        .mock_async(move |_, then| {
            then.respond_with(move |request| {
                record(&seen_by_server, Request::from(request));
                let headers =
                    answer.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
                HttpMockResponse::builder()
                    .status(answer.status)
                    .headers(headers)
                    .body(answer.body.clone())
                    .build()
            });
        })
        .await;
    #[expect(clippy::expect_used, reason = "settings of this file")]
    let client = Client::builder()
        .base_url(server.base_url())
        .credentials(AppCredentials::new("the-app-id", "the-app-secret"))
        .retry(RetryPolicy::never())
        .clock(Day(SystemClock::new()))
        .build()
        .expect("a client for loopback");
    let outcome = send(client).await;
    mock.assert_calls_async(1).await;
    #[expect(clippy::expect_used, reason = "the line before has counted it")]
    let request = seen.lock().ok().and_then(|mut seen| seen.pop()).expect("one request");
    (as_text(&request), outcome)
}

fn record(seen: &Mutex<Vec<Request<Bytes>>>, request: Request<Bytes>) {
    if let Ok(mut seen) = seen.lock() {
        seen.push(request);
    }
}

/// 2026-01-19, for ever.
#[derive(Debug)]
struct Day(SystemClock);

impl Clock for Day {
    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_824_000)
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.0.sleep(duration)
    }
}

/// A request as text: the headers by name, without what changes from run to run, the body laid out.
#[must_use]
pub fn as_text(request: &Request<Bytes>) -> String {
    let mut lines = vec![format!("{} {}", request.method(), request.uri().path())];
    let mut headers: Vec<String> = request
        .headers()
        .iter()
        .map(|(name, value)| match name.as_str() {
            "host" | "user-agent" | "x-trace-id" | "x-transaction-id" => format!("{name}: [varies]"),
            name => format!("{name}: {}", String::from_utf8_lossy(value.as_bytes())),
        })
        .collect();
    headers.sort();
    lines.extend(headers);
    if !request.body().is_empty() {
        let body = serde_json::from_slice::<serde_json::Value>(request.body())
            .and_then(|body| serde_json::to_string_pretty(&body))
            .unwrap_or_else(|_| String::from_utf8_lossy(request.body()).into_owned());
        lines.push(String::new());
        lines.push(body);
    }
    lines.join("\n")
}
