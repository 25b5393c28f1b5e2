//! The fault matrix: every write of the ten APIs, through everything that can go wrong around its commit point,
//! under everything that AT&T might do otherwise than the contract assumes. The judge is the sandbox's ledger.
//!
//! A [`Case`] is one write, one [`Disturbance`], one [`Variant`], one seed. It has a sandbox to itself, in this
//! process and on its own clock; the client sends with [`Resolver::send`](apex_mobility::resolve::Resolver).
//! What must hold, without exception:
//!
//! - at most one effect for each intent;
//! - what the client believes in the end is what the ledger says: accepted and applied mean one effect, rejected
//!   and not applied mean none, and what AT&T does later is followed to its end;
//! - "unknown" is right only where nothing can be read or the time to wait is over;
//! - no write is sent again that may have arrived.
//!
//! `cargo xtask matrix` runs all of it, `cargo xtask matrix --case NAME` one case; the ordinary suite runs a
//! sample. [`comparison`] runs ten thousand writes through this client and two others.

mod carrier;
mod case;
pub mod comparison;
mod disturbance;
mod intent;
mod judge;
mod run;
mod standins;
mod summary;
mod tap;
mod touch;
mod writes;

pub use case::{Case, Variant};
pub use disturbance::Disturbance;
pub use run::{run, run_one};
pub use summary::{Summary, Violation};
