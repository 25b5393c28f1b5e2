//! `apex line reset-voicemail`.

use std::path::PathBuf;

use apex_mobility::domain::{SubscriberNumber, VoicemailPin};
use apex_mobility::line_configuration::operations::ResetVoicemail;
use clap::Args;

use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::secret::Secret;
use crate::write::{Done, Sent, WriteArgs};

/// Reset a line's mailbox, with a new PIN or without
///
/// Nothing can be read of a mailbox: where the answer is lost, ask the subscriber, and reset it again if need
/// be.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex line reset-voicemail 2145550101\n  \
    apex line reset-voicemail 2145550101 --pin-file pin.txt")]
pub(crate) struct ResetVoicemailArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// A file that holds the new PIN (4 to 12 digits), `-` for stdin; else it is taken from the environment
    /// variable APEX_VOICEMAIL_PIN, and without it AT&T chooses
    #[arg(long, value_name = "FILE")]
    pin_file: Option<PathBuf>,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: ResetVoicemailArgs, printer: &Printer) -> Ended {
    let number = args.number;
    let pin = Secret {
        what: "voicemail PIN",
        flag: "--pin-file",
        file: args.pin_file.as_ref(),
        variable: "APEX_VOICEMAIL_PIN",
    };
    let pin: Option<VoicemailPin> = pin.read()?;
    let done = if pin.is_some() { "voicemail reset, with the new PIN" } else { "voicemail reset" };
    let reset = ResetVoicemail { number: number.clone(), pin };
    let writer = args.write.writer(printer)?;
    let Sent::Answered { answer: line, .. } = writer.send(reset, &number).await? else { return Ok(Exit::Ok) };
    Done::line(done, &number, &line).tell(printer, "")
}
