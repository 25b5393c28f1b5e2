//! Whether one element can become a line (contract 4.2, rules), and what the carrier says if not.

use apex_mobility_equipment::{Device, Misfit, Plan, SimKind};
use thiserror::Error;

use crate::day::Day;
use crate::digits::{Chip, DeviceId, Number, Sim};
use crate::parse::activation::Element;
use crate::parse::party::filled;
use crate::rules::party::{self, PartyFlaw};
use crate::state::{HeldFeature, Line, NameId, NewLine, Status, World};
use crate::variants::{ActivationPortNumber, DuplicateActivation};

/// Why an element is rejected, in words that match the error catalog (contract 6).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum Flaw {
    #[error("{0}")]
    Unreadable(String),
    #[error("{0} is missing")]
    Missing(&'static str),
    #[error("{0}")]
    Malformed(&'static str),
    #[error("{0} is not sold here: {1}")]
    NotSold(&'static str, String),
    #[error("removeOfferingCode cannot be part of an activation: remove the feature once the line is active")]
    RemovesFeature,
    #[error(transparent)]
    Party(#[from] PartyFlaw),
    /// Row 40.
    #[error("IMEI not eligible: {0}")]
    Device(String),
    /// Row 40.
    #[error("IMEI unknown to the equipment catalog")]
    UnknownDevice,
    /// Row 15.
    #[error("{0} is not compatible with equipment")]
    Compatibility(String),
    /// Row 18.
    #[error("ICCID is already in use by another line or request")]
    SimInUse,
    /// Row 12.
    #[error("Subscriber number is already in use by another line or request")]
    NumberInUse,
    /// Row 26.
    #[error("The port request of this subscriber number does not exist")]
    NotPorted,
}

/// The line an element asks for, if nothing speaks against it.
pub(super) fn judge(
    world: &World,
    element: &Element,
    earlier: &[(Sim, Option<Number>)],
) -> Result<NewLine, Flaw> {
    if let Some(problem) = &element.unreadable {
        return Err(Flaw::Unreadable(problem.clone()));
    }
    if element.characteristics().iter().any(|entry| entry.name == "removeOfferingCode") {
        return Err(Flaw::RemovesFeature);
    }
    let account = party::account(world, element.billing_account.as_ref())?;
    let subscriber = element.subscriber().ok_or(Flaw::Missing("relatedParty with role subscriber"))?;
    let (contact, home) = party::person(world, subscriber)?;
    // The ZIP the number is to come from: the one asked for, else the subscriber's.
    let zip = party::served_zip(world, element.characteristic("serviceZipCode").unwrap_or(&home.zip))?;
    let (imei, device) = device(world, element)?;
    let (sim, eid) = sim(element)?;
    let kind = if eid.is_some() { SimKind::Embedded } else { SimKind::Plastic };
    let plan = plan(world, element, device, kind)?;
    let features = features(world, element, device)?;
    // contract 7: variant `duplicate_activation`.
    let twice = world.variants.duplicate_activation == DuplicateActivation::AcceptedTwice;
    let in_use = world.activations.is_claimed(sim)
        || earlier.iter().any(|(other, _)| *other == sim)
        || world.lines.by_sim(sim).next().is_some();
    if in_use && !twice {
        return Err(Flaw::SimInUse);
    }
    let number = ported_number(world, element, earlier)?;
    let today = world.today();
    let line = Line {
        number: Number(0),
        sim,
        imei,
        network_imei: imei,
        eid: None,
        account,
        zip,
        contact: NameId(0),
        status: Status::Active,
        reason: None,
        status_since: today,
        activated: today,
        plan,
        plan_from: today,
        plan_until: None,
        contract_end: None,
        features,
        ready_at: 0,
        ip: None,
    };
    Ok(NewLine { line, contact, eid, number })
}

fn device<'a>(world: &'a World, element: &Element) -> Result<(DeviceId, &'a Device), Flaw> {
    let text = element.characteristic("IMEI").ok_or(Flaw::Missing("IMEI"))?;
    let imei = DeviceId::read(text)
        .ok_or_else(|| Flaw::Device("it is not 15 digits with a valid check digit".to_owned()))?;
    Ok((imei, world.equipment.device_of_tac(imei.tac()).ok_or(Flaw::UnknownDevice)?))
}

/// ICCID and EID. An eSIM's ICCID comes with its profile when none was sent.
fn sim(element: &Element) -> Result<(Sim, Option<Chip>), Flaw> {
    let sim = match element.characteristic("sim") {
        None => None,
        Some(text) => Some(Sim::read(text).ok_or(Flaw::Malformed(
            "The sim is not an ICCID: 19 or 20 digits that begin with 89, with a valid check digit",
        ))?),
    };
    let eid = match element.characteristic("eid") {
        None => None,
        Some(text) => Some(
            Chip::read(text)
                .ok_or(Flaw::Malformed("The eid is not an EID: 32 digits with valid check digits"))?,
        ),
    };
    match (sim, eid) {
        (Some(sim), eid) => Ok((sim, eid)),
        (None, Some(eid)) => Ok((Sim::of_profile(eid), Some(eid))),
        (None, None) => Err(Flaw::Missing("sim")),
    }
}

fn plan(world: &World, element: &Element, device: &Device, kind: SimKind) -> Result<u16, Flaw> {
    let code = element.characteristic("singleUserCode").ok_or(Flaw::Missing("singleUserCode"))?;
    let unknown = || Flaw::NotSold("singleUserCode", code.to_owned());
    let index = world.equipment.plan_index(code).ok_or_else(unknown)?;
    let plan: &Plan = world.equipment.plan_at(index).ok_or_else(unknown)?;
    match device.takes_sim(kind).and_then(|()| device.takes_plan(plan)) {
        Ok(()) => Ok(index),
        Err(Misfit::PlanNeeds5g { plan }) => Err(Flaw::Compatibility(format!("Rate plan {plan}"))),
        Err(misfit) => Err(Flaw::Device(misfit.to_string())),
    }
}

fn features(world: &World, element: &Element, device: &Device) -> Result<Vec<HeldFeature>, Flaw> {
    let today: Day = world.today();
    let mut held: Vec<HeldFeature> = Vec::new();
    for entry in element.characteristics() {
        let is_feature = entry.name.strip_prefix("offeringCode").is_some_and(|n| n.parse::<u16>().is_ok());
        let Some(code) = entry.value().filter(|_| is_feature) else { continue };
        let unknown = || Flaw::NotSold("offeringCode", code.to_owned());
        let index = world.equipment.feature_index(code).ok_or_else(unknown)?;
        let feature = world.equipment.feature_at(index).ok_or_else(unknown)?;
        if device.takes_feature(feature).is_err() {
            return Err(Flaw::Compatibility(format!("Offering {code}")));
        }
        if held.iter().all(|other| other.code != index) {
            held.push(HeldFeature { code: index, from: today, until: None });
        }
    }
    Ok(held)
}

/// contract 4.2: a number in an activation does not port; from its port's confirmation on it is the line's.
fn ported_number(
    world: &World,
    element: &Element,
    earlier: &[(Sim, Option<Number>)],
) -> Result<Option<Number>, Flaw> {
    let text = element.service.as_ref().and_then(|service| service.subscriber_number.as_deref());
    let Some(text) = filled(text) else { return Ok(None) };
    let Some(number) = Number::read(text).filter(|number| world.ports.is_ready(*number)) else {
        let refuse = world.variants.activation_port_number == ActivationPortNumber::Rejected;
        return if refuse { Err(Flaw::NotPorted) } else { Ok(None) };
    };
    let in_use = world.activations.is_number_claimed(number)
        || earlier.iter().any(|(_, other)| *other == Some(number))
        || world.lines.by_number(number).is_some();
    if in_use { Err(Flaw::NumberInUse) } else { Ok(Some(number)) }
}
