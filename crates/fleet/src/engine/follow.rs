//! Following: requests that AT&T has taken, to their end.

use std::time::{Duration, SystemTime};

use apex_mobility_core::domain::{Iccid, Imei, SubscriberNumber};
use apex_mobility_core::{Client, Error, Job, Progress, Schedule};
use apex_mobility_pdp_provisioning::{BatchId, BatchStatus, LineState, PdpChange, PdpJob};
use apex_mobility_port_management::{Port, PortEnd, PortJob};
use apex_mobility_service_activation::{Activation, ActivationJob, ActivationState, RequestId};

use super::learned::Learned;
use super::{EngineError, Worker};
use crate::field::Field;
use crate::journal::{Event, Facts, Item};
use crate::operation::FleetOperation;
use crate::state::State;

/// A request that AT&T has taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Request {
    pub(crate) operation: FleetOperation,
    pub(crate) id: String,
    /// When it was first known to be taken, in milliseconds since 1970.
    pub(crate) accepted: i64,
}

/// Items that are judged at a time.
const PAGE: usize = 500;

/// How long after a look that did not come through the next one is.
const AFTER_SILENCE: Duration = Duration::from_secs(30);

/// How to look at a request.
enum Way {
    Activation(ActivationJob),
    Port(PortJob),
    Pdp(PdpJob),
}

impl Way {
    /// None where AT&T's id is none that can be asked for.
    fn to(request: &Request) -> Option<Self> {
        let of_batch = |change| {
            let batch = BatchId::parse(&request.id).ok()?;
            Some(Self::Pdp(PdpJob { batch, change, numbers: Vec::new() }))
        };
        match request.operation {
            FleetOperation::PortRequest => {
                Some(Self::Port(PortJob { number: SubscriberNumber::unchecked(request.id.clone()) }))
            }
            FleetOperation::ProvisionIp => of_batch(PdpChange::Provision),
            FleetOperation::RemoveIp => of_batch(PdpChange::Remove),
            _ => Some(Self::Activation(ActivationJob { id: RequestId::parse(&request.id).ok()? })),
        }
    }

    const fn schedule(&self) -> Schedule {
        match self {
            Self::Activation(_) => ActivationJob::SCHEDULE,
            Self::Port(_) => PortJob::SCHEDULE,
            Self::Pdp(_) => PdpJob::SCHEDULE,
        }
    }

    async fn look(&self, client: &Client) -> Result<Look, Error> {
        match self {
            Self::Activation(job) => job.look(client).await.map(Look::Activation),
            Self::Port(job) => job.look(client).await.map(Look::Port),
            Self::Pdp(job) => Ok(Look::Pdp(job.look(client).await?, job.change)),
        }
    }
}

/// What a look shows.
enum Look {
    Activation(Activation),
    Port(Port),
    Pdp(BatchStatus, PdpChange),
}

impl Worker<'_> {
    /// Looks until every row of the request has come to its end, or it is overdue, or the run is stopped.
    pub(super) async fn follow(&self, request: &Request) -> Result<(), EngineError> {
        let Some(way) = Way::to(request) else {
            return self.give_up(request, "and gave it an id that cannot be asked for").await;
        };
        let schedule = way.schedule();
        let clock = self.engine.client.clock().clone();
        let accepted = Duration::from_millis(u64::try_from(request.accepted).unwrap_or(0));
        let accepted = SystemTime::UNIX_EPOCH + accepted;
        let age = || clock.wall().duration_since(accepted).unwrap_or_default();
        let poll_every = self.engine.options.poll_every;
        let first = poll_every.unwrap_or(schedule.first);
        let mut due = if age() < first { first } else { age() };
        let mut failed_looks = 0;
        loop {
            tokio::select! {
                () = clock.sleep(due.saturating_sub(age())) => {}
                () = self.stop.stopping() => return Ok(()),
            }
            let looked_at = age();
            match way.look(&self.engine.client).await {
                Ok(look) => {
                    failpoint!(Follow);
                    if self.judge(request, &look).await? == 0 {
                        return Ok(());
                    }
                }
                // The last look is one that showed something, or the third that did not.
                Err(error) if error.is_transient() && failed_looks < 2 => {
                    failed_looks += 1;
                    due = age().saturating_add(error.retry_after().unwrap_or(AFTER_SILENCE));
                    continue;
                }
                Err(error) if error.is_transient() => {}
                Err(error) => return self.give_up(request, &error.to_string()).await,
            }
            failed_looks = 0;
            if looked_at >= schedule.overdue {
                return self.give_up(request, "it should have come to an end by now").await;
            }
            let next = match poll_every {
                Some(every) => looked_at.saturating_add(every),
                None => schedule.next_after(looked_at.max(first)),
            };
            due = next.min(schedule.overdue.max(looked_at));
        }
    }

    /// Notes what the look shows of each row. Gives how many are still under way.
    async fn judge(&self, request: &Request, look: &Look) -> Result<u64, EngineError> {
        let mut under_way = 0;
        let mut after = None;
        loop {
            let page =
                self.engine.journal.items_of_request(self.job.number, &request.id, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(under_way) };
            after = Some(last.id);
            let mut events: Vec<Event> = Vec::new();
            for item in &page {
                match judge_item(item, look) {
                    Some(learned) if learned.state != item.state => events.push(learned.event(item, "")),
                    Some(_) => {}
                    None => under_way += 1,
                }
            }
            if !events.is_empty() {
                self.engine.journal.record(events).await?;
            }
        }
    }

    async fn give_up(&self, request: &Request, why: &str) -> Result<(), EngineError> {
        let mut after = None;
        loop {
            let page =
                self.engine.journal.items_of_request(self.job.number, &request.id, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let overdue = |item: &Item| {
                let mut learned = Learned::because(State::Overdue, format!("AT&T has taken it; {why}"));
                learned.facts.next_step = "apex fleet resume looks again".to_owned();
                learned.event(item, "")
            };
            self.engine.journal.record(page.iter().map(overdue).collect()).await?;
        }
    }
}

/// What a look says of one row; none while AT&T works on it.
fn judge_item(item: &Item, look: &Look) -> Option<Learned> {
    match look {
        Look::Activation(activation) => {
            let sim = item.row.get(Field::Sim).and_then(|sim| Iccid::parse(sim).ok());
            let imei = item.row.get(Field::Imei).and_then(|imei| Imei::parse(imei).ok());
            let line = activation.find(sim.as_ref(), imei.as_ref())?;
            match line.state()? {
                ActivationState::Active => {
                    // contract 4.2: final is Active with a number.
                    let number = line.subscriber_number()?.to_string();
                    Some(Learned { state: State::Done, facts: Facts { gained: number, ..Facts::default() } })
                }
                ActivationState::Rejected => Some(refused(line.error().unwrap_or("AT&T gives no reason"))),
                _ => None,
            }
        }
        Look::Port(port) => judge_port(item, port),
        Look::Pdp(status, change) => {
            let number =
                item.row.get(Field::Number).and_then(|number| SubscriberNumber::parse(number).ok())?;
            match (status.find(&number)?.state(), change) {
                (LineState::Provisioned, PdpChange::Provision) | (LineState::Removed, PdpChange::Remove) => {
                    Some(Learned::new(State::Done))
                }
                (LineState::Failed(failure), _) => Some(refused(failure.reason.as_str())),
                _ => None,
            }
        }
    }
}

fn judge_port(item: &Item, port: &Port) -> Option<Learned> {
    let number = SubscriberNumber::unchecked(item.facts.request_id.clone());
    let words = |code: Option<String>, reason: Option<String>| {
        [code, reason].into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    match (PortJob { number }).progress(port) {
        Progress::Waiting => None,
        Progress::ActionRequired(conflict) => {
            let mut learned = Learned::because(
                State::Waiting,
                words(
                    conflict.code.map(|code| code.to_string()),
                    conflict.reason.map(|reason| reason.to_string()),
                ),
            );
            "port_conflict".clone_into(&mut learned.facts.class);
            learned.facts.next_step = conflict.fix.to_string();
            Some(learned)
        }
        Progress::Done(PortEnd::Confirmed | PortEnd::Completed) => {
            let mut learned = Learned::new(State::Done);
            learned.facts.gained = item.facts.request_id.clone();
            "activate a line with the number".clone_into(&mut learned.facts.next_step);
            Some(learned)
        }
        Progress::Done(PortEnd::Denied { code, reason } | PortEnd::Error { code, reason }) => {
            Some(Learned::because(
                State::Failed,
                words(code.map(|code| code.to_string()), reason.map(|reason| reason.to_string())),
            ))
        }
        Progress::Done(_) => Some(Learned::because(State::Failed, "the port was cancelled")),
    }
}

/// AT&T took the request and refused the row, in these words.
fn refused(reason: &str) -> Learned {
    let mut learned = Learned::because(State::Rejected, reason);
    if let Some(row) = apex_mobility_core::catalog::explain(reason).first() {
        learned.facts.class = row.class.as_str().to_owned();
        learned.facts.next_step = row.next_step.to_owned();
    }
    learned
}
