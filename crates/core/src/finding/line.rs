//! What reads show of a line: at its number, and by its SIM.

use serde::{Deserialize, Serialize};

use super::{Doubt, Facts, Finding, Occasion, Sign};
use crate::domain::{BillingAccountNumber, Iccid, SubscriberNumber};
use crate::wire::{LineStatus, PrivateText, Service};

/// What is found at an address: a line at its number, a port request at its number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown<T> {
    /// This.
    There(T),
    /// AT&T knows nothing there.
    Missing,
    /// AT&T says that the number was changed.
    Moved,
}

impl<T> Shown<T> {
    /// What is there.
    pub fn there(&self) -> Option<&T> {
        match self {
            Self::There(it) => Some(it),
            Self::Missing | Self::Moved => None,
        }
    }
}

/// What a look at a line shows. It can be kept: who settles a write after a crash needs to know how things were.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct LineTrail {
    /// What is at its number; `None` if nobody looked there.
    pub at_number: Option<Shown<Service>>,
    /// Its SIM, if it is known.
    pub sim: Option<Iccid>,
    /// The lines that have its SIM; `None` if nobody searched.
    pub by_sim: Option<Vec<Service>>,
}

impl LineTrail {
    /// A look that found this at the number.
    #[must_use]
    pub fn of(at_number: Shown<Service>) -> Self {
        let sim = at_number.there().and_then(Service::iccid);
        Self { at_number: Some(at_number), sim, by_sim: None }
    }

    /// Nobody looked, but the line's SIM is known. Enough to find a line that has changed its number.
    #[must_use]
    pub fn of_sim(sim: Iccid) -> Self {
        Self { sim: Some(sim), ..Self::default() }
    }

    /// The same with what a search by SIM showed. Lines with another SIM, and cancelled ones, are left out:
    /// a search that does not heed its selector shows everything.
    #[must_use]
    pub fn searched(mut self, sim: Iccid, found: impl IntoIterator<Item = Service>) -> Self {
        let has_it = |line: &Service| line.iccid().is_some_and(|own| same_sim(&own, &sim));
        let lives = |line: &Service| line.status() != Some(LineStatus::Cancelled);
        self.by_sim = Some(found.into_iter().filter(|line| has_it(line) && lives(line)).collect());
        self.sim = Some(sim);
        self
    }

    /// The line at the number.
    #[must_use]
    pub fn line(&self) -> Option<&Service> {
        self.at_number.as_ref()?.there()
    }

    /// The line and the line before, or what is to be made of there being none: what every change of a line
    /// asks first.
    ///
    /// # Errors
    /// A finding, where the number shows no line that could be compared.
    pub fn compare<'a>(
        &'a self,
        occasion: &Occasion<'a, Self>,
    ) -> Result<(&'a Service, Option<&'a Service>), Finding> {
        let before = occasion.before.and_then(|before| before.at_number.as_ref());
        match (&self.at_number, before) {
            // A line of which nothing is said cannot be compared.
            (Some(Shown::There(line)), _) if line.service_characteristic.is_none() => {
                Err(Finding::CannotTell(Doubt::NotShown))
            }
            (Some(Shown::There(line)), before) => Ok((line, before.and_then(Shown::there))),
            // There was no line to change, or none that is shown while it is cancelled.
            (Some(Shown::Missing | Shown::Moved), Some(Shown::Missing | Shown::Moved)) => {
                Err(Finding::NotApplied(Sign::Missing))
            }
            (Some(Shown::Moved), _) => Err(Finding::CannotTell(Doubt::Otherwise)),
            (Some(Shown::Missing) | None, _) => Err(Finding::CannotTell(Doubt::NotShown)),
        }
    }

    /// The facts of these values in the line's bag.
    #[must_use]
    pub fn facts(&self, names: &[&str]) -> Facts {
        let mut facts = Facts::new();
        let mut put = |name: &str, value: &str| facts.insert(name.to_owned(), PrivateText::from(value));
        match &self.at_number {
            None => {}
            Some(Shown::Missing) => drop(put("line", "not found at its number")),
            Some(Shown::Moved) => drop(put("line", "the number was changed")),
            Some(Shown::There(line)) => {
                put("line", "found at its number");
                if let Some(status) = line.status() {
                    put("status", status.as_str());
                }
                for name in names {
                    if let Some(value) = line.value(name) {
                        put(name, value);
                    }
                }
            }
        }
        if let Some(found) = &self.by_sim {
            put("linesWithItsSim", &found.len().to_string());
            let numbers: Vec<&str> = found.iter().filter_map(|line| Some(number(line)?.as_str())).collect();
            if !numbers.is_empty() {
                put("subscriberNumber", &numbers.join(" "));
            }
        }
        facts
    }
}

/// The line's number, if it says one.
fn number(line: &Service) -> Option<&SubscriberNumber> {
    line.subscriber_number.as_ref().filter(|number| !number.as_str().trim().is_empty())
}

/// Whether two SIMs are one: AT&T may write the filler `F` at the end.
#[must_use]
pub fn same_sim(one: &Iccid, other: &Iccid) -> bool {
    let bare = |sim: &Iccid| sim.as_str().trim().trim_end_matches(['F', 'f']).to_owned();
    bare(one) == bare(other)
}

/// Whether two account numbers are one: replies may lack leading zeros (contract 5).
#[must_use]
pub fn same_account(one: &BillingAccountNumber, other: &BillingAccountNumber) -> bool {
    one.as_str().trim().trim_start_matches('0') == other.as_str().trim().trim_start_matches('0')
}
