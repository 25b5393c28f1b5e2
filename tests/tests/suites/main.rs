//! The suites that cross crates.

mod conformance;
mod contract;
mod faults;
mod hidden_limit;
mod live;
mod story;
mod wire_profile;
