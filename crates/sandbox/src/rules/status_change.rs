//! Status Change: suspend, resume, cancel, restore (contract 4.5).

use crate::day::Day;
use crate::digits::Number;
use crate::ledger::LedgerKind;
use crate::parse::status::StatusRequest;
use crate::reply::Refusal;
use crate::rules::{effective, fit, line_change, line_details};
use crate::service::Service;
use crate::state::{Change, Line, Reason, Status, StatusMove, Transition, World};
use crate::variants::RestoreMode;

/// contract 4.5: calendar days (UTC), day 60 included.
const RESTORE_DAYS: i32 = 60;

/// Changes a line's status, now or on a day to come.
pub(crate) fn change(world: &mut World, number: Number, request: &StatusRequest) -> Result<Service, Refusal> {
    let (id, line) = line_change::find(world, number)?;
    let transition = meant(world, line, &request.transitions);
    let asked = StatusMove { line: id, transition, reason: reason(transition, request)? };
    let timing = effective::timing(world, request.effective)?;
    judge(world, &asked, timing.day)?;
    effective::make(world, Change::Status(asked), &timing);
    let status = world.lines.get(id).map_or(transition.target(), |line| line.status);
    Ok(Service::short(number, status, &world.variants).effective(timing.told))
}

/// The transition that a mode stands for, on this line.
fn meant(world: &World, line: &Line, transitions: &[Transition]) -> Transition {
    let fits = transitions.iter().copied().find(|transition| transition.begins_at(line.status));
    let meant = fits.or(transitions.first().copied()).unwrap_or(Transition::Suspend);
    // contract 7: variant `restore_mode`.
    let restores = world.variants.restore_mode == RestoreMode::ResumeToo;
    if restores && meant == Transition::Resume && line.status == Status::Cancelled {
        Transition::Restore
    } else {
        meant
    }
}

/// The reason codes of each transition (contract 4.5). Suspend and cancel need one.
fn reason(transition: Transition, request: &StatusRequest) -> Result<Option<Reason>, Refusal> {
    let (verb, allowed, needed): (_, &[&str], _) = match transition {
        Transition::Suspend => ("suspend", &["CR", "NPG", "STLN", "EE"], true),
        Transition::Resume => ("resume", &["CR", "PR"], false),
        Transition::Cancel => ("cancel", &["CAN", "LOS", "DD"], true),
        Transition::Restore => ("restore", &["BBL", "CR", "PR"], false),
    };
    // contract 6, row 35.
    let refuse = |problem: &str| Refusal::business(format!("Reason code {problem} for a {verb}"));
    match &request.reason {
        None if needed => Err(refuse("is needed")),
        None => Ok(None),
        Some(code) if allowed.contains(&code.as_str()) => Ok(Reason::read(code)),
        Some(code) => Err(refuse(&format!("{code} is not valid"))),
    }
}

/// Whether the line can make the move on that day.
pub(crate) fn judge(world: &World, asked: &StatusMove, day: Day) -> Result<(), Refusal> {
    let line = world.lines.get(asked.line).ok_or_else(line_details::unknown)?;
    let refuse = |text: &str| Err(Refusal::business(text));
    match (asked.transition, line.status) {
        (Transition::Suspend, Status::Suspended) => {
            // contract 6, row 14.
            refuse("Subscriber must be active to be suspended: it is suspended")
        }
        (Transition::Suspend, Status::Cancelled) => {
            // contract 6, row 13.
            refuse("Subscriber is inactive: it is cancelled")
        }
        (Transition::Resume, Status::Active) => {
            // contract 6, row 17: for anything but a device update, the wrong order.
            refuse("Resume is not needed: the subscriber is active")
        }
        (Transition::Resume | Transition::Cancel, Status::Cancelled) => {
            // contract 6, row 16: the wrong order, but for a cancel.
            refuse("Subscriber is already cancelled")
        }
        (Transition::Restore, Status::Active) => refuse("Restore is not needed: the subscriber is active"),
        (Transition::Restore, Status::Suspended) => {
            // contract 6, row 14.
            refuse("Subscriber is suspended, not cancelled: it must be active again by a resume")
        }
        (Transition::Resume, Status::Suspended) => resumable(line),
        (Transition::Restore, Status::Cancelled) => restorable(world, line, day),
        (Transition::Suspend, Status::Active) | (Transition::Cancel, Status::Active | Status::Suspended) => {
            Ok(())
        }
    }
}

/// contract 7: a line suspended for its device comes back when record and network agree.
fn resumable(line: &Line) -> Result<(), Refusal> {
    if line.reason == Some(Reason::DEVICE_MISMATCH) && line.has_unlike_devices() {
        // contract 6, row 40.
        return Err(Refusal::business("IMEI in use is not eligible: it is not the IMEI on record"));
    }
    Ok(())
}

fn restorable(world: &World, line: &Line, day: Day) -> Result<(), Refusal> {
    // contract 4.5: day 60 is still inside the window.
    if line.status_since.until(day) > RESTORE_DAYS {
        // contract 6, row 36.
        return Err(Refusal::business(format!(
            "Subscriber can be restored within {RESTORE_DAYS} days of the cancel only"
        )));
    }
    // contract 7, restore dead end: the plan must fit the device, and neither changes while cancelled.
    fit::plan(world, line, line.plan)
}

/// Makes a move that was judged.
pub(crate) fn commit(world: &mut World, asked: &StatusMove) {
    let Some(from) = world.lines.get(asked.line).map(|line| line.status) else { return };
    let today = world.today();
    let to = asked.transition.target();
    world.change_line(asked.line, |line| {
        line.status = to;
        line.reason = asked.reason;
        line.status_since = today;
    });
    let mut detail = vec![("from", from.letter().to_owned()), ("status", to.letter().to_owned())];
    if let Some(reason) = asked.reason {
        detail.push(("statusReasonCode", reason.as_str().to_owned()));
    }
    world.record(LedgerKind::Status, asked.line, detail);
}
