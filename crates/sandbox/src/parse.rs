//! What arrives, read by the contract.
//!
//! Written apart from the clients' encoding, so that a wrong client shows as a failing test. Members and
//! characteristic names count only as the contract spells them (contract 2.2: write names are
//! case-sensitive).

pub(crate) mod activation;
pub(crate) mod bag;
pub(crate) mod billing_account;
pub(crate) mod effective;
pub(crate) mod line;
pub(crate) mod line_configuration;
pub(crate) mod line_patch;
pub(crate) mod list;
pub(crate) mod number_change;
pub(crate) mod party;
pub(crate) mod pdp;
pub(crate) mod plan;
pub(crate) mod port;
pub(crate) mod status;

use apex_mobility_core::WireProfile;
use http::HeaderMap;

use crate::reply::Refusal;

/// A request whose operation is known.
pub(crate) struct Arrival<'a> {
    /// What stands in the path's placeholder.
    pub(crate) value: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) profile: &'a WireProfile,
}

impl Arrival<'_> {
    /// A header by its key in the wire profile. Empty counts as absent.
    pub(crate) fn header(&self, key: &str) -> Result<Option<&str>, Refusal> {
        let Some(name) = self.profile.header(key) else { return Ok(None) };
        let Some(value) = self.headers.get(name) else { return Ok(None) };
        let text =
            value.to_str().map_err(|_| Refusal::invalid(format!("header {name} is not plain text")))?;
        Ok(Some(text.trim()).filter(|text| !text.is_empty()))
    }

    /// The name of a header, for messages.
    pub(crate) fn header_name(&self, key: &'static str) -> &str {
        self.profile.header(key).map_or(key, |name| name.as_str())
    }
}
