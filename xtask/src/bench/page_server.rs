//! The server that both sides read from: the recorded page, over and over.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use apex_mobility_core::clock::{Clock, SystemClock};
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use bytes::Bytes;
use clap::Args;
use http::{HeaderMap, HeaderName, HeaderValue, Response, header};
use tokio::net::TcpListener;

use super::Broken;
use super::check::PAGE;
use super::serving::{Serving, announce, parent_gone};

/// Where the list is (contract 4.1).
pub(super) const PATH: &str = "/sp/mobility/api/v1/account";
/// Where the server says how many pages it was asked for.
const ARRIVALS: &str = "/arrivals";

/// What the server answers.
#[derive(Debug, Clone, Args)]
pub(super) struct Listing {
    /// How many pages the list has
    #[arg(long)]
    pub(super) pages: u32,
    /// How long each answer takes
    #[arg(long, default_value_t = 0)]
    pub(super) delay_ms: u64,
}

/// A server of pages in a process of its own.
#[derive(Debug)]
pub(super) struct PageServer(Serving);

impl PageServer {
    pub(super) fn start(listing: &Listing) -> Result<Self, Broken> {
        let mut part = Command::new(std::env::current_exe().map_err(Broken::new)?);
        part.args(["bench", "server"])
            .args(["--pages", &listing.pages.to_string()])
            .args(["--delay-ms", &listing.delay_ms.to_string()]);
        Serving::start(part).map(Self)
    }

    pub(super) fn url(&self) -> &str {
        self.0.url()
    }

    /// How many pages were asked for so far.
    pub(super) async fn arrivals(&self, client: &reqwest::Client) -> Result<u64, Broken> {
        let answer = client.get(format!("{}{ARRIVALS}", self.url())).send().await.map_err(Broken::new)?;
        answer.text().await.map_err(Broken::new)?.parse().map_err(Broken::new)
    }
}

#[derive(Debug, Clone)]
struct Shared {
    listing: Listing,
    clock: SystemClock,
    arrivals: Arc<AtomicU64>,
}

/// Serves until standard input ends.
pub(super) async fn serve(listing: &Listing) -> Result<String, Broken> {
    let listener =
        TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await.map_err(Broken::new)?;
    let address = listener.local_addr().map_err(Broken::new)?;
    announce(&format!("http://{address}"));
    let shared = Shared { listing: listing.clone(), clock: SystemClock::new(), arrivals: Arc::default() };
    let router = Router::new()
        .route(PATH, get(page))
        .route(ARRIVALS, get(|State(shared): State<Shared>| async move { shared.count().to_string() }))
        .with_state(shared);
    axum::serve(listener, router).with_graceful_shutdown(parent_gone()).await.map_err(Broken::new)?;
    Ok(String::new())
}

impl Shared {
    fn count(&self) -> u64 {
        self.arrivals.load(Ordering::Relaxed)
    }
}

async fn page(State(shared): State<Shared>, asked: HeaderMap) -> Response<axum::body::Body> {
    shared.arrivals.fetch_add(1, Ordering::Relaxed);
    if shared.listing.delay_ms > 0 {
        shared.clock.sleep(Duration::from_millis(shared.listing.delay_ms)).await;
    }
    let number = asked.get("current-page").and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    let exists = number.is_some_and(|number| (1..=shared.listing.pages).contains(&number));
    let body = if exists { Bytes::from_static(PAGE) } else { Bytes::from_static(b"[]") };
    let mut answer = Response::new(axum::body::Body::from(body));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(HeaderName::from_static("page-total"), HeaderValue::from(shared.listing.pages));
    headers.insert(
        HeaderName::from_static("refresh-timestamp"),
        HeaderValue::from_static("2026-01-19T10:00:00Z"),
    );
    answer
}
