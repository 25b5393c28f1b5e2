//! From how lines are to how they are wanted: looked at before, made after.

mod steps;

pub use steps::{Mark, RESTORE_DAYS, Step, Unreachable, steps};
