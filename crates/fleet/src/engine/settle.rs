//! Settling: what may have been sent and has no answer is read.

use std::time::Duration;

use apex_mobility_core::finding::LineTrail;
use apex_mobility_resolve::{Look, Verdict};
use serde::de::DeserializeOwned;

use super::learned::Learned;
use super::{EngineError, INTENT_LIFE, Request, Worker};
use crate::journal::Item;
use crate::state::State;
use crate::task::Task;

/// A row whose answers are lost and that has no effect is sent so often, at most.
const MOST_TRIES: u64 = 5;

impl Worker<'_> {
    /// Finds out what came of an item, and notes it. With its state it gives the request to follow, if AT&T works on it.
    pub(super) async fn settle(&self, item: Item) -> Result<(State, Option<Request>), EngineError> {
        let learned = match self.task(&item)? {
            Ok(task) => self.learned(&item, &task).await.with_a_way_out(&self.job.id, item.row.number),
            Err(unreadable) => Learned::unreadable(State::StillUnknown, &unreadable),
        };
        failpoint!(Settle);
        let learned = self.tried_often(&item, learned).await?;
        let (state, taken) = (learned.state, self.taken(&item, &learned));
        if self.engine.journal.record(vec![learned.seen_of(&item)]).await? == 0 {
            // It has gone on in other hands.
            return Ok((State::Unknown, None));
        }
        Ok((state, taken))
    }

    /// A row that comes to nothing again and again is not sent for ever, and from the first time on it holds up no other
    /// of its batch.
    async fn tried_often(&self, item: &Item, learned: Learned) -> Result<Learned, EngineError> {
        if learned.state != State::NotApplied {
            return Ok(learned);
        }
        self.apart.set(&[item.id], 1);
        // An intent that a crash has left was perhaps never sent, and counts for nothing.
        let lost = self.engine.journal.times(item.id, State::Unknown).await?;
        Ok(if lost < MOST_TRIES { learned } else { learned.came_to_nothing(lost) })
    }

    async fn learned(&self, item: &Item, task: &Task) -> Learned {
        let mut learned = Learned::of_verdict(&self.verdict(item, task).await);
        if let (State::Done, Task::PortRequest(port)) = (learned.state, task) {
            // It is there, and its way has only begun.
            learned.state = State::Accepted;
            learned.facts.request_id = port.request.number().to_string();
        }
        learned
    }

    async fn verdict(&self, item: &Item, task: &Task) -> Verdict {
        match task {
            Task::Activate(line) => self.read(item, &**line, None).await,
            Task::ProvisionIp(_, _, line) => self.read(item, &**line, None).await,
            Task::RemoveIp(_, _, line) => self.read(item, &**line, None).await,
            Task::PortRequest(operation) => self.read(item, &**operation, None).await,
            Task::PortUpdate(operation) => self.read(item, &**operation, None).await,
            Task::PortCancel(operation) => self.read(item, operation, None).await,
            Task::Suspend(operation) => self.read(item, operation, None).await,
            Task::Resume(operation) => self.read(item, operation, None).await,
            Task::Cancel(operation) => self.read(item, operation, None).await,
            Task::Restore(operation) => self.read(item, operation, None).await,
            Task::ChangeNumber(operation, sim) => {
                let known = sim.clone().map(LineTrail::of_sim);
                self.read(item, operation, known).await
            }
            Task::SetDevice(operation) => self.read(item, &**operation, None).await,
            Task::Transfer(operation) => self.read(item, operation, None).await,
            Task::UpdateContact(operation) => self.read(item, &**operation, None).await,
            Task::ResetVoicemail(operation) => self.read(item, operation, None).await,
            Task::ResendOta(operation) => self.read(item, operation, None).await,
            Task::ChangePlan(operation) => self.read(item, operation, None).await,
            Task::CreateAccount(operation) => self.read(item, &**operation, None).await,
            Task::UpdateAccount(operation) => self.read(item, &**operation, None).await,
        }
    }

    /// `known` is what the row says of how things were, for where nobody looked.
    async fn read<T>(&self, item: &Item, write: &T, known: Option<T::Seen>) -> Verdict
    where
        T: Look,
        T::Seen: DeserializeOwned,
    {
        let before = serde_json::from_str(&item.before).ok().or(known);
        // The request left before this moment, if it left. That is another process's clock, which may go otherwise than
        // this one's, and any clock can be set: that it had no effect is told by waiting alone. Of an intent nobody says
        // that its request has left already.
        let may_still_leave = matches!(item.state, State::Intent | State::Sent);
        let leaves_in = if may_still_leave { INTENT_LIFE } else { Duration::ZERO };
        let settle = self.resolver.settle(write).sent(item.send_before).grace(leaves_in + T::SETTLE);
        match before {
            Some(before) => settle.before(before).await,
            None => settle.await,
        }
    }
}
