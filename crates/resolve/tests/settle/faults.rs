//! Every write under every fault and every variant: what the client believes is what the ledger says.

use std::time::Duration;

use apex_mobility_core::finding::Doubt;
use apex_mobility_resolve::{Resolver, Why};
use apex_mobility_sandbox::{Fault, FaultRule, Variants, When};

use crate::carrier::{Belief, Carrier};
use crate::writes::{self, Case, Readable};

const FAULTS: [Fault; 9] =
    [Fault::F1, Fault::F2, Fault::F3, Fault::F4, Fault::F5, Fault::F7, Fault::F8, Fault::F9, Fault::F10];

/// Sends one write into one fault, and holds the client's belief against the ledger.
async fn judge(case: &Case, fault: Fault, carrier: Carrier, strict: bool, place: &str) {
    let faults = [FaultRule::new(fault, case.operation, When::Nth(1)).unwrap()];
    judge_under(case, faults, carrier, strict, place).await;
}

async fn judge_under(
    case: &Case,
    faults: impl IntoIterator<Item = FaultRule>,
    carrier: Carrier,
    strict: bool,
    place: &str,
) {
    (case.prepare)(&carrier).await;
    let (seq, sent) = (carrier.seq(), carrier.writes_sent());
    let faults: Vec<FaultRule> = faults.into_iter().collect();
    let fault = faults[0].fault();
    carrier.sandbox.set_faults(faults);
    let beliefs = (case.send)(&carrier).await;
    let effects = carrier.effects_after(seq, case.effect).len();
    let place = format!("{} under {fault}, {place}: {beliefs:?}, {effects} effects", case.name);

    assert_eq!(carrier.writes_sent() - sent, 1, "sent once: {place}");
    assert!(effects <= 1, "done once: {place}");
    let [belief] = beliefs[..] else { panic!("one belief: {place}") };
    match belief {
        Belief::Accepted | Belief::Applied => assert_eq!(effects, 1, "a false yes: {place}"),
        Belief::Rejected | Belief::NotApplied => assert_eq!(effects, 0, "a false no: {place}"),
        Belief::Unknown(_) if !strict => {}
        Belief::Unknown(why) => match case.readable {
            Readable::Fully => panic!("reads could have told: {place}"),
            Readable::WhenApplied => {
                assert_eq!(
                    (why, effects),
                    (Why::Doubt(Doubt::NotShown), 0),
                    "reads could have told: {place}"
                );
            }
            Readable::Never => assert_eq!(why, Why::Doubt(Doubt::Unreadable), "{place}"),
        },
    }
    if strict && case.readable == Readable::Never && !matches!(belief, Belief::Rejected) {
        assert!(matches!(belief, Belief::Unknown(_)), "nothing could tell: {place}");
    }
}

#[tokio::test]
async fn every_write_is_accepted_and_takes_effect_when_nothing_goes_wrong() {
    for case in &writes::ALL {
        let carrier = Carrier::new(1);
        (case.prepare)(&carrier).await;
        let seq = carrier.seq();
        assert_eq!((case.send)(&carrier).await, [Belief::Accepted], "{}", case.name);
        carrier.sandbox.advance(Duration::from_secs(600));
        assert_eq!(carrier.effects_after(seq, case.effect).len(), 1, "{}", case.name);
    }
}

#[tokio::test]
async fn every_write_that_took_effect_is_found() {
    for case in writes::ALL.iter().filter(|case| case.readable != Readable::Never) {
        for fault in FAULTS.into_iter().filter(|fault| fault.commits()) {
            let carrier = Carrier::new(1);
            (case.prepare)(&carrier).await;
            carrier.break_next(fault, case.operation);
            assert_eq!((case.send)(&carrier).await, [Belief::Applied], "{} under {fault}", case.name);
        }
    }
}

#[tokio::test]
async fn every_write_under_every_fault_is_settled_truly() {
    for case in &writes::ALL {
        for fault in FAULTS {
            judge(case, fault, Carrier::new(1), true, "as usual").await;
        }
    }
}

#[tokio::test]
async fn every_write_is_settled_truly_under_every_variant() {
    for (flag, values) in Variants::choices() {
        // All values but the first, which is the usual.
        for value in &values[1..] {
            for case in &writes::ALL {
                // One that commits and one that does not.
                for fault in [Fault::F1, Fault::F2] {
                    let carrier = Carrier::new(2);
                    writes::set_variant(&carrier.sandbox, flag, value);
                    judge(case, fault, carrier, true, &format!("{flag}={value}")).await;
                }
            }
        }
    }
}

#[tokio::test]
async fn reads_that_fail_now_and_then_cost_time_and_no_truth() {
    for case in &writes::ALL {
        for fault in [Fault::F1, Fault::F2] {
            for seed in 0..4 {
                let lost = FaultRule::new(fault, case.operation, When::Nth(1)).unwrap();
                let reads = [Fault::F9, Fault::F1, Fault::F8].map(|fault| {
                    FaultRule::new(fault, "reads", When::Probability(0.2)).unwrap().seeded(seed)
                });
                let faults = [lost].into_iter().chain(reads);
                judge_under(case, faults, Carrier::new(1), false, &format!("seed {seed}")).await;
            }
        }
    }
}

#[tokio::test]
async fn without_a_look_before_there_is_more_doubt_and_no_falsehood() {
    for case in &writes::ALL {
        for fault in FAULTS {
            let mut carrier = Carrier::new(3);
            carrier.resolver = Resolver::new(&carrier.client).look_before(false);
            judge(case, fault, carrier, false, "without a look before").await;
        }
    }
}
