//! Billing Account (contract 4.4): who pays for lines.

use serde::Serialize;

use crate::digits::{Ban, Fan, Number};
use crate::parse::billing_account::{AccountUpdate, ContactBody, NewAccount};
use crate::parse::party::{Address, filled};
use crate::reply::Refusal;
use crate::rules::party::{self, PartyFlaw};
use crate::state::{Account, AccountId, AccountStatus, Contact, PostalAddress, World};

/// The reply of all three. contract 4.4: the passcode is in none.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountReply<'a> {
    id: String,
    href: String,
    name: &'a str,
    status: &'static str,
    business_account: BusinessAccount,
    contact: &'a Contact,
}

#[derive(Serialize)]
struct BusinessAccount {
    fan: String,
    name: String,
}

/// Creates an account under the next BAN.
pub(crate) fn create(world: &mut World, asked: NewAccount) -> Result<AccountReply<'_>, Refusal> {
    let fan = Fan::read(&asked.fan).filter(|fan| world.accounts.knows(*fan));
    // contract 6, row 20.
    let fan = fan.ok_or_else(|| {
        Refusal::business(format!("Foundation account {} does not belong to you", asked.fan))
    })?;
    let account = Account {
        fan,
        name: asked.name,
        status: AccountStatus::Active,
        bill_day: world.today().date().day().clamp(1, 28).unsigned_abs(),
        contact: contact(world, &asked.contact)?,
        passcode: asked.passcode,
    };
    let id = world.accounts.add(account);
    let id = id.ok_or_else(|| Refusal::business("All billing account numbers are given out"))?;
    let detail = vec![("foundationAccountNumber", fan.to_string()), ("change", "created".to_owned())];
    world.record_for_account(id, detail);
    reply(world, id)
}

/// Changes name, contact and passcode.
pub(crate) fn update(
    world: &mut World,
    ban: Option<Ban>,
    asked: AccountUpdate,
) -> Result<AccountReply<'_>, Refusal> {
    let id = find(world, ban)?;
    let contact = asked.contact.as_ref().map(|sent| contact(world, sent)).transpose()?;
    let Some(account) = world.accounts.get_mut(id) else { return Err(unknown()) };
    let mut changed = Vec::new();
    if let Some(name) = asked.name.filter(|name| *name != account.name) {
        account.name = name;
        changed.push("name");
    }
    if let Some(contact) = contact.filter(|contact| *contact != account.contact) {
        account.contact = contact;
        changed.push("contact");
    }
    if asked.passcode.is_some() && asked.passcode != account.passcode {
        account.passcode = asked.passcode;
        changed.push("passcode");
    }
    // What is as it was is no effect.
    if !changed.is_empty() {
        let detail = vec![("change", "updated".to_owned()), ("members", changed.join(","))];
        world.record_for_account(id, detail);
    }
    reply(world, id)
}

/// Shows an account, of whatever status.
pub(crate) fn read(world: &World, ban: Option<Ban>) -> Result<AccountReply<'_>, Refusal> {
    reply(world, find(world, ban)?)
}

fn find(world: &World, ban: Option<Ban>) -> Result<AccountId, Refusal> {
    ban.and_then(|ban| world.accounts.find(ban)).map(|(id, _)| id).ok_or_else(unknown)
}

/// contract 6, row 44.
fn unknown() -> Refusal {
    Refusal::not_found("Billing account not found")
}

fn reply(world: &World, id: AccountId) -> Result<AccountReply<'_>, Refusal> {
    let account = world.accounts.get(id).ok_or_else(unknown)?;
    let ban = id.ban().to_string();
    Ok(AccountReply {
        href: format!("/mobility/billingaccount/{ban}"),
        id: ban,
        name: &account.name,
        status: account.status.word(),
        business_account: BusinessAccount {
            fan: account.fan.to_string(),
            name: format!("Example Group {}", account.fan.0),
        },
        contact: &account.contact,
    })
}

/// A contact with a name, and an address that verifies (contract 6, rows 24 and 25).
fn contact(world: &World, sent: &ContactBody) -> Result<Contact, Refusal> {
    let needed = |member, text: &Option<String>| {
        filled(text.as_deref()).map(str::to_owned).ok_or(PartyFlaw::Missing(member))
    };
    let address = sent.address.as_ref().ok_or(PartyFlaw::Missing("contact.address"))?;
    party::verify(world, address)?;
    let phone_number = text(&sent.phone_number);
    if !phone_number.is_empty() && Number::read(&phone_number).is_none() {
        return Err(Refusal::invalid("contact.phoneNumber is not a number of ten digits"));
    }
    let email = text(&sent.email);
    let delivers =
        email.split_once('@').is_some_and(|(mailbox, domain)| !mailbox.is_empty() && !domain.is_empty());
    if !email.is_empty() && !delivers {
        return Err(Refusal::invalid("contact.email is not an e-mail address"));
    }
    Ok(Contact {
        first_name: needed("contact.firstName", &sent.first_name)?,
        last_name: needed("contact.lastName", &sent.last_name)?,
        attention_to: text(&sent.attention_to),
        phone_number,
        email,
        address: postal(address),
    })
}

fn postal(sent: &Address) -> PostalAddress {
    PostalAddress {
        street_number: text(&sent.street_number),
        street_direction: text(&sent.street_direction),
        street_name: text(&sent.street_name),
        street_type: text(&sent.street_type),
        city: text(&sent.city),
        state: text(&sent.state),
        zip_code: text(&sent.zip_code),
    }
}

fn text(sent: &Option<String>) -> String {
    filled(sent.as_deref()).unwrap_or_default().to_owned()
}
