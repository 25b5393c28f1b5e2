//! What a search by SIM shows about the activation of a line whose answer was lost.

use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_core::finding::{Doubt, Facts, Occasion, Sign, same_account, same_sim};
use apex_mobility_core::wire::{LineStatus, PrivateText, Service};
use apex_mobility_core::{Finding, Traceable};

use crate::model::NewLine;

/// Each line of a batch is settled by itself. It is never found to be not applied: a line that is not there
/// may still come, or was rejected, and only a person may send it again (contract 2.5).
impl Traceable for NewLine {
    /// The lines that a search by its SIM shows; by its IMEI, where the SIM is not known.
    type Seen = Vec<Service>;

    fn finding(&self, seen: &Vec<Service>, occasion: &Occasion<'_, Vec<Service>>) -> Finding {
        match self.new_lines(seen, occasion).as_slice() {
            [] => Finding::CannotTell(Doubt::NotShown),
            [line] if self.is_like(line) => Finding::Applied(Sign::Shown),
            [_] => Finding::CannotTell(Doubt::Otherwise),
            _ => Finding::CannotTell(Doubt::Conflict),
        }
    }

    fn facts(&self, seen: &Vec<Service>) -> Facts {
        let mine: Vec<&Service> = seen.iter().filter(|line| self.is_mine(line)).collect();
        let numbers: Vec<&str> = mine.iter().filter_map(|line| Some(number(line)?.as_str())).collect();
        let mut facts = Facts::new();
        facts.insert("linesWithItsSim".to_owned(), PrivateText::from(mine.len().to_string()));
        if !numbers.is_empty() {
            facts.insert("subscriberNumber".to_owned(), PrivateText::from(numbers.join(" ")));
        }
        facts
    }

    fn adopted(
        &self,
        seen: &Vec<Service>,
        occasion: &Occasion<'_, Vec<Service>>,
    ) -> Option<SubscriberNumber> {
        match self.new_lines(seen, occasion).as_slice() {
            [line] if self.is_like(line) => number(line).cloned(),
            _ => None,
        }
    }
}

impl NewLine {
    /// The lines with its SIM that were not there before, by a look before or by the day they began.
    fn new_lines<'a>(&self, seen: &'a [Service], occasion: &Occasion<'_, Vec<Service>>) -> Vec<&'a Service> {
        let was_there = |line: &Service| {
            let before = occasion.before.into_iter().flatten();
            before.filter_map(number).any(|before| Some(before) == number(line))
        };
        let is_new = |line: &Service| !was_there(line) && !occasion.is_older(line.activation_date().as_ref());
        seen.iter().filter(|line| self.is_mine(line) && is_new(line)).collect()
    }

    /// Whether a line has its SIM and lives: a search that does not heed its selector shows everything.
    fn is_mine(&self, line: &Service) -> bool {
        let same = match self.sim.iccid() {
            Some(sim) => line.iccid().is_some_and(|own| same_sim(&own, sim)),
            None => line.imei().is_some_and(|own| own.as_str().trim() == self.imei.as_str()),
        };
        same && number(line).is_some() && line.status() != Some(LineStatus::Cancelled)
    }

    /// Whether account and device are those asked for, where the line shows them.
    fn is_like(&self, line: &Service) -> bool {
        line.billing_account().is_none_or(|own| same_account(&own, &self.billing_account))
            && line.imei().is_none_or(|own| own.as_str().trim() == self.imei.as_str())
    }
}

fn number(line: &Service) -> Option<&SubscriberNumber> {
    line.subscriber_number.as_ref().filter(|number| !number.as_str().trim().is_empty())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use apex_mobility_core::domain::{
        Address, BillingAccountNumber, Eid, Iccid, Imei, PersonName, SingleUserCode, State, ZipCode,
    };

    use super::*;
    use crate::model::Sim;

    const APPLIED: Finding = Finding::Applied(Sign::Shown);
    const NOT_SHOWN: Finding = Finding::CannotTell(Doubt::NotShown);
    const CONFLICT: Finding = Finding::CannotTell(Doubt::Conflict);
    const OTHERWISE: Finding = Finding::CannotTell(Doubt::Otherwise);

    const SIM: &str = "89010000000000000011";
    const IMEI: &str = "001010000000016";
    const TODAY: &str = "2026-01-19Z";
    const LONG: &str = "2025-03-01Z";

    fn wanted(sim: Sim) -> NewLine {
        let zip = ZipCode::parse("75201").unwrap();
        NewLine::new(
            BillingAccountNumber::parse("000000000001").unwrap(),
            PersonName::new("Test", "User").unwrap(),
            Address::new("100", "Example", "Dallas", State::parse("TX").unwrap(), zip).unwrap(),
            SingleUserCode::parse("APXPLAN01").unwrap(),
            Imei::parse(IMEI).unwrap(),
            sim,
        )
    }

    fn on_card() -> NewLine {
        wanted(Sim::Card(Iccid::unchecked(SIM)))
    }

    /// A line with its number, the day it began on, and values that differ from what was asked for.
    fn line(number: &str, since: &str, other: &[(&str, &str)]) -> Service {
        let usual = [
            ("sim", SIM),
            ("BLIMEI", IMEI),
            ("billingAccountNumber", "000000000001"),
            ("subscriberStatus", "A"),
        ];
        let value =
            |name: &str, usual| other.iter().find(|(own, _)| *own == name).map_or(usual, |(_, value)| *value);
        let mut bag: Vec<_> = usual
            .iter()
            .map(|(name, usual)| serde_json::json!({"name": name, "value": value(name, *usual)}))
            .collect();
        bag.push(serde_json::json!({"name": "subscriberActivationDate", "value": since}));
        let line = serde_json::json!({ "subscriberNumber": number, "serviceCharacteristic": bag });
        serde_json::from_value(line).unwrap()
    }

    fn occasion(before: Option<&Vec<Service>>) -> Occasion<'_, Vec<Service>> {
        // 2026-01-19T12:00:00Z.
        let sent = SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_824_000);
        Occasion { before, sent, now: sent + Duration::from_secs(300) }
    }

    const ONE: &str = "2145550101";
    const TWO: &str = "2145550102";

    #[test]
    fn a_new_line_with_the_sim_is_the_one_and_its_number_is_adopted() {
        let seen = vec![line(ONE, TODAY, &[])];
        for before in [None, Some(Vec::new())] {
            assert_eq!(on_card().finding(&seen, &occasion(before.as_ref())), APPLIED);
            let number = on_card().adopted(&seen, &occasion(before.as_ref())).unwrap();
            assert_eq!(number.as_str(), ONE);
        }
    }

    #[test]
    fn a_line_that_is_not_there_is_never_said_to_be_not_activated() {
        for seen in [
            vec![],
            vec![line(ONE, TODAY, &[("sim", "89010000000000000029")])],
            vec![line(ONE, TODAY, &[("subscriberStatus", "C")])],
            vec![line("", TODAY, &[])],
            vec![line(ONE, LONG, &[])],
        ] {
            assert_eq!(on_card().finding(&seen, &occasion(None)), NOT_SHOWN, "{seen:?}");
            assert_eq!(on_card().adopted(&seen, &occasion(None)), None);
        }
        let before = vec![line(ONE, TODAY, &[])];
        assert_eq!(on_card().finding(&before, &occasion(Some(&before))), NOT_SHOWN);
    }

    #[test]
    fn a_line_of_another_account_or_device_was_not_asked_for() {
        for other in [("billingAccountNumber", "000000000002"), ("BLIMEI", "001010000000024")] {
            let seen = vec![line(ONE, TODAY, &[other])];
            assert_eq!(on_card().finding(&seen, &occasion(None)), OTHERWISE, "{other:?}");
            assert_eq!(on_card().adopted(&seen, &occasion(None)), None);
        }
    }

    #[test]
    fn two_new_lines_with_one_sim_are_a_conflict_but_an_old_one_does_not_hide_the_new() {
        let both = vec![line(ONE, TODAY, &[]), line(TWO, TODAY, &[])];
        assert_eq!(on_card().finding(&both, &occasion(None)), CONFLICT);
        let before = vec![line(ONE, TODAY, &[])];
        assert_eq!(on_card().finding(&both, &occasion(Some(&before))), APPLIED);
        let old_and_new = vec![line(ONE, LONG, &[]), line(TWO, TODAY, &[])];
        assert_eq!(on_card().finding(&old_and_new, &occasion(None)), APPLIED);
        assert_eq!(on_card().adopted(&old_and_new, &occasion(None)).unwrap().as_str(), TWO);
    }

    #[test]
    fn an_esim_whose_profile_is_not_known_is_known_by_its_device() {
        let eid = Eid::parse("89001000000000000000000000000177").unwrap();
        let embedded = wanted(Sim::Embedded { eid, iccid: None });
        let profile = [("sim", "89010000000000000029")];
        assert_eq!(embedded.finding(&vec![line(ONE, TODAY, &profile)], &occasion(None)), APPLIED);
        let other = [("BLIMEI", "001010000000024")];
        assert_eq!(embedded.finding(&vec![line(ONE, TODAY, &other)], &occasion(None)), NOT_SHOWN);
    }
}
