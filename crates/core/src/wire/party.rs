//! Accounts and persons as requests name them (contract 3).

use std::fmt;

use serde::Serialize;

use crate::domain::{Address, BillingAccountNumber, PersonName};

/// Something that a request names by its id alone, for instance `billingAccount`.
#[derive(Clone, Copy, Serialize)]
pub struct Reference<'a> {
    id: &'a str,
}

impl<'a> Reference<'a> {
    /// The thing with this id; an empty id where there is nothing to say.
    #[must_use]
    pub fn to(id: &'a str) -> Self {
        Self { id }
    }
}

impl<'a> From<&'a BillingAccountNumber> for Reference<'a> {
    fn from(account: &'a BillingAccountNumber) -> Self {
        Self::to(account.as_str())
    }
}

/// The id may be an account's.
impl fmt::Debug for Reference<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reference([redacted])")
    }
}

/// A `relatedParty` of a request that names it whole: id (always empty), role, name and address, as
/// production callers write it.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RelatedParty<'a> {
    id: &'static str,
    role: &'static str,
    first_name: &'a str,
    last_name: &'a str,
    address: &'a Address,
}

impl<'a> RelatedParty<'a> {
    /// A person at an address, in a role such as `subscriber`.
    #[must_use]
    pub fn new(role: &'static str, name: &'a PersonName, address: &'a Address) -> Self {
        Self { id: "", role, first_name: name.first(), last_name: name.last(), address }
    }
}

/// The role and no person.
impl fmt::Debug for RelatedParty<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelatedParty").field("role", &self.role).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{State, ZipCode};

    #[test]
    fn all_members_are_written_and_none_is_shown() {
        let (name, state) = (PersonName::new("Test", "User").unwrap(), State::parse("TX").unwrap());
        let address =
            Address::new("100", "Example", "Dallas", state, ZipCode::parse("75201").unwrap()).unwrap();
        let party = RelatedParty::new("subscriber", &name, &address);
        let body = serde_json::to_string(&party).unwrap();
        let start = r#"{"id":"","role":"subscriber","firstName":"Test","lastName":"User","address":{"streetNumber":"100""#;
        assert!(body.starts_with(start), "{body}");

        let account = BillingAccountNumber::parse("000000000001").unwrap();
        let account = Reference::from(&account);
        assert_eq!(serde_json::to_string(&account).unwrap(), r#"{"id":"000000000001"}"#);

        let shown = format!("{party:?} {account:?}");
        for secret in ["Test", "User", "Dallas", "000000000001"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
