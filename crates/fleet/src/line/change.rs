//! Where a line is not as it is wanted.

use apex_mobility_core::domain::OfferingCode;
use apex_mobility_core::finding::{same_account, same_sim};
use serde::{Deserialize, Serialize};

use super::live::same_device;
use super::{Desired, LineState, WantedIp};
use crate::field::Field;

/// One thing that is not as it is wanted.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is, as columns are named.
    pub field: String,
    /// How it is; nothing where the line has none.
    pub now: Option<String>,
    /// How it is wanted; nothing where the line is to have none.
    pub then: Option<String>,
}

/// Which thing, not how it is.
impl std::fmt::Debug for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Change").field(&self.field).finish()
    }
}

impl Change {
    /// The column.
    #[must_use]
    pub fn field(&self) -> Option<Field> {
        Field::named(&self.field)
    }
}

/// All that is not as it is wanted. Pure: nothing is asked.
#[must_use]
pub fn changes(now: &LineState, wanted: &Desired) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut compare = |field: Field, now: Option<String>, then: Option<String>| {
        changes.push(Change { field: field.to_string(), now, then });
    };
    let text = |value: &dyn ToString| Some(value.to_string());
    if let Some(then) = wanted.new_number.as_ref().filter(|then| **then != now.number) {
        compare(Field::NewNumber, text(&now.number), text(then));
    }
    if let Some(then) = wanted.status.as_ref().filter(|then| now.status.as_ref() != Some(then)) {
        compare(Field::Status, now.status.as_ref().map(ToString::to_string), text(then));
    }
    let same = |then: &&_| now.billing_account.as_ref().is_some_and(|own| same_account(own, then));
    if let Some(then) = wanted.billing_account.as_ref().filter(|then| !same(then)) {
        compare(Field::BillingAccount, now.billing_account.as_ref().map(ToString::to_string), text(then));
    }
    if let Some(then) = wanted.service_zip.as_ref().filter(|then| now.service_zip.as_ref() != Some(then)) {
        compare(Field::ServiceZip, now.service_zip.as_ref().map(ToString::to_string), text(then));
    }
    let same = |then: &&_| now.imei.as_ref().is_some_and(|own| same_device(own, then));
    if let Some(then) = wanted.imei.as_ref().filter(|then| !same(then)) {
        compare(Field::Imei, now.imei.as_ref().map(ToString::to_string), text(then));
    }
    let same = |then: &&_| now.sim.as_ref().is_some_and(|own| same_sim(own, then));
    if let Some(then) = wanted.sim.as_ref().filter(|then| !same(then)) {
        compare(Field::Sim, now.sim.as_ref().map(ToString::to_string), text(then));
    }
    if let Some(then) = wanted.eid.as_ref().filter(|then| now.eid.as_ref() != Some(then)) {
        compare(Field::Eid, now.eid.as_ref().map(ToString::to_string), text(then));
    }
    if let Some(then) = wanted.plan.as_ref().filter(|then| now.plan.as_ref() != Some(then)) {
        compare(Field::Plan, now.plan.as_ref().map(ToString::to_string), text(then));
    }
    if let Some(then) = wanted.features.as_ref().filter(|then| now.features != **then) {
        compare(Field::Features, list(&now.features), list(then));
    }
    let own = now.ip.as_ref();
    match &wanted.ip {
        Some(WantedIp::Is(then)) if own.is_none_or(|own| own.address() != then.address()) => {
            compare(Field::Ip, own.map(ToString::to_string), text(then));
        }
        Some(WantedIp::None) if own.is_some() => compare(Field::Ip, own.map(ToString::to_string), None),
        _ => {}
    }
    changes
}

fn list(codes: &[OfferingCode]) -> Option<String> {
    let codes: Vec<_> = codes.iter().map(OfferingCode::as_str).collect();
    (!codes.is_empty()).then(|| codes.join(" "))
}
