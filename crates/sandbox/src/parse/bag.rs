//! The bag of named values (contract 2.2): names count in their exact case and may repeat, values are text.

use std::borrow::Cow;

use apex_mobility_core::WireProfile;
use serde::Deserialize;

use super::party::filled;
use crate::reply::Refusal;

/// One named value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Entry {
    /// The contract's name, whatever the wire profile calls it.
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

impl Entry {
    /// The value. Blank counts as absent.
    pub(crate) fn value(&self) -> Option<&str> {
        filled(self.value.as_deref())
    }
}

/// Gives the entries the names of the contract. Refuses a name that the wire profile has replaced.
pub(crate) fn name_by_contract(bag: &mut [Entry], profile: &WireProfile) -> Result<(), Refusal> {
    if !profile.renames_characteristics() {
        return Ok(());
    }
    for entry in bag {
        let name = contract_name(&entry.name, profile).map(Cow::into_owned);
        entry.name = name.ok_or_else(|| {
            let known = profile.characteristic(&entry.name);
            Refusal::invalid(format!("{} is called {known} in this wire profile", entry.name))
        })?;
    }
    Ok(())
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
    fn a_bag_with_a_replaced_name_is_refused_by_that_name() {
        let profile = WireProfile::builder().characteristic("offeringCode{n}", "soc{n}").build().unwrap();
        let named = |name: &str| {
            let mut bag = [Entry { name: name.to_owned(), value: None }];
            name_by_contract(&mut bag, &profile).map(|()| bag[0].name.clone())
        };
        assert_eq!(named("soc2"), Ok("offeringCode2".to_owned()));
        assert_eq!(named("sim"), Ok("sim".to_owned()));
        let refusal = named("offeringCode2").unwrap_err();
        assert_eq!(refusal.text, "offeringCode2 is called soc2 in this wire profile");
    }

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
