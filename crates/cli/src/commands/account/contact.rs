//! The flags of an account's contact.

use apex_mobility::billing_account::Contact;
use apex_mobility::domain::{Address, EmailAddress, InvalidValue, PersonName, PhoneNumber, State, ZipCode};
use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::failure::Failure;

/// Whom the carrier turns to: all of what is needed, or nothing.
#[derive(Debug, Args)]
pub(super) struct ContactArgs {
    /// Contact: first name
    #[arg(long, value_name = "NAME", requires = "last_name")]
    first_name: Option<String>,
    /// Contact: last name
    #[arg(long, value_name = "NAME", requires = "street_number")]
    last_name: Option<String>,
    /// Contact: house number
    #[arg(long, value_name = "NUMBER", requires = "street_name")]
    street_number: Option<String>,
    /// Contact: street
    #[arg(long, value_name = "NAME", requires = "city")]
    street_name: Option<String>,
    /// Contact: city
    #[arg(long, value_name = "CITY", requires = "state")]
    city: Option<String>,
    /// Contact: state (2 letters)
    #[arg(long, value_name = "STATE", requires = "zip")]
    state: Option<State>,
    /// Contact: ZIP (5 digits)
    #[arg(long, value_name = "ZIP", requires = "first_name")]
    zip: Option<ZipCode>,
    /// Contact: compass direction of the street
    #[arg(long, value_name = "DIRECTION", requires = "first_name")]
    street_direction: Option<String>,
    /// Contact: type of the street, such as St
    #[arg(long, value_name = "TYPE", requires = "first_name")]
    street_type: Option<String>,
    /// Contact: department or person that the envelope names
    #[arg(long, value_name = "NAME", requires = "first_name")]
    attention_to: Option<String>,
    /// Contact: number to call (10 digits)
    #[arg(long, value_name = "NUMBER", requires = "first_name")]
    phone: Option<PhoneNumber>,
    /// Contact: e-mail address
    #[arg(long, value_name = "ADDRESS", requires = "first_name")]
    email: Option<EmailAddress>,
}

impl ContactArgs {
    /// The contact, if one was given.
    pub(super) fn given(self) -> Result<Option<Contact>, Failure> {
        if self.first_name.is_some() { self.whole().map(Some) } else { Ok(None) }
    }

    /// The contact. That its flags come together is the command line's business.
    fn whole(self) -> Result<Contact, Failure> {
        let text = |text: Option<String>| text.unwrap_or_default();
        let name =
            PersonName::new(text(self.first_name), text(self.last_name)).map_err(|error| wrong(&error))?;
        let state = self.state.unwrap_or_else(|| State::unchecked(""));
        let zip = self.zip.unwrap_or_else(|| ZipCode::unchecked(""));
        let address =
            Address::new(text(self.street_number), text(self.street_name), text(self.city), state, zip)
                .map_err(|error| wrong(&error))?
                .with_street_direction(text(self.street_direction))
                .with_street_type(text(self.street_type));
        let mut contact = Contact::new(name, address).attention_to(text(self.attention_to));
        if let Some(number) = self.phone {
            contact = contact.phone_number(number);
        }
        if let Some(email) = self.email {
            contact = contact.email(email);
        }
        Ok(contact)
    }
}

/// The same flags, where a contact cannot be left out.
#[derive(Debug)]
pub(super) struct NeededContactArgs(ContactArgs);

impl NeededContactArgs {
    pub(super) fn contact(self) -> Result<Contact, Failure> {
        self.0.whole()
    }
}

const NEEDED: [&str; 7] = ["first_name", "last_name", "street_number", "street_name", "city", "state", "zip"];

impl Args for NeededContactArgs {
    fn augment_args(command: Command) -> Command {
        let command = ContactArgs::augment_args(command);
        NEEDED.into_iter().fold(command, |command, flag| command.mut_arg(flag, |arg| arg.required(true)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        ContactArgs::augment_args_for_update(command)
    }
}

impl FromArgMatches for NeededContactArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        ContactArgs::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.update_from_arg_matches(matches)
    }
}

/// The flags are called as the parts of the contact are.
fn wrong(error: &InvalidValue) -> Failure {
    Failure::usage(format!("--{}: {error}", error.what().replace(' ', "-")), "correct the contact")
}
