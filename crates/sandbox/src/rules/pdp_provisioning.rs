//! PDP Provisioning (contract 4.10): static addresses looked up, given to lines and taken back.

mod stages;
mod words;

use std::net::Ipv4Addr;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::ledger::{Effect, LedgerKind};
use crate::parse::pdp::{AddressQuery, StatusQuery, Submission};
use crate::population::Dice;
use crate::reply::Refusal;
use crate::rules::{effective, party};
use crate::state::{
    CHECKED_AFTER, Event, PDP_RESERVED_AFTER, PdpBatch, PdpChange, PdpItem, PdpPlace, PdpStage, PoolId,
    UPDATED_AFTER, World,
};
use crate::variants::PdpLookup;

pub(crate) use stages::{checked, reserved, updated};
pub(crate) use words::LineState;

/// Variant `pdp_lookup`: how long a look-up holds what it found.
const HELD_FOR: SignedDuration = SignedDuration::from_mins(15);

/// The reply of a look-up.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Available {
    ip_address_records: Vec<AddressRecord>,
    message: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AddressRecord {
    ip_address: Ipv4Addr,
}

/// The reply of a submission: the batch is named in the text alone.
#[derive(Debug, Serialize)]
pub(crate) struct Accepted {
    message: String,
}

/// Addresses that no line has; fewer than asked for when the pool runs short.
pub(crate) fn available(world: &mut World, query: &AddressQuery) -> Result<Available, Refusal> {
    let id = pool(world, &query.pdp)?;
    let now = world.now;
    let found: Vec<_> = match world.pools.get(id) {
        Some(pool) => pool.on_offer(now).take(query.quantity).collect(),
        None => Vec::new(),
    };
    if world.variants.pdp_lookup == PdpLookup::Hold {
        hold(world, id, &found);
    }
    let message = if found.len() < query.quantity {
        format!("{} of {} IP addresses are available", found.len(), query.quantity)
    } else {
        String::new()
    };
    let records = found.into_iter().map(|ip_address| AddressRecord { ip_address });
    Ok(Available { ip_address_records: records.collect(), message })
}

fn hold(world: &mut World, id: PoolId, found: &[Ipv4Addr]) {
    let Some(pool) = world.pools.get_mut(id).filter(|_| !found.is_empty()) else { return };
    let until = world.now.saturating_add(HELD_FOR).unwrap_or(Timestamp::MAX);
    for address in found {
        pool.hold(*address, until);
    }
    let addresses: Vec<_> = found.iter().map(Ipv4Addr::to_string).collect();
    let detail = vec![
        ("change", "held".to_owned()),
        ("pdpName", pool.name.to_owned()),
        ("ipAddress", addresses.join(",")),
    ];
    world.ledger.record(Effect { at: world.now, kind: LedgerKind::Ip, number: None, sim: None, detail });
}

/// Files a batch. Bad lines fail one by one, in their own time.
pub(crate) fn submit(world: &mut World, change: PdpChange, sent: Submission) -> Result<Accepted, Refusal> {
    let pool = pool(world, &sent.pdp)?;
    let account = party::account(world, Some(&sent.account))?;
    let later = |by| world.now.saturating_add(by).unwrap_or(Timestamp::MAX);
    let (checked, reserved, updated) =
        (later(CHECKED_AFTER), later(PDP_RESERVED_AFTER), later(UPDATED_AFTER));
    let mut items = Vec::with_capacity(sent.lines.len());
    let mut due = Vec::with_capacity(sent.lines.len());
    for line in sent.lines {
        let timing = effective::timing(world, line.effective)?;
        due.push(if timing.is_later { timing.day.begins().max(updated) } else { updated });
        items.push(PdpItem {
            number: line.number,
            address: line.address,
            profile: line.profile,
            is_later: timing.is_later,
            line: None,
            stage: PdpStage::Submitted,
        });
    }
    let batch = world.pdp_batches.next();
    let id = batch_id(world.seed, batch);
    let message = format!("Accepted. batch-id: {id}");
    world.pdp_batches.file(PdpBatch { id, pool, account, change, items });
    world.schedule.enter(checked, Event::PdpChecked(batch));
    world.schedule.enter(reserved, Event::PdpReserved(batch));
    for (item, at) in due.into_iter().enumerate() {
        world.schedule.enter(at, Event::PdpUpdated(PdpPlace { batch, item }));
    }
    Ok(Accepted { message })
}

/// How far the lines of a batch have come, or those with a number. Of what is not known an element says so,
/// without a batch id (contract 6, row 38).
pub(crate) fn status(world: &World, query: &StatusQuery) -> Vec<LineState> {
    let places: Vec<_> = match query {
        StatusQuery::Batch(id) => world.pdp_batches.of_batch(id).collect(),
        StatusQuery::Number(number) => world.pdp_batches.of_number(*number).collect(),
    };
    if places.is_empty() {
        return vec![match query {
            StatusQuery::Batch(_) => LineState::unknown(None, "No request has this batch-id"),
            StatusQuery::Number(number) => {
                LineState::unknown(Some(*number), "No request is for this subscriber number")
            }
        }];
    }
    let items = places.into_iter().filter_map(|at| world.pdp_batches.item(at));
    items.map(|(batch, item)| LineState::of(batch, item, world.variants.pdp_style)).collect()
}

fn pool(world: &World, name: &str) -> Result<PoolId, Refusal> {
    world.pools.find(name).ok_or_else(|| Refusal::business(format!("PDP {name} does not exist")))
}

/// The id of the batch at a place: the same seed gives the same ids.
fn batch_id(seed: u64, batch: usize) -> String {
    Dice::new(seed ^ (batch as u64 + 1).rotate_left(40)).uuid()
}
