//! Calendar days, without a time or a zone.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::SignedDuration;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::invalid::{Fault, InvalidValue, Refusal};

/// A calendar day. Contract 2.2 and 5, confirmed: no zone math.
///
/// ```
/// use apex_mobility_core::domain::Date;
///
/// let cancelled = Date::parse("2026-01-19Z")?;
/// assert_eq!(cancelled.to_string(), "2026-01-19");
/// assert_eq!(cancelled.days_until(Date::new(2026, 3, 20)?), 60);
/// # Ok::<(), apex_mobility_core::domain::InvalidValue>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// The day that `YYYY-MM-DD` names; a `Z` may follow.
    ///
    /// # Errors
    /// [`InvalidValue`] for any other form and for days that no calendar has.
    pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
        let text = text.as_ref();
        read(text).map(Self).map_err(|refusal| refuse(text, refusal))
    }

    /// The day of a year, a month from 1 and a day from 1.
    ///
    /// # Errors
    /// [`InvalidValue`] for days that no calendar has, and years outside 0 to 9999.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Self, InvalidValue> {
        civil(year, month, day)
            .map(Self)
            .map_err(|refusal| refuse(&format!("{year:04}-{month:02}-{day:02}"), refusal))
    }

    /// The day, in UTC, of a moment.
    pub fn from_system_time(time: SystemTime) -> Self {
        const EPOCH: jiff::civil::Date = jiff::civil::Date::constant(1970, 1, 1);
        let days = match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_nanos() / DAY.as_nanos()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_nanos().div_ceil(DAY.as_nanos()))
                .map_or(i64::MIN, |days| -days),
        };
        Self(EPOCH.saturating_add(days_long(days)))
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, from 1.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, from 1.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// The day so many days later, or earlier if negative; `None` outside the calendar.
    pub fn checked_add_days(self, days: i32) -> Option<Self> {
        self.0.checked_add(days_long(i64::from(days))).ok().map(Self)
    }

    /// How many days from here to `other`: negative if it lies before.
    pub fn days_until(self, other: Self) -> i64 {
        i64::from((other.0 - self.0).get_days())
    }

    /// The day in another form, as `strftime` names its parts, for example `%m/%d/%Y`; `None` if the form
    /// cannot be made of a day.
    pub fn format(self, form: &str) -> Option<String> {
        jiff::fmt::strtime::format(form, self.0).ok()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Date({})", self.0)
    }
}

impl FromStr for Date {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Strict: a reply's dates are read as [`WireDate`](crate::wire::WireDate), which keeps what it cannot read.
impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        crate::wire::read_scalar(deserializer, |text| Self::parse(text))?.map_err(de::Error::custom)
    }
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn days_long(days: i64) -> SignedDuration {
    SignedDuration::from_secs(days.saturating_mul(24 * 60 * 60))
}

fn refuse(text: &str, refusal: Refusal) -> InvalidValue {
    InvalidValue::new("date", Some(text), refusal, "a date is a real day as YYYY-MM-DD", "2026-01-19")
}

fn read(text: &str) -> Result<jiff::civil::Date, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::empty());
    }
    let day = trimmed.strip_suffix(['Z', 'z']).unwrap_or(trimmed);
    let parts = match day.as_bytes() {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => {
            (number(&[*y1, *y2, *y3, *y4]), number(&[*m1, *m2]), number(&[*d1, *d2]))
        }
        _ => (None, None, None),
    };
    let (Some(year), Some(month), Some(day)) = parts else {
        return Err(Refusal::rule("is not written as YYYY-MM-DD"));
    };
    match (i8::try_from(month), i8::try_from(day)) {
        (Ok(month), Ok(day)) => civil(year, month, day),
        _ => Err(Refusal::rule("is a day that no calendar has")),
    }
}

fn civil(year: i16, month: i8, day: i8) -> Result<jiff::civil::Date, Refusal> {
    match (year, jiff::civil::Date::new(year, month, day)) {
        (0..=9999, Ok(date)) => Ok(date),
        _ => Err(Refusal::new(Fault::Rule, "is a day that no calendar has")),
    }
}

fn number(digits: &[u8]) -> Option<i16> {
    digits
        .iter()
        .try_fold(0_i16, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i16::from(byte - b'0')))
}
