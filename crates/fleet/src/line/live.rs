//! What AT&T shows of a line, as far as it can be wanted otherwise.

use apex_mobility_core::domain::{
    BillingAccountNumber, Date, Eid, Iccid, Imei, OfferingCode, ReasonCode, SingleUserCode, StaticIp,
    SubscriberNumber, ZipCode,
};
use apex_mobility_core::wire::{LineStatus, Service, WireDate};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// A line at one moment, read directly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineState {
    /// The number it was read at.
    pub number: SubscriberNumber,
    /// Active, suspended or cancelled, or AT&T's own word.
    pub status: Option<LineStatus>,
    /// Since when it has this status.
    pub status_date: Option<Date>,
    /// Why it has this status.
    pub status_reason: Option<ReasonCode>,
    /// The rate plan.
    pub plan: Option<SingleUserCode>,
    /// The feature codes, sorted.
    pub features: Vec<OfferingCode>,
    /// The device on AT&T's record.
    pub imei: Option<Imei>,
    /// The device that the network saw last.
    pub network_imei: Option<Imei>,
    /// The SIM.
    pub sim: Option<Iccid>,
    /// The eSIM chip.
    pub eid: Option<Eid>,
    /// The account that pays.
    pub billing_account: Option<BillingAccountNumber>,
    /// The static IP.
    pub ip: Option<StaticIp>,
    /// The ZIP of the primary place of use.
    pub service_zip: Option<ZipCode>,
}

impl LineState {
    /// What a read of a number shows.
    #[must_use]
    pub fn of(number: &SubscriberNumber, line: &Service) -> Self {
        let mut features: Vec<_> = line.features().map(|feature| feature.code).collect();
        features.sort_unstable();
        features.dedup();
        Self {
            number: number.clone(),
            status: line.status(),
            status_date: line.status_date().as_ref().and_then(WireDate::as_date),
            status_reason: line.status_reason(),
            plan: line.plan(),
            features,
            imei: line.imei(),
            network_imei: line.network_imei(),
            sim: line.iccid(),
            eid: line.eid(),
            billing_account: line.billing_account(),
            ip: line.ip_address(),
            service_zip: line.service_zip(),
        }
    }

    /// The same for two reads that show the same. What the network saw last does not count: a person who takes the
    /// SIM into another phone changes it and not the line.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let plain = Self { network_imei: None, ..self.clone() };
        // Members come in the order of the type, and all of them can be written.
        let bytes = serde_json::to_vec(&plain).unwrap_or_default();
        hex(digest(&SHA256, &bytes).as_ref())
    }

    /// Whether the device that the network saw last is another than the one on record.
    #[must_use]
    pub fn has_unlike_devices(&self) -> bool {
        match (&self.imei, &self.network_imei) {
            (Some(record), Some(seen)) => !same_device(record, seen),
            _ => false,
        }
    }
}

/// Whether two IMEIs are one device: what follows the first 14 digits is a check digit or a software version.
pub(super) fn same_device(one: &Imei, other: &Imei) -> bool {
    let body = |imei: &Imei| imei.as_str().trim().get(..14).map(str::to_owned);
    one.as_str().trim() == other.as_str().trim()
        || matches!((body(one), body(other)), (Some(a), Some(b)) if a == b)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
