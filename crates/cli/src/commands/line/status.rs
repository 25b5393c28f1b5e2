//! `apex line suspend`, `resume`, `cancel`, `restore`.

use apex_mobility::domain::{Date, SubscriberNumber};
use apex_mobility::resolve::Write;
use apex_mobility::status_change::operations::{CancelLine, RestoreLine, ResumeLine, SuspendLine};
use apex_mobility::status_change::restorable_until;
use apex_mobility::wire::{LineStatus, Service, WireDate};
use clap::{Args, ValueEnum};

use super::{already, before};
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::write::{Codes, ConfirmArgs, Done, ReasonArgs, Sent, WriteArgs, ask};

/// What every change of status takes.
#[derive(Debug, Args)]
struct StatusArgs<C: Codes> {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    #[command(flatten)]
    reason: ReasonArgs<C>,
    /// The day it takes effect, for example 2026-01-31 [default: at once]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    #[command(flatten)]
    write: WriteArgs,
}

/// Take an active line out of service for a time
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex line suspend 2145550101 --reason STLN")]
pub(crate) struct SuspendArgs {
    #[command(flatten)]
    status: StatusArgs<SuspendCode>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum SuspendCode {
    /// The customer asked for it
    Cr,
    /// Usage is too high
    Npg,
    /// The device was stolen
    Stln,
    /// Seen once; what it stands for is not known
    Ee,
}

impl Codes for SuspendCode {
    const SHOWN: &'static str = "CR|NPG|STLN|EE";
}

/// Take a suspended line back into service
///
/// A cancelled line is not resumed: `apex line restore` brings it back.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex line resume 2145550101 --reason CR")]
pub(crate) struct ResumeArgs {
    #[command(flatten)]
    status: StatusArgs<ResumeCode>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum ResumeCode {
    /// The customer asked for it
    Cr,
    /// A matter of procedure
    Pr,
}

impl Codes for ResumeCode {
    const SHOWN: &'static str = "CR|PR";
}

/// Give up a line, active or suspended
///
/// It can be restored for 60 days, with the device and the plan it has now: a cancelled line's device cannot be
/// changed. Asks first on a terminal; elsewhere it needs --yes. A line that is cancelled already is as it should be:
/// that is said, and it exits with 0.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex line cancel 2145550101 --reason CAN\n  \
    apex line cancel 2145550101 --reason LOS --on 2026-01-31 --yes")]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    status: StatusArgs<CancelCode>,
    #[command(flatten)]
    confirm: ConfirmArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum CancelCode {
    /// No reason is given
    Can,
    /// The device was lost or stolen
    Los,
    /// Seen once; what it stands for is not known
    Dd,
}

impl Codes for CancelCode {
    const SHOWN: &'static str = "CAN|LOS|DD";
}

/// Take a cancelled line back into service, within 60 days
///
/// It comes back with the number, device and plan it had; AT&T checks that the plan fits the device.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex line restore 2145550101 --reason BBL")]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    status: StatusArgs<RestoreCode>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "UPPER")]
enum RestoreCode {
    /// The line is brought back live
    Bbl,
    /// The customer asked for it
    Cr,
    /// A matter of procedure
    Pr,
}

impl Codes for RestoreCode {
    const SHOWN: &'static str = "BBL|CR|PR";
}

pub(super) async fn suspend(args: SuspendArgs, printer: &Printer) -> Ended {
    let StatusArgs { number, reason, on, write } = args.status;
    let change = SuspendLine { number: number.clone(), reason: reason.code().into(), effective_date: on };
    send("suspended", change, &number, on, &write, printer).await
}

pub(super) async fn resume(args: ResumeArgs, printer: &Printer) -> Ended {
    let StatusArgs { number, reason, on, write } = args.status;
    let change = ResumeLine { number: number.clone(), reason: reason.code().into(), effective_date: on };
    send("resumed", change, &number, on, &write, printer).await
}

pub(super) async fn restore(args: RestoreArgs, printer: &Printer) -> Ended {
    let StatusArgs { number, reason, on, write } = args.status;
    let change = RestoreLine { number: number.clone(), reason: reason.code().into(), effective_date: on };
    send("restored", change, &number, on, &write, printer).await
}

async fn send(
    done: &'static str,
    change: impl Write<Output = Service>,
    number: &SubscriberNumber,
    on: Option<Date>,
    write: &WriteArgs,
    printer: &Printer,
) -> Ended {
    let (writer, look) = (write.writer(printer)?, before::look(number));
    let Sent::Answered { answer: line, .. } = writer.send(change, number).await? else { return Ok(Exit::Ok) };
    Done::line(done, number, &line).asked_for(on, writer.today()).tell(printer, &look)
}

pub(super) async fn cancel(args: CancelArgs, printer: &Printer) -> Ended {
    let StatusArgs { number, reason, on, write } = args.status;
    let writer = write.writer(printer)?;
    let until = restorable_until(on.unwrap_or_else(|| writer.today()));
    if writer.client().is_some() && args.confirm.asks(printer)? {
        let line = before::read(&writer, &number).await?.unwrap_or_default();
        let when = on.map_or_else(|| "at once".to_owned(), |day| format!("on {day}"));
        let what_happens = [
            before::sentence(&number, &line),
            format!("it goes out of service {when}"),
            format!(
                "until {until} it can be restored, with the device and the plan it has now: a cancelled line's \
                 device cannot be changed"
            ),
        ];
        ask(printer, &what_happens, &format!("Cancel {number}?"))?;
    }
    let change = CancelLine { number: number.clone(), reason: reason.code().into(), effective_date: on };
    let line = match writer.send(change, &number).await? {
        Sent::Answered { answer, .. } => answer,
        Sent::AlreadySo => {
            let differs = |line: &Service| {
                let status = line.status().filter(|status| *status != LineStatus::Cancelled)?;
                Some(format!("its status is {}", status.as_str()))
            };
            return already::tell("cancelled already", &number, &writer, printer, differs).await;
        }
        Sent::Shown | Sent::Applied => return Ok(Exit::Ok),
    };
    let until = line.effective_date.as_ref().and_then(WireDate::as_date).map_or(until, restorable_until);
    let done = Done::line("cancelled", &number, &line).asked_for(on, writer.today()).restorable_until(until);
    done.tell(printer, &before::look(&number))
}

#[cfg(test)]
mod tests {
    use apex_mobility::domain::ReasonCode;
    use apex_mobility::status_change::{CancelReason, RestoreReason, ResumeReason, SuspendReason};

    use super::*;

    /// Every code that is offered is one that the SDK has a name for, and shown in the usage.
    fn check<C: Codes>(is_named: impl Fn(ReasonCode) -> bool) {
        let codes: Vec<_> = C::value_variants().iter().filter_map(ValueEnum::to_possible_value).collect();
        let names: Vec<_> = codes.iter().map(clap::builder::PossibleValue::get_name).collect();
        assert_eq!(names.join("|"), C::SHOWN);
        for name in names {
            assert!(is_named(ReasonCode::parse(name).unwrap()), "{name}");
        }
    }

    #[test]
    fn the_codes_of_a_change_are_those_the_sdk_knows() {
        check::<SuspendCode>(|code| !SuspendReason::from(code).is_other());
        check::<ResumeCode>(|code| !ResumeReason::from(code).is_other());
        check::<CancelCode>(|code| !CancelReason::from(code).is_other());
        check::<RestoreCode>(|code| !RestoreReason::from(code).is_other());
    }
}
