//! The operations of the Line Configuration API, without I/O.
//!
//! They share method and path, and are told apart by what their body carries (contract 3, PATCH dispatch).

use apex_mobility_core::catalog::NoOp;
use apex_mobility_core::domain::{
    Address, BillingAccountNumber, Date, Iccid, PersonName, SingleUserCode, SubscriberNumber, VoicemailPin,
};
use apex_mobility_core::wire::{Characteristics, Reference, Service};
use apex_mobility_core::{DecodeError, EncodeError, Operation, Safety, Wire};
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::model::DeviceUpdate;

/// Puts a device on a line's record (contract 4.7, `line.configure`, device update).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateDevice {
    /// The line.
    pub number: SubscriberNumber,
    /// The device, and what goes with it.
    pub device: DeviceUpdate,
}

impl Operation for UpdateDevice {
    type Output = Service;

    const NAME: &'static str = "line.configure/device";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line and compare its BLIMEI and its SIM: if they are as asked for, it \
                                     is done; if they are as before, send it again";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let device = &self.device;
        let plan = device.plan.as_ref().map(|plan| ("singleUserCode", plan.as_str()));
        let sim = device.sim.as_ref().map(|sim| ("sim", sim.as_str()));
        let eid = device.eid.as_ref().map(|eid| ("eid", eid.as_str()));
        let always = [
            ("reasonCode", device.reason.as_str()),
            ("serviceZipCode", device.service_zip.as_str()),
            ("technologyType", device.technology.as_str()),
            ("IMEI", device.imei.as_str()),
        ];
        let bag = bag(wire, always.into_iter().chain(sim).chain(eid).chain(plan));
        encode(
            Self::NAME,
            &self.number,
            &Change { service_characteristic: Some(bag), ..Change::default() },
            wire,
        )
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }

    fn no_op(&self) -> NoOp {
        // A refusal for the device's sake leaves the plan as it was: there is something left to do.
        if self.device.plan.is_some() { NoOp::Never } else { NoOp::SameDevice }
    }
}

/// Transfers billing responsibility (contract 4.7, `line.configure`, TOBR).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferLine {
    /// The line.
    pub number: SubscriberNumber,
    /// The account that is to pay.
    pub to: BillingAccountNumber,
    /// The plan to switch to.
    pub plan: Option<SingleUserCode>,
    /// From when; at once if not given.
    pub effective_date: Option<Date>,
}

impl Operation for TransferLine {
    type Output = Service;

    const NAME: &'static str = "line.configure/transfer";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line and compare its billing account: if it is the new one, it is done; \
                                     if it is the old one and the date does not lie ahead, send it again";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let plan = self.plan.as_ref().map(|plan| bag(wire, [("singleUserCode", plan.as_str())]));
        let change = Change {
            billing_account: Some(Reference::from(&self.to)),
            effective_date: self.effective_date.map(|date| wire.profile.request_date(date)),
            service_characteristic: plan,
            ..Change::default()
        };
        encode(Self::NAME, &self.number, &change, wire)
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }
}

/// Changes who uses a line, and where (contract 4.7, `line.configure`, subscriber info).
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateSubscriber {
    /// The line.
    pub number: SubscriberNumber,
    /// The user's name.
    pub name: Option<PersonName>,
    /// The primary place of use.
    pub address: Option<Address>,
}

impl Operation for UpdateSubscriber {
    type Output = Service;

    const NAME: &'static str = "line.configure/subscriber";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line and compare its contact name and service ZIP, the street cannot be \
                                     read: if they are as before, send it again";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        if self.name.is_none() && self.address.is_none() {
            return Err(EncodeError::new("nothing to change: set a name or an address"));
        }
        let party = Party {
            role: "subscriber",
            first_name: self.name.as_ref().map(PersonName::first),
            last_name: self.name.as_ref().map(PersonName::last),
            address: self.address.as_ref(),
        };
        encode(Self::NAME, &self.number, &Change { related_party: Some([party]), ..Change::default() }, wire)
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }
}

/// Resets a line's mailbox (contract 4.7, `line.configure`, voicemail reset).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetVoicemail {
    /// The line.
    pub number: SubscriberNumber,
    /// The new PIN.
    pub pin: Option<VoicemailPin>,
}

impl Operation for ResetVoicemail {
    type Output = Service;

    const NAME: &'static str = "line.configure/voicemail";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "nothing can be read: ask the subscriber, and reset it again if need be";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let pin = self.pin.as_ref().map(|pin| ("voicemailPin", pin.expose()));
        let bag = bag(wire, [("voicemailReset", "true")].into_iter().chain(pin));
        encode(
            Self::NAME,
            &self.number,
            &Change { service_characteristic: Some(bag), ..Change::default() },
            wire,
        )
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }
}

/// Sends a line's profile over the air again (contract 4.7, `line.configure`, OTA resend).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResendOta {
    /// The line.
    pub number: SubscriberNumber,
    /// Its SIM.
    pub sim: Iccid,
}

impl Operation for ResendOta {
    type Output = Service;

    const NAME: &'static str = "line.configure/ota";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "nothing can be read: ask the subscriber, and send it again if need be";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let bag = bag(wire, [("otaResend", "true"), ("sim", self.sim.as_str())]);
        encode(
            Self::NAME,
            &self.number,
            &Change { service_characteristic: Some(bag), ..Change::default() },
            wire,
        )
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }
}

/// The body: what is not said is left out.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Change<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_account: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    related_party: Option<[Party<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_characteristic: Option<Characteristics>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Party<'a> {
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a Address>,
}

/// A bag under the names of the wire profile.
fn bag<'v>(wire: &Wire<'_>, values: impl IntoIterator<Item = (&'static str, &'v str)>) -> Characteristics {
    let mut bag = Characteristics::new();
    for (name, value) in values {
        bag.push(wire.profile.characteristic(name), value);
    }
    bag
}

fn encode(
    name: &str,
    number: &SubscriberNumber,
    change: &Change<'_>,
    wire: &Wire<'_>,
) -> Result<Request<Bytes>, EncodeError> {
    wire.request(name)?.path_value("subscriberNumber", number.as_str()).json(change)?.finish()
}
