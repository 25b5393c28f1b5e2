//! Port Management (contract 4.3): numbers that come from other carriers.

mod losing_carrier;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::digits::Number;
use crate::ledger::LedgerKind;
use crate::parse::party::Party;
use crate::parse::port::{PortRequest, PortUpdate, Question};
use crate::reply::Refusal;
use crate::rules::party::{self, PartyFlaw};
use crate::state::{ANSWERED_AFTER, COMPLETED_AFTER, Event, LosingAnswer, Port, PortRound, PortStage, World};
use crate::variants::{PortCancelAfterConfirm, PortDn};

/// What an eligibility check answers, and a request echoes.
const SERVICE_AREA: &str = "000000000012";

/// Variant `port_dn`: how long a delayed port is shown as denied.
const DELAYED_FOR: SignedDuration = SignedDuration::from_hours(2);

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Eligibility {
    /// contract 4.3: a string, not a bool.
    eligibility_flag: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_service: Option<FromService>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FromService {
    service_area: &'static str,
}

/// The reply of request, status, update and cancel.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PortState {
    subscriber_number: String,
    port_request_status: &'static str,
    status_reason_code: Option<String>,
    status_reason_description: Option<&'static str>,
}

/// Whether a number can be brought in: the ZIP hosts numbers, and the number is not here already.
pub(crate) fn check_eligibility(world: &World, question: &Question) -> Eligibility {
    let eligible =
        party::served_zip(world, &question.zip).is_ok() && world.lines.by_number(question.number).is_none();
    Eligibility {
        eligibility_flag: if eligible { "true" } else { "false" },
        from_service: eligible.then_some(FromService { service_area: SERVICE_AREA }),
    }
}

/// Files a port request.
pub(crate) fn request(world: &mut World, asked: PortRequest) -> Result<PortState, Refusal> {
    let number = asked.number;
    let zip = party::served_zip(world, &asked.zip)?;
    let account = party::account(world, Some(&asked.account))?;
    check_parties(world, &asked.parties)?;
    if asked.service_area.is_some_and(|area| area != SERVICE_AREA) {
        return Err(Refusal::business("fromService.serviceArea is not what the eligibility check answered"));
    }
    if world.lines.by_number(number).is_some() || world.activations.is_number_claimed(number) {
        // contract 6, row 12.
        return Err(Refusal::business("Subscriber number is already in use by a line"));
    }
    if world.ports.get(number).is_some_and(|port| !port.stage.has_failed()) {
        // contract 6, row 18.
        return Err(Refusal::business("Subscriber number already has an active port request"));
    }
    let port = Port {
        account,
        zip,
        answer: losing_carrier::answer_of(&asked.losing),
        losing: asked.losing,
        stage: PortStage::Open,
        round: world.ports.next_round(),
    };
    let detail = vec![
        ("billingAccountNumber", account.ban().to_string()),
        ("serviceZipCode", asked.zip),
        ("change", "requested".to_owned()),
    ];
    // The number is another carrier's: it is not ours to give out.
    world.numbers.withhold(number);
    world.ports.file(number, port);
    open(world, number, detail);
    status(world, number)
}

/// How far a port has come.
pub(crate) fn status(world: &World, number: Number) -> Result<PortState, Refusal> {
    let port = world.ports.get(number).ok_or_else(unknown)?;
    let (code, description) = reason(port);
    Ok(PortState {
        subscriber_number: number.to_string(),
        port_request_status: port.stage.word(),
        status_reason_code: code,
        status_reason_description: description,
    })
}

/// Corrects a port request; it is open again, and the losing carrier looks at it anew.
pub(crate) fn update(world: &mut World, number: Number, update: PortUpdate) -> Result<PortState, Refusal> {
    let port = world.ports.get(number).ok_or_else(unknown)?;
    match port.stage {
        PortStage::Open | PortStage::Conflict => {}
        PortStage::Cancelled => return Err(unknown()),
        stage => return Err(too_late(stage, "updated")),
    }
    let zip = update.zip.as_deref().map(|zip| party::served_zip(world, zip)).transpose()?;
    let account = update.account.as_ref().map(|named| party::account(world, Some(named))).transpose()?;
    if let Some(parties) = &update.parties {
        check_parties(world, parties)?;
    }
    let members = [
        ("serviceZipCode", zip.is_some()),
        ("billingAccount", account.is_some()),
        ("relatedParty", update.parties.is_some()),
        ("oldServiceProvider", update.losing.is_some()),
    ];
    let answer = losing_carrier::answer_after(port, zip, update.losing.as_ref());
    let round = world.ports.next_round();
    let Some(port) = world.ports.get_mut(number) else { return Err(unknown()) };
    port.answer = answer;
    port.round = round;
    port.zip = zip.unwrap_or(port.zip);
    port.account = account.unwrap_or(port.account);
    if let Some(losing) = update.losing {
        port.losing = losing;
    }
    let sent: Vec<_> = members.iter().filter(|(_, sent)| *sent).map(|(name, _)| *name).collect();
    open(world, number, vec![("change", "updated".to_owned()), ("members", sent.join(","))]);
    status(world, number)
}

/// Drops a port request whole.
pub(crate) fn cancel(world: &mut World, number: Number, zip: &str) -> Result<PortState, Refusal> {
    let port = world.ports.get(number).ok_or_else(unknown)?;
    match port.stage {
        PortStage::Open | PortStage::Conflict => {}
        PortStage::Confirmed
            if world.variants.port_cancel_after_cf == PortCancelAfterConfirm::Allowed
                && world.lines.by_number(number).is_none()
                && !world.activations.is_number_claimed(number) => {}
        PortStage::Cancelled => return Err(unknown()),
        stage => return Err(too_late(stage, "cancelled")),
    }
    if zip.parse() != Ok(port.zip) {
        return Err(Refusal::business("The ZIP code is not that of the port request"));
    }
    move_on(world, number, PortStage::Cancelled, vec![("change", "cancelled".to_owned())]);
    status(world, number)
}

/// The losing carrier answers.
pub(crate) fn answered(world: &mut World, at: PortRound) {
    let Some(port) = world.ports.in_round(at).filter(|port| port.stage == PortStage::Open) else { return };
    let stage = match &port.answer {
        LosingAnswer::Confirm => PortStage::Confirmed,
        LosingAnswer::Conflict(_) => PortStage::Conflict,
        LosingAnswer::Deny => PortStage::Denied,
        LosingAnswer::Fail => PortStage::Failed,
    };
    let detail = match &port.answer {
        LosingAnswer::Conflict(code) => vec![("statusReasonCode", code.clone())],
        _ => Vec::new(),
    };
    move_on(world, at.number, stage, detail);
    match stage {
        PortStage::Confirmed => enter(world, COMPLETED_AFTER - ANSWERED_AFTER, Event::PortCompleted(at)),
        PortStage::Denied if world.variants.port_dn == PortDn::Delayed => {
            enter(world, DELAYED_FOR, Event::PortReopened(at));
        }
        _ => {}
    }
}

/// The number has come over.
pub(crate) fn completed(world: &mut World, at: PortRound) {
    let confirmed = world.ports.in_round(at).is_some_and(|port| port.stage == PortStage::Confirmed);
    if confirmed {
        move_on(world, at.number, PortStage::Completed, Vec::new());
    }
}

/// Variant `port_dn`: what was shown as denied was delayed.
pub(crate) fn reopened(world: &mut World, at: PortRound) {
    let Some(port) = world.ports.in_round(at).filter(|port| port.stage == PortStage::Denied) else { return };
    port.answer = LosingAnswer::Confirm;
    open(world, at.number, Vec::new());
}

/// Puts a port before the losing carrier.
fn open(world: &mut World, number: Number, detail: Vec<(&'static str, String)>) {
    let Some(round) = world.ports.get(number).map(|port| port.round) else { return };
    move_on(world, number, PortStage::Open, detail);
    enter(world, ANSWERED_AFTER, Event::PortAnswered(PortRound { number, round }));
}

fn move_on(world: &mut World, number: Number, stage: PortStage, mut detail: Vec<(&'static str, String)>) {
    let Some(port) = world.ports.get_mut(number) else { return };
    port.stage = stage;
    detail.push(("portRequestStatus", stage.word().to_owned()));
    world.record_for_number(LedgerKind::Port, number, detail);
}

fn enter(world: &mut World, after: SignedDuration, event: Event) {
    world.schedule.enter(world.now.saturating_add(after).unwrap_or(Timestamp::MAX), event);
}

/// The subscriber is needed; every party needs a name and an address that verifies.
fn check_parties(world: &World, parties: &[Party]) -> Result<(), PartyFlaw> {
    Party::subscriber(parties).ok_or(PartyFlaw::Missing("relatedParty with role subscriber"))?;
    parties.iter().try_for_each(|one| party::person(world, one).map(drop))
}

/// Why the port is where it is: a code and words.
fn reason(port: &Port) -> (Option<String>, Option<&'static str>) {
    match (port.stage, &port.answer) {
        (PortStage::Conflict, LosingAnswer::Conflict(code)) => {
            (Some(code.clone()), Some(losing_carrier::words_of(code)))
        }
        (PortStage::Denied, _) => (None, Some("The old carrier denied the port")),
        (PortStage::Failed, _) => (None, Some("The port failed")),
        _ => (None, None),
    }
}

/// contract 6, row 26: unknown, or cancelled.
fn unknown() -> Refusal {
    Refusal::not_found("The port request does not exist")
}

fn too_late(stage: PortStage, what: &str) -> Refusal {
    let why = match stage {
        PortStage::Confirmed => "is confirmed",
        PortStage::Completed => "is completed",
        _ => "has ended",
    };
    Refusal::business(format!("The port request {why} and can no longer be {what}"))
}
