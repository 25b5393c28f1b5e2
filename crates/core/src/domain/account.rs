//! Accounts.

use compact_str::CompactString;

use super::digits::{LeadingZeros, digits_of, exactly, wrong_length};
use super::identifier::identifier;
use super::invalid::Refusal;

identifier! {
    /// The number of a company's contract with AT&T (FAN), eight digits. Contract 5, likely.
    ///
    /// A short number is refused, never padded.
    pub struct FoundationAccountNumber;
    what: "FAN",
    allowed: "a FAN (foundation account number) is 8 digits, leading zeros included",
    example: "00000001",
    normalize: foundation_account_number,
    debug: hidden,
}

identifier! {
    /// The number of an account that is billed (BAN), twelve digits. Contract 5, likely.
    ///
    /// A short number is refused, never padded. AT&T's own replies also hold shorter ones, so
    /// [`check`](Self::check) lets 9 to 12 digits pass where `parse` asks for 12.
    pub struct BillingAccountNumber;
    what: "BAN",
    allowed: "a BAN (billing account number) is 12 digits, leading zeros included",
    example: "000000000001",
    normalize: billing_account_number,
    reads: billing_account_number_as_read,
    debug: hidden,
}

identifier! {
    /// What a billing account is called, usually the company's name. The contract gives it no form, so only an
    /// empty one and control characters are refused: inferred.
    pub struct AccountName;
    what: "account name",
    allowed: "an account name is at least one character, none of them a control character",
    example: "Example Co",
    normalize: account_name,
    debug: hidden,
}

fn account_name(text: &str) -> Result<CompactString, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::empty());
    }
    match trimmed.chars().find(|c| c.is_control()) {
        Some(c) => Err(Refusal::character(c, "printable")),
        None => Ok(CompactString::new(trimmed)),
    }
}

fn foundation_account_number(text: &str) -> Result<CompactString, Refusal> {
    exactly(digits_of(text, &[])?, 8, LeadingZeros::Possible)
}

fn billing_account_number(text: &str) -> Result<CompactString, Refusal> {
    exactly(digits_of(text, &[])?, 12, LeadingZeros::Possible)
}

fn billing_account_number_as_read(text: &str) -> Result<CompactString, Refusal> {
    let digits = digits_of(text, &[])?;
    match digits.len() {
        9..=12 => Ok(digits),
        found => Err(wrong_length(found, 12, LeadingZeros::Possible)),
    }
}
