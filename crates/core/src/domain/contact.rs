//! How a person is reached.

use compact_str::CompactString;

use super::identifier::identifier;
use super::invalid::{Fault, Refusal};
use super::number::ten_digits;

identifier! {
    /// The number that a person is called at, ten digits; it need not be a line of AT&T's. Held to the rules
    /// of [`SubscriberNumber`](super::SubscriberNumber): inferred.
    pub struct PhoneNumber;
    what: "phone number",
    allowed: "a phone number is 10 digits, area code and exchange not starting with 0 or 1 and not N11",
    example: "2145550100",
    normalize: ten_digits,
    debug: hidden,
}

identifier! {
    /// An e-mail address. The contract gives it no form: what no mail server could deliver to is refused,
    /// inferred.
    pub struct EmailAddress;
    what: "e-mail address",
    allowed: "an e-mail address is a mailbox, @ and a domain, without blanks, at most 254 characters",
    example: "test@example.com",
    normalize: email_address,
    debug: hidden,
}

fn email_address(text: &str) -> Result<CompactString, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::empty());
    }
    if let Some(c) = trimmed.chars().find(|c| c.is_whitespace() || c.is_control()) {
        return Err(Refusal::character(c, "part of an address"));
    }
    if trimmed.chars().count() > 254 {
        return Err(Refusal::new(Fault::Length, "is too long"));
    }
    match trimmed.rsplit_once('@') {
        None => Err(Refusal::rule("has no @")),
        Some(("", _)) => Err(Refusal::rule("has nothing before its @")),
        Some((mailbox, _)) if mailbox.contains('@') => Err(Refusal::rule("has more than one @")),
        Some((_, domain)) if domain.split('.').any(str::is_empty) => {
            Err(Refusal::rule("has no domain behind its @"))
        }
        Some(_) => Ok(CompactString::new(trimmed)),
    }
}
