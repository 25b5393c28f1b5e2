//! The same on a sandbox in this process, with a journal that is thrown away: for `apex quickstart`.

use std::collections::BTreeMap;

use apex_mobility::Client;
use apex_mobility::fleet::input::{Format, Input};
use apex_mobility::fleet::journal::JobSpec;
use apex_mobility::fleet::preflight::Report;
use apex_mobility::fleet::{Engine, FleetOperation, Journal, Options, Orders, Stop};
use futures_util::StreamExt;
use tempfile::TempDir;

use super::earlier::Earlier;
use super::read_back::read_all;
use super::row::Row;
use super::{tell_of, unread, with_new_numbers};
use crate::commands::fleet::journal::{broken_off, failure, scratch};
use crate::commands::fleet::preflight::{self, Fit};
use crate::failure::Failure;
use crate::preflight::Preflight;
use crate::source;

/// The secret of a sandbox in this process.
const SECRET: &str = "sandbox";

/// A spreadsheet that was looked at.
pub(in crate::commands) struct Rehearsal {
    client: Client,
    journal: Journal,
    report: Report,
    _directory: TempDir,
}

/// What came of it.
pub(in crate::commands) struct Rehearsed {
    pub(in crate::commands) rows: Vec<Row>,
    /// The requests that AT&T accepted: how many lines each has, and of which billing account.
    pub(in crate::commands) requests: BTreeMap<String, (u64, String)>,
}

impl Rehearsal {
    /// Checks every row by the sandbox's own tables.
    pub(in crate::commands) async fn check(client: Client, name: &str, sheet: &str) -> Result<Self, Failure> {
        let (directory, journal) = scratch(client.clock().clone()).await?;
        let input = Input::open(sheet.as_bytes(), Format::Csv(b','), Some(FleetOperation::Activate), &[])
            .map_err(|problem| source::refusal(name, &problem))?;
        let fit = Fit::of(Preflight::of_the_sandbox());
        let spec = JobSpec { label: name.to_owned(), ..JobSpec::default() };
        let report = journal.preflight(spec, input, SECRET, &|task| fit.check(task)).await;
        let report = report.map_err(|error| preflight::failure(error, name))?;
        Ok(Self { client, journal, report, _directory: directory })
    }

    /// What was seen.
    pub(in crate::commands) const fn report(&self) -> &Report {
        &self.report
    }

    /// Sends, follows and reads back.
    pub(in crate::commands) async fn run(&self, stop: &Stop) -> Result<Rehearsed, Failure> {
        let (journal, job) = (&self.journal, &self.report.job);
        journal.let_in(job).await.map_err(|error| failure(&error))?;
        // One request after the other, and the waiting when all are sent: a wait makes the sandbox's clock jump.
        for no_wait in [true, false] {
            let orders = Orders { no_ramp: true, no_wait, ..Orders::default() };
            let options = Options { concurrency: 1, ..orders.options() };
            let engine = Engine::new(&self.client, journal, SECRET, options);
            engine.run(job, stop).await.map_err(|error| broken_off(&error, job))?;
        }
        let (mut rows, new) = with_new_numbers(journal, job, &Earlier::default()).await?;
        let mut seen = std::pin::pin!(read_all(&self.client, new, None));
        while let Some((place, read)) = seen.next().await {
            tell_of(&mut rows, place, &read);
        }
        let mut requests: BTreeMap<String, (u64, String)> = BTreeMap::new();
        let told = journal.results(job, |_, said| {
            if !said.request_id.is_empty() {
                requests.entry(said.request_id).or_insert((0, said.ban)).0 += 1;
            }
            Ok(())
        });
        told.await.map_err(|error| unread(&error))?;
        Ok(Rehearsed { rows, requests })
    }
}
