//! One line, small enough to hold a million of them.

use std::net::Ipv4Addr;
use std::num::NonZeroU32;

use super::accounts::AccountId;
use crate::day::Day;
use crate::digits::{DeviceId, Number, Sim};

/// What the carrier knows about a line. Codes, names and EIDs are places in tables.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub(crate) number: Number,
    pub(crate) sim: Sim,
    /// The device on the carrier's record (`BLIMEI`).
    pub(crate) imei: DeviceId,
    /// The device the network sees (`NWIMEI`).
    pub(crate) network_imei: DeviceId,
    pub(crate) eid: Option<EidId>,
    pub(crate) account: AccountId,
    /// Primary place of use.
    pub(crate) zip: u32,
    pub(crate) contact: NameId,
    pub(crate) status: Status,
    pub(crate) reason: Option<Reason>,
    pub(crate) status_since: Day,
    pub(crate) activated: Day,
    pub(crate) plan: u16,
    pub(crate) plan_from: Day,
    pub(crate) plan_until: Option<Day>,
    pub(crate) contract_end: Option<Day>,
    pub(crate) features: Vec<HeldFeature>,
    /// Seconds since 1970 until which details do not show the line yet; 0 when they always did.
    pub(crate) ready_at: u32,
    pub(crate) ip: Option<Ipv4Addr>,
}

impl Line {
    /// Whether the network sees another device than the one on record.
    pub(crate) fn has_unlike_devices(&self) -> bool {
        self.imei != self.network_imei
    }
}

/// Where a line stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Status {
    Active,
    Suspended,
    Cancelled,
}

impl Status {
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Active => "A",
            Self::Suspended => "S",
            Self::Cancelled => "C",
        }
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Suspended => "Suspended",
            Self::Cancelled => "Cancelled",
        }
    }

    /// contract 3: letter or word, in any case.
    pub(crate) fn read(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "a" | "active" => Some(Self::Active),
            "s" | "suspended" => Some(Self::Suspended),
            "c" | "cancelled" | "canceled" | "deactivated" => Some(Self::Cancelled),
            _ => None,
        }
    }
}

/// A status reason code: up to four letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reason([u8; 4]);

impl Reason {
    /// The network suspended the line, as it sees another device (contract 4.5: read-only).
    pub(crate) const DEVICE_MISMATCH: Self = Self(*b"DLC ");

    pub(crate) fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        if !(2..=4).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_alphabetic()) {
            return None;
        }
        let mut letters = [b' '; 4];
        for (slot, letter) in letters.iter_mut().zip(text.bytes()) {
            *slot = letter.to_ascii_uppercase();
        }
        Some(Self(letters))
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default().trim_end()
    }
}

/// A feature on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HeldFeature {
    pub(crate) code: u16,
    pub(crate) from: Day,
    pub(crate) until: Option<Day>,
}

/// Place of a contact name among the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NameId(pub(crate) u32);

/// Place of an EID among the EIDs, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct EidId(pub(crate) NonZeroU32);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_small() {
        assert!(size_of::<Line>() <= 112, "{} bytes", size_of::<Line>());
    }

    #[test]
    fn reasons_are_two_to_four_letters() {
        assert_eq!(Reason::read("cr").unwrap().as_str(), "CR");
        assert_eq!(Reason::read("STLN").unwrap().as_str(), "STLN");
        for text in ["", "A", "ABCDE", "C1", "Éé"] {
            assert!(Reason::read(text).is_none(), "{text}");
        }
    }
}
