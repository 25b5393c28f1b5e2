//! What a read of the line shows about a change of its configuration whose answer was lost.

use apex_mobility_core::domain::{PersonName, ZipCode};
use apex_mobility_core::finding::{Doubt, Facts, LineTrail, Occasion, Part, same_account, same_sim, weigh};
use apex_mobility_core::wire::Service;
use apex_mobility_core::{Finding, Traceable};

use crate::operations::{ResendOta, ResetVoicemail, TransferLine, UpdateDevice, UpdateSubscriber};

impl Traceable for UpdateDevice {
    type Seen = LineTrail;

    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        let (line, before) = match seen.compare(occasion) {
            Ok(lines) => lines,
            Err(finding) => return finding,
        };
        let device = &self.device;
        let imei = Part::value(before.and_then(Service::imei).as_ref(), line.imei().as_ref(), |own| {
            own.as_str().trim() == device.imei.as_str()
        });
        let sim = device.sim.as_ref().map(|asked| {
            let shown = (before.and_then(Service::iccid), line.iccid());
            Part::value(shown.0.as_ref(), shown.1.as_ref(), |own| same_sim(own, asked))
        });
        // contract 3: that a line shows its EID is inferred. Where it does not, the rest tells.
        let eid = device.eid.as_ref().map(|asked| {
            let shown = (before.and_then(Service::eid), line.eid());
            Part::value(shown.0.as_ref(), shown.1.as_ref(), |own| own.as_str().trim() == asked.as_str())
        });
        let plan = device.plan.as_ref().map(|plan| Part::plan(plan, before, line, occasion));
        let parts: Vec<Part> = [Some(imei), sim, eid, plan].into_iter().flatten().collect();
        weigh(&parts, None)
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        seen.facts(&["BLIMEI", "sim", "eid", "singleUserCode"])
    }
}

impl Traceable for TransferLine {
    type Seen = LineTrail;

    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        let (line, before) = match seen.compare(occasion) {
            Ok(lines) => lines,
            Err(finding) => return finding,
        };
        let shown = (before.and_then(Service::billing_account), line.billing_account());
        let account = Part::value(shown.0.as_ref(), shown.1.as_ref(), |own| same_account(own, &self.to));
        let plan = self.plan.as_ref().map(|plan| Part::plan(plan, before, line, occasion));
        let parts: Vec<Part> = [Some(account), plan].into_iter().flatten().collect();
        weigh(&parts, self.effective_date.filter(|day| occasion.lies_ahead(*day)))
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        seen.facts(&["billingAccountNumber", "singleUserCode"])
    }
}

impl Traceable for UpdateSubscriber {
    type Seen = LineTrail;

    /// Name and ZIP are shown; the street is not (contract 2.5), so a move within a ZIP leaves no trace.
    fn finding(&self, seen: &LineTrail, occasion: &Occasion<'_, LineTrail>) -> Finding {
        let (line, before) = match seen.compare(occasion) {
            Ok(lines) => lines,
            Err(finding) => return finding,
        };
        let name = self.name.as_ref().map(|asked| {
            let shown = (before.and_then(Service::contact_name), line.contact_name());
            Part::value(shown.0, shown.1, |text| is_name(text, asked))
        });
        let zip = self.address.as_ref().map(|asked| {
            let shown = (before.and_then(Service::service_zip), line.service_zip());
            Part::value(shown.0.as_ref(), shown.1.as_ref(), |own| is_zip(own, asked.zip_code()))
        });
        let parts: Vec<Part> = [name, zip].into_iter().flatten().collect();
        match weigh(&parts, None) {
            Finding::CannotTell(Doubt::AlreadySo) if self.address.is_some() => {
                Finding::CannotTell(Doubt::Unreadable)
            }
            finding => finding,
        }
    }

    fn facts(&self, seen: &LineTrail) -> Facts {
        seen.facts(&["contactName", "serviceZipCode"])
    }
}

impl Traceable for ResetVoicemail {
    type Seen = ();

    /// Contract 2.5: not readable.
    fn finding(&self, (): &(), _: &Occasion<'_, ()>) -> Finding {
        Finding::CannotTell(Doubt::Unreadable)
    }

    fn facts(&self, (): &()) -> Facts {
        Facts::new()
    }
}

impl Traceable for ResendOta {
    type Seen = ();

    /// Contract 2.5: not readable.
    fn finding(&self, (): &(), _: &Occasion<'_, ()>) -> Finding {
        Finding::CannotTell(Doubt::Unreadable)
    }

    fn facts(&self, (): &()) -> Facts {
        Facts::new()
    }
}

/// How AT&T puts a name together is not known: the same words in any order and case are the same name.
fn is_name(text: &str, name: &PersonName) -> bool {
    let words = |text: &str| {
        let lower = text.to_lowercase();
        let mut words: Vec<String> =
            lower.split([' ', ',', '\t']).filter(|word| !word.is_empty()).map(str::to_owned).collect();
        words.sort_unstable();
        words
    };
    words(text) == words(&format!("{} {}", name.first(), name.last()))
}

/// ZIP+4 is the ZIP.
fn is_zip(shown: &ZipCode, asked: &ZipCode) -> bool {
    shown.as_str().trim().get(..5) == Some(asked.as_str())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use apex_mobility_core::domain::{
        Address, BillingAccountNumber, Date, Eid, Iccid, Imei, SingleUserCode, State, SubscriberNumber,
        VoicemailPin,
    };
    use apex_mobility_core::finding::{Shown, Sign};

    use super::*;
    use crate::model::DeviceUpdate;

    const APPLIED: Finding = Finding::Applied(Sign::Shown);
    const NOT_APPLIED: Finding = Finding::NotApplied(Sign::Shown);
    const ALREADY: Finding = Finding::CannotTell(Doubt::AlreadySo);
    const OTHERWISE: Finding = Finding::CannotTell(Doubt::Otherwise);
    const PARTLY: Finding = Finding::CannotTell(Doubt::Partly);
    const UNREADABLE: Finding = Finding::CannotTell(Doubt::Unreadable);

    const OLD_IMEI: &str = "001010000000016";
    const NEW_IMEI: &str = "001010000000024";
    const OLD_SIM: &str = "89010000000000000011";
    const NEW_SIM: &str = "89010000000000000029";

    /// A line with these values in its bag.
    fn line(values: &[(&str, &str)]) -> LineTrail {
        let bag: Vec<_> =
            values.iter().map(|(name, value)| serde_json::json!({"name": name, "value": value})).collect();
        let line = serde_json::json!({ "serviceCharacteristic": bag });
        LineTrail::of(Shown::There(serde_json::from_value(line).unwrap()))
    }

    /// 2026-01-19T12:00:00Z.
    fn noon() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_824_000)
    }

    fn find<W: Traceable<Seen = LineTrail>>(
        write: &W,
        before: Option<&LineTrail>,
        seen: &LineTrail,
    ) -> Finding {
        write.finding(seen, &Occasion { before, sent: noon(), now: noon() })
    }

    fn number() -> SubscriberNumber {
        SubscriberNumber::parse("2145550101").unwrap()
    }

    fn device() -> DeviceUpdate {
        DeviceUpdate::new(Imei::parse(NEW_IMEI).unwrap(), ZipCode::parse("75201").unwrap())
    }

    fn update(device: DeviceUpdate) -> UpdateDevice {
        UpdateDevice { number: number(), device }
    }

    #[test]
    fn a_device_shows_in_the_imei_on_record() {
        let old = || line(&[("BLIMEI", OLD_IMEI)]);
        let new = || line(&[("BLIMEI", NEW_IMEI)]);
        for (before, seen, finding) in [
            (Some(old()), new(), APPLIED),
            (Some(old()), old(), NOT_APPLIED),
            (Some(old()), line(&[("BLIMEI", "001010000000032")]), OTHERWISE),
            (Some(new()), new(), ALREADY),
            (None, new(), APPLIED),
            (None, old(), NOT_APPLIED),
            (None, line(&[("sim", OLD_SIM)]), UNREADABLE),
        ] {
            assert_eq!(find(&update(device()), before.as_ref(), &seen), finding, "{before:?} {seen:?}");
        }
    }

    #[test]
    fn a_swap_of_the_sim_alone_shows_in_the_sim() {
        let swap = update(device().sim(Iccid::unchecked(NEW_SIM)));
        let before = line(&[("BLIMEI", NEW_IMEI), ("sim", OLD_SIM)]);
        let filled = format!("{NEW_SIM}F");
        for (sim, finding) in [(NEW_SIM, APPLIED), (&*filled, APPLIED), (OLD_SIM, NOT_APPLIED)] {
            let seen = line(&[("BLIMEI", NEW_IMEI), ("sim", sim)]);
            assert_eq!(find(&swap, Some(&before), &seen), finding, "{sim}");
        }
        let both = line(&[("BLIMEI", OLD_IMEI), ("sim", OLD_SIM)]);
        let half = line(&[("BLIMEI", NEW_IMEI), ("sim", OLD_SIM)]);
        assert_eq!(find(&swap, Some(&both), &half), PARTLY);
    }

    #[test]
    fn an_eid_that_no_read_shows_leaves_it_to_the_rest() {
        let eid = "89001000000000000000000000000177";
        let upgrade = update(device().eid(Eid::parse(eid).unwrap()));
        let (old, new) = (line(&[("BLIMEI", OLD_IMEI)]), line(&[("BLIMEI", NEW_IMEI)]));
        assert_eq!(find(&upgrade, Some(&old), &new), APPLIED);
        assert_eq!(find(&upgrade, Some(&new), &new), UNREADABLE);
        assert_eq!(find(&upgrade, Some(&new), &line(&[("BLIMEI", NEW_IMEI), ("eid", eid)])), APPLIED);
    }

    #[test]
    fn a_plan_that_goes_with_a_device_is_part_of_it() {
        let with_plan = update(device().plan(SingleUserCode::parse("APXPLAN02").unwrap()));
        let was = line(&[("BLIMEI", NEW_IMEI), ("singleUserCode", "APXPLAN01")]);
        let is = line(&[("BLIMEI", NEW_IMEI), ("singleUserCode", "APXPLAN02")]);
        assert_eq!(find(&with_plan, Some(&was), &is), APPLIED);
        assert_eq!(find(&with_plan, Some(&was), &was), NOT_APPLIED);
    }

    fn transfer(effective_date: Option<Date>) -> TransferLine {
        let to = BillingAccountNumber::parse("000000000002").unwrap();
        TransferLine { number: number(), to, plan: None, effective_date }
    }

    #[test]
    fn a_transfer_shows_in_the_account_with_its_zeros_or_without() {
        let account = |ban: &str| line(&[("billingAccountNumber", ban)]);
        let old = account("000000000001");
        for (seen, finding) in [
            (account("000000000002"), APPLIED),
            (account("2"), APPLIED),
            (account("000000000001"), NOT_APPLIED),
            (account("000000000003"), OTHERWISE),
        ] {
            assert_eq!(find(&transfer(None), Some(&old), &seen), finding, "{seen:?}");
        }
        // A transfer to the account that pays already is refused.
        let own = account("000000000002");
        assert_eq!(find(&transfer(None), Some(&own), &own), ALREADY);
        let day = Date::parse("2026-02-01").unwrap();
        assert_eq!(find(&transfer(Some(day)), Some(&old), &old), Finding::CannotTell(Doubt::DayAhead(day)));
        assert_eq!(find(&transfer(Some(day)), Some(&old), &own), APPLIED);
    }

    fn subscriber(name: Option<&str>, zip: Option<&str>) -> UpdateSubscriber {
        let address = |zip| {
            let (state, zip) = (State::parse("TX").unwrap(), ZipCode::parse(zip).unwrap());
            Address::new("100", "Example", "Dallas", state, zip).unwrap()
        };
        let name = name.map(|last| PersonName::new("Test", last).unwrap());
        UpdateSubscriber { number: number(), name, address: zip.map(address) }
    }

    #[test]
    fn a_subscriber_shows_in_name_and_zip() {
        let user = |name: &str, zip: &str| line(&[("contactName", name), ("serviceZipCode", zip)]);
        let before = user("Old Person", "75202");
        for (write, seen, finding) in [
            (subscriber(Some("User"), None), user("Test User", "75202"), APPLIED),
            (subscriber(Some("User"), None), user("USER, TEST", "75202"), APPLIED),
            (subscriber(Some("User"), None), before.clone(), NOT_APPLIED),
            (subscriber(Some("User"), None), user("Some One", "75202"), OTHERWISE),
            (subscriber(None, Some("75201")), user("Old Person", "75201"), APPLIED),
            (subscriber(None, Some("75201")), user("Old Person", "75201-1234"), APPLIED),
            (subscriber(None, Some("75201")), before.clone(), NOT_APPLIED),
            (subscriber(Some("User"), Some("75202")), user("Test User", "75202"), APPLIED),
            // The street cannot be read.
            (subscriber(None, Some("75202")), before.clone(), UNREADABLE),
            (subscriber(Some("User"), Some("75201")), user("Test User", "75202"), PARTLY),
        ] {
            assert_eq!(find(&write, Some(&before), &seen), finding, "{write:?} {seen:?}");
        }
        let same = user("Test User", "75202");
        assert_eq!(find(&subscriber(Some("User"), None), Some(&same), &same), ALREADY);
    }

    #[test]
    fn mailbox_and_profile_leave_no_trace() {
        let occasion = Occasion { before: None, sent: noon(), now: noon() };
        let reset = ResetVoicemail { number: number(), pin: VoicemailPin::parse("1234").ok() };
        assert_eq!(reset.finding(&(), &occasion), UNREADABLE);
        let resend = ResendOta { number: number(), sim: Iccid::unchecked(OLD_SIM) };
        assert_eq!(resend.finding(&(), &occasion), UNREADABLE);
        assert!(reset.facts(&()).is_empty() && resend.facts(&()).is_empty());
    }
}
