//! Whatever the order of the rows, the faults and the moments at which a run is dropped: as many results as rows, for the
//! same lines and SIMs, and at most one effect for each.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use std::collections::BTreeMap;
use std::sync::Arc;

use apex_mobility::domain::{Iccid, Imei};
use apex_mobility::{AppCredentials, Client};
use apex_mobility_fleet::input::{Format, Input};
use apex_mobility_fleet::journal::{JobSpec, Location};
use apex_mobility_fleet::{Ended, Engine, Journal, Options, Stop};
use apex_mobility_sandbox::{Fault, FaultRule, LedgerKind, Sandbox, When};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rows_in_are_rows_out_and_no_line_is_changed_twice(
        // Lines by their place; some more than once.
        lines in prop::collection::vec(0_usize..30, 1..40),
        // New SIMs, in places among them.
        sims in prop::collection::vec((0_u32..20, any::<prop::sample::Index>()), 0..25),
        drops in prop::collection::vec(1_usize..400, 0..6),
        rate in 0.0..0.3_f64,
        seed in any::<u64>(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let mut asked: Vec<Asked> = lines.into_iter().map(Asked::Suspend).collect();
        for (sim, place) in sims {
            asked.insert(place.index(asked.len()), Asked::Activate(sim));
        }
        runtime.block_on(carry_through(&asked, &drops, rate, seed));
    }
}

/// What a row asks for.
#[derive(Debug, Clone, Copy)]
enum Asked {
    /// Of a line, by its place among the active ones.
    Suspend(usize),
    /// Of a new SIM.
    Activate(u32),
}

fn sim(n: u32) -> Iccid {
    Iccid::from_payload(format!("890199{:012}", 700_000 + n)).unwrap()
}

const HEADER: &str = "operation,number,reason,sim,imei,plan,ban,first name,last name,street number,street name,city,\
                      state,zip\n";

impl Asked {
    /// What the ledger and the results know it by: a number or a SIM.
    fn subject(self, active: &[String]) -> String {
        match self {
            Self::Suspend(line) => active[line].clone(),
            Self::Activate(n) => sim(n).to_string(),
        }
    }

    fn row(self, active: &[String]) -> String {
        let subject = self.subject(active);
        match self {
            Self::Suspend(_) => format!("suspend,{subject},CR{}\n", ",".repeat(11)),
            Self::Activate(n) => {
                let imei = Imei::from_payload(format!("00101000{:06}", 700_000 + n)).unwrap();
                let person = "000000000001,Test,User,100,Example,Dallas,TX,75201";
                format!("activate,,,{subject},{imei},APXPLAN01,{person}\n")
            }
        }
    }
}

/// How often a job is resumed, at most, that found its time gone.
const RESUMES: usize = 20;

async fn carry_through(asked: &[Asked], drops: &[usize], rate: f64, seed: u64) {
    let sandbox = Sandbox::builder().lines(100).build();
    let active: Vec<String> = sandbox
        .lines()
        .into_iter()
        .filter(|line| line.status == "A")
        .map(|line| line.subscriber_number.to_string())
        .collect();
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
    let rows: String = asked.iter().map(|one| one.row(&active)).collect();
    let text = format!("{HEADER}{rows}");
    let input = Input::open(text.as_bytes(), Format::Csv(b','), None, &[]).unwrap();
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
    let mut ended = engine.run(&report.job, &stop).await.unwrap();
    // A wait moves the sandbox's clock for all at once. So a request can find that its time is up, and a job that half an
    // hour has passed in which none got through. Then people resume.
    for _ in 0..RESUMES {
        if !matches!(ended, Ended::Unreachable(_)) {
            break;
        }
        ended = engine.run(&report.job, &stop).await.unwrap();
    }
    assert_eq!(ended, Ended::Finished);
    let mut told = Vec::new();
    journal
        .results(&report.job, |_, row| {
            let subject = if row.operation == "activate" { &row.sim } else { &row.number };
            told.push((subject.clone(), row.verdict.as_str()));
            Ok(())
        })
        .await
        .unwrap();
    let subjects: Vec<String> = told.iter().map(|(subject, _)| subject.clone()).collect();
    let expected: Vec<String> = asked.iter().map(|one| one.subject(&active)).collect();
    assert_eq!(subjects, expected);
    let mut effects: BTreeMap<String, u32> = BTreeMap::new();
    for entry in sandbox.ledger() {
        let subject = match entry.kind {
            LedgerKind::Activation => entry.iccid.unwrap().to_string(),
            _ => entry.subscriber_number.unwrap().to_string(),
        };
        *effects.entry(subject).or_default() += 1;
    }
    for (subject, verdict) in &told {
        let effects = effects.get(subject).copied().unwrap_or(0);
        let is_true = match *verdict {
            "done" => effects == 1,
            "unknown" => effects <= 1,
            _ => effects == 0,
        };
        assert!(is_true, "{verdict}, {effects} effects");
    }
}
