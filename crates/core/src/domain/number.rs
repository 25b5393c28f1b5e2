//! Telephone numbers of the North American numbering plan.

use compact_str::CompactString;

use super::digits::{LeadingZeros, digits_of, exactly};
use super::identifier::identifier;
use super::invalid::{Fault, Refusal};

identifier! {
    /// The ten-digit number of a line (CTN, MSISDN): NPA, NXX and line. Contract 5, confirmed.
    ///
    /// `+1`, a leading `1`, spaces and `-.()` are taken away first.
    pub struct SubscriberNumber;
    what: "subscriber number",
    allowed: "a subscriber number is 10 digits, area code and exchange not starting with 0 or 1 and not N11",
    example: "2145550101",
    normalize: ten_digits,
    debug: hidden,
}

impl SubscriberNumber {
    /// Area code and exchange, if the number is valid.
    pub fn npa_nxx(&self) -> Option<NpaNxx> {
        self.check().ok()?;
        self.0.get(..6).map(|text| NpaNxx(CompactString::new(text)))
    }

    /// The last four digits, if the number is valid.
    pub fn line_number(&self) -> Option<LineNumber> {
        self.check().ok()?;
        self.0.get(6..10).map(|text| LineNumber(CompactString::new(text)))
    }

    /// The number made of its two parts.
    ///
    /// # Errors
    /// [`InvalidValue`](super::InvalidValue) if a part taken unchecked does not fit.
    pub fn from_parts(npa_nxx: &NpaNxx, line: &LineNumber) -> Result<Self, super::InvalidValue> {
        Self::parse(format!("{npa_nxx}{line}"))
    }
}

identifier! {
    /// Area code (NPA) and exchange (NXX), six digits. Contract 5, confirmed.
    pub struct NpaNxx;
    what: "NPA-NXX",
    allowed: "an NPA-NXX is 6 digits, area code and exchange not starting with 0 or 1 and not N11",
    example: "214555",
    normalize: npa_nxx,
    debug: hidden,
}

identifier! {
    /// The last four digits of a number. Contract 5, confirmed.
    pub struct LineNumber;
    what: "line number",
    allowed: "a line number is the last 4 digits of a subscriber number",
    example: "0101",
    normalize: line_number,
    debug: hidden,
}

/// A whole number: a line's, or any other telephone's.
pub(super) fn ten_digits(text: &str) -> Result<CompactString, Refusal> {
    let trimmed = text.trim();
    let international = trimmed.strip_prefix('+');
    let digits = digits_of(international.unwrap_or(trimmed), &[' ', '-', '.', '(', ')'])?;
    let national = match (international.is_some(), digits.len(), digits.strip_prefix('1')) {
        (_, 11, Some(national)) => CompactString::new(national),
        (true, ..) => return Err(Refusal::rule("has a country code that is not +1 and 10 digits")),
        (false, 11, None) => {
            return Err(Refusal::new(Fault::Length, "has 11 digits and the first is not the country code 1"));
        }
        (false, ..) => exactly(digits, 10, LeadingZeros::Impossible)?,
    };
    check_npa_nxx(&national)?;
    Ok(national)
}

fn npa_nxx(text: &str) -> Result<CompactString, Refusal> {
    let digits = exactly(digits_of(text, &[' ', '-'])?, 6, LeadingZeros::Impossible)?;
    check_npa_nxx(&digits)?;
    Ok(digits)
}

fn line_number(text: &str) -> Result<CompactString, Refusal> {
    exactly(digits_of(text, &[' ', '-'])?, 4, LeadingZeros::Possible)
}

/// NPA `[2-9][0-8]\d`, NXX `[2-9]\d\d`, neither N11.
fn check_npa_nxx(digits: &str) -> Result<(), Refusal> {
    let [n1, n2, n3, x1, x2, x3, ..] = digits.as_bytes() else {
        return Err(Refusal::empty());
    };
    if !(b'2'..=b'9').contains(n1) {
        return Err(Refusal::rule("has an area code that starts with 0 or 1"));
    }
    if *n2 == b'9' {
        return Err(Refusal::rule("has an area code with 9 in the middle, which is reserved"));
    }
    if (*n2, *n3) == (b'1', b'1') {
        return Err(Refusal::rule("has a service code (N11) for an area code"));
    }
    if !(b'2'..=b'9').contains(x1) {
        return Err(Refusal::rule("has an exchange that starts with 0 or 1"));
    }
    if (*x2, *x3) == (b'1', b'1') {
        return Err(Refusal::rule("has a service code (N11) for an exchange"));
    }
    Ok(())
}
