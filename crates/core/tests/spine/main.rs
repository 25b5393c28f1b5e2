//! The spine of the client under paused time and scripted transports.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

mod calls;
mod deadlines;
mod debug_output;
mod default_transport;
mod pages;
mod pollers;
mod probe;
mod resends;
