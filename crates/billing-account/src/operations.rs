//! The operations of the Billing Account API, without I/O.

use apex_mobility_core::catalog::Signal;
use apex_mobility_core::domain::{
    AccountName, Address, BillingAccountNumber, EmailAddress, FoundationAccountNumber, Passcode, PhoneNumber,
};
use apex_mobility_core::{DecodeError, EncodeError, Operation, Safety, Wire, decode_written};
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::model::{Account, Contact};

/// Creates an account (contract 4.4, `billing.create`).
#[derive(Debug, Clone, PartialEq)]
pub struct CreateAccount {
    /// The foundation account it is to belong to.
    pub fan: FoundationAccountNumber,
    /// What it is to be called.
    pub name: AccountName,
    /// Whom the carrier turns to.
    pub contact: Contact,
    /// The passcode of whoever calls about it.
    pub passcode: Option<Passcode>,
}

impl Operation for CreateAccount {
    type Output = Account;

    const NAME: &'static str = "billing.create";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "nothing can be read, as there is no search for accounts: a person asks AT&T \
                                     whether the account exists, before it is created once more";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let body = Members {
            name: Some(self.name.as_str()),
            business_account: Some(Parent { fan: self.fan.as_str() }),
            contact: Some(Person::of(&self.contact)),
            passcode: self.passcode.as_ref().map(Passcode::expose),
        };
        wire.request(Self::NAME)?.json(&body)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Account, DecodeError> {
        decode_written(answer.body())
    }
}

/// Updates an account (contract 4.4, `billing.item`).
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateAccount {
    /// The account.
    pub ban: BillingAccountNumber,
    /// Another name.
    pub name: Option<AccountName>,
    /// Another contact, as a whole.
    pub contact: Option<Contact>,
    /// Another passcode.
    pub passcode: Option<Passcode>,
}

impl Operation for UpdateAccount {
    type Output = Account;

    const NAME: &'static str = "billing.item/update";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the account and compare its name and contact, the passcode cannot be read: \
                                     if they are as before, send it again";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        if self.name.is_none() && self.contact.is_none() && self.passcode.is_none() {
            return Err(EncodeError::new("nothing to change: set a name, a contact or a passcode"));
        }
        let body = Members {
            name: self.name.as_ref().map(AccountName::as_str),
            business_account: None,
            contact: self.contact.as_ref().map(Person::of),
            passcode: self.passcode.as_ref().map(Passcode::expose),
        };
        wire.request(Self::NAME)?.path_value("billingAccountNumber", self.ban.as_str()).json(&body)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Account, DecodeError> {
        decode_written(answer.body())
    }
}

/// Reads an account (contract 4.4, `billing.item`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetAccount {
    /// The account.
    pub ban: BillingAccountNumber,
}

impl Operation for GetAccount {
    type Output = Account;

    const NAME: &'static str = "billing.item/read";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.path_value("billingAccountNumber", self.ban.as_str()).finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Account, DecodeError> {
        let account = decode_written::<Account>(answer.body())?;
        // contract 4.4, confirmed: an unknown BAN may be answered with a success that names no FAN.
        match account.fan() {
            Some(_) => Ok(account),
            None => Err(DecodeError::missing_means(
                "foundation account, so there is no such account",
                Signal::NotThere,
            )),
        }
    }
}

/// The body: what is not said is left out.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_account: Option<Parent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Person<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    passcode: Option<&'a str>,
}

#[derive(Serialize)]
struct Parent<'a> {
    fan: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Person<'a> {
    first_name: &'a str,
    last_name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    attention_to: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    address: &'a Address,
}

impl<'a> Person<'a> {
    fn of(contact: &'a Contact) -> Self {
        Self {
            first_name: contact.name.first(),
            last_name: contact.name.last(),
            attention_to: contact.attention_to.as_deref(),
            phone_number: contact.phone_number.as_ref().map(PhoneNumber::as_str),
            email: contact.email.as_ref().map(EmailAddress::as_str),
            address: &contact.address,
        }
    }
}
