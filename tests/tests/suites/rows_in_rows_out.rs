//! Whatever the order of the rows, the faults and the moments at which a run is dropped: as many results as rows, for the
//! same lines, and at most one effect for each line.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use std::collections::BTreeMap;
use std::sync::Arc;

use apex_mobility::{AppCredentials, Client};
use apex_mobility_fleet::input::{Format, Input};
use apex_mobility_fleet::journal::{JobSpec, Location};
use apex_mobility_fleet::{Ended, Engine, FleetOperation, Journal, Options, Stop};
use apex_mobility_sandbox::{Fault, FaultRule, Sandbox, When};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_in_are_rows_out_and_no_line_is_changed_twice(
        // Lines by their place; some more than once.
        lines in prop::collection::vec(0_usize..30, 1..50),
        drops in prop::collection::vec(1_usize..400, 0..6),
        rate in 0.0..0.3_f64,
        seed in any::<u64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(carry_through(&lines, &drops, rate, seed));
    }
}

async fn carry_through(lines: &[usize], drops: &[usize], rate: f64, seed: u64) {
    let sandbox = Sandbox::builder().lines(100).build();
    let active: Vec<String> = sandbox
        .lines()
        .into_iter()
        .filter(|line| line.status == "A")
        .map(|line| line.subscriber_number.to_string())
        .collect();
    let asked: Vec<&String> = lines.iter().map(|line| &active[*line]).collect();
    let rule = |fault| FaultRule::new(fault, "writes", When::Probability(rate)).unwrap().seeded(seed);
    sandbox.set_faults([Fault::F1, Fault::F2, Fault::F3, Fault::F9].map(rule));
    let client = Client::builder()
        .base_url("http://localhost")
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .transport(sandbox.transport())
        .clock(sandbox.clock())
        .build()
        .unwrap();
    let directory = tempfile::tempdir().unwrap();
    let location = Location::File(directory.path().join("journal.db"));
    let journal = Journal::open(&location, Arc::new(sandbox.clock())).await.unwrap();
    let rows: String = asked.iter().map(|number| format!("{number},CR\n")).collect();
    let text = format!("number,reason\n{rows}");
    let input = Input::open(text.as_bytes(), Format::Csv(b','), Some(FleetOperation::Suspend), &[]).unwrap();
    let report = journal.preflight(JobSpec::default(), input, "sandbox", &|_| Vec::new()).await.unwrap();
    journal.let_in(&report.job).await.unwrap();
    let engine = Engine::new(&client, &journal, "sandbox", Options::default());
    let stop = Stop::default();
    for turns in drops {
        let later = async {
            for _ in 0..*turns {
                tokio::task::yield_now().await;
            }
        };
        // Whichever ends first drops the other.
        tokio::select! {
            _ = engine.run(&report.job, &stop) => {}
            () = later => {}
        }
    }
    assert_eq!(engine.run(&report.job, &stop).await.unwrap(), Ended::Finished);
    let mut told = Vec::new();
    journal
        .results(&report.job, |_, row| {
            told.push((row.number.clone(), row.verdict.as_str()));
            Ok(())
        })
        .await
        .unwrap();
    let numbers: Vec<&String> = told.iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, asked);
    let mut effects: BTreeMap<String, u32> = BTreeMap::new();
    for entry in sandbox.ledger() {
        *effects.entry(entry.subscriber_number.unwrap().to_string()).or_default() += 1;
    }
    for (number, verdict) in &told {
        let effects = effects.get(number).copied().unwrap_or(0);
        let is_true = match *verdict {
            "done" => effects == 1,
            "unknown" => effects <= 1,
            _ => effects == 0,
        };
        assert!(is_true, "{verdict}, {effects} effects");
    }
}
