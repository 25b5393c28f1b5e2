//! The same writes through this SDK and through two other clients, and what each says of them afterwards.
//!
//! Each client has a sandbox of its own with the same population and sends the same writes to the same lines in
//! the same order, and one write in a hundred meets a fault that leaves its outcome open: the connection reset
//! before or after the commit, 502, 504 or a late answer after it, a body that cannot be read, and back ends that
//! fail for a moment (500) or for minutes (504) without a commit. Which write meets which fault is fixed by a
//! seed. The fault strikes the first request of the write; an outage strikes its retries too. Only writes whose
//! effects the ledger keeps take part: a voicemail reset that is done twice is no harm.

use std::collections::BTreeMap;
use std::fmt;
use std::thread;
use std::time::Duration;

use apex_mobility::resolve::Resolver;
use apex_mobility_sandbox::{Fault, Garbled, LedgerEntry, Sandbox};

use super::carrier::{Carrier, Sender};
use super::case::mix;
use super::disturbance::Disturbance;
use super::intent::{Belief, Intent, Reason, Told};
use super::run::block_on;
use super::standins::{Habit, StandIn};
use super::writes::{self, Write};

/// What a provider's day is made of: so many in a hundred.
const MIX: [(&str, usize); 18] = [
    ("activate", 22),
    ("activate-batch", 3),
    ("suspend", 12),
    ("resume", 3),
    ("cancel", 8),
    ("change-number", 6),
    ("change-number-in-npa-nxx", 2),
    ("change-number-to-vanity", 1),
    ("update-device", 8),
    ("swap-sim", 5),
    ("transfer", 4),
    ("rename-subscriber", 4),
    ("move-subscriber", 2),
    ("change-plan", 9),
    ("add-feature", 5),
    ("request-port", 3),
    ("create-account", 2),
    ("rename-account", 1),
];

/// One in so many writes meets a fault.
const ONE_IN: u64 = 100;
const SEED: u64 = 7;
/// Enough for each write to have a line of its own.
const LINES_PER_WRITE: usize = 6;

const FAULTS: [Fault; 8] =
    [Fault::F1, Fault::F2, Fault::F3, Fault::F4, Fault::F7, Fault::F8, Fault::F9, Fault::F10];

/// What each client made of the writes, at carriers that differ in what they make of a SIM in use.
#[derive(Debug)]
pub struct Comparison {
    rejecting: Vec<Row>,
    activating_twice: Vec<Row>,
}

/// What one client made of them.
#[derive(Debug, Default)]
struct Row {
    client: &'static str,
    writes: usize,
    disturbed: usize,
    twice: usize,
    failed_but_done: usize,
    done_but_not: usize,
    unknown: BTreeMap<Reason, usize>,
    requests: u64,
}

/// A client, by name.
type Client = (&'static str, fn(&apex_mobility::Client, &super::tap::Tap, &Sandbox) -> Sender);

const CLIENTS: [Client; 3] = [
    ("this SDK, `Resolver::send`", |client, _, _| Sender::Sdk(Resolver::new(client))),
    ("retries three times on timeout and 5xx", |_, tap, sandbox| {
        Sender::StandIn(StandIn::new(Habit::Retry, tap, sandbox.clock()))
    }),
    ("never retries, an error is a failure", |_, tap, sandbox| {
        Sender::StandIn(StandIn::new(Habit::GiveUp, tap, sandbox.clock()))
    }),
];

/// Runs so many writes through each client.
#[must_use]
pub fn compare(writes: usize) -> Comparison {
    let all = |duplicates| {
        thread::scope(|scope| {
            let running =
                CLIENTS.map(|client| scope.spawn(move || block_on(run(client, writes, duplicates))));
            running.into_iter().map(|row| row.join().expect("a client that fails has said so")).collect()
        })
    };
    Comparison { rejecting: all("element_rejected"), activating_twice: all("accepted_twice") }
}

async fn run((name, sender): Client, writes: usize, duplicates: &str) -> Row {
    let sandbox = Sandbox::builder().seed(SEED).lines(writes * LINES_PER_WRITE).build();
    sandbox.set_variant("duplicate_activation", duplicates).unwrap();
    let carrier = Carrier::new(sandbox.clone(), SEED, sender);
    let mut row = Row { client: name, writes, ..Row::default() };
    let mut told = Vec::new();
    let mut dice = SEED;
    for _ in 0..writes {
        dice = mix(dice);
        let write = drawn(dice);
        if let Some(disturbance) = trouble(mix(dice ^ 1)) {
            row.disturbed += 1;
            carrier.disturb(disturbance);
        }
        let beliefs = (write.run)(&carrier).await;
        sandbox.set_faults([]);
        let span = (carrier.began_after(), carrier.seq());
        told.extend(beliefs.into_iter().map(|one| (one, span)));
    }
    sandbox.advance(Duration::from_hours(1));
    row.requests = carrier.tap.requests();
    row.judge(&told, &sandbox.ledger());
    row
}

fn drawn(dice: u64) -> &'static Write {
    let all: usize = MIX.iter().map(|(_, share)| share).sum();
    let mut at = usize::try_from(dice >> 32).unwrap() % all;
    let one = MIX.iter().find(|(_, share)| {
        let here = at < *share;
        at = at.saturating_sub(*share);
        here
    });
    writes::named(one.expect("the shares fill the hundred").0).expect("only writes that there are")
}

fn trouble(dice: u64) -> Option<Disturbance> {
    let fault = FAULTS[usize::try_from(dice >> 40).unwrap() % FAULTS.len()];
    dice.is_multiple_of(ONE_IN).then_some(Disturbance::Fault(fault, Garbled::CutJson))
}

impl Row {
    fn add_unknown(&mut self, belief: Belief) {
        if let Belief::Unknown(reason) = belief {
            *self.unknown.entry(reason).or_default() += 1;
        }
    }

    /// Holds what the client says against the ledger. An account's effects are told from others' by when they
    /// were.
    fn judge(&mut self, told: &[(Told, (u64, u64))], ledger: &[LedgerEntry]) {
        for (Told { intent, belief }, (after, until)) in told {
            let from = usize::try_from(*after).unwrap();
            let until = usize::try_from(*until).unwrap();
            let entries = match intent {
                Intent::OnAccounts => &ledger[from..until],
                _ => &ledger[from..],
            };
            let effects = entries.iter().filter(|entry| intent.is_met_by(entry)).count();
            self.twice += usize::from(effects > 1);
            match belief.effects() {
                None => self.add_unknown(*belief),
                Some(0) => self.failed_but_done += usize::from(effects > 0),
                Some(_) => self.done_but_not += usize::from(effects == 0),
            }
        }
    }
}

/// Markdown tables.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.rejecting.first();
        let (writes, disturbed) = first.map_or((0, 0), |row| (row.writes, row.disturbed));
        writeln!(f, "{writes} writes, {disturbed} of them disturbed, seed {SEED}\n")?;
        write_table(f, &self.rejecting)?;
        writeln!(f, "\nThe same at a carrier that activates a SIM that is in use a second time\n")?;
        write_table(f, &self.activating_twice)?;
        for (reason, count) in first.iter().flat_map(|row| &row.unknown) {
            write!(f, "\nunknown to this SDK: {count}, since {reason}")?;
        }
        Ok(())
    }
}

fn write_table(f: &mut fmt::Formatter<'_>, rows: &[Row]) -> fmt::Result {
    writeln!(f, "| client | done twice | said failed, was done | said done, was not | unknown | requests |")?;
    writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
    for row in rows {
        let Row { client, twice, failed_but_done, done_but_not, requests, .. } = row;
        let unknown: usize = row.unknown.values().sum();
        writeln!(f, "| {client} | {twice} | {failed_but_done} | {done_but_not} | {unknown} | {requests} |")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_client_says_nothing_false_and_does_nothing_twice() {
        let Comparison { rejecting, activating_twice } = compare(1000);
        for rows in [rejecting, activating_twice] {
            let [sdk, retrying, giving_up] = &rows[..] else { panic!("three clients") };
            assert!(sdk.disturbed >= 5, "{sdk:?}");
            assert_eq!((sdk.twice, sdk.failed_but_done, sdk.done_but_not), (0, 0, 0), "{sdk:?}");
            assert!(retrying.failed_but_done + retrying.twice > 0, "{retrying:?}");
            assert!(giving_up.failed_but_done > 0, "{giving_up:?}");
        }
    }
}
