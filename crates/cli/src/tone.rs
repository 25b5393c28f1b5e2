//! Which colour a status has.

use apex_mobility::port_management::PortState;
use apex_mobility::wire::LineStatus;

use crate::printer::Tone;

pub(crate) fn of_line(status: Option<&str>) -> Tone {
    match status.map(LineStatus::from) {
        Some(LineStatus::Active) => Tone::Good,
        Some(LineStatus::Suspended) => Tone::Open,
        Some(LineStatus::Cancelled) => Tone::Bad,
        Some(LineStatus::Other(_)) | None => Tone::Plain,
    }
}

pub(crate) fn of_port(state: Option<&str>) -> Tone {
    match state.map(PortState::from) {
        Some(PortState::Confirmed | PortState::Completed) => Tone::Good,
        Some(PortState::Open) => Tone::Open,
        Some(PortState::Conflict | PortState::Denied | PortState::Error) => Tone::Bad,
        Some(PortState::Cancelled | PortState::Other(_)) | None => Tone::Plain,
    }
}
