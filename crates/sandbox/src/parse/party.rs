//! The parts of a body that say whom it is about and who pays (contract 3, 4.2, 4.3).

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Reference {
    pub(crate) id: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Party {
    pub(crate) id: Option<String>,
    pub(crate) role: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) address: Option<Address>,
}

#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Address {
    pub(crate) street_number: Option<String>,
    pub(crate) street_direction: Option<String>,
    pub(crate) street_name: Option<String>,
    pub(crate) street_type: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) zip_code: Option<String>,
}

impl Party {
    /// The one whose line it is or will be.
    pub(crate) fn subscriber(parties: &[Self]) -> Option<&Self> {
        Self::in_role(parties, "subscriber")
    }

    pub(crate) fn in_role<'a>(parties: &'a [Self], role: &str) -> Option<&'a Self> {
        parties.iter().find(|party| party.role.as_deref() == Some(role))
    }
}

/// A text that is there and not blank, trimmed.
pub(crate) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
