//! What the carrier that a number comes from says to a port request.
//!
//! It is told by the account number: `CT-8A`, with any reason code, is a conflict with that code, `DN` a
//! denial, `ER` a failure (contract 4.3). Any other account is confirmed.

use crate::state::{LosingAccount, LosingAnswer, Port};

/// What it says to a new request.
pub(super) fn answer_of(account: &LosingAccount) -> LosingAnswer {
    match account.number.as_str() {
        "DN" => LosingAnswer::Deny,
        "ER" => LosingAnswer::Fail,
        number => match number.strip_prefix("CT-") {
            Some(code) if !code.is_empty() => LosingAnswer::Conflict(code.to_owned()),
            _ => LosingAnswer::Confirm,
        },
    }
}

/// What it says after an update: only the right correction satisfies it.
pub(super) fn answer_after(port: &Port, zip: Option<u32>, losing: Option<&LosingAccount>) -> LosingAnswer {
    let before = &port.losing;
    let losing = losing.unwrap_or(before);
    if losing.number != before.number {
        return answer_of(losing);
    }
    let LosingAnswer::Conflict(code) = &port.answer else { return port.answer.clone() };
    let is_mended = match code.as_str() {
        // The account number is as it was, and a number that cannot be ported stays so.
        "8A" | "7T" => false,
        "6B" | "8C" => losing.pin != before.pin,
        "8D" | "9E" => zip.is_some_and(|zip| zip != port.zip),
        "7C" | "8E" | "8F" => {
            (&losing.first_name, &losing.last_name) != (&before.first_name, &before.last_name)
        }
        // A lock is released, a due date comes, a person finds out: whoever updates has seen to it.
        _ => true,
    };
    if is_mended { LosingAnswer::Confirm } else { port.answer.clone() }
}

/// A reason code in words.
pub(super) fn words_of(code: &str) -> &'static str {
    match code {
        "8A" => "Account number does not agree with the old carrier's",
        "6B" | "8C" => "PIN or password does not agree with the old carrier's",
        "8D" | "9E" => "ZIP code does not agree with the old carrier's",
        "7C" | "8E" | "8F" => "Name does not agree with the old carrier's",
        "6P" => "Port protection is on at the old carrier",
        "6A" | "6D" => "The customer has to call the old carrier",
        "7T" => "The number cannot be ported",
        "1M" | "1N" | "6E" | "6F" => "The due date cannot be kept",
        _ => "The old carrier has another reason",
    }
}
