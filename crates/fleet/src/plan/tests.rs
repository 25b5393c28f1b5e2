mod drift;

use std::time::Duration;

use apex_mobility_core::{AppCredentials, Client};
use apex_mobility_sandbox::{LineChange, Sandbox};
use futures_util::StreamExt;

use super::apply::{Checked, check};
use super::*;
use crate::engine::{Ended, Engine, Options, Stop};
use crate::input::{Format, Input};
use crate::journal::{JobInfo, JobSpec, Journal, Location};
use crate::line::ReadOnly;

struct Place {
    sandbox: Sandbox,
    client: Client,
}

impl Place {
    fn new(seed: u64, lines: usize) -> Self {
        let sandbox = Sandbox::builder().seed(seed).lines(lines).build();
        let client = Client::builder()
            .base_url("http://localhost")
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .transport(sandbox.transport())
            .clock(sandbox.clock())
            .build()
            .unwrap();
        Self { sandbox, client }
    }

    async fn draft(&self, desired: &str) -> Vec<Drafted> {
        let reads = ReadOnly::new(&self.client);
        let input = Input::open_lines(desired.as_bytes(), Format::Csv(b',')).unwrap();
        draft(&reads, input).map(Result::unwrap).collect().await
    }

    async fn check(&self, plan: &[u8]) -> Vec<Checked> {
        let reads = ReadOnly::new(&self.client);
        PlanFile::verify(plan).unwrap();
        check(&reads, PlanFile::lines(plan)).map(Result::unwrap).collect().await
    }

    /// Carries a plan out, wave by wave. Gives what came of each line.
    async fn apply(&self, plan: &[u8]) -> Vec<LineResult> {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::File(directory.path().join("journal.db"));
        let journal = Journal::open(&location, std::sync::Arc::new(self.sandbox.clock())).await.unwrap();
        let reads = ReadOnly::new(&self.client);
        let waves = PlanFile::verify(plan).unwrap().summary.waves;
        let mut jobs: Vec<JobInfo> = Vec::new();
        for number in 0..usize::try_from(waves).unwrap() {
            let (lines, spec) = (PlanFile::lines(plan), JobSpec::default());
            let report = match jobs.last() {
                None => journal.draft_wave(spec, wave::first(check(&reads, lines)), "sandbox").await,
                Some(before) => {
                    let rows = wave::next(&journal, before, number, lines, || ());
                    journal.draft_wave(spec, rows, "sandbox").await
                }
            };
            let job = report.unwrap().job;
            journal.let_in(&job).await.unwrap();
            let engine = Engine::new(&self.client, &journal, "sandbox", Options::default());
            assert_eq!(engine.run(&job, &Stop::default()).await.unwrap(), Ended::Finished);
            jobs.push(job);
        }
        let mut results = Vec::new();
        let see = |line| {
            results.push(line);
            Ok(())
        };
        journal.line_results(&jobs, PlanFile::lines(plan), see).await.unwrap();
        results
    }
}

fn file_of(drafted: &[Drafted]) -> (Vec<u8>, PlanSummary) {
    let mut file = Vec::new();
    let mut plan = PlanWriter::begin(&mut file, "2026-01-19T12:00:00Z", "http://localhost").unwrap();
    drafted.iter().for_each(|line| plan.add(line).unwrap());
    let summary = plan.finish(Duration::from_secs(1)).unwrap();
    (file, summary)
}

fn planned(drafted: &[Drafted]) -> Vec<PlannedLine> {
    let planned = drafted.iter().filter_map(|line| match line {
        Drafted::Planned(line) => Some((**line).clone()),
        _ => None,
    });
    planned.collect()
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[tokio::test]
async fn a_line_that_changed_since_is_left_alone_and_no_other() {
    let place = Place::new(1, 60);
    let active: Vec<_> =
        place.sandbox.lines().into_iter().filter(|line| line.status == "A").take(2).collect();
    let rows: String = active.iter().map(|line| format!("{},suspended\n", line.subscriber_number)).collect();
    let (file, summary) = file_of(&place.draft(&format!("number,status\n{rows}")).await);
    assert_eq!((summary.changing, summary.calls, summary.waves), (2, 6, 1));
    let change = LineChange { status: Some("S".to_owned()), ..LineChange::default() };
    place.sandbox.change_line(&active[0].subscriber_number, &change).unwrap();
    let checked = place.check(&file).await;
    assert!(matches!(&checked[0], Checked::Left(_, why) if why.contains("changed since")));
    assert!(matches!(&checked[1], Checked::Ready(line) if line.now.number == active[1].subscriber_number));
}

#[tokio::test]
async fn a_row_that_cannot_be_planned_touches_no_other() {
    let place = Place::new(1, 60);
    let line = place.sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
    let text =
        format!("number,status\n2145550101x,active\n2145550199,active\n{line},suspended\n{line},active\n");
    let drafted = place.draft(&text).await;
    let why: Vec<_> = drafted
        .iter()
        .map(|line| match line {
            Drafted::Refused(refusal) => refusal.why.as_str(),
            _ => "",
        })
        .collect();
    assert!(why[0].contains("column number"), "{why:?}");
    assert!(why[1].contains("knows no line"), "{why:?}");
    assert!(matches!(drafted[2], Drafted::Planned(_)));
    assert!(why[3].contains("an earlier row"), "{why:?}");
}

#[tokio::test]
async fn a_plan_file_that_was_changed_or_cut_off_is_refused() {
    let place = Place::new(1, 60);
    let line = place.sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
    let (file, _) = file_of(&place.draft(&format!("number,status\n{line},suspended\n")).await);
    let whole = PlanFile::verify(file.as_slice()).unwrap();
    assert_eq!(whole.server, "http://localhost");
    let text = String::from_utf8(file).unwrap();
    let other = text.replacen("suspend\"", "cancel\"", 1);
    assert_ne!(other, text);
    let cut: String = text.lines().take(2).map(|line| format!("{line}\n")).collect();
    let figures = text.replacen("\"changing\":1", "\"changing\":2", 1);
    for bad in [other.as_str(), &cut, &figures, "", "{}\n", "no plan\n"] {
        assert!(matches!(PlanFile::verify(bad.as_bytes()), Err(PlanFileError::Changed)), "{bad}");
    }
    let newer = text.replacen("\"apex_plan\":1", "\"apex_plan\":2", 1);
    assert!(matches!(PlanFile::verify(newer.as_bytes()), Err(PlanFileError::OtherFormat)));
}
