//! A change as the parts it asks for, each compared with what is shown.

use super::{Doubt, Finding, Occasion, Sign};
use crate::domain::{Date, SingleUserCode};
use crate::wire::Service;

/// One thing that a write asked for. `None` where no read shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Whether it was so before.
    pub was: Option<bool>,
    /// Whether it is so now.
    pub is: Option<bool>,
    /// Whether it has become something that was not asked for.
    pub strayed: bool,
}

impl Part {
    /// A value that was asked for: `before` is what was shown before, if anyone looked and it was shown.
    pub fn value<T: PartialEq + ?Sized>(
        before: Option<&T>,
        now: Option<&T>,
        is_asked: impl Fn(&T) -> bool,
    ) -> Self {
        let (was, is) = (before.map(&is_asked), now.map(&is_asked));
        let changed = before.zip(now).is_some_and(|(before, now)| before != now);
        Self { was, is, strayed: changed && is == Some(false) }
    }

    /// A plan that was asked for. Without a look before, the day since when the line has it tells whether it
    /// was so before.
    #[must_use]
    pub fn plan<S>(
        asked: &SingleUserCode,
        before: Option<&Service>,
        now: &Service,
        occasion: &Occasion<'_, S>,
    ) -> Self {
        let is_asked = |code: &SingleUserCode| code.as_str().trim().eq_ignore_ascii_case(asked.as_str());
        let older = occasion.is_older(now.plan_effective_date().as_ref());
        Self::value(before.and_then(Service::plan).as_ref(), now.plan().as_ref(), is_asked).so_before(older)
    }

    /// Something that was asked to be there, or to be gone.
    #[must_use]
    pub fn presence(before: Option<bool>, now: bool, wanted: bool) -> Self {
        let was = before.map(|present| present == wanted);
        let is = now == wanted;
        Self { was, is: Some(is), strayed: was == Some(true) && !is }
    }

    /// The same, known by its date to have been so before the write, whoever looked.
    #[must_use]
    pub fn so_before(mut self, older: bool) -> Self {
        if older && self.is == Some(true) && self.was.is_none() {
            self.was = Some(true);
        }
        self
    }
}

/// What the parts of one change mean together. A change is made as a whole or not at all, so one part that
/// has changed speaks for those that no read shows.
///
/// `ahead` is the day of the change, if it lies ahead.
#[must_use]
pub fn weigh(parts: &[Part], ahead: Option<Date>) -> Finding {
    if parts.iter().any(|part| part.strayed) {
        return Finding::CannotTell(Doubt::Otherwise);
    }
    let open: Vec<&Part> = parts.iter().filter(|part| part.was != Some(true)).collect();
    if open.is_empty() {
        return Finding::CannotTell(Doubt::AlreadySo);
    }
    let mut told = open.iter().filter_map(|part| part.is).peekable();
    let Some(first) = told.peek().copied() else {
        return Finding::CannotTell(Doubt::Unreadable);
    };
    match (told.all(|is| is == first), first, ahead) {
        (false, ..) => Finding::CannotTell(Doubt::Partly),
        (true, true, _) => Finding::Applied(Sign::Shown),
        (true, false, Some(day)) => Finding::CannotTell(Doubt::DayAhead(day)),
        (true, false, None) => Finding::NotApplied(Sign::Shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(before: Option<&str>, now: Option<&str>) -> Part {
        Part::value(before, now, |text: &str| text == "new")
    }

    const APPLIED: Finding = Finding::Applied(Sign::Shown);
    const NOT_APPLIED: Finding = Finding::NotApplied(Sign::Shown);

    const fn doubt(doubt: Doubt) -> Finding {
        Finding::CannotTell(doubt)
    }

    #[test]
    fn one_part_tells_by_what_was_and_what_is() {
        for (before, now, finding) in [
            (Some("old"), Some("new"), APPLIED),
            (Some("old"), Some("old"), NOT_APPLIED),
            (Some("old"), Some("third"), doubt(Doubt::Otherwise)),
            (Some("new"), Some("new"), doubt(Doubt::AlreadySo)),
            (Some("new"), Some("old"), doubt(Doubt::Otherwise)),
            (Some("old"), None, doubt(Doubt::Unreadable)),
            // Nobody looked before.
            (None, Some("new"), APPLIED),
            (None, Some("old"), NOT_APPLIED),
            (None, None, doubt(Doubt::Unreadable)),
        ] {
            assert_eq!(weigh(&[part(before, now)], None), finding, "{before:?} {now:?}");
        }
    }

    #[test]
    fn parts_that_were_so_before_do_not_speak() {
        let was_so = part(Some("new"), Some("new"));
        for (other, finding) in [
            (part(Some("old"), Some("new")), APPLIED),
            (part(Some("old"), Some("old")), NOT_APPLIED),
            (part(Some("old"), None), doubt(Doubt::Unreadable)),
        ] {
            assert_eq!(weigh(&[was_so, other], None), finding);
        }
        assert_eq!(weigh(&[was_so, was_so], None), doubt(Doubt::AlreadySo));
    }

    #[test]
    fn a_change_that_is_half_there_is_in_doubt() {
        let parts = [part(Some("old"), Some("new")), part(Some("old"), Some("old"))];
        assert_eq!(weigh(&parts, None), doubt(Doubt::Partly));
        let parts = [part(None, Some("new")), part(None, Some("old"))];
        assert_eq!(weigh(&parts, None), doubt(Doubt::Partly));
    }

    #[test]
    fn a_day_that_lies_ahead_excuses_what_is_as_before_and_nothing_else() {
        let day = Date::parse("2026-02-01").unwrap();
        assert_eq!(weigh(&[part(Some("old"), Some("old"))], Some(day)), doubt(Doubt::DayAhead(day)));
        assert_eq!(weigh(&[part(Some("old"), Some("new"))], Some(day)), APPLIED);
    }

    #[test]
    fn presence_is_asked_for_either_way() {
        for (before, now, wanted, finding) in [
            (Some(false), true, true, APPLIED),
            (Some(false), false, true, NOT_APPLIED),
            (Some(true), true, true, doubt(Doubt::AlreadySo)),
            (Some(true), false, true, doubt(Doubt::Otherwise)),
            (Some(true), false, false, APPLIED),
            (Some(true), true, false, NOT_APPLIED),
            (Some(false), false, false, doubt(Doubt::AlreadySo)),
            (None, true, true, APPLIED),
            (None, true, false, NOT_APPLIED),
        ] {
            assert_eq!(weigh(&[Part::presence(before, now, wanted)], None), finding);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_verdict_stands_on_parts_that_all_say_so(
            raw in proptest::collection::vec((0..3_u8, 0..3_u8, proptest::bool::ANY), 0..6)
        ) {
            let three = |told: u8| match told { 0 => None, 1 => Some(false), _ => Some(true) };
            let parts: Vec<Part> = raw
                .into_iter()
                .map(|(was, is, strayed)| Part { was: three(was), is: three(is), strayed })
                .collect();
            let open = || parts.iter().filter(|part| part.was != Some(true));
            let all = |told: bool| open().all(|part| part.is != Some(!told)) && open().any(|part| part.is == Some(told));
            let strayed = parts.iter().any(|part| part.strayed);
            let finding = weigh(&parts, None);
            proptest::prop_assert_eq!(finding == APPLIED, !strayed && all(true));
            proptest::prop_assert_eq!(finding == NOT_APPLIED, !strayed && all(false));
            // A day that lies ahead takes back a no, never a yes.
            let ahead = weigh(&parts, Date::new(2026, 2, 1).ok());
            proptest::prop_assert_eq!(ahead == APPLIED, finding == APPLIED);
            proptest::prop_assert!(ahead != NOT_APPLIED);
        }
    }

    #[test]
    fn a_date_from_before_the_write_stands_in_for_a_look_before_it() {
        let fresh = part(None, Some("new"));
        assert_eq!(weigh(&[fresh.so_before(true)], None), doubt(Doubt::AlreadySo));
        assert_eq!(weigh(&[fresh.so_before(false)], None), APPLIED);
        // Whoever looked knows better.
        assert_eq!(weigh(&[part(Some("old"), Some("new")).so_before(true)], None), APPLIED);
    }
}
