//! Billing accounts under foundation accounts.

use std::num::NonZeroU64;

use crate::digits::{Ban, Fan};

/// Place of an account in the sequence. BANs are given out in sequence, so the place tells the BAN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AccountId(pub(crate) u32);

impl AccountId {
    pub(crate) fn ban(self) -> Ban {
        Ban(NonZeroU64::MIN.saturating_add(u64::from(self.0)))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) fan: Fan,
    pub(crate) name: String,
    pub(crate) status: AccountStatus,
    /// Day of the month on which its bill cycle begins.
    pub(crate) bill_day: u8,
}

/// contract 4.4: the sandbox's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountStatus {
    Active,
    Closed,
}

#[derive(Default)]
pub(crate) struct Accounts(Vec<Account>);

impl Accounts {
    pub(crate) fn add(&mut self, account: Account) {
        self.0.push(account);
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn get(&self, id: AccountId) -> Option<&Account> {
        self.0.get(id.0 as usize)
    }

    pub(crate) fn find(&self, ban: Ban) -> Option<(AccountId, &Account)> {
        let id = AccountId(u32::try_from(ban.0.get() - 1).ok()?);
        Some((id, self.get(id)?))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (AccountId, &Account)> {
        (0_u32..).map(AccountId).zip(&self.0)
    }
}
