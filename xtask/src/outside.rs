//! The contract's bundle in the hands of tools that know nothing of this project: a fuzzer and the client
//! generators of other languages.
//!
//! They come from PyPI and npm, pinned in `xtask/outside`, and live under `target/outside`: nothing is
//! installed for the whole machine.

pub mod fuzz;
pub mod generators;

mod command;
pub(crate) mod python;

use std::path::{Path, PathBuf};

use crate::workspace_root;

/// Where the tools and what they make are kept.
fn directory() -> PathBuf {
    workspace_root().join("target/outside")
}

/// An empty directory of that name, for one run.
fn fresh(name: &str) -> Result<PathBuf, String> {
    let path = directory().join(name);
    match std::fs::remove_dir_all(&path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(format!("{}: {error}", path.display()));
        }
        _ => {}
    }
    std::fs::create_dir_all(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
