//! The sandbox as a caller sees it, over the wire and through its control calls.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it finds something wrong")]

mod activation;
mod billing_account;
mod caller;
mod control;
mod details;
mod faults;
mod fit;
mod hostile;
mod line_configuration;
mod listing;
mod number_change;
mod pdp;
mod plans;
mod population;
mod ports;
mod server;
mod status;
mod variants;
