//! All integration tests of the core crate, as one binary: linking is what they cost.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it finds something wrong")]

mod catalog_explain;
mod catalog_rows;
mod domain_properties;
mod domain_rules;
mod domain_types;
mod error_body_shapes;
mod profile_overlay;
mod redact_canary;
mod spine;
mod wire_reading;
mod wire_service;
