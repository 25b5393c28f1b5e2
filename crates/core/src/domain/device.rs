//! Devices and SIMs.

use compact_str::{CompactString, format_compact};

use super::digits::{LeadingZeros, check_luhn, digits_of, exactly, mod_97, with_luhn_digit, wrong_length};
use super::identifier::identifier;
use super::invalid::{Fault, InvalidValue, Refusal};

identifier! {
    /// The fifteen-digit serial number of a device, the last a check digit. Contract 5, confirmed.
    pub struct Imei;
    what: "IMEI",
    allowed: "an IMEI is 15 digits with a valid check digit",
    example: "001010000000016",
    normalize: imei,
    debug: hidden,
}

impl Imei {
    /// The IMEI of a fourteen-digit type allocation code and serial number: adds the check digit.
    ///
    /// # Errors
    /// [`InvalidValue`] unless there are 14 digits.
    pub fn from_payload(payload: impl AsRef<str>) -> Result<Self, InvalidValue> {
        let payload = payload.as_ref();
        digits_of(payload, IMEI_SEPARATORS)
            .and_then(|digits| exactly(digits, 14, LeadingZeros::Possible))
            .map(|digits| Self(with_luhn_digit(&digits)))
            .map_err(|refusal| Self::RULE.refuse(payload, refusal))
    }

    /// The type allocation code, which names the model: the first eight digits of a valid IMEI.
    pub fn type_allocation_code(&self) -> Option<&str> {
        self.check().ok()?;
        self.0.get(..8)
    }
}

identifier! {
    /// The serial number of a SIM, 19 or 20 digits, the last a check digit. Contract 5, confirmed.
    pub struct Iccid;
    what: "ICCID",
    allowed: "an ICCID is 19 or 20 digits that start with 89, the last a check digit",
    example: "89010000000000000011",
    normalize: iccid,
    debug: hidden,
}

impl Iccid {
    /// The ICCID of an 18- or 19-digit account number: adds the check digit.
    ///
    /// # Errors
    /// [`InvalidValue`] unless there are 18 or 19 digits that start with 89.
    pub fn from_payload(payload: impl AsRef<str>) -> Result<Self, InvalidValue> {
        let payload = payload.as_ref();
        let digits = digits_of(payload, &[' ']).map_err(|refusal| Self::RULE.refuse(payload, refusal))?;
        if !matches!(digits.len(), 18 | 19) {
            let refusal = Refusal::new(Fault::Length, format!("has {} digits, not 18 or 19", digits.len()));
            return Err(Self::RULE.refuse(payload, refusal));
        }
        Self::parse(with_luhn_digit(&digits))
    }
}

identifier! {
    /// The serial number of an eSIM chip, 32 digits, the last two a checksum. Contract 5, confirmed.
    pub struct Eid;
    what: "EID",
    allowed: "an EID is 32 digits, the last two a checksum (mod 97)",
    example: "89001000000000000000000000000177",
    normalize: eid,
    debug: hidden,
}

impl Eid {
    /// The EID of its first thirty digits: adds the checksum.
    ///
    /// # Errors
    /// [`InvalidValue`] unless there are 30 digits.
    pub fn from_payload(payload: impl AsRef<str>) -> Result<Self, InvalidValue> {
        let payload = payload.as_ref();
        digits_of(payload, &[' '])
            .and_then(|digits| exactly(digits, 30, LeadingZeros::Impossible))
            .map(|digits| {
                let checksum = 98 - mod_97(&format_compact!("{digits}00"));
                Self(format_compact!("{digits}{checksum:02}"))
            })
            .map_err(|refusal| Self::RULE.refuse(payload, refusal))
    }
}

const IMEI_SEPARATORS: &[char] = &[' ', '-', '.', '/'];

fn imei(text: &str) -> Result<CompactString, Refusal> {
    let digits = digits_of(text, IMEI_SEPARATORS)?;
    if digits.len() == 16 {
        // An IMEISV has the same 14 digits, then a two-digit software version in place of the check digit.
        let hint = digits.get(..14).map(with_luhn_digit).unwrap_or_default();
        return Err(Refusal::new(Fault::Length, "has 16 digits, as an IMEISV does")
            .with_hint(format!("if it is one, the IMEI is {hint}")));
    }
    let digits = exactly(digits, 15, LeadingZeros::Possible)?;
    check_luhn(&digits)?;
    Ok(digits)
}

fn iccid(text: &str) -> Result<CompactString, Refusal> {
    // SIM readers fill the last half byte of a 19-digit ICCID with F.
    let digits = digits_of(text.trim().trim_end_matches(['F', 'f', ' ']), &[' '])?;
    match digits.len() {
        19 | 20 => {}
        found @ ..19 => return Err(wrong_length(found, 19, LeadingZeros::Impossible)),
        found => return Err(wrong_length(found, 20, LeadingZeros::Impossible)),
    }
    if !digits.starts_with("89") {
        return Err(Refusal::rule("does not start with 89, the prefix of telecommunication"));
    }
    check_luhn(&digits)?;
    Ok(digits)
}

fn eid(text: &str) -> Result<CompactString, Refusal> {
    let digits = exactly(digits_of(text, &[' '])?, 32, LeadingZeros::Impossible)?;
    if mod_97(&digits) == 1 {
        Ok(digits)
    } else {
        Err(Refusal::new(Fault::CheckDigit, "has a checksum that does not fit the other digits"))
    }
}
