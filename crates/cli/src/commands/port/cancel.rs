//! `apex port cancel`.

use apex_mobility::Mobility;
use apex_mobility::domain::{SubscriberNumber, ZipCode};
use apex_mobility::port_management::operations::CancelPort;
use clap::Args;

use super::outcome;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::Printer;
use crate::write::{ConfirmArgs, Sent, WriteArgs, ask};

/// Drop a port request
///
/// The number stays in service at the old carrier. Possible until the port is completed. Asks first on a
/// terminal; elsewhere it needs --yes.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex port cancel 9725550107 --service-zip 75201")]
pub(crate) struct CancelArgs {
    /// The number (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// The service ZIP of the request
    #[arg(long, value_name = "ZIP")]
    service_zip: ZipCode,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: CancelArgs, printer: &Printer) -> Ended {
    let CancelArgs { number, service_zip, confirm, write } = args;
    let writer = write.writer(printer)?;
    if let Some(client) = writer.client()
        && confirm.asks(printer)?
    {
        let port = Mobility::new(client).port_management().status(number.clone()).send().await?;
        let what_happens = [
            outcome::sentence(&number, &port),
            "the request is dropped, and the number stays in service at the old carrier".to_owned(),
            "to bring it in later, a new request starts from the beginning".to_owned(),
        ];
        ask(printer, &what_happens, &format!("Cancel the port of {number}?"))?;
    }
    let cancel = CancelPort { number: number.clone(), service_zip };
    let Sent::Answered { answer: port, .. } = writer.send(cancel, &number).await? else {
        return Ok(Exit::Ok);
    };
    // The write is done, whatever word AT&T has for it.
    outcome::tell(Some(outcome::CANCELLED), &number, &port, printer);
    Ok(Exit::Ok)
}
