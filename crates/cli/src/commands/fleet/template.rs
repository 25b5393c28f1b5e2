//! `apex fleet template`.

use apex_mobility::fleet::FleetOperation;
use apex_mobility::fleet::input::template;
use clap::Args;

use crate::exit::Exit;
use crate::printer::Printer;

/// Print a file to begin with: the header of an operation and one example row, as CSV
#[derive(Debug, Args)]
#[command(after_help = "Operations:\n  \
    activate, port-request, port-update, port-cancel, suspend, resume, cancel, restore, change-number,\n  \
    set-device, transfer, update-contact, reset-voicemail, resend-ota, change-plan, provision-ip,\n  \
    remove-ip, create-account, update-account\n\n\
    Example:\n  apex fleet template suspend > suspend.csv")]
pub(crate) struct TemplateArgs {
    /// What the rows ask for
    #[arg(value_name = "OPERATION")]
    operation: FleetOperation,
}

pub(super) fn run(args: &TemplateArgs, printer: &Printer) -> Exit {
    printer.text(&template(args.operation));
    Exit::Ok
}
