//! What `cargo xtask matrix` is asked for. The matrix itself lives in the tests' crate, which knows every other.

use std::ffi::OsString;

use clap::Args;

/// What to run of the fault matrix.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Run one case, named as a failure names it: write/disturbance/variant/seed
    #[arg(long, value_name = "NAME", conflicts_with = "compare")]
    pub case: Option<String>,
    /// How many seeds each write, disturbance and variant is run with
    #[arg(long, default_value_t = 3, conflicts_with_all = ["case", "compare"])]
    pub seeds: u64,
    /// Compare this SDK with two other clients, and print a table
    #[arg(long)]
    pub compare: bool,
    /// How many writes each client is compared by
    #[arg(long, default_value_t = 10_000, requires = "compare")]
    pub writes: usize,
}

/// What `cargo` is told to run it with: optimized, since the matrix is long.
#[must_use]
pub fn cargo_arguments(given: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let run = ["run", "--release", "--quiet", "--package=apex-mobility-tests", "--example=matrix", "--"];
    run.into_iter().map(OsString::from).chain(given).collect()
}
