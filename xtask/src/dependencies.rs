//! Which crates may be in the graph, and which of ours may know which.
//!
//! `deny.toml` holds the rules for crates from outside, and `cargo deny` reads it where it is installed. That
//! takes longer to build than everything else in CI together, so all rules stand on `cargo metadata` and
//! `cargo tree` alone.

mod graph;
mod layers;
mod licences;
mod outside;
mod policy;
mod shipped;

use std::path::Path;
use std::process::Command;

#[cfg(test)]
pub(crate) use graph::fake;
pub use graph::{Dependency, Graph, Package};
pub(crate) use layers::is_api;
pub use policy::Policy;

use crate::Findings;

/// The crates that one API brings at most, with the HTTP client that core has by default; 116 when this was
/// written. Another HTTP, TLS or async stack slipping in shows here first.
pub const API_CRATE_LIMIT: usize = 125;

/// What the dependency check saw.
#[derive(Debug)]
pub struct Report {
    /// Broken rules.
    pub findings: Findings,
    /// Crates in the graph of the whole workspace.
    pub crates: usize,
    /// Crates that `apex-mobility-subscriber-list` brings with core's HTTP client, itself included.
    pub api_crates: usize,
}

/// Checks the workspace at `root`.
///
/// # Errors
/// Cargo cannot be run or answers something unexpected.
pub fn check(root: &Path) -> Result<Report, String> {
    let metadata = cargo(root, &["metadata", "--format-version", "1", "--locked", "--all-features"])?;
    let graph = Graph::from_metadata(&metadata)?;
    let deny =
        std::fs::read_to_string(root.join("deny.toml")).map_err(|error| format!("deny.toml: {error}"))?;
    let mut findings = rules(&graph, &Policy::from_toml(&deny)?);
    // Core is named too, for its default features: the API crate alone comes without an HTTP client.
    let tree = cargo(
        root,
        &[
            "tree",
            "--locked",
            "--package=apex-mobility-subscriber-list",
            "--package=apex-mobility-core",
            "--edges=normal",
            "--prefix=none",
        ],
    )?;
    let api_crates = count_crates(&tree);
    if api_crates > API_CRATE_LIMIT {
        findings.add(
            "apex-mobility-subscriber-list",
            format!("brings {api_crates} crates; {API_CRATE_LIMIT} is the limit"),
        );
    }
    Ok(Report { findings, crates: graph.packages().len(), api_crates })
}

/// Every rule that the graph alone can break.
#[must_use]
pub fn rules(graph: &Graph, policy: &Policy) -> Findings {
    let mut findings = licences::check(graph, policy);
    findings.extend(outside::check(graph, policy));
    findings.extend(layers::check(graph));
    findings.extend(shipped::check(graph));
    findings
}

/// Different crates in the output of `cargo tree --prefix none`.
#[must_use]
pub fn count_crates(tree: &str) -> usize {
    let crates: std::collections::BTreeSet<_> =
        tree.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty()).collect();
    crates.len()
}

/// What cargo prints when it succeeds.
pub(crate) fn cargo(root: &Path, arguments: &[&str]) -> Result<String, String> {
    let said = run_cargo(root, arguments)?;
    if said.succeeded {
        Ok(said.output)
    } else {
        Err(format!("cargo {}: {}", arguments.join(" "), said.problems))
    }
}

/// What cargo says, whether it succeeds or not.
pub(crate) struct Said {
    pub(crate) succeeded: bool,
    pub(crate) output: String,
    pub(crate) problems: String,
}

pub(crate) fn run_cargo(root: &Path, arguments: &[&str]) -> Result<Said, String> {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(arguments)
        .current_dir(root)
        .output()
        .map_err(|error| format!("cargo cannot be run: {error}"))?;
    Ok(Said {
        succeeded: output.status.success(),
        output: String::from_utf8_lossy(&output.stdout).into_owned(),
        problems: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_the_tree_names_twice_counts_once() {
        let tree = "a v1.0.0\nb v1.0.0\nc v1.0.0\nb v1.0.0 (*)\n\n";
        assert_eq!(count_crates(tree), 3);
    }
}
