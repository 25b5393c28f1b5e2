//! Rules that identifiers made of digits share: what spreadsheets do to them, and check digits.

use compact_str::{CompactString, format_compact};

use super::invalid::{Fault, Refusal};

/// The digits of `text` without surrounding space and `separators`; anything else is refused by name.
pub(crate) fn digits_of(text: &str, separators: &[char]) -> Result<CompactString, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::empty());
    }
    if is_exponent_form(trimmed) {
        return Err(Refusal::new(Fault::ExponentForm, "is written in exponent form, as spreadsheets do"));
    }
    if is_decimal_form(trimmed) {
        return Err(Refusal::new(Fault::DecimalForm, "has a decimal point, as spreadsheets write numbers"));
    }
    let digits: CompactString = trimmed.chars().filter(|c| !separators.contains(c)).collect();
    if let Some(c) = digits.chars().find(|c| !c.is_ascii_digit()) {
        return Err(Refusal::character(c, "a digit"));
    }
    if digits.is_empty() {
        return Err(Refusal::new(Fault::Length, "has no digits"));
    }
    Ok(digits)
}

/// Whether a leading zero is possible in a kind of identifier, and so can have been lost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeadingZeros {
    Possible,
    Impossible,
}

/// `digits` as they are if there are exactly `wanted` of them. Missing ones are named, never padded.
pub(crate) fn exactly(
    digits: CompactString,
    wanted: usize,
    zeros: LeadingZeros,
) -> Result<CompactString, Refusal> {
    if digits.len() == wanted { Ok(digits) } else { Err(wrong_length(digits.len(), wanted, zeros)) }
}

pub(crate) fn wrong_length(found: usize, wanted: usize, zeros: LeadingZeros) -> Refusal {
    let difference = found.abs_diff(wanted);
    let digits = if found == 1 { "digit" } else { "digits" };
    if found < wanted && zeros == LeadingZeros::Possible {
        Refusal::new(
            Fault::LostLeadingZeros,
            format!(
                "has {found} {digits}, {difference} too few: leading zeros get lost where a spreadsheet \
                 takes it for a number"
            ),
        )
    } else {
        let side = if found < wanted { "too few" } else { "too many" };
        Refusal::new(Fault::Length, format!("has {found} {digits}, {difference} {side}"))
    }
}

/// Whether the last digit is the Luhn check digit of the others.
pub(crate) fn check_luhn(digits: &str) -> Result<(), Refusal> {
    let Some((payload, check)) = digits.len().checked_sub(1).and_then(|end| digits.split_at_checked(end))
    else {
        return Err(Refusal::empty());
    };
    let expected = luhn_digit(payload);
    if check.parse() == Ok(expected) {
        return Ok(());
    }
    Err(Refusal::new(Fault::CheckDigit, "has a check digit that does not fit the other digits")
        .with_hint(format!("if the others are right, it ends in {expected}")))
}

/// The Luhn check digit (ISO/IEC 7812) to put behind `payload`.
pub(crate) fn luhn_digit(payload: &str) -> u8 {
    let sum: u32 = payload
        .bytes()
        .rev()
        .filter(u8::is_ascii_digit)
        .map(|byte| u32::from(byte - b'0'))
        .enumerate()
        .map(|(place, digit)| match (place % 2 == 0, digit * 2) {
            (false, _) => digit,
            (true, doubled) => doubled / 10 + doubled % 10,
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or(0)
}

/// `payload` with its Luhn check digit.
pub(crate) fn with_luhn_digit(payload: &str) -> CompactString {
    format_compact!("{payload}{}", luhn_digit(payload))
}

/// The remainder of a number of any length by 97 (ISO/IEC 7064).
pub(crate) fn mod_97(digits: &str) -> u32 {
    digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .fold(0, |remainder, byte| (remainder * 10 + u32::from(byte - b'0')) % 97)
}

/// `8.9E+18`, `1e15`, `8,9E18`.
fn is_exponent_form(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let mantissa = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    !whole.is_empty()
        && !exponent.is_empty()
        && all_digits(whole)
        && all_digits(fraction)
        && all_digits(exponent)
}

/// `101000000016.0`: one point, and nothing but a zero or two behind it. `214555.0101` is another thing.
fn is_decimal_form(text: &str) -> bool {
    text.split_once(['.', ',']).is_some_and(|(whole, fraction)| {
        !whole.is_empty() && all_digits(whole) && matches!(fraction, "" | "0" | "00")
    })
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}
