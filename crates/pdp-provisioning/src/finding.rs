//! What reads show about a batch whose answer was lost, line by line.

use std::time::Duration;

use apex_mobility_core::domain::{Date, StaticIp, SubscriberNumber};
use apex_mobility_core::finding::{Doubt, Facts, Occasion, Shown, Sign};
use apex_mobility_core::wire::{PrivateText, Service, Text};
use apex_mobility_core::{Finding, Traceable};
use serde::{Deserialize, Serialize};

use crate::line::{BatchLine, BatchStatus, LineState};
use crate::model::{HeldAddress, NewAddress};
use crate::operations::FindAddresses;

/// contract 2.5: no trace after 5 minutes.
const SETTLE: Duration = Duration::from_mins(5);

/// What a look at a line shows: all that was asked for its number, and the line itself. It can be kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddressTrail {
    /// What the status by its number shows.
    pub status: Shown<BatchStatus>,
    /// What the number shows.
    pub line: Shown<Service>,
}

impl Traceable for NewAddress {
    type Seen = AddressTrail;

    const SETTLE: Duration = SETTLE;

    fn finding(&self, seen: &AddressTrail, occasion: &Occasion<'_, AddressTrail>) -> Finding {
        Asked { number: &self.number, address: &self.address, date: self.effective_date, removal: false }
            .finding(seen, occasion)
    }

    fn facts(&self, seen: &AddressTrail) -> Facts {
        seen.facts(&self.address)
    }
}

impl Traceable for HeldAddress {
    type Seen = AddressTrail;

    const SETTLE: Duration = SETTLE;

    fn finding(&self, seen: &AddressTrail, occasion: &Occasion<'_, AddressTrail>) -> Finding {
        Asked { number: &self.number, address: &self.address, date: self.effective_date, removal: true }
            .finding(seen, occasion)
    }

    fn facts(&self, seen: &AddressTrail) -> Facts {
        seen.facts(&self.address)
    }
}

impl Traceable for FindAddresses {
    type Seen = ();

    /// Whether a look-up has set addresses aside is not shown (contract 2.5).
    fn finding(&self, (): &(), _: &Occasion<'_, ()>) -> Finding {
        Finding::CannotTell(Doubt::Unreadable)
    }

    fn facts(&self, (): &()) -> Facts {
        Facts::new()
    }
}

/// One line of a batch.
struct Asked<'a> {
    number: &'a SubscriberNumber,
    address: &'a StaticIp,
    date: Option<Date>,
    removal: bool,
}

impl Asked<'_> {
    fn finding(&self, seen: &AddressTrail, occasion: &Occasion<'_, AddressTrail>) -> Finding {
        let entries = self.entries(seen);
        let ahead = self.date.filter(|day| occasion.lies_ahead(*day));
        let Some(before) = occasion.before else {
            let told = self.without_before(&entries, seen);
            return told.unwrap_or_else(|| self.without_trace(seen, occasion, ahead));
        };
        let known: Vec<Option<&Text>> =
            self.entries(before).into_iter().map(|entry| entry.batch_id.as_ref()).collect();
        let is_new = |entry: &&BatchLine| !known.contains(&entry.batch_id.as_ref());
        let new: Vec<&BatchLine> = entries.into_iter().filter(is_new).collect();
        match new.as_slice() {
            [] => self.without_trace(seen, occasion, ahead),
            [entry] => match (entry.state(), ahead) {
                (state, _) if state == self.ends().0 => Finding::Applied(Sign::Shown),
                // It came, and failed.
                (LineState::Failed(_), _) => Finding::NotApplied(Sign::Shown),
                (LineState::Pending, Some(day)) => Finding::CannotTell(Doubt::DayAhead(day)),
                (LineState::Pending, None) => Finding::CannotTell(Doubt::UnderWay),
                _ => Finding::CannotTell(Doubt::Otherwise),
            },
            _ => Finding::CannotTell(Doubt::Conflict),
        }
    }

    /// Nobody looked before, so what is shown may be an earlier batch's. One of the other kind says nothing.
    fn without_before(&self, entries: &[&BatchLine], seen: &AddressTrail) -> Option<Finding> {
        let (done, undone) = self.ends();
        let states = entries.iter().map(|entry| entry.state()).filter(|state| *state != undone);
        let states: Vec<LineState> = states.collect();
        if states.is_empty() {
            return None;
        }
        let is_there = self.holds(seen).is_some_and(|holds| holds != self.removal);
        Some(if states.contains(&LineState::Pending) {
            Finding::CannotTell(Doubt::UnderWay)
        } else if is_there && states.contains(&done) {
            Finding::Applied(Sign::Shown)
        } else {
            Finding::CannotTell(Doubt::NeedsBefore)
        })
    }

    /// How such a line ends, and how one of the other kind does.
    fn ends(&self) -> (LineState, LineState) {
        let (given, taken) = (LineState::Provisioned, LineState::Removed);
        if self.removal { (taken, given) } else { (given, taken) }
    }

    /// No batch says anything: the line's own address is left.
    fn without_trace(
        &self,
        seen: &AddressTrail,
        occasion: &Occasion<'_, AddressTrail>,
        ahead: Option<Date>,
    ) -> Finding {
        let held = occasion.before.and_then(|before| self.holds(before));
        match (held, self.holds(seen)) {
            (_, None) => Finding::CannotTell(Doubt::NotShown),
            (Some(false), Some(true)) if !self.removal => Finding::Applied(Sign::Shown),
            (Some(true), Some(false)) if self.removal => Finding::Applied(Sign::Missing),
            (None, Some(holds)) if holds != self.removal => Finding::CannotTell(Doubt::NeedsBefore),
            _ => match ahead {
                Some(day) => Finding::CannotTell(Doubt::DayAhead(day)),
                None => Finding::NotApplied(Sign::Missing),
            },
        }
    }

    /// Whether the line has the address.
    fn holds(&self, seen: &AddressTrail) -> Option<bool> {
        let line = seen.line.there().filter(|line| line.service_characteristic.is_some())?;
        Some(line.ip_address().is_some_and(|own| own.as_str().trim() == self.address.as_str()))
    }

    /// What is known of the number and the address.
    fn entries<'s>(&self, seen: &'s AddressTrail) -> Vec<&'s BatchLine> {
        let lines = seen.status.there().map(|status| status.lines.as_slice()).unwrap_or_default();
        let same = |own: &StaticIp| own.as_str().trim() == self.address.as_str();
        let mine =
            |line: &&BatchLine| line.is_known() && line.is_of(self.number) && line.address().is_none_or(same);
        lines.iter().filter(mine).collect()
    }
}

impl AddressTrail {
    fn facts(&self, address: &StaticIp) -> Facts {
        let mut facts = Facts::new();
        let mut put = |name: String, value: &str| facts.insert(name, PrivateText::from(value));
        match &self.status {
            Shown::Missing | Shown::Moved => drop(put("status".to_owned(), "no trace")),
            Shown::There(status) => {
                let same = |line: &&BatchLine| line.address().is_none_or(|own| own == address);
                for (at, line) in status.lines.iter().filter(same).enumerate() {
                    let words = line.stages().map(|(_, stage)| stage.map_or("", |stage| stage.as_str()));
                    put(format!("status{}", at + 1), &words.join(", "));
                }
            }
        }
        if let Some(own) = self.line.there().and_then(Service::ip_address) {
            put("ipAddress".to_owned(), own.as_str());
        }
        facts
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use apex_mobility_core::domain::AccessPointName;

    use super::*;

    const APPLIED: Finding = Finding::Applied(Sign::Shown);
    const FAILED: Finding = Finding::NotApplied(Sign::Shown);
    const NO_TRACE: Finding = Finding::NotApplied(Sign::Missing);
    const UNDER_WAY: Finding = Finding::CannotTell(Doubt::UnderWay);
    const NEEDS_BEFORE: Finding = Finding::CannotTell(Doubt::NeedsBefore);

    const NUMBER: &str = "2145550101";
    const ADDRESS: &str = "10.20.0.11";
    const GIVEN: &str = "Success/Reserved/Complete";
    const TAKEN: &str = "Success/Released/Complete";
    const PENDING: &str = "Success/Reserved/In Progress";

    /// A look: batches as (id, words), and the line's address.
    fn trail(batches: &[(&str, &str)], held: Option<&str>) -> AddressTrail {
        let entry = |(id, words): &(&str, &str)| {
            let [check, reservation, update] = words.split('/').collect::<Vec<_>>()[..] else { panic!() };
            serde_json::from_value(serde_json::json!({
                "batchId": id, "subscriberNumber": NUMBER, "profileCheck": check,
                "ipReservation": reservation, "profileUpdate": update,
                "ipAddressRecord": {"ipAddress": ADDRESS}
            }))
            .unwrap()
        };
        let lines: Vec<BatchLine> = batches.iter().map(entry).collect();
        let status = if lines.is_empty() { Shown::Missing } else { Shown::There(BatchStatus { lines }) };
        let mut bag = vec![serde_json::json!({"name": "subscriberStatus", "value": "A"})];
        bag.extend(held.map(|held| serde_json::json!({"name": "ipAddress", "value": held})));
        let line = serde_json::json!({ "serviceCharacteristic": bag });
        AddressTrail { status, line: Shown::There(serde_json::from_value(line).unwrap()) }
    }

    fn find<W: Traceable<Seen = AddressTrail>>(
        write: &W,
        before: Option<&AddressTrail>,
        seen: &AddressTrail,
    ) -> Finding {
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(12);
        write.finding(seen, &Occasion { before, sent: now, now })
    }

    fn give() -> NewAddress {
        let (number, address) = (SubscriberNumber::parse(NUMBER).unwrap(), StaticIp::parse(ADDRESS).unwrap());
        NewAddress::new(number, address, AccessPointName::parse("apn.example").unwrap())
    }

    fn take() -> HeldAddress {
        HeldAddress::new(SubscriberNumber::parse(NUMBER).unwrap(), StaticIp::parse(ADDRESS).unwrap())
    }

    #[test]
    fn a_batch_that_was_not_there_before_tells() {
        let before = trail(&[("old", TAKEN)], None);
        for (batches, held, finding) in [
            (vec![("old", TAKEN), ("new", GIVEN)], Some(ADDRESS), APPLIED),
            (vec![("old", TAKEN), ("new", PENDING)], None, UNDER_WAY),
            (vec![("old", TAKEN), ("new", "Failed: Subscriber is inactive//")], None, FAILED),
            (vec![("old", TAKEN)], None, NO_TRACE),
            (vec![], None, NO_TRACE),
            // The line has it, whatever the status shows.
            (vec![("old", TAKEN)], Some(ADDRESS), APPLIED),
            (vec![("new", TAKEN)], None, Finding::CannotTell(Doubt::Otherwise)),
            (vec![("new", GIVEN), ("newer", GIVEN)], Some(ADDRESS), Finding::CannotTell(Doubt::Conflict)),
        ] {
            assert_eq!(find(&give(), Some(&before), &trail(&batches, held)), finding, "{batches:?}");
        }
    }

    #[test]
    fn a_removal_is_told_from_the_batch_that_gave_the_address() {
        let before = trail(&[("old", GIVEN)], Some(ADDRESS));
        for (batches, held, finding) in [
            (vec![("old", GIVEN), ("new", TAKEN)], None, APPLIED),
            (vec![("old", GIVEN), ("new", "Success/In Progress/In Progress")], Some(ADDRESS), UNDER_WAY),
            (vec![("old", GIVEN), ("new", "Failed: not the subscriber's//")], Some(ADDRESS), FAILED),
            (vec![("old", GIVEN)], Some(ADDRESS), NO_TRACE),
            (vec![("old", GIVEN)], None, Finding::Applied(Sign::Missing)),
        ] {
            assert_eq!(find(&take(), Some(&before), &trail(&batches, held)), finding, "{batches:?}");
        }
    }

    #[test]
    fn without_a_look_before_batches_and_the_line_must_agree() {
        for (batches, held, finding) in [
            (vec![("any", GIVEN)], Some(ADDRESS), APPLIED),
            (vec![("any", GIVEN)], None, NEEDS_BEFORE),
            (vec![("any", PENDING)], None, UNDER_WAY),
            (vec![("any", "Failed: taken//")], None, NEEDS_BEFORE),
            (vec![("any", TAKEN)], None, NO_TRACE),
            (vec![], None, NO_TRACE),
            (vec![], Some("10.20.0.12"), NO_TRACE),
            (vec![], Some(ADDRESS), NEEDS_BEFORE),
        ] {
            assert_eq!(find(&give(), None, &trail(&batches, held)), finding, "give {batches:?} {held:?}");
        }
        for (batches, held, finding) in [
            (vec![("any", TAKEN)], None, APPLIED),
            (vec![("any", GIVEN)], Some(ADDRESS), NO_TRACE),
            (vec![("any", TAKEN)], Some(ADDRESS), NEEDS_BEFORE),
            (vec![], None, NEEDS_BEFORE),
        ] {
            assert_eq!(find(&take(), None, &trail(&batches, held)), finding, "take {batches:?} {held:?}");
        }
    }

    #[test]
    fn a_day_that_lies_ahead_leaves_it_in_doubt() {
        let day = Date::new(1970, 2, 1).unwrap();
        let before = trail(&[], None);
        for batches in [vec![], vec![("new", "Success/Reserved/Pending")]] {
            let finding = find(&give().effective_date(day), Some(&before), &trail(&batches, None));
            assert_eq!(finding, Finding::CannotTell(Doubt::DayAhead(day)), "{batches:?}");
        }
    }

    #[test]
    fn a_line_that_is_not_shown_does_not_tell() {
        let blind = AddressTrail { status: Shown::Missing, line: Shown::Missing };
        assert_eq!(find(&give(), Some(&trail(&[], None)), &blind), Finding::CannotTell(Doubt::NotShown));
    }
}
