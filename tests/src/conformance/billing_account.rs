//! Contract 4.4.

use apex_mobility::billing_account::{Account, AccountStatus, BillingAccount, Contact};
use apex_mobility::catalog::Class;
use apex_mobility::domain::{
    AccessPointName, AccountName, BillingAccountNumber, EmailAddress, FoundationAccountNumber, LosingAccount,
    Passcode, PhoneNumber, StaticIp, SubscriberNumber,
};
use apex_mobility::pdp_provisioning::{LineState, NewAddress, PdpName, ProvisionBatch};
use apex_mobility::port_management::{LosingCarrier, PortRequest, PortState};
use apex_mobility::service_activation::{ActivationBatch, ActivationLine, ActivationState, NewLine, Sim};
use apex_mobility::{Effect, Error, ErrorKind, Settled};
use apex_mobility_sandbox::{Fault, FaultRule, When};

use crate::Target;
use crate::target::{account, address, imei, person, plan, sim};

fn api(target: &Target) -> BillingAccount {
    target.apex.billing_account()
}

fn fan(text: &str) -> FoundationAccountNumber {
    FoundationAccountNumber::parse(text).unwrap()
}

fn name(text: &str) -> AccountName {
    AccountName::parse(text).unwrap()
}

fn contact() -> Contact {
    Contact::new(person(), address())
        .attention_to("Accounts Payable")
        .phone_number(PhoneNumber::parse("2145550100").unwrap())
        .email(EmailAddress::parse("test@example.com").unwrap())
}

fn unknown_account() -> BillingAccountNumber {
    BillingAccountNumber::parse("999999999999").unwrap()
}

async fn create(target: &Target) -> Account {
    let call = api(target).create(fan("00000001"), name("Example Co"), contact());
    call.passcode(Passcode::parse("847215").unwrap()).send().await.unwrap()
}

fn told(error: &Error) -> (u16, Class, Effect) {
    (error.status().unwrap().as_u16(), error.class(), error.effect())
}

/// A created account can be read, and is active under its FAN.
pub async fn a_created_account_can_be_read(target: Target) {
    let created = create(&target).await;
    let ban = created.ban().unwrap().clone();
    assert!(ban.is_valid());
    assert_eq!(created.fan(), Some(&fan("00000001")));
    assert_eq!(created.status, Some(AccountStatus::Active));
    assert_eq!(created.name.as_deref(), Some("Example Co"));
    let contact = created.contact.as_ref().unwrap();
    assert_eq!(contact.attention_to.as_deref(), Some("Accounts Payable"));
    assert_eq!(contact.address, Some(address()));
    assert_eq!(api(&target).get(ban.clone()).send().await.unwrap(), created);
    assert_eq!(target.effects(), ["account"]);
    assert_eq!(target.sandbox.ledger()[0].detail["billingAccountNumber"], ban.as_str());
}

/// The passcode is write-only: no reply shows it.
pub async fn no_reply_shows_the_passcode(target: Target) {
    let created = create(&target).await;
    let read = api(&target).get(created.ban().unwrap().clone()).send().await.unwrap();
    for account in [created, read] {
        assert!(account.unknown.is_empty());
        assert!(!format!("{account:?}").contains("847215"));
    }
    assert!(target.sandbox.ledger().iter().all(|entry| !entry.detail.values().any(|v| v.contains("847215"))));
}

/// Each create makes another account, with the next number.
pub async fn each_create_makes_another_account(target: Target) {
    let first: u64 = create(&target).await.ban().unwrap().as_str().parse().unwrap();
    let second: u64 = create(&target).await.ban().unwrap().as_str().parse().unwrap();
    assert_eq!(second, first + 1);
    assert_eq!(target.effects(), ["account", "account"]);
}

/// A FAN that is not known is refused.
pub async fn an_unknown_fan_is_refused(target: Target) {
    let call = api(&target).create(fan("99999999"), name("Example Co"), contact());
    let error = call.send().await.unwrap_err();
    assert_eq!(told(&error), (400, Class::InvalidInput, Effect::Rejected));
    assert_eq!(error.row().unwrap().number, 20);
    assert!(target.effects().is_empty());
}

/// An address that cannot be verified is refused.
pub async fn an_address_that_cannot_be_verified_is_refused(target: Target) {
    use apex_mobility::domain::{Address, State, ZipCode};
    let (state, zip) = (State::parse("TX").unwrap(), ZipCode::parse("75201").unwrap());
    let elsewhere = Contact::new(person(), Address::new("100", "Example", "Boston", state, zip).unwrap());
    let error = api(&target).create(fan("00000001"), name("Example Co"), elsewhere).send().await.unwrap_err();
    assert_eq!(told(&error), (400, Class::InvalidInput, Effect::Rejected));
    assert_eq!(error.row().unwrap().number, 25);
    assert!(target.effects().is_empty());
}

/// Name, contact and passcode change together or apart, and the rest stays.
pub async fn name_contact_and_passcode_change_together_or_apart(target: Target) {
    let before = create(&target).await;
    let ban = before.ban().unwrap().clone();
    let renamed = api(&target).update(ban.clone()).name(name("Example Group")).send().await.unwrap();
    assert_eq!(renamed.name.as_deref(), Some("Example Group"));
    assert_eq!(
        (&renamed.contact, renamed.fan(), renamed.ban()),
        (&before.contact, before.fan(), before.ban())
    );

    let passcode = || Passcode::parse("000000").unwrap();
    let same = api(&target).update(ban.clone()).passcode(passcode()).send().await.unwrap();
    assert_eq!(same, renamed);

    let bare = Contact::new(person(), address());
    let call = api(&target).update(ban.clone()).name(name("Example Co")).contact(bare);
    let after = call.passcode(passcode()).send().await.unwrap();
    assert_eq!(after.contact.as_ref().unwrap().email.as_ref().map_or("", EmailAddress::as_str), "");
    assert_eq!(api(&target).get(ban).send().await.unwrap(), after);

    let ledger = target.sandbox.ledger();
    let members: Vec<_> = ledger.iter().skip(1).map(|entry| entry.detail["members"].as_str()).collect();
    assert_eq!(members, ["name", "passcode", "name,contact"]);
}

/// An update of nothing is not sent.
pub async fn an_update_of_nothing_is_not_sent(target: Target) {
    let error = api(&target).update(account()).send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Request, Effect::NotSent));
    assert_eq!(error.attempts(), 0);
}

/// An account that nobody has is not found.
pub async fn an_unknown_account_is_not_found(target: Target) {
    let error = api(&target).get(unknown_account()).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::NotFound, Effect::None));
    let error = api(&target).update(unknown_account()).name(name("Other")).send().await.unwrap_err();
    assert_eq!(told(&error), (404, Class::NotFound, Effect::Rejected));
    assert!(target.effects().is_empty());
}

/// Accounts that are closed or suspended can be read.
pub async fn accounts_of_each_status_can_be_read(target: Target) {
    for (ban, status) in [
        ("000000000001", AccountStatus::Active),
        ("000000000007", AccountStatus::Closed),
        ("000000000008", AccountStatus::Suspended),
    ] {
        let ban = BillingAccountNumber::parse(ban).unwrap();
        assert_eq!(api(&target).get(ban).send().await.unwrap().status, Some(status));
    }
}

/// A new account can be named by an activation; one that is not open cannot.
pub async fn lines_are_activated_on_a_new_account(target: Target) {
    let ban = create(&target).await.ban().unwrap().clone();
    let closed = BillingAccountNumber::parse("000000000007").unwrap();
    let line = |ban: &BillingAccountNumber, n| {
        NewLine::new(ban.clone(), person(), address(), plan(), imei(n), Sim::Card(sim(n)))
    };
    let batch = ActivationBatch::try_from(vec![line(&ban, 1), line(&closed, 2)]).unwrap();
    let settled = target.apex.service_activation().submit(batch).begin().await.unwrap().await.unwrap();
    let Settled::Done(outcome) = settled else { panic!("not settled: {settled:?}") };
    let mut states: Vec<_> = outcome.lines().iter().map(ActivationLine::state).collect();
    states.sort();
    assert_eq!(states, [Some(ActivationState::Active), Some(ActivationState::Rejected)]);
    let activated = target.line(|line| line.billing_account_number == ban);
    assert_eq!(activated.sim, sim(1));
}

/// A new account can be named by a port request.
pub async fn numbers_are_ported_to_a_new_account(target: Target) {
    let ban = create(&target).await.ban().unwrap().clone();
    let number = SubscriberNumber::parse("9735550107").unwrap();
    let losing = LosingCarrier::new(LosingAccount::parse("OLD-1").unwrap(), person());
    let request = PortRequest::new(number, ban.clone(), person(), address(), losing);
    let port = target.apex.port_management().request(request).send().await.unwrap();
    assert_eq!(port.state, Some(PortState::Open));
    let ledger = target.sandbox.ledger();
    assert_eq!(ledger.last().unwrap().detail["billingAccountNumber"], ban.as_str());
}

/// A new account can be named by a transfer.
pub async fn lines_are_transferred_to_a_new_account(target: Target) {
    let ban = create(&target).await.ban().unwrap().clone();
    let number = target.line(|line| line.status == "A").subscriber_number;
    target.apex.line_configuration().transfer(number.clone(), ban.clone()).send().await.unwrap();
    assert_eq!(target.sandbox.line(&number).unwrap().billing_account_number, ban);
}

/// A new account can be named by a request for static IPs, for a line that it pays for.
pub async fn static_addresses_go_to_lines_of_a_new_account(target: Target) {
    let ban = create(&target).await.ban().unwrap().clone();
    let number = target.line(|line| line.status == "A").subscriber_number;
    target.apex.line_configuration().transfer(number.clone(), ban.clone()).send().await.unwrap();
    let address = StaticIp::parse("10.20.0.11").unwrap();
    let line = NewAddress::new(number.clone(), address, AccessPointName::parse("apn.example").unwrap());
    let batch = ProvisionBatch::try_from(vec![line]).unwrap();
    let pdp = target.apex.pdp_provisioning().provision(PdpName::parse("PDP-EXAMPLE").unwrap(), ban, batch);
    let settled = pdp.begin().await.unwrap().await.unwrap();
    let Settled::Done(outcome) = settled else { panic!("not settled: {settled:?}") };
    assert_eq!(outcome.find(&number).unwrap().state(), LineState::Provisioned);
    assert_eq!(target.effects().last().unwrap(), "ip");
}

/// A create whose answer is lost is sent once, may have been carried out, and says that nothing can be read.
pub async fn a_lost_create_is_never_sent_again(target: Target) {
    target.sandbox.set_faults([FaultRule::new(Fault::F7, "billing.create", When::Nth(1)).unwrap()]);
    let call = target.unjudged.billing_account().create(fan("00000001"), name("Example Co"), contact());
    let error = call.send().await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert!(error.next_step().contains("nothing can be read"), "{}", error.next_step());
    assert_eq!(target.effects(), ["account"]);
}

/// An update whose answer is lost is settled by reading the account.
pub async fn a_lost_update_is_settled_by_a_read(target: Target) {
    target.sandbox.set_faults([FaultRule::new(Fault::F3, "billing.item/update", When::Nth(1)).unwrap()]);
    let call = target.unjudged.billing_account().update(account()).name(name("Example Group"));
    let error = call.send().await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1));
    assert!(error.next_step().contains("read the account"), "{}", error.next_step());
    let read = api(&target).get(account()).send().await.unwrap();
    assert_eq!(read.name.as_deref(), Some("Example Group"));
}
