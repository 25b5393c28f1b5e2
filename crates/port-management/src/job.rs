//! Following a port request to its end.

use std::time::Duration;

use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_core::wire::Text;
use apex_mobility_core::{Call, Client, Error, Job, Progress, Schedule};
use serde::{Deserialize, Serialize};

use crate::conflict::PortConflict;
use crate::model::{Port, PortState};
use crate::operations;

/// A port request that AT&T has accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortJob {
    /// Its number.
    pub number: SubscriberNumber,
}

impl Job for PortJob {
    type Status = Port;
    type Done = PortEnd;
    type Action = PortConflict;

    /// Contract 4.3, inferred: hours are normal, days happen.
    const SCHEDULE: Schedule = Schedule {
        first: Duration::from_mins(5),
        pace: &[
            (Duration::from_hours(2), Duration::from_mins(5)),
            (Duration::from_hours(24), Duration::from_mins(30)),
            (Duration::from_hours(14 * 24), Duration::from_hours(6)),
        ],
        overdue: Duration::from_hours(14 * 24),
    };

    async fn look(&self, client: &Client) -> Result<Port, Error> {
        let call = Call::new(client, operations::PortStatus { number: self.number.clone() });
        Ok(call.send().await?.value)
    }

    fn progress(&self, port: &Port) -> Progress<PortEnd, PortConflict> {
        if let Some(conflict) = port.conflict() {
            return Progress::ActionRequired(conflict);
        }
        let (code, reason) = (port.given_code(), port.given_reason());
        Progress::Done(match &port.state {
            Some(PortState::Confirmed) => PortEnd::Confirmed,
            Some(PortState::Completed) => PortEnd::Completed,
            Some(PortState::Cancelled) => PortEnd::Cancelled,
            Some(PortState::Denied) => PortEnd::Denied { code, reason },
            Some(PortState::Error) => PortEnd::Error { code, reason },
            // A word that is not known is no end: only time tells what it means.
            Some(PortState::Open | PortState::Conflict | PortState::Other(_)) | None => {
                return Progress::Waiting;
            }
        })
    }
}

/// How a port request ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PortEnd {
    /// The losing carrier lets the number go: now activate a line with it.
    Confirmed,
    /// The number has come over: activate a line with it, if none is yet.
    Completed,
    /// It was cancelled.
    Cancelled,
    /// The losing carrier said no. It may mean delayed: a later look is worth while.
    Denied {
        /// The reason code.
        code: Option<Text>,
        /// The reason in words.
        reason: Option<Text>,
    },
    /// It failed.
    Error {
        /// The reason code.
        code: Option<Text>,
        /// The reason in words.
        reason: Option<Text>,
    },
}

impl PortEnd {
    /// Whether a line can be activated with the number now.
    #[must_use]
    pub fn is_ready_to_activate(&self) -> bool {
        matches!(self, Self::Confirmed | Self::Completed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(state: &str, code: &str) -> Port {
        let body = format!(
            r#"{{"portRequestStatus": "{state}", "statusReasonCode": "{code}", "statusReasonDescription": "why"}}"#
        );
        serde_json::from_str(&body).unwrap()
    }

    fn job() -> PortJob {
        PortJob { number: SubscriberNumber::parse("2145550101").unwrap() }
    }

    #[test]
    fn each_state_is_an_end_or_a_wait_or_a_persons_turn() {
        let code = Some("1P".into());
        let reason = Some("why".into());
        let table = [
            ("OP", Progress::Waiting),
            ("", Progress::Waiting),
            ("PD", Progress::Waiting),
            ("CF", Progress::Done(PortEnd::Confirmed)),
            ("CO", Progress::Done(PortEnd::Completed)),
            ("CN", Progress::Done(PortEnd::Cancelled)),
            ("DN", Progress::Done(PortEnd::Denied { code: code.clone(), reason: reason.clone() })),
            ("ER", Progress::Done(PortEnd::Error { code, reason })),
            ("CT", Progress::ActionRequired(port("CT", "1P").conflict().unwrap())),
        ];
        for (state, progress) in table {
            assert_eq!(job().progress(&port(state, "1P")), progress, "{state}");
        }
        assert_eq!(job().progress(&Port::default()), Progress::Waiting);
    }

    #[test]
    fn only_a_port_that_is_confirmed_or_completed_is_ready_to_activate() {
        for (state, ready) in
            [("OP", false), ("CT", false), ("CF", true), ("CO", true), ("CN", false), ("DN", false)]
        {
            assert_eq!(port(state, "").is_ready_to_activate(), ready, "{state}");
            if let Progress::Done(end) = job().progress(&port(state, "")) {
                assert_eq!(end.is_ready_to_activate(), ready, "{state}");
            }
        }
    }

    #[test]
    fn looks_come_each_5_minutes_then_each_30_then_each_6_hours_for_14_days() {
        let hours = Duration::from_hours;
        let minutes = Duration::from_mins;
        let table = [
            (minutes(0), minutes(5)),
            (minutes(5), minutes(10)),
            (minutes(115), minutes(120)),
            (minutes(120), minutes(150)),
            (hours(23), minutes(23 * 60 + 30)),
            (hours(24), hours(30)),
            (hours(13 * 24), hours(13 * 24 + 6)),
        ];
        for (elapsed, next) in table {
            assert_eq!(PortJob::SCHEDULE.next_after(elapsed), next, "{elapsed:?}");
        }
        assert_eq!(PortJob::SCHEDULE.overdue, hours(14 * 24));
    }

    #[test]
    fn a_job_survives_the_process() {
        let kept = serde_json::to_string(&job()).unwrap();
        assert_eq!(serde_json::from_str::<PortJob>(&kept).unwrap(), job());
    }
}
