//! What reads show about a change of number whose answer was lost.

use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_core::finding::{Doubt, Facts, LineTrail, Occasion, Shown, Sign, same_sim};
use apex_mobility_core::wire::Service;
use apex_mobility_core::{Finding, Traceable};
use std::time::Duration;

use crate::model::NumberChoice;
use crate::operations::ChangeNumber;

impl Traceable for ChangeNumber {
    type Seen = LineTrail;

    /// Contract 2.5: the old number must still be live after 5 minutes.
    const SETTLE: Duration = Duration::from_mins(5);

    /// The SIM tells: it stays with the line. Known from a look before, or from the caller.
    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        let before = occasion.before;
        let sim = before.and_then(|before| before.sim.as_ref());
        match &seen.at_number {
            Some(Shown::There(line)) => {
                // Another SIM: the number is another line's by now.
                let another = sim.zip(line.iccid()).is_some_and(|(sim, own)| !same_sim(sim, &own));
                if another { self.elsewhere(seen) } else { Finding::NotApplied(Sign::Shown) }
            }
            Some(Shown::Missing | Shown::Moved) => {
                match before.and_then(|before| before.at_number.as_ref()) {
                    // There was no line to change before.
                    Some(Shown::Missing | Shown::Moved) => Finding::NotApplied(Sign::Missing),
                    Some(Shown::There(_)) | None if sim.is_some() => self.elsewhere(seen),
                    Some(Shown::There(_)) | None => Finding::CannotTell(Doubt::NeedsBefore),
                }
            }
            None => Finding::CannotTell(Doubt::NotShown),
        }
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        seen.facts(&["sim"])
    }

    fn adopted(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Option<SubscriberNumber> {
        if self.finding(seen, occasion) != Finding::Applied(Sign::Shown) {
            return None;
        }
        seen.by_sim.as_ref()?.iter().find_map(|line| self.new_number(line)).cloned()
    }
}

impl ChangeNumber {
    /// The line is no longer at the old number: its SIM says where it is.
    fn elsewhere(&self, seen: &LineTrail) -> Finding {
        match seen.by_sim.as_deref() {
            // Not searched, or not shown under the new number yet.
            None | Some([]) => Finding::CannotTell(Doubt::NotShown),
            Some([line]) => match self.new_number(line) {
                Some(number) if self.is_asked(number) => Finding::Applied(Sign::Shown),
                Some(_) => Finding::CannotTell(Doubt::Otherwise),
                // The search still has the old number.
                None => Finding::CannotTell(Doubt::NotShown),
            },
            Some(_) => Finding::CannotTell(Doubt::Conflict),
        }
    }

    fn new_number<'a>(&self, line: &'a Service) -> Option<&'a SubscriberNumber> {
        let number = line.subscriber_number.as_ref()?;
        (!number.as_str().trim().is_empty() && *number != self.number).then_some(number)
    }

    /// Whether the number can be the outcome of the choice.
    fn is_asked(&self, number: &SubscriberNumber) -> bool {
        let number = number.as_str();
        match &self.choice {
            NumberChoice::SystemAssigned => true,
            NumberChoice::InNpaNxx(npa_nxx) => number.starts_with(npa_nxx.as_str()),
            NumberChoice::Vanity(npa_nxx, line) => {
                number.strip_prefix(npa_nxx.as_str()) == Some(line.as_str())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use apex_mobility_core::domain::{Iccid, LineNumber, NpaNxx, ZipCode};

    use super::*;

    const APPLIED: Finding = Finding::Applied(Sign::Shown);
    const NOT_APPLIED: Finding = Finding::NotApplied(Sign::Shown);
    const OLD: &str = "2145550101";

    fn sim() -> Iccid {
        Iccid::unchecked("89010000000000000011")
    }

    fn change(choice: NumberChoice) -> ChangeNumber {
        let service_zip = ZipCode::parse("75201").unwrap();
        ChangeNumber { number: SubscriberNumber::parse(OLD).unwrap(), service_zip, choice }
    }

    fn any() -> ChangeNumber {
        change(NumberChoice::SystemAssigned)
    }

    fn line(number: &str, sim: &str) -> Service {
        serde_json::from_value(serde_json::json!({
            "subscriberNumber": number,
            "serviceCharacteristic": [{"name": "sim", "value": sim}]
        }))
        .unwrap()
    }

    fn at_old(sim: &str) -> LineTrail {
        LineTrail::of(Shown::There(line(OLD, sim)))
    }

    /// The old number shows no line, and the SIM is on lines with these numbers.
    fn elsewhere(at_number: Shown<Service>, numbers: &[&str]) -> LineTrail {
        let lines: Vec<Service> = numbers.iter().map(|number| line(number, sim().as_str())).collect();
        LineTrail::of(at_number).searched(sim(), lines)
    }

    fn find(write: &ChangeNumber, before: Option<&LineTrail>, seen: &LineTrail) -> Finding {
        let now = SystemTime::UNIX_EPOCH;
        write.finding(seen, &Occasion { before, sent: now, now })
    }

    fn adopt(write: &ChangeNumber, before: &LineTrail, seen: &LineTrail) -> Option<String> {
        let now = SystemTime::UNIX_EPOCH;
        let number = write.adopted(seen, &Occasion { before: Some(before), sent: now, now });
        number.map(|number| number.to_string())
    }

    #[test]
    fn the_new_number_is_found_by_the_sim_and_adopted() {
        let before = at_old(sim().as_str());
        for gone in [Shown::Missing, Shown::Moved] {
            let seen = elsewhere(gone, &["2145550199"]);
            assert_eq!(find(&any(), Some(&before), &seen), APPLIED);
            assert_eq!(find(&any(), Some(&LineTrail::of_sim(sim())), &seen), APPLIED);
            assert_eq!(adopt(&any(), &before, &seen).as_deref(), Some("2145550199"));
        }
    }

    #[test]
    fn an_old_number_that_is_live_has_not_changed() {
        let seen = at_old(sim().as_str());
        for before in [None, Some(at_old(sim().as_str())), Some(LineTrail::of_sim(sim()))] {
            assert_eq!(find(&any(), before.as_ref(), &seen), NOT_APPLIED);
        }
        assert_eq!(adopt(&any(), &seen, &seen), None);
    }

    #[test]
    fn an_old_number_with_another_sim_is_another_line() {
        let before = at_old(sim().as_str());
        let taken = at_old("89010000000000000029").searched(sim(), [line("2145550199", sim().as_str())]);
        assert_eq!(find(&any(), Some(&before), &taken), APPLIED);
        let alone = at_old("89010000000000000029");
        assert_eq!(find(&any(), Some(&before), &alone), Finding::CannotTell(Doubt::NotShown));
    }

    #[test]
    fn without_the_sim_a_line_that_is_gone_cannot_be_followed() {
        let gone = LineTrail::of(Shown::Moved);
        assert_eq!(find(&any(), None, &gone), Finding::CannotTell(Doubt::NeedsBefore));
        // There was no line to change.
        let never = LineTrail::of(Shown::Missing);
        assert_eq!(find(&any(), Some(&never), &gone), Finding::NotApplied(Sign::Missing));
    }

    #[test]
    fn a_line_that_is_nowhere_may_show_soon_and_two_with_one_sim_are_a_conflict() {
        let before = at_old(sim().as_str());
        for (numbers, doubt) in [
            (&[] as &[&str], Doubt::NotShown),
            (&[OLD], Doubt::NotShown),
            (&["2145550198", "2145550199"], Doubt::Conflict),
        ] {
            let seen = elsewhere(Shown::Missing, numbers);
            assert_eq!(find(&any(), Some(&before), &seen), Finding::CannotTell(doubt));
        }
    }

    #[test]
    fn a_number_that_was_not_asked_for_is_someone_elses_change() {
        let before = at_old(sim().as_str());
        let npa_nxx = || NpaNxx::parse("214555").unwrap();
        let vanity = NumberChoice::Vanity(npa_nxx(), LineNumber::parse("0102").unwrap());
        for (choice, number, fits) in [
            (NumberChoice::InNpaNxx(npa_nxx()), "2145550199", true),
            (NumberChoice::InNpaNxx(npa_nxx()), "4695550199", false),
            (vanity.clone(), "2145550102", true),
            (vanity, "2145550199", false),
        ] {
            let seen = elsewhere(Shown::Moved, &[number]);
            let finding = if fits { APPLIED } else { Finding::CannotTell(Doubt::Otherwise) };
            assert_eq!(find(&change(choice), Some(&before), &seen), finding, "{number}");
        }
    }

    #[test]
    fn lines_with_another_sim_do_not_count_whatever_a_search_shows() {
        let before = at_old(sim().as_str());
        let all = [line("2145550150", "89010000000000000029"), line("2145550199", "89010000000000000011F")];
        let seen = LineTrail::of(Shown::Missing).searched(sim(), all);
        assert_eq!(find(&any(), Some(&before), &seen), APPLIED);
        assert_eq!(adopt(&any(), &before, &seen).as_deref(), Some("2145550199"));
    }
}
