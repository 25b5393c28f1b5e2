//! Accounts as they are printed.

use apex_mobility::billing_account::{Account, AccountStatus};
use apex_mobility::domain::{Address, BillingAccountNumber};
use serde::Serialize;

use crate::printer::{Cell, Column, Record, Tone};

/// The end of a write, as far as AT&T's answer tells. What is not known stays empty.
#[derive(Serialize)]
pub(super) struct Written {
    done: &'static str,
    billing_account: Option<String>,
    foundation_account: Option<String>,
    name: Option<String>,
    status: Option<String>,
}

impl Written {
    /// In the past tense: `account created`. `ban` is the one that was asked for, where there was one.
    pub(super) fn of(done: &'static str, ban: Option<&BillingAccountNumber>, account: &Account) -> Self {
        Self {
            done,
            billing_account: account.ban().or(ban).map(ToString::to_string),
            foundation_account: account.fan().map(ToString::to_string),
            name: account.name.as_deref().and_then(filled),
            status: status_of(account),
        }
    }
}

impl Record for Written {
    const COLUMNS: &'static [Column] = &[
        Column::new("done", "Done"),
        Column::new("billing_account", "BAN"),
        Column::new("foundation_account", "FAN"),
        Column::new("name", "Name"),
        Column::new("status", "Status"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::new(self.done).tone(Tone::Good),
            text(&self.billing_account),
            text(&self.foundation_account),
            text(&self.name),
            text(&self.status).tone(tone_of(self.status.as_deref())),
        ]
    }
}

/// An account with what is known of it.
#[derive(Serialize)]
pub(super) struct Detailed {
    billing_account: Option<String>,
    name: Option<String>,
    status: Option<String>,
    foundation_account: Option<String>,
    foundation_account_name: Option<String>,
    contact: Option<String>,
    attention_to: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    address: Option<String>,
}

impl Detailed {
    pub(super) fn of(account: &Account) -> Self {
        let contact = account.contact.as_ref();
        let parent = account.business_account.as_ref();
        let name = |part: Option<&str>| part.and_then(filled);
        let person = contact.map(|contact| {
            [name(contact.first_name.as_deref()), name(contact.last_name.as_deref())]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
        });
        Self {
            billing_account: account.ban().map(ToString::to_string),
            name: account.name.as_deref().and_then(filled),
            status: status_of(account),
            foundation_account: account.fan().map(ToString::to_string),
            foundation_account_name: parent.and_then(|parent| filled(parent.name.as_deref()?)),
            contact: person.as_deref().and_then(filled),
            attention_to: contact.and_then(|contact| filled(contact.attention_to.as_deref()?)),
            phone: contact.and_then(|contact| filled(contact.phone_number.as_ref()?.as_str())),
            email: contact.and_then(|contact| filled(contact.email.as_ref()?.as_str())),
            address: contact.and_then(|contact| filled(&one_line(contact.address.as_ref()?))),
        }
    }
}

impl Record for Detailed {
    const COLUMNS: &'static [Column] = &[
        Column::new("billing_account", "BAN"),
        Column::new("name", "Name"),
        Column::new("status", "Status"),
        Column::new("foundation_account", "FAN"),
        Column::new("foundation_account_name", "FAN name"),
        Column::new("contact", "Contact"),
        Column::new("attention_to", "Attention"),
        Column::new("phone", "Phone"),
        Column::new("email", "E-mail"),
        Column::new("address", "Address"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            text(&self.billing_account),
            text(&self.name),
            text(&self.status).tone(tone_of(self.status.as_deref())),
            text(&self.foundation_account),
            text(&self.foundation_account_name),
            text(&self.contact),
            text(&self.attention_to),
            text(&self.phone),
            text(&self.email),
            text(&self.address),
        ]
    }
}

/// `100 N Example St, Dallas, TX 75201`.
fn one_line(address: &Address) -> String {
    let joined = |parts: &[&str], between: &str| {
        let parts: Vec<_> = parts.iter().map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        parts.join(between)
    };
    let street =
        [address.street_number(), address.street_direction(), address.street_name(), address.street_type()];
    let end = joined(&[address.state().as_str(), address.zip_code().as_str()], " ");
    joined(&[&joined(&street, " "), address.city(), &end], ", ")
}

fn status_of(account: &Account) -> Option<String> {
    account.status.as_ref().and_then(|status| filled(status.as_str()))
}

fn tone_of(status: Option<&str>) -> Tone {
    match status.map(AccountStatus::from) {
        Some(AccountStatus::Active) => Tone::Good,
        Some(AccountStatus::Suspended) => Tone::Open,
        Some(AccountStatus::Closed) => Tone::Bad,
        Some(AccountStatus::Other(_)) | None => Tone::Plain,
    }
}

fn filled(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

fn text(text: &Option<String>) -> Cell {
    Cell::optional(text.as_deref())
}
