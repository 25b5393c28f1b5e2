//! Following a batch to its end.

use std::convert::Infallible;
use std::time::Duration;

use apex_mobility_core::catalog::{self, Signal};
use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_core::{Call, Client, Error, Job, Progress, Schedule};
use serde::{Deserialize, Serialize};

use crate::batch_id::BatchId;
use crate::line::{BatchLine, BatchStatus, LineState};
use crate::operations;

/// A batch that AT&T has accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PdpJob {
    /// Its id.
    pub batch: BatchId,
    /// What is done to its lines.
    pub change: PdpChange,
    /// The numbers of its lines: it is not at its end while one of them is not shown. Empty where they are not
    /// known; then the lines that are shown count as all.
    pub numbers: Vec<SubscriberNumber>,
}

/// What is done to the lines of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PdpChange {
    /// They get an address.
    Provision,
    /// They lose it.
    Remove,
}

impl PdpJob {
    /// Whether a line of the batch has come to its end, good or bad.
    #[must_use]
    pub fn is_settled(&self, line: &BatchLine) -> bool {
        match line.state() {
            LineState::Failed(_) => true,
            LineState::Provisioned => self.change == PdpChange::Provision,
            LineState::Removed => self.change == PdpChange::Remove,
            LineState::Pending | LineState::Unknown => false,
        }
    }
}

impl Job for PdpJob {
    type Status = BatchStatus;
    type Done = PdpOutcome;
    type Action = Infallible;

    /// Contract 4.10, confirmed: a look after 15 s, then three more, each after 300 s, then overdue.
    const SCHEDULE: Schedule = Schedule {
        first: Duration::from_secs(15),
        pace: &[(Duration::from_secs(915), Duration::from_mins(5))],
        overdue: Duration::from_secs(915),
    };

    /// AT&T itself gave the id: a batch that it does not know has not shown up yet, and is waited for.
    async fn look(&self, client: &Client) -> Result<BatchStatus, Error> {
        let call = Call::new(client, operations::ProvisioningStatus::OfBatch(self.batch.clone()));
        match call.send().await {
            Ok(answer) => Ok(answer.value),
            Err(error) if error.row() == Some(catalog::look_up(&Signal::UnknownBatch)) => {
                Ok(BatchStatus::default())
            }
            Err(error) => Err(error),
        }
    }

    fn progress(&self, status: &BatchStatus) -> Progress<PdpOutcome, Infallible> {
        let lines = &status.lines;
        let all_shown = self.numbers.iter().all(|number| status.find(number).is_some());
        if !lines.is_empty() && all_shown && lines.iter().all(|line| self.is_settled(line)) {
            Progress::Done(PdpOutcome { status: status.clone() })
        } else {
            Progress::Waiting
        }
    }
}

/// How a batch ended: each of its lines is done or failed, and mixed results are normal.
#[derive(Debug, Clone, PartialEq)]
pub struct PdpOutcome {
    status: BatchStatus,
}

impl PdpOutcome {
    /// All lines of the batch, in AT&T's order, which need not be the order of the request.
    #[must_use]
    pub fn lines(&self) -> &[BatchLine] {
        &self.status.lines
    }

    /// The lines that have their address now, or have it no longer.
    pub fn done(&self) -> impl Iterator<Item = &BatchLine> {
        self.lines().iter().filter(|line| line.failure().is_none())
    }

    /// The lines that failed; [`BatchLine::failure`] says where and why.
    pub fn failed(&self) -> impl Iterator<Item = &BatchLine> {
        self.lines().iter().filter(|line| line.failure().is_some())
    }

    /// The line with the number.
    #[must_use]
    pub fn find(&self, number: &SubscriberNumber) -> Option<&BatchLine> {
        self.status.find(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BATCH: &str = "11111111-2222-11ee-8333-444444444444";

    fn job(change: PdpChange, numbers: &[&str]) -> PdpJob {
        let numbers = numbers.iter().map(|number| SubscriberNumber::parse(number).unwrap());
        PdpJob { batch: BatchId::parse(BATCH).unwrap(), change, numbers: numbers.collect() }
    }

    fn status(lines: &[(&str, &str)]) -> BatchStatus {
        let lines = lines.iter().map(|(number, stages)| {
            let [check, reservation, update] =
                <[&str; 3]>::try_from(stages.split('/').collect::<Vec<_>>()).unwrap();
            BatchLine {
                batch_id: Some(BATCH.into()),
                subscriber_number: Some(SubscriberNumber::unchecked(*number)),
                profile_check: Some(check.into()),
                ip_reservation: Some(reservation.into()),
                profile_update: Some(update.into()),
                ..BatchLine::default()
            }
        });
        BatchStatus { lines: lines.collect() }
    }

    const GIVEN: (&str, &str) = ("2145550101", "Success/Reserved/Complete");
    const TAKEN: (&str, &str) = ("2145550101", "Success/Released/Complete");
    const FAILED: (&str, &str) = ("2145550102", "Failed: why/Pending/Pending");
    const AT_IT: (&str, &str) = ("2145550102", "Success/Reserved/In Progress");

    #[test]
    fn a_batch_is_done_when_each_of_its_lines_is() {
        use PdpChange::{Provision, Remove};
        let both = ["2145550101", "2145550102"];
        let table: [(_, &[_], &[_], _); 11] = [
            (Provision, &both[..1], &[GIVEN], true),
            (Provision, &both, &[FAILED, GIVEN], true),
            (Provision, &both, &[GIVEN, AT_IT], false),
            // A line that is not shown is not lost.
            (Provision, &both, &[GIVEN], false),
            (Provision, &[], &[GIVEN], true),
            (Provision, &[], &[], false),
            (Provision, &both[..1], &[TAKEN], false),
            (Remove, &both[..1], &[TAKEN], true),
            (Remove, &both, &[TAKEN, FAILED], true),
            // Before the removal has begun the words are still those of the provisioning.
            (Remove, &both[..1], &[GIVEN], false),
            (Remove, &[], &[], false),
        ];
        for (change, numbers, lines, done) in table {
            let progress = job(change, numbers).progress(&status(lines));
            assert_eq!(matches!(progress, Progress::Done(_)), done, "{change:?} {numbers:?} {lines:?}");
        }
    }

    #[test]
    fn an_outcome_tells_done_lines_from_failed_ones() {
        let Progress::Done(outcome) = job(PdpChange::Provision, &[]).progress(&status(&[FAILED, GIVEN]))
        else {
            panic!("not done");
        };
        let numbers = |line: &BatchLine| line.subscriber_number.clone().unwrap().to_string();
        assert_eq!(outcome.done().map(numbers).collect::<Vec<_>>(), ["2145550101"]);
        assert_eq!(outcome.failed().map(numbers).collect::<Vec<_>>(), ["2145550102"]);
        let failed = outcome.find(&SubscriberNumber::parse("2145550102").unwrap()).unwrap();
        assert_eq!(failed.failure().unwrap().reason, "why");
    }

    #[test]
    fn looks_come_after_15_seconds_and_then_three_more_each_5_minutes() {
        let seconds = Duration::from_secs;
        for (elapsed, next) in [(0, 15), (15, 315), (315, 615), (615, 915)] {
            assert_eq!(PdpJob::SCHEDULE.next_after(seconds(elapsed)), seconds(next), "{elapsed}");
        }
        assert_eq!(PdpJob::SCHEDULE.overdue, seconds(915));
    }

    #[test]
    fn a_job_survives_the_process() {
        let job = job(PdpChange::Remove, &["2145550101"]);
        let kept = serde_json::to_string(&job).unwrap();
        assert_eq!(serde_json::from_str::<PdpJob>(&kept).unwrap(), job);
    }
}
