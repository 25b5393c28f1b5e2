//! What callers build and read.

use std::fmt;

use apex_mobility_core::domain::{
    Address, Batch, BatchItem, BillingAccountNumber, Eid, Iccid, Imei, InvalidValue, OfferingCode,
    PersonName, SingleUserCode, SubscriberNumber, ZipCode,
};
use apex_mobility_core::wire::{PrivateText, Service, Text, WireDate, filled};
use apex_mobility_core::{open_enum, record};
use serde::{Deserialize, Serialize};

/// 1 to 200 lines without a SIM or IMEI that comes twice (contract 4.2, confirmed).
pub type ActivationBatch = Batch<NewLine, 200>;

/// A line to activate.
#[derive(Debug, Clone, PartialEq)]
pub struct NewLine {
    pub(crate) billing_account: BillingAccountNumber,
    pub(crate) subscriber: PersonName,
    pub(crate) address: Address,
    pub(crate) plan: SingleUserCode,
    pub(crate) imei: Imei,
    pub(crate) sim: Sim,
    pub(crate) service_zip: ZipCode,
    pub(crate) features: Vec<OfferingCode>,
    pub(crate) ported_number: Option<SubscriberNumber>,
    pub(crate) address_token: PrivateText,
}

/// What identifies the line to the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sim {
    /// A plastic SIM.
    Card(Iccid),
    /// An eSIM chip (inferred), with the ICCID of its profile if it is known.
    Embedded {
        /// The chip.
        eid: Eid,
        /// The profile.
        iccid: Option<Iccid>,
    },
}

impl Sim {
    /// The ICCID, if there is one.
    #[must_use]
    pub fn iccid(&self) -> Option<&Iccid> {
        match self {
            Self::Card(iccid) => Some(iccid),
            Self::Embedded { iccid, .. } => iccid.as_ref(),
        }
    }

    /// The eSIM chip, if it is one.
    #[must_use]
    pub fn eid(&self) -> Option<&Eid> {
        match self {
            Self::Card(_) => None,
            Self::Embedded { eid, .. } => Some(eid),
        }
    }
}

impl NewLine {
    /// A line with what AT&T requires. The service ZIP is the address's until it is set.
    #[must_use]
    pub fn new(
        billing_account: BillingAccountNumber,
        subscriber: PersonName,
        address: Address,
        plan: SingleUserCode,
        imei: Imei,
        sim: Sim,
    ) -> Self {
        let service_zip = address.zip_code().clone();
        Self {
            billing_account,
            subscriber,
            address,
            plan,
            imei,
            sim,
            service_zip,
            features: Vec::new(),
            ported_number: None,
            address_token: PrivateText::default(),
        }
    }

    /// The ZIP that the number is assigned for, if it is not the address's.
    #[must_use]
    pub fn service_zip(mut self, zip: ZipCode) -> Self {
        self.service_zip = zip;
        self
    }

    /// Adds a feature (SOC).
    #[must_use]
    pub fn feature(mut self, code: OfferingCode) -> Self {
        self.features.push(code);
        self
    }

    /// The number of a port-in that is confirmed or completed. A number alone does not port: without a
    /// port-in AT&T assigns a new number (contract 4.2).
    #[must_use]
    pub fn ported_number(mut self, number: SubscriberNumber) -> Self {
        self.ported_number = Some(number);
        self
    }

    /// A token for an address that AT&T has qualified.
    #[must_use]
    pub fn address_token(mut self, token: impl AsRef<str>) -> Self {
        self.address_token = PrivateText::from(token.as_ref().trim());
        self
    }

    /// The account that will be billed.
    #[must_use]
    pub fn billing_account(&self) -> &BillingAccountNumber {
        &self.billing_account
    }

    /// The device.
    #[must_use]
    pub fn imei(&self) -> &Imei {
        &self.imei
    }

    /// The SIM.
    #[must_use]
    pub fn sim(&self) -> &Sim {
        &self.sim
    }

    /// The plan.
    #[must_use]
    pub fn plan(&self) -> &SingleUserCode {
        &self.plan
    }

    /// The features.
    #[must_use]
    pub fn features(&self) -> &[OfferingCode] {
        &self.features
    }
}

impl BatchItem for NewLine {
    fn distinct(&self, see: &mut dyn FnMut(&'static str, &str)) {
        see("IMEI", self.imei.as_str());
        if let Some(iccid) = self.sim.iccid() {
            see("ICCID", iccid.as_str());
        }
        if let Some(eid) = self.sim.eid() {
            see("EID", eid.as_str());
        }
    }
}

/// The id that AT&T gave a request.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestId(String);

impl RequestId {
    /// An id as it was noted.
    ///
    /// # Errors
    /// When it is empty.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        let text = text.as_ref().trim();
        if text.is_empty() {
            let allowed = "a request id is the text that AT&T answered to the submission";
            return Err(InvalidValue::empty("request id", allowed, "req-0001"));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A request id names no customer.
impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({})", self.0)
    }
}

open_enum! {
    /// How far a line has come. Confirmed, in any case.
    pub enum ActivationState {
        /// Taken up; no number yet.
        Pending = "Pending",
        /// A number may be reserved. Not proof of service.
        Reserved = "Reserved",
        /// In service; final.
        Active = "Active",
        /// Refused; final. See [`ActivationLine::error`].
        Rejected = "Rejected",
    }
}

/// A request as AT&T shows it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Activation {
    /// Its id.
    pub id: RequestId,
    /// Its lines, in AT&T's order, which is not the order of the request.
    pub lines: Vec<ActivationLine>,
}

record! {
    /// One line of a request.
    pub struct ActivationLine {
        /// The id of the request.
        pub id: Text = "id",
        /// A word for the whole request; its words are not known.
        pub interaction_status: Text = "interactionStatus",
        /// When the whole request was done.
        pub interaction_date_complete: WireDate = "interactionDateComplete",
        /// The line itself.
        pub service: Service = "service",
    }
}

impl Activation {
    /// Whether every line has come to its end. Words that are not known count as ends (contract 4.2: done
    /// when none is pending or reserved); a request that shows no line is not done.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        let open = [None, Some(ActivationState::Pending), Some(ActivationState::Reserved)];
        !self.lines.is_empty() && self.lines.iter().all(|line| !open.contains(&line.state()))
    }

    /// The line with this SIM, else with this IMEI. Never by position.
    #[must_use]
    pub fn find(&self, sim: Option<&Iccid>, imei: Option<&Imei>) -> Option<&ActivationLine> {
        let by_sim = sim.and_then(|sim| self.lines.iter().find(|line| line.iccid().as_ref() == Some(sim)));
        by_sim.or_else(|| {
            imei.and_then(|imei| self.lines.iter().find(|line| line.imei().as_ref() == Some(imei)))
        })
    }
}

impl ActivationLine {
    /// How far it has come. None when AT&T says nothing of it yet.
    #[must_use]
    pub fn state(&self) -> Option<ActivationState> {
        let word = self.service.as_ref()?.status_word.as_deref()?.trim();
        (!word.is_empty()).then(|| ActivationState::from(word))
    }

    /// Its number, once there is one. Until the line is active this is not proof of service.
    #[must_use]
    pub fn subscriber_number(&self) -> Option<&SubscriberNumber> {
        filled(self.service.as_ref()?.subscriber_number.as_ref())
    }

    /// Why it was rejected, in AT&T's words.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        filled(self.service.as_ref()?.error.as_ref()).map(PrivateText::as_str)
    }

    /// Its SIM.
    #[must_use]
    pub fn iccid(&self) -> Option<Iccid> {
        self.service.as_ref()?.iccid()
    }

    /// Its device.
    #[must_use]
    pub fn imei(&self) -> Option<Imei> {
        self.service.as_ref()?.imei()
    }
}
