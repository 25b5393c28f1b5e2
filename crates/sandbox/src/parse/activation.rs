//! The body of an activation (contract 4.2).

use apex_mobility_core::WireProfile;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Arrival;
use super::bag::{Entry, name_by_contract};
use super::party::{Party, Reference};
use crate::reply::Refusal;

/// contract 4.2: one to two hundred elements.
const MOST: usize = 200;

/// One element: one line to activate. Echoed in replies.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Element {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) billing_account: Option<Reference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) related_party: Option<Vec<Party>>,
    #[serde(skip_serializing)]
    pub(crate) service: Option<ServicePart>,
    /// Why the element could not be read at all.
    #[serde(skip)]
    pub(crate) unreadable: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ServicePart {
    /// A number whose port is confirmed.
    pub(crate) subscriber_number: Option<String>,
    pub(crate) service_characteristic: Option<Vec<Entry>>,
}

impl Element {
    /// The value of a characteristic. Blank counts as absent.
    pub(crate) fn characteristic(&self, name: &str) -> Option<&str> {
        self.characteristics().iter().find(|entry| entry.name == name)?.value()
    }

    pub(crate) fn characteristics(&self) -> &[Entry] {
        self.service.as_ref().and_then(|s| s.service_characteristic.as_deref()).unwrap_or_default()
    }

    /// The one whose line it will be.
    pub(crate) fn subscriber(&self) -> Option<&Party> {
        Party::subscriber(self.related_party.as_deref().unwrap_or_default())
    }
}

/// The elements of the body. A bad element is kept, as it fails alone; a bad body fails whole.
pub(crate) fn elements(arrival: &Arrival<'_>) -> Result<Vec<Element>, Refusal> {
    let refuse = |text: &str| Refusal::invalid(text).of_activation();
    let body: Value =
        serde_json::from_slice(arrival.body).map_err(|_| refuse("The request body is not JSON"))?;
    let Value::Array(elements) = body else {
        return Err(refuse("The request body must be an array with one element per line"));
    };
    if elements.is_empty() {
        return Err(refuse("The request body is an empty array: send one element per line"));
    }
    if elements.len() > MOST {
        // contract 6, row 7.
        return Err(refuse(&format!("A maximum of {MOST} lines can be activated in one request")));
    }
    Ok(elements.into_iter().map(|value| element(value, arrival.profile)).collect())
}

fn element(value: Value, profile: &WireProfile) -> Element {
    let mut element = Element::deserialize(value).unwrap_or_else(|error| Element {
        unreadable: Some(format!("The element is not in the form of an activation: {error}")),
        ..Element::default()
    });
    let bag = element.service.as_mut().and_then(|service| service.service_characteristic.as_mut());
    if let Some(Err(refusal)) = bag.map(|bag| name_by_contract(bag, profile)) {
        element.unreadable = Some(refusal.text);
    }
    element
}
