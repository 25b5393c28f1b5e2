//! Reads that fail, and time that runs out.

use std::time::Duration;

use apex_mobility_core::finding::Doubt;
use apex_mobility_resolve::{LookAgain, Outcome, Resolver, Verdict, Why};
use apex_mobility_sandbox::{Fault, FaultRule, LedgerKind, Throttle, When};
use apex_mobility_status_change::{StatusChange, SuspendReason};

use crate::carrier::{Belief, Carrier};
use crate::writes;

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

/// An outage of everything that begins now, or after the look before the write.
fn outage(after_calls: u64) -> FaultRule {
    FaultRule::new(Fault::F10, "*", When::Nth(after_calls + 1)).unwrap().lasting(minutes(10))
}

async fn suspend(carrier: &Carrier) -> Verdict {
    let number = carrier.line(|line| line.status == "A").subscriber_number;
    let call = StatusChange::new(&carrier.client).suspend(number, SuspendReason::CustomerRequest);
    let Outcome::Settled(lost) = carrier.resolver.send(call).await else { panic!("the answer was lost") };
    lost.verdicts.into_iter().next().unwrap()
}

#[tokio::test]
async fn a_write_lost_in_a_ten_minute_outage_is_settled_after_it_without_hammering() {
    let carrier = Carrier::new(1);
    carrier.sandbox.set_faults([outage(1)]);
    let began = carrier.sandbox.now();
    let verdict = suspend(&carrier).await;
    assert!(verdict.is_not_applied(), "{verdict}");
    assert!(carrier.sandbox.ledger().is_empty());
    let took = carrier.sandbox.now().duration_since(began).unwrap();
    assert!(minutes(10) <= took && took <= minutes(13), "{took:?}");
    assert_eq!(carrier.writes_sent(), 1);
    assert!(carrier.reads_sent() <= 11, "{} reads", carrier.reads_sent());
}

#[tokio::test]
async fn a_write_that_took_effect_before_an_outage_is_found_after_it() {
    let carrier = Carrier::new(1);
    // The write is the second call: its answer is lost, and then all else fails.
    let lost = FaultRule::new(Fault::F2, "status.change", When::Nth(1)).unwrap();
    carrier.sandbox.set_faults([lost, outage(2)]);
    let verdict = suspend(&carrier).await;
    assert!(verdict.is_applied(), "{verdict}");
    assert!(verdict.evidence().sightings.len() >= 2, "the failed looks are evidence too");
    assert_eq!(carrier.effects_after(0, LedgerKind::Status).len(), 1);
}

#[tokio::test]
async fn an_outage_that_outlasts_the_wait_leaves_it_unknown_and_worth_a_later_look() {
    let mut carrier = Carrier::new(1);
    carrier.resolver = Resolver::new(&carrier.client).wait(minutes(5));
    carrier.sandbox.set_faults([outage(1)]);
    match suspend(&carrier).await {
        Verdict::Unknown { why: Why::ReadsFailed, look_again: LookAgain::Later, .. } => {}
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_wait_that_is_too_short_never_says_not_applied() {
    for (wait, expected) in [
        (Duration::ZERO, Belief::Unknown(Why::TooEarly)),
        (Duration::from_secs(119), Belief::Unknown(Why::TooEarly)),
        (Duration::from_secs(120), Belief::NotApplied),
    ] {
        let mut carrier = Carrier::new(1);
        carrier.resolver = Resolver::new(&carrier.client).wait(wait);
        carrier.break_next(Fault::F1, "status.change");
        assert_eq!(crate::carrier::belief(&suspend(&carrier).await), expected, "{wait:?}");
    }
}

#[tokio::test]
async fn what_took_effect_is_known_at_the_first_look_whatever_the_wait() {
    let mut carrier = Carrier::new(1);
    carrier.resolver = Resolver::new(&carrier.client).wait(Duration::ZERO);
    carrier.break_next(Fault::F7, "status.change");
    let began = carrier.sandbox.now();
    assert!(suspend(&carrier).await.is_applied());
    assert_eq!(carrier.sandbox.now(), began);
}

#[tokio::test]
async fn a_look_before_that_fails_keeps_nothing_from_being_sent_but_applied_is_not_said() {
    let lost = FaultRule::new(Fault::F2, "status.change", When::Nth(1)).unwrap();
    let never_sent = FaultRule::new(Fault::F1, "status.change", When::Nth(1)).unwrap();
    for (fault, expected) in
        [(lost, Belief::Unknown(Why::Doubt(Doubt::NeedsBefore))), (never_sent, Belief::NotApplied)]
    {
        let carrier = Carrier::new(1);
        let blind = FaultRule::new(Fault::F9, "line.get", When::Nth(1)).unwrap();
        carrier.sandbox.set_faults([fault, blind]);
        assert_eq!(crate::carrier::belief(&suspend(&carrier).await), expected);
        assert_eq!(carrier.writes_sent(), 1);
    }
}

#[tokio::test]
async fn reads_that_are_throttled_wait_as_they_are_told_and_settle() {
    let carrier = Carrier::new(1);
    carrier.break_next(Fault::F2, "status.change");
    let limit = Throttle { calls: 2, per: Duration::from_secs(30) };
    carrier.sandbox.set_throttle(Some(limit));
    let verdict = suspend(&carrier).await;
    assert!(verdict.is_applied(), "{verdict}");
}

#[tokio::test]
async fn an_activation_that_is_nowhere_after_30_minutes_is_left_to_a_person() {
    let carrier = Carrier::new(1);
    let case = writes::ALL.iter().find(|case| case.name == "activate").unwrap();
    carrier.break_next(Fault::F1, case.operation);
    let began = carrier.sandbox.now();
    assert_eq!((case.send)(&carrier).await, [Belief::Unknown(Why::Doubt(Doubt::NotShown))]);
    assert_eq!(carrier.sandbox.now().duration_since(began).unwrap(), minutes(30));
    assert_eq!(carrier.reads_sent(), 6);
}
