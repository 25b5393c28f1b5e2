//! Sending a sheet's lines and following them to their end.
//!
//! One request per billing account and 200 lines. Requests live and fail apart: one that fails stops
//! neither the sending nor the following of the others.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use apex_mobility::catalog::Class;
use apex_mobility::domain::{Batch, Iccid, Imei, SubscriberNumber};
use apex_mobility::service_activation::{Activation, ActivationBatch, ActivationJob, NewLine, RequestId};
use apex_mobility::{Client, Effect, Error, Mobility, Poller};
use futures_util::stream::{self, FuturesUnordered};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::{Semaphore, watch};

use super::earlier::Earlier;
use super::read_back::{BETWEEN_LOOKS, ReadBack, read_back};
use super::results::{ResultRow, ResultsFile, Verdict, results_of};
use super::sheet::Sheet;
use super::verdict::{go_on, look_by_sim, note_state};
use crate::exit::Exit;
use crate::failure::{Failure, next_of, what_of};
use crate::printer::Progress;

/// How many requests are sent at a time. A request can hold 200 lines.
const SENDING: usize = 4;
/// How many lines are read back at a time; the client has a limit of its own.
const READING: usize = 8;

/// How to follow requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Following {
    /// Whether to wait for the end at all.
    pub(crate) wait: bool,
    /// How long to wait, instead of until a request is overdue.
    pub(crate) timeout: Option<Duration>,
    /// How often to look, instead of by the contract's schedule.
    pub(crate) poll_every: Option<Duration>,
    /// Whether to keep the file of results up to date on the way, or write it at the end.
    pub(crate) note: bool,
}

/// A sheet on its way.
pub(crate) struct Job {
    client: Client,
    following: Following,
    /// The lines, by the place of their row in the results.
    lines: BTreeMap<usize, NewLine>,
    state: Mutex<State>,
    stop: watch::Sender<bool>,
}

struct State {
    results: Vec<ResultRow>,
    file: ResultsFile,
    /// Earlier results that were set aside.
    kept: Option<PathBuf>,
    /// Results could not be written.
    lost: Option<std::io::Error>,
    /// Why requests were refused as a whole, the first of them.
    refusal: Option<Refusal>,
    /// The credentials are refused: nothing more is sent.
    shut_out: bool,
    requests: Vec<SentRequest>,
}

/// A request that AT&T has accepted.
#[derive(Debug, Clone)]
pub(crate) struct SentRequest {
    pub(crate) id: String,
    pub(crate) lines: usize,
    pub(crate) account: String,
}

/// Why a request as a whole did not go through, or could not be followed.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) exit: Exit,
    pub(crate) reason: String,
    pub(crate) next: String,
}

impl Refusal {
    fn of(error: &Error) -> Self {
        Self { exit: Exit::of(error), reason: what_of(error), next: next_of(error) }
    }
}

/// What came of a job.
pub(crate) struct Outcome {
    pub(crate) results: Vec<ResultRow>,
    pub(crate) requests: Vec<SentRequest>,
    pub(crate) refusal: Option<Refusal>,
    pub(crate) kept: Option<PathBuf>,
    pub(crate) lost: Option<std::io::Error>,
}

impl Job {
    /// A job for the good rows of a sheet, less those that an earlier run has dealt with.
    pub(crate) fn new(
        client: Client,
        sheet: &Sheet,
        file: ResultsFile,
        earlier: &Earlier,
        following: Following,
    ) -> Self {
        let mut file = file;
        let mut results = results_of(sheet);
        if !earlier.is_empty() && earlier.is_within(&results) {
            file.carries_on();
        }
        let done = earlier.take_over(sheet, &mut results);
        let mut lines = BTreeMap::new();
        for (place, (result, row)) in results.iter().zip(&sheet.rows).enumerate() {
            if let Ok(line) = &row.line
                && (!done.contains(&place) || result.verdict == Verdict::Pending)
            {
                lines.insert(place, line.clone());
            }
        }
        let state = State {
            results,
            file,
            kept: None,
            lost: None,
            refusal: None,
            shut_out: false,
            requests: Vec::new(),
        };
        let (stop, _) = watch::channel(false);
        Self { client, following, lines, state: Mutex::new(state), stop }
    }

    /// How many lines will be sent.
    pub(crate) fn to_send(&self) -> usize {
        let state = self.state();
        let new =
            |place: &usize| state.results.get(*place).is_some_and(|row| row.verdict == Verdict::NotSent);
        self.lines.keys().filter(|place| new(place)).count()
    }

    /// Sends and follows. Ends early, with everything noted, when [`stop`](Self::stop) is called.
    pub(crate) async fn run(&self, progress: &Progress) -> Result<(), Failure> {
        self.note();
        if let Some(error) = self.state().lost.take() {
            // Nothing is sent that could not be noted.
            return Err(Failure::usage(
                format!("the results file cannot be written: {error}"),
                "give another file with --results",
            ));
        }
        let turn = Semaphore::new(SENDING);
        let mut under_way: FuturesUnordered<_> = FuturesUnordered::new();
        for (id, places) in self.earlier_requests() {
            under_way.push(self.resume(id, places).left_future());
        }
        for (places, batch) in self.batches() {
            under_way.push(self.carry(places, batch, &turn).right_future());
        }
        while under_way.next().await.is_some() {
            progress.set(self.settled());
        }
        Ok(())
    }

    /// Sends nothing more and waits no longer. Requests under way get their answer.
    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// What came of it, so far.
    pub(crate) fn outcome(&self) -> Outcome {
        self.save();
        let mut state = self.state();
        Outcome {
            results: state.results.clone(),
            requests: state.requests.clone(),
            refusal: state.refusal.clone(),
            kept: state.kept.clone(),
            lost: state.lost.take(),
        }
    }

    /// One request per billing account and 200 lines, with the places of its rows.
    fn batches(&self) -> Vec<(Vec<usize>, ActivationBatch)> {
        let mut by_account: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        {
            let state = self.state();
            for (place, line) in &self.lines {
                if state.results.get(*place).is_some_and(|row| row.verdict == Verdict::NotSent) {
                    by_account.entry(line.billing_account().as_str()).or_default().push(*place);
                }
            }
        }
        let mut batches = Vec::new();
        for places in by_account.into_values() {
            for places in places.chunks(ActivationBatch::MAX) {
                let lines: Vec<_> =
                    places.iter().filter_map(|place| self.lines.get(place).cloned()).collect();
                match Batch::try_from(lines) {
                    Ok(batch) => batches.push((places.to_vec(), batch)),
                    // The sheet has refused what comes twice, and a chunk is neither empty nor too long.
                    Err(error) => self.each(places, |row, _| {
                        row.settle(
                            Verdict::NotSent,
                            Some(error.to_string()),
                            Some("correct the rows".to_owned()),
                        );
                    }),
                }
            }
        }
        batches
    }

    /// Rows that an earlier run submitted and did not see the end of, by their request.
    fn earlier_requests(&self) -> Vec<(RequestId, Vec<usize>)> {
        let state = self.state();
        let mut requests: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, row) in state.results.iter().enumerate() {
            if let (Verdict::Pending, Some(id)) = (row.verdict, &row.request_id) {
                requests.entry(id).or_default().push(place);
            }
        }
        requests.into_iter().filter_map(|(id, places)| Some((RequestId::parse(id).ok()?, places))).collect()
    }

    /// One request from before it is sent to its end.
    async fn carry(&self, places: Vec<usize>, batch: ActivationBatch, turn: &Semaphore) {
        let begun = {
            let Ok(_turn) = turn.acquire().await else { return };
            if *self.stop.borrow() {
                return;
            }
            if self.state().shut_out {
                self.each(&places, |row, _| {
                    let next = "run the same command again with working credentials".to_owned();
                    row.settle(
                        Verdict::NotSent,
                        Some("the server refuses the credentials".to_owned()),
                        Some(next),
                    );
                });
                return;
            }
            // Whoever reads the results after a crash must not take these rows for unsent.
            self.each(&places, |row, _| {
                let reason = "it was being sent, and no answer is noted";
                row.settle(Verdict::Unknown, Some(reason.to_owned()), Some(look_by_sim(&row.sim)));
            });
            self.note();
            Mobility::new(&self.client).service_activation().submit(batch).begin().await
        };
        match begun {
            Err(error) => self.refused(&places, &error),
            Ok(request) => {
                self.accepted(&places, &request.handle().job.id);
                self.follow(places, request).await;
            }
        }
        self.note();
    }

    /// A request of an earlier run: looks at once, then as at any other.
    async fn resume(&self, id: RequestId, places: Vec<usize>) {
        let mut request = Poller::begin(&self.client, ActivationJob { id });
        match request.look().await {
            Ok(_) => self.follow(places, request).await,
            Err(error) => self.unlooked(&places, &error),
        }
        self.note();
    }

    async fn follow(&self, places: Vec<usize>, request: Poller<ActivationJob>) {
        if !self.following.wait {
            return;
        }
        let mut stopped = self.stop.subscribe();
        tokio::select! {
            () = self.look_until_settled(&places, request) => {}
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        let active: Vec<_> = {
            let state = self.state();
            let number = |place: usize| {
                let row = state.results.get(place).filter(|row| row.verdict == Verdict::Activated)?;
                Some((place, row.subscriber_number.clone()?))
            };
            places.into_iter().filter_map(number).collect()
        };
        let reading = stream::iter(active)
            .for_each_concurrent(READING, |(place, number)| self.look_back(place, number));
        tokio::select! {
            () = reading => {}
            _ = stopped.wait_for(|stop| *stop) => {}
        }
    }

    async fn look_until_settled(&self, places: &[usize], mut request: Poller<ActivationJob>) {
        if let Some(timeout) = self.following.timeout {
            request = request.with_timeout(timeout);
        }
        if let Some(every) = self.following.poll_every {
            request = request.with_poll_every(every);
        }
        if let Some(status) = request.last().cloned() {
            self.seen(places, &status);
            if status.is_settled() {
                return;
            }
        }
        while let Some(change) = request.next().await {
            match change {
                Ok(status) => self.seen(places, &status),
                Err(error) => self.unlooked(places, &error),
            }
            self.note();
        }
    }

    /// AT&T took the request and said no to it as a whole, or nobody knows.
    fn refused(&self, places: &[usize], error: &Error) {
        let reason = what_of(error);
        let next = next_of(error);
        self.each(places, |row, _| match error.effect() {
            Effect::Unknown => {
                row.settle(Verdict::Unknown, Some(reason.clone()), Some(look_by_sim(&row.sim)));
            }
            Effect::Rejected => row.settle(Verdict::Rejected, Some(reason.clone()), Some(next.clone())),
            _ => row.settle(Verdict::NotSent, Some(reason.clone()), Some(next.clone())),
        });
        let mut state = self.state();
        state.shut_out |= error.class() == Class::Auth;
        state.refusal.get_or_insert_with(|| Refusal::of(error));
    }

    fn accepted(&self, places: &[usize], id: &RequestId) {
        self.each(places, |row, _| {
            row.request_id = Some(id.as_str().to_owned());
            row.settle(Verdict::Pending, Some("AT&T has accepted the request".to_owned()), Some(go_on(id)));
        });
        let account = places.first().and_then(|place| self.lines.get(place));
        self.state().requests.push(SentRequest {
            id: id.as_str().to_owned(),
            lines: places.len(),
            account: account.map(|line| line.billing_account().to_string()).unwrap_or_default(),
        });
        // The id is the only way back to these lines.
        self.note();
    }

    /// What a look shows of each line.
    fn seen(&self, places: &[usize], status: &Activation) {
        let settled = status.is_settled();
        self.each(places, |row, line| {
            let seen = match line {
                Some(line) => status.find(line.sim().iccid(), Some(line.imei())),
                // Sent by an earlier run, and the row was changed since.
                None => status.find(
                    Some(&Iccid::unchecked(row.sim.as_str())),
                    Some(&Imei::unchecked(row.imei.as_str())),
                ),
            };
            match seen {
                Some(seen) => note_state(row, seen, &status.id),
                None if settled => {
                    let reason = "AT&T's answer does not name this line".to_owned();
                    row.settle(Verdict::Unknown, Some(reason), Some(look_by_sim(&row.sim)));
                }
                None => {}
            }
        });
    }

    /// Looking at a request failed for good. What it holds goes on all the same.
    fn unlooked(&self, places: &[usize], error: &Error) {
        let reason =
            format!("AT&T has accepted the request; its status could not be read: {}", what_of(error));
        self.each(places, |row, _| {
            if row.verdict == Verdict::Pending {
                let next = row.next_step.take();
                row.settle(Verdict::Pending, Some(reason.clone()), next);
            }
        });
        self.state().refusal.get_or_insert_with(|| Refusal::of(error));
    }

    async fn look_back(&self, place: usize, number: String) {
        let Some(line) = self.lines.get(&place) else { return };
        let number = SubscriberNumber::unchecked(number);
        // Whoever looks more often has a server whose time runs faster.
        let wait = self.following.poll_every.unwrap_or(BETWEEN_LOOKS).min(BETWEEN_LOOKS);
        let seen = read_back(&self.client, &number, line, wait).await;
        self.each(&[place], |row, _| {
            let look = format!("apex line get {number}");
            match &seen {
                ReadBack::Agrees => row.settle(Verdict::Activated, None, None),
                ReadBack::Differs(differences) => {
                    row.differs = true;
                    let reason = format!("active, but Line Details differs: {}", differences.join("; "));
                    row.settle(Verdict::Activated, Some(reason), Some(look));
                }
                ReadBack::NotShown => {
                    let reason = "active; Line Details does not show it yet".to_owned();
                    row.settle(Verdict::Activated, Some(reason), Some(look));
                }
                ReadBack::Unread(error) => {
                    let reason = format!("active; it could not be read back: {}", what_of(error));
                    row.settle(Verdict::Activated, Some(reason), Some(look));
                }
            }
        });
    }

    /// How many rows have come to their end.
    fn settled(&self) -> u64 {
        let done = |row: &&ResultRow| matches!(row.verdict, Verdict::Activated | Verdict::Rejected);
        self.state().results.iter().filter(done).count() as u64
    }

    fn each(&self, places: &[usize], mut note: impl FnMut(&mut ResultRow, Option<&NewLine>)) {
        let mut state = self.state();
        for place in places {
            if let Some(row) = state.results.get_mut(*place) {
                note(row, self.lines.get(place));
            }
        }
    }

    /// Brings the file up to date while the work goes on.
    fn note(&self) {
        if self.following.note {
            self.save();
        }
    }

    fn save(&self) {
        let mut state = self.state();
        let State { results, file, kept, lost, .. } = &mut *state;
        match file.save(results) {
            Ok(None) => *lost = None,
            Ok(aside) => {
                *kept = aside;
                *lost = None;
            }
            Err(error) => *lost = Some(error),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
