//! The base: reqwest and serde_json, as a careful user would write it for this one call.

use std::time::Duration;

use http::{HeaderMap, HeaderValue};
use serde::Deserialize;

use super::Broken;
use super::check::Tally;
use super::page_server::PATH;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Line {
    foundation_account_number: String,
    billing_account_number: String,
    subscriber_number: String,
    subscriber_number_status: String,
}

impl Line {
    pub(super) fn tally(&self) -> Tally {
        // All members are read, so that none is left out by the compiler.
        let whole = self.foundation_account_number.len() == 8 && self.billing_account_number.len() == 12;
        Tally {
            pages: 0,
            lines: u64::from(whole),
            active: u64::from(self.subscriber_number_status == "A"),
            number_bytes: self.subscriber_number.len() as u64,
        }
    }
}

/// One page and what its headers say of the list.
#[derive(Debug)]
struct Page {
    lines: Vec<Line>,
    total: u32,
    refreshed: String,
}

/// The plain client.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    client: reqwest::Client,
    url: String,
}

impl Plain {
    pub(super) fn new(base_url: &str) -> Result<Self, Broken> {
        let mut headers = HeaderMap::new();
        let mut secret = HeaderValue::from_static("bench-secret");
        secret.set_sensitive(true);
        headers.insert("app-id", HeaderValue::from_static("bench"));
        headers.insert("app-secret", secret);
        headers.insert("accept", HeaderValue::from_static("application/json"));
        let client = reqwest::Client::builder()
            .default_headers(headers)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(30))
            .no_proxy()
            .build()
            .map_err(Broken::new)?;
        Ok(Self { client, url: format!("{base_url}{PATH}") })
    }

    pub(super) fn http(&self) -> &reqwest::Client {
        &self.client
    }

    async fn page(&self, number: u32) -> Result<Page, Broken> {
        let answer = self
            .client
            .get(&self.url)
            .header("current-page", number)
            .header("page-size", 250)
            .send()
            .await
            .and_then(reqwest::Response::error_for_status)
            .map_err(Broken::new)?;
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        let total = header("page-total").and_then(|text| text.parse().ok()).unwrap_or(1);
        let refreshed = header("refresh-timestamp").unwrap_or_default().to_owned();
        let body = answer.bytes().await.map_err(Broken::new)?;
        Ok(Page { lines: serde_json::from_slice(&body).map_err(Broken::new)?, total, refreshed })
    }

    /// The whole list, page after page.
    pub(super) async fn list(&self) -> Result<Tally, Broken> {
        let mut tally = Tally::default();
        let mut refreshed = None;
        for number in 1.. {
            let page = self.page(number).await?;
            tally.add(page.tally());
            if *refreshed.get_or_insert_with(|| page.refreshed.clone()) != page.refreshed {
                return Err(Broken::new("the list moved"));
            }
            if number >= page.total {
                break;
            }
        }
        Ok(tally)
    }

    /// The same page again and again.
    pub(super) async fn repeat(self, calls: u32) -> Result<Tally, Broken> {
        let mut tally = Tally::default();
        for _ in 0..calls {
            tally.add(self.page(1).await?.tally());
        }
        Ok(tally)
    }
}

impl Page {
    fn tally(&self) -> Tally {
        let mut tally = Tally { pages: 1, ..Tally::default() };
        for line in &self.lines {
            tally.add(line.tally());
        }
        tally
    }
}
