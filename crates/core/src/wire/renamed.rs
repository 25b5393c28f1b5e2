//! Replies under a wire profile that replaces names of characteristics (contract 1): the names of the contract
//! are put back at decode, so that all readers know only those.

use super::characteristics::{Characteristic, Characteristics};
use super::service::Service;
use super::text::Text;
use crate::profile::WireProfile;

impl Characteristics {
    /// The bag of a reply, with the contract's names put back where the profile replaces them.
    #[must_use]
    pub fn renamed(self, profile: &WireProfile) -> Self {
        if !profile.renames_characteristics() {
            return self;
        }
        self.renamed_with(|wire| Some(profile.characteristic_default_name(wire).into_owned()))
    }

    /// The bag, each name replaced for which `replacement` has another.
    #[must_use]
    pub(crate) fn renamed_with(self, replacement: impl Fn(&str) -> Option<String>) -> Self {
        let rename = |mut one: Characteristic| {
            if let Some(other) = one.name.as_deref().and_then(&replacement) {
                one.name = Some(Text::from(other));
            }
            one
        };
        Self(self.0.into_iter().map(rename).collect())
    }
}

impl Service {
    /// The line of a reply, with the contract's names put back where the profile replaces them.
    #[must_use]
    pub fn renamed(mut self, profile: &WireProfile) -> Self {
        self.service_characteristic = self.service_characteristic.map(|bag| bag.renamed(profile));
        self
    }
}
