//! Which of the operations that share `PATCH` LINE is meant (contract 3, PATCH dispatch).

use apex_mobility_core::WireProfile;
use serde_json::Value;

use super::bag::contract_name;
use crate::operation::Operation;
use crate::reply::Refusal;

/// The operation a body asks for.
pub(crate) fn dispatch(body: &[u8], profile: &WireProfile) -> Result<Operation, Refusal> {
    Ok(match ask(body, profile)? {
        Ask::Status => Operation::StatusChange,
        Ask::PrimaryPlan | Ask::Features => Operation::PlanChange,
        _ => Operation::LineConfigure,
    })
}

/// The change a body asks for: of several that go together the one that gives them their name.
pub(crate) fn ask(body: &[u8], profile: &WireProfile) -> Result<Ask, Refusal> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Refusal::invalid("the body is not JSON"))?;
    let asks = asks(&body, profile);
    let Some((first, others)) = asks.split_first() else {
        return Err(Refusal::invalid("the body asks for no change that is known"));
    };
    if !others.iter().all(|other| first.goes_with(*other)) {
        return Err(Refusal::invalid("the body asks for several changes at once that do not go together"));
    }
    Ok(*first)
}

/// What a body can ask for, in the order of precedence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Status,
    Transfer,
    Subscriber,
    Voicemail,
    Ota,
    Device,
    PrimaryPlan,
    Features,
}

impl Ask {
    /// The primary plan goes with a device, a transfer and features; nothing else mixes.
    fn goes_with(self, other: Self) -> bool {
        matches!(
            (self, other),
            (Self::Device | Self::Transfer, Self::PrimaryPlan) | (Self::PrimaryPlan, Self::Features)
        )
    }
}

fn asks(body: &Value, profile: &WireProfile) -> Vec<Ask> {
    let mut asks = Vec::new();
    let members =
        [("mode", Ask::Status), ("billingAccount", Ask::Transfer), ("relatedParty", Ask::Subscriber)];
    for (member, ask) in members {
        if body.get(member).is_some_and(|value| !value.is_null()) {
            asks.push(ask);
        }
    }
    let bag = body.get("serviceCharacteristic").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let names: Vec<_> = bag
        .iter()
        .filter_map(|entry| entry.get("name")?.as_str())
        .filter_map(|name| contract_name(name, profile))
        .collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    if has("voicemailReset") {
        asks.push(Ask::Voicemail);
    }
    if has("otaResend") {
        asks.push(Ask::Ota);
    }
    // The profile resend names the line's `sim`.
    if has("IMEI") || has("eid") || (has("sim") && !has("otaResend")) {
        asks.push(Ask::Device);
    }
    if has("singleUserCode") {
        asks.push(Ask::PrimaryPlan);
    }
    if has("addOfferingCode") || has("removeOfferingCode") {
        asks.push(Ask::Features);
    }
    asks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(body: &str) -> Option<Operation> {
        dispatch(body.as_bytes(), &WireProfile::default()).ok()
    }

    fn bag(names: &[&str]) -> String {
        let entries: Vec<_> =
            names.iter().map(|name| format!(r#"{{"name":"{name}","value":"x"}}"#)).collect();
        format!(r#"{{"serviceCharacteristic":[{}]}}"#, entries.join(","))
    }

    #[test]
    fn each_change_is_known_by_what_it_carries() {
        let device = ["reasonCode", "serviceZipCode", "technologyType", "IMEI", "sim"];
        let plan = ["singleUserCode", "addOfferingCode", "removeOfferingCode"];
        let cases = [
            (r#"{"mode":"S","reasonCode":"CR"}"#.to_owned(), Operation::StatusChange),
            (r#"{"billingAccount":{"id":"000000000002"}}"#.to_owned(), Operation::LineConfigure),
            (r#"{"relatedParty":[{"role":"subscriber"}]}"#.to_owned(), Operation::LineConfigure),
            (bag(&["voicemailReset", "voicemailPin"]), Operation::LineConfigure),
            (bag(&["otaResend", "sim"]), Operation::LineConfigure),
            (bag(&device), Operation::LineConfigure),
            (bag(&["eid"]), Operation::LineConfigure),
            (bag(&plan), Operation::PlanChange),
        ];
        for (body, operation) in cases {
            assert_eq!(meant(&body), Some(operation), "{body}");
        }
    }

    #[test]
    fn a_plan_goes_with_a_device_or_a_transfer() {
        assert_eq!(meant(&bag(&["IMEI", "singleUserCode"])), Some(Operation::LineConfigure));
        let transfer = r#"{"billingAccount":{"id":"000000000002"},
            "serviceCharacteristic":[{"name":"singleUserCode","value":"APXPLAN01"}]}"#;
        assert_eq!(meant(transfer), Some(Operation::LineConfigure));
    }

    #[test]
    fn other_mixes_and_empty_bodies_are_refused() {
        let mix = r#"{"mode":"S","billingAccount":{"id":"000000000002"}}"#;
        let bags = [bag(&["otaResend", "singleUserCode"]), bag(&["IMEI", "addOfferingCode"])];
        for body in bags.iter().map(String::as_str).chain([mix, "{}", "[]", "", "{"]) {
            assert_eq!(meant(body), None, "{body}");
        }
    }
}
