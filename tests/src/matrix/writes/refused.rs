//! Writes that the carrier refuses: no effect, whatever becomes of the refusal.

use apex_mobility::domain::{BillingAccountNumber, Date, StaticIp, ZipCode};
use apex_mobility::line_configuration::DeviceUpdate;
use apex_mobility::pdp_provisioning::HeldAddress;
use apex_mobility::status_change::{CancelReason, RestoreReason, ResumeReason, SuspendReason};
use apex_mobility_sandbox::{LedgerKind, LineView};

use super::{Api, Write, has, is_plain, pdp, plain, soc, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Intent, Told};

pub(super) const ALL: &[Write] = &[
    write("suspend-suspended", Api::Status, |carrier| Box::pin(suspend_suspended(carrier))).already(),
    write("suspend-nobody", Api::Status, |carrier| Box::pin(suspend_nobody(carrier))),
    write("resume-active", Api::Status, |carrier| Box::pin(resume_active(carrier))).already(),
    write("resume-cancelled", Api::Status, |carrier| Box::pin(resume_cancelled(carrier))),
    write("cancel-cancelled", Api::Status, |carrier| Box::pin(cancel_cancelled(carrier))).already(),
    write("restore-active", Api::Status, |carrier| Box::pin(restore_active(carrier))).already(),
    write("restore-too-late", Api::Status, |carrier| Box::pin(restore_too_late(carrier))),
    write("transfer-to-same", Api::Transfer, |carrier| Box::pin(transfer_to_same(carrier))).already(),
    write("transfer-to-nobody", Api::Transfer, |carrier| Box::pin(transfer_to_nobody(carrier))),
    write("update-same-device", Api::Device, |carrier| Box::pin(update_same_device(carrier))).already(),
    write("add-held-feature", Api::Plan, |carrier| Box::pin(add_held_feature(carrier))).already(),
    write("remove-absent-feature", Api::Plan, |carrier| Box::pin(remove_absent_feature(carrier))).already(),
    write("change-number-by-wrong-zip", Api::Number, |carrier| Box::pin(number_by_wrong_zip(carrier))),
    write("change-number-of-nobody", Api::Number, |carrier| Box::pin(number_of_nobody(carrier))),
    write("give-address-to-suspended", Api::Pdp, |carrier| Box::pin(give_to_suspended(carrier))),
    write("give-foreign-address", Api::Pdp, |carrier| Box::pin(give_foreign_address(carrier))),
    write("take-address-of-nobody", Api::Pdp, |carrier| Box::pin(take_of_nobody(carrier))),
];

fn effect(kind: LedgerKind, line: &LineView) -> Intent {
    Intent::OnNumber(kind, line.subscriber_number.clone())
}

async fn suspend_suspended(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "S");
    let reason = SuspendReason::CustomerRequest;
    let call = carrier.apex.status_change().suspend(line.subscriber_number.clone(), reason);
    carrier.send(call, effect(LedgerKind::Status, &line)).await
}

async fn suspend_nobody(carrier: &Carrier) -> Vec<Told> {
    let number = carrier.foreign_number();
    let call = carrier.apex.status_change().suspend(number.clone(), SuspendReason::CustomerRequest);
    carrier.send(call, Intent::OnNumber(LedgerKind::Status, number)).await
}

async fn resume_active(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let reason = ResumeReason::CustomerRequest;
    let call = carrier.apex.status_change().resume(line.subscriber_number.clone(), reason);
    carrier.send(call, effect(LedgerKind::Status, &line)).await
}

async fn resume_cancelled(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "C");
    let reason = ResumeReason::CustomerRequest;
    let call = carrier.apex.status_change().resume(line.subscriber_number.clone(), reason);
    carrier.send(call, effect(LedgerKind::Status, &line)).await
}

async fn cancel_cancelled(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "C");
    let call = carrier.apex.status_change().cancel(line.subscriber_number.clone(), CancelReason::Unspecified);
    carrier.send(call, effect(LedgerKind::Status, &line)).await
}

async fn restore_active(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let reason = RestoreReason::BringBackLive;
    let call = carrier.apex.status_change().restore(line.subscriber_number.clone(), reason);
    carrier.send(call, effect(LedgerKind::Status, &line)).await
}

async fn restore_too_late(carrier: &Carrier) -> Vec<Told> {
    let today = Date::from_system_time(carrier.sandbox.now());
    let line = carrier.line(|line| {
        let days = line.status_effective_date.map(|since| since.days_until(today));
        line.status == "C" && days.is_some_and(|days| days > 61)
    });
    let reason = RestoreReason::BringBackLive;
    let call = carrier.apex.status_change().restore(line.subscriber_number.clone(), reason);
    carrier.send(call, effect(LedgerKind::Status, &line)).await
}

async fn transfer(carrier: &Carrier, line: LineView, to: BillingAccountNumber) -> Vec<Told> {
    let call = carrier.apex.line_configuration().transfer(line.subscriber_number.clone(), to);
    carrier.send(call, effect(LedgerKind::Tobr, &line)).await
}

async fn transfer_to_same(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let own = line.billing_account_number.clone();
    transfer(carrier, line, own).await
}

async fn transfer_to_nobody(carrier: &Carrier) -> Vec<Told> {
    let nobody = BillingAccountNumber::parse("000000099999").unwrap();
    transfer(carrier, plain(carrier, "A"), nobody).await
}

async fn update_same_device(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let device = DeviceUpdate::new(line.imei.clone(), line.service_zip_code.clone());
    let call = carrier.apex.line_configuration().update_device(line.subscriber_number.clone(), device);
    carrier.send(call, effect(LedgerKind::Device, &line)).await
}

async fn add_held_feature(carrier: &Carrier) -> Vec<Told> {
    let line = carrier.line(|line| line.status == "A" && is_plain(line) && has(line, "SOC1"));
    let call = carrier.apex.rate_plan_change().change(line.subscriber_number.clone());
    carrier.send(call.add_feature(soc("SOC1")), effect(LedgerKind::Plan, &line)).await
}

async fn remove_absent_feature(carrier: &Carrier) -> Vec<Told> {
    let line = carrier.line(|line| line.status == "A" && is_plain(line) && !has(line, "SOC1"));
    let call = carrier.apex.rate_plan_change().change(line.subscriber_number.clone());
    carrier.send(call.remove_feature(soc("SOC1")), effect(LedgerKind::Plan, &line)).await
}

async fn number_by_wrong_zip(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let zip = ZipCode::parse("00001").unwrap();
    let call = carrier.apex.number_change().system_assigned(line.subscriber_number.clone(), zip);
    carrier.send(call, Intent::OnSim(LedgerKind::Number, line.sim)).await
}

async fn number_of_nobody(carrier: &Carrier) -> Vec<Told> {
    let (number, zip) = (carrier.foreign_number(), ZipCode::parse("75201").unwrap());
    let call = carrier.apex.number_change().system_assigned(number.clone(), zip);
    carrier.send(call, Intent::OnNumber(LedgerKind::Number, number)).await
}

fn address(text: &str) -> StaticIp {
    StaticIp::parse(text).unwrap()
}

async fn give_to_suspended(carrier: &Carrier) -> Vec<Told> {
    let number = pdp::own_number(carrier, "S");
    pdp::provision(carrier, vec![pdp::new_address(number, address("10.20.0.11"))]).await
}

async fn give_foreign_address(carrier: &Carrier) -> Vec<Told> {
    let number = pdp::own_number(carrier, "A");
    pdp::provision(carrier, vec![pdp::new_address(number, address("10.99.0.11"))]).await
}

async fn take_of_nobody(carrier: &Carrier) -> Vec<Told> {
    let number = pdp::own_number(carrier, "A");
    pdp::remove(carrier, vec![HeldAddress::new(number, address("10.20.0.11"))]).await
}
