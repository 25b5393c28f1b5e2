//! `apex line transfer`.

use apex_mobility::domain::{BillingAccountNumber, Date, SingleUserCode, SubscriberNumber};
use apex_mobility::line_configuration::operations::TransferLine;
use clap::Args;

use super::before;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::write::{Done, Sent, WriteArgs};

/// Transfer billing responsibility for a line to another account (TOBR)
///
/// Inside the contract term that costs an early-termination fee (ETF): no answer says so, or how much.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex line transfer 2145550101 --to 000000000002")]
pub(crate) struct TransferArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// The account that is to pay (12 digits)
    #[arg(long, value_name = "BAN")]
    to: BillingAccountNumber,
    /// Switch the plan with it
    #[arg(long, value_name = "PLAN")]
    plan: Option<SingleUserCode>,
    /// The day it takes effect, for example 2026-01-31 [default: at once]
    #[arg(long, value_name = "DATE")]
    on: Option<Date>,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: TransferArgs, printer: &Printer) -> Ended {
    let TransferArgs { number, to, plan, on, write } = args;
    let look = before::look(&number);
    let transfer = TransferLine { number: number.clone(), to, plan, effective_date: on };
    let writer = write.writer(printer)?;
    let Sent::Answered { answer: line, .. } = writer.send(transfer, &number).await? else {
        return Ok(Exit::Ok);
    };
    Done::line("transferred", &number, &line).asked_for(on, writer.today()).tell(printer, &look)
}
