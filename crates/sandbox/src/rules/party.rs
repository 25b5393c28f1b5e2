//! What several APIs demand of those they serve: an open account, a name, an address that verifies, a ZIP
//! that hosts numbers.

use thiserror::Error;

use crate::digits::Ban;
use crate::parse::party::{Address, Party, Reference, filled};
use crate::places::Place;
use crate::reply::Refusal;
use crate::state::{AccountId, AccountStatus, World};

/// What is wrong with them, in words that match the error catalog (contract 6).
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum PartyFlaw {
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Row 20.
    #[error("Billing account {0} does not belong to an open account of yours")]
    Account(String),
    /// Row 24.
    #[error("City is blank")]
    BlankCity,
    /// Row 25.
    #[error("Address could not be verified")]
    Address,
    /// Row 21.
    #[error("ZIP code not supported: the carrier has no numbers there")]
    NoNumbers,
}

impl From<PartyFlaw> for Refusal {
    fn from(flaw: PartyFlaw) -> Self {
        let text = flaw.to_string();
        if let PartyFlaw::Missing(_) = flaw { Self::invalid(text) } else { Self::business(text) }
    }
}

/// The account that is to pay.
pub(crate) fn account(world: &World, named: Option<&Reference>) -> Result<AccountId, PartyFlaw> {
    let text = filled(named.and_then(|account| account.id.as_deref()));
    let text = text.ok_or(PartyFlaw::Missing("billingAccount.id"))?;
    let found = Ban::read(text).and_then(|ban| world.accounts.find(ban));
    let open = found.filter(|(_, account)| account.status == AccountStatus::Active);
    open.map(|(id, _)| id).ok_or_else(|| PartyFlaw::Account(text.to_owned()))
}

/// A party's name, and the place they live in.
pub(crate) fn person<'a>(world: &'a World, party: &Party) -> Result<(String, &'a Place), PartyFlaw> {
    let name = name(party)?;
    let address = party.address.as_ref().ok_or(PartyFlaw::Missing("relatedParty.address"))?;
    Ok((name, verify(world, address)?))
}

/// A party's name, of which both parts are needed.
pub(crate) fn name(party: &Party) -> Result<String, PartyFlaw> {
    let first = filled(party.first_name.as_deref()).ok_or(PartyFlaw::Missing("relatedParty.firstName"))?;
    let last = filled(party.last_name.as_deref()).ok_or(PartyFlaw::Missing("relatedParty.lastName"))?;
    Ok(format!("{first} {last}"))
}

/// The place an address is in, if the address verifies.
pub(crate) fn verify<'a>(world: &'a World, address: &Address) -> Result<&'a Place, PartyFlaw> {
    filled(address.street_number.as_deref()).ok_or(PartyFlaw::Missing("address.streetNumber"))?;
    filled(address.street_name.as_deref()).ok_or(PartyFlaw::Missing("address.streetName"))?;
    let city = filled(address.city.as_deref()).ok_or(PartyFlaw::BlankCity)?;
    let state = filled(address.state.as_deref()).ok_or(PartyFlaw::Missing("address.state"))?;
    let zip = filled(address.zip_code.as_deref()).ok_or(PartyFlaw::Missing("address.zipCode"))?;
    world.places.find(zip).filter(|place| place.verifies(city, state)).ok_or(PartyFlaw::Address)
}

/// A ZIP that hosts numbers.
pub(crate) fn served_zip(world: &World, zip: &str) -> Result<u32, PartyFlaw> {
    let place = world.places.find(zip).filter(|place| !place.npas.is_empty());
    place.and_then(|place| place.zip.parse().ok()).ok_or(PartyFlaw::NoNumbers)
}
