//! The resolver against the sandbox, whose ledger judges every verdict.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that finds what must not be ends there")]

mod carrier;
mod faults;
mod outages;
mod refused;
mod reports;
mod writes;
