//! One round: a sandbox with faults, a job, and processes that are killed until one comes through.

use std::path::Path;
use std::time::Duration;

use apex_mobility_sandbox::{ClockMode, Fault, FaultRule, Sandbox, Server, When};
use serde_json::Value;
use xtask::postgres::Cluster;

use crate::judge::{Wrong, judge};
use crate::process::{Bench, End, Ended, SPEED};
use crate::rows::Rows;
use crate::tally::{Tally, count};
use crate::wire::Wire;

/// How often a person looks again.
const LOOKS: u32 = 3;

/// One round, all of which follows from its seed but for the moments.
pub(crate) struct Round {
    seed: u64,
    random: fastrand::Rng,
    tally: Tally,
    kills: u64,
}

impl Round {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = fastrand::Rng::with_seed(seed);
        let kills = random.u64(3..12);
        Self { seed, random, tally: Tally::default(), kills }
    }

    /// What happened, or what is wrong.
    pub(crate) async fn play(mut self) -> Tally {
        let directory = tempfile::tempdir().unwrap();
        match self.carry_through(directory.path()).await {
            Ok(()) => self.tally,
            Err(wrong) => panic!("--seed {}: {wrong}\nsee {}", self.seed, directory.keep().display()),
        }
    }

    async fn carry_through(&mut self, directory: &Path) -> Result<(), String> {
        let clock = ClockMode::Real { speed: f64::from(SPEED) };
        let sandbox = Sandbox::builder().seed(self.seed).lines(400).clock(clock).build();
        let has_ports = self.random.u8(..3) == 0;
        let rows = Rows::choose(&sandbox, &mut self.random, has_ports);
        std::fs::write(directory.join("rows.csv"), &rows.csv).unwrap();
        sandbox.set_faults(self.faults());
        // One bad line may cost its whole batch.
        for (flag, value) in [("duplicate_activation", "whole_post_400"), ("pdp_bad_line", "batch_fails")] {
            if self.random.u8(..3) == 0 {
                sandbox.set_variant(flag, value).unwrap();
            }
        }
        let server = Server::bind(("127.0.0.1", 0), sandbox.clone()).await.unwrap();
        let wire = Wire::to(server.address()).await;
        let _server = server.spawn();
        let server_of_journal = if self.seed.is_multiple_of(3) { server_of_journal().await } else { None };
        let bench = Bench {
            directory: directory.to_owned(),
            wire,
            sandbox: sandbox.clone(),
            journal: server_of_journal
                .as_ref()
                .map_or_else(|| "journal.db".to_owned(), |(_, url)| url.clone()),
            server: server_of_journal.map(|(server, _)| server),
        };
        self.go_on_until_done(&bench, has_ports).await?;
        self.judge(&bench, &rows).await?;
        self.tally.rounds = 1;
        self.tally.on_postgres = u64::from(bench.server.is_some());
        self.tally.rows = rows.asked.len() as u64;
        for entry in sandbox.ledger() {
            count(&mut self.tally.effects, &entry.kind.to_string());
        }
        for struck in sandbox.faults() {
            *self.tally.faults.entry(struck.rule.fault().to_string()).or_default() += struck.strikes;
        }
        Ok(())
    }

    /// As a person would who is told to look again later: so do they, a few times.
    async fn judge(&mut self, bench: &Bench, rows: &Rows) -> Result<(), String> {
        let mut looks = 0;
        loop {
            let results = std::fs::read_to_string(bench.directory.join("results.jsonl")).unwrap();
            match judge(rows, &results, &bench.sandbox) {
                Ok(verdicts) => {
                    self.tally.verdicts = verdicts;
                    return Ok(());
                }
                Err(Wrong::LookAgain(_)) if looks < LOOKS => {
                    looks += 1;
                    self.tally.processes += 1;
                    self.tally.looks_again += 1;
                    let go_on = words("fleet resume --last --wait");
                    if let Ended::Endless(what) = bench.run(&go_on, End::Done).await {
                        return Err(what);
                    }
                }
                Err(Wrong::LookAgain(wrong) | Wrong::Untrue(wrong)) => return Err(wrong),
            }
        }
    }

    /// As a person would: run, and after each end that is none, resume; where that says so, run again.
    async fn go_on_until_done(&mut self, bench: &Bench, has_ports: bool) -> Result<(), String> {
        let begin = self.beginning(has_ports);
        let mut go_on =
            words(if has_ports { "fleet resume --last --no-wait" } else { "fleet resume --last" });
        let mut is_begun = false;
        let mut is_waiting = !has_ports;
        loop {
            let arguments = if is_begun { &go_on } else { &begin };
            let end = if self.kills == 0 {
                End::Done
            } else {
                End::any(&mut self.random, is_begun, bench.server.is_some())
            };
            self.kills = self.kills.saturating_sub(1);
            self.tally.processes += 1;
            let (code, stdout, stderr) = match bench.run(arguments, end).await {
                Ended::Killed(place) => {
                    count(&mut self.tally.killed, &place);
                    is_begun = true;
                    continue;
                }
                Ended::Exited { code, stdout, stderr } => (code, stdout, stderr),
                Ended::Endless(what) => return Err(format!("{arguments:?}, {end:?}: {what}")),
            };
            let said = serde_json::from_str::<Value>(&stdout).unwrap_or_default();
            let is_lost = bench.server.is_some() && stderr.contains("error:   the journal");
            match code {
                _ if said["state"] == "finished" && is_waiting => return Ok(()),
                _ if said["state"] == "finished" => {
                    // The losing carrier takes hours to answer, in which no process has to be there.
                    bench.sandbox.advance(Duration::from_hours(25));
                    go_on = words("fleet resume --last --wait");
                    is_begun = true;
                    is_waiting = true;
                    self.kills += self.random.u64(..4);
                }
                2 | 3
                    if is_begun
                        && ["was never let in", "there is no job"].iter().any(|why| stderr.contains(why)) =>
                {
                    is_begun = false;
                }
                _ if is_lost => {
                    self.tally.lost_server += 1;
                    is_begun = true;
                }
                _ => return Err(format!("{end:?}: exit {code}: {stderr}")),
            }
        }
    }

    fn beginning(&mut self, has_ports: bool) -> Vec<String> {
        let mut arguments = vec!["fleet", "run", "rows.csv", "--results", "results.jsonl", "--yes"];
        if self.random.bool() {
            arguments.push("--no-ramp");
        }
        if has_ports {
            arguments.push("--no-wait");
        }
        if self.random.bool() {
            arguments.extend(["--resolve-wait", "15m"]);
        }
        arguments.into_iter().map(str::to_owned).collect()
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
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// The server that keeps journals, with a database for one. None where no PostgreSQL is installed; that was said.
async fn server_of_journal() -> Option<(&'static Cluster, String)> {
    let made = tokio::task::spawn_blocking(|| Cluster::get().map(|server| (server, server.database())));
    made.await.unwrap()
}
