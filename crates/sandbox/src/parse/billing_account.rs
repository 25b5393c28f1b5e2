//! The bodies of the Billing Account API (contract 4.4).

use serde::Deserialize;
use serde_json::Value;

use super::Arrival;
use super::party::{Address, filled};
use crate::digits::Ban;
use crate::reply::Refusal;

/// contract 5: a passcode, in characters.
const LONGEST_PASSCODE: usize = 40;

/// What an update may not touch.
const READ_ONLY: [&str; 4] = ["id", "href", "status", "businessAccount"];

/// An account to create.
pub(crate) struct NewAccount {
    pub(crate) fan: String,
    pub(crate) name: String,
    pub(crate) contact: ContactBody,
    pub(crate) passcode: Option<String>,
}

/// What an update changes.
pub(crate) struct AccountUpdate {
    pub(crate) name: Option<String>,
    pub(crate) contact: Option<ContactBody>,
    pub(crate) passcode: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    name: Option<String>,
    business_account: Option<BusinessAccount>,
    contact: Option<ContactBody>,
    passcode: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct BusinessAccount {
    fan: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ContactBody {
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) attention_to: Option<String>,
    pub(crate) phone_number: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) address: Option<Address>,
}

/// The account in the path. A number out of shape is an unknown one.
pub(crate) fn ban(arrival: &Arrival<'_>) -> Option<Ban> {
    Ban::read(arrival.value)
}

pub(crate) fn new_account(arrival: &Arrival<'_>) -> Result<NewAccount, Refusal> {
    let (body, _) = read(arrival)?;
    let fan = body.business_account.unwrap_or_default().fan;
    Ok(NewAccount {
        fan: filled(fan.as_deref()).ok_or_else(|| missing("businessAccount.fan"))?.to_owned(),
        name: given("name", body.name.as_deref())?.ok_or_else(|| missing("name"))?,
        contact: body.contact.ok_or_else(|| missing("contact"))?,
        passcode: passcode(body.passcode.as_deref())?,
    })
}

pub(crate) fn update(arrival: &Arrival<'_>) -> Result<AccountUpdate, Refusal> {
    let (body, whole) = read(arrival)?;
    if let Some(member) = READ_ONLY.iter().find(|member| whole.get(**member).is_some_and(|v| !v.is_null())) {
        return Err(Refusal::invalid(format!(
            "{member} is read-only: an update takes name, contact and passcode"
        )));
    }
    let update = AccountUpdate {
        name: given("name", body.name.as_deref())?,
        contact: body.contact,
        passcode: passcode(body.passcode.as_deref())?,
    };
    if update.name.is_none() && update.contact.is_none() && update.passcode.is_none() {
        return Err(Refusal::invalid("The body updates nothing: send name, contact or passcode"));
    }
    Ok(update)
}

/// The body, and all of its members.
fn read(arrival: &Arrival<'_>) -> Result<(Body, Value), Refusal> {
    let whole: Value =
        serde_json::from_slice(arrival.body).map_err(|_| Refusal::invalid("The request body is not JSON"))?;
    // An array would pass as an object without names.
    if !whole.is_object() {
        return Err(Refusal::invalid("The request body must be an object"));
    }
    // The reader's own words would quote what was sent: it may be the passcode.
    let body = Body::deserialize(&whole).map_err(|_| {
        Refusal::invalid("The body is not in the form of a billing account: values are texts")
    })?;
    Ok((body, whole))
}

/// A text that may be left out, and must say something where it is not.
fn given(member: &str, text: Option<&str>) -> Result<Option<String>, Refusal> {
    match text.map(str::trim) {
        Some("") => Err(Refusal::invalid(format!("{member} is blank"))),
        text => Ok(text.map(str::to_owned)),
    }
}

fn passcode(text: Option<&str>) -> Result<Option<String>, Refusal> {
    let passcode = given("passcode", text)?;
    match &passcode {
        Some(passcode) if passcode.chars().count() > LONGEST_PASSCODE => {
            Err(Refusal::invalid(format!("passcode is longer than {LONGEST_PASSCODE} characters")))
        }
        _ => Ok(passcode),
    }
}

fn missing(member: &str) -> Refusal {
    Refusal::invalid(format!("{member} is missing"))
}
