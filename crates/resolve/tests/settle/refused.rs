//! Writes that the carrier refuses, whose refusal is lost: no effect, whatever they asked for.

use std::time::Duration;

use apex_mobility_core::domain::{
    AccessPointName, BillingAccountNumber, Date, OfferingCode, StaticIp, ZipCode,
};
use apex_mobility_core::finding::Doubt;
use apex_mobility_line_configuration::{DeviceUpdate, LineConfiguration};
use apex_mobility_number_change::NumberChange;
use apex_mobility_pdp_provisioning::{
    HeldAddress, NewAddress, PdpProvisioning, ProvisionBatch, RemovalBatch,
};
use apex_mobility_rate_plan_change::RatePlanChange;
use apex_mobility_resolve::Why;
use apex_mobility_sandbox::{Fault, LineView};
use apex_mobility_service_activation::{ActivationBatch, ServiceActivation};
use apex_mobility_status_change::{CancelReason, RestoreReason, StatusChange, SuspendReason};

use crate::carrier::{Belief, Beliefs, Carrier};
use crate::writes;

const ALREADY: Belief = Belief::Unknown(Why::Doubt(Doubt::AlreadySo));

fn status(carrier: &Carrier) -> StatusChange {
    StatusChange::new(&carrier.client)
}

fn any(carrier: &Carrier, status: &str) -> LineView {
    carrier.line(|line| line.status == status)
}

fn suspend_a_suspended_line(carrier: &Carrier) -> Beliefs<'_> {
    let number = any(carrier, "S").subscriber_number;
    carrier.send(status(carrier).suspend(number, SuspendReason::CustomerRequest))
}

fn cancel_a_cancelled_line(carrier: &Carrier) -> Beliefs<'_> {
    let number = any(carrier, "C").subscriber_number;
    carrier.send(status(carrier).cancel(number, CancelReason::Unspecified))
}

fn restore_an_active_line(carrier: &Carrier) -> Beliefs<'_> {
    let number = any(carrier, "A").subscriber_number;
    carrier.send(status(carrier).restore(number, RestoreReason::BringBackLive))
}

fn restore_too_late(carrier: &Carrier) -> Beliefs<'_> {
    let today = Date::from_system_time(carrier.sandbox.now());
    let late = |line: &LineView| line.status_effective_date.is_some_and(|since| since.days_until(today) > 60);
    let line = carrier.line(|line| line.status == "C" && late(line));
    carrier.send(status(carrier).restore(line.subscriber_number, RestoreReason::BringBackLive))
}

fn transfer_to_the_same_account(carrier: &Carrier) -> Beliefs<'_> {
    let line = any(carrier, "A");
    let api = LineConfiguration::new(&carrier.client);
    carrier.send(api.transfer(line.subscriber_number, line.billing_account_number))
}

fn transfer_to_no_account(carrier: &Carrier) -> Beliefs<'_> {
    let nobody = BillingAccountNumber::parse("000000099999").unwrap();
    let number = any(carrier, "A").subscriber_number;
    carrier.send(LineConfiguration::new(&carrier.client).transfer(number, nobody))
}

fn put_the_same_device(carrier: &Carrier) -> Beliefs<'_> {
    let line = any(carrier, "A");
    let device = DeviceUpdate::new(line.imei, line.service_zip_code);
    carrier.send(LineConfiguration::new(&carrier.client).update_device(line.subscriber_number, device))
}

fn add_a_feature_that_is_there(carrier: &Carrier) -> Beliefs<'_> {
    let line = carrier.line(|line| line.status == "A" && !line.offering_codes.is_empty());
    let feature = line.offering_codes[0].clone();
    carrier.send(RatePlanChange::new(&carrier.client).change(line.subscriber_number).add_feature(feature))
}

fn remove_a_feature_that_is_not_there(carrier: &Carrier) -> Beliefs<'_> {
    let line = carrier.line(|line| line.status == "A" && line.offering_codes.is_empty());
    let feature = OfferingCode::parse("SOC1").unwrap();
    carrier.send(RatePlanChange::new(&carrier.client).change(line.subscriber_number).remove_feature(feature))
}

fn keep_the_plan(carrier: &Carrier) -> Beliefs<'_> {
    let line = any(carrier, "A");
    let change = RatePlanChange::new(&carrier.client).change(line.subscriber_number);
    carrier.send(change.plan(line.single_user_code))
}

fn change_number_with_a_wrong_zip(carrier: &Carrier) -> Beliefs<'_> {
    let number = any(carrier, "A").subscriber_number;
    carrier.send(NumberChange::new(&carrier.client).system_assigned(number, ZipCode::parse("00001").unwrap()))
}

fn change_a_number_of_nobody(carrier: &Carrier) -> Beliefs<'_> {
    let zip = ZipCode::parse("75201").unwrap();
    carrier.send(NumberChange::new(&carrier.client).system_assigned(writes::foreign_number(), zip))
}

fn suspend_nobody(carrier: &Carrier) -> Beliefs<'_> {
    carrier.send(status(carrier).suspend(writes::foreign_number(), SuspendReason::CustomerRequest))
}

fn give_an_address_to<'a>(carrier: &'a Carrier, status: &str, address: &str) -> Beliefs<'a> {
    let own = |line: &LineView| line.status == status && line.billing_account_number == writes::account();
    let (number, address) = (carrier.line(own).subscriber_number, StaticIp::parse(address).unwrap());
    let line = NewAddress::new(number, address, AccessPointName::parse("apn.example").unwrap());
    let batch = ProvisionBatch::try_from(vec![line]).unwrap();
    let api = PdpProvisioning::new(&carrier.client);
    carrier.send(api.provision(writes::pdp_name(), writes::account(), batch))
}

fn provision_a_suspended_line(carrier: &Carrier) -> Beliefs<'_> {
    give_an_address_to(carrier, "S", "10.20.0.11")
}

fn provision_a_foreign_address(carrier: &Carrier) -> Beliefs<'_> {
    give_an_address_to(carrier, "A", "10.99.0.11")
}

fn remove_an_address_of_nobody(carrier: &Carrier) -> Beliefs<'_> {
    let own = |line: &LineView| line.status == "A" && line.billing_account_number == writes::account();
    let line = HeldAddress::new(carrier.line(own).subscriber_number, StaticIp::parse("10.20.0.11").unwrap());
    let batch = RemovalBatch::try_from(vec![line]).unwrap();
    let api = PdpProvisioning::new(&carrier.client);
    carrier.send(api.remove(writes::pdp_name(), writes::account(), batch))
}

type Send = for<'a> fn(&'a Carrier) -> Beliefs<'a>;

const CASES: [(&str, Send, &str, Belief); 16] = [
    ("suspend", suspend_a_suspended_line, "status.change", ALREADY),
    ("cancel", cancel_a_cancelled_line, "status.change", ALREADY),
    ("restore", restore_an_active_line, "status.change", ALREADY),
    ("restore late", restore_too_late, "status.change", Belief::NotApplied),
    ("transfer", transfer_to_the_same_account, "line.configure", ALREADY),
    ("transfer to nobody", transfer_to_no_account, "line.configure", Belief::NotApplied),
    ("device", put_the_same_device, "line.configure", ALREADY),
    ("add", add_a_feature_that_is_there, "plan.change", ALREADY),
    ("remove", remove_a_feature_that_is_not_there, "plan.change", ALREADY),
    ("plan", keep_the_plan, "plan.change", ALREADY),
    ("number", change_number_with_a_wrong_zip, "number.change", Belief::NotApplied),
    ("number of nobody", change_a_number_of_nobody, "number.change", Belief::NotApplied),
    ("provision", provision_a_suspended_line, "pdp.provision", Belief::NotApplied),
    ("foreign address", provision_a_foreign_address, "pdp.provision", Belief::NotApplied),
    ("remove address", remove_an_address_of_nobody, "pdp.remove", Belief::NotApplied),
    ("suspend nobody", suspend_nobody, "status.change", Belief::NotApplied),
];

#[tokio::test]
async fn a_refusal_that_is_lost_is_never_taken_for_a_success() {
    for (name, send, operation, expected) in CASES {
        for fault in [Fault::F1, Fault::F2, Fault::F3, Fault::F4, Fault::F7, Fault::F8] {
            let carrier = Carrier::new(1);
            carrier.break_next(fault, operation);
            assert_eq!(send(&carrier).await, [expected], "{name} under {fault}");
            assert!(carrier.sandbox.ledger().is_empty(), "{name} under {fault}");
            assert_eq!(carrier.writes_sent(), 1, "{name} under {fault}");
        }
    }
}

#[tokio::test]
async fn an_activation_with_a_sim_in_use_is_not_taken_for_the_line_that_has_it() {
    for variant in ["element_rejected", "whole_post_400", "accepted_twice"] {
        let carrier = Carrier::new(1);
        writes::set_variant(&carrier.sandbox, "duplicate_activation", variant);
        let taken = any(&carrier, "A");
        let line = apex_mobility_service_activation::NewLine::new(
            writes::account(),
            writes::person(),
            writes::address("75201", "Dallas"),
            taken.single_user_code,
            writes::imei(8),
            apex_mobility_service_activation::Sim::Card(taken.sim),
        );
        carrier.break_next(Fault::F2, "activation.submit");
        let batch = ActivationBatch::try_from(vec![line]).unwrap();
        let beliefs = carrier.send(ServiceActivation::new(&carrier.client).submit(batch)).await;
        carrier.sandbox.advance(Duration::from_secs(3600));
        let activated = !carrier.sandbox.ledger().is_empty();
        let expected = if activated { Belief::Applied } else { Belief::Unknown(Why::Doubt(Doubt::NotShown)) };
        assert_eq!(beliefs, [expected], "{variant}");
        assert_eq!(activated, variant == "accepted_twice");
    }
}
