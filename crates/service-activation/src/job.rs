//! Following a request to its end.

use std::convert::Infallible;
use std::time::Duration;

use apex_mobility_core::domain::{Iccid, Imei};
use apex_mobility_core::{Call, Client, Error, Job, Progress, Schedule};
use serde::{Deserialize, Serialize};

use crate::model::{Activation, ActivationLine, ActivationState, RequestId};
use crate::operations;

/// A request for activation that AT&T has accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationJob {
    /// Its id.
    pub id: RequestId,
}

impl Job for ActivationJob {
    type Status = Activation;
    type Done = ActivationOutcome;
    type Action = Infallible;

    /// Contract 4.2, confirmed: a first look after 300 s, then six more at that pace, then overdue.
    const SCHEDULE: Schedule = Schedule {
        first: Duration::from_mins(5),
        pace: &[(Duration::from_mins(35), Duration::from_mins(5))],
        overdue: Duration::from_mins(35),
    };

    async fn look(&self, client: &Client) -> Result<Activation, Error> {
        let call = Call::new(client, operations::ActivationStatus { id: self.id.clone() });
        Ok(call.send().await?.value)
    }

    fn progress(&self, status: &Activation) -> Progress<ActivationOutcome, Infallible> {
        if status.is_settled() {
            Progress::Done(ActivationOutcome { activation: status.clone() })
        } else {
            Progress::Waiting
        }
    }
}

/// How a request ended: each of its lines is active or rejected.
#[derive(Debug, Clone, PartialEq)]
pub struct ActivationOutcome {
    activation: Activation,
}

impl ActivationOutcome {
    /// All lines of the request, in AT&T's order, which is not the order of the request.
    #[must_use]
    pub fn lines(&self) -> &[ActivationLine] {
        &self.activation.lines
    }

    /// The request as AT&T shows it.
    #[must_use]
    pub fn activation(&self) -> &Activation {
        &self.activation
    }

    /// The lines that are active.
    pub fn activated(&self) -> impl Iterator<Item = &ActivationLine> {
        self.lines().iter().filter(|line| line.state() == Some(ActivationState::Active))
    }

    /// The lines that were rejected; [`ActivationLine::error`] says why.
    pub fn rejected(&self) -> impl Iterator<Item = &ActivationLine> {
        self.lines().iter().filter(|line| line.state() == Some(ActivationState::Rejected))
    }

    /// The line with this SIM, else with this IMEI.
    #[must_use]
    pub fn find(&self, sim: Option<&Iccid>, imei: Option<&Imei>) -> Option<&ActivationLine> {
        self.activation.find(sim, imei)
    }
}
