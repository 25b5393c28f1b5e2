//! What a read of the account shows about a write whose answer was lost.

use apex_mobility_core::domain::{AccountName, Address, EmailAddress, PhoneNumber};
use apex_mobility_core::finding::{Doubt, Facts, Occasion, Part, Shown, Sign, weigh};
use apex_mobility_core::wire::PrivateText;
use apex_mobility_core::{Finding, Traceable};

use crate::model::{Account, AccountContact, Contact};
use crate::operations::{CreateAccount, UpdateAccount};

impl Traceable for CreateAccount {
    type Seen = ();

    /// Contract 2.5: nothing, as there is no search for accounts.
    fn finding(&self, (): &(), _: &Occasion<'_, ()>) -> Finding {
        Finding::CannotTell(Doubt::Unreadable)
    }

    fn facts(&self, (): &()) -> Facts {
        Facts::new()
    }
}

impl Traceable for UpdateAccount {
    type Seen = Shown<Account>;

    /// Name and contact are shown; the passcode is not (contract 4.4).
    fn finding(&self, seen: &Shown<Account>, occasion: &Occasion<'_, Shown<Account>>) -> Finding {
        let before = occasion.before.and_then(Shown::there);
        let Some(account) = seen.there() else {
            // Accounts do not go away: one that was there is not shown for the moment.
            return match before {
                Some(_) => Finding::CannotTell(Doubt::NotShown),
                None => Finding::NotApplied(Sign::Missing),
            };
        };
        let name = self.name.as_ref().map(|asked| {
            let shown = |account: &Account| account.name.clone();
            let (before, now) = (before.and_then(shown), shown(account));
            Part::value(before.as_deref(), now.as_deref(), |own| is_name(own, asked))
        });
        let contact = self.contact.as_ref().map(|asked| {
            let shown = |account: &Account| account.contact.clone().filter(|own| shows(own, asked));
            let (before, now) = (before.and_then(shown), shown(account));
            Part::value(before.as_ref(), now.as_ref(), |own| is_contact(own, asked))
        });
        let parts: Vec<Part> = [name, contact].into_iter().flatten().collect();
        match weigh(&parts, None) {
            Finding::CannotTell(Doubt::AlreadySo) if self.passcode.is_some() => {
                Finding::CannotTell(Doubt::Unreadable)
            }
            finding => finding,
        }
    }

    fn facts(&self, seen: &Shown<Account>) -> Facts {
        let mut facts = Facts::new();
        let mut put = |name: &str, value: &str| facts.insert(name.to_owned(), PrivateText::from(value));
        match seen {
            Shown::Missing | Shown::Moved => drop(put("account", "does not exist")),
            Shown::There(account) => {
                put("account", "found");
                if let Some(name) = &account.name {
                    put("name", name);
                }
                let contact = account.contact.as_ref();
                let texts = contact.map(|contact| {
                    [
                        ("firstName", &contact.first_name),
                        ("lastName", &contact.last_name),
                        ("attentionTo", &contact.attention_to),
                    ]
                });
                for (name, text) in texts.into_iter().flatten() {
                    if let Some(text) = text {
                        put(name, text);
                    }
                }
            }
        }
        facts
    }
}

fn is_name(shown: &str, asked: &AccountName) -> bool {
    same(shown, asked.as_str())
}

/// Whether a contact shows anything of what was asked for.
fn shows(shown: &AccountContact, asked: &Contact) -> bool {
    compared(shown, asked).into_iter().any(|told| told.is_some())
}

/// Whether all of it that is shown is as asked for. A member that was not asked for does not count: whether a
/// contact is replaced as a whole is inferred.
fn is_contact(shown: &AccountContact, asked: &Contact) -> bool {
    compared(shown, asked).into_iter().flatten().all(|as_asked| as_asked)
}

/// Each member that was asked for and is shown: whether it is as asked for.
fn compared(shown: &AccountContact, asked: &Contact) -> [Option<bool>; 6] {
    let text = |shown: Option<&str>, asked: Option<&str>| Some(same(shown?, asked?));
    [
        text(shown.first_name.as_deref(), Some(asked.name.first())),
        text(shown.last_name.as_deref(), Some(asked.name.last())),
        text(shown.attention_to.as_deref(), asked.attention_to.as_deref()),
        text(
            shown.phone_number.as_ref().map(PhoneNumber::as_str),
            asked.phone_number.as_ref().map(PhoneNumber::as_str),
        ),
        text(shown.email.as_ref().map(EmailAddress::as_str), asked.email.as_ref().map(EmailAddress::as_str)),
        shown.address.as_ref().map(|shown| is_address(shown, &asked.address)),
    ]
}

/// By the parts that an address cannot be without; ZIP+4 is the ZIP.
fn is_address(shown: &Address, asked: &Address) -> bool {
    same(shown.street_number(), asked.street_number())
        && same(shown.street_name(), asked.street_name())
        && same(shown.city(), asked.city())
        && same(shown.state().as_str(), asked.state().as_str())
        && shown.zip_code().as_str().trim().get(..5) == Some(asked.zip_code().as_str())
}

/// The same text, in whatever case AT&T writes it.
fn same(shown: &str, asked: &str) -> bool {
    shown.trim().to_lowercase() == asked.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use apex_mobility_core::domain::{
        BillingAccountNumber, FoundationAccountNumber, Passcode, PersonName, State, ZipCode,
    };

    use super::*;

    const APPLIED: Finding = Finding::Applied(Sign::Shown);
    const NOT_APPLIED: Finding = Finding::NotApplied(Sign::Shown);
    const ALREADY: Finding = Finding::CannotTell(Doubt::AlreadySo);
    const OTHERWISE: Finding = Finding::CannotTell(Doubt::Otherwise);
    const PARTLY: Finding = Finding::CannotTell(Doubt::Partly);
    const UNREADABLE: Finding = Finding::CannotTell(Doubt::Unreadable);
    const NOT_SHOWN: Finding = Finding::CannotTell(Doubt::NotShown);

    fn contact(last: &str, city: &str) -> Contact {
        let (state, zip) = (State::parse("TX").unwrap(), ZipCode::parse("75201").unwrap());
        let address = Address::new("100", "Example", city, state, zip).unwrap();
        Contact::new(PersonName::new("Test", last).unwrap(), address)
    }

    /// An account with this name, and a contact of this last name in this city, where they are not empty.
    fn account(name: &str, last: &str, city: &str) -> Shown<Account> {
        let mut body = serde_json::json!({ "businessAccount": { "fan": "00000001" } });
        if !name.is_empty() {
            body["name"] = name.into();
        }
        if !last.is_empty() {
            body["contact"] = serde_json::json!({
                "firstName": "TEST", "lastName": last, "phoneNumber": "",
                "address": { "streetNumber": "100", "streetName": "EXAMPLE", "city": city, "state": "TX",
                    "zipCode": "75201-1234" },
            });
        }
        Shown::There(serde_json::from_value(body).unwrap())
    }

    fn named(name: &str) -> Shown<Account> {
        account(name, "", "")
    }

    fn update(name: Option<&str>, contact: Option<Contact>, passcode: bool) -> UpdateAccount {
        UpdateAccount {
            ban: BillingAccountNumber::parse("000000000001").unwrap(),
            name: name.map(|name| AccountName::parse(name).unwrap()),
            contact,
            passcode: passcode.then(|| Passcode::parse("847215").unwrap()),
        }
    }

    fn find(write: &UpdateAccount, before: Option<&Shown<Account>>, seen: &Shown<Account>) -> Finding {
        let now = SystemTime::UNIX_EPOCH;
        write.finding(seen, &Occasion { before, sent: now, now })
    }

    #[test]
    fn a_create_leaves_no_trace_that_can_be_found() {
        let create = CreateAccount {
            fan: FoundationAccountNumber::parse("00000001").unwrap(),
            name: AccountName::parse("Example Co").unwrap(),
            contact: contact("User", "Dallas"),
            passcode: None,
        };
        let now = SystemTime::UNIX_EPOCH;
        assert_eq!(create.finding(&(), &Occasion { before: None, sent: now, now }), UNREADABLE);
        assert!(create.facts(&()).is_empty());
    }

    #[test]
    fn a_name_shows() {
        let (old, new) = (named("Example Co"), named("Example Group"));
        for (before, seen, finding) in [
            (Some(&old), new.clone(), APPLIED),
            (Some(&old), named("EXAMPLE GROUP "), APPLIED),
            (Some(&old), old.clone(), NOT_APPLIED),
            (Some(&old), named("Other"), OTHERWISE),
            (Some(&new), new.clone(), ALREADY),
            (None, new.clone(), APPLIED),
            (None, old.clone(), NOT_APPLIED),
            (Some(&old), named(""), UNREADABLE),
            (Some(&old), Shown::Missing, NOT_SHOWN),
            (Some(&Shown::Missing), Shown::Missing, Finding::NotApplied(Sign::Missing)),
            (None, Shown::Missing, Finding::NotApplied(Sign::Missing)),
        ] {
            assert_eq!(find(&update(Some("Example Group"), None, false), before, &seen), finding, "{seen:?}");
        }
    }

    #[test]
    fn a_contact_shows_in_all_that_was_asked_for() {
        let old = account("Example Co", "Person", "Houston");
        let write = update(None, Some(contact("User", "Dallas")), false);
        for (seen, finding) in [
            (account("Example Co", "USER", "DALLAS"), APPLIED),
            (old.clone(), NOT_APPLIED),
            (account("Example Co", "User", "Houston"), OTHERWISE),
            (account("Example Co", "", ""), UNREADABLE),
        ] {
            assert_eq!(find(&write, Some(&old), &seen), finding, "{seen:?}");
        }
        // A number to call that is shown and empty is not the one that was asked for.
        let phone = contact("User", "Dallas").phone_number(PhoneNumber::parse("2145550100").unwrap());
        let write = update(None, Some(phone), false);
        assert_eq!(find(&write, None, &account("", "User", "Dallas")), NOT_APPLIED);
    }

    #[test]
    fn a_passcode_shows_in_nothing_and_comes_with_the_rest() {
        let (old, new) = (named("Example Co"), named("Example Group"));
        assert_eq!(find(&update(None, None, true), Some(&old), &old), UNREADABLE);
        let with_name = update(Some("Example Group"), None, true);
        assert_eq!(find(&with_name, Some(&old), &new), APPLIED);
        assert_eq!(find(&with_name, Some(&old), &old), NOT_APPLIED);
        assert_eq!(find(&with_name, Some(&new), &new), UNREADABLE);
    }

    #[test]
    fn name_and_contact_come_together() {
        let old = account("Example Co", "Person", "Houston");
        let write = update(Some("Example Group"), Some(contact("User", "Dallas")), false);
        assert_eq!(find(&write, Some(&old), &account("Example Group", "User", "Dallas")), APPLIED);
        assert_eq!(find(&write, Some(&old), &account("Example Group", "Person", "Houston")), PARTLY);
        assert_eq!(find(&write, Some(&old), &old), NOT_APPLIED);
    }

    #[test]
    fn facts_are_there_for_people_and_hidden_from_debug() {
        let write = update(Some("Example Group"), None, false);
        let facts = write.facts(&account("Example Co", "Person", "Houston"));
        assert_eq!(facts["name"].as_str(), "Example Co");
        assert_eq!(facts["lastName"].as_str(), "Person");
        assert!(!format!("{facts:?}").contains("Person"));
        assert_eq!(write.facts(&Shown::Missing)["account"].as_str(), "does not exist");
    }
}
