//! What a person pastes into `apex explain`: a text, a body, a status, a port reason code.

use super::{Row, is_of_a_port, look_up_port_reason, matching, row, table};
use crate::error_body::ErrorBody;

/// The rows that may explain a text, the likeliest first; row 47 alone if nothing is known about it.
///
/// Takes AT&T's words, a whole error body, an HTTP status (`504`, `HTTP 403`), a policy id (`POL0001`) or the
/// reason code of a port in conflict (`8A`, `CT 8A`). Words that fit rows 16 and 17 give the row of a cancel
/// and of a device update: without the operation nobody can tell.
#[must_use]
pub fn explain(text: &str) -> Vec<&'static Row> {
    let text = text.trim();
    if let Some(code) = port_code(text) {
        return vec![look_up_port_reason(code)];
    }
    let body = ErrorBody::read(text.as_bytes());
    let (status, rest) = split_status(text);
    let mut numbers = Vec::new();
    numbers.extend(matching::by_text(body.text().unwrap_or(rest)));
    if let Some(code) = body.reason_code().filter(|_| body.port_status().is_some()) {
        numbers.push(matching::port_reason(code));
    }
    // The whole body, or its one telling word.
    if body.description().is_some_and(|description| description.trim() == "/service/")
        || rest.trim() == "/service/"
    {
        numbers.push(8);
    }
    let policy = body.is_policy_limit();
    match status {
        Some(403) if policy => put_first(&mut numbers, &[5, 6]),
        Some(400) if policy => put_first(&mut numbers, &[6]),
        Some(status) => match by_status(status) {
            // As in a look-up: what the status alone decides comes before any text.
            decided if decided.iter().all(|number| *number <= 6) => put_first(&mut numbers, decided),
            open => numbers.extend(open),
        },
        None if policy => put_first(&mut numbers, &[5, 6]),
        None => numbers.extend(by_symptom(rest)),
    }
    if numbers.is_empty() {
        numbers.push(47);
    }
    let mut seen = Vec::new();
    numbers.retain(|number| {
        !seen.contains(number) && {
            seen.push(*number);
            true
        }
    });
    let told = |number| match number {
        18 if is_of_a_port(text) => Some(&table::PORT_REQUESTED_ALREADY),
        number => row(number),
    };
    numbers.into_iter().filter_map(told).collect()
}

fn put_first(numbers: &mut Vec<u8>, first: &[u8]) {
    numbers.splice(0..0, first.iter().copied());
}

/// `8A`, `CT 8A`, `CT-8A`, `CT + 8A`.
fn port_code(text: &str) -> Option<&str> {
    let (head, code) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let is_code = matches!(code.as_bytes(), [digit, letter]
        if digit.is_ascii_digit() && letter.is_ascii_alphabetic());
    let head = head.trim_end_matches(|c: char| c.is_whitespace() || "+-:/".contains(c));
    (is_code && (head.is_empty() || head.eq_ignore_ascii_case("CT"))).then_some(code)
}

/// An HTTP status in front, and what follows it.
fn split_status(text: &str) -> (Option<u16>, &str) {
    let lower = text.to_ascii_lowercase();
    let skipped = if lower.starts_with("http") {
        text.find(' ').map_or(text.len(), |space| space + 1)
    } else if lower.starts_with("status") {
        text.find(|c: char| c.is_ascii_digit()).unwrap_or(text.len())
    } else {
        0
    };
    let after = text.get(skipped..).unwrap_or_default();
    let digits = after.bytes().take_while(u8::is_ascii_digit).count();
    let status =
        after.get(..digits).filter(|digits| digits.len() == 3).and_then(|digits| digits.parse().ok());
    match status {
        Some(status @ 400..=599) => (Some(status), after.get(digits..).unwrap_or_default().trim()),
        _ => (None, text),
    }
}

/// The rows that a bare status may mean.
fn by_status(status: u16) -> &'static [u8] {
    match status {
        408 | 502 | 504 => &[2],
        429 => &[3],
        503 => &[4],
        403 => &[6, 5],
        401 => &[6],
        413 => &[7],
        406 => &[40],
        404 => &[44, 8],
        400 | 422 => &[45],
        500..=599 => &[43],
        _ => &[47],
    }
}

/// Words of a client or a browser, not of AT&T.
fn by_symptom(text: &str) -> &'static [u8] {
    let lower = text.to_ascii_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["connection refused", "dns", "name resolution", "certificate", "tls", "no route to host"]) {
        &[1]
    } else if says(&["timeout", "timed out", "time-out", "connection reset", "broken pipe"]) {
        &[2]
    } else if says(&["too many requests", "rate limit"]) {
        &[3]
    } else if says(&["unauthorized", "forbidden"]) {
        &[6]
    } else {
        &[]
    }
}
