//! Billing accounts (contract 4.4).

use apex_mobility::billing_account::Contact;
use apex_mobility::domain::{AccountName, FoundationAccountNumber, Passcode, PersonName};

use super::{Api, Write, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Intent, Told};
use crate::target::{account, address, person};

pub(super) const ALL: &[Write] = &[
    write("create-account", Api::Billing, |carrier| Box::pin(create(carrier))).never_shown(),
    write("rename-account", Api::Billing, |carrier| Box::pin(rename(carrier))),
    write("change-contact", Api::Billing, |carrier| Box::pin(change_contact(carrier))),
    // A secret that is written and never read.
    write("change-passcode", Api::Billing, |carrier| Box::pin(change_passcode(carrier))).never_shown(),
];

fn name(carrier: &Carrier) -> AccountName {
    AccountName::parse(format!("Example {}", carrier.serial())).unwrap()
}

async fn create(carrier: &Carrier) -> Vec<Told> {
    let fan = FoundationAccountNumber::parse("00000001").unwrap();
    let call = carrier.apex.billing_account().create(fan, name(carrier), Contact::new(person(), address()));
    carrier.send(call, Intent::OnAccounts).await
}

async fn rename(carrier: &Carrier) -> Vec<Told> {
    let call = carrier.apex.billing_account().update(account()).name(name(carrier));
    carrier.send(call, Intent::OnAccounts).await
}

async fn change_contact(carrier: &Carrier) -> Vec<Told> {
    let person = PersonName::new("Test", format!("User {}", carrier.serial())).unwrap();
    let call = carrier.apex.billing_account().update(account()).contact(Contact::new(person, address()));
    carrier.send(call, Intent::OnAccounts).await
}

async fn change_passcode(carrier: &Carrier) -> Vec<Told> {
    let passcode = Passcode::parse(format!("{:06}", 246_000 + carrier.serial())).unwrap();
    let call = carrier.apex.billing_account().update(account()).passcode(passcode);
    carrier.send(call, Intent::OnAccounts).await
}
