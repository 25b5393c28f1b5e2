//! Line Configuration (contract 4.7): device, transfer of billing responsibility, subscriber info, voicemail
//! reset, OTA resend. All answer with the whole line.

mod device;
mod subscriber;
mod transfer;

pub(crate) use transfer::{commit as commit_transfer, judge as judge_transfer};

use crate::digits::{Number, Sim};
use crate::parse::line_configuration::Change;
use crate::reply::Refusal;
use crate::rules::{line_change, line_details, rate_plan_change};
use crate::service::Service;
use crate::state::{LineId, PlanMove, World};

/// Makes the change.
pub(crate) fn configure(world: &mut World, number: Number, change: &Change) -> Result<Service, Refusal> {
    let (id, _) = line_change::find(world, number)?;
    let mut effective = None;
    match change {
        Change::Device(change) => device::update(world, id, change)?,
        Change::Transfer(change) => effective = Some(transfer::transfer(world, id, change)?.told),
        Change::Subscriber(party) => subscriber::update(world, id, party)?,
        Change::Voicemail { pin } => reset_voicemail(world, id, pin.as_deref())?,
        Change::Ota { sim } => resend_ota(world, id, sim.as_deref())?,
    }
    let line = world.lines.get(id).ok_or_else(line_details::unknown)?;
    let service = line_details::describe(world, line);
    Ok(match effective {
        Some(date) => service.effective(date),
        None => service,
    })
}

/// Gives a line a plan along with another change.
fn switch_plan(world: &mut World, line: LineId, plan: u16) {
    let plan = PlanMove { line, plan: Some(plan), add: Vec::new(), remove: Vec::new() };
    rate_plan_change::commit(world, &plan);
}

/// Leaves no trace: there is no mailbox here.
fn reset_voicemail(world: &World, id: LineId, pin: Option<&str>) -> Result<(), Refusal> {
    if let Some(line) = world.lines.get(id) {
        line_change::not_cancelled(line)?;
    }
    // contract 5.
    let fits = |pin: &str| (4..=12).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit());
    if pin.is_some_and(|pin| !fits(pin)) {
        return Err(Refusal::invalid("voicemailPin is not 4 to 12 digits"));
    }
    Ok(())
}

/// Leaves no trace: the profile is what it was.
fn resend_ota(world: &World, id: LineId, sim: Option<&str>) -> Result<(), Refusal> {
    let sim = sim.ok_or_else(|| Refusal::invalid("sim is missing"))?;
    let Some(line) = world.lines.get(id) else { return Ok(()) };
    line_change::not_cancelled(line)?;
    if Sim::read(sim) != Some(line.sim) {
        // contract 6, row 19.
        return Err(Refusal::business("SIM number does not match the one on the line"));
    }
    Ok(())
}
