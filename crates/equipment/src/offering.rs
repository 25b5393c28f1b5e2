//! What is sold: plans and features.

use apex_mobility_core::domain::{OfferingCode, SingleUserCode};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

use crate::device::one;

/// A rate plan.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plan {
    /// Its single user code.
    #[serde(deserialize_with = "plan_code")]
    pub code: String,
    /// What the bill calls it; empty if not told.
    #[serde(default)]
    pub description: String,
    /// Fits 5G devices only.
    #[serde(default)]
    pub needs_5g: bool,
    /// Cannot be left before the line's contract ends.
    #[serde(default)]
    pub binds_in_term: bool,
    /// How often it is found among a sandbox's lines, against the shares of the others; 1 if not told.
    #[serde(default = "one")]
    pub share: u32,
}

/// A feature.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Feature {
    /// Its offering code (SOC).
    #[serde(deserialize_with = "feature_code")]
    pub code: String,
    /// What the bill calls it; empty if not told.
    #[serde(default)]
    pub description: String,
    /// Fits 5G devices only.
    #[serde(default)]
    pub needs_5g: bool,
    /// A line that has it cannot change its number (contract 4.6).
    #[serde(default)]
    pub bars_number_change: bool,
    /// How many of a sandbox's lines have it, in percent; 0 if not told.
    #[serde(default)]
    pub share: u32,
}

/// In the form in which codes are sent, so that a table's small letters match.
fn plan_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    SingleUserCode::parse(text).map(|code| code.to_string()).map_err(D::Error::custom)
}

fn feature_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    OfferingCode::parse(text).map(|code| code.to_string()).map_err(D::Error::custom)
}
