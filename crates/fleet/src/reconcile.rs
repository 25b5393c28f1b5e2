//! One's own inventory against AT&T's records.
//!
//! The list is a snapshot that leaves lines out and shows others as they were (contract 4.1), so it accuses nobody: what
//! it says is held to a direct read before it is reported. Where the two disagree the line changed inside the
//! snapshot's interval, and is [too fresh to judge](Bucket::TooFresh). Nothing here can write.

mod inventory;
mod judge;
mod list;

pub use inventory::{Finding, Options, ReconcileError, Reconciliation, reconcile};
pub use judge::{Bucket, Difference};
pub use list::Snapshot;

#[cfg(test)]
mod tests;
