//! `apex port update`.

use apex_mobility::domain::{BillingAccountNumber, SubscriberNumber, ZipCode};
use apex_mobility::port_management::PortUpdate;
use apex_mobility::port_management::operations::UpdatePort;
use clap::Args;

use super::losing::LosingArgs;
use super::outcome;
use crate::commands::Ended;
use crate::failure::Failure;
use crate::person::PersonArgs;
use crate::printer::Printer;
use crate::waiting::WaitArgs;
use crate::write::WriteArgs;

/// Correct a port request that is open or in conflict
///
/// Only what is given is sent, each part as a whole: of the losing carrier's account its number, its PIN if it
/// has one, and the name on its bill; of the subscriber name and address. The request is open again then.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex port update 9725550107 --service-zip 75201\n  \
    apex port update 9725550107 --losing-account-file account.txt --losing-pin-file pin.txt \\\n    \
    --losing-first-name Test --losing-last-name User --wait")]
pub(crate) struct UpdateArgs {
    /// The number (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// Another ZIP that it is to be served in
    #[arg(long, value_name = "ZIP")]
    service_zip: Option<ZipCode>,
    /// Another account to be billed (12 digits)
    #[arg(long, value_name = "BAN")]
    ban: Option<BillingAccountNumber>,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    subscriber: PersonArgs,
    #[command(flatten)]
    losing: LosingArgs,
    #[command(flatten)]
    write: WriteArgs,
}

impl UpdateArgs {
    fn update(&self, printer: &Printer) -> Result<PortUpdate, Failure> {
        let mut update = PortUpdate::new();
        if let Some(zip) = &self.service_zip {
            update = update.service_zip(zip.clone());
        }
        if let Some(account) = &self.ban {
            update = update.billing_account(account.clone());
        }
        let name = self.subscriber.name()?;
        if self.losing.is_named() {
            update = update.losing_carrier(self.losing.carrier(name.as_ref(), printer)?);
        }
        match (name, self.subscriber.address()?) {
            (Some(name), Some(address)) => update = update.subscriber(name, address),
            (None, None) => {}
            (name, _) => {
                let lacks = if name.is_some() { "address" } else { "name" };
                return Err(Failure::usage(
                    format!("the subscriber's {lacks} is missing"),
                    "give name and address: the subscriber is sent as a whole",
                ));
            }
        }
        if update.is_empty() {
            return Err(Failure::usage("nothing to correct", "give what is to be corrected: see --help"));
        }
        Ok(update)
    }
}

pub(super) async fn run(args: UpdateArgs, printer: &Printer) -> Ended {
    let update = args.update(printer)?;
    let (writer, number) = (args.write.writer(printer)?, args.number);
    let correction = UpdatePort { number: number.clone(), update };
    let sent = writer.send(correction, &number).await?;
    outcome::after("port updated", &number, sent, &args.waiting, &writer, printer).await
}
