//! The suites that cross crates.

mod conformance;
mod faults;
mod live;
