//! Dates as AT&T writes them (contract 2.2).

use std::fmt;

use compact_str::{CompactString, format_compact};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::scalar::read_scalar;
use crate::domain::Date;

/// The text of a date member, kept as it came; [`meaning`](Self::meaning) reads it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WireDate(CompactString);

/// What a date member says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DateMeaning {
    /// On a day. Of a moment (RFC 3339), the day as written: no zone math.
    On(Date),
    /// `immediately` or `immediate`.
    Immediately,
    /// `nextBillCycle`.
    NextBillCycle,
    /// `uponCompletionOfRequest`.
    UponCompletion,
    /// An empty text.
    Empty,
    /// Something else: see [`WireDate::as_str`].
    Other,
}

impl WireDate {
    /// What the text says.
    pub fn meaning(&self) -> DateMeaning {
        let text = self.0.trim();
        let is = |word: &str| text.eq_ignore_ascii_case(word);
        if text.is_empty() {
            DateMeaning::Empty
        } else if let Some(date) = day_of(text) {
            DateMeaning::On(date)
        } else if is("immediately") || is("immediate") {
            DateMeaning::Immediately
        } else if is("nextBillCycle") {
            DateMeaning::NextBillCycle
        } else if is("uponCompletionOfRequest") || is("uponCompletion") {
            DateMeaning::UponCompletion
        } else {
            DateMeaning::Other
        }
    }

    /// The day, if the text names one.
    pub fn as_date(&self) -> Option<Date> {
        match self.meaning() {
            DateMeaning::On(date) => Some(date),
            _ => None,
        }
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The day at the start of `YYYY-MM-DD`, `YYYY-MM-DDZ` or a moment on that day.
fn day_of(text: &str) -> Option<Date> {
    let (day, rest) = text.split_at_checked(10)?;
    let moment = matches!(rest.as_bytes(), [b'T' | b't' | b' ', hour, ..] if hour.is_ascii_digit());
    let plain = rest.is_empty() || rest.eq_ignore_ascii_case("Z");
    if plain || moment && is_time(rest.get(1..)?) { Date::parse(day).ok() } else { None }
}

/// `10:00`, `10:00:00Z`, `10:00:00.123+05:30`.
fn is_time(text: &str) -> bool {
    let clock = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let clock = clock.split_once(['+', '-']).map_or(clock, |(clock, _)| clock);
    jiff::civil::Time::strptime("%H:%M:%S%.f", clock).is_ok()
        || jiff::civil::Time::strptime("%H:%M", clock).is_ok()
}

/// Written as `YYYY-MM-DDZ`, AT&T's own form; a request asks the wire profile for its form instead.
impl From<Date> for WireDate {
    fn from(date: Date) -> Self {
        Self(format_compact!("{date}Z"))
    }
}

impl From<&str> for WireDate {
    fn from(text: &str) -> Self {
        Self(CompactString::new(text))
    }
}

impl From<String> for WireDate {
    fn from(text: String) -> Self {
        Self(CompactString::from(text))
    }
}

impl fmt::Display for WireDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for WireDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("WireDate").field(&self.as_str()).finish()
    }
}

impl<'de> Deserialize<'de> for WireDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_scalar(deserializer, |text| Self(CompactString::new(text)))
    }
}

impl Serialize for WireDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
