//! The operation of the Rate Plan Change API, without I/O.

use apex_mobility_core::domain::{OfferingCode, SingleUserCode, SubscriberNumber};
use apex_mobility_core::wire::{Characteristics, Service};
use apex_mobility_core::{DecodeError, EncodeError, Operation, Safety, Wire};
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::model::Effective;

/// Changes a line's plan and features (contract 4.8, `plan.change`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangePlan {
    /// The line.
    pub number: SubscriberNumber,
    /// The plan to switch to.
    pub plan: Option<SingleUserCode>,
    /// Features to add.
    pub add: Vec<OfferingCode>,
    /// Features to remove.
    pub remove: Vec<OfferingCode>,
    /// From when.
    pub effective: Effective,
}

impl ChangePlan {
    /// A change of nothing yet.
    #[must_use]
    pub fn new(number: SubscriberNumber) -> Self {
        Self { number, plan: None, add: Vec::new(), remove: Vec::new(), effective: Effective::Today }
    }

    /// What can be seen to be wrong before it is sent.
    fn check(&self) -> Result<(), EncodeError> {
        if self.plan.is_none() && self.add.is_empty() && self.remove.is_empty() {
            return Err(EncodeError::new("nothing to change: set a plan, or a feature to add or remove"));
        }
        let mut named = Vec::new();
        for code in self.add.iter().chain(&self.remove) {
            if named.contains(&code) {
                let at_odds = self.add.contains(code) && self.remove.contains(code);
                let problem = if at_odds { "to be added and removed at once" } else { "named twice" };
                return Err(EncodeError::new(format!("the feature {code} is {problem}")));
            }
            named.push(code);
        }
        Ok(())
    }
}

impl Operation for ChangePlan {
    type Output = Service;

    const NAME: &'static str = "plan.change";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the line and compare its plan and features: if they are as asked for, it \
                                     is done; if they are as before and the date does not lie ahead, send it again";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        self.check()?;
        let mut bag = Characteristics::new();
        let mut push = |name: &str, value: &str| bag.push(wire.profile.characteristic(name), value);
        if let Some(plan) = &self.plan {
            push("singleUserCode", plan.as_str());
        }
        for code in &self.add {
            push("addOfferingCode", code.as_str());
        }
        for code in &self.remove {
            push("removeOfferingCode", code.as_str());
        }
        let effective_date = match self.effective {
            Effective::Today => wire.profile.request_date(wire.today),
            Effective::On(date) => wire.profile.request_date(date),
            Effective::Immediately => String::new(),
        };
        wire.request(Self::NAME)?
            .path_value("subscriberNumber", self.number.as_str())
            .json(&Change { effective_date, service_characteristic: bag })?
            .finish()
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        wire.changed_line(answer)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    effective_date: String,
    service_characteristic: Characteristics,
}
