//! Which colour a status has.

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
