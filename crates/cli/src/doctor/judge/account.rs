//! Billing accounts (contract 4.4).

use crate::doctor::answer::{Answers, member, text};
use crate::doctor::finding::{Found, Judged};
use crate::doctor::look::Asked;

/// A known account shows its FAN: without, it counts as unknown.
pub(crate) fn fan(answers: &Answers) -> Judged {
    let reply = answers.success(Asked::Account)?;
    if fan_of(reply.json.as_ref()).is_some() {
        return Ok(Found::holds("there"));
    }
    Ok(Found::differs(
        format!("none in {}", reply.shape()),
        "an account that exists is taken for unknown: activations are held back",
    ))
}

/// contract 4.4: non-2xx, or no `businessAccount.fan`.
pub(crate) fn unknown(answers: &Answers) -> Judged {
    let reply = answers.telling(Asked::UnknownAccount)?;
    if !reply.is_success() || fan_of(reply.json.as_ref()).is_none() {
        return Ok(Found::holds(reply.shape()));
    }
    Ok(Found::differs("a FAN for an account that nobody has", "an unknown account is taken for a known one"))
}

fn fan_of(account: Option<&serde_json::Value>) -> Option<&str> {
    text(member(account?, "businessAccount")?, "fan")
}
