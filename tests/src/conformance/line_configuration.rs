//! Contract 4.7.

use apex_mobility::catalog::Class;
use apex_mobility::domain::{
    Address, BillingAccountNumber, Date, Eid, Imei, SingleUserCode, State, SubscriberNumber, VoicemailPin,
    ZipCode,
};
use apex_mobility::line_configuration::{DeviceUpdate, LineConfiguration};
use apex_mobility::{Effect, Error};
use apex_mobility_sandbox::LineView;

use crate::Target;
use crate::target::{address, imei, person, plan, sim};

fn api(target: &Target) -> LineConfiguration {
    target.apex.line_configuration()
}

/// An active line with a card, in a device that takes every plan and both kinds of SIM.
fn line(target: &Target) -> LineView {
    let generic = |line: &LineView| line.imei.as_str().starts_with("00101000");
    target.line(|line| line.status == "A" && line.eid.is_none() && generic(line))
}

/// A device of a type, by the first eight digits of its IMEI.
fn device_of(type_code: &str) -> Imei {
    Imei::from_payload(format!("{type_code}900001")).unwrap()
}

fn eid() -> Eid {
    Eid::parse("89001000000000000000000000000177").unwrap()
}

fn update(line: &LineView, imei: Imei) -> DeviceUpdate {
    DeviceUpdate::new(imei, line.service_zip_code.clone())
}

fn account(text: &str) -> BillingAccountNumber {
    BillingAccountNumber::parse(text).unwrap()
}

fn other_account(line: &LineView) -> BillingAccountNumber {
    let first = account("000000000001");
    if line.billing_account_number == first { account("000000000002") } else { first }
}

fn fast_plan() -> SingleUserCode {
    SingleUserCode::parse("APXPLAN02").unwrap()
}

fn today() -> Date {
    Date::new(2026, 1, 19).unwrap()
}

fn in_term(line: &LineView) -> bool {
    line.contract_end.is_some_and(|end| end >= today())
}

fn told(error: &Error) -> (u16, Class, Effect) {
    (error.status().unwrap().as_u16(), error.class(), error.effect())
}

const fn refused(class: Class) -> (u16, Class, Effect) {
    (400, class, Effect::Rejected)
}

/// A device goes on record; number, account, SIM and plan stay.
pub async fn a_device_goes_on_record(target: Target) {
    let before = line(&target);
    let number = before.subscriber_number.clone();
    let update = update(&before, imei(1)).sim(before.sim.clone());
    let reply = api(&target).update_device(number.clone(), update).send().await.unwrap();
    assert_eq!((reply.imei(), reply.iccid()), (Some(imei(1)), Some(before.sim)));
    let after = target.sandbox.line(&number).unwrap();
    assert_eq!(after.imei, imei(1));
    assert_eq!(after.billing_account_number, before.billing_account_number);
    assert_eq!(after.single_user_code, before.single_user_code);
    assert_eq!(target.effects(), ["device"]);
}

/// A SIM swap keeps number and account and frees the old ICCID.
pub async fn a_sim_swap_frees_the_old_sim(target: Target) {
    let before = line(&target);
    let (number, own) = (before.subscriber_number.clone(), before.imei.clone());
    let reply =
        api(&target).update_device(number.clone(), update(&before, own).sim(sim(1))).send().await.unwrap();
    assert_eq!((reply.iccid(), reply.subscriber_number.clone()), (Some(sim(1)), Some(number)));
    assert_eq!(reply.billing_account(), Some(before.billing_account_number));
    let details = target.apex.line_details();
    assert!(details.search_by_sim(before.sim.clone()).send().await.unwrap().is_empty());
    let other = target.line(|other| {
        other.status == "A" && other.eid.is_none() && other.subscriber_number != before.subscriber_number
    });
    let again = update(&other, other.imei.clone()).sim(before.sim);
    api(&target).update_device(other.subscriber_number.clone(), again).send().await.unwrap();
    assert_eq!(target.effects(), ["device", "device"]);
}

/// An ICCID in use is refused.
pub async fn a_sim_in_use_is_refused(target: Target) {
    let line = line(&target);
    let used = target.line(|other| other.sim != line.sim).sim;
    let call = api(&target).update_device(line.subscriber_number.clone(), update(&line, imei(1)).sim(used));
    assert_eq!(told(&call.send().await.unwrap_err()), refused(Class::Conflict));
    assert!(target.effects().is_empty());
}

/// The device the line has is a no-op.
pub async fn the_same_device_is_a_no_op(target: Target) {
    let line = line(&target);
    let same = update(&line, line.imei.clone()).sim(line.sim.clone());
    let error = api(&target).update_device(line.subscriber_number, same).send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::NoOp));
    assert!(target.effects().is_empty());
}

/// A blocked or unknown device is refused.
pub async fn a_restricted_device_is_refused(target: Target) {
    let line = line(&target);
    for device in [device_of("00101008"), device_of("00199999")] {
        let call = api(&target).update_device(line.subscriber_number.clone(), update(&line, device));
        assert_eq!(told(&call.send().await.unwrap_err()), refused(Class::NotEligible));
    }
    assert!(target.effects().is_empty());
}

/// An eSIM-only device with a plastic SIM answers 404 `/service/`, and takes an EID.
pub async fn an_esim_only_device_needs_an_eid(target: Target) {
    let line = line(&target);
    let number = line.subscriber_number.clone();
    let air = || update(&line, device_of("00101006"));
    let error = api(&target).update_device(number.clone(), air()).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::NotEligible, Effect::Rejected));
    assert!(error.message().contains("/service/"), "{}", error.message());
    let error = api(&target).update_device(number.clone(), air().sim(sim(1))).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::NotEligible, Effect::Rejected));
    let reply = api(&target).update_device(number, air().eid(eid())).send().await.unwrap();
    assert_eq!(reply.eid(), Some(eid()));
    assert_eq!(target.effects(), ["device"]);
}

/// The line must be active.
pub async fn a_device_needs_an_active_line(target: Target) {
    for letter in ["S", "C"] {
        let line = target.line(|line| line.status == letter);
        let call = api(&target).update_device(line.subscriber_number.clone(), update(&line, imei(1)));
        assert_eq!(told(&call.send().await.unwrap_err()), refused(Class::WrongOrder), "{letter}");
    }
    assert!(target.effects().is_empty());
}

/// The service ZIP must be that of the primary place of use: update the address first.
pub async fn a_device_needs_the_zip_of_the_place_of_use(target: Target) {
    let line = line(&target);
    let number = line.subscriber_number.clone();
    let (state, zip) = (State::parse("TX").unwrap(), ZipCode::parse("79901").unwrap());
    assert_ne!(line.service_zip_code, zip);
    let elsewhere = || api(&target).update_device(number.clone(), DeviceUpdate::new(imei(1), zip.clone()));
    let error = elsewhere().send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::WrongOrder));
    assert!(error.next_step().contains("address"), "{}", error.next_step());
    let el_paso = Address::new("100", "Example", "El Paso", state, zip.clone()).unwrap();
    api(&target).update_subscriber(number.clone()).address(el_paso).send().await.unwrap();
    elsewhere().send().await.unwrap();
    assert_eq!(target.effects(), ["subscriber", "device"]);
}

/// A plan goes with a device that takes it.
pub async fn a_plan_goes_with_a_device_it_fits(target: Target) {
    let line =
        target.line(|line| line.status == "A" && line.eid.is_none() && line.single_user_code == plan());
    let number = line.subscriber_number.clone();
    let slow = update(&line, device_of("00101003")).plan(fast_plan());
    let error = api(&target).update_device(number.clone(), slow).send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::NotEligible));
    assert!(target.effects().is_empty());
    let fast = update(&line, imei(1)).plan(fast_plan());
    let reply = api(&target).update_device(number, fast).send().await.unwrap();
    assert_eq!((reply.imei(), reply.plan()), (Some(imei(1)), Some(fast_plan())));
    assert_eq!(target.effects(), ["device", "plan"]);
}

/// A line is transferred to another account.
pub async fn another_account_pays(target: Target) {
    let line = target.line(|line| line.status == "A" && !in_term(line));
    let number = line.subscriber_number.clone();
    let reply = api(&target).transfer(number, other_account(&line)).send().await.unwrap();
    assert_eq!(reply.billing_account(), Some(other_account(&line)));
    assert_eq!((reply.iccid(), reply.plan()), (Some(line.sim), Some(line.single_user_code)));
    assert_eq!(target.effects(), ["tobr"]);
}

/// The account must exist, and differ.
pub async fn the_account_must_exist_and_differ(target: Target) {
    let line = target.line(|line| line.status == "A");
    let to = async |ban| {
        let call = api(&target).transfer(line.subscriber_number.clone(), ban);
        told(&call.send().await.unwrap_err())
    };
    assert_eq!(to(account("000000999999")).await, refused(Class::InvalidInput));
    assert_eq!(to(line.billing_account_number.clone()).await, refused(Class::WrongOrder));
    assert!(target.effects().is_empty());
}

/// Inside the contract term the transfer is made and an early-termination fee is charged; after it none is.
pub async fn a_fee_is_charged_inside_the_contract_term(target: Target) {
    let line = target.line(|line| line.status == "A" && in_term(line));
    api(&target).transfer(line.subscriber_number.clone(), other_account(&line)).send().await.unwrap();
    assert_eq!(target.effects(), ["tobr", "etf"]);
    let free = target.line(|line| line.status == "A" && !in_term(line));
    api(&target).transfer(free.subscriber_number.clone(), other_account(&free)).send().await.unwrap();
    let fees = target.effects().iter().filter(|kind| *kind == "etf").count();
    assert_eq!(fees, 1);
}

/// Where the carrier refuses transfers inside the term, nothing happens.
pub async fn a_variant_refuses_transfers_inside_the_term(target: Target) {
    target.sandbox.set_variant("tobr_in_term", "refused").unwrap();
    let line = target.line(|line| line.status == "A" && in_term(line));
    let call = api(&target).transfer(line.subscriber_number.clone(), other_account(&line));
    assert_eq!(told(&call.send().await.unwrap_err()), refused(Class::NotEligible));
    assert!(target.effects().is_empty());
}

/// A plan can change with the account if it fits the device.
pub async fn a_plan_changes_with_the_account_if_it_fits(target: Target) {
    let slow = |line: &LineView| line.imei.as_str().starts_with("00101003");
    let line = target.line(|line| line.status == "A" && !in_term(line) && slow(line));
    let transfer = || api(&target).transfer(line.subscriber_number.clone(), other_account(&line));
    let error = transfer().plan(fast_plan()).send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::NotEligible));
    assert!(target.effects().is_empty());
    let fitting = if line.single_user_code == plan() { "APXPLAN03" } else { "APXPLAN01" };
    let fitting = SingleUserCode::parse(fitting).unwrap();
    let reply = transfer().plan(fitting.clone()).send().await.unwrap();
    assert_eq!(reply.plan(), Some(fitting));
    assert_eq!(target.effects(), ["tobr", "plan"]);
}

/// A locked plan refuses a transfer with plan change; without one the line goes.
pub async fn a_locked_plan_is_not_left_by_a_transfer(target: Target) {
    let equipment = target.sandbox.equipment();
    let binds = |line: &LineView| equipment.plan(line.single_user_code.as_str()).unwrap().binds_in_term;
    let line = target.line(|line| line.status == "A" && in_term(line) && binds(line));
    let transfer = || api(&target).transfer(line.subscriber_number.clone(), other_account(&line));
    let error = transfer().plan(plan()).send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::NotEligible));
    assert!(target.effects().is_empty());
    transfer().send().await.unwrap();
    assert_eq!(target.effects(), ["tobr", "etf"]);
}

/// A transfer with a date takes effect on that day; a past one is refused.
pub async fn a_transfer_waits_for_its_day(target: Target) {
    let line = target.line(|line| line.status == "A" && !in_term(line));
    let number = line.subscriber_number.clone();
    let transfer = |day| api(&target).transfer(number.clone(), other_account(&line)).effective_date(day);
    let error = transfer(Date::new(2026, 1, 18).unwrap()).send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::InvalidInput));
    let tomorrow = Date::new(2026, 1, 20).unwrap();
    let reply = transfer(tomorrow).send().await.unwrap();
    assert_eq!(reply.billing_account(), Some(line.billing_account_number.clone()));
    assert_eq!(reply.effective_date.unwrap().as_date(), Some(tomorrow));
    assert!(target.effects().is_empty());
    target.pass_minutes(24 * 60);
    let now = target.apex.line_details().get(number.clone()).send().await.unwrap();
    assert_eq!(now.billing_account(), Some(other_account(&line)));
    assert_eq!(target.effects().iter().filter(|kind| *kind == "tobr").count(), 1);
}

/// Name and address change together or apart; a new ZIP becomes the service ZIP.
pub async fn name_and_address_change_together_or_apart(target: Target) {
    let line = target.line(|line| line.status == "A" && line.service_zip_code.as_str() != "75201");
    let subscriber = || api(&target).update_subscriber(line.subscriber_number.clone());
    let reply = subscriber().name(person()).send().await.unwrap();
    assert_eq!(
        (reply.contact_name(), reply.service_zip()),
        (Some("Test User"), Some(line.service_zip_code.clone()))
    );
    let reply = subscriber().address(address()).send().await.unwrap();
    assert_eq!(
        (reply.contact_name(), reply.service_zip()),
        (Some("Test User"), Some(ZipCode::parse("75201").unwrap()))
    );
    subscriber().name(person()).address(address()).send().await.unwrap();
    assert_eq!(target.effects(), ["subscriber", "subscriber", "subscriber"]);
}

/// An address that cannot be verified is refused.
pub async fn an_address_that_cannot_be_verified_is_refused(target: Target) {
    let number = line(&target).subscriber_number;
    let (state, zip) = (State::parse("TX").unwrap(), ZipCode::parse("75201").unwrap());
    let nowhere = Address::new("100", "Example", "Boston", state, zip).unwrap();
    let error = api(&target).update_subscriber(number).address(nowhere).send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::InvalidInput));
    assert!(target.effects().is_empty());
}

/// A change of nothing is not sent.
pub async fn a_subscriber_update_of_nothing_is_not_sent(target: Target) {
    let number = line(&target).subscriber_number;
    let error = api(&target).update_subscriber(number).send().await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::NotSent, 0));
}

/// Voicemail is reset with a PIN or without.
pub async fn voicemail_is_reset(target: Target) {
    let line = line(&target);
    let reset = || api(&target).reset_voicemail(line.subscriber_number.clone());
    assert_eq!(reset().send().await.unwrap().iccid(), Some(line.sim.clone()));
    let pin = VoicemailPin::parse("246810").unwrap();
    assert_eq!(reset().pin(pin).send().await.unwrap().iccid(), Some(line.sim));
}

/// A PIN that is not 4 to 12 digits is refused, whoever lets it through.
pub async fn a_pin_out_of_form_is_refused(target: Target) {
    let number = line(&target).subscriber_number;
    let call = target.unjudged.line_configuration().reset_voicemail(number);
    let error = call.pin(VoicemailPin::unchecked("24")).send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::InvalidInput));
}

/// The profile is sent again to the line's own SIM, and to no other.
pub async fn the_profile_is_sent_to_the_lines_own_sim(target: Target) {
    let line = line(&target);
    let number = line.subscriber_number.clone();
    let reply = api(&target).resend_ota(number.clone(), line.sim.clone()).send().await.unwrap();
    assert_eq!((reply.imei(), reply.plan()), (Some(line.imei), Some(line.single_user_code)));
    let error = api(&target).resend_ota(number, sim(1)).send().await.unwrap_err();
    assert_eq!(told(&error), refused(Class::InvalidInput));
    assert!(target.effects().is_empty());
}

/// A number that no line has is not found.
pub async fn an_unknown_number_is_not_found(target: Target) {
    let number = SubscriberNumber::parse("9735550199").unwrap();
    let error = api(&target).reset_voicemail(number).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::NotFound, Effect::Rejected));
}
