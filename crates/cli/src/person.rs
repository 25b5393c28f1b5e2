//! A person's name and address on the command line.

use apex_mobility::domain::{Address, InvalidValue, PersonName, State, ZipCode};
use clap::Args;

use crate::failure::Failure;

/// Who uses a line, and where.
#[derive(Debug, Args)]
#[command(next_help_heading = "Subscriber")]
pub(crate) struct PersonArgs {
    /// The first name
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// The last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// The house number
    #[arg(long, value_name = "TEXT")]
    street_number: Option<String>,
    /// The street's direction, for example N
    #[arg(long, value_name = "TEXT")]
    street_direction: Option<String>,
    /// The street's name
    #[arg(long, value_name = "TEXT")]
    street_name: Option<String>,
    /// The street's type, for example St
    #[arg(long, value_name = "TEXT")]
    street_type: Option<String>,
    /// The city
    #[arg(long, value_name = "TEXT")]
    city: Option<String>,
    /// The state (2 letters)
    #[arg(long, value_name = "STATE")]
    state: Option<State>,
    /// The address's ZIP (5 digits)
    #[arg(long, value_name = "ZIP")]
    zip: Option<ZipCode>,
}

impl PersonArgs {
    /// The name, if a part of it is given.
    ///
    /// # Errors
    /// When a part is missing or wrong; the error names its flag.
    pub(crate) fn name(&self) -> Result<Option<PersonName>, Failure> {
        name("", self.first_name.as_deref(), self.last_name.as_deref())
    }

    /// The address, if a part of it is given.
    ///
    /// # Errors
    /// When a part is missing or wrong; the error names its flag.
    pub(crate) fn address(&self) -> Result<Option<Address>, Failure> {
        let texts =
            [&self.street_number, &self.street_direction, &self.street_name, &self.street_type, &self.city];
        if texts.iter().all(|text| text.is_none()) && self.state.is_none() && self.zip.is_none() {
            return Ok(None);
        }
        let [number, direction, street, kind, city] = texts.map(|text| text.as_deref().unwrap_or_default());
        let state = self.state.clone().map_or_else(|| State::parse(""), Ok);
        let state = state.map_err(|error| wrong("--state", &error))?;
        let zip = self.zip.clone().map_or_else(|| ZipCode::parse(""), Ok);
        let zip = zip.map_err(|error| wrong("--zip", &error))?;
        let address = Address::new(number, street, city, state, zip)
            .map_err(|error| wrong(&flag("", &error), &error))?;
        Ok(Some(address.with_street_direction(direction).with_street_type(kind)))
    }
}

/// A name whose flags start with `--` and the prefix.
///
/// # Errors
/// When a part is missing or wrong; the error names its flag.
pub(crate) fn name(
    prefix: &str,
    first: Option<&str>,
    last: Option<&str>,
) -> Result<Option<PersonName>, Failure> {
    if first.is_none() && last.is_none() {
        return Ok(None);
    }
    let name = PersonName::new(first.unwrap_or_default(), last.unwrap_or_default());
    name.map(Some).map_err(|error| wrong(&flag(prefix, &error), &error))
}

/// `street number` is what `--street-number` takes.
fn flag(prefix: &str, error: &InvalidValue) -> String {
    format!("--{prefix}{}", error.what().replace(' ', "-"))
}

fn wrong(flag: &str, error: &InvalidValue) -> Failure {
    Failure::usage(format!("{flag}: {error}"), format!("give {flag}, or correct it"))
}
