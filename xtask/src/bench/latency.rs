//! What asking ahead gains over a slow line.

use super::Broken;
use super::check::Tally;
use super::cost::Meter;
use super::page_server::{Listing, PageServer};
use super::report::{Report, Target};
use super::sdk::Sdk;
use super::statistics::Pairs;

const PAGES: u32 = 64;
const DELAY_MS: u64 = 50;
const PAGES_AHEAD: usize = 8;
const ROUNDS: usize = 3;
const TARGET: Target = Target::AtLeast(6.0);

pub(super) async fn measure(report: &mut Report) -> Result<(), Broken> {
    let server = PageServer::start(&Listing { pages: PAGES, delay_ms: DELAY_MS })?;
    let sdk = Sdk::new(server.url())?;
    let mut rates = Vec::new();
    for _ in 0..ROUNDS {
        rates.push((rate(&sdk, 0).await?, rate(&sdk, PAGES_AHEAD).await?));
    }
    if let Some(pairs) = Pairs::new(&rates) {
        let measure = "Pages of a server that takes 50 ms: SDK in sequence, SDK with `prefetch(8)`";
        report.ratio(measure, "pages/s", &pairs, Some(TARGET));
    }
    Ok(())
}

async fn rate(sdk: &Sdk, pages_ahead: usize) -> Result<f64, Broken> {
    let meter = Meter::start()?;
    let tally = sdk.list_ahead(pages_ahead).await?;
    let cost = meter.stop(u64::from(PAGES))?;
    let expected = Tally::of_pages(u64::from(PAGES));
    if tally != expected {
        return Err(Broken::new(format!("the SDK read {tally:?} instead of {expected:?}")));
    }
    Ok(cost.calls_per_second())
}
