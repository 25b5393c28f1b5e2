//! The spine of the client under paused time and scripted transports.

mod calls;
mod deadlines;
mod debug_output;
mod default_transport;
mod kill_switch;
mod missing;
mod outage;
mod pages;
mod pollers;
mod probe;
mod resends;
mod suspended;
