//! The bodies and headers of the PDP Provisioning API (contract 4.10).

use std::net::Ipv4Addr;

use serde::Deserialize;
use serde_json::Value;

use super::Arrival;
use super::effective::EffectiveDate;
use super::party::{Reference, filled};
use crate::digits::Number;
use crate::reply::Refusal;
use crate::state::PdpProfile;

/// contract 4.10: what one request may hold.
const MOST: usize = 10;

/// How many addresses of which PDP.
pub(crate) struct AddressQuery {
    pub(crate) pdp: String,
    pub(crate) quantity: usize,
}

/// Lines that are to have an address, or to lose it: of one PDP and one account.
pub(crate) struct Submission {
    pub(crate) pdp: String,
    pub(crate) account: Reference,
    pub(crate) lines: Vec<SubmittedLine>,
}

pub(crate) struct SubmittedLine {
    pub(crate) number: Number,
    pub(crate) address: Ipv4Addr,
    pub(crate) effective: EffectiveDate,
    /// What the address is to be used with; absent in a removal.
    pub(crate) profile: Option<PdpProfile>,
}

/// Whose progress is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum StatusQuery {
    Batch(String),
    Number(Number),
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    pdp_name: Option<String>,
    billing_account_number: Option<String>,
    subscriber: Option<Vec<Line>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Line {
    subscriber_number: Option<String>,
    ip_address_record: Option<AddressRecord>,
    lte_indicator: Option<String>,
    #[serde(rename = "defaultAPNIndicator")]
    default_apn_indicator: Option<String>,
    access_point_name: Option<String>,
    effective_date: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct AddressRecord {
    ip_address: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Question {
    pdp_name: Option<String>,
    ip_quantity: Option<u64>,
}

pub(crate) fn addresses(arrival: &Arrival<'_>) -> Result<AddressQuery, Refusal> {
    let body: Question = read(arrival)?;
    let quantity = body.ip_quantity.ok_or_else(|| missing("ipQuantity"))?;
    let quantity = usize::try_from(quantity).unwrap_or(usize::MAX);
    if quantity > MOST {
        // contract 6, row 7.
        return Err(Refusal::invalid(format!("A maximum of {MOST} IP addresses can be asked for at a time")));
    }
    if quantity == 0 {
        return Err(Refusal::invalid("ipQuantity must be at least 1"));
    }
    Ok(AddressQuery { pdp: needed("pdpName", body.pdp_name.as_deref())?.to_owned(), quantity })
}

pub(crate) fn provision(arrival: &Arrival<'_>) -> Result<Submission, Refusal> {
    submission(arrival, |line| {
        Ok(Some(PdpProfile {
            lte: indicator("lteIndicator", line.lte_indicator.as_deref())?,
            default_apn: indicator("defaultAPNIndicator", line.default_apn_indicator.as_deref())?,
            access_point: needed("accessPointName", line.access_point_name.as_deref())?.to_owned(),
        }))
    })
}

pub(crate) fn removal(arrival: &Arrival<'_>) -> Result<Submission, Refusal> {
    submission(arrival, |_| Ok(None))
}

impl StatusQuery {
    pub(crate) fn read(arrival: &Arrival<'_>) -> Result<Self, Refusal> {
        // contract 4.10: the batch wins over the number.
        if let Some(batch) = arrival.header("pdp_batch")? {
            return Ok(Self::Batch(batch.to_ascii_lowercase()));
        }
        match arrival.header("pdp_subscriber")? {
            Some(text) => number(text).map(Self::Number),
            None => Err(Refusal::invalid(format!(
                "A status takes one of the headers {}, {}",
                arrival.header_name("pdp_batch"),
                arrival.header_name("pdp_subscriber"),
            ))),
        }
    }
}

fn submission(
    arrival: &Arrival<'_>,
    profile: impl Fn(&Line) -> Result<Option<PdpProfile>, Refusal>,
) -> Result<Submission, Refusal> {
    let body: Body = read(arrival)?;
    let pdp = needed("pdpName", body.pdp_name.as_deref())?.to_owned();
    let ban = needed("billingAccountNumber", body.billing_account_number.as_deref())?.to_owned();
    let sent = body.subscriber.ok_or_else(|| missing("subscriber"))?;
    if sent.len() > MOST {
        // contract 6, row 7.
        return Err(Refusal::invalid(format!("A request holds a maximum of {MOST} subscribers")));
    }
    if sent.is_empty() {
        return Err(Refusal::invalid("A request holds at least one subscriber"));
    }
    let mut lines: Vec<SubmittedLine> = Vec::with_capacity(sent.len());
    for line in &sent {
        let read = SubmittedLine {
            number: number(needed("subscriberNumber", line.subscriber_number.as_deref())?)?,
            address: address(line.ip_address_record.as_ref())?,
            effective: EffectiveDate::read(line.effective_date.as_deref(), arrival.profile)?,
            profile: profile(line)?,
        };
        if lines.iter().any(|other| other.number == read.number) {
            return Err(Refusal::invalid(format!("subscriberNumber {} comes twice", read.number)));
        }
        if lines.iter().any(|other| other.address == read.address) {
            return Err(Refusal::invalid(format!("ipAddress {} comes twice", read.address)));
        }
        lines.push(read);
    }
    Ok(Submission { pdp, account: Reference { id: Some(ban) }, lines })
}

fn read<T: for<'de> Deserialize<'de>>(arrival: &Arrival<'_>) -> Result<T, Refusal> {
    let body: Value =
        serde_json::from_slice(arrival.body).map_err(|_| Refusal::invalid("The request body is not JSON"))?;
    // An array would pass as an object without names.
    if !body.is_object() {
        return Err(Refusal::invalid("The request body must be an object"));
    }
    T::deserialize(body)
        .map_err(|error| Refusal::invalid(format!("The body is not in the form of a PDP request: {error}")))
}

fn number(text: &str) -> Result<Number, Refusal> {
    // contract 6, row 10.
    Number::read(text).ok_or_else(|| Refusal::invalid("Invalid subscriber number: it is ten digits"))
}

fn address(record: Option<&AddressRecord>) -> Result<Ipv4Addr, Refusal> {
    let text = record.and_then(|record| record.ip_address.as_deref());
    let text = needed("ipAddressRecord.ipAddress", text)?;
    text.parse().map_err(|_| Refusal::invalid("ipAddressRecord.ipAddress is not an IPv4 address"))
}

/// contract 4.10: `Y` or `N` is what is written.
fn indicator(name: &str, text: Option<&str>) -> Result<bool, Refusal> {
    match needed(name, text)? {
        "Y" => Ok(true),
        "N" => Ok(false),
        _ => Err(Refusal::invalid(format!("{name} must be Y or N"))),
    }
}

fn needed<'a>(name: &str, text: Option<&'a str>) -> Result<&'a str, Refusal> {
    filled(text).ok_or_else(|| missing(name))
}

fn missing(name: &str) -> Refusal {
    Refusal::invalid(format!("{name} is missing"))
}
