//! Identifiers as the world holds them: one machine word instead of a string.
//!
//! A million lines fit in memory only if a line is small, so inside the sandbox a number, an ICCID and an
//! IMEI are integers. Text is read and written at the border.

use std::fmt;
use std::num::NonZeroU64;

/// A subscriber number: ten digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Number(pub(crate) u64);

impl Number {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let number = Self(fixed(text, 10)?);
        number.is_valid().then_some(number)
    }

    /// contract 5: NPA `[2-9][0-8]\d`, NXX `[2-9]\d\d`, neither N11.
    fn is_valid(self) -> bool {
        let npa = self.0 / 10_000_000;
        let nxx = self.0 / 10_000 % 1000;
        npa >= 200 && npa / 10 % 10 != 9 && nxx >= 200 && npa % 100 != 11 && nxx % 100 != 11
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

/// An ICCID: 19 or 20 digits that begin with 89, so that the rest fits a word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Sim(u64);

const TWENTY_DIGITS: u64 = 1 << 62;

impl Sim {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("89")?;
        let word = match rest.len() {
            17 => fixed(rest, 17)?,
            18 => fixed(rest, 18)? | TWENTY_DIGITS,
            _ => return None,
        };
        luhn_holds(text).then_some(Self(word))
    }

    /// The twenty-digit ICCID of a serial in the block the population draws from: `890141`, the serial
    /// in thirteen digits, a check digit. The other blocks stay free for those who try things out.
    pub(crate) fn of_population(serial: u64) -> Self {
        Self::in_block(89_0141, serial)
    }

    /// The ICCID that comes with the profile an eSIM downloads: block `890142`, told by the EID.
    pub(crate) fn of_profile(eid: Chip) -> Self {
        let serial = u64::try_from(eid.0 / 100 % 10_u128.pow(13)).unwrap_or(0);
        Self::in_block(89_0142, serial)
    }

    fn in_block(block: u64, serial: u64) -> Self {
        let body = block * 10_u64.pow(13) + serial % 10_u64.pow(13);
        let rest = (body - 89 * 10_u64.pow(17)) * 10 + luhn_digit(body);
        Self(rest | TWENTY_DIGITS)
    }

    pub(crate) const fn word(self) -> u64 {
        self.0
    }
}

impl fmt::Display for Sim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = self.0 & !TWENTY_DIGITS;
        if self.0 & TWENTY_DIGITS == 0 { write!(f, "89{rest:017}") } else { write!(f, "89{rest:018}") }
    }
}

/// An IMEI: 15 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct DeviceId(pub(crate) u64);

impl DeviceId {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let word = fixed(text, 15)?;
        luhn_holds(text).then_some(Self(word))
    }

    /// The IMEI of a TAC and a serial, with its check digit.
    pub(crate) fn of(tac: u32, serial: u64) -> Self {
        let body = u64::from(tac) * 1_000_000 + serial % 1_000_000;
        Self(body * 10 + luhn_digit(body))
    }

    /// The first eight digits: the kind of device.
    pub(crate) fn tac(self) -> u32 {
        u32::try_from(self.0 / 10_000_000).unwrap_or(u32::MAX)
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:015}", self.0)
    }
}

/// An EID: 32 digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Chip(u128);

impl Chip {
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let word: u128 = text.parse().ok()?;
        (word % 97 == 1).then_some(Self(word))
    }

    /// The EID of a serial, with its check digits.
    pub(crate) fn of_population(serial: u64) -> Self {
        let body = 89_0010_u128 * 10_u128.pow(26) + u128::from(serial) * 100;
        Self(body + (98 - body % 97))
    }
}

impl fmt::Display for Chip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032}", self.0)
    }
}

/// A billing account number: twelve digits, given out in sequence from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ban(pub(crate) NonZeroU64);

impl Ban {
    pub(crate) fn read(text: &str) -> Option<Self> {
        NonZeroU64::new(fixed(text, 12)?).map(Self)
    }
}

impl fmt::Display for Ban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

/// A foundation account number: eight digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Fan(pub(crate) u32);

impl Fan {
    pub(crate) fn read(text: &str) -> Option<Self> {
        fixed(text, 8).and_then(|word| u32::try_from(word).ok()).map(Self)
    }
}

impl fmt::Display for Fan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// A customer's identifiers do not show in `Debug`.
macro_rules! hidden_from_debug {
    ($($name:ident)+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }
    )+};
}

hidden_from_debug!(Number Sim DeviceId Chip Ban Fan);

/// Exactly `len` digits as a number; `len` is at most 18, so that it fits.
pub(crate) fn fixed(text: &str, len: usize) -> Option<u64> {
    (text.len() == len && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

/// The digit that makes `body` followed by it pass the Luhn check.
fn luhn_digit(mut body: u64) -> u64 {
    let mut sum = 0;
    while body > 0 {
        // Two digits at a time: a population needs millions of check digits.
        sum += u64::from(LUHN_PAIRS.get((body % 100) as usize).copied().unwrap_or(0));
        body /= 100;
    }
    (10 - sum % 10) % 10
}

/// What two digits add to the sum when the second is doubled.
const LUHN_PAIRS: [u8; 100] = {
    let mut pairs = [0; 100];
    let mut pair = 0;
    while pair < 100 {
        let doubled = pair % 10 * 2;
        pairs[pair as usize] = pair / 10 + doubled / 10 + doubled % 10;
        pair += 1;
    }
    pairs
};

fn luhn_holds(text: &str) -> bool {
    let sum: u32 = text
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            match place % 2 {
                0 => digit,
                _ if digit > 4 => digit * 2 - 9,
                _ => digit * 2,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_keep_their_text() {
        assert_eq!(Number::read("2145550101").unwrap().to_string(), "2145550101");
        assert_eq!(Sim::read("89010000000000000011").unwrap().to_string(), "89010000000000000011");
        assert_eq!(DeviceId::read("001010000000016").unwrap().to_string(), "001010000000016");
        let eid = "89001000000000000000000000000177";
        assert_eq!(Chip::read(eid).unwrap().to_string(), eid);
        assert_eq!(Ban::read("000000000001").unwrap().to_string(), "000000000001");
        assert_eq!(Fan::read("00000001").unwrap().to_string(), "00000001");
    }

    #[test]
    fn wrong_identifiers_are_not_read() {
        for text in ["1145550101", "2115550101", "2941550101", "214555010", "21455501011", "214555010x", ""] {
            assert!(Number::read(text).is_none(), "{text}");
        }
        for text in ["89010000000000000012", "88010000000000000011", "8901", "", "89é"] {
            assert!(Sim::read(text).is_none(), "{text}");
        }
        for text in ["001010000000017", "8.9E+14", "00101000000001"] {
            assert!(DeviceId::read(text).is_none(), "{text}");
        }
        assert!(Chip::read("89001000000000000000000000000178").is_none());
    }

    #[test]
    fn made_identifiers_pass_their_own_checks() {
        for serial in [0, 1, 7, 999_999, 1_234_567] {
            let sim = Sim::of_population(serial);
            assert_eq!(Sim::read(&sim.to_string()), Some(sim));
            let imei = DeviceId::of(101_000, serial);
            assert_eq!(DeviceId::read(&imei.to_string()), Some(imei));
            assert_eq!(imei.tac(), 101_000);
            let eid = Chip::of_population(serial);
            assert_eq!(Chip::read(&eid.to_string()), Some(eid));
        }
    }

    #[test]
    fn a_nineteen_digit_iccid_is_another_one_than_its_twenty_digit_neighbour() {
        let short = Sim::read("8901000000000000001").or_else(|| Sim::read("8901000000000000003"));
        assert!(short.is_none_or(|sim| sim.to_string().len() == 19));
    }
}
