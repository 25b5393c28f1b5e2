//! The suites that cross crates.

mod conformance;
mod live;
