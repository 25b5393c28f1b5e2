//! Contract 4.6.

use apex_mobility::catalog::Class;
use apex_mobility::domain::{LineNumber, NpaNxx, SubscriberNumber, ZipCode};
use apex_mobility::number_change::{ChangeStatus, ChangedNumber, NumberChange};
use apex_mobility::{Effect, Error};
use apex_mobility_sandbox::{Fault, FaultRule, LineChange, LineView, When};

use crate::Target;

fn zip(text: &str) -> ZipCode {
    ZipCode::parse(text).unwrap()
}

fn npa_nxx(text: &str) -> NpaNxx {
    NpaNxx::parse(text).unwrap()
}

fn last(text: &str) -> LineNumber {
    LineNumber::parse(text).unwrap()
}

fn api(target: &Target) -> NumberChange {
    target.apex.number_change()
}

/// Whether a feature of the line keeps it from changing its number.
fn is_barred(target: &Target, line: &LineView) -> bool {
    let equipment = target.sandbox.equipment();
    let bars = |code: &str| equipment.feature(code).is_some_and(|feature| feature.bars_number_change);
    line.offering_codes.iter().any(|code| bars(code.as_str()))
}

/// An active line in Dallas that nothing keeps from changing its number.
fn dallas(target: &Target) -> LineView {
    let lines = target.sandbox.lines();
    let fits = |line: &LineView| line.status == "A" && line.service_zip_code.as_str() == "75201";
    lines.into_iter().find(|line| fits(line) && !is_barred(target, line)).unwrap()
}

async fn system_assigned(target: &Target, line: &LineView) -> Result<ChangedNumber, Error> {
    let (number, zip) = (line.subscriber_number.clone(), line.service_zip_code.clone());
    api(target).system_assigned(number, zip).send().await
}

fn told(error: &Error) -> (u16, Class, Effect) {
    (error.status().unwrap().as_u16(), error.class(), error.effect())
}

/// AT&T assigns a number by the service ZIP; the reply carries both.
pub async fn a_number_is_assigned_by_the_service_zip(target: Target) {
    let line = dallas(&target);
    let changed = system_assigned(&target, &line).await.unwrap();
    assert_eq!(changed.change_status, Some(ChangeStatus::Success));
    assert_eq!(changed.old_number(), Some(&line.subscriber_number));
    let new = changed.new_number().unwrap();
    assert!(["214", "469", "972"].iter().any(|npa| new.as_str().starts_with(npa)));
    assert_eq!(target.effects(), ["number"]);
    assert_eq!(target.sandbox.ledger()[0].subscriber_number.as_ref(), Some(new));
}

/// SIM, IMEI, BAN and plan stay with the line.
pub async fn all_else_stays_with_the_line(target: Target) {
    let line = dallas(&target);
    let changed = system_assigned(&target, &line).await.unwrap();
    let mut after = target.sandbox.line(changed.new_number().unwrap()).unwrap();
    after.subscriber_number = line.subscriber_number.clone();
    assert_eq!(after, line);
    let found = target.apex.line_details().search_by_sim(line.sim).send().await.unwrap();
    assert_eq!(found[0].subscriber_number.as_ref(), changed.new_number());
}

/// The old number is gone, and says so.
pub async fn the_old_number_has_moved(target: Target) {
    let line = dallas(&target);
    system_assigned(&target, &line).await.unwrap();
    let error = target.apex.line_details().get(line.subscriber_number.clone()).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::Moved, Effect::None));
    let error = system_assigned(&target, &line).await.unwrap_err();
    assert_eq!(told(&error), (404, Class::Moved, Effect::Rejected));
    assert_eq!(target.effects(), ["number"]);
}

/// The caller chooses area code and exchange within the ZIP.
pub async fn an_exchange_of_the_zip_can_be_chosen(target: Target) {
    let number = dallas(&target).subscriber_number;
    let changed = api(&target).in_npa_nxx(number, zip("75201"), npa_nxx("469557")).send().await.unwrap();
    assert!(changed.new_number().unwrap().as_str().starts_with("469557"));
    assert_eq!(target.effects(), ["number"]);
}

/// An NPA-NXX that does not fit the ZIP is refused.
pub async fn an_exchange_elsewhere_is_refused(target: Target) {
    let line = dallas(&target);
    for elsewhere in ["713555", "214999"] {
        let number = line.subscriber_number.clone();
        let call = api(&target).in_npa_nxx(number, zip("75201"), npa_nxx(elsewhere));
        assert_eq!(told(&call.send().await.unwrap_err()), (400, Class::InvalidInput, Effect::Rejected));
    }
    assert!(target.effects().is_empty());
}

/// A free number can be chosen whole.
pub async fn a_free_number_can_be_chosen(target: Target) {
    let number = dallas(&target).subscriber_number;
    let call = api(&target).vanity(number, zip("75201"), npa_nxx("972555"), last("7777"));
    assert_eq!(call.send().await.unwrap().new_number().unwrap().as_str(), "9725557777");
    assert_eq!(target.effects(), ["number"]);
}

/// A number that a line has is refused, that of a cancelled one too.
pub async fn a_taken_number_is_refused(target: Target) {
    let line = dallas(&target);
    let dallas_npa = |other: &LineView| other.subscriber_number.as_str().starts_with("214555");
    let own = line.subscriber_number.clone();
    let active = target.line(|other| dallas_npa(other) && other.status == "A").subscriber_number;
    let cancelled = target.sandbox.find_line(|other| dallas_npa(other) && other.status == "C");
    for taken in [Some(active), cancelled.map(|line| line.subscriber_number)].into_iter().flatten() {
        let (npa_nxx, last) = (taken.npa_nxx().unwrap(), taken.line_number().unwrap());
        let error = api(&target).vanity(own.clone(), zip("75201"), npa_nxx, last).send().await.unwrap_err();
        assert_eq!(told(&error), (400, Class::Conflict, Effect::Rejected));
    }
    assert!(target.effects().is_empty());
}

/// The line must be active.
pub async fn a_line_that_is_not_active_keeps_its_number(target: Target) {
    for letter in ["S", "C"] {
        let line = target.line(|line| line.status == letter);
        let error = system_assigned(&target, &line).await.unwrap_err();
        assert_eq!(told(&error), (400, Class::WrongOrder, Effect::Rejected), "{letter}");
    }
    assert!(target.effects().is_empty());
}

/// The service ZIP must be that of the primary place of use: update the address first.
pub async fn the_address_comes_first(target: Target) {
    let number = dallas(&target).subscriber_number;
    let to_houston = || api(&target).system_assigned(number.clone(), zip("77002"));
    let error = to_houston().send().await.unwrap_err();
    assert_eq!(told(&error), (400, Class::WrongOrder, Effect::Rejected));
    assert!(error.next_step().contains("address"), "{}", error.next_step());
    assert!(target.effects().is_empty());

    let state = apex_mobility::domain::State::parse("TX").unwrap();
    let address =
        apex_mobility::domain::Address::new("100", "Example", "Houston", state, zip("77002")).unwrap();
    target.apex.line_configuration().update_subscriber(number.clone()).address(address).send().await.unwrap();
    let changed = to_houston().send().await.unwrap();
    assert!(["713", "281", "832"].iter().any(|npa| changed.new_number().unwrap().as_str().starts_with(npa)));
    assert_eq!(target.effects(), ["subscriber", "number"]);
}

/// Some valid ZIPs host no numbers, and nothing is used up.
pub async fn a_zip_without_numbers_is_not_eligible(target: Target) {
    let number = dallas(&target).subscriber_number;
    let moved = LineChange { service_zip_code: Some("00001".to_owned()), ..LineChange::default() };
    target.sandbox.change_line(&number, &moved).unwrap();
    let before = target.effects();
    let error = api(&target).system_assigned(number, zip("00001")).send().await.unwrap_err();
    assert_eq!(told(&error), (400, Class::NotEligible, Effect::Rejected));
    assert_eq!(target.effects(), before);
}

/// A feature that bars data makes it fail.
pub async fn a_barring_feature_is_refused(target: Target) {
    let lines = target.sandbox.lines();
    let line = lines.into_iter().find(|line| line.status == "A" && is_barred(&target, line)).unwrap();
    let error = system_assigned(&target, &line).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.effect()), (400, Effect::Rejected));
    assert!(target.effects().is_empty());
}

/// A number that no line has is not found.
pub async fn an_unknown_number_is_not_found(target: Target) {
    let number = SubscriberNumber::parse("9735550199").unwrap();
    let error = api(&target).system_assigned(number, zip("75201")).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::NotFound, Effect::Rejected));
}

/// A 504 after the change was made is an unknown outcome, and a search by SIM finds the number.
pub async fn a_504_after_commit_is_settled_by_sim(target: Target) {
    let line = dallas(&target);
    target.sandbox.set_faults([FaultRule::new(Fault::F7, "number.change", When::Nth(1)).unwrap()]);
    let (number, zip) = (line.subscriber_number.clone(), line.service_zip_code.clone());
    let error = target.unjudged.number_change().system_assigned(number, zip).send().await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert_eq!(target.effects(), ["number"]);
    let found = target.apex.line_details().search_by_sim(line.sim).send().await.unwrap();
    assert_eq!(found[0].subscriber_number, target.sandbox.ledger()[0].subscriber_number);
    let error = target.apex.line_details().get(line.subscriber_number).send().await.unwrap_err();
    assert_eq!(error.class(), Class::Moved);
}
