//! CPU time and rate of reading pages: plain reqwest against the SDK, in turns.

use std::future::Future;

use tokio::task::JoinSet;

use super::Broken;
use super::check::Tally;
use super::cost::{Cost, Meter};
use super::page_server::{Listing, PageServer};
use super::plain::Plain;
use super::report::{Report, Target};
use super::sdk::Sdk;
use super::statistics::Pairs;

/// How many calls are under way at once in the second half.
const CONCURRENCY: u32 = 64;
/// The SDK's CPU time for a call, against the plain one.
const CPU_TARGET: Target = Target::AtMost(1.1);

pub(super) async fn measure(rounds: u32, calls: u32, report: &mut Report) -> Result<(), Broken> {
    // reqwest is built without a TLS provider of its own. A second call finds the first one's.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let server = PageServer::start(&Listing { pages: calls, delay_ms: 0 })?;
    let plain = Plain::new(server.url())?;
    let sdk = Sdk::with_concurrency(server.url(), CONCURRENCY as usize)?;
    let turn = Turn { server: &server, plain: &plain };

    let mut sequential = Rounds::default();
    let pages = u64::from(calls);
    // Round 0 opens connections and warms caches; it is not counted.
    for round in 0..=rounds {
        let (one, other);
        if round % 2 == 0 {
            one = turn.take("plain reqwest", pages, plain.list()).await?;
            other = turn.take("the SDK", pages, sdk.list()).await?;
        } else {
            other = turn.take("the SDK", pages, sdk.list()).await?;
            one = turn.take("plain reqwest", pages, plain.list()).await?;
        }
        sequential.add(round, one, other);
    }
    sequential.report(
        report,
        "CPU time per call of 250 lines, in sequence: plain reqwest, SDK",
        "Calls in sequence: plain reqwest, SDK",
    );

    let mut concurrent = Rounds::default();
    let each = calls.div_ceil(CONCURRENCY);
    let pages = u64::from(each) * u64::from(CONCURRENCY);
    for round in 0..=rounds {
        let (one, other);
        if round % 2 == 0 {
            one = turn.take("plain reqwest", pages, at_once(|| plain.clone().repeat(each))).await?;
            other = turn.take("the SDK", pages, at_once(|| sdk.clone().repeat(each))).await?;
        } else {
            other = turn.take("the SDK", pages, at_once(|| sdk.clone().repeat(each))).await?;
            one = turn.take("plain reqwest", pages, at_once(|| plain.clone().repeat(each))).await?;
        }
        concurrent.add(round, one, other);
    }
    concurrent.report(
        report,
        "CPU time per call of 250 lines, 64 at once: plain reqwest, SDK",
        "Calls, 64 at once: plain reqwest, SDK",
    );
    Ok(())
}

/// Measures one side and checks its work.
#[derive(Debug)]
struct Turn<'a> {
    server: &'a PageServer,
    plain: &'a Plain,
}

impl Turn<'_> {
    async fn take(
        &self,
        side: &str,
        pages: u64,
        work: impl Future<Output = Result<Tally, Broken>>,
    ) -> Result<Cost, Broken> {
        let before = self.server.arrivals(self.plain.http()).await?;
        let meter = Meter::start()?;
        let tally = work.await?;
        let cost = meter.stop(pages)?;
        let arrivals = self.server.arrivals(self.plain.http()).await? - before;
        tally.check(side, pages, arrivals)?;
        Ok(cost)
    }
}

/// As many tasks as are to be under way at once.
async fn at_once<F>(work: impl Fn() -> F) -> Result<Tally, Broken>
where
    F: Future<Output = Result<Tally, Broken>> + Send + 'static,
{
    let mut tasks = JoinSet::new();
    for _ in 0..CONCURRENCY {
        tasks.spawn(work());
    }
    let mut tally = Tally::default();
    while let Some(done) = tasks.join_next().await {
        tally.add(done.map_err(Broken::new)??);
    }
    Ok(tally)
}

/// The costs of all rounds, plain reqwest first.
#[derive(Debug, Default)]
struct Rounds {
    cpu: Vec<(f64, f64)>,
    rate: Vec<(f64, f64)>,
}

impl Rounds {
    fn add(&mut self, round: u32, plain: Cost, sdk: Cost) {
        if round > 0 {
            self.cpu.push((plain.cpu_micros_per_call(), sdk.cpu_micros_per_call()));
            self.rate.push((plain.calls_per_second(), sdk.calls_per_second()));
        }
    }

    fn report(&self, report: &mut Report, cpu: &'static str, rate: &'static str) {
        if let Some(pairs) = Pairs::new(&self.cpu) {
            report.ratio(cpu, "µs", &pairs, Some(CPU_TARGET));
        }
        if let Some(pairs) = Pairs::new(&self.rate) {
            report.ratio(rate, "calls/s", &pairs, None);
        }
    }
}
