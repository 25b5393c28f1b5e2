//! `apex line resend-ota`.

use apex_mobility::domain::{Iccid, SubscriberNumber};
use apex_mobility::line_configuration::operations::ResendOta;
use clap::Args;

use super::before;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::write::{Done, Sent, WriteArgs};

/// Send a line's profile over the air (OTA) to its SIM again
///
/// Changes nothing at AT&T, and nothing can be read of it: where the answer is lost, send it again if need be.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex line resend-ota 2145550101")]
pub(crate) struct ResendOtaArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// The line's SIM by its ICCID (19 or 20 digits) [default: the one on AT&T's record]
    #[arg(long, value_name = "ICCID")]
    sim: Option<Iccid>,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: ResendOtaArgs, printer: &Printer) -> Ended {
    let number = args.number;
    let writer = args.write.writer(printer)?;
    let line = if args.sim.is_some() { None } else { before::read(&writer, &number).await? };
    let sim = args
        .sim
        .or_else(|| line.as_ref()?.iccid().filter(Iccid::is_valid))
        .ok_or_else(|| before::lacks(&writer, "SIM", "--sim"))?;
    let resend = ResendOta { number: number.clone(), sim };
    let Sent::Answered { answer: line, .. } = writer.send(resend, &number).await? else {
        return Ok(Exit::Ok);
    };
    Done::line("profile sent again", &number, &line).tell(printer, "")
}
