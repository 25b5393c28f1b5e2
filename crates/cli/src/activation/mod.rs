//! Activating the lines of a spreadsheet: from the file's bytes to one result row per row.
//!
//! In order: [`sheet`] makes lines of rows, as every job of the fleet does, [`equipment`] looks for devices and plans that do not fit, [`earlier`] finds rows that an earlier
//! run has dealt with, [`job`] sends the rest and follows it, [`verdict`] says what AT&T's words mean for a
//! row, [`read_back`] looks at what came of it, [`results`] keeps the file of results true at every moment.

pub(crate) mod earlier;
pub(crate) mod equipment;
pub(crate) mod job;
mod read_back;
pub(crate) mod results;
pub(crate) mod sheet;
pub(crate) mod tally;
mod verdict;
