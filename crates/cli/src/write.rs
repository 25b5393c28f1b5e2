//! Commands that change something: sent once, or only shown.
//!
//! `--dry-run`, Ctrl-C, what is said when the answer is lost and how the end is printed are the same for all
//! of them and stand here.

mod confirm;
mod done;
mod reason;
mod request;

use apex_mobility::{Call, Client, Date, Operation};
use clap::Args;

pub(crate) use self::confirm::{ConfirmArgs, ask};
pub(crate) use self::done::Done;
pub(crate) use self::reason::{Codes, ReasonArgs};

use self::request::Shown;
use crate::connection::ConnectionArgs;
use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::Printer;

/// What every command takes that changes something.
#[derive(Debug, Args)]
pub(crate) struct WriteArgs {
    /// Show the request, with secrets hidden, and send nothing; needs neither server nor credentials
    #[arg(long, help_heading = None::<&'static str>)]
    dry_run: bool,
    #[command(flatten)]
    connection: ConnectionArgs,
}

impl WriteArgs {
    /// Whoever sends, or shows, with these settings.
    pub(crate) fn writer<'p>(&self, printer: &'p Printer) -> Result<Writer<'p>, Failure> {
        let (client, mode) = if self.dry_run {
            let client = self.connection.client_that_sends_nothing()?;
            (client, Mode::DryRun { server_is_set: self.connection.names_a_server() })
        } else {
            (self.connection.client()?, Mode::Send)
        };
        Ok(Writer { client, mode, printer })
    }
}

/// Sends writes, or shows them.
pub(crate) struct Writer<'p> {
    client: Client,
    mode: Mode,
    printer: &'p Printer,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Send,
    DryRun { server_is_set: bool },
}

impl Writer<'_> {
    /// The client, for reads that go with the write. There is none in a dry run: it sends nothing at all.
    pub(crate) fn client(&self) -> Option<&Client> {
        (self.mode == Mode::Send).then_some(&self.client)
    }

    /// Today (UTC), by the client's clock.
    pub(crate) fn today(&self) -> Date {
        self.client.today()
    }

    /// Sends a write once and gives its answer. In a dry run shows it instead, and gives nothing.
    ///
    /// `look` is the command that settles it when nobody knows what came of it; empty where there is none.
    pub(crate) async fn send<O: Operation>(
        &self,
        operation: O,
        look: &str,
    ) -> Result<Option<O::Output>, Failure> {
        let call = Call::new(&self.client, operation);
        if let Mode::DryRun { server_is_set } = self.mode {
            Shown::of(&call.request()?, self.client.wire_profile(), server_is_set).print(self.printer);
            self.printer.note("dry run: nothing was sent");
            return Ok(None);
        }
        let mut sending = Box::pin(call.send());
        let answer = tokio::select! {
            answer = &mut sending => answer,
            () = asked_to_end() => {
                self.printer.note("it was sent: its answer is awaited; Ctrl-C again leaves without it");
                tokio::select! {
                    answer = &mut sending => answer,
                    () = asked_to_end() => return Err(left::<O>(look)),
                }
            }
        };
        match answer {
            Ok(answer) => Ok(Some(answer.value)),
            Err(error) => Err(Failure::from(error).with_look(look)),
        }
    }
}

fn left<O: Operation>(look: &str) -> Failure {
    Failure::unknown(format!("{}: left before the answer came", O::NAME), O::READ_BACK).with_look(look)
}
