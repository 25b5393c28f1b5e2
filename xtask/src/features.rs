//! Each crate builds with each of its features alone, and the umbrella brings no more than what was asked for.
//!
//! Built together with the workspace a crate gets what its neighbours turn on, so a feature that is missing in
//! its own `Cargo.toml` shows only when it is built alone.

mod umbrella;

use std::path::Path;

use crate::Findings;
use crate::dependencies::{Graph, Package, cargo, is_api, run_cargo};

/// Checks the workspace at `root`, and says what was built.
///
/// # Errors
/// Cargo cannot be run or answers something unexpected.
pub fn check(root: &Path) -> Result<(Findings, usize), String> {
    let metadata = cargo(root, &["metadata", "--format-version", "1", "--locked", "--no-deps"])?;
    let graph = Graph::from_metadata(&metadata)?;
    let mut findings = umbrella::declarations(&graph);
    let mut builds = 0;
    for package in graph.members().filter(|package| is_for_callers(package)) {
        for feature in [None].into_iter().chain(alone(package).map(Some)) {
            builds += 1;
            findings.extend(build(root, package, feature)?);
        }
    }
    findings.extend(umbrella::trees(root, &graph)?);
    Ok((findings, builds))
}

/// The crates whose features callers choose from.
fn is_for_callers(package: &Package) -> bool {
    is_api(package) || matches!(package.directory_in_crates(), Some("core" | umbrella::DIRECTORY))
}

/// Features to build alone: all but the default, which every other step builds.
fn alone(package: &Package) -> impl Iterator<Item = &str> {
    package.features.keys().map(String::as_str).filter(|name| *name != "default")
}

/// Without tests: their dependencies would turn on more.
fn build(root: &Path, package: &Package, feature: Option<&str>) -> Result<Findings, String> {
    let mut findings = Findings::default();
    let name = &package.name;
    let mut arguments = vec!["check", "--quiet", "--locked", "--lib", "--package", name];
    arguments.push("--no-default-features");
    arguments.extend(feature.iter().flat_map(|feature| ["--features", feature]));
    let said = run_cargo(root, &arguments)?;
    // What is unused with few features is a warning, and a finding.
    if !said.succeeded || said.problems.contains("warning") {
        let with = feature.map_or_else(|| "without features".to_owned(), |one| format!("with {one} alone"));
        findings.add(name, format!("does not build cleanly {with}:\n{}", said.problems));
    }
    Ok(findings)
}
