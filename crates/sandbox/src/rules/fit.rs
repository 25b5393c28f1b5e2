//! Whether plan and features fit a line's device (contract 4.5, 4.7, 4.8), in words of the error catalog.

use apex_mobility_equipment::{Device, Misfit, SimKind};

use crate::digits::DeviceId;
use crate::reply::Refusal;
use crate::state::{Line, World};

/// Whether the plan fits the device of the line.
pub(crate) fn plan(world: &World, line: &Line, plan: u16) -> Result<(), Refusal> {
    let device = device(world, line.imei)?;
    let Some(plan) = world.equipment.plan_at(plan) else { return Ok(()) };
    let sim = if line.eid.is_some() { SimKind::Embedded } else { SimKind::Plastic };
    device.takes_sim(sim).and_then(|()| device.takes_plan(plan)).map_err(|misfit| match misfit {
        Misfit::PlanNeeds5g { plan } => incompatible("Rate plan", &plan),
        // contract 6, row 40.
        misfit => Refusal::business(format!("IMEI not eligible: {misfit}")),
    })
}

/// Whether the feature fits the device of the line.
pub(crate) fn feature(world: &World, line: &Line, feature: u16) -> Result<(), Refusal> {
    let device = device(world, line.imei)?;
    match world.equipment.feature_at(feature) {
        Some(feature) if device.takes_feature(feature).is_err() => {
            Err(incompatible("Offering", &feature.code))
        }
        _ => Ok(()),
    }
}

/// contract 6, row 15.
pub(crate) fn incompatible(what: &str, code: &str) -> Refusal {
    Refusal::business(format!("{what} {code} is not compatible with equipment"))
}

fn device(world: &World, imei: DeviceId) -> Result<&Device, Refusal> {
    let device = world.equipment.device_of_tac(imei.tac());
    // contract 6, row 40.
    device.ok_or_else(|| Refusal::business("IMEI unknown to the equipment catalog"))
}
