//! Activation requests, from their arrival on.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::line::Line;
use crate::digits::{Chip, Number, Sim};
use crate::parse::activation::Element;

/// contract 4.2: Pending at 0 s, Reserved at 60 s, final at 240 s.
pub(crate) const RESERVED_AFTER: SignedDuration = SignedDuration::from_secs(60);
pub(crate) const FINAL_AFTER: SignedDuration = SignedDuration::from_secs(240);

/// One POST: its elements and how far they are.
pub(crate) struct ActivationRequest {
    pub(crate) stage: Stage,
    pub(crate) completed: Option<Timestamp>,
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Pending,
    Reserved,
    Final,
}

/// One element of a POST.
pub(crate) struct Item {
    /// The element as it was read, for the echo.
    pub(crate) sent: Element,
    pub(crate) verdict: Verdict,
}

pub(crate) enum Verdict {
    /// Will be a line.
    Accepted(Box<NewLine>),
    /// Is a line.
    Active(Number),
    /// Why not, in the carrier's words.
    Rejected(String),
}

/// A line to be.
pub(crate) struct NewLine {
    pub(crate) line: Line,
    pub(crate) contact: String,
    pub(crate) eid: Option<Chip>,
    /// The number, once one is set aside.
    pub(crate) number: Option<Number>,
}

#[derive(Default)]
pub(crate) struct Activations {
    requests: Vec<ActivationRequest>,
    /// ICCIDs of requests that are not final yet.
    claimed: HashSet<Sim>,
    /// Numbers that are set aside for them.
    claimed_numbers: HashSet<Number>,
}

impl Activations {
    /// Files a request; answers its place.
    pub(crate) fn file(&mut self, items: Vec<Item>) -> usize {
        for item in &items {
            if let Verdict::Accepted(new) = &item.verdict {
                self.claimed.insert(new.line.sim);
                self.claimed_numbers.extend(new.number);
            }
        }
        self.requests.push(ActivationRequest { stage: Stage::Pending, completed: None, items });
        self.requests.len() - 1
    }

    pub(crate) fn is_claimed(&self, sim: Sim) -> bool {
        self.claimed.contains(&sim)
    }

    pub(crate) fn claim_numbers(&mut self, numbers: impl IntoIterator<Item = Number>) {
        self.claimed_numbers.extend(numbers);
    }

    pub(crate) fn is_number_claimed(&self, number: Number) -> bool {
        self.claimed_numbers.contains(&number)
    }

    /// Gives back what a line to be has claimed: it is a line now, or will never be one.
    pub(crate) fn release(&mut self, new: &NewLine) {
        self.claimed.remove(&new.line.sim);
        if let Some(number) = new.number {
            self.claimed_numbers.remove(&number);
        }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&ActivationRequest> {
        self.requests.get(at)
    }

    pub(crate) fn get_mut(&mut self, at: usize) -> Option<&mut ActivationRequest> {
        self.requests.get_mut(at)
    }

    /// The request a caller names.
    pub(crate) fn find(&self, id: &str) -> Option<usize> {
        let digits = id.strip_prefix("req-")?;
        let place: usize = digits.parse().ok()?;
        let at = place.checked_sub(1)?;
        (request_id(at) == id && at < self.requests.len()).then_some(at)
    }
}

/// The id of the request at a place.
pub(crate) fn request_id(at: usize) -> String {
    format!("req-{:04}", at + 1)
}
