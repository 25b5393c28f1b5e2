//! The wire profile: every replaceable decision about the wire (contract 1).
//!
//! AT&T publishes no path, field or code of these APIs, so some of what this SDK sends is a careful guess. A
//! partner who holds AT&T's private guide corrects a guess with a few lines of TOML, or with
//! [`WireProfile::builder`], and needs no release:
//!
//! ```
//! use apex_mobility_core::profile::WireProfile;
//!
//! let profile = WireProfile::from_toml(
//!     r#"
//!     [paths]
//!     "number.change" = "/sp/mobility/numberchange/api/v2/line/{subscriberNumber}"
//!     [methods]
//!     "number.change" = "PATCH"
//!     "#,
//! )?;
//! assert_eq!(profile.method("number.change"), Some(&http::Method::PATCH));
//! assert_eq!(profile.method("line.get"), Some(&http::Method::GET));
//! # Ok::<(), apex_mobility_core::profile::ProfileError>(())
//! ```
//!
//! [`WireProfile::DEFAULT_TOML`] is the default as a file, with the grade of the evidence for every value:
//! C (confirmed: seen in production or in the public overview), L (likely: one step away) or I (inferred: our
//! own choice).

mod check;
mod overlay;
mod problem;
mod tables;

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use http::{HeaderName, Method};

pub use problem::{ProfileError, ProfileProblem};

use overlay::Setting;
use tables::Tables;

use crate::domain::Date;

/// Replaceable decisions about the wire: hosts, headers, paths, methods, modes, characteristic names and the
/// date format.
///
/// Client and sandbox read the same type. A clone costs one reference count.
#[derive(Clone, PartialEq, Eq)]
pub struct WireProfile {
    tables: Arc<Tables>,
}

impl WireProfile {
    /// The default profile as a commented TOML file: the list of all keys, and a start for one's own file.
    pub const DEFAULT_TOML: &'static str = include_str!("profile/default.toml");

    /// Lays the keys of a TOML text over the default.
    ///
    /// # Errors
    /// Text that is not TOML; an unknown section or key; a path that loses or gains a placeholder, does not
    /// start with `/`, or holds a query or a blank; a method, header name, host or date format that cannot be
    /// sent; two keys that would become one on the wire. All problems are reported at once.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        Self::builder().toml(text).build()
    }

    /// Reads a TOML file and lays it over the default.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml), and a file that cannot be read. The error names the file.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, ProfileError> {
        let path = path.as_ref();
        let file = path.display().to_string();
        match std::fs::read_to_string(path) {
            Ok(text) => Self::from_toml(&text).map_err(|error| error.in_file(file)),
            Err(error) => Err(ProfileError::unreadable(file, &error)),
        }
    }

    /// Starts from the default.
    pub fn builder() -> WireProfileBuilder {
        Self::default().to_builder()
    }

    /// Starts from this profile.
    pub fn to_builder(&self) -> WireProfileBuilder {
        WireProfileBuilder { base: self.clone(), settings: Vec::new(), problems: Vec::new() }
    }

    /// The path template of a key such as `line.get`: absolute, with placeholders as `{subscriberNumber}`.
    #[must_use]
    pub fn path(&self, key: &str) -> Option<&str> {
        self.tables.paths.get(key).map(String::as_str)
    }

    /// All path templates with their keys. Several keys share a path on purpose (contract 3, PATCH dispatch).
    pub fn paths(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tables.paths.iter().map(|(key, path)| (key, path.as_str()))
    }

    /// The HTTP method of a key such as `line.get` or `port.item/update`.
    #[must_use]
    pub fn method(&self, key: &str) -> Option<&Method> {
        self.tables.methods.get(key)
    }

    /// The header of a key such as `app_id` or `list_fan`; none for a trace header that is not to be sent.
    #[must_use]
    pub fn header(&self, key: &str) -> Option<&HeaderName> {
        self.tables.headers.get(key)?.as_ref()
    }

    /// The letters of a status change: `suspend`, `resume`, `cancel` or `restore_cancelled`.
    #[must_use]
    pub fn mode(&self, key: &str) -> Option<&str> {
        self.tables.modes.get(key).map(String::as_str)
    }

    /// A host as origin without a closing slash: `production` or `test`.
    #[must_use]
    pub fn host(&self, key: &str) -> Option<&str> {
        self.tables.hosts.get(key).map(String::as_str)
    }

    /// The wire name of a characteristic. Takes the default name, numbered ones with their number
    /// (`offeringCode3`); a name the profile does not know stays as it is.
    #[must_use]
    pub fn characteristic<'a>(&'a self, name: &'a str) -> Cow<'a, str> {
        match &self.tables.renamed {
            None => Cow::Borrowed(name),
            Some(renamed) => renamed.to_wire(name),
        }
    }

    /// The default name of a characteristic found on the wire, in any letter case (contract 2.2).
    ///
    /// A name that no entry replaces stays as it is.
    #[must_use]
    pub fn characteristic_default_name<'a>(&'a self, wire: &'a str) -> Cow<'a, str> {
        match &self.tables.renamed {
            None => Cow::Borrowed(wire),
            Some(renamed) => renamed.to_default(wire),
        }
    }

    /// True if some characteristic has another name than the default: else a bag can be read as it is.
    #[must_use]
    pub fn renames_characteristics(&self) -> bool {
        self.tables.renamed.is_some()
    }

    /// A request's date in the profile's format, by default `2026-01-19Z`.
    #[must_use]
    pub fn request_date(&self, date: Date) -> String {
        // The default needs no formatter, and no format is left that a date does not fill.
        let custom = self.tables.custom_date_format().and_then(|format| date.format(format));
        custom.unwrap_or_else(|| format!("{date}Z"))
    }

    /// The whole profile as TOML: all keys, without comments. Reading it gives the same profile.
    #[must_use]
    pub fn to_toml(&self) -> String {
        overlay::written(self.tables.entries())
    }

    /// Only what differs from the default, as TOML; empty for the default.
    #[must_use]
    pub fn differences(&self) -> String {
        let default = &default_profile().tables;
        overlay::written(
            self.tables.entries().filter(|entry| default.text(entry.0, entry.1) != Some(entry.2)),
        )
    }

    /// Every key that can be replaced, as (section, key): `("paths", "line.get")`.
    pub fn keys() -> impl Iterator<Item = (&'static str, &'static str)> {
        default_profile().tables.entries().map(|(section, key, _)| (section, key))
    }

    /// The value of a section's key as text: `get("methods", "line.get")` is `GET`.
    #[must_use]
    pub fn get(&self, section: &str, key: &str) -> Option<&str> {
        self.tables.text(section, key)
    }
}

impl Default for WireProfile {
    fn default() -> Self {
        default_profile().clone()
    }
}

/// Shows what differs from the default: a profile holds no secret.
impl fmt::Debug for WireProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let default = &default_profile().tables;
        let changed = self.tables.entries().filter(|entry| default.text(entry.0, entry.1) != Some(entry.2));
        f.write_str("WireProfile ")?;
        f.debug_map().entries(changed.map(|(section, key, text)| (format!("{section}.{key}"), text))).finish()
    }
}

fn default_profile() -> &'static WireProfile {
    static DEFAULT: LazyLock<WireProfile> = LazyLock::new(|| {
        let (settings, mut problems) = overlay::settings(WireProfile::DEFAULT_TOML);
        let tables = Tables::default_of(&settings, &mut problems);
        debug_assert!(problems.is_empty(), "the default profile is sound: {problems:?}");
        WireProfile { tables: Arc::new(tables) }
    });
    &DEFAULT
}

/// Builds a [`WireProfile`] key by key. Nothing is checked before [`build`](Self::build), which reports every
/// problem at once.
///
/// ```
/// use apex_mobility_core::profile::WireProfile;
///
/// let refused = WireProfile::builder().path("line.get", "/line").build().unwrap_err();
/// assert!(refused.to_string().contains("{subscriberNumber}"));
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct WireProfileBuilder {
    base: WireProfile,
    settings: Vec<Setting>,
    problems: Vec<ProfileProblem>,
}

impl WireProfileBuilder {
    /// Replaces a path template; it keeps its placeholders.
    pub fn path(self, key: impl Into<String>, template: impl Into<String>) -> Self {
        self.set("paths", key, template)
    }

    /// Replaces an HTTP method: GET, POST, PUT, PATCH or DELETE.
    pub fn method(self, key: impl Into<String>, method: impl Into<String>) -> Self {
        self.set("methods", key, method)
    }

    /// Replaces a header's name. Without a name `x_trace_id` and `x_transaction_id` are not sent: they are this
    /// project's own, and AT&T's gateway might refuse what it does not know.
    pub fn header(self, key: impl Into<String>, name: impl Into<String>) -> Self {
        self.set("headers", key, name)
    }

    /// Replaces the letters of a status change.
    pub fn mode(self, key: impl Into<String>, letters: impl Into<String>) -> Self {
        self.set("modes", key, letters)
    }

    /// Replaces the wire name of a characteristic; a numbered one keeps its `{n}`.
    pub fn characteristic(self, default_name: impl Into<String>, wire_name: impl Into<String>) -> Self {
        self.set("characteristics", default_name, wire_name)
    }

    /// Replaces the format of dates in requests, in strftime letters: `%Y-%m-%dZ`.
    pub fn date_format(self, format: impl Into<String>) -> Self {
        self.set("dates", "request", format)
    }

    /// Replaces a host: scheme, name and port.
    pub fn host(self, key: impl Into<String>, origin: impl Into<String>) -> Self {
        self.set("hosts", key, origin)
    }

    /// Replaces any key of any section, as a TOML file would.
    pub fn set(
        mut self,
        section: impl Into<String>,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.settings.push(Setting {
            section: section.into(),
            key: key.into(),
            value: value.into(),
            line: None,
        });
        self
    }

    /// Lays the keys of a TOML text over what was set so far.
    pub fn toml(mut self, text: &str) -> Self {
        let (settings, problems) = overlay::settings(text);
        self.settings.extend(settings);
        self.problems.extend(problems);
        self
    }

    /// Checks everything and builds the profile.
    ///
    /// # Errors
    /// See [`WireProfile::from_toml`].
    pub fn build(self) -> Result<WireProfile, ProfileError> {
        let mut problems = self.problems;
        let default = default_profile();
        let tables = self.base.tables.with(&default.tables, &self.settings, &mut problems);
        if problems.is_empty() {
            Ok(WireProfile { tables: Arc::new(tables) })
        } else {
            // In the order of the file; problems of builder calls have no line and come last.
            problems.sort_by_key(|problem| problem.line().unwrap_or(usize::MAX));
            Err(ProfileError::new(problems))
        }
    }
}
