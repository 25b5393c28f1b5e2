//! Transfer of billing responsibility, TOBR (contract 4.7).

use crate::day::Day;
use crate::ledger::LedgerKind;
use crate::parse::line_configuration::Transfer;
use crate::reply::Refusal;
use crate::rules::effective::{self, Timing};
use crate::rules::{fit, line_change, party, rate_plan_change};
use crate::state::{Change, Line, LineId, TransferMove, World};
use crate::variants::TobrInTerm;

/// Transfers the line, now or on a day to come.
pub(super) fn transfer(world: &mut World, id: LineId, change: &Transfer) -> Result<Timing, Refusal> {
    let to = party::account(world, change.account.as_ref())?;
    let plan = change.plan.as_deref().map(|code| rate_plan_change::sold_plan(world, code)).transpose()?;
    let asked = TransferMove { line: id, to, plan };
    let timing = effective::timing(world, change.effective)?;
    judge(world, &asked, timing.day)?;
    effective::make(world, Change::Transfer(asked), &timing);
    Ok(timing)
}

/// Whether the line can be transferred so on that day.
pub(crate) fn judge(world: &World, asked: &TransferMove, day: Day) -> Result<(), Refusal> {
    let Some(line) = world.lines.get(asked.line) else { return Ok(()) };
    line_change::not_cancelled(line)?;
    if asked.to == line.account {
        // contract 6, row 17.
        return Err(Refusal::business("Transfer is not needed: the account pays for the line"));
    }
    if let Some(plan) = asked.plan {
        // contract 4.8: active lines only.
        line_change::active(line)?;
        rate_plan_change::unlocked(world, line, plan, day)?;
        fit::plan(world, line, plan)?;
    }
    if term(line, day).is_some() && world.variants.tobr_in_term == TobrInTerm::Refused {
        // contract 6, row 41.
        return Err(Refusal::business("The contract term of the line has not ended"));
    }
    Ok(())
}

/// Makes a transfer that was judged.
pub(crate) fn commit(world: &mut World, asked: &TransferMove) {
    let Some(line) = world.lines.get(asked.line) else { return };
    let (id, to, from) = (asked.line, asked.to, line.account);
    let term = term(line, world.today());
    world.change_line(id, |line| {
        line.account = to;
        if term.is_some() {
            line.contract_end = None;
        }
    });
    let detail = vec![("from", from.ban().to_string()), ("billingAccountNumber", to.ban().to_string())];
    world.record(LedgerKind::Tobr, id, detail);
    if let Some(end) = term {
        // contract 4.7: the early-termination fee is on no wire, only here. The account that is left pays it.
        let detail =
            vec![("billingAccountNumber", from.ban().to_string()), ("contractEnd", end.date().to_string())];
        world.record(LedgerKind::Etf, id, detail);
    }
    if let Some(plan) = asked.plan {
        super::switch_plan(world, id, plan);
    }
}

/// The end of the contract term that a day lies in.
fn term(line: &Line, day: Day) -> Option<Day> {
    line.contract_end.filter(|end| day <= *end)
}
