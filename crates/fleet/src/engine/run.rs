//! The loop of a run: begins work as long as there is some, and takes in what comes of it.

use std::collections::{HashSet, VecDeque};
use std::time::{Duration, SystemTime};

use apex_mobility_core::clock::SharedClock;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use super::follow::{Followed, Followings, Next};
use super::form::Unit;
use super::learned::Learned;
use super::ramp::Ramp;
use super::send::Sent;
use super::{Ended, EngineError, Request, Worker};
use crate::journal::{Item, ItemId};
use crate::state::State;

/// What the journal may have more of than is known.
struct Found {
    sendable: bool,
    open: bool,
    /// Requests that an earlier run left for this one to follow.
    accepted: bool,
}

/// One run of one job.
pub(super) struct Run<'a> {
    worker: &'a Worker<'a>,
    /// Items that some work has in hand.
    busy: HashSet<ItemId>,
    followings: Followings,
    /// Items to be sent.
    queue: VecDeque<Item>,
    /// Items that this version cannot read.
    unreadable: HashSet<ItemId>,
    ramp: Ramp,
    to_find: Found,
    started: SystemTime,
    /// Behind which item the second looks at what an earlier run left unknown go on; none when they are all done.
    second_looks: Option<Option<ItemId>>,
    sending: usize,
    settling: usize,
    looking: usize,
    /// When a hand that does not send reads again which requests there are, by the monotonic clock.
    read_accepted_at: Duration,
    /// Rows of this run whose answer is lost: to be settled now, whoever else is at work.
    own: HashSet<ItemId>,
    /// Whether the end of other hands' right to send is waited for.
    yielding: bool,
    /// Nothing is sent before this moment of the clock.
    hold: Option<Duration>,
    /// Whether the end of the hold is waited for.
    waking: bool,
    /// Since when no request has got through.
    silent_since: Option<Duration>,
    /// Why nothing more is sent.
    halt: Option<Ended>,
}

/// Work that came to its end.
enum Work {
    /// What came of a unit is known, and on its way into the journal.
    Sent(Sent),
    /// It stands there.
    Noted(Sent),
    Settled(ItemId, State, Option<Request>),
    /// A look at a request, and what comes next.
    Looked(Followed, Next),
    /// A hold is over.
    Woken,
    /// What other hands were about to send has left, or never will.
    Yielded,
}

type Works<'w> = FuturesUnordered<BoxFuture<'w, Result<Work, EngineError>>>;

/// Items that are read ahead of their sending.
const AHEAD: usize = 2000;
/// The same where other hands take rows too: what they have sent by then need not be tried.
const AHEAD_OF_OTHERS: usize = 400;
/// Items that are settled at a time. Most of their time is waiting.
const SETTLING: usize = 64;
/// Requests that are looked at at a time.
const LOOKING: usize = 64;
/// How often a hand that does not send reads which requests there are to follow.
const READ_ACCEPTED_EVERY: Duration = Duration::from_secs(30);
/// How often to look at what other hands were about to send.
const SHORTEST_YIELD: Duration = Duration::from_millis(500);
const LONGEST_YIELD: Duration = Duration::from_secs(5);
/// Rows in other hands that are looked over at a time.
const IN_OTHER_HANDS: usize = 5000;

impl<'a> Run<'a> {
    pub(super) fn new(worker: &'a Worker<'a>) -> Self {
        Self {
            worker,
            busy: HashSet::new(),
            followings: Followings::default(),
            queue: VecDeque::new(),
            unreadable: HashSet::new(),
            ramp: Ramp::new(&worker.engine.options),
            to_find: Found { sendable: worker.part.sends, open: worker.part.sends, accepted: true },
            started: worker.engine.client.clock().wall(),
            second_looks: worker.part.asked_again.then_some(None),
            sending: 0,
            settling: 0,
            looking: 0,
            read_accepted_at: Duration::ZERO,
            own: HashSet::new(),
            yielding: false,
            hold: None,
            waking: false,
            silent_since: None,
            halt: None,
        }
    }

    pub(super) async fn carry_through(&mut self) -> Result<Ended, EngineError> {
        let worker = self.worker;
        let mut works: Works<'_> = FuturesUnordered::new();
        loop {
            self.begin_settling(&mut works).await?;
            self.begin_following(&mut works).await?;
            self.begin_sending(&mut works).await?;
            let next_look = self.next_look();
            if works.is_empty() && next_look.is_none() {
                break;
            }
            tokio::select! {
                Some(work) = works.next() => self.take_in(work?, &mut works),
                () = until(worker.engine.client.clock(), next_look), if next_look.is_some() => {}
                () = worker.stop.stopping(), if next_look.is_some() => {}
                () = worker.stop.leaving() => break,
            }
        }
        drop(works);
        if let Some(halt) = self.halt.take() {
            return Ok(halt);
        }
        Ok(if worker.stop.is_asked() { Ended::Stopped } else { Ended::Finished })
    }

    /// When to look at a request, or for requests, next.
    fn next_look(&self) -> Option<Duration> {
        let due = self.followings.next_due().filter(|_| self.looking < LOOKING)?;
        Some(if self.worker.part.sends { due } else { due.min(self.read_accepted_at) })
    }

    async fn begin_sending(&mut self, works: &mut Works<'a>) -> Result<(), EngineError> {
        let worker = self.worker;
        let clock = worker.engine.client.clock();
        let now = clock.monotonic();
        if let Some(until) = self.hold.filter(|until| *until > now) {
            if !self.waking && self.halt.is_none() && !worker.stop.is_asked() {
                self.waking = true;
                let (sleep, stop) = (clock.sleep(until - now), worker.stop);
                works.push(Box::pin(async move {
                    tokio::select! {
                        () = sleep => {}
                        () = stop.stopping() => {}
                    }
                    Ok(Work::Woken)
                }));
            }
            return Ok(());
        }
        while self.sending < worker.engine.options.concurrency
            && self.halt.is_none()
            && !worker.stop.is_asked()
        {
            if self.ramp.is_used_up() {
                self.halt = Some(Ended::EnoughChanges);
                return Ok(());
            }
            let quota = self.ramp.quota();
            if quota == 0 {
                return Ok(());
            }
            if self.queue.is_empty() {
                self.fill_queue().await?;
            }
            let mut left_alone = Vec::new();
            let unit = Unit::form(&mut self.queue, quota, &worker.apart, &mut |item| {
                let read = worker.task(item)?;
                let why = read.as_ref().err().map(|why| Learned::unreadable(State::Unreadable, why));
                left_alone.extend(why.map(|why| why.event(item, "")));
                Ok(read.ok())
            })?;
            let is_through = unit.is_none() && left_alone.is_empty();
            if !left_alone.is_empty() {
                self.unreadable.extend(left_alone.iter().map(|event| event.item));
                worker.engine.journal.record(left_alone).await?;
            }
            let Some(unit) = unit else { if is_through { return Ok(()) } else { continue } };
            self.busy.extend(unit.ids());
            self.ramp.began(unit.ids().len() as u64);
            self.sending += 1;
            works.push(Box::pin(async move { Ok(Work::Sent(worker.send_in_turn(unit).await?)) }));
        }
        Ok(())
    }

    async fn fill_queue(&mut self) -> Result<(), EngineError> {
        let worker = self.worker;
        if !self.to_find.sendable {
            return Ok(());
        }
        let ahead = if worker.part.others { AHEAD_OF_OTHERS } else { AHEAD };
        let limit = ahead + self.busy.len() + self.unreadable.len();
        let again = worker.part.asked_again;
        let found = worker.engine.journal.items_to_send(worker.part.span, again, limit).await?;
        let is_new = |item: &Item| !self.busy.contains(&item.id) && !self.unreadable.contains(&item.id);
        self.queue.extend(found.into_iter().filter(is_new));
        self.to_find.sendable = !self.queue.is_empty();
        Ok(())
    }

    async fn begin_settling(&mut self, works: &mut Works<'a>) -> Result<(), EngineError> {
        if self.to_find.open && self.settling < SETTLING {
            let states = [State::Intent, State::Sent, State::Unknown];
            let worker = self.worker;
            let most = if worker.part.others { IN_OTHER_HANDS } else { SETTLING };
            let limit = most + self.busy.len();
            let found = worker.engine.journal.items_within(worker.part.span, &states, limit).await?;
            let mut open = found.into_iter().filter(|item| !self.busy.contains(&item.id)).collect::<Vec<_>>();
            if worker.part.others {
                self.leave_to_others(&mut open, works);
            }
            let room = SETTLING - self.settling;
            self.to_find.open = open.len() > room;
            open.truncate(room);
            self.settle(open, works);
        }
        self.look_again(works).await
    }

    /// Takes out the rows that another hand may be about to send, and comes back to them when it no longer may.
    fn leave_to_others(&mut self, open: &mut Vec<Item>, works: &mut Works<'a>) {
        let worker = self.worker;
        let now = worker.engine.client.clock().wall();
        let mut first: Option<SystemTime> = None;
        open.retain(|item| {
            let is_theirs = item.send_before > now && !self.own.contains(&item.id);
            if is_theirs {
                first = Some(first.map_or(item.send_before, |first| first.min(item.send_before)));
            }
            !is_theirs
        });
        if let Some(first) = first
            && !self.yielding
            && !worker.stop.is_asked()
        {
            self.yielding = true;
            // Most of them end long before.
            let wait = first.duration_since(now).unwrap_or_default().clamp(SHORTEST_YIELD, LONGEST_YIELD);
            let sleep = worker.engine.client.clock().sleep(wait);
            works.push(Box::pin(async move {
                tokio::select! {
                    () = sleep => {}
                    () = worker.stop.stopping() => {}
                }
                Ok(Work::Yielded)
            }));
        }
    }

    /// What an earlier run left unknown gets one more look: a resume is how a person asks for it.
    async fn look_again(&mut self, works: &mut Works<'a>) -> Result<(), EngineError> {
        let worker = self.worker;
        while let Some(after) = self.second_looks
            && self.settling < SETTLING
            && !worker.stop.is_asked()
        {
            let room = SETTLING - self.settling;
            let span = worker.part.span.behind(after);
            let page = worker.engine.journal.items_within(span, &[State::StillUnknown], room).await?;
            self.second_looks = page.last().map(|last| Some(last.id));
            let earlier = page.into_iter().filter(|item| item.changed < self.started);
            self.settle(earlier.collect(), works);
        }
        Ok(())
    }

    fn settle(&mut self, items: Vec<Item>, works: &mut Works<'a>) {
        let worker = self.worker;
        for item in items {
            self.settling += 1;
            self.busy.insert(item.id);
            works.push(Box::pin(async move {
                let id = item.id;
                let (state, taken) = worker.settle(item).await?;
                Ok(Work::Settled(id, state, taken))
            }));
        }
    }

    async fn begin_following(&mut self, works: &mut Works<'a>) -> Result<(), EngineError> {
        let worker = self.worker;
        let is_refused = matches!(self.halt, Some(Ended::Refused(_)));
        if !worker.engine.options.follow || worker.stop.is_asked() || is_refused {
            self.followings.clear();
            return Ok(());
        }
        let now = worker.engine.client.clock().monotonic();
        // Other hands send these rows, and more of them are accepted while this one follows the first.
        let accepts_others = !worker.part.sends && now >= self.read_accepted_at;
        if std::mem::take(&mut self.to_find.accepted) || accepts_others {
            self.read_accepted_at = now.saturating_add(READ_ACCEPTED_EVERY);
            // Once more, what an earlier run found overdue, if somebody asks for it.
            let part = worker.part;
            for request in worker.engine.journal.requests(part.span, part.asked_again).await? {
                self.followings.begin(request, |request| worker.first_look(request));
            }
        }
        while self.looking < LOOKING
            && let Some(mut followed) = self.followings.take_due(now)
        {
            self.looking += 1;
            works.push(Box::pin(async move {
                let next = worker.look_at(&mut followed).await?;
                Ok(Work::Looked(followed, next))
            }));
        }
        Ok(())
    }

    fn follow(&mut self, taken: Option<Request>) {
        let worker = self.worker;
        if let Some(request) = taken.filter(|_| worker.engine.options.follow) {
            self.followings.begin(request, |request| worker.first_look(request));
        }
    }

    fn take_in(&mut self, work: Work, works: &mut Works<'a>) {
        match work {
            Work::Woken => self.waking = false,
            Work::Looked(followed, next) => {
                self.looking -= 1;
                self.to_find.sendable |= self.worker.apart.take_news();
                match next {
                    Next::At(due) => self.followings.looked(followed, Some(due)),
                    Next::None => self.followings.looked(followed, None),
                    Next::Refused(why) => {
                        self.followings.looked(followed, None);
                        self.halt.get_or_insert(Ended::Refused(why));
                    }
                }
            }
            Work::Yielded => {
                self.yielding = false;
                self.to_find.open = true;
                // They may have had no turn, and given rows back.
                self.to_find.sendable = true;
            }
            Work::Settled(item, state, taken) => {
                self.settling -= 1;
                self.busy.remove(&item);
                self.own.remove(&item);
                self.to_find.open = true;
                self.to_find.sendable |= state.may_be_sent();
                self.follow(taken);
                self.ramp.came_to(state);
            }
            Work::Sent(sent) => self.take_in_sent(sent, works),
            Work::Noted(sent) => self.take_in_noted(sent),
        }
    }

    /// What decides about the next units. They go into the journal with what came of this one.
    fn take_in_sent(&mut self, mut sent: Sent, works: &mut Works<'a>) {
        let worker = self.worker;
        self.sending -= 1;
        sent.states.iter().for_each(|state| self.ramp.ended(*state));
        self.ramp.gave_back((sent.items.len() - sent.states.len()) as u64);
        let now = worker.engine.client.clock().monotonic();
        match sent.put_off.take() {
            None => {
                self.hold = None;
                self.silent_since = None;
            }
            Some(put_off) => {
                let since = *self.silent_since.get_or_insert(now);
                // Where patience ends first, the last try is then: the client itself keeps to what the server asked for.
                let left = worker.engine.options.patience.saturating_sub(now.saturating_sub(since));
                self.hold = self.hold.max(Some(now.saturating_add(put_off.wait.min(left))));
                if put_off.for_good {
                    self.halt.get_or_insert(Ended::Refused(put_off.why));
                } else if now.saturating_sub(since) >= worker.engine.options.patience {
                    self.halt.get_or_insert(Ended::Unreachable(put_off.why));
                }
            }
        }
        if let Some((failed, sent)) = self.ramp.too_many_failures() {
            self.halt.get_or_insert(Ended::TooManyFailures { failed, sent });
        }
        match sent.noting.take() {
            None => self.take_in_noted(sent),
            Some(noting) => works.push(Box::pin(async move {
                noting.on_disk().await?;
                failpoint!(AfterRecord);
                Ok(Work::Noted(sent))
            })),
        }
    }

    /// What the journal is asked for next, now that it holds this.
    fn take_in_noted(&mut self, sent: Sent) {
        for item in &sent.items {
            self.busy.remove(item);
        }
        let is_open = |state: &State| state.is_open_question();
        self.to_find.open |= sent.states.iter().any(is_open);
        self.to_find.sendable |= sent.states.len() < sent.items.len();
        if self.worker.part.others {
            let lost = sent.items.iter().zip(&sent.states).filter(|(_, state)| is_open(state));
            self.own.extend(lost.map(|(item, _)| *item));
        }
        self.follow(sent.taken);
    }
}

/// Until this moment of the clock.
async fn until(clock: &SharedClock, due: Option<Duration>) {
    let wait = due.unwrap_or_default().saturating_sub(clock.monotonic());
    clock.sleep(wait).await;
}
