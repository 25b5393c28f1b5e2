//! What happened in rounds.

use std::collections::BTreeMap;

use apex_mobility_fleet::failpoint::Place;

use crate::wire::Boundary;

type Counts = BTreeMap<String, u64>;

#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) rounds: u64,
    pub(crate) on_postgres: u64,
    pub(crate) rows: u64,
    pub(crate) processes: u64,
    /// Resumes of a finished job, because a row was said to be worth another look.
    pub(crate) looks_again: u64,
    /// Processes that ended by themselves because their journal's server had crashed.
    pub(crate) lost_server: u64,
    pub(crate) killed: Counts,
    pub(crate) effects: Counts,
    pub(crate) verdicts: Counts,
    pub(crate) faults: Counts,
}

pub(crate) fn count(counts: &mut Counts, name: &str) {
    *counts.entry(name.to_owned()).or_default() += 1;
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.rounds += other.rounds;
        self.on_postgres += other.on_postgres;
        self.rows += other.rows;
        self.processes += other.processes;
        self.looks_again += other.looks_again;
        self.lost_server += other.lost_server;
        for (all, some) in [
            (&mut self.killed, &other.killed),
            (&mut self.effects, &other.effects),
            (&mut self.verdicts, &other.verdicts),
            (&mut self.faults, &other.faults),
        ] {
            for (name, count) in some {
                *all.entry(name.clone()).or_default() += count;
            }
        }
    }

    /// Boundaries at which no process was killed, and whether no server crashed under one.
    pub(crate) fn missed(&self) -> Vec<&'static str> {
        let places = Place::ALL.map(Place::as_str).into_iter().chain(Boundary::ALL.map(Boundary::as_str));
        let missed = places.filter(|place| !self.killed.contains_key(*place));
        let server = (self.on_postgres > 0 && self.lost_server == 0).then_some("a crash of the server");
        missed.chain(server).collect()
    }

    pub(crate) fn print(&self, seconds: u64) {
        let line = |what: &str, count: u64| println!("{what:<44}{count:>8}");
        println!();
        line("rounds", self.rounds);
        line("of them with the journal on PostgreSQL", self.on_postgres);
        line("rows", self.rows);
        line("processes", self.processes);
        line("ended by a crash of their journal's server", self.lost_server);
        line("sent to look again, as the results said", self.looks_again);
        line("killed", self.killed.values().sum());
        for (what, counts) in [
            ("  killed at ", &self.killed),
            ("effect in the ledger: ", &self.effects),
            ("verdict: ", &self.verdicts),
            ("call struck by ", &self.faults),
        ] {
            for (name, count) in counts {
                line(&format!("{what}{name}"), *count);
            }
        }
        line("seconds", seconds);
        println!();
    }
}
