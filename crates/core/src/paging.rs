//! Lists that come in pages: [`Pages`] and [`Items`].

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_util::stream::FuturesOrdered;
use http::HeaderMap;
use serde::{Deserialize, Serialize};

use crate::call::{Call, CallOptions};
use crate::client::Client;
use crate::error::Error;
use crate::operation::{Operation, Wire};
use crate::response::Response;

/// Pages asked for without a page count, at the most (contract 4.1: production callers stop at 200).
const UNCOUNTED_PAGES: u32 = 200;

/// An operation whose answer is one page of a list.
pub trait PagedOperation: Operation<Output = Page<Self::Item>> + Clone + 'static {
    /// What the list holds.
    type Item: Send + Sync + 'static;

    /// The same list at another page, 1-based.
    #[must_use]
    fn at_page(&self, number: u32) -> Self;

    /// What makes two items the same, so that repeats can be dropped.
    fn identity(item: &Self::Item) -> Option<&str>;
}

/// One page of a list.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page<T> {
    /// What it holds. An empty page in the middle does not end a list.
    pub items: Vec<T>,
    /// Its number, from 1.
    pub number: u32,
    /// How many pages there are, if the server said so.
    pub total_pages: Option<u32>,
    /// When AT&T made the list, in AT&T's words: a list is a snapshot, not live.
    pub refreshed: Option<String>,
    /// The list was made anew while it was being read: lines may be missing or come twice.
    pub snapshot_moved: bool,
}

/// What the headers of a page say about the list (contract 2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageHeaders {
    /// How many pages there are.
    pub total_pages: Option<u32>,
    /// When AT&T made the list, in AT&T's words.
    pub refreshed: Option<String>,
}

impl PageHeaders {
    /// Reads the headers, under the names that the wire profile gives them.
    #[must_use]
    pub fn read(headers: &HeaderMap, wire: &Wire<'_>) -> Self {
        let text = |key| {
            let value = headers.get(wire.profile.header(key)?)?.to_str().ok()?.trim();
            (!value.is_empty()).then(|| value.to_owned())
        };
        Self {
            total_pages: text("page_total").and_then(|count| count.parse().ok()),
            refreshed: text("refresh_timestamp"),
        }
    }

    /// The page that they came with.
    #[must_use]
    pub fn page<T>(self, items: Vec<T>, number: u32) -> Page<T> {
        let Self { total_pages, refreshed } = self;
        Page { items, number, total_pages, refreshed, snapshot_moved: false }
    }
}

/// A place in a list, to go on from in another process.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageToken {
    page: u32,
    #[serde(default)]
    skip: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refreshed: Option<String>,
}

impl PageToken {
    /// The start of page `number`, from 1.
    #[must_use]
    pub fn page(number: u32) -> Self {
        Self { page: number.max(1), skip: 0, refreshed: None }
    }
}

type Fetch<T> = Pin<Box<dyn Future<Output = (u32, Result<Response<Page<T>>, Error>)> + Send>>;

/// A list, page by page. A [`Stream`] with a `next` of its own.
///
/// After an error the stream pauses: it gives `None` until [`again`](Self::again) asks for the failed page
/// anew, or [`token`](Self::token) is kept for later.
#[must_use = "nothing is asked for until `next` is called"]
pub struct Pages<O: PagedOperation> {
    client: Client,
    operation: O,
    options: CallOptions,
    /// The page that will be given next.
    next: u32,
    /// The page that will be asked for next.
    ask: u32,
    total: Option<u32>,
    limit: Option<u32>,
    ended: bool,
    paused: bool,
    prefetch: usize,
    under_way: FuturesOrdered<Fetch<O::Item>>,
    refreshed: Option<String>,
    moved: bool,
}

impl<O: PagedOperation> Pages<O> {
    /// The pages of a call's list, from the first.
    pub fn new(call: Call<O>) -> Self {
        Self {
            client: call.client().clone(),
            operation: call.operation().clone(),
            options: call.options,
            next: 1,
            ask: 1,
            total: None,
            limit: None,
            ended: false,
            paused: false,
            prefetch: 0,
            under_way: FuturesOrdered::new(),
            refreshed: None,
            moved: false,
        }
    }

    /// Asks for up to `pages` later pages ahead of time. They are known only after the first page.
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.prefetch = pages;
        self
    }

    /// Stops after `pages` pages.
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.limit = Some(pages);
        self
    }

    /// Goes on from a kept place.
    pub fn resume(mut self, token: &PageToken) -> Self {
        self.next = token.page.max(1);
        self.ask = self.next;
        self.refreshed.clone_from(&token.refreshed);
        self
    }

    /// Where to go on from: the page that has not been given yet.
    #[must_use]
    pub fn token(&self) -> PageToken {
        PageToken { page: self.next, skip: 0, refreshed: self.refreshed.clone() }
    }

    /// How many pages there are, once a page said so.
    #[must_use]
    pub fn total_pages(&self) -> Option<u32> {
        self.total
    }

    /// Whether the list was made anew while it was being read.
    #[must_use]
    pub fn snapshot_moved(&self) -> bool {
        self.moved
    }

    /// After an error: asks for the failed page anew.
    pub fn again(&mut self) {
        self.paused = false;
    }

    /// The next page.
    pub async fn next(&mut self) -> Option<Result<Page<O::Item>, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The last page that may be asked for as far as is known now.
    fn last(&self) -> u32 {
        let counted = self.total.unwrap_or(UNCOUNTED_PAGES);
        self.limit.map_or(counted, |limit| counted.min(limit))
    }

    /// Keeps as many pages under way as is allowed. Without a page count only one: the next may not exist.
    fn fill(&mut self) {
        let wanted = if self.total.is_some() { self.prefetch.saturating_add(1) } else { 1 };
        while self.under_way.len() < wanted && self.ask <= self.last() {
            let number = self.ask;
            let call =
                Call::new(&self.client, self.operation.at_page(number)).with_options(self.options.clone());
            self.under_way.push_back(Box::pin(async move { (number, call.send().await) }));
            self.ask += 1;
        }
    }

    fn take(&mut self, number: u32, mut page: Page<O::Item>) -> Page<O::Item> {
        self.next = number.saturating_add(1);
        match page.total_pages {
            Some(total) => {
                self.total = Some(total);
                self.ended = number >= total;
            }
            // Without a count an empty page is the only sign of the end (contract 4.1).
            None if self.total.is_none() => self.ended = page.items.is_empty(),
            None => {}
        }
        self.ended |= number >= self.last();
        if page.refreshed.is_some() && page.refreshed != self.refreshed {
            page.snapshot_moved = self.refreshed.is_some();
            self.moved |= page.snapshot_moved;
            self.refreshed.clone_from(&page.refreshed);
        }
        page
    }
}

impl<O: PagedOperation> Stream for Pages<O> {
    type Item = Result<Page<O::Item>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended || self.paused {
            return Poll::Ready(None);
        }
        self.fill();
        match ready!(Pin::new(&mut self.under_way).poll_next(context)) {
            None => {
                self.ended = true;
                Poll::Ready(None)
            }
            Some((number, Ok(answer))) => {
                let page = self.take(number, answer.value);
                if self.ended {
                    self.under_way = FuturesOrdered::new();
                } else {
                    // Later pages are asked for while the caller works on this one; they move on when it
                    // asks for the next.
                    self.fill();
                }
                Poll::Ready(Some(Ok(page)))
            }
            Some((number, Err(error))) => {
                self.paused = true;
                self.next = number;
                self.ask = number;
                self.under_way = FuturesOrdered::new();
                Poll::Ready(Some(Err(error)))
            }
        }
    }
}

impl<O: PagedOperation> Unpin for Pages<O> {}

impl<O: PagedOperation> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::NAME)
            .field("next", &self.next)
            .field("total", &self.total)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

/// A list, item by item. A [`Stream`] with a `next` of its own; memory does not grow with the list.
///
/// Errors are as for [`Pages`].
#[must_use = "nothing is asked for until `next` is called"]
pub struct Items<O: PagedOperation> {
    pages: Pages<O>,
    current: std::vec::IntoIter<O::Item>,
    /// The page that `current` is of, and how many of it were given.
    page: u32,
    given: usize,
    skip: usize,
    seen: Option<HashSet<u64>>,
}

impl<O: PagedOperation> Items<O> {
    /// The items of a call's list.
    pub fn new(call: Call<O>) -> Self {
        Self {
            pages: Pages::new(call),
            current: Vec::new().into_iter(),
            page: 1,
            given: 0,
            skip: 0,
            seen: None,
        }
    }

    /// As [`Pages::prefetch`].
    pub fn prefetch(mut self, pages: usize) -> Self {
        self.pages = self.pages.prefetch(pages);
        self
    }

    /// As [`Pages::max_pages`].
    pub fn max_pages(mut self, pages: u32) -> Self {
        self.pages = self.pages.max_pages(pages);
        self
    }

    /// Drops items that came before: a list can name a line twice (contract 4.1). Keeps eight bytes in
    /// memory per item.
    pub fn distinct(mut self) -> Self {
        self.seen = Some(HashSet::new());
        self
    }

    /// Goes on from a kept place.
    pub fn resume(mut self, token: &PageToken) -> Self {
        self.page = token.page;
        self.skip = token.skip;
        self.pages = self.pages.resume(token);
        self
    }

    /// Where to go on from: the item that has not been given yet.
    #[must_use]
    pub fn token(&self) -> PageToken {
        if self.current.as_slice().is_empty() {
            return PageToken { skip: self.skip, ..self.pages.token() };
        }
        PageToken { page: self.page, skip: self.given, refreshed: self.pages.refreshed.clone() }
    }

    /// Whether the list was made anew while it was being read.
    #[must_use]
    pub fn snapshot_moved(&self) -> bool {
        self.pages.snapshot_moved()
    }

    /// How many pages there are, once a page said so.
    #[must_use]
    pub fn total_pages(&self) -> Option<u32> {
        self.pages.total_pages()
    }

    /// After an error: asks for the failed page anew.
    pub fn again(&mut self) {
        self.pages.again();
    }

    /// The next item.
    pub async fn next(&mut self) -> Option<Result<O::Item, Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Whether the item was not given before.
    fn is_new(&mut self, item: &O::Item) -> bool {
        let (Some(seen), Some(identity)) = (&mut self.seen, O::identity(item)) else { return true };
        let mut hasher = DefaultHasher::new();
        identity.hash(&mut hasher);
        seen.insert(hasher.finish())
    }
}

impl<O: PagedOperation> Stream for Items<O> {
    type Item = Result<O::Item, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            while let Some(item) = self.current.next() {
                self.given += 1;
                if self.is_new(&item) {
                    return Poll::Ready(Some(Ok(item)));
                }
            }
            match ready!(Pin::new(&mut self.pages).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    self.page = page.number;
                    self.given = std::mem::take(&mut self.skip).min(page.items.len());
                    self.current = page.items.into_iter();
                    for _ in 0..self.given {
                        self.current.next();
                    }
                }
            }
        }
    }
}

impl<O: PagedOperation> Unpin for Items<O> {}

impl<O: PagedOperation> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("pages", &self.pages)
            .field("given", &self.given)
            .finish_non_exhaustive()
    }
}
