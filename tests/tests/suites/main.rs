//! The suites that cross crates.

mod conformance;
mod contract;
mod faults;
mod hidden_limit;
mod journal;
mod live;
mod matrix;
mod postgres;
mod story;
mod wire_profile;
