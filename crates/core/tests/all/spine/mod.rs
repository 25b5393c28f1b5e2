//! The spine of the client under paused time and scripted transports.

mod calls;
mod deadlines;
mod debug_output;
mod default_transport;
mod missing;
mod pages;
mod pollers;
mod probe;
mod resends;
