//! Service Activation (contract 4.2): requests filed, set aside, made real.

mod judge;

use apex_mobility_core::WireProfile;
use jiff::Timestamp;
use serde::Serialize;

use crate::day::Day;
use crate::ledger::LedgerKind;
use crate::parse::activation::Element;
use crate::population::Dice;
use crate::reply::Refusal;
use crate::service::{Characteristic, rename};
use crate::state::{Event, FINAL_AFTER, Item, NewLine, RESERVED_AFTER, Stage, Verdict, World, request_id};
use crate::variants::{DuplicateActivation, ReservedNumber};

/// contract 7: details do not show a line for this long after it turned Active.
const SETTLING_SECONDS: i64 = 60;

/// One element of a reply.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ItemState {
    id: String,
    interaction_status: &'static str,
    interaction_date_complete: Option<String>,
    #[serde(flatten)]
    sent: Element,
    service: ServiceState,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ServiceState {
    status: &'static str,
    subscriber_number: Option<String>,
    error: Option<String>,
    service_characteristic: Vec<Characteristic>,
}

impl ItemState {
    /// Spells the names of the bag as the wire profile wants them.
    pub(crate) fn renamed(mut self, profile: &WireProfile) -> Self {
        rename(&mut self.service.service_characteristic, profile);
        self
    }
}

/// Files the lines of one POST. Bad ones are rejected one by one, in their own time.
pub(crate) fn submit(world: &mut World, elements: Vec<Element>) -> Result<Vec<ItemState>, Refusal> {
    let mut claims = Vec::new();
    let mut items = Vec::with_capacity(elements.len());
    for sent in elements {
        let verdict = match judge::judge(world, &sent, &claims) {
            Ok(new) => {
                claims.push((new.line.sim, new.number));
                Verdict::Accepted(Box::new(new))
            }
            Err(judge::Flaw::SimInUse)
                if world.variants.duplicate_activation == DuplicateActivation::WholePostRefused =>
            {
                return Err(Refusal::business(judge::Flaw::SimInUse.to_string()).of_activation());
            }
            Err(flaw) => Verdict::Rejected(flaw.to_string()),
        };
        items.push(Item { sent, verdict });
    }
    let request = world.activations.file(items);
    let later = |by| world.now.saturating_add(by).unwrap_or(Timestamp::MAX);
    let (reserved, completed) = (later(RESERVED_AFTER), later(FINAL_AFTER));
    world.schedule.enter(reserved, Event::ActivationReserved(request));
    world.schedule.enter(completed, Event::ActivationFinal(request));
    Ok(states(world, request))
}

/// Where the lines of a request stand.
pub(crate) fn status(world: &World, id: &str) -> Result<Vec<ItemState>, Refusal> {
    let request = world.activations.find(id);
    request
        .map(|request| states(world, request))
        .ok_or_else(|| Refusal::not_found("There is no activation request with this id").of_activation())
}

/// Sets numbers aside: the request is Reserved.
pub(crate) fn reserve(world: &mut World, request: usize) {
    let Some(request) = world.activations.get_mut(request) else { return };
    request.stage = Stage::Reserved;
    let mut assigned = Vec::new();
    for item in &mut request.items {
        let Verdict::Accepted(new) = &mut item.verdict else { continue };
        if new.number.is_some() {
            continue;
        }
        let place = world.places.of_zip(new.line.zip);
        new.number = place.and_then(|place| world.numbers.assign(&world.places, &world.lines, place));
        assigned.extend(new.number);
    }
    world.activations.claim_numbers(assigned);
}

/// Makes the lines of a request real: it is final.
pub(crate) fn complete(world: &mut World, request: usize) {
    let id = request_id(request);
    let Some(filed) = world.activations.get_mut(request) else { return };
    filed.stage = Stage::Final;
    filed.completed = Some(world.now);
    let mut items = std::mem::take(&mut filed.items);
    for item in &mut items {
        if let Verdict::Accepted(new) = &item.verdict {
            world.activations.release(new);
            item.verdict = activate(world, new, &id);
        }
    }
    if let Some(filed) = world.activations.get_mut(request) {
        filed.items = items;
    }
}

fn activate(world: &mut World, new: &NewLine, request: &str) -> Verdict {
    // contract 6, row 23.
    let none_free = || Verdict::Rejected("Resource required by service is not available".to_owned());
    let Some(number) = new.number else { return none_free() };
    let mut line = new.line.clone();
    let today = Day::of(world.now);
    line.number = number;
    line.activated = today;
    line.status_since = today;
    line.plan_from = today;
    for feature in &mut line.features {
        feature.from = today;
    }
    line.contact = world.lines.add_name(&new.contact);
    line.eid = new.eid.and_then(|eid| world.lines.add_eid(eid));
    line.ready_at = u32::try_from(world.now.as_second() + SETTLING_SECONDS).unwrap_or(u32::MAX);
    let detail = vec![
        ("requestId", request.to_owned()),
        ("billingAccountNumber", line.account.ban().to_string()),
        ("imei", line.imei.to_string()),
        ("singleUserCode", world.equipment.plan_at(line.plan).map_or_else(String::new, |p| p.code.clone())),
    ];
    let Some(id) = world.add_line(line) else { return none_free() };
    world.record(LedgerKind::Activation, id, detail);
    Verdict::Active(number)
}

/// The reply, in an order of chance: contract 4.2 says to match by `sim`, never by position.
fn states(world: &World, at: usize) -> Vec<ItemState> {
    let Some(request) = world.activations.get(at) else { return Vec::new() };
    let completed = request.completed.map(|at| world.variants.date_style.write(Day::of(at)));
    let mut states: Vec<_> = request
        .items
        .iter()
        .map(|item| ItemState {
            id: request_id(at),
            interaction_status: if request.stage == Stage::Final { "Complete" } else { "Pending" },
            interaction_date_complete: completed.clone(),
            sent: item.sent.clone(),
            service: service(item, request.stage, world.variants.reserved_number),
        })
        .collect();
    let order = world.seed ^ (at as u64).rotate_left(32) ^ request.stage as u64;
    Dice::new(order).shuffle(&mut states);
    states
}

fn service(item: &Item, stage: Stage, reserved: ReservedNumber) -> ServiceState {
    let (status, number, error) = match (stage, &item.verdict) {
        (Stage::Pending, _) => ("Pending", None, None),
        (Stage::Reserved, Verdict::Accepted(new)) if reserved == ReservedNumber::Filled => {
            ("Reserved", new.number, None)
        }
        (Stage::Reserved, _) => ("Reserved", None, None),
        (Stage::Final, Verdict::Rejected(why)) => ("Rejected", None, Some(why.clone())),
        (Stage::Final, Verdict::Active(number)) => ("Active", Some(*number), None),
        // Not reached: completing leaves nothing accepted.
        (Stage::Final, Verdict::Accepted(_)) => ("Pending", None, None),
    };
    let bag = item.sent.characteristics().iter().map(|entry| Characteristic {
        name: entry.name.clone(),
        value: entry.value.clone().unwrap_or_default(),
    });
    ServiceState {
        status,
        subscriber_number: number.map(|number| number.to_string()),
        error,
        service_characteristic: bag.collect(),
    }
}
