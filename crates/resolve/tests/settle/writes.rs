//! Every write of the APIs, ready to be sent to a carrier that accepts it.

use std::time::Duration;

use apex_mobility_billing_account::{BillingAccount, Contact};
use apex_mobility_core::domain::{
    AccessPointName, AccountName, Address, BillingAccountNumber, Date, FoundationAccountNumber, Iccid, Imei,
    LineNumber, LosingAccount, NpaNxx, OfferingCode, PersonName, SingleUserCode, State, StaticIp,
    SubscriberNumber, ZipCode,
};
use apex_mobility_line_configuration::{DeviceUpdate, LineConfiguration};
use apex_mobility_number_change::NumberChange;
use apex_mobility_pdp_provisioning::{
    HeldAddress, NewAddress, PdpName, PdpProvisioning, ProvisionBatch, RemovalBatch,
};
use apex_mobility_port_management::{LosingCarrier, PortManagement, PortRequest, PortUpdate};
use apex_mobility_rate_plan_change::RatePlanChange;
use apex_mobility_sandbox::{LedgerKind, LineView, Sandbox};
use apex_mobility_service_activation::{ActivationBatch, NewLine, ServiceActivation, Sim};
use apex_mobility_status_change::{CancelReason, RestoreReason, ResumeReason, StatusChange, SuspendReason};

use crate::carrier::{Beliefs, Carrier};

/// One write.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// What the sandbox calls the operation.
    pub(crate) operation: &'static str,
    /// The effect it has.
    pub(crate) effect: LedgerKind,
    pub(crate) readable: Readable,
    /// What must be there before.
    pub(crate) prepare: for<'a> fn(&'a Carrier) -> Beliefs<'a>,
    pub(crate) send: for<'a> fn(&'a Carrier) -> Beliefs<'a>,
}

/// What reads can show of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readable {
    /// That it took effect, and that it did not.
    Fully,
    /// That it took effect: contract 2.5 never says that an activation did not.
    WhenApplied,
    /// Nothing.
    Never,
}

macro_rules! case {
    ($name:ident, $operation:literal, $effect:ident, $readable:ident) => {
        case!($name, $operation, $effect, $readable, nothing)
    };
    ($name:ident, $operation:literal, $effect:ident, $readable:ident, $prepare:ident) => {
        Case {
            name: stringify!($name),
            operation: $operation,
            effect: LedgerKind::$effect,
            readable: Readable::$readable,
            prepare: $prepare,
            send: $name,
        }
    };
}

pub(crate) const ALL: [Case; 28] = [
    case!(suspend, "status.change", Status, Fully),
    case!(resume, "status.change", Status, Fully),
    case!(cancel, "status.change", Status, Fully),
    case!(cancel_a_suspended_line, "status.change", Status, Fully),
    case!(restore, "status.change", Status, Fully),
    case!(change_number, "number.change", Number, Fully),
    case!(choose_number, "number.change", Number, Fully),
    case!(update_device, "line.configure", Device, Fully),
    case!(swap_sim, "line.configure", Device, Fully),
    case!(transfer, "line.configure", Tobr, Fully),
    case!(transfer_with_plan, "line.configure", Tobr, Fully),
    case!(rename_subscriber, "line.configure", Subscriber, Fully),
    case!(move_subscriber, "line.configure", Subscriber, Fully),
    case!(change_plan, "plan.change", Plan, Fully),
    case!(add_feature, "plan.change", Plan, Fully),
    case!(remove_feature, "plan.change", Plan, Fully),
    case!(change_plan_and_features, "plan.change", Plan, Fully),
    case!(activate, "activation.submit", Activation, WhenApplied),
    case!(request_port, "port.request", Port, Fully),
    case!(request_port_again, "port.request", Port, Fully, a_cancelled_port),
    case!(update_port, "port.item/update", Port, Fully, a_port_in_conflict),
    case!(update_open_port, "port.item/update", Port, Never, an_open_port),
    case!(cancel_port, "port.item/cancel", Port, Fully, an_open_port),
    case!(create_account, "billing.create", Account, Never),
    case!(rename_account, "billing.item/update", Account, Fully),
    case!(change_contact, "billing.item/update", Account, Fully),
    case!(provision, "pdp.provision", Ip, Fully),
    case!(remove_address, "pdp.remove", Ip, Fully, an_address),
];

pub(crate) fn nothing(_: &Carrier) -> Beliefs<'_> {
    Box::pin(async { Vec::new() })
}

/// A line with one of the devices that fit every plan, in Dallas, with nothing that bars anything.
fn plain(carrier: &Carrier, status: &str) -> LineView {
    let features = carrier.sandbox.equipment();
    let bars = |code: &OfferingCode| {
        features.feature(code.as_str()).is_some_and(|feature| feature.bars_number_change)
    };
    let free = |line: &LineView| {
        line.contract_end.is_none() && line.eid.is_none() && !line.offering_codes.iter().any(bars)
    };
    let reason = |line: &LineView| line.status_reason_code.as_deref() != Some("DLC");
    carrier.line(|line| line.status == status && free(line) && reason(line) && line.imei == line.network_imei)
}

fn status(carrier: &Carrier) -> StatusChange {
    StatusChange::new(&carrier.client)
}

fn suspend(carrier: &Carrier) -> Beliefs<'_> {
    let number = plain(carrier, "A").subscriber_number;
    carrier.send(status(carrier).suspend(number, SuspendReason::CustomerRequest))
}

fn resume(carrier: &Carrier) -> Beliefs<'_> {
    let number = plain(carrier, "S").subscriber_number;
    carrier.send(status(carrier).resume(number, ResumeReason::CustomerRequest))
}

fn cancel(carrier: &Carrier) -> Beliefs<'_> {
    let number = plain(carrier, "A").subscriber_number;
    carrier.send(status(carrier).cancel(number, CancelReason::Unspecified))
}

fn cancel_a_suspended_line(carrier: &Carrier) -> Beliefs<'_> {
    let number = plain(carrier, "S").subscriber_number;
    carrier.send(status(carrier).cancel(number, CancelReason::LostOrStolen))
}

fn restore(carrier: &Carrier) -> Beliefs<'_> {
    let today = Date::from_system_time(carrier.sandbox.now());
    let since =
        |line: &LineView| line.status_effective_date.is_some_and(|since| since.days_until(today) < 60);
    let line = carrier.line(|line| line.status == "C" && since(line));
    carrier.send(status(carrier).restore(line.subscriber_number, RestoreReason::BringBackLive))
}

fn change_number(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain(carrier, "A");
    let api = NumberChange::new(&carrier.client);
    carrier.send(api.system_assigned(line.subscriber_number, line.service_zip_code))
}

fn choose_number(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain(carrier, "A");
    // An exchange that serves the line's ZIP is that of the line itself.
    let npa_nxx = NpaNxx::parse(&line.subscriber_number.as_str()[..6]).unwrap();
    let last = LineNumber::parse("9876").unwrap();
    let api = NumberChange::new(&carrier.client);
    carrier.send(api.vanity(line.subscriber_number, line.service_zip_code, npa_nxx, last))
}

fn configuration(carrier: &Carrier) -> LineConfiguration {
    LineConfiguration::new(&carrier.client)
}

pub(crate) fn imei(serial: u32) -> Imei {
    Imei::from_payload(format!("00101000{:06}", 900_000 + serial)).unwrap()
}

pub(crate) fn sim(serial: u32) -> Iccid {
    Iccid::from_payload(format!("890199{serial:012}")).unwrap()
}

fn update_device(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain(carrier, "A");
    let device = DeviceUpdate::new(imei(1), line.service_zip_code);
    carrier.send(configuration(carrier).update_device(line.subscriber_number, device))
}

fn swap_sim(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain(carrier, "A");
    let device = DeviceUpdate::new(line.imei, line.service_zip_code).sim(sim(1));
    carrier.send(configuration(carrier).update_device(line.subscriber_number, device))
}

fn other_account(line: &LineView) -> BillingAccountNumber {
    let accounts = ["000000000001", "000000000002"].map(|ban| BillingAccountNumber::parse(ban).unwrap());
    accounts.into_iter().find(|ban| *ban != line.billing_account_number).unwrap()
}

fn transfer(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain(carrier, "A");
    let to = other_account(&line);
    carrier.send(configuration(carrier).transfer(line.subscriber_number, to))
}

fn transfer_with_plan(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain(carrier, "A");
    let (to, plan) = (other_account(&line), other_plan(&line));
    carrier.send(configuration(carrier).transfer(line.subscriber_number, to).plan(plan))
}

pub(crate) fn person() -> PersonName {
    PersonName::new("Test", "User").unwrap()
}

pub(crate) fn address(zip: &str, city: &str) -> Address {
    let (state, zip) = (State::parse("TX").unwrap(), ZipCode::parse(zip).unwrap());
    Address::new("100", "Example", city, state, zip).unwrap()
}

fn rename_subscriber(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain(carrier, "A");
    carrier.send(configuration(carrier).update_subscriber(line.subscriber_number).name(person()))
}

fn move_subscriber(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain_elsewhere(carrier);
    let home = address("75201", "Dallas");
    carrier.send(configuration(carrier).update_subscriber(line.subscriber_number).address(home))
}

fn plain_elsewhere(carrier: &Carrier) -> LineView {
    carrier.line(|line| line.status == "A" && line.service_zip_code.as_str() != "75201")
}

/// Plans that every device can have.
fn other_plan(line: &LineView) -> SingleUserCode {
    let plans = ["APXPLAN01", "APXPLAN02"].map(|code| SingleUserCode::parse(code).unwrap());
    plans.into_iter().find(|plan| *plan != line.single_user_code).unwrap()
}

fn change_plan(carrier: &Carrier) -> Beliefs<'_> {
    let line = plain(carrier, "A");
    let plan = other_plan(&line);
    carrier.send(RatePlanChange::new(&carrier.client).change(line.subscriber_number).plan(plan))
}

fn with_feature(carrier: &Carrier, code: &str, wanted: bool) -> LineView {
    carrier.line(|line| line.status == "A" && has(line, code) == wanted && line.contract_end.is_none())
}

fn has(line: &LineView, code: &str) -> bool {
    line.offering_codes.iter().any(|own| own.as_str() == code)
}

fn soc(code: &str) -> OfferingCode {
    OfferingCode::parse(code).unwrap()
}

fn add_feature(carrier: &Carrier) -> Beliefs<'_> {
    let line = with_feature(carrier, "SOC1", false);
    carrier.send(RatePlanChange::new(&carrier.client).change(line.subscriber_number).add_feature(soc("SOC1")))
}

fn remove_feature(carrier: &Carrier) -> Beliefs<'_> {
    let line = with_feature(carrier, "SOC1", true);
    let change = RatePlanChange::new(&carrier.client).change(line.subscriber_number);
    carrier.send(change.remove_feature(soc("SOC1")).immediately())
}

fn change_plan_and_features(carrier: &Carrier) -> Beliefs<'_> {
    let line = with_feature(carrier, "SOC1", false);
    let plan = other_plan(&line);
    let change = RatePlanChange::new(&carrier.client).change(line.subscriber_number);
    carrier.send(change.plan(plan).add_feature(soc("SOC1")))
}

pub(crate) fn new_line(serial: u32) -> NewLine {
    NewLine::new(
        account(),
        person(),
        address("75201", "Dallas"),
        SingleUserCode::parse("APXPLAN01").unwrap(),
        imei(serial),
        Sim::Card(sim(serial)),
    )
}

fn activate(carrier: &Carrier) -> Beliefs<'_> {
    let batch = ActivationBatch::try_from(vec![new_line(7)]).unwrap();
    carrier.send(ServiceActivation::new(&carrier.client).submit(batch))
}

pub(crate) fn account() -> BillingAccountNumber {
    BillingAccountNumber::parse("000000000001").unwrap()
}

fn ports(carrier: &Carrier) -> PortManagement {
    PortManagement::new(&carrier.client)
}

/// A number of another carrier's.
pub(crate) fn foreign_number() -> SubscriberNumber {
    SubscriberNumber::parse("9725550188").unwrap()
}

fn losing(number: &str) -> LosingCarrier {
    LosingCarrier::new(LosingAccount::parse(number).unwrap(), person())
}

fn port(losing_account: &str) -> PortRequest {
    let home = address("75201", "Dallas");
    PortRequest::new(foreign_number(), account(), person(), home, losing(losing_account))
}

fn request_port(carrier: &Carrier) -> Beliefs<'_> {
    carrier.send(ports(carrier).request(port("OLD-1")))
}

fn request_port_again(carrier: &Carrier) -> Beliefs<'_> {
    request_port(carrier)
}

fn update_port(carrier: &Carrier) -> Beliefs<'_> {
    let update = PortUpdate::new().losing_carrier(losing("OLD-1"));
    carrier.send(ports(carrier).update(foreign_number(), update))
}

fn update_open_port(carrier: &Carrier) -> Beliefs<'_> {
    update_port(carrier)
}

fn cancel_port(carrier: &Carrier) -> Beliefs<'_> {
    carrier.send(ports(carrier).cancel(foreign_number(), ZipCode::parse("75201").unwrap()))
}

fn an_open_port(carrier: &Carrier) -> Beliefs<'_> {
    request_port(carrier)
}

fn a_port_in_conflict(carrier: &Carrier) -> Beliefs<'_> {
    Box::pin(async move {
        let beliefs = carrier.send(ports(carrier).request(port("CT-8A"))).await;
        carrier.sandbox.advance(Duration::from_secs(3 * 3600));
        beliefs
    })
}

fn a_cancelled_port(carrier: &Carrier) -> Beliefs<'_> {
    Box::pin(async move {
        request_port(carrier).await;
        cancel_port(carrier).await
    })
}

fn accounts(carrier: &Carrier) -> BillingAccount {
    BillingAccount::new(&carrier.client)
}

fn company(text: &str) -> AccountName {
    AccountName::parse(text).unwrap()
}

fn create_account(carrier: &Carrier) -> Beliefs<'_> {
    let fan = FoundationAccountNumber::parse("00000001").unwrap();
    let contact = Contact::new(person(), address("75201", "Dallas"));
    carrier.send(accounts(carrier).create(fan, company("New Example"), contact))
}

fn rename_account(carrier: &Carrier) -> Beliefs<'_> {
    carrier.send(accounts(carrier).update(account()).name(company("Renamed Example")))
}

fn change_contact(carrier: &Carrier) -> Beliefs<'_> {
    let contact = Contact::new(person(), address("75201", "Dallas"));
    carrier.send(accounts(carrier).update(account()).contact(contact))
}

fn pdp(carrier: &Carrier) -> PdpProvisioning {
    PdpProvisioning::new(&carrier.client)
}

pub(crate) fn pdp_name() -> PdpName {
    PdpName::parse("PDP-EXAMPLE").unwrap()
}

fn static_ip() -> StaticIp {
    StaticIp::parse("10.20.0.11").unwrap()
}

/// An active line of the first account.
fn billed(carrier: &Carrier) -> LineView {
    carrier.line(|line| line.status == "A" && line.billing_account_number == account())
}

fn provision(carrier: &Carrier) -> Beliefs<'_> {
    let access_point = AccessPointName::parse("apn.example").unwrap();
    let line = NewAddress::new(billed(carrier).subscriber_number, static_ip(), access_point);
    let batch = ProvisionBatch::try_from(vec![line]).unwrap();
    carrier.send(pdp(carrier).provision(pdp_name(), account(), batch))
}

fn remove_address(carrier: &Carrier) -> Beliefs<'_> {
    let line = HeldAddress::new(billed(carrier).subscriber_number, static_ip());
    let batch = RemovalBatch::try_from(vec![line]).unwrap();
    carrier.send(pdp(carrier).remove(pdp_name(), account(), batch))
}

fn an_address(carrier: &Carrier) -> Beliefs<'_> {
    Box::pin(async move {
        let beliefs = provision(carrier).await;
        carrier.sandbox.advance(Duration::from_secs(600));
        beliefs
    })
}

/// A sandbox's word for what differs from its usual ways.
pub(crate) fn set_variant(sandbox: &Sandbox, flag: &str, value: &str) {
    sandbox.set_variant(flag, value).unwrap();
}
