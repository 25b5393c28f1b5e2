//! What callers build and read.

use apex_mobility_core::domain::{
    Address, BillingAccountNumber, LosingAccount, LosingPin, PersonName, SubscriberNumber, ZipCode,
};
use apex_mobility_core::wire::{Flag, PrivateText, Text, filled};
use apex_mobility_core::{open_enum, record};

use crate::conflict::PortConflict;

/// A number to bring in from another carrier.
#[derive(Debug, Clone, PartialEq)]
pub struct PortRequest {
    pub(crate) number: SubscriberNumber,
    pub(crate) billing_account: BillingAccountNumber,
    pub(crate) parties: Parties,
    pub(crate) losing_carrier: LosingCarrier,
    pub(crate) service_zip: ZipCode,
    pub(crate) service_area: PrivateText,
    pub(crate) business_name: PrivateText,
}

impl PortRequest {
    /// A port-in with what AT&T requires. The service ZIP is the address's until it is set, and the
    /// subscriber is who authorizes the port until someone else does.
    #[must_use]
    pub fn new(
        number: SubscriberNumber,
        billing_account: BillingAccountNumber,
        subscriber: PersonName,
        address: Address,
        losing_carrier: LosingCarrier,
    ) -> Self {
        let service_zip = address.zip_code().clone();
        Self {
            number,
            billing_account,
            parties: Parties::of_one(subscriber, address),
            losing_carrier,
            service_zip,
            service_area: PrivateText::default(),
            business_name: PrivateText::default(),
        }
    }

    /// The ZIP that the number is to be served in, if it is not the address's.
    #[must_use]
    pub fn service_zip(mut self, zip: ZipCode) -> Self {
        self.service_zip = zip;
        self
    }

    /// The service area that the eligibility check answered ([`Eligibility::service_area`]): it belongs
    /// into the request (contract 4.3, confirmed).
    #[must_use]
    pub fn service_area(mut self, area: impl AsRef<str>) -> Self {
        self.service_area = PrivateText::from(area.as_ref().trim());
        self
    }

    /// Who authorizes the port, if it is not the subscriber.
    #[must_use]
    pub fn authorizer(mut self, name: PersonName, address: Address) -> Self {
        self.parties.authorizer = Party { name, address };
        self
    }

    /// The name of the business that the number belongs to.
    #[must_use]
    pub fn business_name(mut self, name: impl AsRef<str>) -> Self {
        self.business_name = PrivateText::from(name.as_ref().trim());
        self
    }

    /// The number.
    #[must_use]
    pub fn number(&self) -> &SubscriberNumber {
        &self.number
    }

    /// The account that will be billed.
    #[must_use]
    pub fn billing_account(&self) -> &BillingAccountNumber {
        &self.billing_account
    }
}

/// The account at the carrier that the number comes from: what that carrier compares before it lets go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LosingCarrier {
    pub(crate) account: LosingAccount,
    pub(crate) name: PersonName,
    pub(crate) pin: Option<LosingPin>,
    pub(crate) authorization_name: PrivateText,
}

impl LosingCarrier {
    /// The account's number and the name on its bill. Only this name has to match the losing carrier's
    /// records (contract 4.3, likely).
    #[must_use]
    pub fn new(account: LosingAccount, name: PersonName) -> Self {
        Self { account, name, pin: None, authorization_name: PrivateText::default() }
    }

    /// The account's PIN, or the transfer PIN that the losing carrier gave for this port.
    #[must_use]
    pub fn pin(mut self, pin: LosingPin) -> Self {
        self.pin = Some(pin);
        self
    }

    /// Who may speak for the account, where the losing carrier asks for it.
    #[must_use]
    pub fn authorization_name(mut self, name: impl AsRef<str>) -> Self {
        self.authorization_name = PrivateText::from(name.as_ref().trim());
        self
    }
}

/// What to correct in a port request. Only what is set is sent, each part as a whole: whether AT&T would
/// fill up a part from the request is not known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PortUpdate {
    pub(crate) service_zip: Option<ZipCode>,
    pub(crate) billing_account: Option<BillingAccountNumber>,
    pub(crate) parties: Option<Parties>,
    pub(crate) losing_carrier: Option<LosingCarrier>,
}

impl PortUpdate {
    /// Nothing yet. An update that stays empty is refused before it is sent.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Another ZIP.
    #[must_use]
    pub fn service_zip(mut self, zip: ZipCode) -> Self {
        self.service_zip = Some(zip);
        self
    }

    /// Another account to be billed.
    #[must_use]
    pub fn billing_account(mut self, account: BillingAccountNumber) -> Self {
        self.billing_account = Some(account);
        self
    }

    /// Another subscriber, who also authorizes the port. For two persons see
    /// [`parties`](Self::parties).
    #[must_use]
    pub fn subscriber(mut self, name: PersonName, address: Address) -> Self {
        self.parties = Some(Parties::of_one(name, address));
        self
    }

    /// Another subscriber and another person who authorizes the port.
    #[must_use]
    pub fn parties(mut self, subscriber: (PersonName, Address), authorizer: (PersonName, Address)) -> Self {
        self.parties = Some(Parties {
            subscriber: Party { name: subscriber.0, address: subscriber.1 },
            authorizer: Party { name: authorizer.0, address: authorizer.1 },
        });
        self
    }

    /// The account at the losing carrier: its number, PIN and name, the corrected one and the others as
    /// they were.
    #[must_use]
    pub fn losing_carrier(mut self, losing_carrier: LosingCarrier) -> Self {
        self.losing_carrier = Some(losing_carrier);
        self
    }

    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Who is behind a port request.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Parties {
    pub(crate) subscriber: Party,
    pub(crate) authorizer: Party,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Party {
    pub(crate) name: PersonName,
    pub(crate) address: Address,
}

impl Parties {
    fn of_one(name: PersonName, address: Address) -> Self {
        let one = Party { name, address };
        Self { subscriber: one.clone(), authorizer: one }
    }
}

open_enum! {
    /// How far a port-in has come.
    pub enum PortState {
        /// Open: the losing carrier has it. Likely.
        Open = "OP",
        /// The losing carrier refuses it until something is corrected; an update opens it again. Likely.
        Conflict = "CT",
        /// Confirmed: now activate a line with the number. Confirmed.
        Confirmed = "CF",
        /// Completed; final. Confirmed.
        Completed = "CO",
        /// Cancelled; final. Inferred.
        Cancelled = "CN",
        /// Denied. Final for a waiter, but it may mean delayed: a later look is worth while. Inferred.
        Denied = "DN",
        /// Failed; final. Inferred.
        Error = "ER",
    }
}

record! {
    /// A port request as AT&T shows it.
    pub struct Port {
        /// The number.
        pub subscriber_number: SubscriberNumber = "subscriberNumber",
        /// How far it has come. Absent when AT&T accepted a write without detail.
        pub state: PortState = "portRequestStatus",
        /// Why, as a code such as `8A`.
        pub reason_code: Text = "statusReasonCode",
        /// Why, in words.
        pub reason: Text = "statusReasonDescription",
    }
}

impl Port {
    /// Whether a line can be activated with the number now: the port is confirmed or completed
    /// (contract 4.2).
    #[must_use]
    pub fn is_ready_to_activate(&self) -> bool {
        matches!(self.state, Some(PortState::Confirmed | PortState::Completed))
    }

    /// What has to be corrected, if the losing carrier refuses the port.
    #[must_use]
    pub fn conflict(&self) -> Option<PortConflict> {
        (self.state == Some(PortState::Conflict))
            .then(|| PortConflict::new(self.given_code(), self.given_reason()))
    }

    pub(crate) fn given_code(&self) -> Option<Text> {
        filled(self.reason_code.as_ref()).cloned()
    }

    pub(crate) fn given_reason(&self) -> Option<Text> {
        filled(self.reason.as_ref()).cloned()
    }
}

record! {
    /// Whether a number can be brought in.
    pub struct Eligibility {
        /// Yes or no. A word on the wire, not a bool (contract 4.3).
        pub eligibility_flag: Flag = "eligibilityFlag",
        /// Where the number comes from.
        pub from_service: FromService = "fromService",
    }
}

record! {
    /// Where a number comes from.
    pub struct FromService {
        /// The service area of the number, to be echoed in the request.
        pub service_area: PrivateText = "serviceArea",
    }
}

impl Eligibility {
    /// Whether AT&T says yes. False when it says neither.
    #[must_use]
    pub fn is_eligible(&self) -> bool {
        self.eligibility_flag.as_ref().is_some_and(Flag::is_yes)
    }

    /// What [`PortRequest::service_area`] takes.
    #[must_use]
    pub fn service_area(&self) -> Option<&str> {
        filled(self.from_service.as_ref()?.service_area.as_ref()).map(PrivateText::as_str)
    }
}
