//! The body of a number change (contract 4.6).

use serde::Deserialize;

use super::Arrival;
use super::party::filled;
use crate::reply::Refusal;

/// Which number is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NumberChange {
    pub(crate) service_zip: String,
    pub(crate) choice: Choice,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    SystemAssigned,
    InNpaNxx(Exchange),
    Vanity(Exchange, u16),
}

/// An NPA and an NXX.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub(crate) npa: u16,
    pub(crate) nxx: u16,
}

impl NumberChange {
    pub(crate) fn read(arrival: &Arrival<'_>) -> Result<Self, Refusal> {
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        struct Body {
            service_zip_code: Option<String>,
            npa_nxx: Option<String>,
            line: Option<String>,
        }
        let body: Body = serde_json::from_slice(arrival.body)
            .map_err(|error| Refusal::invalid(format!("The body is not that of a number change: {error}")))?;
        let service_zip = filled(body.service_zip_code.as_deref())
            .ok_or_else(|| Refusal::invalid("serviceZipCode is missing"))?;
        let choice = match (filled(body.npa_nxx.as_deref()), filled(body.line.as_deref())) {
            (None, None) => Choice::SystemAssigned,
            (Some(npa_nxx), None) => Choice::InNpaNxx(exchange(npa_nxx)?),
            (Some(npa_nxx), Some(line)) => Choice::Vanity(exchange(npa_nxx)?, last_four(line)?),
            (None, Some(_)) => {
                return Err(Refusal::invalid("line is the end of a number: it needs npaNxx before it"));
            }
        };
        Ok(Self { service_zip: service_zip.to_owned(), choice })
    }
}

fn exchange(text: &str) -> Result<Exchange, Refusal> {
    let read = |from: usize| crate::places::three_digits(text.get(from..from + 3)?);
    let six = (text.len() == 6).then(|| Some(Exchange { npa: read(0)?, nxx: read(3)? })).flatten();
    six.ok_or_else(|| Refusal::invalid("npaNxx is not six digits"))
}

fn last_four(text: &str) -> Result<u16, Refusal> {
    let line = crate::digits::fixed(text, 4).and_then(|line| u16::try_from(line).ok());
    line.ok_or_else(|| Refusal::invalid("line is not four digits"))
}
