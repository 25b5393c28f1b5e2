//! Lists: empty pages, failing pages, a list that moves, places to go on from.

use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use apex_mobility_core::clock::{Clock, SystemClock};
use apex_mobility_core::transport::BoxError;
use apex_mobility_core::{
    AppCredentials, Call, Client, DecodeError, EncodeError, Items, Operation, Page, PageHeaders, PageToken,
    PagedOperation, Pages, Safety, Wire, decode_json,
};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use http::{Request, Response};
use tower::Service;

/// A list of words.
#[derive(Debug, Clone)]
struct Words {
    page: u32,
}

impl Operation for Words {
    type Output = Page<String>;
    const NAME: &'static str = "list.accounts";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.page(self.page, 2)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Self::Output, DecodeError> {
        Ok(PageHeaders::read(answer.headers(), wire).page(decode_json(answer.body())?, self.page))
    }
}

impl PagedOperation for Words {
    type Item = String;

    fn at_page(&self, number: u32) -> Self {
        Self { page: number }
    }

    fn identity(item: &String) -> Option<&str> {
        Some(item)
    }
}

/// A server that holds a list, says how many pages it has (or not), and can fail a page once.
#[derive(Debug, Clone, Default)]
struct Server {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    pages: Vec<Vec<&'static str>>,
    counted: bool,
    fails_once: Vec<u32>,
    moves_at: Option<u32>,
    latency: Duration,
    asked: Vec<u32>,
    under_way: usize,
    most_under_way: usize,
}

impl Server {
    fn of(pages: &[&[&'static str]]) -> Self {
        let pages = pages.iter().map(|page| page.to_vec()).collect();
        Self { state: Arc::new(Mutex::new(State { pages, counted: true, ..State::default() })) }
    }

    fn with(self, change: impl FnOnce(&mut State)) -> Self {
        change(&mut self.state.lock().unwrap());
        self
    }

    fn client(&self) -> Client {
        Client::builder()
            .base_url("https://example.com")
            .credentials(AppCredentials::new("id", "secret"))
            .transport(self.clone())
            .concurrency(100)
            .build()
            .unwrap()
    }

    fn pages(&self) -> Pages<Words> {
        Pages::new(Call::new(&self.client(), Words { page: 1 }))
    }

    fn items(&self) -> Items<Words> {
        Items::new(Call::new(&self.client(), Words { page: 1 }))
    }

    fn asked(&self) -> Vec<u32> {
        self.state.lock().unwrap().asked.clone()
    }
}

impl Service<Request<Bytes>> for Server {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<Bytes>, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let shared = Arc::clone(&self.state);
        Box::pin(async move {
            let number: u32 = request.headers()["current-page"].to_str()?.parse()?;
            let latency = {
                let mut state = shared.lock().unwrap();
                state.asked.push(number);
                state.under_way += 1;
                state.most_under_way = state.most_under_way.max(state.under_way);
                state.latency
            };
            SystemClock::new().sleep(latency).await;
            let mut state = shared.lock().unwrap();
            state.under_way -= 1;
            if let Some(at) = state.fails_once.iter().position(|page| *page == number) {
                state.fails_once.remove(at);
                return Ok(Response::builder().status(400).body(Bytes::from_static(b"no"))?);
            }
            let page = state.pages.get(number as usize - 1).cloned().unwrap_or_default();
            let refreshed = if state.moves_at.is_some_and(|at| number >= at) { "12:15" } else { "12:00" };
            let mut answer = Response::builder().header("refresh-timestamp", refreshed);
            if state.counted {
                answer = answer.header("page-total", state.pages.len());
            }
            Ok(answer.body(Bytes::from(serde_json::to_vec(&page)?))?)
        })
    }
}

async fn all(mut items: Items<Words>) -> Vec<String> {
    let mut seen = Vec::new();
    while let Some(item) = items.next().await {
        seen.push(item.unwrap());
    }
    seen
}

#[tokio::test(start_paused = true)]
async fn an_empty_page_in_the_middle_does_not_end_a_counted_list() {
    let server = Server::of(&[&["a", "b"], &[], &["c"]]);
    assert_eq!(all(server.items()).await, ["a", "b", "c"]);
    assert_eq!(server.asked(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn without_a_page_count_an_empty_page_ends_the_list() {
    let server = Server::of(&[&["a"], &["b"], &[], &["never"]]).with(|state| state.counted = false);
    assert_eq!(all(server.items().prefetch(8)).await, ["a", "b"]);
    assert_eq!(server.asked(), [1, 2, 3]);
}

#[tokio::test(start_paused = true)]
async fn without_a_page_count_a_list_without_end_is_read_no_further_than_the_cap() {
    let endless: Vec<&[&'static str]> = vec![&["a"]; 300];
    let server = Server::of(&endless).with(|state| state.counted = false);
    assert_eq!(all(server.items()).await.len(), 200);
}

#[tokio::test(start_paused = true)]
async fn a_cap_ends_the_list_early() {
    let server = Server::of(&[&["a"], &["b"], &["c"]]);
    assert_eq!(all(server.items().max_pages(2).prefetch(8)).await, ["a", "b"]);
    assert_eq!(server.asked(), [1, 2]);
}

#[tokio::test(start_paused = true)]
async fn an_empty_list_is_one_empty_page() {
    let server = Server::of(&[&[]]);
    assert_eq!(all(server.items()).await, Vec::<String>::new());
    assert_eq!(server.asked(), [1]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_page_pauses_the_list_and_can_be_asked_for_again() {
    let server = Server::of(&[&["a"], &["b"], &["c"]]).with(|state| state.fails_once = vec![2]);
    let mut pages = server.pages().prefetch(2);
    assert_eq!(pages.next().await.unwrap().unwrap().items, ["a"]);
    assert!(pages.next().await.unwrap().is_err());
    assert!(pages.next().await.is_none(), "paused");
    assert_eq!(serde_json::to_value(pages.token()).unwrap()["page"], 2);
    pages.again();
    assert_eq!(pages.next().await.unwrap().unwrap().items, ["b"]);
    assert_eq!(pages.next().await.unwrap().unwrap().items, ["c"]);
    assert!(pages.next().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_list_that_is_made_anew_meanwhile_says_so() {
    let server = Server::of(&[&["a"], &["b"], &["c"]]).with(|state| state.moves_at = Some(2));
    let mut pages = server.pages();
    let mut moved = Vec::new();
    while let Some(page) = pages.next().await {
        moved.push(page.unwrap().snapshot_moved);
    }
    assert_eq!(moved, [false, true, false]);
    assert!(pages.snapshot_moved());
}

#[tokio::test(start_paused = true)]
async fn repeats_are_dropped_on_request_only() {
    let server = Server::of(&[&["a", "b"], &["b", "c"]]);
    assert_eq!(all(server.items()).await, ["a", "b", "b", "c"]);
    assert_eq!(all(server.items().distinct()).await, ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn a_place_survives_serialization_at_every_item() {
    let server = Server::of(&[&["a", "b"], &[], &["c", "d"], &["e"]]);
    for taken in 0..=5 {
        let mut items = server.items().prefetch(2);
        let mut seen = Vec::new();
        for _ in 0..taken {
            seen.push(items.next().await.unwrap().unwrap());
        }
        let kept = serde_json::to_string(&items.token()).unwrap();
        drop(items);
        let token: PageToken = serde_json::from_str(&kept).unwrap();
        seen.extend(all(server.items().resume(&token)).await);
        assert_eq!(seen, ["a", "b", "c", "d", "e"], "after {taken}");
    }
}

#[tokio::test(start_paused = true)]
async fn prefetch_is_bounded_and_keeps_the_order() {
    let pages: Vec<Vec<&'static str>> = (0..40).map(|_| vec!["x"]).collect();
    let pages: Vec<&[&'static str]> = pages.iter().map(Vec::as_slice).collect();
    let server = Server::of(&pages).with(|state| state.latency = Duration::from_millis(50));
    let clock = SystemClock::new();
    let mut numbers = Vec::new();
    let mut stream = server.pages().prefetch(8);
    while let Some(page) = StreamExt::next(&mut stream).await {
        numbers.push(page.unwrap().number);
    }
    assert_eq!(numbers, (1..=40).collect::<Vec<u32>>());
    assert_eq!(server.state.lock().unwrap().most_under_way, 9);
    // One page alone, then the other 39 nine at a time.
    assert_eq!(clock.monotonic().as_millis(), 50 + 50 * 39u128.div_ceil(9));
}
