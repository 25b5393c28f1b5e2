//! What will happen, and when.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::pdp_batches::PdpPlace;
use super::planned::Change;
use super::ports::PortRound;

/// Something the carrier does later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Event {
    /// An activation request reaches the stage in which its lines have numbers.
    ActivationReserved(usize),
    /// An activation request takes effect.
    ActivationFinal(usize),
    /// The losing carrier answers a port request.
    PortAnswered(PortRound),
    /// A confirmed port is done.
    PortCompleted(PortRound),
    /// A port that was shown as denied goes on.
    PortReopened(PortRound),
    /// The lines of a PDP batch are checked.
    PdpChecked(usize),
    /// The addresses of a PDP batch are reserved.
    PdpReserved(usize),
    /// A line of a PDP batch gets or loses its address.
    PdpUpdated(PdpPlace),
    /// The day of a change has come.
    ChangeDue(Box<Change>),
    /// The daily look at the devices that the network sees.
    DeviceCheck,
}

/// Events by time; those of one moment in the order they were entered.
#[derive(Default)]
pub(crate) struct Schedule {
    events: BTreeMap<(Timestamp, u64), Due>,
    entered: u64,
    /// What events are entered with now.
    stale: Option<SignedDuration>,
}

/// What is due.
pub(crate) struct Due {
    pub(crate) event: Event,
    /// Fault F6: for how long the list does not show what the event changes.
    pub(crate) stale: Option<SignedDuration>,
}

impl Schedule {
    pub(crate) fn enter(&mut self, at: Timestamp, event: Event) {
        self.entered += 1;
        self.events.insert((at, self.entered), Due { event, stale: self.stale });
    }

    /// Events entered from now on change lines that the list does not show for so long.
    pub(crate) fn keep_from_list(&mut self, stale: Option<SignedDuration>) {
        self.stale = stale;
    }

    /// Takes the next event that is due at `now`.
    pub(crate) fn next_due(&mut self, now: Timestamp) -> Option<(Timestamp, Due)> {
        let entry = self.events.first_entry()?;
        let at = entry.key().0;
        (at <= now).then(|| (at, entry.remove()))
    }
}
