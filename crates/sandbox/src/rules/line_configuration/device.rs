//! Device update: IMEI and SIM on the carrier's record (contract 4.7, 7).

use apex_mobility_equipment::{Device, Misfit, SimKind};

use crate::digits::{Chip, DeviceId, Sim};
use crate::ledger::LedgerKind;
use crate::parse::line_configuration::DeviceChange;
use crate::population::Dice;
use crate::reply::Refusal;
use crate::rules::{fit, line_change, rate_plan_change};
use crate::state::{Line, LineId, World};
use crate::variants::DeviceWithPlan;

/// What the line is to have.
struct Wanted {
    imei: DeviceId,
    sim: Sim,
    chip: Option<Chip>,
    plan: Option<u16>,
}

pub(super) fn update(world: &mut World, id: LineId, change: &DeviceChange) -> Result<(), Refusal> {
    let Some(line) = world.lines.get(id) else { return Ok(()) };
    let wanted = judge(world, id, line, change)?;
    let chip_now = chip_of(world, line);
    if (wanted.imei, wanted.sim, wanted.chip) != (line.imei, line.sim, chip_now) {
        make(world, id, &wanted, chip_now);
    }
    if let Some(plan) = wanted.plan {
        super::switch_plan(world, id, plan);
    }
    Ok(())
}

fn judge(world: &World, id: LineId, line: &Line, change: &DeviceChange) -> Result<Wanted, Refusal> {
    line_change::active(line)?;
    if change.plan.is_some() && world.variants.device_with_plan == DeviceWithPlan::Refused {
        return Err(Refusal::business(
            "A device update cannot carry singleUserCode: change the plan after it",
        ));
    }
    let zip = change.service_zip.as_deref().ok_or_else(|| Refusal::invalid("serviceZipCode is missing"))?;
    if *zip != format!("{:05}", line.zip) {
        // contract 6, row 22.
        return Err(Refusal::business("ZIP code does not match the primary place of use"));
    }
    let imei = match change.imei.as_deref() {
        None => line.imei,
        Some(text) => DeviceId::read(text).ok_or_else(|| not_eligible("it has no valid check digit"))?,
    };
    let (sim, chip) = sim(world, line, change)?;
    let plan = change.plan.as_deref();
    let same_plan = plan.is_none_or(|code| world.equipment.plan_index(code) == Some(line.plan));
    if (imei, sim, chip) == (line.imei, line.sim, chip_of(world, line)) && same_plan {
        // contract 6, row 17.
        return Err(Refusal::business("Device update is not needed: the line has this device"));
    }
    // contract 6, row 40.
    let device = world
        .equipment
        .device_of_tac(imei.tac())
        .ok_or_else(|| Refusal::business("IMEI unknown to the equipment catalog"))?;
    restrictions(world, device, chip)?;
    let in_use = world.activations.is_claimed(sim) || world.lines.by_sim(sim).any(|(other, _)| other != id);
    if in_use {
        // contract 6, row 18.
        return Err(Refusal::business("ICCID is already in use by another line or request"));
    }
    let plan = plan.map(|code| new_plan(world, line, code, device)).transpose()?;
    Ok(Wanted { imei, sim, chip, plan })
}

/// The plan to switch to, if the line may leave its own and the device to come takes it.
fn new_plan(world: &World, line: &Line, code: &str, device: &Device) -> Result<u16, Refusal> {
    let index = rate_plan_change::sold_plan(world, code)?;
    rate_plan_change::unlocked(world, line, index, world.today())?;
    match world.equipment.plan_at(index) {
        Some(plan) if device.takes_plan(plan).is_err() => Err(fit::incompatible("Rate plan", code)),
        _ => Ok(index),
    }
}

/// The SIM after the update. One that is sent again stays what it is, plastic or eSIM; a new one without an
/// EID is plastic; an EID without a SIM downloads its profile.
fn sim(world: &World, line: &Line, change: &DeviceChange) -> Result<(Sim, Option<Chip>), Refusal> {
    let sim = change.sim.as_deref().map(|text| {
        Sim::read(text).ok_or_else(|| {
            Refusal::invalid("The sim is not 19 or 20 digits that begin with 89, with a valid check digit")
        })
    });
    let chip = change.eid.as_deref().map(|text| {
        Chip::read(text)
            .ok_or_else(|| Refusal::invalid("The eid is not an EID: 32 digits with valid check digits"))
    });
    let chip_now = chip_of(world, line);
    Ok(match (sim.transpose()?, chip.transpose()?) {
        (None, None) => (line.sim, chip_now),
        (Some(sim), None) if sim == line.sim => (sim, chip_now),
        (Some(sim), chip) => (sim, chip),
        (None, Some(chip)) if Some(chip) == chip_now => (line.sim, chip_now),
        (None, Some(chip)) => (Sim::of_profile(chip), Some(chip)),
    })
}

/// contract 4.7: restrictions are enforced.
fn restrictions(world: &World, device: &Device, chip: Option<Chip>) -> Result<(), Refusal> {
    let kind = if chip.is_some() { SimKind::Embedded } else { SimKind::Plastic };
    match device.takes_sim(kind) {
        Ok(()) => Ok(()),
        // contract 4.7, 6 row 8: captured in this shape.
        Err(Misfit::NeedsEmbeddedSim) => {
            let moment = u64::try_from(world.now.as_microsecond()).unwrap_or(0);
            Err(Refusal::without_service(Dice::new(world.seed ^ moment).uuid()))
        }
        Err(misfit) => Err(not_eligible(&misfit.to_string())),
    }
}

/// contract 6, row 40.
fn not_eligible(why: &str) -> Refusal {
    Refusal::business(format!("IMEI not eligible: {why}"))
}

fn make(world: &mut World, id: LineId, wanted: &Wanted, chip_now: Option<Chip>) {
    let new_chip = wanted.chip.filter(|chip| Some(*chip) != chip_now);
    let eid = new_chip.and_then(|chip| world.lines.add_eid(chip));
    world.change_line(id, |line| {
        line.sim = wanted.sim;
        line.imei = wanted.imei;
        // The device is in use from now on: no mismatch for the network to see.
        line.network_imei = wanted.imei;
        if wanted.chip != chip_now {
            line.eid = eid;
        }
    });
    let detail = [
        ("imei", Some(wanted.imei.to_string())),
        ("sim", Some(wanted.sim.to_string())),
        ("eid", wanted.chip.map(|chip| chip.to_string())),
    ];
    let detail = detail.into_iter().filter_map(|(name, value)| Some((name, value?)));
    world.record(LedgerKind::Device, id, detail.collect());
}

fn chip_of(world: &World, line: &Line) -> Option<Chip> {
    line.eid.and_then(|eid| world.lines.eid(eid))
}
