//! A fleet job of `apex` is killed again and again, at every boundary and at any moment, and resumed until it is done. The
//! sandbox's ledger is the judge: at most one effect per row, one result per row, every verdict true.
//!
//! The program is the one that is shipped, but for the places at which it ends itself and a clock that goes with the
//! sandbox's. It works over TCP, with faults on, against a sandbox in this process; its journal is a file, or on a
//! PostgreSQL server that crashes too. `cargo xtask crash` runs 200 rounds; among the other tests a few of them are
//! enough. `cargo xtask workers` does the same to workers that share a job.

#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it finds something wrong")]
#![expect(clippy::print_stdout, reason = "what was found is its output")]

mod judge;
mod limit;
mod process;
mod round;
mod rows;
mod tally;
mod wire;
mod workers;

use std::time::Duration;

use apex_mobility::clock::{Clock, SystemClock};
use futures_util::{StreamExt, stream};
use round::Round;
use tally::Tally;

/// So many rounds among the other tests.
const SAMPLE: u64 = 6;
/// Rounds that are played at once.
const AT_ONCE: usize = 3;
/// So many rounds come to every boundary.
const ENOUGH: u64 = 100;

fn main() {
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
    let seed = value("--seed").unwrap_or_else(|| fastrand::u64(..1_000_000));
    if arguments.iter().any(|argument| argument == "--workers") {
        return play_workers(seed, Duration::from_secs(value("--learning").unwrap_or(20)));
    }
    let rounds = value("--rounds").unwrap_or(SAMPLE);
    println!("crash: {rounds} rounds, --seed {seed}");
    let clock = SystemClock::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    // Most of a round is waiting.
    let rounds_of_seeds = (0..rounds).map(|number| Round::new(seed.wrapping_add(number)).play());
    let played = stream::iter(rounds_of_seeds).buffer_unordered(AT_ONCE);
    let all = runtime.block_on(played.fold(Tally::default(), async |mut all, round| {
        all.add(&round);
        all
    }));
    all.print(clock.monotonic().as_secs());
    let missed = all.missed();
    assert!(rounds < ENOUGH || missed.is_empty(), "no process was killed at {missed:?}");
}

fn play_workers(seed: u64, learning: Duration) {
    println!("workers: --seed {seed}");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let tell = |played| match played {
        Ok(measured) => println!("workers: {measured}"),
        Err(wrong) => panic!("--seed {seed}: {wrong}"),
    };
    tell(runtime.block_on(limit::play(learning)));
    tell(runtime.block_on(workers::play(seed)));
}
