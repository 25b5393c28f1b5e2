//! List lines by foundation account, billing account, subscriber number and status.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client) -> Result<(), apex_mobility_core::Error> {
//! use apex_mobility_core::domain::BillingAccountNumber;
//! use apex_mobility_subscriber_list::SubscriberList;
//!
//! let account = BillingAccountNumber::unchecked("000000000001");
//! let mut lines = SubscriberList::new(&client).list().billing_account(account).by_item();
//! while let Some(line) = lines.next().await {
//!     println!("{:?}", line?.status);
//! }
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client)).unwrap();
//! ```
//!
//! The list is a **snapshot, not live**, and leaves out cancelled lines; a suspended line may be missing
//! and a line may come twice (contract 4.1). That a line is absent proves nothing: read it with Line
//! Details. Each page says when AT&T made the list.
//!
//! **Evidence**: that the list exists, its paging headers and member names are confirmed; the path is
//! likely; the filters' header names are inferred and replaceable in the wire profile (`list_fan`,
//! `list_ban`, `list_subscriber`, `list_status`).

mod model;
pub mod operations;

use apex_mobility_core::domain::{BillingAccountNumber, FoundationAccountNumber, SubscriberNumber};
use apex_mobility_core::wire::LineStatus;
use apex_mobility_core::{Client, Items, Pages, call};

pub use model::SubscriberLine;

/// The Subscriber List API.
#[derive(Debug, Clone)]
pub struct SubscriberList {
    client: Client,
}

impl SubscriberList {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Lists lines; filters narrow it down and are combined.
    pub fn list(&self) -> ListLines {
        ListLines::new(&self.client, operations::ListLines::default())
    }
}

call! {
    /// A list of lines. [`by_item`](Self::by_item) and [`by_page`](Self::by_page) read all of it;
    /// `send` reads one page.
    pub struct ListLines(operations::ListLines);
}

impl ListLines {
    /// Only lines of this foundation account (FAN).
    pub fn foundation_account(mut self, account: FoundationAccountNumber) -> Self {
        self.0.operation_mut().foundation_account = Some(account);
        self
    }

    /// Only lines of this billing account (BAN).
    pub fn billing_account(mut self, account: BillingAccountNumber) -> Self {
        self.0.operation_mut().billing_account = Some(account);
        self
    }

    /// Only this line.
    pub fn subscriber_number(mut self, number: SubscriberNumber) -> Self {
        self.0.operation_mut().subscriber_number = Some(number);
        self
    }

    /// Only lines of this status. Cancelled lines are never in the list.
    pub fn status(mut self, status: LineStatus) -> Self {
        self.0.operation_mut().status = Some(status);
        self
    }

    /// Lines per page. Default 250, which production takes; AT&T's maximum is not known.
    pub fn page_size(mut self, lines: u32) -> Self {
        self.0.operation_mut().page_size = lines;
        self
    }

    /// The page that `send` reads, from 1.
    pub fn page(mut self, number: u32) -> Self {
        self.0.operation_mut().page = number;
        self
    }

    /// All pages, as a stream.
    pub fn by_page(self) -> Pages<operations::ListLines> {
        Pages::new(self.0)
    }

    /// All lines, as a stream.
    pub fn by_item(self) -> Items<operations::ListLines> {
        Items::new(self.0)
    }
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
