//! The bodies of the Port Management API (contract 4.3).

use serde::Deserialize;

use super::Arrival;
use super::party::{Party, Reference, filled};
use crate::digits::{Number, fixed};
use crate::reply::Refusal;
use crate::state::LosingAccount;

/// contract 5: an account at the losing carrier, and its PIN, in characters.
const LONGEST_ACCOUNT: usize = 40;
const PIN_LENGTHS: std::ops::RangeInclusive<usize> = 4..=15;

/// Whether a number can be brought in.
pub(crate) struct Question {
    pub(crate) number: Number,
    pub(crate) zip: String,
}

/// A port request.
pub(crate) struct PortRequest {
    pub(crate) number: Number,
    pub(crate) zip: String,
    pub(crate) account: Reference,
    pub(crate) parties: Vec<Party>,
    pub(crate) service_area: Option<String>,
    pub(crate) losing: LosingAccount,
}

/// What a port update changes.
pub(crate) struct PortUpdate {
    pub(crate) zip: Option<String>,
    pub(crate) account: Option<Reference>,
    pub(crate) parties: Option<Vec<Party>>,
    pub(crate) losing: Option<LosingAccount>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    billing_account: Option<Reference>,
    related_party: Option<Vec<Party>>,
    from_service: Option<FromService>,
    old_service_provider: Option<OldServiceProvider>,
    subscriber_number: Option<String>,
    service_zip_code: Option<String>,
    port_direction: Option<String>,
    port_request_line_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct FromService {
    npa_nxx: Option<String>,
    from_line: Option<String>,
    service_area: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OldServiceProvider {
    billing_account_number: Option<String>,
    billing_account_password: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

pub(crate) fn question(arrival: &Arrival<'_>) -> Result<Question, Refusal> {
    let body = read(arrival)?;
    Ok(Question {
        number: number(body.subscriber_number.as_deref())?,
        zip: zip(needed("serviceZipCode", body.service_zip_code.as_deref())?)?,
    })
}

pub(crate) fn request(arrival: &Arrival<'_>) -> Result<PortRequest, Refusal> {
    let body = read(arrival)?;
    let number = number(body.subscriber_number.as_deref())?;
    let from = body.from_service.ok_or_else(|| missing("fromService"))?;
    let npa_nxx = needed("fromService.npaNxx", from.npa_nxx.as_deref())?;
    let line = needed("fromService.fromLine", from.from_line.as_deref())?;
    let whole = number.to_string();
    let id = needed("portRequestLineId", body.port_request_line_id.as_deref())?;
    if format!("{npa_nxx}{line}") != whole || id != whole {
        return Err(Refusal::invalid(
            "fromService.npaNxx with fromService.fromLine, subscriberNumber and portRequestLineId are not one \
             and the same number",
        ));
    }
    if needed("portDirection", body.port_direction.as_deref())? != "B" {
        return Err(Refusal::invalid("portDirection must be B"));
    }
    Ok(PortRequest {
        number,
        zip: zip(needed("serviceZipCode", body.service_zip_code.as_deref())?)?,
        account: body.billing_account.ok_or_else(|| missing("billingAccount"))?,
        parties: body.related_party.ok_or_else(|| missing("relatedParty"))?,
        service_area: filled(from.service_area.as_deref()).map(str::to_owned),
        losing: losing(&body.old_service_provider.ok_or_else(|| missing("oldServiceProvider"))?)?,
    })
}

pub(crate) fn update(arrival: &Arrival<'_>) -> Result<PortUpdate, Refusal> {
    let body = read(arrival)?;
    let update = PortUpdate {
        zip: body.service_zip_code.as_deref().map(zip).transpose()?,
        account: body.billing_account,
        parties: body.related_party,
        losing: body.old_service_provider.as_ref().map(losing).transpose()?,
    };
    let nothing = update.zip.is_none()
        && update.account.is_none()
        && update.parties.is_none()
        && update.losing.is_none();
    if nothing {
        return Err(Refusal::invalid(
            "The body updates nothing: send serviceZipCode, billingAccount, relatedParty or oldServiceProvider",
        ));
    }
    Ok(update)
}

/// The header that a cancel carries.
pub(crate) fn cancel_zip(arrival: &Arrival<'_>) -> Result<String, Refusal> {
    let header = arrival.header("port_zip")?;
    zip(header.ok_or_else(|| missing(arrival.header_name("port_zip")))?)
}

fn read(arrival: &Arrival<'_>) -> Result<Body, Refusal> {
    let body: serde_json::Value =
        serde_json::from_slice(arrival.body).map_err(|_| Refusal::invalid("The request body is not JSON"))?;
    // An array would pass as an object without names.
    if !body.is_object() {
        return Err(Refusal::invalid("The request body must be an object"));
    }
    Body::deserialize(body)
        .map_err(|error| Refusal::invalid(format!("The body is not in the form of a port request: {error}")))
}

fn number(text: Option<&str>) -> Result<Number, Refusal> {
    let text = needed("subscriberNumber", text)?;
    // contract 6, row 10.
    Number::read(text).ok_or_else(|| Refusal::invalid("Invalid subscriber number: it is ten digits"))
}

fn zip(text: &str) -> Result<String, Refusal> {
    let digits = fixed(text, 5).map(|_| text.to_owned());
    digits.ok_or_else(|| Refusal::invalid("The service ZIP is not five digits"))
}

fn losing(sent: &OldServiceProvider) -> Result<LosingAccount, Refusal> {
    let account = needed("oldServiceProvider.billingAccountNumber", sent.billing_account_number.as_deref())?;
    if account.chars().count() > LONGEST_ACCOUNT {
        return Err(Refusal::invalid(format!(
            "oldServiceProvider.billingAccountNumber is longer than {LONGEST_ACCOUNT} characters"
        )));
    }
    let pin = filled(sent.billing_account_password.as_deref());
    if pin.is_some_and(|pin| !PIN_LENGTHS.contains(&pin.chars().count())) {
        return Err(Refusal::invalid("oldServiceProvider.billingAccountPassword is not 4 to 15 characters"));
    }
    Ok(LosingAccount {
        number: account.to_owned(),
        pin: pin.map(str::to_owned),
        first_name: needed("oldServiceProvider.firstName", sent.first_name.as_deref())?.to_owned(),
        last_name: needed("oldServiceProvider.lastName", sent.last_name.as_deref())?.to_owned(),
    })
}

fn needed<'a>(name: &str, text: Option<&'a str>) -> Result<&'a str, Refusal> {
    filled(text).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Refusal {
    Refusal::invalid(format!("{name} is missing"))
}
