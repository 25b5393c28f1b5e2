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
