//! Rules that neither the compiler nor clippy can hold: who names what, and which files there are.

mod layout;
mod naming;
mod sources;

pub use sources::Sources;

use crate::Findings;

/// Checks all rules.
#[must_use]
pub fn check(sources: &Sources) -> Findings {
    let mut findings = naming::check(sources);
    findings.extend(layout::check(sources));
    findings
}
