//! When a write was sent, and what was there before.

use std::time::{Duration, SystemTime};

use crate::domain::Date;
use crate::wire::WireDate;

/// What a look is judged by, besides what it shows.
#[derive(Debug)]
pub struct Occasion<'a, S> {
    /// What a look before the write showed. Without it "as asked for" can mean "so all along".
    pub before: Option<&'a S>,
    /// When the write was sent, or its answer lost: they differ by minutes at most.
    pub sent: SystemTime,
    /// When the look was.
    pub now: SystemTime,
}

/// The last time zone to begin a day is 12 hours behind UTC.
const LAST_ZONE: Duration = Duration::from_hours(12);

impl<S> Occasion<'_, S> {
    /// The day, in UTC, on which the write was sent.
    #[must_use]
    pub fn day_sent(&self) -> Date {
        Date::from_system_time(self.sent)
    }

    /// Whether a change dated so may not be due yet. What `Z` means in AT&T's dates is unproven (contract
    /// 2.2), so a day counts as come when it has come in every zone.
    #[must_use]
    pub fn lies_ahead(&self, day: Date) -> bool {
        let begun = self.now.checked_sub(LAST_ZONE).unwrap_or(SystemTime::UNIX_EPOCH);
        day > Date::from_system_time(begun)
    }

    /// Whether a state that holds since that day held before the write was sent, in whatever zone.
    #[must_use]
    pub fn is_older(&self, since: Option<&WireDate>) -> bool {
        let since = since.and_then(WireDate::as_date);
        since.is_some_and(|since| since.days_until(self.day_sent()) > 1)
    }
}

impl<S> Clone for Occasion<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Occasion<'_, S> {}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-19T00:00:00Z and so many hours.
    fn hours(hours: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_780_800 + hours * 3600)
    }

    fn at(now: SystemTime) -> Occasion<'static, ()> {
        Occasion { before: None, sent: hours(12), now }
    }

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn a_day_lies_ahead_until_it_has_begun_in_every_zone() {
        for (hour, ahead) in [(0, true), (11, true), (12, false), (30, false)] {
            assert_eq!(at(hours(hour)).lies_ahead(day("2026-01-19")), ahead, "hour {hour}");
        }
        assert!(at(hours(24)).lies_ahead(day("2026-01-20")));
        assert!(!at(hours(12)).lies_ahead(day("2026-01-18")));
    }

    #[test]
    fn a_state_is_older_when_it_began_more_than_a_day_before_in_whatever_form() {
        for (since, older) in [
            ("2026-01-19Z", false),
            ("2026-01-18Z", false),
            ("2026-01-17Z", true),
            ("2026-01-17", true),
            ("2026-01-17T00:00:00Z", true),
            ("2026-02-01Z", false),
            ("immediately", false),
            ("", false),
        ] {
            assert_eq!(at(hours(12)).is_older(Some(&WireDate::from(since))), older, "{since}");
        }
        assert!(!at(hours(12)).is_older(None));
    }
}
