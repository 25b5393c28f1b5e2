//! What the port status shows about a write to a port request whose answer was lost.

use apex_mobility_core::finding::{Doubt, Facts, Occasion, Shown, Sign};
use apex_mobility_core::wire::PrivateText;
use apex_mobility_core::{Finding, Traceable};

use crate::model::{Port, PortState};
use crate::operations::{CancelPort, RequestPort, UpdatePort};

use PortState::{Cancelled, Completed, Confirmed, Conflict, Denied, Error, Open};

const APPLIED: Finding = Finding::Applied(Sign::Shown);
const NOT_APPLIED: Finding = Finding::NotApplied(Sign::Shown);

impl Traceable for RequestPort {
    type Seen = Shown<Port>;

    fn finding(&self, seen: &Shown<Port>, occasion: &Occasion<'_, Shown<Port>>) -> Finding {
        let now = match State::of(seen) {
            State::Is(now) => now,
            // contract 2.5: twice, 5 minutes apart.
            State::Missing => return Finding::NotApplied(Sign::Missing),
            State::Unsaid => return Finding::CannotTell(Doubt::NotShown),
        };
        match (State::before(occasion), now) {
            (State::Missing, _) => APPLIED,
            // An earlier request that has ended: a new one would be open.
            (State::Is(before @ (Cancelled | Error | Denied)), now) if before == now => NOT_APPLIED,
            (State::Is(Cancelled | Error), _) => APPLIED,
            // contract 4.3: DN may mean delayed, so it may have opened again by itself.
            (State::Is(Denied), _) => Finding::CannotTell(Doubt::Otherwise),
            // An earlier request that is still alive: a second one is refused.
            (State::Is(_), _) => Finding::CannotTell(Doubt::AlreadySo),
            // A port takes hours: one that has ended within minutes is an earlier one.
            (State::Unsaid, Cancelled | Error | Denied | Completed) => {
                Finding::CannotTell(Doubt::NeedsBefore)
            }
            (State::Unsaid, _) => APPLIED,
        }
    }

    fn facts(&self, seen: &Shown<Port>) -> Facts {
        facts(seen)
    }
}

impl Traceable for UpdatePort {
    type Seen = Shown<Port>;

    /// What was corrected is not shown; that a request in conflict is open again is.
    fn finding(&self, seen: &Shown<Port>, occasion: &Occasion<'_, Shown<Port>>) -> Finding {
        let now = match State::of(seen) {
            State::Is(now) => now,
            State::Missing => {
                return match State::before(occasion) {
                    State::Is(_) => Finding::CannotTell(Doubt::Otherwise),
                    State::Missing | State::Unsaid => Finding::NotApplied(Sign::Missing),
                };
            }
            State::Unsaid => return Finding::CannotTell(Doubt::NotShown),
        };
        let code = |port: &Shown<Port>| port.there().and_then(Port::given_code);
        let same_code = occasion.before.is_none_or(|before| code(before) == code(seen));
        match (State::before(occasion), now) {
            (State::Is(Conflict) | State::Unsaid, Conflict) if same_code => NOT_APPLIED,
            // The losing carrier has looked at it anew.
            (State::Is(Conflict), Conflict | Open | Confirmed | Completed) => APPLIED,
            // contract 4.3: an update opens a request; one that was open stays so.
            (State::Is(Open), Open) => Finding::CannotTell(Doubt::Unreadable),
            // One that stays what it was, and was not open, refused it.
            (State::Is(before), now) if before == now => NOT_APPLIED,
            (State::Unsaid, _) => Finding::CannotTell(Doubt::NeedsBefore),
            (State::Is(_) | State::Missing, _) => Finding::CannotTell(Doubt::Otherwise),
        }
    }

    fn facts(&self, seen: &Shown<Port>) -> Facts {
        facts(seen)
    }
}

impl Traceable for CancelPort {
    type Seen = Shown<Port>;

    fn finding(&self, seen: &Shown<Port>, occasion: &Occasion<'_, Shown<Port>>) -> Finding {
        match (State::before(occasion), State::of(seen)) {
            (_, State::Unsaid) => Finding::CannotTell(Doubt::NotShown),
            (State::Is(Cancelled), State::Is(Cancelled) | State::Missing) => {
                Finding::CannotTell(Doubt::AlreadySo)
            }
            // contract 6, row 26: a request that "does not exist" is unknown, or cancelled.
            (State::Is(_), State::Missing) => Finding::Applied(Sign::Missing),
            (State::Missing, State::Missing) => Finding::NotApplied(Sign::Missing),
            (State::Unsaid, State::Missing) => Finding::CannotTell(Doubt::NeedsBefore),
            (State::Missing, State::Is(_)) => Finding::CannotTell(Doubt::Otherwise),
            (_, State::Is(Cancelled)) => APPLIED,
            (_, State::Is(PortState::Other(_))) => Finding::CannotTell(Doubt::Otherwise),
            (_, State::Is(_)) => NOT_APPLIED,
        }
    }

    fn facts(&self, seen: &Shown<Port>) -> Facts {
        facts(seen)
    }
}

/// Where a request stands.
enum State<'a> {
    Is(&'a PortState),
    /// AT&T knows none for the number.
    Missing,
    /// Nobody looked, or the answer does not say.
    Unsaid,
}

impl<'a> State<'a> {
    fn of(seen: &'a Shown<Port>) -> Self {
        match seen {
            Shown::There(port) => port.state.as_ref().map_or(Self::Unsaid, Self::Is),
            Shown::Missing | Shown::Moved => Self::Missing,
        }
    }

    fn before(occasion: &Occasion<'a, Shown<Port>>) -> Self {
        occasion.before.map_or(Self::Unsaid, Self::of)
    }
}

fn facts(seen: &Shown<Port>) -> Facts {
    let mut facts = Facts::new();
    let mut put = |name: &str, value: &str| facts.insert(name.to_owned(), PrivateText::from(value));
    match seen {
        Shown::Missing | Shown::Moved => drop(put("portRequest", "does not exist")),
        Shown::There(port) => {
            put("portRequestStatus", port.state.as_ref().map_or("", PortState::as_str));
            if let Some(code) = port.given_code() {
                put("statusReasonCode", &code);
            }
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use apex_mobility_core::domain::{
        Address, BillingAccountNumber, LosingAccount, PersonName, State as UsState, SubscriberNumber, ZipCode,
    };

    use super::*;
    use crate::model::{LosingCarrier, PortRequest, PortUpdate};

    const MISSING: Finding = Finding::NotApplied(Sign::Missing);
    const ALREADY: Finding = Finding::CannotTell(Doubt::AlreadySo);
    const OTHERWISE: Finding = Finding::CannotTell(Doubt::Otherwise);
    const NEEDS_BEFORE: Finding = Finding::CannotTell(Doubt::NeedsBefore);

    fn number() -> SubscriberNumber {
        SubscriberNumber::parse("2145550101").unwrap()
    }

    /// A request in this state; `-` for none, `CT-8A` for one with a reason.
    fn port(state: &str) -> Shown<Port> {
        let (state, code) = state.split_once('-').unwrap_or((state, ""));
        if state.is_empty() {
            return Shown::Missing;
        }
        let body = serde_json::json!({ "portRequestStatus": state, "statusReasonCode": code });
        Shown::There(serde_json::from_value(body).unwrap())
    }

    /// `?` where nobody looked before.
    fn find<W: Traceable<Seen = Shown<Port>>>(write: &W, before: &str, seen: &str) -> Finding {
        let before = (before != "?").then(|| port(before));
        let now = SystemTime::UNIX_EPOCH;
        write.finding(&port(seen), &Occasion { before: before.as_ref(), sent: now, now })
    }

    fn check<W: Traceable<Seen = Shown<Port>>>(write: &W, table: &[(&str, &str, Finding)]) {
        for (before, seen, finding) in table {
            assert_eq!(find(write, before, seen), *finding, "{before} then {seen}");
        }
    }

    #[test]
    fn a_request_shows_by_being_there() {
        let request = RequestPort { request: request() };
        check(
            &request,
            &[
                ("-", "OP", APPLIED),
                ("-", "CT-8A", APPLIED),
                ("-", "-", MISSING),
                ("?", "-", MISSING),
                ("?", "OP", APPLIED),
                ("?", "CO", NEEDS_BEFORE),
                ("?", "CN", NEEDS_BEFORE),
                // An earlier request.
                ("CN", "OP", APPLIED),
                ("CN", "CN", NOT_APPLIED),
                ("ER", "ER", NOT_APPLIED),
                ("DN", "DN", NOT_APPLIED),
                ("DN", "OP", OTHERWISE),
                ("OP", "OP", ALREADY),
                ("CF", "CO", ALREADY),
            ],
        );
        let now = SystemTime::UNIX_EPOCH;
        let mute =
            request.finding(&Shown::There(Port::default()), &Occasion { before: None, sent: now, now });
        assert_eq!(mute, Finding::CannotTell(Doubt::NotShown));
    }

    fn request() -> PortRequest {
        let zip = ZipCode::parse("75201").unwrap();
        let address = Address::new("100", "Example", "Dallas", UsState::parse("TX").unwrap(), zip).unwrap();
        let name = || PersonName::new("Test", "User").unwrap();
        let losing = LosingCarrier::new(LosingAccount::parse("OLD-1").unwrap(), name());
        PortRequest::new(
            number(),
            BillingAccountNumber::parse("000000000001").unwrap(),
            name(),
            address,
            losing,
        )
    }

    #[test]
    fn an_update_shows_by_opening_a_request_again() {
        let update = PortUpdate::new().service_zip(ZipCode::parse("75201").unwrap());
        check(
            &UpdatePort { number: number(), update },
            &[
                ("CT-8A", "OP", APPLIED),
                ("CT-8A", "CF", APPLIED),
                ("CT-8A", "CT-6B", APPLIED),
                ("CT-8A", "CT-8A", NOT_APPLIED),
                ("?", "CT-8A", NOT_APPLIED),
                // An open request stays open: what was corrected is not shown.
                ("OP", "OP", Finding::CannotTell(Doubt::Unreadable)),
                ("?", "OP", NEEDS_BEFORE),
                // Refused.
                ("CF", "CF", NOT_APPLIED),
                ("CN", "CN", NOT_APPLIED),
                ("-", "-", MISSING),
                ("?", "-", MISSING),
                ("OP", "CT-8A", OTHERWISE),
                ("OP", "-", OTHERWISE),
                ("DN", "OP", OTHERWISE),
            ],
        );
    }

    #[test]
    fn a_cancel_shows_by_its_state_or_by_the_request_being_gone() {
        let cancel = CancelPort { number: number(), service_zip: ZipCode::parse("75201").unwrap() };
        check(
            &cancel,
            &[
                ("OP", "CN", APPLIED),
                ("CT-8A", "CN", APPLIED),
                ("?", "CN", APPLIED),
                ("OP", "-", Finding::Applied(Sign::Missing)),
                ("OP", "OP", NOT_APPLIED),
                ("OP", "CF", NOT_APPLIED),
                ("CF", "CO", NOT_APPLIED),
                ("?", "OP", NOT_APPLIED),
                ("CN", "CN", ALREADY),
                ("-", "-", MISSING),
                ("?", "-", NEEDS_BEFORE),
                ("OP", "ZZ", OTHERWISE),
            ],
        );
    }
}
