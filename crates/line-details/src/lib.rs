//! Read a line's profile, device, plan and features, live.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client, number: apex_mobility_core::domain::SubscriberNumber) -> Result<(), apex_mobility_core::Error> {
//! use apex_mobility_line_details::LineDetails;
//!
//! let line = LineDetails::new(&client).get(number).send().await?;
//! println!("{:?} on {:?} since {:?}", line.status(), line.plan(), line.status_date());
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client, number)).unwrap();
//! ```
//!
//! Details are live, unlike the list, and cancelled lines can be read by number. For about a minute after
//! an activation a line may not be found yet (contract 4.2).
//!
//! **Evidence**: reading by number is confirmed. The overview promises a search by SIM, IMEI and status;
//! how it goes over the wire is inferred and replaceable in the wire profile (path `line.search`, headers
//! `search_sim`, `search_imei`, `search_status`).

pub mod operations;

use apex_mobility_core::domain::{Iccid, Imei, SubscriberNumber};
use apex_mobility_core::wire::LineStatus;
use apex_mobility_core::{Client, Items, Pages, call};

/// A line as Line Details shows it: the Service resource that several APIs share.
pub use apex_mobility_core::wire::{Feature, Service};

/// The Line Details API.
#[derive(Debug, Clone)]
pub struct LineDetails {
    client: Client,
}

impl LineDetails {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Reads the line with this number. An unknown number is an error of class `not_found`.
    pub fn get(&self, number: SubscriberNumber) -> GetLine {
        GetLine::new(&self.client, operations::GetLine { number })
    }

    /// Finds lines by SIM: at most one, but AT&T's data decides.
    pub fn search_by_sim(&self, sim: Iccid) -> FindLines {
        FindLines::new(&self.client, operations::FindLines { by: operations::Selector::Sim(sim) })
    }

    /// Finds lines by the IMEI on AT&T's record.
    pub fn search_by_imei(&self, imei: Imei) -> FindLines {
        FindLines::new(&self.client, operations::FindLines { by: operations::Selector::Imei(imei) })
    }

    /// Finds all lines of a status, cancelled ones included.
    pub fn search_by_status(&self, status: LineStatus) -> FindLinesByStatus {
        FindLinesByStatus::new(&self.client, operations::FindLinesByStatus::new(status))
    }
}

call! {
    /// One line, by its number.
    pub struct GetLine(operations::GetLine);
}

call! {
    /// Lines by SIM or IMEI.
    pub struct FindLines(operations::FindLines);
}

call! {
    /// Lines by status. [`by_item`](Self::by_item) and [`by_page`](Self::by_page) read all of them;
    /// `send` reads one page.
    pub struct FindLinesByStatus(operations::FindLinesByStatus);
}

impl FindLinesByStatus {
    /// Lines per page. Default 250.
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
    pub fn by_page(self) -> Pages<operations::FindLinesByStatus> {
        Pages::new(self.0)
    }

    /// All lines, as a stream.
    pub fn by_item(self) -> Items<operations::FindLinesByStatus> {
        Items::new(self.0)
    }
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
