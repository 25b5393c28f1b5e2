//! A kind of device, and the TACs it is known by.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

/// A kind of device: all IMEIs of its TACs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Device {
    /// The TACs of its IMEIs, at least one.
    #[serde(rename = "tac", deserialize_with = "tacs")]
    pub tacs: Vec<TacRange>,
    /// Who makes it.
    pub brand: String,
    /// What it is called.
    pub model: String,
    /// The fastest network it reaches.
    pub technology: Technology,
    /// Takes a plastic SIM.
    pub plastic_sim: bool,
    /// Has an eSIM.
    pub embedded_sim: bool,
    /// Operating system; empty if not told.
    #[serde(default)]
    pub os: String,
    /// Its version; empty if not told.
    #[serde(default)]
    pub os_version: String,
    /// On the carrier's block list.
    #[serde(default)]
    pub blocked: bool,
    /// How often it is found among a sandbox's lines, against the shares of the others; 1 if not told.
    #[serde(default = "one")]
    pub share: u32,
}

pub(crate) const fn one() -> u32 {
    1
}

impl Device {
    /// Whether it reaches the 5G network.
    #[must_use]
    pub fn is_5g(&self) -> bool {
        self.technology == Technology::FiveG
    }
}

impl fmt::Display for Device {
    /// Brand, model and technology.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.brand, self.model, self.technology)
    }
}

/// The fastest network that a device reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
pub enum Technology {
    /// LTE, and with it LTE-M and NB-IoT.
    #[serde(rename = "LTE")]
    Lte,
    /// 5G.
    #[serde(rename = "5G")]
    FiveG,
}

impl Technology {
    /// `LTE` or `5G`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lte => "LTE",
            Self::FiveG => "5G",
        }
    }
}

impl fmt::Display for Technology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A range of type allocation codes, both ends included. A TAC is the first eight digits of an IMEI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TacRange {
    first: u32,
    last: u32,
}

impl TacRange {
    /// Reads `00101000` or `00101000-00101009`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (first, last) = match text.split_once('-') {
            Some((first, last)) => (eight_digits(first.trim())?, eight_digits(last.trim())?),
            None => (eight_digits(text.trim())?, eight_digits(text.trim())?),
        };
        (first <= last).then_some(Self { first, last })
    }

    /// The lowest TAC, as a number.
    #[must_use]
    pub const fn first(self) -> u32 {
        self.first
    }

    /// The highest TAC, as a number.
    #[must_use]
    pub const fn last(self) -> u32 {
        self.last
    }
}

impl fmt::Display for TacRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.first)?;
        if self.last > self.first { write!(f, "-{:08}", self.last) } else { Ok(()) }
    }
}

pub(crate) fn eight_digits(text: &str) -> Option<u32> {
    (text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

const TAC: &str = "eight digits in quotes, such as \"00101000\"; a range is two, such as \
                   \"00101000-00101009\"; a list of those may be given";

fn tacs<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<TacRange>, D::Error> {
    struct Tacs;

    impl<'de> Visitor<'de> for Tacs {
        type Value = Vec<TacRange>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(TAC)
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
            Ok(vec![range(text)?])
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut tacs = Vec::new();
            while let Some(text) = list.next_element::<String>()? {
                tacs.push(range(&text)?);
            }
            if tacs.is_empty() {
                Err(A::Error::custom(format!("the list of TACs is empty; a TAC is {TAC}")))
            } else {
                Ok(tacs)
            }
        }
    }

    fn range<E: Error>(text: &str) -> Result<TacRange, E> {
        TacRange::parse(text).ok_or_else(|| E::custom(format!("{text:?} is no TAC; a TAC is {TAC}")))
    }

    deserializer.deserialize_any(Tacs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tac_and_a_range_are_read_and_written() {
        for text in ["00101000", "00101000-00101009", "99999999"] {
            assert_eq!(TacRange::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(TacRange::parse(" 00101000 - 00101000 ").unwrap().to_string(), "00101000");
    }

    #[test]
    fn what_is_no_tac_is_not_read() {
        for text in [
            "",
            "-",
            "0010100",
            "001010000",
            "0010100x",
            "00101009-00101000",
            "00101000-",
            "1-2-3",
            "é0101000",
        ] {
            assert_eq!(TacRange::parse(text), None, "{text}");
        }
    }
}
