//! Where a line is used.

use compact_str::CompactString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::digits::{LeadingZeros, digits_of, exactly};
use super::identifier::identifier;
use super::invalid::{Fault, InvalidValue, Refusal};
use crate::wire::{PrivateText, UnknownMembers, record};

/// A street address in the United States. Contract 3 and 5, confirmed.
///
/// On the wire all seven members are written, empty where there is nothing to say. A reply's address is
/// read as it came; [`check`](Self::check) tells whether it is complete.
///
/// ```
/// use apex_mobility_core::domain::{Address, State, ZipCode};
///
/// let address = Address::new("100", "Example", "Dallas", State::parse("tx")?, ZipCode::parse("75201-0001")?)?
///     .with_street_direction("N")
///     .with_street_type("St");
/// assert_eq!(address.zip_code().as_str(), "75201");
/// # Ok::<(), apex_mobility_core::domain::InvalidValue>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    street_number: PrivateText,
    street_direction: PrivateText,
    street_name: PrivateText,
    street_type: PrivateText,
    city: PrivateText,
    state: State,
    zip_code: ZipCode,
    unknown: UnknownMembers,
}

impl Address {
    /// An address of the five parts it cannot be without.
    ///
    /// # Errors
    /// [`InvalidValue`] for an empty part, and for a state or ZIP taken unchecked that breaks its rule.
    pub fn new(
        street_number: impl AsRef<str>,
        street_name: impl AsRef<str>,
        city: impl AsRef<str>,
        state: State,
        zip_code: ZipCode,
    ) -> Result<Self, InvalidValue> {
        state.check()?;
        zip_code.check()?;
        Ok(Self {
            street_number: part("street number", "100", street_number.as_ref())?,
            street_direction: PrivateText::default(),
            street_name: part("street name", "Example", street_name.as_ref())?,
            street_type: PrivateText::default(),
            city: part("city", "Dallas", city.as_ref())?,
            state,
            zip_code,
            unknown: UnknownMembers::default(),
        })
    }

    /// Sets the direction of the street, such as `N`.
    #[must_use]
    pub fn with_street_direction(mut self, direction: impl AsRef<str>) -> Self {
        self.street_direction = PrivateText::from(direction.as_ref().trim());
        self
    }

    /// Sets the type of the street, such as `St`.
    #[must_use]
    pub fn with_street_type(mut self, street_type: impl AsRef<str>) -> Self {
        self.street_type = PrivateText::from(street_type.as_ref().trim());
        self
    }

    /// The house number.
    pub fn street_number(&self) -> &str {
        &self.street_number
    }

    /// The direction of the street, or empty.
    pub fn street_direction(&self) -> &str {
        &self.street_direction
    }

    /// The name of the street.
    pub fn street_name(&self) -> &str {
        &self.street_name
    }

    /// The type of the street, or empty.
    pub fn street_type(&self) -> &str {
        &self.street_type
    }

    /// The city.
    pub fn city(&self) -> &str {
        &self.city
    }

    /// The state.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The ZIP.
    pub fn zip_code(&self) -> &ZipCode {
        &self.zip_code
    }

    /// Members of a reply's address that the contract does not know.
    pub fn unknown(&self) -> &UnknownMembers {
        &self.unknown
    }

    /// Whether an address that was read is complete.
    ///
    /// # Errors
    /// [`InvalidValue`] for the first part that is empty or breaks its rule.
    pub fn check(&self) -> Result<(), InvalidValue> {
        part("street number", "100", &self.street_number)?;
        part("street name", "Example", &self.street_name)?;
        part("city", "Dallas", &self.city)?;
        self.state.check()?;
        self.zip_code.check()
    }

    /// Whether [`check`](Self::check) finds nothing wrong.
    pub fn is_valid(&self) -> bool {
        self.check().is_ok()
    }
}

fn part(what: &'static str, example: &'static str, text: &str) -> Result<PrivateText, InvalidValue> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        let allowed = "an address has a street number, a street name, a city, a state and a ZIP";
        return Err(InvalidValue::new(what, Some(text), Refusal::empty(), allowed, example));
    }
    Ok(PrivateText::from(trimmed))
}

record! {
    struct AddressMembers {
        street_number: PrivateText = "streetNumber",
        street_direction: PrivateText = "streetDirection",
        street_name: PrivateText = "streetName",
        street_type: PrivateText = "streetType",
        city: PrivateText = "city",
        state: State = "state",
        zip_code: ZipCode = "zipCode",
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let members = AddressMembers::deserialize(deserializer)?;
        Ok(Self {
            street_number: members.street_number.unwrap_or_default(),
            street_direction: members.street_direction.unwrap_or_default(),
            street_name: members.street_name.unwrap_or_default(),
            street_type: members.street_type.unwrap_or_default(),
            city: members.city.unwrap_or_default(),
            state: members.state.unwrap_or_else(|| State::unchecked("")),
            zip_code: members.zip_code.unwrap_or_else(|| ZipCode::unchecked("")),
            unknown: members.unknown,
        })
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        AddressMembers {
            street_number: Some(self.street_number.clone()),
            street_direction: Some(self.street_direction.clone()),
            street_name: Some(self.street_name.clone()),
            street_type: Some(self.street_type.clone()),
            city: Some(self.city.clone()),
            state: Some(self.state.clone()),
            zip_code: Some(self.zip_code.clone()),
            unknown: self.unknown.clone(),
        }
        .serialize(serializer)
    }
}

identifier! {
    /// A ZIP code, five digits. Contract 5, confirmed: a ZIP+4 is cut to its ZIP.
    pub struct ZipCode;
    what: "ZIP code",
    allowed: "a ZIP code is 5 digits, leading zeros included",
    example: "75201",
    normalize: zip_code,
    debug: hidden,
}

identifier! {
    /// A state by its two letters. Contract 5, likely: an unknown one only warns.
    pub struct State;
    what: "state",
    allowed: "a state is the 2 letters that the Postal Service uses",
    example: "TX",
    normalize: state,
    debug: shown,
}

impl State {
    /// What is odd about a state that the Postal Service does not know.
    pub fn warning(&self) -> Option<&'static str> {
        (!KNOWN_STATES.contains(&self.as_str()))
            .then_some("is not a state, territory or military region that the Postal Service knows")
    }
}

fn zip_code(text: &str) -> Result<CompactString, Refusal> {
    let trimmed = text.trim();
    let zip = match trimmed.as_bytes() {
        [zip @ .., b'-' | b' ', p1, p2, p3, p4]
            if zip.len() == 5 && [p1, p2, p3, p4].iter().all(|byte| byte.is_ascii_digit()) =>
        {
            trimmed.get(..5).unwrap_or(trimmed)
        }
        plus_4 if plus_4.len() == 9 && plus_4.iter().all(u8::is_ascii_digit) => {
            trimmed.get(..5).unwrap_or(trimmed)
        }
        _ => trimmed,
    };
    exactly(digits_of(zip, &[])?, 5, LeadingZeros::Possible)
}

fn state(text: &str) -> Result<CompactString, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::empty());
    }
    if let Some(c) = trimmed.chars().find(|c| !c.is_ascii_alphabetic()) {
        return Err(Refusal::character(c, "a letter"));
    }
    if trimmed.len() != 2 {
        return Err(Refusal::new(Fault::Length, format!("has {} letters", trimmed.len())));
    }
    Ok(CompactString::new(trimmed).to_ascii_uppercase())
}

const KNOWN_STATES: &[&str] = &[
    "AA", "AE", "AK", "AL", "AP", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "GA", "GU", "HI",
    "IA", "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MI", "MN", "MO", "MP", "MS", "MT", "NC",
    "ND", "NE", "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "PR", "RI", "SC", "SD", "TN", "TX",
    "UT", "VA", "VI", "VT", "WA", "WI", "WV", "WY",
];
