//! What the suites share.
//!
//! [`conformance`] holds the rules of the contract as plain functions over a [`Target`]. The suite in
//! `tests/suites` runs each against the sandbox in this process and over TCP; [`contract_layer`] sits in
//! every target's client and judges each request and reply by the OpenAPI files, so that a rule cannot
//! pass with traffic that breaks the contract. [`exercises`] has one least call per operation, for suites that
//! run all operations under a condition of their own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a rule that does not hold ends the test where it is found"
)]

pub mod conformance;
pub mod contract_layer;
pub mod exercises;
pub mod matrix;
mod target;

pub use contract_layer::contract;
pub use target::Target;
