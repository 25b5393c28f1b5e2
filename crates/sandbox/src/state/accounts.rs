//! Billing accounts under foundation accounts.

use std::num::NonZeroU64;

use serde::Serialize;

use crate::digits::{Ban, Fan};

/// Place of an account in the sequence. BANs are given out in sequence, so the place tells the BAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AccountId(pub(crate) u32);

impl AccountId {
    pub(crate) fn ban(self) -> Ban {
        Ban(NonZeroU64::MIN.saturating_add(u64::from(self.0)))
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) fan: Fan,
    pub(crate) name: String,
    pub(crate) status: AccountStatus,
    /// Day of the month on which its bill cycle begins.
    pub(crate) bill_day: u8,
    pub(crate) contact: Contact,
    /// contract 4.4: written, and shown by no reply.
    pub(crate) passcode: Option<String>,
}

/// Whom the carrier turns to about an account; empty where nothing was said. Written as replies show it.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Contact {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) attention_to: String,
    pub(crate) phone_number: String,
    pub(crate) email: String,
    pub(crate) address: PostalAddress,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PostalAddress {
    pub(crate) street_number: String,
    pub(crate) street_direction: String,
    pub(crate) street_name: String,
    pub(crate) street_type: String,
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) zip_code: String,
}

/// contract 4.4: the sandbox's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountStatus {
    Active,
    Suspended,
    Closed,
}

impl AccountStatus {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Closed => "Closed",
        }
    }
}

#[derive(Default)]
pub(crate) struct Accounts(Vec<Account>);

impl Accounts {
    /// Adds an account under the next BAN; `None` when all are given out.
    pub(crate) fn add(&mut self, account: Account) -> Option<AccountId> {
        let id = AccountId(u32::try_from(self.0.len()).ok()?);
        self.0.push(account);
        Some(id)
    }

    pub(crate) fn get(&self, id: AccountId) -> Option<&Account> {
        self.0.get(id.0 as usize)
    }

    pub(crate) fn get_mut(&mut self, id: AccountId) -> Option<&mut Account> {
        self.0.get_mut(id.0 as usize)
    }

    /// Whether the foundation account is the caller's: it has a billing account.
    pub(crate) fn knows(&self, fan: Fan) -> bool {
        self.0.iter().any(|account| account.fan == fan)
    }

    pub(crate) fn find(&self, ban: Ban) -> Option<(AccountId, &Account)> {
        let id = AccountId(u32::try_from(ban.0.get() - 1).ok()?);
        Some((id, self.get(id)?))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (AccountId, &Account)> {
        (0_u32..).map(AccountId).zip(&self.0)
    }
}
