//! What callers build, and what a submission answers.

use std::fmt;

use apex_mobility_core::domain::{
    AccessPointName, Batch, BatchItem, Date, InvalidValue, StaticIp, SubscriberNumber,
};
use apex_mobility_core::record;
use apex_mobility_core::wire::PrivateText;
use serde::{Deserialize, Serialize};

use crate::batch_id::BatchId;

/// 1 to 10 lines without a number or address that comes twice (contract 4.10, confirmed).
pub type ProvisionBatch = Batch<NewAddress, 10>;

/// 1 to 10 lines without a number or address that comes twice (contract 4.10, inferred).
pub type RemovalBatch = Batch<HeldAddress, 10>;

/// The name of a packet data profile, as AT&T gave it: it stands for a pool of addresses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PdpName(String);

impl PdpName {
    /// A name. Its form is not known: any text in one line is taken as it is.
    ///
    /// # Errors
    /// When it is empty, or has a control character in it.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        const WHAT: &str = "PDP name";
        const ALLOWED: &str = "a PDP name is the text that AT&T gave for the profile";
        const EXAMPLE: &str = "PDP-EXAMPLE";
        let text = text.as_ref().trim();
        if text.is_empty() {
            return Err(InvalidValue::empty(WHAT, ALLOWED, EXAMPLE));
        }
        if text.chars().any(char::is_control) {
            let problem = "contains a control character";
            return Err(InvalidValue::broken_rule(WHAT, text, problem, ALLOWED, EXAMPLE));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PdpName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A line that is to have an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAddress {
    pub(crate) number: SubscriberNumber,
    pub(crate) address: StaticIp,
    pub(crate) access_point: AccessPointName,
    pub(crate) lte: bool,
    pub(crate) default_access_point: bool,
    pub(crate) effective_date: Option<Date>,
}

impl NewAddress {
    /// A line, a free address of the PDP, and the access point to use it with: for LTE, as the line's default
    /// access point, from today on, until said otherwise.
    #[must_use]
    pub fn new(number: SubscriberNumber, address: StaticIp, access_point: AccessPointName) -> Self {
        Self { number, address, access_point, lte: true, default_access_point: true, effective_date: None }
    }

    /// Whether it is for LTE (`lteIndicator`).
    #[must_use]
    pub fn lte(mut self, yes: bool) -> Self {
        self.lte = yes;
        self
    }

    /// Whether the access point becomes the line's default (`defaultAPNIndicator`).
    #[must_use]
    pub fn default_access_point(mut self, yes: bool) -> Self {
        self.default_access_point = yes;
        self
    }

    /// From this day on.
    #[must_use]
    pub fn effective_date(mut self, date: Date) -> Self {
        self.effective_date = Some(date);
        self
    }

    /// The line.
    #[must_use]
    pub fn number(&self) -> &SubscriberNumber {
        &self.number
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> &StaticIp {
        &self.address
    }
}

impl BatchItem for NewAddress {
    fn distinct(&self, see: &mut dyn FnMut(&'static str, &str)) {
        see("subscriber number", self.number.as_str());
        see("static IP", self.address.as_str());
    }
}

/// A line that is to lose its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAddress {
    pub(crate) number: SubscriberNumber,
    pub(crate) address: StaticIp,
    pub(crate) effective_date: Option<Date>,
}

impl HeldAddress {
    /// A line and the address that it has.
    #[must_use]
    pub fn new(number: SubscriberNumber, address: StaticIp) -> Self {
        Self { number, address, effective_date: None }
    }

    /// Up to this day; at once unless said.
    #[must_use]
    pub fn effective_date(mut self, date: Date) -> Self {
        self.effective_date = Some(date);
        self
    }

    /// The line.
    #[must_use]
    pub fn number(&self) -> &SubscriberNumber {
        &self.number
    }

    /// The address.
    #[must_use]
    pub fn address(&self) -> &StaticIp {
        &self.address
    }
}

impl BatchItem for HeldAddress {
    fn distinct(&self, see: &mut dyn FnMut(&'static str, &str)) {
        see("subscriber number", self.number.as_str());
        see("static IP", self.address.as_str());
    }
}

record! {
    /// The reply of a submission: a sentence, with the id of the batch in it.
    pub(crate) struct Sentence {
        /// The sentence.
        pub(crate) message: PrivateText = "message",
    }
}

/// A batch that AT&T has accepted. That is not done: ask for its status.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcceptedBatch {
    /// Its id.
    pub batch: BatchId,
    /// The sentence that named it.
    pub message: PrivateText,
}
