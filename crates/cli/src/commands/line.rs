//! `apex line`: list lines, look at one, change one. One file per verb, or per group of verbs that are alike.

mod already;
mod before;
mod change_number;
mod get;
mod list;
mod resend_ota;
mod reset_voicemail;
mod set_device;
mod status;
mod transfer;
mod update_contact;

use clap::Subcommand;

use super::Ended;
use crate::printer::Printer;

/// List lines, look at one, or change one
#[derive(Debug, Subcommand)]
pub(crate) enum LineCommand {
    List(list::ListArgs),
    Get(get::GetArgs),
    Suspend(status::SuspendArgs),
    Resume(status::ResumeArgs),
    Cancel(status::CancelArgs),
    Restore(status::RestoreArgs),
    ChangeNumber(change_number::ChangeNumberArgs),
    SetDevice(set_device::SetDeviceArgs),
    Transfer(transfer::TransferArgs),
    UpdateContact(update_contact::UpdateContactArgs),
    ResetVoicemail(reset_voicemail::ResetVoicemailArgs),
    ResendOta(resend_ota::ResendOtaArgs),
}

pub(crate) async fn run(command: LineCommand, printer: &Printer) -> Ended {
    match command {
        LineCommand::List(args) => list::list(args, printer).await,
        LineCommand::Get(args) => get::get(args, printer).await,
        LineCommand::Suspend(args) => status::suspend(args, printer).await,
        LineCommand::Resume(args) => status::resume(args, printer).await,
        LineCommand::Cancel(args) => status::cancel(args, printer).await,
        LineCommand::Restore(args) => status::restore(args, printer).await,
        LineCommand::ChangeNumber(args) => change_number::run(args, printer).await,
        LineCommand::SetDevice(args) => set_device::run(args, printer).await,
        LineCommand::Transfer(args) => transfer::run(args, printer).await,
        LineCommand::UpdateContact(args) => update_contact::run(args, printer).await,
        LineCommand::ResetVoicemail(args) => reset_voicemail::run(args, printer).await,
        LineCommand::ResendOta(args) => resend_ota::run(args, printer).await,
    }
}
