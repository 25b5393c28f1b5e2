//! A fleet job is killed again and again, at every boundary and at any moment, and resumed until it is done. The
//! sandbox's ledger is the judge: at most one effect per row, one result per row, every verdict true.
//!
//! The job runs in a process of its own over TCP, against a sandbox in this one, with faults on. `cargo xtask crash`
//! runs 200 rounds; among the other tests a few of them are enough.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it finds something wrong")]
#![expect(clippy::print_stdout, reason = "what was found is its output")]

mod carrier;
mod judge;
mod round;
mod rows;

use std::collections::BTreeMap;

use apex_mobility::clock::{Clock, SystemClock};
use round::{Round, Tally};

/// So many rounds among the other tests.
const SAMPLE: u64 = 6;

fn main() {
    if carrier::is_one() {
        return carrier::carry();
    }
    // The harness of other tests takes a name to look for, and lists.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        Some(arguments.get(place + 1)?.parse::<u64>().unwrap())
    };
    let filter = arguments.first().filter(|first| !first.starts_with("--"));
    if arguments.iter().any(|argument| argument == "--list")
        || filter.is_some_and(|name| !"crash".contains(&**name))
    {
        return;
    }
    let rounds = value("--rounds").unwrap_or(SAMPLE);
    let seed = value("--seed").unwrap_or_else(|| fastrand::u64(..1_000_000));
    println!("crash: {rounds} rounds, --seed {seed}");
    let clock = SystemClock::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let mut all = Tally::default();
    for number in 0..rounds {
        let round = Round::new(seed.wrapping_add(number));
        all.add(&runtime.block_on(round.play()));
    }
    print_table(rounds, &all, clock.monotonic().as_secs());
}

fn print_table(rounds: u64, all: &Tally, seconds: u64) {
    println!("\n{:<28}{:>8}", "rounds", rounds);
    println!("{:<28}{:>8}", "rows", all.rows);
    println!("{:<28}{:>8}", "processes", all.processes);
    println!("{:<28}{:>8}", "killed at a random moment", all.killed);
    print_counts("ended at ", &all.places);
    println!("{:<28}{:>8}", "effects in the ledger", all.effects);
    print_counts("verdict ", &all.verdicts);
    print_counts("struck by ", &all.faults);
    println!("{:<28}{:>8}\n", "seconds", seconds);
}

fn print_counts(what: &str, counts: &BTreeMap<String, u64>) {
    for (name, count) in counts {
        println!("{:<28}{count:>8}", format!("{what}{name}"));
    }
}
