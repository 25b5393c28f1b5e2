//! The operations of the Service Activation API, without I/O.

use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_core::wire::{Characteristics, Many, Reference, RelatedParty, Service};
use apex_mobility_core::{DecodeError, EncodeError, Operation, Safety, Wire, decode_json};
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::model::{Activation, ActivationBatch, ActivationLine, NewLine, RequestId};

/// Activates a batch of lines (contract 4.2, `activation.submit`).
#[derive(Debug, Clone, PartialEq)]
pub struct SubmitActivation {
    /// The lines.
    pub lines: ActivationBatch,
}

impl Operation for SubmitActivation {
    type Output = Activation;

    const NAME: &'static str = "activation.submit";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "do not send it again; search each line by its SIM for 30 minutes, \
                                     and take a line that is found as activated by this request";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let body: Vec<Element<'_>> = self.lines.iter().map(|line| Element::of(line, wire)).collect();
        wire.request(Self::NAME)?.json(&body)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Activation, DecodeError> {
        decode_activation(answer, wire, None)
    }
}

/// Reads how far a request has come (contract 4.2, `activation.status`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivationStatus {
    /// The request.
    pub id: RequestId,
}

impl Operation for ActivationStatus {
    type Output = Activation;

    const NAME: &'static str = "activation.status";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.path_value("requestId", self.id.as_str()).finish()
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Activation, DecodeError> {
        decode_activation(answer, wire, Some(&self.id))
    }
}

/// An answer without an id is accepted for a request whose id is known; a submission without one cannot be
/// followed (contract 2.3).
fn decode_activation(
    answer: &Response<Bytes>,
    wire: &Wire<'_>,
    asked: Option<&RequestId>,
) -> Result<Activation, DecodeError> {
    let body = answer.body();
    let missing = DecodeError::missing("request id");
    if body.trim_ascii().is_empty() {
        return Err(missing);
    }
    let lines: Many<ActivationLine> = decode_json(body)?;
    let lines: Vec<ActivationLine> = lines.into_iter().map(|line| with_contract_names(line, wire)).collect();
    let named = lines.iter().find_map(|line| RequestId::parse(line.id.as_deref()?).ok());
    let id = named.or_else(|| asked.cloned()).ok_or(missing)?;
    Ok(Activation { id, lines })
}

fn with_contract_names(line: ActivationLine, wire: &Wire<'_>) -> ActivationLine {
    ActivationLine { service: line.service.map(|service: Service| wire.contract_names(service)), ..line }
}

/// One element of the request. All members are written, empty where there is nothing to say, as
/// production callers do.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Element<'a> {
    billing_account: Reference<'a>,
    related_party: [RelatedParty<'a>; 1],
    service: NewService<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NewService<'a> {
    name: &'static str,
    category: Category,
    service_specification: Specification,
    service_qualification: Reference<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscriber_number: Option<&'a str>,
    service_characteristic: Characteristics,
}

#[derive(Serialize)]
struct Category {
    id: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct Specification {
    id: &'static str,
    href: &'static str,
}

impl<'a> Element<'a> {
    fn of(line: &'a NewLine, wire: &Wire<'_>) -> Self {
        let mut bag = Characteristics::new();
        let mut push = |name: &str, value: &str| bag.push(wire.profile.characteristic(name), value);
        push("singleUserCode", line.plan.as_str());
        push("serviceZipCode", line.service_zip.as_str());
        // contract 4.2, confirmed: always these two, even for 5G devices.
        push("equipmentType", "G");
        push("deviceTechnologyType", "UMTS");
        push("IMEI", line.imei.as_str());
        if let Some(iccid) = line.sim.iccid() {
            push("sim", iccid.as_str());
        }
        if let Some(eid) = line.sim.eid() {
            push("eid", eid.as_str());
        }
        for (index, code) in line.features.iter().enumerate() {
            push(&format!("offeringCode{}", index + 1), code.as_str());
        }
        Self {
            billing_account: Reference::from(&line.billing_account),
            related_party: [RelatedParty::new("subscriber", &line.subscriber, &line.address)],
            service: NewService {
                name: "",
                category: Category { id: "", name: "" },
                service_specification: Specification { id: "", href: "" },
                service_qualification: Reference::to(&line.address_token),
                subscriber_number: line.ported_number.as_ref().map(SubscriberNumber::as_str),
                service_characteristic: bag,
            },
        }
    }
}
