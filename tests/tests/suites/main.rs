//! The suites that cross crates.

mod conformance;
mod contract;
mod faults;
mod hidden_limit;
mod live;
mod matrix;
mod story;
mod wire_profile;
