//! How a row is recognized, and the order in which rows are tried.

use std::sync::LazyLock;

use http::{Method, StatusCode};
use regex::bytes::{RegexSet, RegexSetBuilder};

use super::{Row, Signal, table};
use crate::error_body::ErrorBody;

/// What a row is recognized by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// No connection.
    NeverConnected,
    /// No answer, or a status of a gateway that has none.
    Lost(&'static [u16]),
    /// One of these statuses.
    Status(&'static [u16]),
    /// 403 with the legacy gateway's policy id.
    ThrottlePolicy,
    /// 401, 403, and the policy id with 400.
    Auth,
    /// One of these patterns in the text.
    Text(&'static [&'static str]),
    /// One of these patterns or statuses.
    TextOrStatus(&'static [&'static str], &'static [u16]),
    /// One of these patterns, or any 5xx.
    TextOrServerError(&'static [&'static str]),
    /// A PATCH answered 404 with the description `/service/`.
    ServiceNotFound,
    /// A port request in conflict, with one of these reason codes.
    PortReason(&'static [&'static str]),
    /// A 404 that no other row takes, or [`Signal::NotThere`].
    NotThere,
    /// See [`Signal::NoBatchId`].
    NoBatchId,
    /// See [`Signal::UnknownBatch`].
    UnknownBatch,
    /// See [`Signal::ShortSupply`].
    ShortSupply,
    /// See [`Signal::UnreadableSuccess`].
    UnreadableSuccess,
    /// Whatever no other row takes.
    Anything,
}

impl Rule {
    fn patterns(&self) -> &'static [&'static str] {
        match self {
            Self::Text(patterns) | Self::TextOrStatus(patterns, _) | Self::TextOrServerError(patterns) => {
                patterns
            }
            _ => &[],
        }
    }
}

/// The number of the first row that takes the signal.
///
/// The rows are tried as they are numbered. That is the order of contract 6: rows 1 to 7 look at the status
/// before any text, 8 to 42 at the text, 43 to 47 take what is left.
pub(super) fn first(signal: &Signal<'_>) -> u8 {
    let answer = match signal {
        Signal::Answered { status, method, body, .. } => Some(Answer::new(*status, method, body)),
        _ => None,
    };
    table::ROWS
        .iter()
        .find(|row| match &answer {
            Some(answer) => answer.fits(row),
            None => fits_without_answer(&row.rule, signal),
        })
        .map_or(47, |row| row.number)
}

/// The row number of a port reason code; 34 for a code the catalog does not know.
pub(super) fn port_reason(code: &str) -> u8 {
    let code = code.trim().to_ascii_uppercase();
    let code = code.strip_prefix("CT").unwrap_or(&code);
    let code = code.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    table::ROWS
        .iter()
        .find(|row| matches!(row.rule, Rule::PortReason(codes) if codes.contains(&code)))
        .map_or(34, |row| row.number)
}

/// The numbers of all rows with a pattern that fits the text, each once, in order.
pub(super) fn by_text(text: &str) -> Vec<u8> {
    let matched = PATTERNS.set.matches(text.as_bytes());
    let mut rows: Vec<u8> = matched.iter().filter_map(|index| PATTERNS.rows.get(index).copied()).collect();
    rows.dedup();
    // Row 12 means a vanity number. "SIM number already in use" is a SIM's, and row 18 has the right advice.
    if rows.contains(&18) {
        rows.retain(|row| *row != 12);
    }
    rows
}

struct Answer<'a> {
    status: StatusCode,
    method: &'a Method,
    body: &'a ErrorBody,
    texts: Vec<u8>,
}

impl<'a> Answer<'a> {
    fn new(status: StatusCode, method: &'a Method, body: &'a ErrorBody) -> Self {
        // A 2xx also carries plain messages of success: only what marks a failure is read (contract 2.3).
        // Where a part succeeded no text may speak for the whole: row 46 sends the caller to read.
        let text = match status.is_success() {
            true if body.is_partial_failure() => None,
            true => body.failure_text(),
            false => body.text(),
        };
        Self { status, method, body, texts: text.map(by_text).unwrap_or_default() }
    }

    fn fits(&self, row: &Row) -> bool {
        let status = self.status.as_u16();
        let text = || self.texts.contains(&row.number);
        match row.rule {
            Rule::Lost(statuses) | Rule::Status(statuses) => statuses.contains(&status),
            // Contract 2.4: with 400 or 401 the same id means bad credentials.
            Rule::ThrottlePolicy => status == 403 && self.body.is_policy_limit(),
            Rule::Auth => matches!(status, 401 | 403) || status == 400 && self.body.is_policy_limit(),
            Rule::Text(_) => text(),
            Rule::TextOrStatus(_, statuses) => statuses.contains(&status) || text(),
            Rule::TextOrServerError(_) => self.status.is_server_error() || text(),
            Rule::ServiceNotFound => {
                status == 404
                    && *self.method == Method::PATCH
                    && self.body.description().is_some_and(|description| description.trim() == "/service/")
            }
            Rule::PortReason(_) => {
                let conflict = self.body.port_status().is_some_and(|word| word.eq_ignore_ascii_case("CT"));
                conflict && self.body.reason_code().is_some_and(|code| port_reason(code) == row.number)
            }
            Rule::NotThere => status == 404,
            Rule::UnreadableSuccess => self.status.is_success() && self.body.is_partial_failure(),
            Rule::Anything => true,
            Rule::NeverConnected | Rule::NoBatchId | Rule::UnknownBatch | Rule::ShortSupply => false,
        }
    }
}

fn fits_without_answer(rule: &Rule, signal: &Signal<'_>) -> bool {
    matches!(
        (rule, signal),
        (Rule::NeverConnected, Signal::NeverConnected)
            | (Rule::Lost(_), Signal::Lost)
            | (Rule::NotThere, Signal::NotThere)
            | (Rule::NoBatchId, Signal::NoBatchId)
            | (Rule::UnknownBatch, Signal::UnknownBatch)
            | (Rule::ShortSupply, Signal::ShortSupply)
            | (Rule::UnreadableSuccess, Signal::UnreadableSuccess)
    )
}

struct Patterns {
    set: RegexSet,
    /// The row number of each pattern of the set.
    rows: Vec<u8>,
}

static PATTERNS: LazyLock<Patterns> = LazyLock::new(|| {
    let with_rows: Vec<(u8, &str)> = table::ROWS
        .iter()
        .flat_map(|row| row.rule.patterns().iter().map(|pattern| (row.number, *pattern)))
        .collect();
    // AT&T's texts are ASCII, so bytes and ASCII letter case do, and a set over bytes needs no Unicode tables.
    let set = RegexSetBuilder::new(with_rows.iter().map(|(_, pattern)| *pattern))
        .case_insensitive(true)
        .dot_matches_new_line(true)
        .unicode(false)
        .build();
    #[expect(clippy::expect_used, reason = "the patterns are constants; a test compiles them")]
    let set = set.expect("the catalog's patterns compile");
    Patterns { set, rows: with_rows.iter().map(|(number, _)| *number).collect() }
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_use_is_a_vanity_number_unless_it_is_a_sims() {
        assert_eq!(by_text("Number 2145550102 is already in use"), [12]);
        assert_eq!(by_text("The SIM number is already in use"), [18]);
    }
}
