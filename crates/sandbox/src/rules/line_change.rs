//! What several APIs ask before they change a line: that it exists, and that it can be changed.

use crate::digits::Number;
use crate::reply::Refusal;
use crate::rules::line_details;
use crate::state::{Line, LineId, Status, World};

/// The line with the number.
pub(crate) fn find(world: &World, number: Number) -> Result<(LineId, &Line), Refusal> {
    world.lines.by_number(number).ok_or_else(|| unknown(world, number))
}

/// Why there is no line with the number.
pub(crate) fn unknown(world: &World, number: Number) -> Refusal {
    if world.former_numbers.contain(number) {
        // contract 4.6, 6 row 11.
        Refusal::not_found("Subscriber number has been changed")
    } else {
        line_details::unknown()
    }
}

/// Refuses a line that is not in service.
pub(crate) fn active(line: &Line) -> Result<(), Refusal> {
    if line.status == Status::Active { Ok(()) } else { Err(inactive()) }
}

/// Refuses a line that was given up.
pub(crate) fn not_cancelled(line: &Line) -> Result<(), Refusal> {
    if line.status == Status::Cancelled { Err(inactive()) } else { Ok(()) }
}

/// contract 6, row 13.
pub(crate) fn inactive() -> Refusal {
    Refusal::business("Subscriber is inactive")
}
