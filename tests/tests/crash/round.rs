//! One round: a sandbox with faults, a job, and processes that are killed until one comes through.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use apex_mobility::clock::{Clock, SystemClock, within};
use apex_mobility_fleet::failpoint::{Place, VARIABLE};
use apex_mobility_sandbox::{ClockMode, Fault, FaultRule, Sandbox, Server, When};
use tokio::process::Command;

use crate::carrier::{ORDERS, Orders};
use crate::judge::judge;
use crate::rows::Rows;

/// Seconds of the sandbox in one of this machine's. A request that is under way when its sender dies has to arrive
/// before the minutes are over after which it counts as lost.
const SPEED: u32 = 300;
/// Longer than any process takes that is not killed.
const LONGEST: Duration = Duration::from_secs(120);

/// One round, all of which follows from its seed but for the moments.
pub(crate) struct Round {
    seed: u64,
    random: fastrand::Rng,
}

/// What happened in rounds.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rows: u64,
    pub(crate) processes: u64,
    pub(crate) killed: u64,
    pub(crate) places: BTreeMap<String, u64>,
    pub(crate) effects: u64,
    pub(crate) verdicts: BTreeMap<String, u64>,
    pub(crate) faults: BTreeMap<String, u64>,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.processes += other.processes;
        self.killed += other.killed;
        self.effects += other.effects;
        for (all, some) in [
            (&mut self.places, &other.places),
            (&mut self.verdicts, &other.verdicts),
            (&mut self.faults, &other.faults),
        ] {
            for (name, count) in some {
                *all.entry(name.clone()).or_default() += count;
            }
        }
    }
}

/// How a process is to end.
enum End {
    /// At the nth time that it comes to a place.
    At(Place, u64),
    /// After so long.
    After(Duration),
    /// By itself.
    Done,
}

impl Round {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, random: fastrand::Rng::with_seed(seed) }
    }

    pub(crate) async fn play(mut self) -> Tally {
        let clock = ClockMode::Real { speed: f64::from(SPEED) };
        let sandbox = Sandbox::builder().seed(self.seed).lines(200).clock(clock).build();
        sandbox.set_faults(self.faults());
        let rows = Rows::choose(&sandbox, &mut self.random);
        let directory = tempfile::tempdir().unwrap();
        std::fs::write(directory.path().join("rows.csv"), &rows.csv).unwrap();
        let server = Server::bind(("127.0.0.1", 0), sandbox.clone()).await.unwrap().spawn();
        let orders = Orders {
            url: server.url().to_owned(),
            directory: directory.path().to_owned(),
            there: nanos(sandbox.now()),
            here: nanos(SystemClock::new().wall()),
            speed: SPEED,
            ramp: self.random.bool(),
            concurrency: self.random.usize(1..12),
        };
        let mut tally = Tally { rows: rows.asked.len() as u64, ..Tally::default() };
        let mut kills = self.random.u64(2..9);
        loop {
            let end = if kills == 0 { End::Done } else { self.end() };
            tally.processes += 1;
            let status = self.live(&orders, &end).await;
            match (status.signal(), end) {
                (None, _) if status.success() => break,
                (Some(6), End::At(place, _)) => {
                    *tally.places.entry(place.as_str().to_owned()).or_default() += 1;
                }
                (Some(9), End::After(_)) => tally.killed += 1,
                _ => panic!("--seed {}: {status}: {}", self.seed, told(directory.path())),
            }
            kills -= 1;
        }
        tally.effects = sandbox.ledger().len() as u64;
        for struck in sandbox.faults() {
            *tally.faults.entry(struck.rule.fault().to_string()).or_default() += struck.strikes;
        }
        let results = std::fs::read_to_string(directory.path().join("results.json")).unwrap();
        match judge(&rows, &results, &sandbox) {
            Ok(verdicts) => tally.verdicts = verdicts,
            Err(wrong) => panic!("--seed {}: {wrong}", self.seed),
        }
        tally
    }

    fn faults(&mut self) -> Vec<FaultRule> {
        let writes = [Fault::F1, Fault::F2, Fault::F3, Fault::F4, Fault::F5, Fault::F7, Fault::F8, Fault::F9];
        let reads = [Fault::F1, Fault::F9];
        let rule = |fault, calls, rate, seed| {
            let rule = FaultRule::new(fault, calls, When::Probability(rate)).unwrap().seeded(seed);
            rule.delayed(Duration::from_millis(100))
        };
        let writes = writes.map(|fault| rule(fault, "writes", 0.04, self.random.u64(..)));
        let reads = reads.map(|fault| rule(fault, "reads", 0.02, self.random.u64(..)));
        writes.into_iter().chain(reads).collect()
    }

    fn end(&mut self) -> End {
        if self.random.u8(..3) == 0 {
            return End::After(Duration::from_millis(self.random.u64(20..600)));
        }
        let place = Place::ALL[self.random.usize(..Place::ALL.len())];
        // Some come once in a process, some with every row.
        let most = match place {
            Place::Preflight | Place::LetIn => 2,
            Place::Follow | Place::Settle => 3,
            _ => 7,
        };
        End::At(place, self.random.u64(1..most))
    }

    async fn live(&self, orders: &Orders, end: &End) -> ExitStatus {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(ORDERS, serde_json::to_string(orders).unwrap()).stdin(Stdio::null());
        command.stderr(std::fs::File::create(orders.directory.join("stderr")).unwrap());
        if let End::At(place, time) = end {
            command.env(VARIABLE, format!("{}:{time}", place.as_str()));
        }
        let mut process = command.kill_on_drop(true).spawn().unwrap();
        let limit = if let End::After(moment) = end { *moment } else { LONGEST };
        match within(limit, process.wait()).await {
            Ok(status) => status.unwrap(),
            Err(_) => {
                process.kill().await.unwrap();
                process.wait().await.unwrap()
            }
        }
    }
}

/// What the process said when it ended.
fn told(directory: &Path) -> String {
    std::fs::read_to_string(directory.join("stderr")).unwrap_or_default()
}

fn nanos(time: SystemTime) -> u64 {
    u64::try_from(time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos()).unwrap()
}
