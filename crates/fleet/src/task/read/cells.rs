//! Values out of the cells of a row, and all that is wrong with them.

use std::str::FromStr;

use apex_mobility_billing_account::Contact;
use apex_mobility_core::domain::{
    Address, Eid, EmailAddress, Iccid, InvalidValue, OfferingCode, PersonName, PhoneNumber, State,
    SubscriberNumber, ZipCode,
};
use apex_mobility_service_activation::Sim;

use crate::field::Field;
use crate::row::{CellProblem, Row};

/// Takes values out of a row and keeps all that is wrong with them.
pub(super) struct Taker<'a> {
    pub(super) row: &'a Row,
    pub(super) problems: Vec<CellProblem>,
}

impl<'a> Taker<'a> {
    pub(super) const fn of(row: &'a Row) -> Self {
        Self { row, problems: Vec::new() }
    }
}

impl Taker<'_> {
    pub(super) fn contact(&mut self) -> Option<Contact> {
        let (name, address) = (self.name(), self.address());
        let phone = self.optional::<PhoneNumber>(Field::Phone);
        let email = self.optional::<EmailAddress>(Field::Email);
        let contact = Contact::new(name?, address?);
        let contact = phone.into_iter().fold(contact, Contact::phone_number);
        let contact = email.into_iter().fold(contact, Contact::email);
        Some(self.row.get(Field::Attention).into_iter().fold(contact, Contact::attention_to))
    }

    pub(super) fn yes(&mut self, field: Field) -> Option<bool> {
        match self.row.get(field)?.to_ascii_lowercase().as_str() {
            "y" | "yes" | "true" | "1" => Some(true),
            "n" | "no" | "false" | "0" => Some(false),
            _ => {
                self.refuse(field, "is neither yes nor no");
                None
            }
        }
    }

    pub(super) fn number(&mut self) -> Option<SubscriberNumber> {
        self.needed(Field::Number)
    }

    pub(super) fn sim(&mut self) -> Option<Sim> {
        let before = self.problems.len();
        let iccid = self.optional::<Iccid>(Field::Sim);
        let eid = self.optional::<Eid>(Field::Eid);
        if self.problems.len() > before {
            return None;
        }
        match (iccid, eid) {
            (iccid, Some(eid)) => Some(Sim::Embedded { eid, iccid }),
            (Some(iccid), None) => Some(Sim::Card(iccid)),
            (None, None) => None,
        }
    }

    pub(super) fn name(&mut self) -> Option<PersonName> {
        let (first, last) = (self.text(Field::FirstName), self.text(Field::LastName));
        PersonName::new(first?, last?).map_err(|error| self.refuse(Field::FirstName, error.to_string())).ok()
    }

    pub(super) fn address(&mut self) -> Option<Address> {
        let number = self.text(Field::StreetNumber);
        let street = self.text(Field::StreetName);
        let city = self.text(Field::City);
        let state = self.needed::<State>(Field::State);
        let zip = self.needed::<ZipCode>(Field::Zip);
        let address = Address::new(number?, street?, city?, state?, zip?);
        let address = address.map_err(|error| self.refuse(Field::StreetName, error.to_string())).ok()?;
        Some(
            address
                .with_street_direction(self.row.get(Field::StreetDirection).unwrap_or_default())
                .with_street_type(self.row.get(Field::StreetType).unwrap_or_default()),
        )
    }

    /// Feature codes, in one cell.
    pub(super) fn codes(&mut self, field: Field) -> Vec<OfferingCode> {
        let mut codes = Vec::new();
        let cell = self.row.get(field).unwrap_or_default();
        for text in cell.split([' ', ';', ',', '|', '/']).filter(|text| !text.is_empty()) {
            match OfferingCode::parse(text) {
                Ok(code) if codes.contains(&code) => self.refuse(field, format!("{code} stands there twice")),
                Ok(code) => codes.push(code),
                Err(error) => self.refuse(field, error.to_string()),
            }
        }
        codes
    }

    pub(super) fn needed<T: FromStr<Err = InvalidValue>>(&mut self, field: Field) -> Option<T> {
        self.needed_with(field, |text: String| text.parse())
    }

    pub(super) fn optional<T: FromStr<Err = InvalidValue>>(&mut self, field: Field) -> Option<T> {
        self.optional_with(field, |text: String| text.parse())
    }

    pub(super) fn needed_with<T>(
        &mut self,
        field: Field,
        parse: impl FnOnce(String) -> Result<T, InvalidValue>,
    ) -> Option<T> {
        let text = self.text(field)?;
        parse(text).map_err(|error| self.refuse(field, error.to_string())).ok()
    }

    pub(super) fn optional_with<T>(
        &mut self,
        field: Field,
        parse: impl FnOnce(String) -> Result<T, InvalidValue>,
    ) -> Option<T> {
        if self.row.get(field).is_none() { None } else { self.needed_with(field, parse) }
    }

    pub(super) fn text(&mut self, field: Field) -> Option<String> {
        let text = self.row.get(field).map(str::to_owned);
        if text.is_none() {
            self.refuse(field, "is empty");
        }
        text
    }

    pub(super) fn refuse(&mut self, field: Field, what: impl Into<String>) {
        self.problems.push(CellProblem::of(field, what));
    }
}
