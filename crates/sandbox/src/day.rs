//! Calendar days, in two bytes.

use std::num::NonZeroU16;

use jiff::Timestamp;
use jiff::civil::{self, Date};
use jiff::tz::TimeZone;

/// A calendar day (UTC) from 2000-01-01 to 2179-06-05: what a line's dates need, small enough to hold
/// many of them a million times.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub(crate) struct Day(NonZeroU16);

/// Day 1 follows it.
const EPOCH: Date = civil::date(1999, 12, 31);

impl Day {
    /// The day `at` lies in; days outside the range become its nearest end.
    pub(crate) fn of(at: Timestamp) -> Self {
        Self::nearest(at.to_zoned(TimeZone::UTC).date())
    }

    pub(crate) fn nearest(date: Date) -> Self {
        let days = EPOCH.until(date).map_or(1, |span| i64::from(span.get_days()));
        Self::clamped(days)
    }

    /// The day so many days later, or earlier.
    pub(crate) fn plus(self, days: i32) -> Self {
        Self::clamped(i64::from(self.0.get()) + i64::from(days))
    }

    /// Days from `self` to `other`.
    pub(crate) fn until(self, other: Self) -> i32 {
        i32::from(other.0.get()) - i32::from(self.0.get())
    }

    pub(crate) fn date(self) -> Date {
        let days = i64::from(self.0.get());
        EPOCH.checked_add(jiff::Span::new().days(days)).unwrap_or(EPOCH)
    }

    /// Its first moment.
    pub(crate) fn begins(self) -> Timestamp {
        self.date().to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }

    /// The next day of the month `day_of_month` (1..=28), after today.
    pub(crate) fn next_on(self, day_of_month: u8) -> Self {
        let today = self.date();
        let wanted = i8::try_from(day_of_month.clamp(1, 28)).unwrap_or(1);
        let this_month = today.with().day(wanted).build().unwrap_or(today);
        let next = if this_month > today {
            this_month
        } else {
            this_month.checked_add(jiff::Span::new().months(1)).unwrap_or(this_month)
        };
        Self::nearest(next)
    }

    fn clamped(days: i64) -> Self {
        let days = u16::try_from(days.clamp(1, i64::from(u16::MAX))).unwrap_or(1);
        NonZeroU16::new(days).map_or(Self(NonZeroU16::MIN), Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_date() {
        for date in [civil::date(2000, 1, 1), civil::date(2024, 2, 29), civil::date(2026, 1, 19)] {
            assert_eq!(Day::nearest(date).date(), date);
        }
    }

    #[test]
    fn days_out_of_range_become_the_nearest() {
        assert_eq!(Day::nearest(civil::date(1950, 1, 1)).date(), civil::date(2000, 1, 1));
        assert_eq!(Day::nearest(civil::date(9000, 1, 1)).date(), civil::date(2179, 6, 5));
        assert_eq!(Day::nearest(civil::date(2000, 1, 1)).plus(-5).date(), civil::date(2000, 1, 1));
    }

    #[test]
    fn the_bill_cycle_is_always_ahead() {
        let today = Day::nearest(civil::date(2026, 1, 19));
        assert_eq!(today.next_on(20).date(), civil::date(2026, 1, 20));
        assert_eq!(today.next_on(19).date(), civil::date(2026, 2, 19));
        assert_eq!(today.next_on(3).date(), civil::date(2026, 2, 3));
    }
}
