//! Contract 4.2.

use apex_mobility::catalog::Class;
use apex_mobility::domain::{
    Address, BillingAccountNumber, Imei, OfferingCode, SingleUserCode, State, SubscriberNumber, ZipCode,
};
use apex_mobility::service_activation::{
    Activation, ActivationBatch, ActivationLine, ActivationOutcome, ActivationState, NewLine, RequestId, Sim,
};
use apex_mobility::wire::LineStatus;
use apex_mobility::{Poller, Settled};

use crate::Target;
use crate::target::{account, address, imei, person, plan, sim};

fn line(number: u32) -> NewLine {
    NewLine::new(account(), person(), address(), plan(), imei(number), Sim::Card(sim(number)))
}

fn batch(lines: Vec<NewLine>) -> ActivationBatch {
    ActivationBatch::try_from(lines).unwrap()
}

/// Submits and waits on the sandbox's clock until every line has come to its end.
async fn outcome_of(target: &Target, lines: Vec<NewLine>) -> ActivationOutcome {
    let poller: Poller<_> = target.apex.service_activation().submit(batch(lines)).begin().await.unwrap();
    match poller.await.unwrap() {
        Settled::Done(outcome) => outcome,
        other => panic!("not settled: {other:?}"),
    }
}

fn only(outcome: &ActivationOutcome) -> &ActivationLine {
    assert_eq!(outcome.lines().len(), 1);
    &outcome.lines()[0]
}

async fn refusal_of(target: &Target, line: NewLine) -> String {
    let before = target.effects().len();
    let outcome = outcome_of(target, vec![line]).await;
    assert_eq!(only(&outcome).state(), Some(ActivationState::Rejected));
    assert_eq!(target.effects().len(), before, "a rejected line leaves no effect");
    only(&outcome).error().unwrap().to_owned()
}

/// The row of the catalog that explains a text.
fn class_of(text: &str) -> Class {
    apex_mobility::catalog::explain(text)[0].class
}

/// A line is pending, then reserved, then active with its number; the ledger has one activation.
pub async fn a_line_is_pending_then_reserved_then_active(target: Target) {
    let api = target.apex.service_activation();
    let accepted = api.submit(batch(vec![line(1)])).send().await.unwrap();
    let state = |activation: &Activation| activation.lines[0].state().unwrap();
    assert_eq!(state(&accepted), ActivationState::Pending);
    assert!(accepted.lines[0].subscriber_number().is_none());
    assert!(target.effects().is_empty());

    target.pass_minutes(1);
    let reserved = api.status(accepted.id.clone()).send().await.unwrap();
    assert_eq!(state(&reserved), ActivationState::Reserved);
    assert!(!reserved.is_settled());

    target.pass_minutes(3);
    let active = api.status(accepted.id.clone()).send().await.unwrap();
    assert_eq!(state(&active), ActivationState::Active);
    let number = active.lines[0].subscriber_number().unwrap().clone();
    assert_eq!(target.effects(), ["activation"]);

    // Details may lag a fresh activation.
    let error = target.apex.line_details().get(number.clone()).send().await.unwrap_err();
    assert_eq!(error.class(), Class::NotFound);
    target.pass_minutes(1);
    let details = target.apex.line_details().get(number).send().await.unwrap();
    assert_eq!(details.status(), Some(LineStatus::Active));
    assert_eq!((details.iccid(), details.imei()), (Some(sim(1)), Some(imei(1))));
}

/// A batch may end mixed, and its lines are told apart by their SIM.
pub async fn a_batch_may_end_mixed(target: Target) {
    let taken = target.line(|line| line.status == "A").sim;
    let twice = NewLine::new(account(), person(), address(), plan(), imei(3), Sim::Card(taken.clone()));
    let outcome = outcome_of(&target, vec![line(1), twice, line(2)]).await;
    let state = |sim| outcome.find(Some(&sim), None).unwrap().state().unwrap();
    assert_eq!(state(sim(1)), ActivationState::Active);
    assert_eq!(state(taken), ActivationState::Rejected);
    assert_eq!(state(sim(2)), ActivationState::Active);
    assert_eq!(target.effects(), ["activation", "activation"]);
}

/// 200 lines are one request.
pub async fn two_hundred_lines_are_one_request(target: Target) {
    let outcome = outcome_of(&target, (0..200).map(line).collect()).await;
    assert_eq!((outcome.activated().count(), target.effects().len()), (200, 200));
}

/// A SIM that a line has cannot be activated again: row 18.
pub async fn a_sim_in_use_is_rejected(target: Target) {
    let taken = target.line(|line| line.status == "A").sim;
    let again = NewLine::new(account(), person(), address(), plan(), imei(1), Sim::Card(taken));
    assert_eq!(class_of(&refusal_of(&target, again).await), Class::Conflict);
}

/// A SIM that an earlier request has activated cannot be activated again: row 18.
pub async fn a_sim_that_was_activated_before_is_rejected(target: Target) {
    outcome_of(&target, vec![line(1)]).await;
    assert_eq!(class_of(&refusal_of(&target, line(1)).await), Class::Conflict);
}

/// The account must exist.
pub async fn an_unknown_account_is_rejected(target: Target) {
    let nobody = BillingAccountNumber::parse("999999999999").unwrap();
    let line = NewLine::new(nobody, person(), address(), plan(), imei(1), Sim::Card(sim(1)));
    assert_ne!(class_of(&refusal_of(&target, line).await), Class::Unknown);
}

/// The plan must fit the device: row 15.
pub async fn a_plan_that_does_not_fit_the_device_is_rejected(target: Target) {
    let equipment = target.sandbox.equipment();
    let old = equipment.devices().iter().find(|one| !one.is_5g() && one.plastic_sim && !one.blocked).unwrap();
    let fast = equipment.plans().iter().find(|plan| plan.needs_5g).unwrap();
    let device = Imei::from_payload(format!("{:08}900001", old.tacs[0].first())).unwrap();
    let plan = SingleUserCode::parse(&fast.code).unwrap();
    let line = NewLine::new(account(), person(), address(), plan, device, Sim::Card(sim(1)));
    assert_eq!(class_of(&refusal_of(&target, line).await), Class::NotEligible);
}

/// An address that cannot be verified is refused: row 25.
pub async fn an_address_that_cannot_be_verified_is_rejected(target: Target) {
    let nowhere = Address::new(
        "1",
        "Nowhere",
        "Nowhere",
        State::parse("ZZ").unwrap(),
        ZipCode::parse("99999").unwrap(),
    );
    let line = NewLine::new(account(), person(), nowhere.unwrap(), plan(), imei(1), Sim::Card(sim(1)));
    assert_eq!(class_of(&refusal_of(&target, line).await), Class::InvalidInput);
}

/// A number that is not being ported is ignored: the line gets a new one.
pub async fn a_number_without_a_port_is_not_used(target: Target) {
    let wish = SubscriberNumber::parse("2145550199").unwrap();
    let outcome = outcome_of(&target, vec![line(1).ported_number(wish.clone())]).await;
    assert_eq!(only(&outcome).state(), Some(ActivationState::Active));
    assert_ne!(only(&outcome).subscriber_number(), Some(&wish));
}

/// Features come with the line.
pub async fn features_come_with_the_line(target: Target) {
    let code = OfferingCode::parse("SOC1").unwrap();
    let outcome = outcome_of(&target, vec![line(1).feature(code.clone())]).await;
    let number = only(&outcome).subscriber_number().unwrap().clone();
    target.pass_minutes(2);
    let details = target.apex.line_details().get(number).send().await.unwrap();
    assert!(details.features().any(|feature| feature.code == code));
}

/// A plan that nobody offers is rejected, by name.
pub async fn an_unknown_plan_is_rejected(target: Target) {
    let plan = SingleUserCode::parse("NOSUCHPLAN").unwrap();
    let line = NewLine::new(account(), person(), address(), plan, imei(1), Sim::Card(sim(1)));
    assert!(refusal_of(&target, line).await.contains("NOSUCHPLAN"));
}

/// An unknown request id is a 404.
pub async fn an_unknown_request_is_not_found(target: Target) {
    let id = RequestId::parse("no-such-request").unwrap();
    let error = target.apex.service_activation().status(id).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.class()), (404, Class::NotFound));
}
