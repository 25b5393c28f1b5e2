//! The carrier's rules, one file per API and one for what several ask: pure functions over the world.

pub(crate) mod billing_account;
pub(crate) mod device_check;
pub(crate) mod effective;
pub(crate) mod fit;
pub(crate) mod line_change;
pub(crate) mod line_configuration;
pub(crate) mod line_details;
pub(crate) mod number_change;
pub(crate) mod party;
pub(crate) mod pdp_provisioning;
pub(crate) mod port_management;
pub(crate) mod portal;
pub(crate) mod rate_plan_change;
pub(crate) mod service_activation;
pub(crate) mod status_change;
pub(crate) mod subscriber_list;

use jiff::Timestamp;

use crate::state::{Event, World, just_before};

/// Lets everything happen that is due at `now`, in order, with the list's snapshots between.
pub(crate) fn pass_time(world: &mut World, now: Timestamp) {
    if now <= world.now {
        return;
    }
    while let Some((at, due)) = world.schedule.next_due(now) {
        // What happens on a mark is in the snapshot of that mark.
        world.list.refresh(&world.lines, just_before(at));
        world.now = at;
        world.keep_from_list(due.stale);
        happen(world, due.event);
    }
    world.keep_from_list(None);
    world.now = now;
    world.list.refresh(&world.lines, now);
}

fn happen(world: &mut World, event: Event) {
    match event {
        Event::ActivationReserved(request) => service_activation::reserve(world, request),
        Event::ActivationFinal(request) => service_activation::complete(world, request),
        Event::PortAnswered(port) => port_management::answered(world, port),
        Event::PortCompleted(port) => port_management::completed(world, port),
        Event::PortReopened(port) => port_management::reopened(world, port),
        Event::PdpChecked(batch) => pdp_provisioning::checked(world, batch),
        Event::PdpReserved(batch) => pdp_provisioning::reserved(world, batch),
        Event::PdpUpdated(at) => pdp_provisioning::updated(world, at),
        Event::ChangeDue(change) => effective::due(world, &change),
        Event::DeviceCheck => device_check::run(world),
    }
}
