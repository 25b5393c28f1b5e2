//! Free addresses: how many to ask for, and what a look-up finds.

use std::fmt;

use apex_mobility_core::catalog::{self, Row, Signal};
use apex_mobility_core::domain::{InvalidValue, StaticIp};
use apex_mobility_core::record;
use apex_mobility_core::wire::{Many, PrivateText};
use serde::{Serialize, Serializer};

use crate::line::IpAddressRecord;

/// How many addresses to look up: 1 to 10. Confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressCount(u8);

impl AddressCount {
    /// The most that one look-up may ask for.
    pub const MAX: Self = Self(10);

    /// A number from 1 to 10.
    ///
    /// # Errors
    /// For any other number.
    pub fn new(count: u8) -> Result<Self, InvalidValue> {
        if (1..=Self::MAX.0).contains(&count) {
            return Ok(Self(count));
        }
        let problem = if count == 0 { "asks for nothing" } else { "is more than one look-up gives" };
        let allowed = "1 to 10 addresses are looked up at a time";
        Err(InvalidValue::broken_rule("number of addresses", &count.to_string(), problem, allowed, "2"))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Display for AddressCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for AddressCount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0)
    }
}

record! {
    /// The reply of a look-up.
    pub(crate) struct FoundAddresses {
        /// The addresses.
        pub(crate) ip_address_records: Many<IpAddressRecord> = "ipAddressRecords",
        /// What AT&T says to it.
        pub(crate) message: PrivateText = "message",
    }
}

/// Addresses that were free when they were looked up. Unless AT&T set them aside, which is not known, another
/// request can take them first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailableAddresses {
    asked: AddressCount,
    addresses: Vec<StaticIp>,
    message: PrivateText,
}

impl AvailableAddresses {
    pub(crate) fn new(asked: AddressCount, found: FoundAddresses) -> Self {
        let records = found.ip_address_records.unwrap_or_default().into_iter();
        let addresses = records.filter_map(|record| record.ip_address);
        Self {
            asked,
            addresses: addresses.filter(|address| !address.as_str().trim().is_empty()).collect(),
            message: found.message.unwrap_or_default(),
        }
    }

    /// The addresses, perhaps fewer than asked for, perhaps none.
    #[must_use]
    pub fn addresses(&self) -> &[StaticIp] {
        &self.addresses
    }

    /// How many are lacking, if any are. Not an error: what is there can be used.
    #[must_use]
    pub fn shortfall(&self) -> Option<Shortfall> {
        let (asked, found) = (usize::from(self.asked.get()), self.addresses.len());
        (found < asked).then_some(Shortfall { asked, found })
    }

    /// What AT&T says to it, if anything.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        Some(self.message.trim()).filter(|text| !text.is_empty())
    }
}

/// Fewer addresses than asked for (contract 6, row 39). `Display` says how many, and what to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shortfall {
    /// How many were asked for.
    pub asked: usize,
    /// How many there are.
    pub found: usize,
}

impl Shortfall {
    /// The row of the error catalog.
    #[must_use]
    pub fn row(&self) -> &'static Row {
        catalog::look_up(&Signal::ShortSupply)
    }
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { asked, found } = self;
        write!(f, "{found} of the {asked} addresses asked for are free: {}", self.row().next_step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_up_asks_for_1_to_10_addresses() {
        for (count, allowed) in [(0, false), (1, true), (10, true), (11, false), (255, false)] {
            assert_eq!(AddressCount::new(count).is_ok(), allowed, "{count}");
        }
        assert_eq!(
            AddressCount::new(11).unwrap_err().to_string(),
            "number of addresses \"11\" is more than one look-up gives; 1 to 10 addresses are looked up at a time, \
             for example 2"
        );
    }

    #[test]
    fn a_shortfall_says_how_many_and_what_to_do() {
        let found = |body: &str| {
            AvailableAddresses::new(AddressCount::new(2).unwrap(), serde_json::from_str(body).unwrap())
        };
        let two =
            found(r#"{"ipAddressRecords": [{"ipAddress": "10.20.0.11"}, {"ipAddress": "10.20.0.12"}]}"#);
        assert_eq!((two.shortfall(), two.message()), (None, None));

        let one = found(r#"{"ipAddressRecords": [{"ipAddress": "10.20.0.11"}], "message": "short"}"#);
        let shortfall = one.shortfall().unwrap();
        assert_eq!((shortfall.asked, shortfall.found, shortfall.row().number), (2, 1, 39));
        assert_eq!(
            shortfall.to_string(),
            "1 of the 2 addresses asked for are free: use a smaller batch, and ask AT&T for more addresses"
        );
        assert_eq!((one.addresses().len(), one.message()), (1, Some("short")));
    }
}
