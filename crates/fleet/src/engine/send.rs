//! Sending: the intent into the journal, the request out, the answer on its way into the journal.

use apex_mobility_core::clock::Moment;
use apex_mobility_core::{Call, Operation};
use apex_mobility_pdp_provisioning::operations::{ProvisionAddresses, RemoveAddresses};
use apex_mobility_resolve::Look;
use apex_mobility_service_activation::operations::SubmitActivation;
use futures_util::future::try_join_all;
use serde::Serialize;
use uuid::Uuid;

use super::form::{Unit, batch};
use super::learned::{Answered, Learned};
use super::{EngineError, INTENT_LIFE, PutOff, Request, Worker};
use crate::journal::{Event, Item, ItemId, Writing, millis};
use crate::state::State;
use crate::task::Task;

/// What came of a unit.
pub(super) struct Sent {
    /// The rows that were in it.
    pub(super) items: Vec<ItemId>,
    /// The states that they came to; shorter than `items` where some were not sent after all.
    pub(super) states: Vec<State>,
    /// The request that AT&T has taken, if it works on it.
    pub(super) taken: Option<Request>,
    /// Why it was put off, if it was.
    pub(super) put_off: Option<PutOff>,
    /// What is noted of it, on its way into the journal.
    pub(super) noting: Option<Writing<u64>>,
}

/// The right to send, for a while.
struct Intent {
    id: String,
    leave_by: Moment,
}

impl Worker<'_> {
    /// Sends when it is this unit's turn. No intent is noted before, and none at all when the run is stopped meanwhile.
    pub(super) async fn send_in_turn(&self, unit: Unit) -> Result<Sent, EngineError> {
        let Some(slots) = &self.engine.slots else { return self.send(unit).await };
        let slot = tokio::select! {
            biased;
            () = self.stop.stopping() => None,
            slot = slots.acquire() => slot.ok(),
        };
        match slot {
            Some(_slot) => self.send(unit).await,
            None => Ok(Sent::not_sent(unit.ids(), None)),
        }
    }

    async fn send(&self, unit: Unit) -> Result<Sent, EngineError> {
        match unit {
            Unit::One(item, task) => self.send_task(&item, *task).await,
            Unit::Activation(lines) => {
                let operation = batch(&lines).map(|lines| SubmitActivation { lines });
                let items: Vec<Item> = lines.into_iter().map(|(item, _)| item).collect();
                let learned =
                    |answer: &<SubmitActivation as Operation>::Output| Learned::accepted(answer.id.as_str());
                let before = vec![String::new(); items.len()];
                self.send_batch(items, before, operation, learned).await
            }
            Unit::Provision(pdp, account, lines) => {
                let before = match self.look_at_each(&lines).await {
                    Ok(before) => before,
                    Err(put_off) => return Ok(Sent::not_sent(ids_of(&lines), Some(put_off))),
                };
                let operation = batch(&lines).map(|lines| ProvisionAddresses { pdp, account, lines });
                let items: Vec<Item> = lines.into_iter().map(|(item, _)| item).collect();
                let learned = |answer: &<ProvisionAddresses as Operation>::Output| {
                    Learned::accepted(answer.batch.as_str())
                };
                self.send_batch(items, before, operation, learned).await
            }
            Unit::Removal(pdp, account, lines) => {
                let before = match self.look_at_each(&lines).await {
                    Ok(before) => before,
                    Err(put_off) => return Ok(Sent::not_sent(ids_of(&lines), Some(put_off))),
                };
                let operation = batch(&lines).map(|lines| RemoveAddresses { pdp, account, lines });
                let items: Vec<Item> = lines.into_iter().map(|(item, _)| item).collect();
                let learned = |answer: &<RemoveAddresses as Operation>::Output| {
                    Learned::accepted(answer.batch.as_str())
                };
                self.send_batch(items, before, operation, learned).await
            }
        }
    }

    async fn send_task(&self, item: &Item, task: Task) -> Result<Sent, EngineError> {
        match task {
            Task::PortRequest(operation) => self.send_one(item, *operation).await,
            Task::PortUpdate(operation) => self.send_one(item, *operation).await,
            Task::PortCancel(operation) => self.send_one(item, operation).await,
            Task::Suspend(operation) => self.send_one(item, operation).await,
            Task::Resume(operation) => self.send_one(item, operation).await,
            Task::Cancel(operation) => self.send_one(item, operation).await,
            Task::Restore(operation) => self.send_one(item, operation).await,
            Task::ChangeNumber(operation, _) => self.send_one(item, operation).await,
            Task::SetDevice(operation) => self.send_one(item, *operation).await,
            Task::Transfer(operation) => self.send_one(item, operation).await,
            Task::UpdateContact(operation) => self.send_one(item, *operation).await,
            Task::ResetVoicemail(operation) => self.send_one(item, operation).await,
            Task::ResendOta(operation) => self.send_one(item, operation).await,
            Task::ChangePlan(operation) => self.send_one(item, operation).await,
            Task::CreateAccount(operation) => self.send_one(item, *operation).await,
            Task::UpdateAccount(operation) => self.send_one(item, *operation).await,
            // These go together with others; a unit of one row is never made of them.
            Task::Activate(_) | Task::ProvisionIp(..) | Task::RemoveIp(..) => {
                Ok(Sent::not_sent(vec![item.id], None))
            }
        }
    }

    async fn send_one<O>(&self, item: &Item, operation: O) -> Result<Sent, EngineError>
    where
        O: Answered + Look,
        O::Seen: Serialize,
    {
        let mut before = String::new();
        if self.engine.options.look_before && O::LOOKS_BEFORE {
            match self.resolver.look(&operation).await {
                Ok(seen) => {
                    if let Some(why) = O::forbidden(&seen) {
                        return self.withhold(item, why).await;
                    }
                    before = serde_json::to_string(&seen).unwrap_or_default();
                }
                Err(error) if error.is_transient() || PutOff::of(&error).for_good => {
                    return Ok(Sent::not_sent(vec![item.id], Some(PutOff::of(&error))));
                }
                // AT&T will say about the write what it says about the read.
                Err(_) => {}
            }
        }
        let Some((intent, _)) = self.intend(vec![(item.id, before)]).await? else {
            return Ok(Sent::not_sent(vec![item.id], None));
        };
        let mut call = Call::new(&self.engine.client, operation);
        call.options.leave_by = Some(intent.leave_by);
        call.options.trace_id = Some(intent.id.clone());
        let answer = call.send().await.map(|answer| call.operation().learned(&answer.value));
        self.take_down(std::slice::from_ref(item), &intent, answer).await
    }

    /// It would do something else than was asked for: it is not sent at all.
    async fn withhold(&self, item: &Item, why: &'static str) -> Result<Sent, EngineError> {
        let event = Learned::because(State::Dropped, why).event(item, "");
        let noting = Some(self.engine.journal.begin_record(vec![event]).await?);
        Ok(Sent { items: vec![item.id], states: vec![State::Dropped], taken: None, put_off: None, noting })
    }

    /// What is there before a change of each of these lines, as JSON, or why that cannot be asked now. Batches are the
    /// same to reads from the day that a line had the first.
    async fn look_at_each<T>(&self, lines: &[(Item, T)]) -> Result<Vec<String>, PutOff>
    where
        T: Look,
        T::Seen: Serialize,
    {
        if !self.engine.options.look_before {
            return Ok(vec![String::new(); lines.len()]);
        }
        let looks = lines.iter().map(|(_, line)| async {
            match self.resolver.look(line).await {
                Ok(seen) => Ok(serde_json::to_string(&seen).unwrap_or_default()),
                Err(error) if error.is_transient() || PutOff::of(&error).for_good => Err(PutOff::of(&error)),
                Err(_) => Ok(String::new()),
            }
        });
        try_join_all(looks).await
    }

    async fn send_batch<O: Operation>(
        &self,
        items: Vec<Item>,
        before: Vec<String>,
        operation: Option<O>,
        learned: impl FnOnce(&O::Output) -> Learned,
    ) -> Result<Sent, EngineError> {
        let ids: Vec<ItemId> = items.iter().map(|item| item.id).collect();
        let Some(operation) = operation else { return Ok(Sent::not_sent(ids, None)) };
        let seen = ids.iter().copied().zip(before).collect();
        let Some((intent, won)) = self.intend(seen).await? else { return Ok(Sent::not_sent(ids, None)) };
        if won.len() < ids.len() {
            // Some are in other hands: the request would hold more than may be sent. The rest goes back.
            let back = items.iter().filter(|item| won.contains(&item.id));
            let events: Vec<Event> =
                back.map(|item| Learned::new(State::Planned).event(item, &intent.id)).collect();
            let noting = Some(self.engine.journal.begin_record(events).await?);
            return Ok(Sent { noting, ..Sent::not_sent(ids, None) });
        }
        let mut call = Call::new(&self.engine.client, operation);
        call.options.leave_by = Some(intent.leave_by);
        call.options.trace_id = Some(intent.id.clone());
        let answer = call.send().await.map(|answer| learned(&answer.value));
        self.take_down(&items, &intent, answer).await
    }

    /// Notes the intent; none when no item is still to be sent.
    async fn intend(
        &self,
        items: Vec<(ItemId, String)>,
    ) -> Result<Option<(Intent, Vec<ItemId>)>, EngineError> {
        let clock = self.engine.client.clock();
        let id = Uuid::now_v7().to_string();
        let leave_by = Moment::after(&**clock, INTENT_LIFE);
        failpoint!(BeforeIntend);
        let won = self.engine.journal.intend(items, id.clone(), leave_by.wall).await?;
        failpoint!(BeforeSend);
        Ok((!won.is_empty()).then_some((Intent { id, leave_by }, won)))
    }

    async fn take_down(
        &self,
        items: &[Item],
        intent: &Intent,
        answer: Result<Learned, apex_mobility_core::Error>,
    ) -> Result<Sent, EngineError> {
        failpoint!(AfterSend);
        let ids: Vec<ItemId> = items.iter().map(|item| item.id).collect();
        let (learned, put_off) = match answer {
            Ok(learned) => (Some(learned), None),
            // Nothing changed, and nobody says for which of the rows: each half is asked for by itself.
            Err(error) if items.len() > 1 && Learned::of_error(&error).is_some_and(|it| it.is_refusal()) => {
                self.apart.set(&ids, items.len().div_ceil(2));
                (None, None)
            }
            Err(error) => {
                let learned = Learned::of_error(&error);
                let put_off = learned.is_none().then(|| PutOff::of(&error));
                (learned, put_off)
            }
        };
        let noted = learned.clone().unwrap_or_else(|| Learned::new(State::Planned));
        let taken = items.first().and_then(|item| self.taken(item, &noted));
        let events: Vec<Event> = items.iter().map(|item| noted.clone().event(item, &intent.id)).collect();
        let noting = Some(self.engine.journal.begin_record(events).await?);
        let states = learned.map(|learned| vec![learned.state; items.len()]).unwrap_or_default();
        Ok(Sent { items: ids, states, taken, put_off, noting })
    }

    /// The request to follow, if AT&T works on it.
    pub(super) fn taken(&self, item: &Item, learned: &Learned) -> Option<Request> {
        (learned.state == State::Accepted).then(|| Request {
            operation: item.row.operation,
            id: learned.facts.request_id.clone(),
            accepted: millis(self.engine.client.clock().wall()),
        })
    }
}

fn ids_of<T>(lines: &[(Item, T)]) -> Vec<ItemId> {
    lines.iter().map(|(item, _)| item.id).collect()
}

impl Sent {
    fn not_sent(items: Vec<ItemId>, put_off: Option<PutOff>) -> Self {
        Self { items, states: Vec::new(), taken: None, put_off, noting: None }
    }
}
