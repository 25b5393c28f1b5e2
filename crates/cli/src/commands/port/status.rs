//! `apex port status`.

use apex_mobility::Mobility;
use apex_mobility::domain::SubscriberNumber;
use clap::Args;

use super::outcome;
use crate::commands::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::waiting::WaitArgs;

/// Show how far a port request has come
///
/// Exits with 0 when the number is ready to be activated, 5 while the losing carrier is still at it, and 1 when
/// it is refused or something has to be corrected: then the command that does it is shown.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex port status 9725550107\n  \
    apex port status 9725550107 --wait --timeout 2h")]
pub(crate) struct StatusArgs {
    /// The number (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
}

pub(super) async fn run(args: StatusArgs, printer: &Printer) -> Ended {
    let StatusArgs { number, waiting, connection } = args;
    let client = connection.client()?;
    let mut port = Mobility::new(&client).port_management().status(number.clone()).send().await?;
    if waiting.wait && outcome::is_open(&number, &port) {
        port = outcome::follow(&number, &waiting, &client, printer).await?.unwrap_or(port);
    }
    let exit = outcome::tell(None, &number, &port, printer);
    // Who has not waited asked for the state, and has it.
    if exit == Exit::Pending && !waiting.wait {
        return Ok(exit);
    }
    Ok(outcome::exit_told(exit, &number, printer))
}
