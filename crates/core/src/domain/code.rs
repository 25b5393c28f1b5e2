//! Codes of AT&T's catalogs. None of them names a customer, so `Debug` shows them.

use compact_str::CompactString;

use super::identifier::identifier;
use super::invalid::{Fault, Refusal};

identifier! {
    /// The code of a rate plan. Contract 5, inferred.
    pub struct SingleUserCode;
    what: "plan code",
    allowed: "a plan code (single user code) is 2 to 50 letters and digits",
    example: "APXPLAN01",
    normalize: catalog_code,
    debug: shown,
}

identifier! {
    /// The code of a feature (SOC). Contract 5, inferred.
    pub struct OfferingCode;
    what: "feature code",
    allowed: "a feature code (SOC) is 2 to 50 letters and digits",
    example: "SOC1",
    normalize: catalog_code,
    debug: shown,
}

identifier! {
    /// Why a line's status changes. Contract 5, likely.
    pub struct ReasonCode;
    what: "reason code",
    allowed: "a reason code is 2 to 4 letters",
    example: "CR",
    normalize: reason_code,
    debug: shown,
}

identifier! {
    /// Why a line's device changes. Contract 5, likely.
    pub struct DeviceReasonCode;
    what: "device reason code",
    allowed: "a device reason code is letters and underscores",
    example: "CUST_OWN_EQU",
    normalize: device_reason_code,
    debug: shown,
}

fn catalog_code(text: &str) -> Result<CompactString, Refusal> {
    code(text, 2..=50, |c| c.is_ascii_alphanumeric(), "a letter or a digit")
}

fn reason_code(text: &str) -> Result<CompactString, Refusal> {
    code(text, 2..=4, |c| c.is_ascii_alphabetic(), "a letter")
}

fn device_reason_code(text: &str) -> Result<CompactString, Refusal> {
    code(text, 1..=usize::MAX, |c| c.is_ascii_alphabetic() || c == '_', "a letter or an underscore")
}

fn code(
    text: &str,
    length: std::ops::RangeInclusive<usize>,
    allowed: fn(char) -> bool,
    expected: &str,
) -> Result<CompactString, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::empty());
    }
    if let Some(c) = trimmed.chars().find(|&c| !allowed(c)) {
        return Err(Refusal::character(c, expected));
    }
    if !length.contains(&trimmed.len()) {
        return Err(Refusal::new(Fault::Length, format!("has {} characters", trimmed.len())));
    }
    Ok(CompactString::new(trimmed).to_ascii_uppercase())
}
