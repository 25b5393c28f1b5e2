//! Device, transfer of billing responsibility, subscriber info, voicemail, OTA (contract 4.7).

use apex_mobility::domain::{BillingAccountNumber, Eid, PersonName, SingleUserCode};
use apex_mobility::line_configuration::DeviceUpdate;
use apex_mobility_sandbox::{LedgerKind, LineView};

use super::{Api, Write, in_three_days, is_plain, plain, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Intent, Told};
use crate::target::{address, imei, sim};

pub(super) const ALL: &[Write] = &[
    write("update-device", Api::Device, |carrier| Box::pin(update_device(carrier))),
    write("update-device-with-plan", Api::Device, |carrier| Box::pin(update_device_with_plan(carrier))),
    write("swap-sim", Api::Device, |carrier| Box::pin(swap_sim(carrier))),
    write("move-to-esim", Api::Device, |carrier| Box::pin(move_to_esim(carrier))),
    write("transfer", Api::Transfer, |carrier| Box::pin(transfer(carrier))),
    write("transfer-in-term", Api::Transfer, |carrier| Box::pin(transfer_in_term(carrier))),
    write("transfer-with-plan", Api::Transfer, |carrier| Box::pin(transfer_with_plan(carrier))),
    write("transfer-later", Api::Transfer, |carrier| Box::pin(transfer_later(carrier))).dated(),
    write("rename-subscriber", Api::Subscriber, |carrier| Box::pin(rename(carrier))),
    write("move-subscriber", Api::Subscriber, |carrier| Box::pin(relocate(carrier))),
    write("rename-and-move-subscriber", Api::Subscriber, |carrier| Box::pin(rename_and_relocate(carrier))),
    write("reset-voicemail", Api::Unread, |carrier| Box::pin(reset_voicemail(carrier))).never_shown(),
    write("resend-ota", Api::Unread, |carrier| Box::pin(resend_ota(carrier))).never_shown(),
];

fn effect(kind: LedgerKind, line: &LineView) -> Intent {
    Intent::OnNumber(kind, line.subscriber_number.clone())
}

/// Another of the plans that every device can have.
pub(super) fn other_plan(line: &LineView) -> SingleUserCode {
    let plans = ["APXPLAN01", "APXPLAN03"].map(|code| SingleUserCode::parse(code).unwrap());
    plans.into_iter().find(|plan| *plan != line.single_user_code).unwrap()
}

/// Another of the accounts that every seed has.
fn other_account(line: &LineView) -> BillingAccountNumber {
    let accounts = ["000000000001", "000000000002"].map(|ban| BillingAccountNumber::parse(ban).unwrap());
    accounts.into_iter().find(|ban| *ban != line.billing_account_number).unwrap()
}

/// A name that no seeded line has.
fn name(carrier: &Carrier) -> PersonName {
    PersonName::new("Test", format!("User {}", carrier.serial())).unwrap()
}

async fn update(carrier: &Carrier, line: LineView, device: DeviceUpdate) -> Vec<Told> {
    let call = carrier.apex.line_configuration().update_device(line.subscriber_number.clone(), device);
    carrier.send(call, effect(LedgerKind::Device, &line)).await
}

async fn update_device(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let device = DeviceUpdate::new(imei(carrier.serial()), line.service_zip_code.clone());
    update(carrier, line, device).await
}

async fn update_device_with_plan(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let device = DeviceUpdate::new(imei(carrier.serial()), line.service_zip_code.clone());
    let device = device.plan(other_plan(&line));
    update(carrier, line, device).await
}

async fn swap_sim(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let device = DeviceUpdate::new(line.imei.clone(), line.service_zip_code.clone());
    let device = device.sim(sim(carrier.serial()));
    update(carrier, line, device).await
}

async fn move_to_esim(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let eid = Eid::parse("89001000000000000000000000000177").unwrap();
    let device = DeviceUpdate::new(imei(carrier.serial()), line.service_zip_code.clone());
    let device = device.sim(sim(carrier.serial())).eid(eid);
    update(carrier, line, device).await
}

async fn transfer(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let number = line.subscriber_number.clone();
    let call = carrier.apex.line_configuration().transfer(number, other_account(&line));
    carrier.send(call, effect(LedgerKind::Tobr, &line)).await
}

async fn transfer_in_term(carrier: &Carrier) -> Vec<Told> {
    let line = carrier.line(|line| line.status == "A" && line.contract_end.is_some());
    let number = line.subscriber_number.clone();
    let call = carrier.apex.line_configuration().transfer(number, other_account(&line));
    carrier.send(call, effect(LedgerKind::Tobr, &line)).await
}

async fn transfer_with_plan(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let number = line.subscriber_number.clone();
    let call = carrier.apex.line_configuration().transfer(number, other_account(&line));
    carrier.send(call.plan(other_plan(&line)), effect(LedgerKind::Tobr, &line)).await
}

async fn transfer_later(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let number = line.subscriber_number.clone();
    let call = carrier.apex.line_configuration().transfer(number, other_account(&line));
    carrier.send(call.effective_date(in_three_days(carrier)), effect(LedgerKind::Tobr, &line)).await
}

async fn rename(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let call = carrier.apex.line_configuration().update_subscriber(line.subscriber_number.clone());
    carrier.send(call.name(name(carrier)), effect(LedgerKind::Subscriber, &line)).await
}

/// A line that is not at the address it is to move to.
fn elsewhere(carrier: &Carrier) -> LineView {
    carrier.line(|line| line.status == "A" && is_plain(line) && line.service_zip_code.as_str() != "75201")
}

async fn relocate(carrier: &Carrier) -> Vec<Told> {
    let line = elsewhere(carrier);
    let call = carrier.apex.line_configuration().update_subscriber(line.subscriber_number.clone());
    carrier.send(call.address(address()), effect(LedgerKind::Subscriber, &line)).await
}

async fn rename_and_relocate(carrier: &Carrier) -> Vec<Told> {
    let line = elsewhere(carrier);
    let call = carrier.apex.line_configuration().update_subscriber(line.subscriber_number.clone());
    let call = call.name(name(carrier)).address(address());
    carrier.send(call, effect(LedgerKind::Subscriber, &line)).await
}

async fn reset_voicemail(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let call = carrier.apex.line_configuration().reset_voicemail(line.subscriber_number);
    carrier.send(call, Intent::Unrecorded).await
}

async fn resend_ota(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let call = carrier.apex.line_configuration().resend_ota(line.subscriber_number, line.sim);
    carrier.send(call, Intent::Unrecorded).await
}
