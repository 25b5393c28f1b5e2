//! A line, as AT&T's replies show it (contract 3).

use super::characteristics::Characteristics;
use super::date::WireDate;
use super::text::{PrivateText, Text};
use super::{open_enum, record};
use crate::domain::{
    BillingAccountNumber, Eid, Iccid, Imei, OfferingCode, ReasonCode, SingleUserCode, StaticIp,
    SubscriberNumber, ZipCode,
};

record! {
    /// The Service resource: a line, with most of what is known of it in a bag of named values.
    ///
    /// The accessors read the bag by AT&T's names in any case; `None` means absent or empty. Contract 3,
    /// confirmed in shape.
    pub struct Service {
        /// What kind of service it is.
        pub category: Category = "category",
        /// A path without host and version: never to be followed.
        pub href: PrivateText = "href",
        /// A name, mostly empty.
        pub name: PrivateText = "name",
        /// The status as a word. [`Service::status`] also weighs the letter in the bag.
        pub status_word: Text = "status",
        /// The number.
        pub subscriber_number: SubscriberNumber = "subscriberNumber",
        /// What the service is made of.
        pub service_specification: ServiceSpecification = "serviceSpecification",
        /// A token for an address that was looked up (activation only).
        pub service_qualification: ServiceQualification = "serviceQualification",
        /// The bag.
        pub service_characteristic: Characteristics = "serviceCharacteristic",
        /// When a change takes effect (status change only).
        pub effective_date: WireDate = "effectiveDate",
        /// Why an activation was rejected.
        pub error: PrivateText = "error",
        /// What is wrong, inside an answer of the usual shape.
        pub error_description: PrivateText = "errorDescription",
    }
}

record! {
    /// A kind of service.
    pub struct Category {
        /// Its number.
        pub id: Text = "id",
        /// Its name.
        pub name: Text = "name",
    }
}

record! {
    /// What a service is made of.
    pub struct ServiceSpecification {
        /// Its name.
        pub id: Text = "id",
        /// A path, never to be followed.
        pub href: Text = "href",
    }
}

record! {
    /// An address that was looked up.
    pub struct ServiceQualification {
        /// Its token.
        pub id: PrivateText = "id",
    }
}

open_enum! {
    /// Whether a line can be used. Words: active and suspended confirmed, cancelled inferred; letters
    /// confirmed.
    pub enum LineStatus {
        /// In service.
        Active = "Active" | "A",
        /// Out of service for a time.
        Suspended = "Suspended" | "S",
        /// Given up; restorable for 60 days.
        Cancelled = "Cancelled" | "C" | "Canceled" | "Deactivated",
    }
}

impl LineStatus {
    /// AT&T's letter for it; `None` for a status that is not known.
    pub fn letter(&self) -> Option<&'static str> {
        match self {
            Self::Active => Some("A"),
            Self::Suspended => Some("S"),
            Self::Cancelled => Some("C"),
            Self::Other(_) => None,
        }
    }

    /// The letter, or the text of a status that is not known: what filters and searches take.
    pub fn letter_or_text(&self) -> &str {
        self.letter().unwrap_or_else(|| self.as_str())
    }
}

/// A feature of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// Its place in AT&T's list, from 1.
    pub number: u32,
    /// Its code (SOC).
    pub code: OfferingCode,
    /// What AT&T calls it.
    pub description: Option<Text>,
    /// Since when.
    pub effective: Option<WireDate>,
    /// Until when.
    pub expires: Option<WireDate>,
}

impl Service {
    /// The status, of the word and the letter. Where they disagree the letter wins (contract 3, inferred).
    pub fn status(&self) -> Option<LineStatus> {
        self.status_by_letter().or_else(|| self.status_by_word())
    }

    /// Word and letter, where they disagree: worth a warning.
    pub fn status_conflict(&self) -> Option<(LineStatus, LineStatus)> {
        self.status_by_word().zip(self.status_by_letter()).filter(|(word, letter)| word != letter)
    }

    /// Since when the line has its status.
    pub fn status_date(&self) -> Option<WireDate> {
        self.date("statusEffectiveDate")
    }

    /// Why the line has its status.
    pub fn status_reason(&self) -> Option<ReasonCode> {
        self.value("statusReasonCode").map(ReasonCode::unchecked)
    }

    /// Since when the line exists.
    pub fn activation_date(&self) -> Option<WireDate> {
        self.date("subscriberActivationDate")
    }

    /// The rate plan.
    pub fn plan(&self) -> Option<SingleUserCode> {
        self.value("singleUserCode").map(SingleUserCode::unchecked)
    }

    /// What AT&T calls the rate plan.
    pub fn plan_description(&self) -> Option<&str> {
        self.value("singleUserCodeDescription")
    }

    /// Since when the line has its rate plan.
    pub fn plan_effective_date(&self) -> Option<WireDate> {
        self.date("effectiveDate")
    }

    /// Until when the line has its rate plan.
    pub fn plan_expiration_date(&self) -> Option<WireDate> {
        self.date("expirationDate")
    }

    /// The features, by their number.
    pub fn features(&self) -> impl Iterator<Item = Feature> + use<> {
        features_of(self.bag()).into_iter()
    }

    /// The account that is billed.
    pub fn billing_account(&self) -> Option<BillingAccountNumber> {
        self.value("billingAccountNumber").map(BillingAccountNumber::unchecked)
    }

    /// When the next bill is due.
    pub fn next_bill_date(&self) -> Option<WireDate> {
        self.date("nextBillCycleDate")
    }

    /// The person to ask.
    pub fn contact_name(&self) -> Option<&str> {
        self.value("contactName")
    }

    /// The ZIP of the primary place of use.
    pub fn service_zip(&self) -> Option<ZipCode> {
        self.value("serviceZipCode").map(ZipCode::unchecked)
    }

    /// The SIM.
    pub fn iccid(&self) -> Option<Iccid> {
        self.value("sim").map(Iccid::unchecked)
    }

    /// The eSIM chip (inferred).
    pub fn eid(&self) -> Option<Eid> {
        self.value("eid").map(Eid::unchecked)
    }

    /// The device on AT&T's record; in an activation, the device asked for.
    pub fn imei(&self) -> Option<Imei> {
        self.value("BLIMEI").or_else(|| self.value("IMEI")).map(Imei::unchecked)
    }

    /// The device that the network saw last.
    pub fn network_imei(&self) -> Option<Imei> {
        self.value("NWIMEI").map(Imei::unchecked)
    }

    /// The technology of the device on AT&T's record.
    pub fn device_technology(&self) -> Option<&str> {
        self.value("BLDeviceTechnologyType")
    }

    /// The maker of the device on AT&T's record.
    pub fn device_brand(&self) -> Option<&str> {
        self.value("BLDeviceBrand")
    }

    /// The model of the device on AT&T's record.
    pub fn device_model(&self) -> Option<&str> {
        self.value("BLDeviceModel")
    }

    /// The maker of the device that the network saw last.
    pub fn network_device_brand(&self) -> Option<&str> {
        self.value("NWDeviceBrand")
    }

    /// The model of the device that the network saw last.
    pub fn network_device_model(&self) -> Option<&str> {
        self.value("NWDeviceModel")
    }

    /// Whether a change of device is under way; its words are not known.
    pub fn pending_equipment_upgrade(&self) -> Option<&str> {
        self.value("pendingEquipmentUpgrade")
    }

    /// The static address.
    pub fn ip_address(&self) -> Option<StaticIp> {
        self.value("ipAddress").map(StaticIp::unchecked)
    }

    /// The text of a named value in the bag, in any case; `None` if absent or empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.bag()?.get_all(name).find(|value| !value.trim().is_empty())
    }

    fn bag(&self) -> Option<&Characteristics> {
        self.service_characteristic.as_ref()
    }

    fn date(&self, name: &str) -> Option<WireDate> {
        self.value(name).map(WireDate::from)
    }

    fn status_by_word(&self) -> Option<LineStatus> {
        self.status_word.as_deref().filter(|word| !word.trim().is_empty()).map(LineStatus::from)
    }

    fn status_by_letter(&self) -> Option<LineStatus> {
        self.value("subscriberStatus").map(LineStatus::from)
    }
}

/// `offeringCode1`, `offeringDescription1` and so on, put together by their number. A number without a code
/// is no feature.
fn features_of(bag: Option<&Characteristics>) -> Vec<Feature> {
    let mut features: Vec<Feature> = Vec::new();
    let numbered = |prefix: &'static str| {
        bag.into_iter()
            .flat_map(Characteristics::iter)
            .filter_map(move |(name, value)| Some((number_behind(prefix, name)?, value)))
            .filter(|(_, value)| !value.trim().is_empty())
    };
    for (number, code) in numbered("offeringCode") {
        features.push(Feature {
            number,
            code: OfferingCode::unchecked(code),
            description: None,
            effective: None,
            expires: None,
        });
    }
    features.sort_by_key(|feature| feature.number);
    let mut fill = |prefix: &'static str, set: fn(&mut Feature, &str)| {
        for (number, value) in numbered(prefix) {
            features
                .iter_mut()
                .filter(|feature| feature.number == number)
                .for_each(|feature| set(feature, value));
        }
    };
    fill("offeringDescription", |feature, text| feature.description = Some(Text::from(text)));
    fill("offeringEffectiveDate", |feature, text| feature.effective = Some(WireDate::from(text)));
    fill("offeringExpirationDate", |feature, text| feature.expires = Some(WireDate::from(text)));
    features
}

fn number_behind(prefix: &str, name: &str) -> Option<u32> {
    let (head, digits) = name.split_at_checked(prefix.len())?;
    let number = head.eq_ignore_ascii_case(prefix) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if number { digits.parse().ok().filter(|number| *number >= 1) } else { None }
}
