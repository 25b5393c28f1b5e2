//! A client that cannot write.

use apex_mobility_core::catalog::Class;
use apex_mobility_core::clock::SharedClock;
use apex_mobility_core::domain::{Date, SubscriberNumber};
use apex_mobility_core::finding::Shown;
use apex_mobility_core::{Call, Client, Error, Operation, Pages, Safety};
use apex_mobility_line_details::operations::GetLine;
use apex_mobility_subscriber_list::SubscriberList;
use apex_mobility_subscriber_list::operations::ListLines;

use super::LineState;

/// Reads through the caller's client: its connections, credentials and limiter.
///
/// A write cannot go this way: one that is not a read does not compile, and the client is in read-only mode besides.
#[derive(Debug, Clone)]
pub struct ReadOnly {
    client: Client,
}

impl ReadOnly {
    /// Reads over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.read_only() }
    }

    /// Reads once, with the client's own retries.
    pub(crate) async fn read<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        const { assert!(matches!(O::SAFETY, Safety::Read), "a plan or a comparison never writes") };
        Ok(Call::new(&self.client, operation).send().await?.value)
    }

    /// The line at a number. That there is none is an answer.
    ///
    /// # Errors
    /// When the read tells nothing.
    pub async fn line(&self, number: &SubscriberNumber) -> Result<Shown<LineState>, Error> {
        match self.read(GetLine { number: number.clone() }).await {
            Ok(line) => Ok(Shown::There(LineState::of(number, &line))),
            Err(error) => match error.class() {
                Class::NotFound => Ok(Shown::Missing),
                Class::Moved => Ok(Shown::Moved),
                _ => Err(error),
            },
        }
    }

    /// All lines of the list, page by page. The list is a snapshot, and leaves lines out (contract 4.1).
    pub fn list(&self) -> Pages<ListLines> {
        SubscriberList::new(&self.client).list().by_page()
    }

    /// The client's clock.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        self.client.clock()
    }

    /// The day it is, by the client's clock.
    #[must_use]
    pub fn today(&self) -> Date {
        self.client.today()
    }
}
