//! The SDK, used as its documentation says.

use apex_mobility_core::wire::LineStatus;
use apex_mobility_core::{AppCredentials, Client, ClientBuilder, Page};
use apex_mobility_subscriber_list::{SubscriberLine, SubscriberList};

use super::Broken;
use super::check::Tally;

/// The SDK's client for lists.
#[derive(Debug, Clone)]
pub(super) struct Sdk {
    lists: SubscriberList,
}

impl Sdk {
    /// With the SDK's defaults.
    pub(super) fn new(base_url: &str) -> Result<Self, Broken> {
        Self::build(Self::builder(base_url))
    }

    pub(super) fn with_concurrency(base_url: &str, requests: usize) -> Result<Self, Broken> {
        Self::build(Self::builder(base_url).concurrency(requests))
    }

    fn builder(base_url: &str) -> ClientBuilder {
        Client::builder().base_url(base_url).credentials(AppCredentials::new("bench", "bench-secret"))
    }

    fn build(builder: ClientBuilder) -> Result<Self, Broken> {
        Ok(Self { lists: SubscriberList::new(&builder.build().map_err(Broken::new)?) })
    }

    /// The whole list, page after page.
    pub(super) async fn list(&self) -> Result<Tally, Broken> {
        self.list_ahead(0).await
    }

    /// The whole list, with pages asked for ahead of time.
    pub(super) async fn list_ahead(&self, pages_ahead: usize) -> Result<Tally, Broken> {
        let mut tally = Tally::default();
        let mut pages = self.lists.list().by_page().prefetch(pages_ahead);
        while let Some(page) = pages.next().await {
            tally.add(tally_of(&page.map_err(Broken::new)?));
        }
        if pages.snapshot_moved() {
            return Err(Broken::new("the list moved"));
        }
        Ok(tally)
    }

    /// The whole list, line by line.
    pub(super) async fn list_items(&self) -> Result<u64, Broken> {
        let mut lines = self.lists.list().by_item();
        let mut count = 0;
        while let Some(line) = lines.next().await {
            line.map_err(Broken::new)?;
            count += 1;
        }
        Ok(count)
    }

    /// The same page again and again.
    pub(super) async fn repeat(self, calls: u32) -> Result<Tally, Broken> {
        let mut tally = Tally::default();
        for _ in 0..calls {
            tally.add(tally_of(&self.lists.list().page(1).send().await.map_err(Broken::new)?));
        }
        Ok(tally)
    }
}

fn tally_of(page: &Page<SubscriberLine>) -> Tally {
    let mut tally = Tally { pages: 1, ..Tally::default() };
    for line in &page.items {
        let text = |text: Option<&str>| text.map_or(0, str::len);
        let whole = text(line.foundation_account_number.as_ref().map(AsRef::as_ref)) == 8
            && text(line.billing_account_number.as_ref().map(AsRef::as_ref)) == 12;
        tally.add(Tally {
            pages: 0,
            lines: u64::from(whole),
            active: u64::from(line.status == Some(LineStatus::Active)),
            number_bytes: text(line.subscriber_number.as_ref().map(AsRef::as_ref)) as u64,
        });
    }
    tally
}
