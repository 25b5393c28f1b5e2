//! Following: requests that AT&T has taken, to their end.
//!
//! A request that is waited for is a place in a queue and no more: a job can have as many of them as it has rows, for
//! days.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fmt;
use std::time::{Duration, SystemTime};

use apex_mobility_core::domain::{Iccid, Imei, SubscriberNumber};
use apex_mobility_core::{Client, Error, Job, Progress, Schedule};
use apex_mobility_pdp_provisioning::{BatchId, BatchStatus, LineState, PdpChange, PdpJob};
use apex_mobility_port_management::{Port, PortEnd, PortJob};
use apex_mobility_service_activation::{Activation, ActivationJob, ActivationState, RequestId};

use super::learned::Learned;
use super::{EngineError, PutOff, Worker};
use crate::field::Field;
use crate::journal::{Event, Facts, Item};
use crate::operation::FleetOperation;
use crate::state::State;

/// A request that AT&T has taken. `Debug` hides its id, which is a line's number where it is a port.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Request {
    pub(crate) operation: FleetOperation,
    pub(crate) id: String,
    /// When it was first known to be taken, in milliseconds since 1970.
    pub(crate) accepted: i64,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// Items that are judged at a time.
const PAGE: usize = 500;

/// How long after a look that did not come through the next one is.
const AFTER_SILENCE: Duration = Duration::from_secs(30);
/// And the longest time that a server is left alone for when it asks for that.
const LONGEST_SILENCE: Duration = Duration::from_hours(1);

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

/// A request, and how often the last looks at it did not come through.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Followed {
    request: Request,
    failed_looks: u8,
}

/// What comes after a look at a request.
#[derive(Debug)]
pub(super) enum Next {
    /// The next look, at this moment of the monotonic clock.
    At(Duration),
    /// No further: every row of the request has come to its end, or it is overdue.
    None,
    /// Nothing can be asked any more: AT&T does not accept the credentials, or the kill switch is on.
    Refused(String),
}

/// The requests that are followed, by when to look at them.
#[derive(Default)]
pub(super) struct Followings {
    known: HashSet<(FleetOperation, String)>,
    /// By the clock's monotonic time.
    due: BinaryHeap<Reverse<(Duration, Followed)>>,
}

impl Followings {
    /// Takes a request in, unless it is known, and says when its first look is due.
    pub(super) fn begin(&mut self, request: Request, due: impl FnOnce(&Request) -> Duration) {
        if self.known.insert((request.operation, request.id.clone())) {
            self.due.push(Reverse((due(&request), Followed { request, failed_looks: 0 })));
        }
    }

    /// When the next look is due.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.due.peek().map(|Reverse((due, _))| *due)
    }

    /// The next request to look at, if its time has come.
    pub(super) fn take_due(&mut self, now: Duration) -> Option<Followed> {
        self.next_due().filter(|due| *due <= now)?;
        self.due.pop().map(|Reverse((_, followed))| followed)
    }

    /// A look came to its end: the next one is due then, or there is none.
    pub(super) fn looked(&mut self, followed: Followed, next: Option<Duration>) {
        match next {
            Some(due) => self.due.push(Reverse((due, followed))),
            None => {
                self.known.remove(&(followed.request.operation, followed.request.id));
            }
        }
    }

    /// None of them is looked at any more.
    pub(super) fn clear(&mut self) {
        self.known.clear();
        self.due.clear();
    }
}

impl Worker<'_> {
    /// When the first look at a request is due, by the clock's monotonic time.
    pub(super) fn first_look(&self, request: &Request) -> Duration {
        let first = self.first_of(request);
        let wait = first.saturating_sub(self.age(request));
        self.engine.client.clock().monotonic().saturating_add(wait)
    }

    /// Looks once, and notes what it shows.
    pub(super) async fn look_at(&self, followed: &mut Followed) -> Result<Next, EngineError> {
        let request = &followed.request;
        let Some(way) = Way::to(request) else {
            return self.give_up(request, "and gave it an id that cannot be asked for").await;
        };
        let (schedule, poll_every) = (way.schedule(), self.engine.options.poll_every);
        let looked_at = self.age(request);
        let clock = self.engine.client.clock();
        match way.look(&self.engine.client).await {
            Ok(look) => {
                failpoint!(Follow);
                if self.judge(request, &look).await? == 0 {
                    return Ok(Next::None);
                }
            }
            // The last look is one that showed something, or the third that did not.
            Err(error) if error.is_transient() && followed.failed_looks < 2 => {
                followed.failed_looks += 1;
                let wait = error.retry_after().unwrap_or(AFTER_SILENCE).min(LONGEST_SILENCE);
                return Ok(Next::At(clock.monotonic().saturating_add(wait)));
            }
            Err(error) if error.is_transient() => {}
            // That says nothing of the request.
            Err(error) if PutOff::of(&error).for_good => return Ok(Next::Refused(error.to_string())),
            Err(error) => return self.give_up(request, &error.to_string()).await,
        }
        if looked_at >= schedule.overdue {
            return self.give_up(request, "it should have come to an end by now").await;
        }
        followed.failed_looks = 0;
        let next = match poll_every {
            Some(every) => looked_at.saturating_add(every),
            None => schedule.next_after(looked_at.max(self.first_of(&followed.request))),
        };
        let due = next.min(schedule.overdue.max(looked_at));
        Ok(Next::At(clock.monotonic().saturating_add(due.saturating_sub(self.age(&followed.request)))))
    }

    fn first_of(&self, request: &Request) -> Duration {
        let of_api = || Way::to(request).map_or(Duration::ZERO, |way| way.schedule().first);
        self.engine.options.poll_every.unwrap_or_else(of_api)
    }

    fn age(&self, request: &Request) -> Duration {
        let accepted = Duration::from_millis(u64::try_from(request.accepted).unwrap_or(0));
        let accepted = SystemTime::UNIX_EPOCH + accepted;
        self.engine.client.clock().wall().duration_since(accepted).unwrap_or_default()
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
                match self.judge_apart(item, look).or_else(|| judge_item(item, look)) {
                    Some(learned) if learned.state != item.state => events.push(learned.seen_of(item)),
                    Some(_) => {}
                    None => under_way += 1,
                }
            }
            let goes_on = events.iter().any(|event| event.state.may_be_sent());
            if !events.is_empty() {
                self.engine.journal.record(events).await?;
            }
            if goes_on {
                self.apart.tell();
            }
        }
    }

    /// Where every line of a batch failed, nobody says which of them was bad: each is asked for by itself.
    fn judge_apart(&self, item: &Item, look: &Look) -> Option<Learned> {
        let Look::Pdp(status, _) = look else { return None };
        let failed = status.lines.iter().filter(|line| matches!(line.state(), LineState::Failed(_))).count();
        if failed < 2 || failed < status.lines.len() {
            return None;
        }
        self.apart.set(&[item.id], 1);
        Some(Learned::because(State::NotApplied, "its batch failed as a whole"))
    }

    async fn give_up(&self, request: &Request, why: &str) -> Result<Next, EngineError> {
        let mut after = None;
        loop {
            let page =
                self.engine.journal.items_of_request(self.job.number, &request.id, after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(Next::None) };
            after = Some(last.id);
            let overdue = |item: &Item| {
                let mut learned = Learned::because(State::Overdue, format!("AT&T has taken it; {why}"));
                learned.facts.next_step = "apex fleet resume looks again".to_owned();
                learned.seen_of(item)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn request(id: &str) -> Request {
        Request { operation: FleetOperation::PortRequest, id: id.to_owned(), accepted: 0 }
    }

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_one_that_is_due_first_is_looked_at_first_and_none_before_its_time() {
        let mut followings = Followings::default();
        for (id, due) in [("9725550102", 20), ("9725550101", 10), ("9725550103", 30)] {
            followings.begin(request(id), |_| at(due));
        }
        assert_eq!(followings.next_due(), Some(at(10)));
        assert_eq!(followings.take_due(at(9)), None);
        let first = followings.take_due(at(20)).unwrap();
        assert_eq!(first.request.id, "9725550101");
        followings.looked(first, Some(at(40)));
        assert_eq!(followings.take_due(at(20)).unwrap().request.id, "9725550102");
        assert_eq!(followings.take_due(at(20)), None);
        assert_eq!(followings.next_due(), Some(at(30)));
    }

    #[test]
    fn a_request_is_followed_once_until_it_has_come_to_its_end() {
        let mut followings = Followings::default();
        let known = |followings: &mut Followings| followings.begin(request("9725550101"), |_| at(0));
        known(&mut followings);
        known(&mut followings);
        let followed = followings.take_due(at(0)).unwrap();
        known(&mut followings);
        assert_eq!(followings.take_due(at(0)), None, "it is being looked at");
        followings.looked(followed, None);
        known(&mut followings);
        assert!(followings.take_due(at(0)).is_some());
    }
}
