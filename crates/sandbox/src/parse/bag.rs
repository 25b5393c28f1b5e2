//! The bag of named values (contract 2.2): names count in their exact case and may repeat, values are text.

use std::borrow::Cow;

use apex_mobility_core::WireProfile;
use serde::Deserialize;

use super::party::filled;

/// One named value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    /// The contract's name, whatever the wire profile calls it; empty if it stands for nothing here.
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

impl Entry {
    /// The value. Blank counts as absent.
    pub(crate) fn value(&self) -> Option<&str> {
        filled(self.value.as_deref())
    }
}

/// Gives the entries the names of the contract.
pub(crate) fn name_by_contract(bag: &mut [Entry], profile: &WireProfile) {
    if profile.renames_characteristics() {
        for entry in bag {
            entry.name = contract_name(&entry.name, profile).map(Cow::into_owned).unwrap_or_default();
        }
    }
}

/// The contract's name for a name on the wire. A name that the profile has replaced stands for nothing: a
/// client that goes by another profile must not be understood.
pub(crate) fn contract_name<'a>(wire: &'a str, profile: &'a WireProfile) -> Option<Cow<'a, str>> {
    let name = profile.characteristic_default_name(wire);
    (profile.characteristic(&name) == wire).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_the_profile_replaces_is_no_longer_understood() {
        let profile = WireProfile::builder().characteristic("sim", "iccid").build().unwrap();
        let names = ["iccid", "sim", "IMEI", "anything"].map(|name| contract_name(name, &profile));
        assert_eq!(
            names.map(|name| name.map(Cow::into_owned)),
            [Some("sim".to_owned()), None, Some("IMEI".to_owned()), Some("anything".to_owned()),]
        );
    }
}
