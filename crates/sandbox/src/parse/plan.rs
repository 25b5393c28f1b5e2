//! The body of a plan change (contract 4.8).

use serde::Deserialize;

use super::Arrival;
use super::bag::{Entry, name_by_contract};
use super::effective::EffectiveDate;
use crate::reply::Refusal;

/// What is asked for, by code.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PlanRequest {
    pub(crate) plan: Option<String>,
    pub(crate) add: Vec<String>,
    pub(crate) remove: Vec<String>,
    pub(crate) effective: EffectiveDate,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    effective_date: Option<String>,
    service_characteristic: Vec<Entry>,
}

pub(crate) fn request(arrival: &Arrival<'_>) -> Result<PlanRequest, Refusal> {
    let mut body: Body = serde_json::from_slice(arrival.body)
        .map_err(|error| Refusal::invalid(format!("The body is not a plan change: {error}")))?;
    name_by_contract(&mut body.service_characteristic, arrival.profile)?;
    // contract 4.8: it is always sent.
    let Some(date) = &body.effective_date else {
        return Err(Refusal::invalid("effectiveDate is missing: send a day, or an empty text for now"));
    };
    let effective = EffectiveDate::read(Some(date), arrival.profile)?;
    let mut request = PlanRequest { plan: None, add: Vec::new(), remove: Vec::new(), effective };
    for entry in &body.service_characteristic {
        let name = &entry.name;
        let code = entry.value().ok_or_else(|| Refusal::invalid(format!("{name} has no value")))?;
        match name.as_str() {
            "singleUserCode" if request.plan.is_some() => {
                return Err(Refusal::invalid("a line has one plan: singleUserCode is there twice"));
            }
            "singleUserCode" => request.plan = Some(code.to_owned()),
            "addOfferingCode" => request.add.push(code.to_owned()),
            "removeOfferingCode" => request.remove.push(code.to_owned()),
            "" => return Err(Refusal::invalid("an entry of the bag has no name")),
            _ => return Err(Refusal::invalid(format!("{name} is no part of a plan change"))),
        }
    }
    if request.plan.is_none() && request.add.is_empty() && request.remove.is_empty() {
        return Err(Refusal::invalid("there is nothing to change"));
    }
    Ok(request)
}
