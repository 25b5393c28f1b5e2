//! From how lines are to how they are wanted: looked at before, made after.
//!
//! A plan is [drafted](draft) by reading, written as a [file](PlanWriter) that a person looks at, and applied in
//! [waves](PlannedLine::wave): the first step of every line, then the second of those whose first is done. Before
//! that each line is [read again](apply::check), and one that changed since is left alone.

pub mod apply;
mod draft;
mod file;
mod outcome;
mod steps;
pub mod wave;

pub use draft::{Drafted, PlanError, PlannedLine, Refusal, draft};
pub(crate) use draft::{READS, key_of};
pub use file::{PlanFile, PlanFileError, PlanSummary, PlanWriter};
pub use outcome::LineResult;
pub use steps::{Mark, RESTORE_DAYS, Step, Unreachable, steps};

#[cfg(test)]
mod tests;
