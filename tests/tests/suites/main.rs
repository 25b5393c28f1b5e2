//! The suites that cross crates.

#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

mod conformance;
mod live;
