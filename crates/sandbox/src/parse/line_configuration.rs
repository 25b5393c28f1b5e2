//! What a line configuration asks for (contract 4.7).

use serde::Deserialize;

use super::Arrival;
use super::bag::{Entry, name_by_contract};
use super::effective::EffectiveDate;
use super::line_patch::{self, Ask};
use super::party::{Party, Reference};
use crate::reply::Refusal;

/// One of the five changes.
#[derive(Debug)]
pub(crate) enum Change {
    Device(DeviceChange),
    Transfer(Transfer),
    Subscriber(Party),
    Voicemail { pin: Option<String> },
    Ota { sim: Option<String> },
}

/// A device, a SIM, or both, and perhaps a plan.
#[derive(Debug)]
pub(crate) struct DeviceChange {
    pub(crate) service_zip: Option<String>,
    pub(crate) imei: Option<String>,
    pub(crate) sim: Option<String>,
    pub(crate) eid: Option<String>,
    pub(crate) plan: Option<String>,
}

/// Another account, and perhaps a plan.
#[derive(Debug)]
pub(crate) struct Transfer {
    pub(crate) account: Option<Reference>,
    pub(crate) plan: Option<String>,
    pub(crate) effective: EffectiveDate,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    billing_account: Option<Reference>,
    related_party: Option<Vec<Party>>,
    effective_date: Option<String>,
    service_characteristic: Option<Vec<Entry>>,
}

/// Reads the change. A profile that gives Line Configuration a path of its own leaves the dispatch to it.
pub(crate) fn change(arrival: &Arrival<'_>) -> Result<Change, Refusal> {
    let ask = line_patch::ask(arrival.body, arrival.profile)?;
    let body: Body = serde_json::from_slice(arrival.body)
        .map_err(|error| Refusal::invalid(format!("The body is not a line configuration: {error}")))?;
    let mut bag = body.service_characteristic.unwrap_or_default();
    name_by_contract(&mut bag, arrival.profile)?;
    let effective = EffectiveDate::read(body.effective_date.as_deref(), arrival.profile)?;
    if ask != Ask::Transfer && effective != EffectiveDate::AtOnce {
        // contract 4.7: a device update has no date; no other change here is said to have one.
        return Err(Refusal::invalid("Only a transfer of billing responsibility takes an effectiveDate"));
    }
    Ok(match ask {
        Ask::Device => Change::Device(DeviceChange {
            service_zip: value(&bag, "serviceZipCode")?,
            imei: value(&bag, "IMEI")?,
            sim: value(&bag, "sim")?,
            eid: value(&bag, "eid")?,
            plan: value(&bag, "singleUserCode")?,
        }),
        Ask::Transfer => {
            let plan = value(&bag, "singleUserCode")?;
            Change::Transfer(Transfer { account: body.billing_account, plan, effective })
        }
        Ask::Subscriber => {
            let subscriber = Party::subscriber(body.related_party.as_deref().unwrap_or_default()).cloned();
            Change::Subscriber(
                subscriber.ok_or_else(|| Refusal::invalid("relatedParty with role subscriber is missing"))?,
            )
        }
        Ask::Voicemail => {
            switched_on(&bag, "voicemailReset")?;
            Change::Voicemail { pin: value(&bag, "voicemailPin")? }
        }
        Ask::Ota => {
            switched_on(&bag, "otaResend")?;
            Change::Ota { sim: value(&bag, "sim")? }
        }
        Ask::Status | Ask::PrimaryPlan | Ask::Features => {
            return Err(Refusal::invalid("The body asks for a change that is not done at this path"));
        }
    })
}

/// The value of a characteristic that may be there once. Blank counts as absent.
fn value(bag: &[Entry], name: &str) -> Result<Option<String>, Refusal> {
    let mut found = bag.iter().filter(|entry| entry.name == name);
    let value = found.next().and_then(Entry::value).map(str::to_owned);
    match found.next() {
        Some(_) => Err(Refusal::invalid(format!("{name} is there twice"))),
        None => Ok(value),
    }
}

fn switched_on(bag: &[Entry], name: &str) -> Result<(), Refusal> {
    match value(bag, name)?.as_deref() {
        Some("true") => Ok(()),
        _ => Err(Refusal::invalid(format!("{name} must be true"))),
    }
}
