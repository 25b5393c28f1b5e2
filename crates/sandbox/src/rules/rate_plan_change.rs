//! Rate Plan Change: plan and features (contract 4.8).

use crate::day::Day;
use crate::digits::Number;
use crate::ledger::LedgerKind;
use crate::parse::plan::PlanRequest;
use crate::reply::Refusal;
use crate::rules::{effective, fit, line_change, line_details};
use crate::service::Service;
use crate::state::{Change, HeldFeature, Line, PlanMove, World};

/// Changes a line's plan and features, now or on a day to come.
pub(crate) fn change(world: &mut World, number: Number, request: &PlanRequest) -> Result<Service, Refusal> {
    let (id, _) = line_change::find(world, number)?;
    let asked = PlanMove {
        line: id,
        plan: request.plan.as_deref().map(|code| sold_plan(world, code)).transpose()?,
        add: sold_features(world, &request.add)?,
        remove: sold_features(world, &request.remove)?,
    };
    let timing = effective::timing(world, request.effective)?;
    judge(world, &asked, timing.day)?;
    effective::make(world, Change::Plan(asked), &timing);
    let line = world.lines.get(id).ok_or_else(line_details::unknown)?;
    Ok(line_details::describe(world, line).effective(timing.told))
}

pub(crate) fn sold_plan(world: &World, code: &str) -> Result<u16, Refusal> {
    let index = world.equipment.plan_index(code);
    index.ok_or_else(|| Refusal::business(format!("Rate plan {code} is not sold here")))
}

fn sold_features(world: &World, codes: &[String]) -> Result<Vec<u16>, Refusal> {
    let index = |code: &String| {
        let index = world.equipment.feature_index(code);
        index.ok_or_else(|| Refusal::business(format!("Offering {code} is not sold here")))
    };
    codes.iter().map(index).collect()
}

/// Whether the line can be changed so on that day: as a whole or not at all.
pub(crate) fn judge(world: &World, asked: &PlanMove, day: Day) -> Result<(), Refusal> {
    let line = world.lines.get(asked.line).ok_or_else(line_details::unknown)?;
    line_change::active(line)?;
    if let Some(plan) = asked.plan {
        unlocked(world, line, plan, day)?;
        fit::plan(world, line, plan)?;
    }
    let mut held: Vec<u16> = line.features.iter().map(|feature| feature.code).collect();
    let code = |feature| world.equipment.feature_at(feature).map_or("", |feature| &feature.code);
    for &feature in &asked.remove {
        let Some(at) = held.iter().position(|one| *one == feature) else {
            return Err(Refusal::business(format!("Offering {} is not on the line", code(feature))));
        };
        held.swap_remove(at);
    }
    for &feature in &asked.add {
        // Neither what the line has, nor what the same request names elsewhere.
        if held.contains(&feature) || asked.remove.contains(&feature) {
            return Err(Refusal::business(format!("Offering {} is on the line", code(feature))));
        }
        fit::feature(world, line, feature)?;
        held.push(feature);
    }
    Ok(())
}

/// Whether the line may leave its plan on that day: some plans bind for the contract term (contract 4.7, 4.8).
pub(crate) fn unlocked(world: &World, line: &Line, plan: u16, day: Day) -> Result<(), Refusal> {
    let binds = world.equipment.plan_at(line.plan).is_some_and(|plan| plan.binds_in_term);
    let in_term = line.contract_end.is_some_and(|end| day <= end);
    if plan != line.plan && binds && in_term {
        // contract 6, row 41.
        return Err(Refusal::business("Plan change is restricted until the end of the contract"));
    }
    Ok(())
}

/// Makes a change that was judged. What is as it was is no effect.
pub(crate) fn commit(world: &mut World, asked: &PlanMove) {
    let today = world.today();
    let plan = asked.plan.filter(|plan| world.lines.get(asked.line).is_some_and(|line| line.plan != *plan));
    if plan.is_none() && asked.add.is_empty() && asked.remove.is_empty() {
        return;
    }
    world.change_line(asked.line, |line| {
        if let Some(plan) = plan {
            line.plan = plan;
            line.plan_from = today;
            line.plan_until = None;
        }
        line.features.retain(|held| !asked.remove.contains(&held.code));
        line.features.extend(asked.add.iter().map(|&code| HeldFeature { code, from: today, until: None }));
    });
    let equipment = &world.equipment;
    let codes = |features: &[u16]| {
        let codes: Vec<&str> =
            features.iter().filter_map(|at| Some(equipment.feature_at(*at)?.code.as_str())).collect();
        codes.join(" ")
    };
    let mut detail = Vec::new();
    if let Some(plan) = plan.and_then(|plan| equipment.plan_at(plan)) {
        detail.push(("singleUserCode", plan.code.clone()));
    }
    for (name, features) in [("addOfferingCode", &asked.add), ("removeOfferingCode", &asked.remove)] {
        if !features.is_empty() {
            detail.push((name, codes(features)));
        }
    }
    world.record(LedgerKind::Plan, asked.line, detail);
}
