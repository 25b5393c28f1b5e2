//! `deny.toml`: one list of rules, for `cargo deny` and for us.

use serde::Deserialize;

/// What `deny.toml` says about crates from outside.
#[derive(Debug, Deserialize)]
pub struct Policy {
    licenses: Licences,
    bans: Bans,
    sources: Origins,
}

#[derive(Debug, Deserialize)]
struct Licences {
    allow: Vec<String>,
    #[serde(default)]
    clarify: Vec<Clarification>,
}

/// What the licence of a crate is that names none, told by the text that comes with it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Clarification {
    /// `name@version`.
    #[serde(rename = "crate")]
    package: String,
    pub(super) expression: String,
    pub(super) license_files: Vec<LicenceFile>,
}

/// A text, and by what it is known.
#[derive(Debug, Deserialize)]
pub(super) struct LicenceFile {
    pub(super) path: String,
    pub(super) hash: u32,
}

#[derive(Debug, Deserialize)]
struct Bans {
    deny: Vec<Ban>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Ban {
    #[serde(rename = "crate")]
    name: String,
    #[serde(default)]
    reason: String,
    /// Then only a second version is banned, not the crate.
    #[serde(default)]
    deny_multiple_versions: bool,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Origins {
    allow_registry: Vec<String>,
}

impl Policy {
    /// Reads the text of `deny.toml`.
    ///
    /// # Errors
    /// Text that is not TOML or lacks a section.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| format!("deny.toml: {error}"))
    }

    /// Whether the licence, alone or with its exception, is on the list.
    pub(super) fn allows_licence(&self, licence: &str) -> bool {
        self.licenses.allow.iter().any(|allowed| allowed == licence)
    }

    /// What was found out about a crate that names no licence. Another version may come with another text.
    pub(super) fn clarification(&self, name: &str, version: &str) -> Option<&Clarification> {
        let package = format!("{name}@{version}");
        self.licenses.clarify.iter().find(|clarification| clarification.package == package)
    }

    /// Why this crate may not be in the graph; `None` when it may.
    pub(super) fn ban(&self, name: &str) -> Option<&str> {
        let ban = self.bans.deny.iter().find(|ban| ban.name == name && !ban.deny_multiple_versions)?;
        Some(&ban.reason)
    }

    /// The crates that may be in the graph in one version only.
    pub(super) fn single(&self) -> impl Iterator<Item = &str> {
        self.bans.deny.iter().filter(|ban| ban.deny_multiple_versions).map(|ban| ban.name.as_str())
    }

    /// Whether crates may come from this source, as `cargo metadata` writes it.
    pub(super) fn allows_source(&self, source: &str) -> bool {
        let registry = source.strip_prefix("registry+");
        registry.is_some_and(|registry| self.sources.allow_registry.iter().any(|known| known == registry))
    }
}

#[cfg(test)]
pub(super) fn shipped() -> Policy {
    Policy::from_toml(include_str!("../../../deny.toml")).expect("deny.toml can be read")
}
