//! Group commit: all that is to be written at one moment goes into one transaction and one flush.

mod callers;
mod turn;

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, Connection};
use tokio::sync::{mpsc, oneshot};

use super::error::JournalError;
use super::records::{Event, ItemId, JobInfo, JobNumber, JobSpec, JobState, NewItem};
use super::store::{Dialect, Store};
use crate::field::Field;
use crate::operation::FleetOperation;
use callers::Callers;
use turn::{Failure, Turn};

/// Who waits for an answer. It is given once, when the transaction is through: one that has to be done again gives none.
pub(super) struct Reply<T>(Arc<Mutex<Option<Waiting<T>>>>);

type Waiting<T> = oneshot::Sender<Result<T, JournalError>>;

impl<T> Reply<T> {
    fn new() -> (Self, oneshot::Receiver<Result<T, JournalError>>) {
        let (sender, answer) = oneshot::channel();
        (Self(Arc::new(Mutex::new(Some(sender)))), answer)
    }

    fn give(&self, answer: Result<T, JournalError>) {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(sender) = sender {
            // A caller that has gone does not want to know.
            let _ = sender.send(answer);
        }
    }
}

impl<T> Clone for Reply<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// Something to write.
pub(super) enum Command {
    CreateJob {
        spec: JobSpec,
        at: i64,
        reply: Reply<JobInfo>,
    },
    Add {
        job: JobNumber,
        items: Vec<NewItem>,
        at: i64,
        reply: Reply<()>,
    },
    Claim {
        job: JobNumber,
        at: i64,
        reply: Reply<u64>,
    },
    /// Claims the keys and begins the job, in one: a draft that was cut off in between would keep the keys of rows that
    /// nobody sends.
    LetIn {
        job: JobNumber,
        at: i64,
        reply: Reply<u64>,
    },
    RefuseConflicts {
        job: JobNumber,
        at: i64,
        reply: Reply<u64>,
    },
    RefuseMisplaced {
        job: JobNumber,
        columns: Vec<(FleetOperation, Field)>,
        at: i64,
        reply: Reply<u64>,
    },
    SetJobState {
        job: JobNumber,
        /// Only from this one; none from any.
        from: Option<JobState>,
        state: JobState,
        reply: Reply<bool>,
    },
    Discard {
        job: JobNumber,
        reply: Reply<()>,
    },
    Intend {
        items: Vec<(ItemId, String)>,
        intent: String,
        send_before: i64,
        at: i64,
        reply: Reply<Vec<ItemId>>,
    },
    Record {
        events: Vec<Event>,
        at: i64,
        reply: Reply<u64>,
    },
}

/// Commands that share a flush, at most.
const TOGETHER: usize = 512;

/// The way to the writing task. It ends when the last one is dropped.
#[derive(Debug, Clone)]
pub(super) struct Writer(mpsc::Sender<Command>);

impl Writer {
    pub(super) fn start(store: Arc<Store>) -> Self {
        let (sender, commands) = mpsc::channel(TOGETHER);
        tokio::spawn(write_all(store, commands));
        Self(sender)
    }

    /// Hands a command over and waits until it is on disk.
    pub(super) async fn ask<T>(&self, command: impl FnOnce(Reply<T>) -> Command) -> Result<T, JournalError> {
        self.hand_over(command).await?.on_disk().await
    }

    /// Hands a command over.
    pub(super) async fn hand_over<T>(
        &self,
        command: impl FnOnce(Reply<T>) -> Command,
    ) -> Result<Writing<T>, JournalError> {
        let (reply, answer) = Reply::new();
        self.0.send(command(reply)).await.map_err(|_| gone())?;
        Ok(Writing(answer))
    }
}

/// Something on its way into the journal. It gets there whether or not it is waited for.
#[derive(Debug)]
pub(crate) struct Writing<T>(oneshot::Receiver<Result<T, JournalError>>);

impl<T> Writing<T> {
    /// Waits until it is on disk.
    pub(crate) async fn on_disk(self) -> Result<T, JournalError> {
        self.0.await.map_err(|_| gone())?
    }
}

fn gone() -> JournalError {
    JournalError::Write("the writing task has ended".to_owned())
}

async fn write_all(store: Arc<Store>, mut commands: mpsc::Receiver<Command>) {
    let mut together = Vec::with_capacity(TOGETHER);
    let mut link = Link { store: &store, connection: None };
    let mut callers = Callers::default();
    loop {
        let count = tokio::select! {
            biased;
            count = commands.recv_many(&mut together, TOGETHER) => count,
            () = store.writer.close_event() => 0,
        };
        if count == 0 {
            return;
        }
        callers.gather(&mut commands, &mut together).await;
        write_together(&mut link, Merged::of(std::mem::take(&mut together))).await;
    }
}

/// The connection, kept from one transaction to the next: the pool would ask it how it is before and after each.
struct Link<'a> {
    store: &'a Store,
    connection: Option<PoolConnection<Any>>,
}

impl Link<'_> {
    async fn connection(&mut self) -> Result<&mut AnyConnection, sqlx::Error> {
        let held = match self.connection.take() {
            Some(held) => held,
            None => self.store.writer.acquire().await?,
        };
        Ok(self.connection.insert(held))
    }
}

/// What to tell a caller once the transaction is through.
type Answer = Box<dyn FnOnce() + Send>;

/// How often a transaction is done again that another process was in the way of.
const AGAIN: u32 = 20;

/// One transaction for all. Where a command cannot be carried out, each gets one of its own: what is wrong with one is
/// no reason to leave out the others.
async fn write_together(link: &mut Link<'_>, commands: Vec<Merged>) {
    let Err(failure) = write(link, &commands).await else { return };
    if failure.is_undone && commands.len() > 1 {
        for command in commands {
            if let Err(failure) = write(link, std::slice::from_ref(&command)).await {
                command.refuse(&failure.error);
            }
        }
        return;
    }
    for command in &commands {
        command.refuse(&failure.error);
    }
}

/// A transaction that came to nothing, or may have.
struct Unwritten {
    error: JournalError,
    /// Whether nothing of it can have been written.
    is_undone: bool,
}

async fn write(link: &mut Link<'_>, commands: &[Merged]) -> Result<(), Unwritten> {
    let mut tries = 0;
    let mut was_cut_off = false;
    // A server's rows come in one answer; from a file, each row costs a change of threads.
    let mut by_row = link.store.dialect == Dialect::Postgres;
    loop {
        let (failure, is_undone) = match write_once(link, commands, by_row).await {
            Ok(answers) => {
                answers.into_iter().for_each(|answer| answer());
                return Ok(());
            }
            Err(failed) => failed,
        };
        // It may be broken; the pool finds out.
        link.connection = None;
        match failure {
            Failure::Fewer if !by_row => by_row = true,
            failure if failure.is_in_each_others_way() && tries < AGAIN => tries += 1,
            failure if is_undone && failure.is_cut_off() && !was_cut_off => was_cut_off = true,
            failure => return Err(Unwritten { error: failure.into(), is_undone }),
        }
    }
}

/// Gives the answers, or what failed and whether that was before the commit.
async fn write_once(
    link: &mut Link<'_>,
    commands: &[Merged],
    by_row: bool,
) -> Result<Vec<Answer>, (Failure, bool)> {
    let before = |error: sqlx::Error| (Failure::from(error), true);
    let store = link.store;
    let mut answers: Vec<Answer> = Vec::with_capacity(commands.len());
    let mut transaction = link.connection().await.map_err(before)?.begin().await.map_err(before)?;
    let mut turn = Turn { store, connection: &mut transaction, by_row };
    for command in commands {
        turn.carry_out(command, &mut answers).await.map_err(|failure| (failure, true))?;
    }
    let count = turn.count().await.map_err(|failure| (failure, true))?;
    failpoint!(BeforeCommit);
    transaction.commit().await.map_err(|error| {
        let failure = Failure::from(error);
        let is_undone = failure.came_too_late();
        (failure, is_undone)
    })?;
    failpoint!(AfterCommit);
    store.confirm(count);
    failpoint!(Confirmed);
    Ok(answers)
}

/// A command, and events of several callers in one.
enum Merged {
    One(Command),
    Intents(Vec<Intent>),
    Records(Vec<Record>),
}

struct Record {
    events: Vec<Event>,
    at: i64,
    reply: Reply<u64>,
}

struct Intent {
    items: Vec<(ItemId, String)>,
    intent: String,
    send_before: i64,
    at: i64,
    reply: Reply<Vec<ItemId>>,
}

impl Merged {
    /// Intents become one statement, and so do events. They are asked for by callers who do not wait for each other, so
    /// in which order is all the same; the other commands stay where they are among them.
    fn of(commands: Vec<Command>) -> Vec<Self> {
        let mut merged: Vec<Self> = Vec::new();
        for command in commands {
            match command {
                Command::Intend { items, intent, send_before, at, reply } => {
                    let one = Intent { items, intent, send_before, at, reply };
                    let begun = open(&mut merged).find_map(Self::intents);
                    match begun {
                        Some(all) => all.push(one),
                        None => merged.push(Self::Intents(vec![one])),
                    }
                }
                Command::Record { events, at, reply } => {
                    let one = Record { events, at, reply };
                    let begun = open(&mut merged).find_map(Self::records);
                    match begun {
                        Some(all) => all.push(one),
                        None => merged.push(Self::Records(vec![one])),
                    }
                }
                other => merged.push(Self::One(other)),
            }
        }
        merged
    }

    fn intents(&mut self) -> Option<&mut Vec<Intent>> {
        if let Self::Intents(all) = self { Some(all) } else { None }
    }

    fn records(&mut self) -> Option<&mut Vec<Record>> {
        if let Self::Records(all) = self { Some(all) } else { None }
    }

    /// Tells all who wait for it that it could not be written.
    fn refuse(&self, error: &JournalError) {
        match self {
            Self::One(command) => command.refuse(error),
            Self::Intents(all) => all.iter().for_each(|one| one.reply.give(Err(error.clone()))),
            Self::Records(all) => all.iter().for_each(|one| one.reply.give(Err(error.clone()))),
        }
    }
}

/// What may still be added to: all behind the last command of another kind.
fn open(merged: &mut [Merged]) -> impl Iterator<Item = &mut Merged> {
    merged.iter_mut().rev().take_while(|one| !matches!(one, Merged::One(_)))
}

impl Command {
    fn refuse(&self, error: &JournalError) {
        match self {
            Self::CreateJob { reply, .. } => reply.give(Err(error.clone())),
            Self::Add { reply, .. } | Self::Discard { reply, .. } => reply.give(Err(error.clone())),
            Self::SetJobState { reply, .. } => reply.give(Err(error.clone())),
            Self::Claim { reply, .. }
            | Self::LetIn { reply, .. }
            | Self::RefuseConflicts { reply, .. }
            | Self::RefuseMisplaced { reply, .. }
            | Self::Record { reply, .. } => {
                reply.give(Err(error.clone()));
            }
            Self::Intend { reply, .. } => reply.give(Err(error.clone())),
        }
    }
}

/// An answer that is known before the commit, and given after it.
fn after<T: Send + 'static>(reply: &Reply<T>, value: T) -> Answer {
    let reply = reply.clone();
    Box::new(move || reply.give(Ok(value)))
}
