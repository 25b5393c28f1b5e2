//! The suites that cross crates.

mod clock_set;
mod conformance;
mod contract;
mod faults;
mod halves;
mod hidden_limit;
mod journal;
mod live;
mod matrix;
mod rows_in_rows_out;
mod story;
mod wire_profile;
mod workers;
