//! The dependency graph as `cargo metadata` tells it.

use std::collections::BTreeMap;

use serde::Deserialize;

/// All packages of the graph.
#[derive(Debug)]
pub struct Graph {
    packages: Vec<Package>,
}

/// One package.
#[derive(Debug, Clone, Deserialize)]
pub struct Package {
    id: String,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its licence as an SPDX expression.
    pub license: Option<String>,
    /// Where it comes from; `None` for a path.
    pub source: Option<String>,
    /// Where its `Cargo.toml` is.
    pub manifest_path: String,
    /// What its `Cargo.toml` asks for.
    pub dependencies: Vec<Dependency>,
    /// Its features, each with what it turns on.
    pub features: BTreeMap<String, Vec<String>>,
    /// Whether it belongs to this workspace.
    #[serde(skip)]
    pub member: bool,
}

/// One entry of a dependency table.
#[derive(Debug, Clone, Deserialize)]
pub struct Dependency {
    /// Name of the package asked for.
    pub name: String,
    /// `None` for a normal dependency, else `dev` or `build`.
    pub kind: Option<String>,
    /// What it turns on.
    #[serde(default)]
    pub features: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
}

impl Graph {
    /// Reads the output of `cargo metadata --format-version 1`.
    ///
    /// # Errors
    /// Output in another form.
    pub fn from_metadata(json: &str) -> Result<Self, String> {
        let metadata: Metadata =
            serde_json::from_str(json).map_err(|error| format!("cargo metadata: {error}"))?;
        let mut packages = metadata.packages;
        for package in &mut packages {
            package.member = metadata.workspace_members.contains(&package.id);
        }
        Ok(Self { packages })
    }

    /// All packages.
    #[must_use]
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// The packages of this workspace.
    pub fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| package.member)
    }
}

impl Package {
    /// What other crates get along with this one: normal and build dependencies, not those of its tests.
    pub fn shipped_dependencies(&self) -> impl Iterator<Item = &str> {
        self.shipped().map(|dependency| dependency.name.as_str())
    }

    pub(super) fn shipped(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"))
    }

    /// Name of the directory its `Cargo.toml` is in, when that lies under `crates/`.
    #[must_use]
    pub fn directory_in_crates(&self) -> Option<&str> {
        let path = self.manifest_path.rsplit_once("/crates/")?.1;
        path.strip_suffix("/Cargo.toml").filter(|name| !name.contains('/'))
    }
}

#[cfg(test)]
pub(crate) mod fake {
    use super::{Dependency, Graph, Package};

    /// A graph of packages given by hand.
    pub(crate) fn graph(packages: impl IntoIterator<Item = Package>) -> Graph {
        Graph { packages: packages.into_iter().collect() }
    }

    /// A crate of this workspace with these normal dependencies.
    pub(crate) fn member(name: &str, directory: &str, dependencies: &[&str]) -> Package {
        Package {
            member: true,
            source: None,
            manifest_path: format!("/anywhere/crates/{directory}/Cargo.toml"),
            dependencies: dependencies
                .iter()
                .map(|name| Dependency { name: (*name).to_owned(), kind: None, features: Vec::new() })
                .collect(),
            ..foreign(name, "MIT")
        }
    }

    /// A crate from the registry.
    pub(crate) fn foreign(name: &str, license: &str) -> Package {
        Package {
            id: name.to_owned(),
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            license: Some(license.to_owned()),
            source: Some("registry+https://github.com/rust-lang/crates.io-index".to_owned()),
            manifest_path: format!("/registry/{name}/Cargo.toml"),
            dependencies: Vec::new(),
            features: std::collections::BTreeMap::new(),
            member: false,
        }
    }
}
