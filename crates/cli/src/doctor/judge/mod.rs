//! What the answers say about the assumptions. Pure: the same answers give the same finding.

pub(super) mod account;
pub(super) mod error;
pub(super) mod line;
pub(super) mod list;
pub(super) mod page;
pub(super) mod path;
pub(super) mod pdp;
pub(super) mod search;
#[cfg(test)]
mod tests;
