//! A line as it is before it is changed: what the person did not say, and what they are shown.

use apex_mobility::Mobility;
use apex_mobility::domain::SubscriberNumber;
use apex_mobility::line_details::Service;

use crate::failure::Failure;
use crate::write::Writer;

/// Reads a line, live. Nothing in a dry run.
pub(super) async fn read(writer: &Writer<'_>, number: &SubscriberNumber) -> Result<Option<Service>, Failure> {
    let Some(client) = writer.client() else { return Ok(None) };
    Ok(Some(Mobility::new(client).line_details().get(number.clone()).send().await?))
}

/// What the line does not show, and was not given either.
pub(super) fn lacks(writer: &Writer<'_>, what: &str, flag: &str) -> Failure {
    let why = match writer.reads_nothing_because() {
        None => format!("AT&T shows no {what} of the line"),
        Some(why) => format!("{why} the line's {what}"),
    };
    Failure::usage(why, format!("give {flag}"))
}

/// A line in one sentence, for a person who is asked about it.
pub(super) fn sentence(number: &SubscriberNumber, line: &Service) -> String {
    let mut parts = vec![number.to_string()];
    let mut part = |label: &str, value: Option<String>| {
        if let Some(value) = value {
            parts.push(format!("{label}{value}"));
        }
    };
    part("", line.status().map(|status| status.as_str().to_lowercase()));
    part("", line.contact_name().map(str::to_owned));
    part("BAN ", line.billing_account().map(|account| account.to_string()));
    part("plan ", line.plan().map(|plan| plan.to_string()));
    part("device ", line.device_model().map(str::to_owned));
    part("IMEI ", line.imei().map(|imei| imei.to_string()));
    parts.join(", ")
}

/// Commands that read the line: after them nobody needs to guess.
pub(super) fn look(number: &SubscriberNumber) -> String {
    format!("apex line get {number}")
}
