//! Create billing accounts, update them, read them: who pays for lines.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use apex_mobility_billing_account::{AccountStatus, BillingAccount, Contact};
//! use apex_mobility_core::domain::*;
//!
//! let address = Address::new("100", "Example", "Dallas", State::parse("TX")?, ZipCode::parse("75201")?)?;
//! let contact = Contact::new(PersonName::new("Test", "User")?, address)
//!     .phone_number(PhoneNumber::parse("214-555-0100")?)
//!     .email(EmailAddress::parse("test@example.com")?);
//! let accounts = BillingAccount::new(&client);
//! let created = accounts
//!     .create(FoundationAccountNumber::parse("00000001")?, AccountName::parse("Example Co")?, contact)
//!     .passcode(Passcode::parse("000000")?)
//!     .send()
//!     .await?;
//! let ban = created.ban().ok_or("accepted without a number")?.clone();
//!
//! accounts.update(ban.clone()).name(AccountName::parse("Example Group")?).send().await?;
//! let account = accounts.get(ban).send().await?;
//! assert_eq!(account.status, Some(AccountStatus::Active));
//! # assert_eq!(account.name.as_deref(), Some("Example Group"));
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client)).unwrap();
//! # assert_eq!(sandbox.ledger().len(), 2);
//! ```
//!
//! Activations, port requests, transfers of billing responsibility and static IPs name an account by its
//! number (BAN). Everything of an account but name, contact and passcode is AT&T's to change.
//!
//! **A create whose answer is lost is never sent again**, or there may be two accounts. Nothing can be read
//! either: there is no search for accounts. Its error says [`Effect::Unknown`](apex_mobility_core::Effect);
//! a person asks AT&T. An update is settled by reading the account.
//!
//! The passcode is written and never read: it is in no `Debug`, error or log, and what a reply echoes of it
//! is hidden.
//!
//! **Evidence**: that accounts are read this way, their status and their FAN are confirmed; paths and bodies
//! of create and update, the other members and the status words are inferred and replaceable in the wire
//! profile (`billing.create`, `billing.item`).

mod finding;
mod model;
pub mod operations;

use apex_mobility_core::domain::{AccountName, BillingAccountNumber, FoundationAccountNumber, Passcode};
use apex_mobility_core::{Client, call};

pub use model::{Account, AccountContact, AccountStatus, BusinessAccount, Contact};

/// The Billing Account API.
#[derive(Debug, Clone)]
pub struct BillingAccount {
    client: Client,
}

impl BillingAccount {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Creates an account under a foundation account.
    pub fn create(&self, fan: FoundationAccountNumber, name: AccountName, contact: Contact) -> CreateAccount {
        let operation = operations::CreateAccount { fan, name, contact, passcode: None };
        CreateAccount::new(&self.client, operation)
    }

    /// Updates an account: what is set, and nothing else. An update of nothing is refused before it is sent.
    pub fn update(&self, ban: BillingAccountNumber) -> UpdateAccount {
        let operation = operations::UpdateAccount { ban, name: None, contact: None, passcode: None };
        UpdateAccount::new(&self.client, operation)
    }

    /// Reads an account. An unknown one is an error of class `not_found`, also where AT&T answers with a
    /// success and an account without FAN (contract 4.4, confirmed).
    pub fn get(&self, ban: BillingAccountNumber) -> GetAccount {
        GetAccount::new(&self.client, operations::GetAccount { ban })
    }
}

call! {
    /// An account to create.
    pub struct CreateAccount(operations::CreateAccount);
}

impl CreateAccount {
    /// The passcode that whoever calls about the account is asked for.
    pub fn passcode(mut self, passcode: Passcode) -> Self {
        self.0.operation_mut().passcode = Some(passcode);
        self
    }
}

call! {
    /// An account to update.
    pub struct UpdateAccount(operations::UpdateAccount);
}

impl UpdateAccount {
    /// Another name.
    pub fn name(mut self, name: AccountName) -> Self {
        self.0.operation_mut().name = Some(name);
        self
    }

    /// Another contact, in the place of the whole one that is there.
    pub fn contact(mut self, contact: Contact) -> Self {
        self.0.operation_mut().contact = Some(contact);
        self
    }

    /// Another passcode.
    pub fn passcode(mut self, passcode: Passcode) -> Self {
        self.0.operation_mut().passcode = Some(passcode);
        self
    }
}

call! {
    /// An account to read.
    pub struct GetAccount(operations::GetAccount);
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
