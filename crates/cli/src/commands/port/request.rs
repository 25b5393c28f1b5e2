//! `apex port request`.

use apex_mobility::Mobility;
use apex_mobility::domain::{BillingAccountNumber, SubscriberNumber, ZipCode};
use apex_mobility::port_management::PortRequest;
use apex_mobility::port_management::operations::RequestPort;
use clap::Args;

use super::losing::LosingArgs;
use super::outcome;
use crate::commands::Ended;
use crate::failure::Failure;
use crate::person::{self, PersonArgs};
use crate::printer::Printer;
use crate::waiting::WaitArgs;
use crate::write::{WriteArgs, Writer};

/// Ask for a number to be brought in
///
/// First asks whether that is possible, as `apex port check` does, then sends the request once. With --wait it
/// exits with 0 when the port is confirmed, 1 when it is refused or something has to be corrected, and 5 when
/// the time to wait was over.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    apex port request 9725550107 --ban 000000000001 --first-name Test --last-name User \\\n    \
    --street-number 100 --street-name Example --city Dallas --state TX --zip 75201 \\\n    \
    --losing-account-file account.txt --losing-pin-file pin.txt --wait")]
pub(crate) struct RequestArgs {
    /// The number at the other carrier (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// The account that will be billed (12 digits)
    #[arg(long, value_name = "BAN")]
    ban: BillingAccountNumber,
    /// The ZIP it is to be served in [default: the address's]
    #[arg(long, value_name = "ZIP")]
    service_zip: Option<ZipCode>,
    /// The service area that `apex port check` showed; spares the check
    #[arg(long, value_name = "AREA")]
    service_area: Option<String>,
    /// The business that the number belongs to
    #[arg(long, value_name = "NAME")]
    business_name: Option<String>,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    subscriber: PersonArgs,
    /// The first name of who authorizes the port [default: the subscriber's]
    #[arg(long, value_name = "NAME", help_heading = "Subscriber")]
    authorizer_first_name: Option<String>,
    /// The last name of who authorizes the port [default: the subscriber's]
    #[arg(long, value_name = "NAME", help_heading = "Subscriber")]
    authorizer_last_name: Option<String>,
    #[command(flatten)]
    losing: LosingArgs,
    #[command(flatten)]
    write: WriteArgs,
}

impl RequestArgs {
    fn request(&self, printer: &Printer) -> Result<(PortRequest, ZipCode), Failure> {
        let missing = |what: &str, flags: &str| {
            Failure::usage(format!("the subscriber's {what} is missing"), format!("give {flags}"))
        };
        let name = self.subscriber.name()?;
        let name = name.ok_or_else(|| missing("name", "--first-name and --last-name"))?;
        let address = self
            .subscriber
            .address()?
            .ok_or_else(|| missing("address", "--street-number, --street-name, --city, --state and --zip"))?;
        let (first, last) = (self.authorizer_first_name.as_deref(), self.authorizer_last_name.as_deref());
        let authorizer = person::name("authorizer-", first, last)?;
        let losing = self.losing.carrier(Some(&name), printer)?;
        let service_zip = self.service_zip.clone().unwrap_or_else(|| address.zip_code().clone());
        let mut request =
            PortRequest::new(self.number.clone(), self.ban.clone(), name, address.clone(), losing)
                .service_zip(service_zip.clone());
        if let Some(authorizer) = authorizer {
            request = request.authorizer(authorizer, address);
        }
        if let Some(business) = &self.business_name {
            request = request.business_name(business);
        }
        Ok((request, service_zip))
    }
}

pub(super) async fn run(args: RequestArgs, printer: &Printer) -> Ended {
    let (mut request, service_zip) = args.request(printer)?;
    let writer = args.write.writer(printer)?;
    let number = args.number;
    let area = match args.service_area {
        Some(area) => Some(area),
        None => service_area(&writer, &number, service_zip).await?,
    };
    match &area {
        Some(area) => request = request.service_area(area),
        None if writer.reader().is_none() => {
            printer.note("the service area is empty: a dry run does not ask AT&T for it");
        }
        None => {}
    }
    let sent = writer.send(RequestPort { request }, &number).await?;
    outcome::after("port requested", &number, sent, &args.waiting, &writer, printer).await
}

/// Asks whether the port is possible. Nothing in a dry run.
async fn service_area(
    writer: &Writer<'_>,
    number: &SubscriberNumber,
    zip: ZipCode,
) -> Result<Option<String>, Failure> {
    let Some(client) = writer.client() else { return Ok(None) };
    let ports = Mobility::new(client).port_management();
    let answer = ports.check_eligibility(number.clone(), zip.clone()).send().await?;
    if !answer.is_eligible() {
        return Err(Failure::not_sent(
            format!("AT&T does not take the number {number} in the ZIP {zip}"),
            "check both, and whether the number is AT&T's already; a number that cannot be ported is given up for a new one",
        ));
    }
    Ok(Some(answer.service_area().unwrap_or_default().to_owned()))
}
