//! Transport, auth, retry and errors for the AT&T APEX Mobility APIs.
//!
//! This crate knows no API: each API is a crate of its own on top of it.

pub mod catalog;
pub mod clock;
pub mod credentials;
pub mod domain;
pub mod error_body;
pub mod limiter;
pub mod profile;
pub mod redact;
pub mod retry;
pub mod transport;
pub mod wire;

pub use profile::WireProfile;
