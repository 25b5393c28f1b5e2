//! A batch moves on: its lines are checked, their addresses reserved, their profiles updated.

use crate::ledger::LedgerKind;
use crate::reply::Refusal;
use crate::rules::line_change;
use crate::state::{Line, LineId, PdpBatch, PdpChange, PdpItem, PdpPlace, PdpStage, PdpStep, World};
use crate::variants::PdpBadLine;

/// Looks at each line: whether it is there, the account's own, and fit for the change.
pub(crate) fn checked(world: &mut World, batch: usize) {
    for at in world.pdp_batches.places(batch) {
        let outcome = match world.pdp_batches.item(at) {
            Some((batch, item)) if item.stage == PdpStage::Submitted => check(world, batch, item),
            _ => continue,
        };
        let Some(item) = world.pdp_batches.item_mut(at) else { continue };
        item.line = outcome.as_ref().ok().copied();
        item.stage = match outcome {
            Ok(_) => PdpStage::Checked,
            Err(why) => PdpStage::Failed(PdpStep::Check, why.text),
        };
    }
    fail_with_the_batch(world, batch, PdpStep::Check);
}

/// Takes each address, if it is still free.
pub(crate) fn reserved(world: &mut World, batch: usize) {
    for at in world.pdp_batches.places(batch) {
        let Some((batch, item)) = world.pdp_batches.item(at) else { continue };
        if item.stage != PdpStage::Checked {
            continue;
        }
        let (pool, address) = (batch.pool, item.address);
        let taken = match (batch.change, world.pools.get_mut(pool)) {
            (PdpChange::Remove, _) => Ok(()),
            (PdpChange::Provision, Some(pool)) if !pool.contains(address) => {
                Err(format!("IP address {address} is not in the pool of {}", pool.name))
            }
            (PdpChange::Provision, pool) => {
                let taken = pool.is_some_and(|pool| pool.take(address));
                taken.then_some(()).ok_or_else(|| format!("IP address {address} is not available"))
            }
        };
        let Some(item) = world.pdp_batches.item_mut(at) else { continue };
        item.stage = match taken {
            Ok(()) => PdpStage::Reserved,
            Err(why) => PdpStage::Failed(PdpStep::Reserve, why),
        };
    }
    fail_with_the_batch(world, batch, PdpStep::Reserve);
}

/// Gives a line its address, or takes it. What the line has become meanwhile may forbid it.
pub(crate) fn updated(world: &mut World, at: PdpPlace) {
    let fit = match world.pdp_batches.item(at) {
        Some((batch, item)) if item.stage == PdpStage::Reserved => still_fits(world, batch, item),
        _ => return,
    };
    match fit {
        Ok(line) => {
            commit(world, at, line);
            if let Some(item) = world.pdp_batches.item_mut(at) {
                item.stage = PdpStage::Updated;
            }
        }
        Err(why) => {
            fail(world, at, PdpStep::Update, why.text);
            fail_with_the_batch(world, at.batch, PdpStep::Update);
        }
    }
}

fn check(world: &World, batch: &PdpBatch, item: &PdpItem) -> Result<LineId, Refusal> {
    let (id, line) = line_change::find(world, item.number)?;
    fits(batch, item, line)?;
    Ok(id)
}

fn still_fits(world: &World, batch: &PdpBatch, item: &PdpItem) -> Result<LineId, Refusal> {
    let found = item.line.and_then(|id| Some((id, world.lines.get(id)?)));
    let (id, line) = found.ok_or_else(|| line_change::unknown(world, item.number))?;
    fits(batch, item, line)?;
    Ok(id)
}

fn fits(batch: &PdpBatch, item: &PdpItem, line: &Line) -> Result<(), Refusal> {
    if line.account != batch.account {
        // contract 6, row 20.
        return Err(Refusal::business("Subscriber does not belong to the billing account"));
    }
    match batch.change {
        PdpChange::Provision => {
            line_change::active(line)?;
            if line.ip.is_some() {
                return Err(Refusal::business("Subscriber has a static IP address, to be removed first"));
            }
        }
        // A line that is given up still holds its address: it can be taken back.
        PdpChange::Remove => {
            if line.ip != Some(item.address) {
                let text = format!("IP address {} is not the subscriber's", item.address);
                return Err(Refusal::business(text));
            }
        }
    }
    Ok(())
}

fn commit(world: &mut World, at: PdpPlace, line: LineId) {
    let Some((batch, item)) = world.pdp_batches.item(at) else { return };
    let (change, pool, address) = (batch.change, batch.pool, item.address);
    let name = world.pools.get(pool).map_or("", |pool| pool.name);
    let mut detail =
        vec![("batchId", batch.id.clone()), ("pdpName", name.to_owned()), ("ipAddress", address.to_string())];
    if let Some(profile) = &item.profile {
        detail.push(("accessPointName", profile.access_point.clone()));
    }
    let (held, word) = match change {
        PdpChange::Provision => (Some(address), "given"),
        PdpChange::Remove => (None, "taken"),
    };
    detail.push(("change", word.to_owned()));
    world.change_line(line, |line| line.ip = held);
    if change == PdpChange::Remove
        && let Some(pool) = world.pools.get_mut(pool)
    {
        pool.give_back(address);
    }
    world.record(LedgerKind::Ip, line, detail);
}

/// A line failed; an address that was reserved for it is free again.
fn fail(world: &mut World, at: PdpPlace, step: PdpStep, why: String) {
    let Some((batch, item)) = world.pdp_batches.item(at) else { return };
    let (pool, address) = (batch.pool, item.address);
    let reserved = batch.change == PdpChange::Provision && item.stage == PdpStage::Reserved;
    if let Some(pool) = world.pools.get_mut(pool).filter(|_| reserved) {
        pool.give_back(address);
    }
    if let Some(item) = world.pdp_batches.item_mut(at) {
        item.stage = PdpStage::Failed(step, why);
    }
}

/// Variant `pdp_bad_line`: one bad line fails all that are not done.
fn fail_with_the_batch(world: &mut World, batch: usize, step: PdpStep) {
    if world.variants.pdp_bad_line != PdpBadLine::BatchFails {
        return;
    }
    let stages = world.pdp_batches.get(batch).map(|batch| &batch.items).into_iter().flatten();
    if !stages.map(|item| &item.stage).any(|stage| matches!(stage, PdpStage::Failed(..))) {
        return;
    }
    for at in world.pdp_batches.places(batch) {
        let open = world
            .pdp_batches
            .item(at)
            .is_some_and(|(_, item)| !matches!(item.stage, PdpStage::Failed(..) | PdpStage::Updated));
        if open {
            fail(world, at, step, "Another line of the batch failed".to_owned());
        }
    }
}
