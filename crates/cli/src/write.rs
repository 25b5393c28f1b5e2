//! Commands that change something: sent once, or only shown.
//!
//! `--dry-run`, Ctrl-C, what is done when the answer is lost and how the end is printed are the same for all
//! of them and stand here.

mod again;
mod confirm;
mod done;
mod reason;
mod request;
mod resolving;
mod settled;

use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use apex_mobility::catalog::Class;
use apex_mobility::domain::SubscriberNumber;
use apex_mobility::resolve::{Look, Outcome, Resolver, Step, Verdict, Write};
use apex_mobility::{Call, Client, Date, Effect, Error, Traceable};
use clap::Args;

pub(crate) use self::confirm::{ConfirmArgs, ask};
pub(crate) use self::done::Done;
pub(crate) use self::reason::{Codes, ReasonArgs};

use self::request::Shown;
use self::resolving::ResolveArgs;
use self::settled::Settled;
use crate::connection::ConnectionArgs;
use crate::failure::{Failure, what_of};
use crate::interrupt::{asked_to_end, listen};
use crate::printer::{Printer, one_line};

/// What every command takes that changes something.
#[derive(Debug, Args)]
pub(crate) struct WriteArgs {
    /// Show the request, with secrets hidden, and send nothing; needs neither server nor credentials
    #[arg(long, help_heading = None::<&'static str>)]
    dry_run: bool,
    #[command(flatten)]
    resolve: ResolveArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl WriteArgs {
    /// Whoever sends, or shows, with these settings.
    pub(crate) fn writer<'p>(&self, printer: &'p Printer) -> Result<Writer<'p>, Failure> {
        let (client, mode) = if self.dry_run {
            let client = self.connection.client_that_sends_nothing()?;
            (client, Mode::DryRun { server_is_set: self.connection.names_a_server() })
        } else if let Some(sent) = self.resolve.sent_at {
            (self.connection.client()?.read_only(), Mode::Settle { sent })
        } else {
            (self.connection.client()?, Mode::Send { resolves: !self.resolve.no_resolve })
        };
        Ok(Writer { client, mode, wait: self.resolve.wait(), printer })
    }
}

/// Sends writes, shows them, or looks what came of them.
pub(crate) struct Writer<'p> {
    client: Client,
    mode: Mode,
    wait: Duration,
    printer: &'p Printer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Send { resolves: bool },
    DryRun { server_is_set: bool },
    Settle { sent: SystemTime },
}

/// What a write is about, for those who have to be told what came of it.
#[derive(Debug, Default)]
pub(crate) struct About {
    subjects: Vec<String>,
    pins: Vec<(&'static str, String)>,
}

impl About {
    /// The line, number or account; of a batch one for each line.
    pub(crate) fn new(subjects: impl IntoIterator<Item = impl ToString>) -> Self {
        Self { subjects: subjects.into_iter().map(|one| one.to_string()).collect(), pins: Vec::new() }
    }

    /// A value that was read before sending, and the flag that gives it to who looks later.
    pub(crate) fn pin(mut self, flag: &'static str, value: &impl ToString) -> Self {
        self.pins.push((flag, value.to_string()));
        self
    }
}

impl From<&SubscriberNumber> for About {
    fn from(number: &SubscriberNumber) -> Self {
        Self::new([number])
    }
}

/// What came of a write that did not fail.
#[derive(Debug)]
pub(crate) enum Sent<T> {
    /// It was shown, in a dry run.
    Shown,
    /// AT&T took it.
    Answered {
        answer: T,
        /// The line's new number, where only a search by SIM said it.
        number: Option<SubscriberNumber>,
    },
    /// Its answer was lost. Reads show that it took effect, and that was told.
    Applied,
    /// AT&T refused it as what it asks for is so already (contract 6: rows 16 and 17).
    AlreadySo,
}

/// How far a write is.
#[derive(Debug, Clone, Copy)]
enum Phase {
    Before,
    Sent,
    Settling(SystemTime),
}

impl Writer<'_> {
    /// The client, for reads that go before the write. There is none where nothing will be sent.
    pub(crate) fn client(&self) -> Option<&Client> {
        matches!(self.mode, Mode::Send { .. }).then_some(&self.client)
    }

    /// The client, for reads that go after the write. There is none in a dry run.
    pub(crate) fn reader(&self) -> Option<&Client> {
        (!matches!(self.mode, Mode::DryRun { .. })).then_some(&self.client)
    }

    /// Why nothing was read before the write, where nothing was.
    pub(crate) fn reads_nothing_because(&self) -> Option<&'static str> {
        match self.mode {
            Mode::Send { .. } => None,
            Mode::DryRun { .. } => Some("a dry run sends nothing, so it cannot read"),
            Mode::Settle { .. } => Some("--sent-at takes the command as it was sent and does not read"),
        }
    }

    /// Today (UTC), by the client's clock.
    pub(crate) fn today(&self) -> Date {
        self.client.today()
    }

    /// Sends a write once, and looks what came of it where its answer is lost. In a dry run shows it instead.
    pub(crate) async fn send<O: Write>(
        &self,
        operation: O,
        about: impl Into<About>,
    ) -> Result<Sent<O::Output>, Failure> {
        self.send_knowing(operation, about, None).await
    }

    /// The same for those who know, when looking later, how it was before.
    pub(crate) async fn send_knowing<O: Write>(
        &self,
        operation: O,
        about: impl Into<About>,
        before: Option<<O::Item as Traceable>::Seen>,
    ) -> Result<Sent<O::Output>, Failure> {
        let about = about.into();
        listen().await;
        match self.mode {
            Mode::DryRun { server_is_set } => {
                let call = Call::new(&self.client, operation);
                Shown::of(&call.request()?, self.client.wire_profile(), server_is_set).print(self.printer);
                self.printer.note("dry run: nothing was sent");
                Ok(Sent::Shown)
            }
            Mode::Settle { sent } => self.settle(&operation, &about, before, sent).await,
            Mode::Send { resolves: false } => self.send_only(operation, &about).await,
            Mode::Send { resolves: true } => self.send_and_settle(operation, &about).await,
        }
    }

    async fn send_only<O: Write>(&self, operation: O, about: &About) -> Result<Sent<O::Output>, Failure> {
        let call = Call::new(&self.client, operation);
        let mut sending = Box::pin(call.send());
        let answer = tokio::select! {
            answer = &mut sending => answer,
            () = asked_to_end() => {
                self.printer.note(AWAITED);
                tokio::select! {
                    answer = &mut sending => answer,
                    () = asked_to_end() => return Err(self.left::<O>(about)),
                }
            }
        };
        match answer {
            Ok(answer) => Ok(Sent::Answered { answer: answer.value, number: None }),
            Err(error) if is_so_already(&error) => Ok(self.already_so(&error)),
            Err(error) => Err(Failure::from(error).with_look(&again::<O>(about, self.now()))),
        }
    }

    async fn send_and_settle<O: Write>(
        &self,
        operation: O,
        about: &About,
    ) -> Result<Sent<O::Output>, Failure> {
        let phase = Mutex::new(Phase::Before);
        let phase_now = || phase.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = {
            let progress = self.printer.waiting(O::NAME);
            let tell = |step: Step<'_>| {
                *phase_now() = match step {
                    Step::Sending => Phase::Sent,
                    Step::Settling(error) => {
                        let what =
                            error.map_or_else(|| format!("{}: accepted without detail", O::NAME), what_of);
                        self.say_that_it_looks::<O>(&what);
                        progress.say("looking what came of it");
                        Phase::Settling(self.now())
                    }
                };
            };
            let resolver = Resolver::new(&self.client).wait(self.wait);
            let mut sending = Box::pin(resolver.send_telling(Call::new(&self.client, operation), tell));
            loop {
                tokio::select! {
                    outcome = &mut sending => break outcome,
                    () = asked_to_end() => {}
                }
                let phase = *phase_now();
                match phase {
                    Phase::Before => {
                        return Err(Failure::not_sent("left before it was sent", "run it again"));
                    }
                    Phase::Sent => {
                        self.printer.note(AWAITED);
                        *phase_now() = Phase::Settling(self.now());
                    }
                    Phase::Settling(sent) => return Err(Self::left_looking::<O>(about, sent)),
                }
            }
        };
        match outcome {
            Outcome::Accepted { answer, number } => Ok(Sent::Answered { answer, number }),
            Outcome::Rejected(error) if is_so_already(&error) => Ok(self.already_so(&error)),
            Outcome::Rejected(error) => Err(error.into()),
            Outcome::Settled(lost) => {
                let sent = match *phase_now() {
                    Phase::Settling(sent) => sent,
                    Phase::Before | Phase::Sent => self.now(),
                };
                self.tell::<O>(
                    &format!("the answer was lost ({})", what_of(&lost.error)),
                    &lost.verdicts,
                    about,
                    sent,
                )
            }
        }
    }

    /// Looks what came of a write that was sent before.
    async fn settle<O: Write>(
        &self,
        operation: &O,
        about: &About,
        before: Option<<O::Item as Traceable>::Seen>,
        sent: SystemTime,
    ) -> Result<Sent<O::Output>, Failure> {
        let resolver = Resolver::new(&self.client).wait(self.wait);
        let before = before.map_or_else(Vec::new, |before| vec![Some(before)]);
        self.say_that_it_looks::<O>(&format!("{}: nothing is sent", O::NAME));
        let progress = self.printer.waiting("looking what came of it");
        let looking: Pin<Box<dyn Future<Output = Vec<Verdict>> + Send + '_>> =
            Box::pin(resolver.settle_lines(operation.items(), before, sent));
        let verdicts = tokio::select! {
            verdicts = looking => verdicts,
            () = asked_to_end() => return Err(Self::left_looking::<O>(about, sent)),
        };
        drop(progress);
        self.tell::<O>("its answer was lost", &verdicts, about, sent)
    }

    fn tell<O: Write>(
        &self,
        answer: &str,
        verdicts: &[Verdict],
        about: &About,
        sent: SystemTime,
    ) -> Result<Sent<O::Output>, Failure> {
        let again = again::<O>(about, sent);
        let settled = Settled {
            operation: O::NAME,
            answer,
            subjects: &about.subjects,
            verdicts,
            again: &again,
            by_hand: O::READ_BACK,
        };
        settled.tell(self.printer).map(|()| Sent::Applied)
    }

    fn already_so<T>(&self, error: &Error) -> Sent<T> {
        self.printer
            .note(&format!("it is so already, and nothing was changed: {}", one_line(error.message())));
        Sent::AlreadySo
    }

    fn say_that_it_looks<O: Write>(&self, what: &str) {
        if !can_look::<O>() {
            return;
        }
        let wait = crate::span::words(self.wait);
        self.printer.note(&format!(
            "{what}
looking what came of it, for up to {wait}: nothing is sent again, and Ctrl-C is safe (it ends \
             the looking and shows the command that goes on)"
        ));
    }

    fn now(&self) -> SystemTime {
        self.client.clock().wall()
    }

    fn left<O: Write>(&self, about: &About) -> Failure {
        let what = format!("{}: left before the answer came", O::NAME);
        Failure::unknown(what, O::READ_BACK).with_look(&again::<O>(about, self.now()))
    }

    fn left_looking<O: Write>(about: &About, sent: SystemTime) -> Failure {
        let what = format!("{}: left before it was known what came of it", O::NAME);
        Failure::unknown(what, O::READ_BACK).with_look(&again::<O>(about, sent))
    }
}

fn is_so_already(error: &Error) -> bool {
    error.class() == Class::NoOp && error.effect() == Effect::Rejected
}

const AWAITED: &str = "it was sent: its answer is awaited; Ctrl-C again leaves without it";

/// The command that looks again, where looking is of use.
fn again<O: Write>(about: &About, sent: SystemTime) -> String {
    if can_look::<O>() { again::command(sent, &about.pins) } else { String::new() }
}

/// Whether any read tells about it.
fn can_look<O: Write>() -> bool {
    <O::Item as Look>::LOOKS_BEFORE
}
