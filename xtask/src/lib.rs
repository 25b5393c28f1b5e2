//! What holds the workspace to its own rules: the OpenAPI contract, the dependency rules, the source rules.
//!
//! The binary `cargo xtask` runs them by hand and in CI; the crate `tests` uses [`contract`] to judge what the
//! SDK sends and what the sandbox answers.

pub mod bench;
pub mod contract;
pub mod dependencies;
pub mod features;
pub mod matrix;
pub mod outside;
#[cfg(unix)]
pub mod postgres;
pub mod source_rules;

mod findings;

use std::path::{Path, PathBuf};

pub use findings::Findings;

/// The directory that holds the workspace's `Cargo.toml`.
#[must_use]
pub fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}
