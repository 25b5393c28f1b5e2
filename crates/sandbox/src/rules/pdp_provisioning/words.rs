//! How a line of a batch shows in a status.

use serde::Serialize;
use serde_json::Value;

use super::AddressRecord;
use crate::digits::Number;
use crate::state::{PdpBatch, PdpChange, PdpItem, PdpStage, PdpStep};
use crate::variants::PdpStyle;

/// One element of a status.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LineState {
    #[serde(skip_serializing_if = "Option::is_none")]
    batch_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscriber_number: Option<String>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    words: Option<Words>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip_address_record: Option<AddressRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lte_indicator: Option<Value>,
    #[serde(rename = "defaultAPNIndicator", skip_serializing_if = "Option::is_none")]
    default_apn_indicator: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    access_point_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'static str>,
}

/// The three stages.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Words {
    profile_check: String,
    ip_reservation: String,
    profile_update: String,
}

impl LineState {
    pub(super) fn of(batch: &PdpBatch, item: &PdpItem, style: PdpStyle) -> Self {
        let profile = item.profile.as_ref();
        Self {
            batch_id: Some(batch.id.clone()),
            subscriber_number: Some(item.number.to_string()),
            words: Some(Words::of(batch.change, item)),
            ip_address_record: Some(AddressRecord { ip_address: item.address }),
            lte_indicator: profile.map(|profile| style.indicator(profile.lte)),
            default_apn_indicator: profile.map(|profile| style.indicator(profile.default_apn)),
            access_point_name: profile.map(|profile| profile.access_point.clone()),
            message: None,
        }
    }

    /// contract 4.10: an element without a batch id says that nothing is known, and why.
    pub(super) fn unknown(number: Option<Number>, message: &'static str) -> Self {
        Self {
            subscriber_number: number.map(|number| number.to_string()),
            message: Some(message),
            ..Self::default()
        }
    }
}

impl Words {
    /// contract 4.10: `Success`, `Reserved`, `Complete`, and of a removal `Released`; the rest is the
    /// sandbox's own.
    fn of(change: PdpChange, item: &PdpItem) -> Self {
        const PENDING: &str = "Pending";
        const AT_IT: &str = "In Progress";
        let failed = |why: &str| format!("Failed: {why}");
        let (reserved, kept) = match change {
            PdpChange::Provision => ("Reserved", "Reserved"),
            PdpChange::Remove => (AT_IT, "Released"),
        };
        let words =
            |check: &str, reservation: &str, update: &str| [check, reservation, update].map(str::to_owned);
        let [profile_check, ip_reservation, profile_update] = match &item.stage {
            PdpStage::Submitted => words(AT_IT, PENDING, PENDING),
            PdpStage::Checked => words("Success", AT_IT, PENDING),
            PdpStage::Reserved if item.is_later => words("Success", reserved, PENDING),
            PdpStage::Reserved => words("Success", reserved, AT_IT),
            PdpStage::Updated => words("Success", kept, "Complete"),
            PdpStage::Failed(PdpStep::Check, why) => words(&failed(why), PENDING, PENDING),
            PdpStage::Failed(PdpStep::Reserve, why) => words("Success", &failed(why), PENDING),
            PdpStage::Failed(PdpStep::Update, why) => words("Success", PENDING, &failed(why)),
        };
        Self { profile_check, ip_reservation, profile_update }
    }
}
