//! The list, held small: 16 bytes per line, and its slack.

use std::collections::HashSet;

use apex_mobility_core::Error;
use apex_mobility_core::domain::{BillingAccountNumber, SubscriberNumber};
use apex_mobility_core::wire::LineStatus;

use crate::line::ReadOnly;
use crate::plan::key_of;

/// What the list said of all lines.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// When AT&T made it, in AT&T's words.
    pub refreshed: Option<String>,
    /// AT&T made it anew while it was being read: lines may be missing.
    pub moved: bool,
    /// Sorted by number.
    lines: Vec<Listed>,
}

/// One line of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Listed {
    number: u64,
    /// The account above, the status in the two lowest bits.
    rest: u64,
}

impl Listed {
    fn of(number: u64, account: Option<&BillingAccountNumber>, status: Option<&LineStatus>) -> Self {
        let account: u64 = account.and_then(|account| account.as_str().trim().parse().ok()).unwrap_or(0);
        let status = match status {
            Some(LineStatus::Active) => 1,
            Some(LineStatus::Suspended) => 2,
            Some(LineStatus::Cancelled) => 3,
            Some(LineStatus::Other(_)) | None => 0,
        };
        Self { number, rest: (account << 2) | status }
    }

    pub(super) fn status(self) -> Option<LineStatus> {
        match self.rest & 3 {
            1 => Some(LineStatus::Active),
            2 => Some(LineStatus::Suspended),
            3 => Some(LineStatus::Cancelled),
            _ => None,
        }
    }

    /// Without leading zeros; nothing where the list did not say.
    pub(super) fn account(self) -> Option<BillingAccountNumber> {
        let account = self.rest >> 2;
        (account != 0).then(|| BillingAccountNumber::unchecked(format!("{account:012}")))
    }

    pub(super) fn number(self) -> SubscriberNumber {
        SubscriberNumber::unchecked(format!("{:010}", self.number))
    }
}

impl Snapshot {
    pub(super) async fn read(reads: &ReadOnly) -> Result<Self, Error> {
        let mut snapshot = Self::default();
        let mut pages = reads.list();
        while let Some(page) = pages.next().await {
            let page = page?;
            snapshot.moved |= page.snapshot_moved;
            snapshot.refreshed = page.refreshed.or(snapshot.refreshed);
            for line in &page.items {
                let number = line.subscriber_number.as_ref().and_then(|number| key_of(number.as_str()));
                let account = line.billing_account_number.as_ref();
                snapshot.lines.extend(number.map(|number| Listed::of(number, account, line.status.as_ref())));
            }
        }
        // contract 4.1: a line may come twice.
        snapshot.lines.sort_unstable();
        snapshot.lines.dedup_by_key(|line| line.number);
        Ok(snapshot)
    }

    /// How many lines it shows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether it shows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    pub(super) fn find(&self, number: u64) -> Option<Listed> {
        let at = self.lines.binary_search_by_key(&number, |line| line.number).ok()?;
        self.lines.get(at).copied()
    }

    /// The lines of the list that are not among these.
    pub(super) fn without<'a>(&'a self, known: &'a HashSet<u64>) -> impl Iterator<Item = Listed> + 'a {
        self.lines.iter().copied().filter(|line| !known.contains(&line.number))
    }
}
