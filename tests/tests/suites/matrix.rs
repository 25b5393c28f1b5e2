//! A sample of the fault matrix; `cargo xtask matrix` runs all of it.

use apex_mobility_tests::matrix::{Case, run};

/// Draws the sample: every write under every fault and longer trouble, each with one of the variants.
const SEED: u64 = 1;

#[test]
fn what_a_client_believes_of_a_write_is_what_the_ledger_says() {
    let cases = Case::sample(SEED);
    let summary = run(&cases, &|_| ());
    assert!(summary.violations.is_empty(), "seed {SEED}:\n{summary}");
    assert_eq!(summary.cases, cases.len() as u64);
    assert!(summary.effects > 500, "most faults come after the commit:\n{summary}");
}
