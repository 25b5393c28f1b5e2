//! What a read of the line shows about a change of its status whose answer was lost.

use apex_mobility_core::domain::Date;
use apex_mobility_core::finding::{Doubt, Facts, LineTrail, Occasion, Shown, Sign};
use apex_mobility_core::wire::{LineStatus, Service};
use apex_mobility_core::{Finding, Traceable};

use crate::operations::{CancelLine, RestoreLine, ResumeLine, SuspendLine};

/// The values of a line that decide.
const FACTS: [&str; 3] = ["subscriberStatus", "statusReasonCode", "statusEffectiveDate"];

impl Traceable for SuspendLine {
    type Seen = LineTrail;

    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        let reason = Some(self.reason.as_str());
        Move { to: LineStatus::Suspended, from: &[LineStatus::Active], reason, date: self.effective_date }
            .finding(seen, occasion)
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        seen.facts(&FACTS)
    }
}

impl Traceable for ResumeLine {
    type Seen = LineTrail;

    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        // Whether an active line shows why it became active is not known.
        Move {
            to: LineStatus::Active,
            from: &[LineStatus::Suspended],
            reason: None,
            date: self.effective_date,
        }
        .finding(seen, occasion)
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        seen.facts(&FACTS)
    }
}

impl Traceable for CancelLine {
    type Seen = LineTrail;

    /// Where details do not show cancelled lines, a line that was there, and is found neither at its number
    /// nor by its SIM any more, is the one that was cancelled.
    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        let was_there = occasion.before.and_then(LineTrail::line).is_some();
        if was_there && seen.at_number == Some(Shown::Missing) {
            return match seen.by_sim.as_deref() {
                Some([]) => Finding::Applied(Sign::Missing),
                // It lives, under another number.
                Some(_) => Finding::CannotTell(Doubt::Otherwise),
                None => Finding::CannotTell(Doubt::NotShown),
            };
        }
        Move {
            to: LineStatus::Cancelled,
            from: &[LineStatus::Active, LineStatus::Suspended],
            reason: Some(self.reason.as_str()),
            date: self.effective_date,
        }
        .finding(seen, occasion)
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        seen.facts(&FACTS)
    }
}

impl Traceable for RestoreLine {
    type Seen = LineTrail;

    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        Move {
            to: LineStatus::Active,
            from: &[LineStatus::Cancelled],
            reason: None,
            date: self.effective_date,
        }
        .finding(seen, occasion)
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        seen.facts(&FACTS)
    }
}

/// A change of status, as far as reads can show it.
struct Move<'a> {
    to: LineStatus,
    /// Where it can begin, so where a line still is to which it was not done.
    from: &'a [LineStatus],
    /// The reason that the line then shows. Another one is someone else's: the network suspends lines too.
    reason: Option<&'a str>,
    date: Option<Date>,
}

impl Move<'_> {
    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        let (line, before) = match seen.compare(occasion) {
            Ok(lines) => lines,
            Err(finding) => return finding,
        };
        let Some(status) = line.status().filter(|_| line.status_conflict().is_none()) else {
            return Finding::CannotTell(Doubt::NotShown);
        };
        let was = before.and_then(Service::status);
        if status == self.to {
            let so_before = match &was {
                Some(was) => *was == self.to,
                None => occasion.is_older(line.status_date().as_ref()),
            };
            return if so_before {
                Finding::CannotTell(Doubt::AlreadySo)
            } else if self.shows_another_reason(line) {
                Finding::CannotTell(Doubt::Otherwise)
            } else {
                Finding::Applied(Sign::Shown)
            };
        }
        let kept = match &was {
            Some(was) => *was == status || self.from.contains(was) && self.from.contains(&status),
            None => self.from.contains(&status),
        };
        match self.date.filter(|day| occasion.lies_ahead(*day)) {
            _ if !kept => Finding::CannotTell(Doubt::Otherwise),
            Some(day) => Finding::CannotTell(Doubt::DayAhead(day)),
            None => Finding::NotApplied(Sign::Shown),
        }
    }

    fn shows_another_reason(&self, line: &Service) -> bool {
        let shown = line.status_reason();
        self.reason
            .zip(shown)
            .is_some_and(|(asked, shown)| !shown.as_str().trim().eq_ignore_ascii_case(asked))
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use apex_mobility_core::domain::{Iccid, SubscriberNumber};

    use super::*;
    use crate::model::{CancelReason, RestoreReason, ResumeReason, SuspendReason};

    const APPLIED: Finding = Finding::Applied(Sign::Shown);
    const NOT_APPLIED: Finding = Finding::NotApplied(Sign::Shown);
    const ALREADY: Finding = Finding::CannotTell(Doubt::AlreadySo);
    const OTHERWISE: Finding = Finding::CannotTell(Doubt::Otherwise);

    /// 2026-01-19T12:00:00Z.
    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_824_000)
    }

    fn number() -> SubscriberNumber {
        SubscriberNumber::parse("2145550101").unwrap()
    }

    fn day(text: &str) -> Option<Date> {
        Some(Date::parse(text).unwrap())
    }

    /// A line by its letter, reason and day.
    fn line(letter: &str, reason: &str, since: &str) -> Service {
        let bag = serde_json::json!([
            {"name": "subscriberStatus", "value": letter},
            {"name": "statusReasonCode", "value": reason},
            {"name": "statusEffectiveDate", "value": since},
            {"name": "sim", "value": "89010000000000000011"},
        ]);
        serde_json::from_value(serde_json::json!({ "serviceCharacteristic": bag })).unwrap()
    }

    /// A line that has been so since last year.
    fn long(letter: &str) -> LineTrail {
        LineTrail::of(Shown::There(line(letter, "", "2025-03-01Z")))
    }

    /// A line that has become so today.
    fn fresh(letter: &str, reason: &str) -> LineTrail {
        LineTrail::of(Shown::There(line(letter, reason, "2026-01-19Z")))
    }

    fn missing() -> LineTrail {
        LineTrail::of(Shown::Missing)
    }

    fn find<W: Traceable<Seen = LineTrail>>(
        write: &W,
        before: Option<&LineTrail>,
        seen: &LineTrail,
    ) -> Finding {
        write.finding(seen, &Occasion { before, sent: noon(), now: noon() + Duration::from_secs(120) })
    }

    fn suspend(effective_date: Option<Date>) -> SuspendLine {
        SuspendLine { number: number(), reason: SuspendReason::CustomerRequest, effective_date }
    }

    fn resume() -> ResumeLine {
        ResumeLine { number: number(), reason: ResumeReason::CustomerRequest, effective_date: None }
    }

    fn cancel() -> CancelLine {
        CancelLine { number: number(), reason: CancelReason::Unspecified, effective_date: None }
    }

    fn restore() -> RestoreLine {
        RestoreLine { number: number(), reason: RestoreReason::BringBackLive, effective_date: None }
    }

    #[test]
    fn a_suspend_shows_in_status_and_reason() {
        for (before, seen, finding) in [
            (Some(long("A")), fresh("S", "CR"), APPLIED),
            (Some(long("A")), fresh("S", "cr"), APPLIED),
            (Some(long("A")), fresh("S", ""), APPLIED),
            (Some(long("A")), long("A"), NOT_APPLIED),
            // The network suspended it.
            (Some(long("A")), fresh("S", "DLC"), OTHERWISE),
            // A suspended line can only refuse it.
            (Some(fresh("S", "CR")), fresh("S", "CR"), ALREADY),
            (Some(long("C")), long("C"), NOT_APPLIED),
            (Some(long("A")), fresh("C", "CAN"), OTHERWISE),
            // Nobody looked before: the day tells.
            (None, fresh("S", "CR"), APPLIED),
            (None, long("S"), ALREADY),
            (None, long("A"), NOT_APPLIED),
            (None, long("C"), OTHERWISE),
        ] {
            assert_eq!(find(&suspend(None), before.as_ref(), &seen), finding, "{before:?} {seen:?}");
        }
    }

    #[test]
    fn a_resume_shows_in_the_status_and_may_restore_where_the_carrier_does_so() {
        for (before, seen, finding) in [
            (Some(long("S")), fresh("A", "PR"), APPLIED),
            (Some(long("S")), long("S"), NOT_APPLIED),
            (Some(long("C")), fresh("A", "CR"), APPLIED),
            (Some(long("C")), long("C"), NOT_APPLIED),
            (Some(long("S")), fresh("C", "CAN"), OTHERWISE),
            (Some(long("A")), long("A"), ALREADY),
            (None, long("S"), NOT_APPLIED),
            (None, fresh("A", ""), APPLIED),
            (None, long("A"), ALREADY),
        ] {
            assert_eq!(find(&resume(), before.as_ref(), &seen), finding, "{before:?} {seen:?}");
        }
    }

    #[test]
    fn a_cancel_shows_in_the_status_whatever_else_became_of_the_line() {
        for (before, seen, finding) in [
            (Some(long("A")), fresh("C", "CAN"), APPLIED),
            (Some(long("S")), fresh("C", "CAN"), APPLIED),
            (Some(long("A")), fresh("C", "LOS"), OTHERWISE),
            (Some(long("A")), fresh("S", "DLC"), NOT_APPLIED),
            (Some(long("S")), long("S"), NOT_APPLIED),
            (Some(long("C")), long("C"), ALREADY),
            (None, fresh("C", "CAN"), APPLIED),
            (None, long("C"), ALREADY),
            (None, long("A"), NOT_APPLIED),
        ] {
            assert_eq!(find(&cancel(), before.as_ref(), &seen), finding, "{before:?} {seen:?}");
        }
    }

    #[test]
    fn a_cancelled_line_may_not_be_shown_at_all() {
        let sim = Iccid::unchecked("89010000000000000011");
        let gone = missing().searched(sim.clone(), []);
        let moved = missing().searched(sim, [line("A", "", "2025-03-01Z")]);
        assert_eq!(find(&cancel(), Some(&long("A")), &gone), Finding::Applied(Sign::Missing));
        assert_eq!(find(&cancel(), Some(&long("A")), &moved), OTHERWISE);
        let not_shown = Finding::CannotTell(Doubt::NotShown);
        assert_eq!(find(&cancel(), Some(&long("A")), &missing()), not_shown);
        assert_eq!(find(&cancel(), None, &missing()), not_shown);
        assert_eq!(find(&cancel(), Some(&missing()), &missing()), Finding::NotApplied(Sign::Missing));
        // Nothing else makes a line that is not found a success.
        assert_eq!(find(&suspend(None), Some(&long("A")), &gone), not_shown);
        let elsewhere = LineTrail::of(Shown::Moved);
        assert_eq!(find(&suspend(None), Some(&long("A")), &elsewhere), OTHERWISE);
    }

    #[test]
    fn a_restore_shows_in_the_status_and_makes_a_hidden_line_visible() {
        for (before, seen, finding) in [
            (Some(long("C")), fresh("A", "BBL"), APPLIED),
            (Some(missing()), fresh("A", "BBL"), APPLIED),
            (Some(long("C")), long("C"), NOT_APPLIED),
            (Some(missing()), missing(), Finding::NotApplied(Sign::Missing)),
            (Some(long("C")), fresh("S", "DLC"), OTHERWISE),
            (None, long("C"), NOT_APPLIED),
        ] {
            assert_eq!(find(&restore(), before.as_ref(), &seen), finding, "{before:?} {seen:?}");
        }
    }

    #[test]
    fn a_day_that_lies_ahead_leaves_an_unchanged_line_in_doubt() {
        let ahead = suspend(day("2026-02-01"));
        let doubt = Finding::CannotTell(Doubt::DayAhead(Date::parse("2026-02-01").unwrap()));
        assert_eq!(find(&ahead, Some(&long("A")), &long("A")), doubt);
        // The carrier may have done it at once.
        assert_eq!(find(&ahead, Some(&long("A")), &fresh("S", "CR")), APPLIED);
        assert_eq!(find(&suspend(day("2026-01-19")), Some(&long("A")), &long("A")), NOT_APPLIED);
    }

    #[test]
    fn a_line_that_says_no_status_or_two_is_in_doubt() {
        let not_shown = Finding::CannotTell(Doubt::NotShown);
        let mute = LineTrail::of(Shown::There(Service::default()));
        assert_eq!(find(&suspend(None), Some(&long("A")), &mute), not_shown);
        let mut torn = line("A", "", "2026-01-19Z");
        torn.status_word = Some("Suspended".into());
        assert_eq!(find(&suspend(None), Some(&long("A")), &LineTrail::of(Shown::There(torn))), not_shown);
    }

    #[test]
    fn every_spelling_of_a_status_counts() {
        for (word, letter) in [("Suspended", "S"), ("S", "S"), ("Suspended", "Suspended"), ("suspended", "s")]
        {
            let mut spelled = line(letter, "CR", "2026-01-19");
            spelled.status_word = Some(word.into());
            let seen = LineTrail::of(Shown::There(spelled));
            assert_eq!(find(&suspend(None), Some(&long("A")), &seen), APPLIED, "{word} {letter}");
        }
    }
}
