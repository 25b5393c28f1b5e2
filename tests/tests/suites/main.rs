//! The suites that cross crates.

mod conformance;
mod contract;
mod faults;
mod live;
mod story;
mod wire_profile;
