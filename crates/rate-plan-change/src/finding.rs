//! What a read of the line shows about a change of plan and features whose answer was lost.

use apex_mobility_core::domain::{Date, OfferingCode};
use apex_mobility_core::finding::{Facts, LineTrail, Occasion, Part, weigh};
use apex_mobility_core::wire::{Feature, PrivateText, Service};
use apex_mobility_core::{Finding, Traceable};

use crate::model::Effective;
use crate::operations::ChangePlan;

impl Traceable for ChangePlan {
    type Seen = LineTrail;

    /// The change is made as a whole or not at all. A change whose day lies ahead may not show (contract 4.8):
    /// that is no proof that it failed.
    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        let (line, before) = match seen.compare(occasion) {
            Ok(lines) => lines,
            Err(finding) => return finding,
        };
        let features = |line: &Service| line.features().collect::<Vec<_>>();
        let (had, has) = (before.map(features), features(line));
        let find = |features: &[Feature], code: &OfferingCode| {
            let is_it = |own: &OfferingCode| own.as_str().trim().eq_ignore_ascii_case(code.as_str());
            features.iter().find(|feature| is_it(&feature.code)).cloned()
        };
        let presence = |code: &OfferingCode, wanted| {
            let had = had.as_ref().map(|had| find(had, code).is_some());
            Part::presence(had, find(&has, code).is_some(), wanted)
        };

        let mut parts = Vec::new();
        parts.extend(self.plan.as_ref().map(|plan| Part::plan(plan, before, line, occasion)));
        for code in &self.add {
            let since = find(&has, code).and_then(|feature| feature.effective);
            parts.push(presence(code, true).so_before(occasion.is_older(since.as_ref())));
        }
        parts.extend(self.remove.iter().map(|code| presence(code, false)));
        weigh(&parts, self.day(occasion).filter(|day| occasion.lies_ahead(*day)))
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        let mut facts = seen.facts(&["singleUserCode", "effectiveDate"]);
        if let Some(line) = seen.line() {
            let codes: Vec<String> = line.features().map(|feature| feature.code.to_string()).collect();
            facts.insert("offeringCodes".to_owned(), PrivateText::from(codes.join(" ")));
        }
        facts
    }
}

impl ChangePlan {
    /// The day of the change, as it was sent.
    fn day(&self, occasion: &Occasion<'_, LineTrail>) -> Option<Date> {
        match self.effective {
            Effective::Today => Some(occasion.day_sent()),
            Effective::On(day) => Some(day),
            Effective::Immediately => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use apex_mobility_core::domain::{SingleUserCode, SubscriberNumber};
    use apex_mobility_core::finding::{Doubt, Shown, Sign};

    use super::*;

    const APPLIED: Finding = Finding::Applied(Sign::Shown);
    const NOT_APPLIED: Finding = Finding::NotApplied(Sign::Shown);
    const ALREADY: Finding = Finding::CannotTell(Doubt::AlreadySo);
    const PARTLY: Finding = Finding::CannotTell(Doubt::Partly);
    const OTHERWISE: Finding = Finding::CannotTell(Doubt::Otherwise);

    /// 2026-01-19T12:00:00Z.
    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_824_000)
    }

    /// A change of plan to APXPLAN02, of SOC1 to be added and SOC9 to be removed: the parts that are named.
    fn change(parts: &str) -> ChangePlan {
        let mut change = ChangePlan::new(SubscriberNumber::parse("2145550101").unwrap());
        let soc = |code: &str| OfferingCode::parse(code).unwrap();
        change.plan = parts.contains("plan").then(|| SingleUserCode::parse("APXPLAN02").unwrap());
        change.add = if parts.contains("add") { vec![soc("SOC1")] } else { Vec::new() };
        change.remove = if parts.contains("remove") { vec![soc("SOC9")] } else { Vec::new() };
        change
    }

    /// A line with plan, the day it has it from, and features with theirs.
    fn line(plan: &str, since: &str, features: &[(&str, &str)]) -> LineTrail {
        let mut bag = vec![
            serde_json::json!({"name": "singleUserCode", "value": plan}),
            serde_json::json!({"name": "effectiveDate", "value": since}),
        ];
        for (at, (code, since)) in features.iter().enumerate() {
            let n = at + 1;
            bag.push(serde_json::json!({"name": format!("offeringCode{n}"), "value": code}));
            bag.push(serde_json::json!({"name": format!("offeringEffectiveDate{n}"), "value": since}));
        }
        let line = serde_json::json!({ "serviceCharacteristic": bag });
        LineTrail::of(Shown::There(serde_json::from_value(line).unwrap()))
    }

    const LONG: &str = "2025-03-01Z";
    const TODAY: &str = "2026-01-19Z";

    fn find(write: &ChangePlan, before: Option<&LineTrail>, seen: &LineTrail) -> Finding {
        write.finding(seen, &Occasion { before, sent: noon(), now: noon() + Duration::from_secs(120) })
    }

    #[test]
    fn a_plan_is_compared_with_what_was_and_what_is() {
        let old = || line("APXPLAN01", LONG, &[]);
        for (before, seen, finding) in [
            (Some(old()), line("APXPLAN02", TODAY, &[]), APPLIED),
            (Some(old()), line("apxplan02", TODAY, &[]), APPLIED),
            (Some(old()), old(), NOT_APPLIED),
            (Some(old()), line("APXPLAN03", TODAY, &[]), OTHERWISE),
            (Some(line("APXPLAN02", LONG, &[])), line("APXPLAN02", LONG, &[]), ALREADY),
            // Nobody looked before: the day tells.
            (None, line("APXPLAN02", TODAY, &[]), APPLIED),
            (None, line("APXPLAN02", LONG, &[]), ALREADY),
            (None, old(), NOT_APPLIED),
        ] {
            assert_eq!(find(&change("plan"), before.as_ref(), &seen), finding, "{before:?} {seen:?}");
        }
    }

    #[test]
    fn features_are_there_or_not() {
        let none = || line("APXPLAN01", LONG, &[]);
        let soc1 = |since| line("APXPLAN01", LONG, &[("SOC1", since)]);
        let soc9 = || line("APXPLAN01", LONG, &[("SOC9", LONG)]);
        for (parts, before, seen, finding) in [
            ("add", Some(none()), soc1(TODAY), APPLIED),
            ("add", Some(none()), none(), NOT_APPLIED),
            ("add", Some(soc1(LONG)), soc1(LONG), ALREADY),
            ("add", Some(soc1(LONG)), none(), OTHERWISE),
            ("add", None, soc1(TODAY), APPLIED),
            ("add", None, soc1(LONG), ALREADY),
            ("remove", Some(soc9()), none(), APPLIED),
            ("remove", Some(soc9()), soc9(), NOT_APPLIED),
            ("remove", Some(none()), none(), ALREADY),
        ] {
            assert_eq!(find(&change(parts), before.as_ref(), &seen), finding, "{parts} {before:?} {seen:?}");
        }
    }

    #[test]
    fn several_parts_count_as_one_change() {
        let before = || line("APXPLAN01", LONG, &[("SOC9", LONG)]);
        for (seen, finding) in [
            (line("APXPLAN02", TODAY, &[("SOC1", TODAY)]), APPLIED),
            (before(), NOT_APPLIED),
            (line("APXPLAN02", TODAY, &[("SOC9", LONG)]), PARTLY),
        ] {
            assert_eq!(find(&change("plan add remove"), Some(&before()), &seen), finding, "{seen:?}");
        }
        // What was so before does not speak: a request that is refused for its sake changes nothing.
        let had = || line("APXPLAN01", LONG, &[("SOC1", LONG)]);
        assert_eq!(find(&change("plan add"), Some(&had()), &had()), NOT_APPLIED);
    }

    #[test]
    fn a_change_that_lies_ahead_is_no_failure_when_it_does_not_show() {
        let old = line("APXPLAN01", LONG, &[]);
        let day = Date::parse("2026-02-01").unwrap();
        let ahead = ChangePlan { effective: Effective::On(day), ..change("plan") };
        assert_eq!(find(&ahead, Some(&old), &old), Finding::CannotTell(Doubt::DayAhead(day)));
        assert_eq!(find(&ahead, Some(&old), &line("APXPLAN02", TODAY, &[])), APPLIED);
        let now = ChangePlan { effective: Effective::Immediately, ..change("plan") };
        assert_eq!(find(&now, Some(&old), &old), NOT_APPLIED);
    }

    #[test]
    fn today_may_not_have_come_for_the_carrier() {
        let old = line("APXPLAN01", LONG, &[]);
        // Shortly after midnight in UTC it is still yesterday in all of America.
        let sent = noon() - Duration::from_secs(11 * 3600);
        let occasion = Occasion { before: Some(&old), sent, now: sent + Duration::from_secs(300) };
        let today = Date::parse("2026-01-19").unwrap();
        let doubt = Finding::CannotTell(Doubt::DayAhead(today));
        assert_eq!(change("plan").finding(&old, &occasion), doubt);
        let occasion = Occasion { now: noon(), ..occasion };
        assert_eq!(change("plan").finding(&old, &occasion), NOT_APPLIED);
    }

    #[test]
    fn a_line_of_which_nothing_is_said_does_not_tell() {
        let mute = LineTrail::of(Shown::There(Service::default()));
        let not_shown = Finding::CannotTell(Doubt::NotShown);
        assert_eq!(find(&change("remove"), None, &mute), not_shown);
        assert_eq!(find(&change("plan"), None, &LineTrail::of(Shown::Missing)), not_shown);
    }
}
