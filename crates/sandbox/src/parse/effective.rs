//! When a change is to take effect (contract 2.2, 4.5, 4.8).

use apex_mobility_core::WireProfile;
use apex_mobility_core::domain::Date;
use jiff::civil;

use super::party::filled;
use crate::reply::Refusal;

/// The day that a change is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EffectiveDate {
    /// No day is named.
    AtOnce,
    On(civil::Date),
}

impl EffectiveDate {
    /// Reads the member; absent and blank mean at once. A day counts only in the form of the wire profile.
    pub(crate) fn read(text: Option<&str>, profile: &WireProfile) -> Result<Self, Refusal> {
        let Some(text) = filled(text) else { return Ok(Self::AtOnce) };
        let format = profile.get("dates", "request").unwrap_or("%Y-%m-%dZ");
        let day = civil::Date::strptime(format, text).ok().filter(|day| {
            // Lenient forms such as `2026-1-9Z` do not come back as they were.
            let date = Date::new(day.year(), day.month(), day.day()).ok();
            date.is_some_and(|date| profile.request_date(date) == text)
        });
        day.map(Self::On).ok_or_else(|| Refusal::invalid(format!("effectiveDate is not a day as {format}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: Option<&str>) -> Option<EffectiveDate> {
        EffectiveDate::read(text, &WireProfile::default()).ok()
    }

    #[test]
    fn a_day_is_read_in_the_contracts_form_alone() {
        assert_eq!(read(Some("2026-02-01Z")), Some(EffectiveDate::On(civil::date(2026, 2, 1))));
        assert_eq!(read(Some("")), Some(EffectiveDate::AtOnce));
        assert_eq!(read(None), Some(EffectiveDate::AtOnce));
        for text in
            ["2026-02-01", "2026-2-1Z", "2026-02-30Z", "tomorrow", "2026-02-01T00:00:00Z", "20260201Z"]
        {
            assert_eq!(read(Some(text)), None, "{text}");
        }
    }

    #[test]
    fn the_profile_tells_the_form() {
        let profile = WireProfile::builder().date_format("%m/%d/%Y").build().unwrap();
        let read = |text| EffectiveDate::read(Some(text), &profile).ok();
        assert_eq!(read("02/01/2026"), Some(EffectiveDate::On(civil::date(2026, 2, 1))));
        assert_eq!(read("2026-02-01Z"), None);
    }
}
