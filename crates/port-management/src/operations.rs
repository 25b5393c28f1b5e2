//! The operations of the Port Management API, without I/O.

use apex_mobility_core::catalog::NoOp;
use apex_mobility_core::domain::{LosingAccount, LosingPin, SubscriberNumber, ZipCode};
use apex_mobility_core::wire::{Reference, RelatedParty};
use apex_mobility_core::{DecodeError, EncodeError, Operation, Safety, Wire, decode_json, decode_written};
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::model::{Eligibility, LosingCarrier, Parties, Port, PortRequest, PortUpdate};

/// Asks whether a number can be brought in (contract 4.3, `port.eligibility`). A read, though it is a POST
/// (contract 2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckEligibility {
    /// The number.
    pub number: SubscriberNumber,
    /// The ZIP it is to be served in.
    pub service_zip: ZipCode,
}

impl Operation for CheckEligibility {
    type Output = Eligibility;

    const NAME: &'static str = "port.eligibility";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let body =
            Question { subscriber_number: self.number.as_str(), service_zip_code: self.service_zip.as_str() };
        wire.request(Self::NAME)?.json(&body)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Eligibility, DecodeError> {
        decode_json(answer.body())
    }
}

/// Asks for a number to be brought in (contract 4.3, `port.request`).
#[derive(Debug, Clone, PartialEq)]
pub struct RequestPort {
    /// What to ask for.
    pub request: PortRequest,
}

impl Operation for RequestPort {
    type Output = Port;

    const NAME: &'static str = "port.request";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the port status of the number; send the request again only if AT&T \
                                     says twice, 5 minutes apart, that it does not exist";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.json(&NewPort::of(&self.request)?)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Port, DecodeError> {
        decode_written(answer.body())
    }
}

/// Reads how far a port request has come (contract 4.3, `port.item`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PortStatus {
    /// Its number.
    pub number: SubscriberNumber,
}

impl Operation for PortStatus {
    type Output = Port;

    const NAME: &'static str = "port.item/status";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.path_value("subscriberNumber", self.number.as_str()).finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Port, DecodeError> {
        decode_json(answer.body())
    }
}

/// Corrects a port request (contract 4.3, `port.item`).
#[derive(Debug, Clone, PartialEq)]
pub struct UpdatePort {
    /// Its number.
    pub number: SubscriberNumber,
    /// What to correct.
    pub update: PortUpdate,
}

impl Operation for UpdatePort {
    type Output = Port;

    const NAME: &'static str = "port.item/update";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the port status of the number; send the update again only if the \
                                     state is unchanged";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let update = &self.update;
        if update.is_empty() {
            return Err(EncodeError::new("the update of a port request corrects nothing"));
        }
        let body = Correction {
            service_zip_code: update.service_zip.as_ref().map(ZipCode::as_str),
            billing_account: update.billing_account.as_ref().map(Reference::from),
            related_party: update.parties.as_ref().map(both),
            old_service_provider: update.losing_carrier.as_ref().map(OldServiceProvider::of),
        };
        wire.request(Self::NAME)?.path_value("subscriberNumber", self.number.as_str()).json(&body)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Port, DecodeError> {
        decode_written(answer.body())
    }
}

/// Cancels a port request (contract 4.3, `port.item`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelPort {
    /// Its number.
    pub number: SubscriberNumber,
    /// The service ZIP of the request.
    pub service_zip: ZipCode,
}

impl Operation for CancelPort {
    type Output = Port;

    const NAME: &'static str = "port.item/cancel";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the port status of the number; send the cancel again only if the \
                                     state is unchanged";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?
            .path_value("subscriberNumber", self.number.as_str())
            .header("port_zip", self.service_zip.as_str())?
            .finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<Port, DecodeError> {
        decode_written(answer.body())
    }

    fn no_op(&self) -> NoOp {
        NoOp::Cancelled
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    subscriber_number: &'a str,
    service_zip_code: &'a str,
}

/// The request. All members are written, empty where there is nothing to say, as production callers do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewPort<'a> {
    billing_account: Reference<'a>,
    related_party: [RelatedParty<'a>; 2],
    from_service: FromService<'a>,
    old_service_provider: OldServiceProvider<'a>,
    subscriber_number: &'a str,
    service_zip_code: &'a str,
    business_name: &'a str,
    port_direction: &'static str,
    port_request_line_id: &'a str,
}

/// The update: only what is corrected.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Correction<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    billing_account: Option<Reference<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    related_party: Option<[RelatedParty<'a>; 2]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    old_service_provider: Option<OldServiceProvider<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_zip_code: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FromService<'a> {
    npa_nxx: &'a str,
    from_line: &'a str,
    service_area: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OldServiceProvider<'a> {
    local_id: &'static str,
    network_id: &'static str,
    #[serde(serialize_with = "LosingAccount::serialize_exposed")]
    billing_account_number: &'a LosingAccount,
    billing_account_password: &'a str,
    first_name: &'a str,
    last_name: &'a str,
    authorization_name: &'a str,
}

impl<'a> NewPort<'a> {
    fn of(port: &'a PortRequest) -> Result<Self, EncodeError> {
        // contract 4.3: npaNxx + fromLine = subscriberNumber = portRequestLineId.
        let number = port.number.as_str();
        let (npa_nxx, from_line) = number
            .split_at_checked(6)
            .filter(|_| port.number.is_valid())
            .ok_or_else(|| EncodeError::new("a number is ported by its parts, so it must be a valid one"))?;
        Ok(Self {
            billing_account: Reference::from(&port.billing_account),
            related_party: both(&port.parties),
            from_service: FromService { npa_nxx, from_line, service_area: &port.service_area },
            old_service_provider: OldServiceProvider::of(&port.losing_carrier),
            subscriber_number: number,
            service_zip_code: port.service_zip.as_str(),
            business_name: &port.business_name,
            // contract 4.3, confirmed: always this one.
            port_direction: "B",
            port_request_line_id: number,
        })
    }
}

fn both(parties: &Parties) -> [RelatedParty<'_>; 2] {
    [("subscriber", &parties.subscriber), ("authorizer", &parties.authorizer)]
        .map(|(role, party)| RelatedParty::new(role, &party.name, &party.address))
}

impl<'a> OldServiceProvider<'a> {
    fn of(losing: &'a LosingCarrier) -> Self {
        Self {
            local_id: "",
            network_id: "",
            billing_account_number: &losing.account,
            billing_account_password: losing.pin.as_ref().map_or("", LosingPin::expose),
            first_name: losing.name.first(),
            last_name: losing.name.last(),
            authorization_name: &losing.authorization_name,
        }
    }
}
