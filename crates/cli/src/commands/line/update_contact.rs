//! `apex line update-contact`.

use apex_mobility::domain::SubscriberNumber;
use apex_mobility::line_configuration::operations::UpdateSubscriber;
use clap::Args;

use super::before;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::person::PersonArgs;
use crate::printer::Printer;
use crate::write::{Done, Sent, WriteArgs};

/// Change who uses a line, and where: the contact's name and the primary place of use
///
/// Name and address are each given whole, together or apart. The address's ZIP becomes the line's service ZIP:
/// a change of number or device goes by it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex line update-contact 2145550101 --first-name Test --last-name User\n  \
    apex line update-contact 2145550101 --street-number 100 --street-name Example \\\n    \
    --city Dallas --state TX --zip 75201")]
pub(crate) struct UpdateContactArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    #[command(flatten)]
    person: PersonArgs,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: UpdateContactArgs, printer: &Printer) -> Ended {
    let number = args.number;
    let (name, address) = (args.person.name()?, args.person.address()?);
    if name.is_none() && address.is_none() {
        return Err(Failure::usage("nothing to change", "give a name, an address, or both: see --help"));
    }
    let look = before::look(&number);
    let update = UpdateSubscriber { number: number.clone(), name, address };
    let writer = args.write.writer(printer)?;
    let Sent::Answered { answer: line, .. } = writer.send(update, &number).await? else {
        return Ok(Exit::Ok);
    };
    Done::line("contact updated", &number, &line).tell(printer, &look)
}
