//! The daily look at the devices that the network sees (contract 7, DLC suspension).

use crate::ledger::LedgerKind;
use crate::state::{Event, Reason, Status, World};

/// Suspends every active line where the network sees another device than the one on record, and looks
/// again on the next day.
pub(crate) fn run(world: &mut World) {
    let active = |status| status == Status::Active;
    let unlike = world.lines.with_unlike_devices().filter(|(_, line)| active(line.status));
    let found: Vec<_> = unlike.map(|(id, _)| id).collect();
    let today = world.today();
    for id in found {
        world.change_line(id, |line| {
            line.status = Status::Suspended;
            line.reason = Some(Reason::DEVICE_MISMATCH);
            line.status_since = today;
        });
        let reason = Reason::DEVICE_MISMATCH.as_str().to_owned();
        let detail = [("by", "network".to_owned()), ("status", "S".to_owned()), ("statusReasonCode", reason)];
        world.record(LedgerKind::Status, id, detail.into());
    }
    enter_next(world);
}

/// At the beginning of tomorrow.
pub(crate) fn enter_next(world: &mut World) {
    let tomorrow = world.today().plus(1);
    // The last day there is has no tomorrow.
    if tomorrow > world.today() {
        world.schedule.enter(tomorrow.begins(), Event::DeviceCheck);
    }
}
