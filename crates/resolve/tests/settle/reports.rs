//! What callers get: evidence, adopted numbers, batches line by line, and nothing that names a customer.

use std::time::Duration;

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::Date;
use apex_mobility_core::finding::{Doubt, LineTrail};
use apex_mobility_core::{Effect, ErrorKind};
use apex_mobility_line_configuration::{LineConfiguration, operations as line};
use apex_mobility_number_change::operations::ChangeNumber;
use apex_mobility_number_change::{NumberChange, NumberChoice};
use apex_mobility_pdp_provisioning::{AddressCount, PdpProvisioning};
use apex_mobility_resolve::{LookAgain, Outcome, Resolver, Sight, Verdict, Why};
use apex_mobility_sandbox::{Fault, FaultRule, LineChange, LineView, When};
use apex_mobility_service_activation::{ActivationBatch, ServiceActivation};
use apex_mobility_status_change::{ResumeReason, StatusChange, SuspendReason, operations as status};

use crate::carrier::Carrier;
use crate::writes;

fn plain(carrier: &Carrier) -> LineView {
    carrier.line(|line| line.status == "A" && line.offering_codes.is_empty())
}

fn change(line: &LineView) -> ChangeNumber {
    ChangeNumber {
        number: line.subscriber_number.clone(),
        service_zip: line.service_zip_code.clone(),
        choice: NumberChoice::SystemAssigned,
    }
}

#[tokio::test]
async fn a_change_of_number_that_was_lost_is_settled_later_from_the_sim_alone() {
    let carrier = Carrier::new(1);
    let line = plain(&carrier);
    carrier.break_next(Fault::F7, "number.change");
    let api = NumberChange::new(&carrier.client);
    let call = api.system_assigned(line.subscriber_number.clone(), line.service_zip_code.clone());
    let error = call.send().await.unwrap_err();
    assert_eq!(error.effect(), apex_mobility_core::Effect::Unknown);

    let write = change(&line);
    let verdict = carrier.resolver.settle(&write).before(LineTrail::of_sim(line.sim.clone())).await;
    let number = carrier.sandbox.ledger()[0].subscriber_number.clone();
    assert!(verdict.is_applied());
    assert_eq!(verdict.number(), number.as_ref());

    // Without the SIM nobody can follow it.
    match carrier.resolver.settle(&write).await {
        Verdict::Unknown { why: Why::Doubt(Doubt::NeedsBefore), look_again: LookAgain::Never, .. } => {}
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_number_that_the_answer_does_not_say_is_found_by_the_sim() {
    let carrier = Carrier::new(1);
    writes::set_variant(&carrier.sandbox, "success_code", "204");
    let line = plain(&carrier);
    let api = NumberChange::new(&carrier.client);
    let call = api.system_assigned(line.subscriber_number, line.service_zip_code);
    match carrier.resolver.send(call).await {
        Outcome::Accepted { number, .. } => {
            assert_eq!(number, carrier.sandbox.ledger()[0].subscriber_number);
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_sent_long_ago_is_settled_by_one_look() {
    let carrier = Carrier::new(1);
    let write = change(&plain(&carrier));
    let hour_ago = carrier.sandbox.now() - Duration::from_secs(3600);
    let verdict = carrier.resolver.settle(&write).sent(hour_ago).await;
    assert!(verdict.is_not_applied(), "{verdict}");
    assert_eq!((carrier.reads_sent(), carrier.writes_sent()), (1, 0));
}

#[tokio::test]
async fn whoever_does_not_trust_the_clock_of_the_sender_waits_before_it_counts_as_not_applied() {
    let carrier = Carrier::new(1);
    let write = change(&plain(&carrier));
    let before = carrier.resolver.look(&write).await.unwrap();
    let (begun, hour_ago) = (carrier.sandbox.now(), carrier.sandbox.now() - Duration::from_hours(1));
    let settle = carrier.resolver.settle(&write).before(before).sent(hour_ago);
    let verdict = settle.grace(Duration::from_mins(7)).await;
    assert!(verdict.is_not_applied(), "{verdict}");
    assert!(carrier.sandbox.now() >= begun + Duration::from_mins(7));
}

#[tokio::test]
async fn a_look_now_is_the_knowledge_of_how_it_was_later() {
    let carrier = Carrier::new(1);
    let number = carrier.line(|line| line.status == "S").subscriber_number;
    let write = status::SuspendLine { number, reason: SuspendReason::CustomerRequest, effective_date: None };
    let before = carrier.resolver.look(&write).await.unwrap();
    match carrier.resolver.settle(&write).before(before).await {
        Verdict::Unknown { why: Why::Doubt(Doubt::AlreadySo), evidence, .. } => {
            assert!(evidence.before_known);
            assert_eq!(evidence.before["status"], "Suspended");
        }
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_change_that_lies_ahead_is_unknown_until_its_day_and_then_settled() {
    for (variant, applied_at_once) in [("scheduled", false), ("at_once", true)] {
        let carrier = Carrier::new(1);
        writes::set_variant(&carrier.sandbox, "future_dates", variant);
        let number = plain(&carrier).subscriber_number;
        let day = Date::parse("2026-01-25").unwrap();
        carrier.break_next(Fault::F2, "status.change");
        let api = StatusChange::new(&carrier.client);
        let call = api.suspend(number.clone(), SuspendReason::CustomerRequest).effective_date(day);
        let sent = carrier.sandbox.now();
        let Outcome::Settled(lost) = carrier.resolver.send(call).await else { panic!("lost") };
        match &lost.verdicts[0] {
            Verdict::Applied { .. } => assert!(applied_at_once),
            Verdict::Unknown { look_again: LookAgain::From(from), .. } if !applied_at_once => {
                assert_eq!(*from, day);
                assert!(carrier.sandbox.now().duration_since(sent).unwrap() < Duration::from_secs(180));
            }
            other => panic!("{variant}: {other}"),
        }
        carrier.sandbox.advance(Duration::from_secs(7 * 86_400));
        let reason = SuspendReason::CustomerRequest;
        let write = status::SuspendLine { number, reason, effective_date: Some(day) };
        assert!(carrier.resolver.settle(&write).sent(sent).await.is_applied(), "{variant}");
        assert_eq!(carrier.sandbox.ledger().len(), 1);
    }
}

#[tokio::test]
async fn a_batch_is_settled_line_by_line_in_its_order() {
    let carrier = Carrier::new(1);
    // The second device is not known to the carrier: its line is rejected.
    let mut lines: Vec<_> = (1..=200).map(writes::new_line).collect();
    let taken = plain(&carrier).sim;
    let line = writes::new_line(2);
    lines[1] = apex_mobility_service_activation::NewLine::new(
        writes::account(),
        writes::person(),
        writes::address("75201", "Dallas"),
        line.plan().clone(),
        line.imei().clone(),
        apex_mobility_service_activation::Sim::Card(taken),
    );
    carrier.break_next(Fault::F4, "activation.submit");
    let batch = ActivationBatch::try_from(lines).unwrap();
    let call = ServiceActivation::new(&carrier.client).submit(batch);
    let Outcome::Settled(lost) = carrier.resolver.send(call).await else { panic!("lost") };
    assert_eq!(lost.verdicts.len(), 200);
    assert!(!lost.is_applied() && !lost.is_not_applied());
    let ledger = carrier.sandbox.ledger();
    assert_eq!(ledger.len(), 199);
    for (place, verdict) in lost.verdicts.iter().enumerate() {
        assert_eq!(verdict.is_applied(), place != 1, "{place}: {verdict}");
        let sim = writes::sim(u32::try_from(place).unwrap() + 1);
        let number = ledger.iter().find(|entry| entry.iccid.as_ref() == Some(&sim));
        assert_eq!(verdict.number(), number.and_then(|entry| entry.subscriber_number.as_ref()));
    }
    assert_eq!(carrier.writes_sent(), 1);
}

#[tokio::test]
async fn the_lines_of_an_earlier_batch_are_settled_with_what_was_known_then() {
    let carrier = Carrier::new(1);
    let lines = [writes::new_line(1), writes::new_line(2)];
    let api = ServiceActivation::new(&carrier.client);
    let activate = |line| api.submit(ActivationBatch::try_from(vec![line]).unwrap()).send();
    // An earlier run activated the first line; the batch itself never arrived.
    activate(lines[0].clone()).await.unwrap();
    carrier.sandbox.advance(Duration::from_secs(600));
    let sent = carrier.sandbox.now();
    let mut before = Vec::new();
    for line in &lines {
        before.push(carrier.resolver.look(line).await.ok());
    }
    let resolver = carrier.resolver.clone().wait(Duration::ZERO);
    for (known, applied) in [(before, [false, false]), (Vec::new(), [true, false])] {
        let verdicts = resolver.settle_lines(&lines, known, sent).await;
        assert_eq!([verdicts[0].is_applied(), verdicts[1].is_applied()], applied);
    }
}

#[tokio::test]
async fn mailbox_and_profile_are_said_to_be_unreadable_at_once_and_nothing_is_read() {
    let carrier = Carrier::new(1);
    let view = plain(&carrier);
    carrier.sandbox.set_faults([FaultRule::new(Fault::F2, "line.configure", When::Always).unwrap()]);
    let api = LineConfiguration::new(&carrier.client);
    let reset = carrier.resolver.send(api.reset_voicemail(view.subscriber_number.clone())).await;
    let resend = carrier.resolver.send(api.resend_ota(view.subscriber_number, view.sim)).await;
    let began = carrier.sandbox.now();
    for outcome in [reset, resend] {
        let Outcome::Settled(lost) = outcome else { panic!("lost") };
        match &lost.verdicts[0] {
            Verdict::Unknown { why: Why::Doubt(Doubt::Unreadable), look_again, evidence } => {
                assert_eq!(*look_again, LookAgain::Never);
                assert!(evidence.sightings.is_empty());
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(carrier.sandbox.now(), began);
    assert_eq!((carrier.reads_sent(), carrier.writes_sent()), (0, 2));
}

#[tokio::test]
async fn a_look_up_of_addresses_leaves_nothing_to_read() {
    let carrier = Carrier::new(1);
    carrier.sandbox.set_faults([FaultRule::new(Fault::F7, "writes", When::Always).unwrap()]);
    let found =
        PdpProvisioning::new(&carrier.client).available(writes::pdp_name(), AddressCount::new(2).unwrap());
    let Outcome::Settled(lost) = carrier.resolver.send(found).await else { panic!("lost") };
    assert!(matches!(
        lost.verdicts[0],
        Verdict::Unknown { why: Why::Doubt(Doubt::Unreadable), look_again: LookAgain::Never, .. }
    ));
    assert_eq!((carrier.reads_sent(), carrier.writes_sent()), (0, 1));
}

#[tokio::test]
async fn a_line_that_someone_else_changed_is_not_taken_for_ours() {
    let carrier = Carrier::new(1);
    let view = plain(&carrier);
    let write = line::UpdateSubscriber {
        number: view.subscriber_number.clone(),
        name: Some(writes::person()),
        address: None,
    };
    let before = carrier.resolver.look(&write).await.unwrap();
    let change = LineChange { contact_name: Some("Some One".to_owned()), ..LineChange::default() };
    carrier.sandbox.change_line(&view.subscriber_number, &change).unwrap();
    match carrier.resolver.settle(&write).before(before).await {
        Verdict::Unknown { why: Why::Doubt(Doubt::Otherwise), .. } => {}
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn evidence_says_what_was_read_and_when_and_debug_hides_whose() {
    let carrier = Carrier::new(1);
    let line = plain(&carrier);
    carrier.break_next(Fault::F1, "number.change");
    let api = NumberChange::new(&carrier.client);
    let call = api.system_assigned(line.subscriber_number.clone(), line.service_zip_code.clone());
    let Outcome::Settled(lost) = carrier.resolver.send(call).await else { panic!("lost") };
    let verdict = &lost.verdicts[0];
    assert!(verdict.is_not_applied());

    let kept = serde_json::to_string(verdict).unwrap();
    let back: Verdict = serde_json::from_str(&kept).unwrap();
    assert_eq!(&back, verdict);
    assert!(kept.contains(r#""verdict":"not_applied""#), "{kept}");
    assert!(kept.contains(r#""from":"2026-01-19T12:00:00Z","until":"2026-01-19T12:05:00Z""#), "{kept}");
    assert!(kept.contains(line.sim.as_str()), "serialized for who asks");

    let [sighting] = &verdict.evidence().sightings[..] else { panic!("one sight") };
    assert!(matches!(sighting.what, Sight::Shown { .. }) && sighting.looks >= 2);
    let shown = format!("{verdict:?} {:?} {lost:?}", carrier.resolver);
    for secret in [line.sim.as_str(), line.subscriber_number.as_str(), line.contact_name.as_str()] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn a_client_that_may_not_write_still_settles() {
    let carrier = Carrier::new(1);
    let write = change(&plain(&carrier));
    let resolver = Resolver::new(&carrier.client.read_only());
    let hour_ago = carrier.sandbox.now() - Duration::from_secs(3600);
    assert!(resolver.settle(&write).sent(hour_ago).await.is_not_applied());
}

#[tokio::test]
async fn a_resume_is_not_sent_to_a_cancelled_line_whatever_the_carrier_would_do_with_it() {
    for mode in ["restore_only", "resume_too"] {
        let carrier = Carrier::new(1);
        carrier.sandbox.set_variant("restore_mode", mode).unwrap();
        let number = carrier.line(|line| line.status == "C").subscriber_number;
        let resume = StatusChange::new(&carrier.client).resume(number, ResumeReason::CustomerRequest);
        let Outcome::Rejected(error) = carrier.resolver.send(resume).await else { panic!("{mode}") };
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Withheld, Effect::NotSent));
        assert_eq!((error.class(), error.attempts()), (Class::WrongOrder, 0));
        assert_eq!((carrier.writes_sent(), carrier.sandbox.ledger().len()), (0, 0));
    }
    let carrier = Carrier::new(1);
    let line = carrier.line(|line| line.status == "S" && line.imei == line.network_imei);
    let resume =
        StatusChange::new(&carrier.client).resume(line.subscriber_number, ResumeReason::CustomerRequest);
    assert!(matches!(carrier.resolver.send(resume).await, Outcome::Accepted { .. }));
}
