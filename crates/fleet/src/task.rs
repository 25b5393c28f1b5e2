//! What one row asks for, as the value that its API sends.

mod read;

use apex_mobility_billing_account::operations::{CreateAccount, UpdateAccount};
use apex_mobility_core::domain::{BillingAccountNumber, Eid, Iccid, SubscriberNumber};
use apex_mobility_line_configuration::operations::{
    ResendOta, ResetVoicemail, TransferLine, UpdateDevice, UpdateSubscriber,
};
use apex_mobility_number_change::operations::ChangeNumber;
use apex_mobility_pdp_provisioning::{HeldAddress, NewAddress, PdpName};
use apex_mobility_port_management::operations::{CancelPort, RequestPort, UpdatePort};
use apex_mobility_rate_plan_change::operations::ChangePlan;
use apex_mobility_service_activation::NewLine;
use apex_mobility_status_change::operations::{CancelLine, RestoreLine, ResumeLine, SuspendLine};

use crate::operation::FleetOperation;
use crate::row::{CellProblem, Row};

/// One write, ready to be sent.
#[derive(Debug, Clone, PartialEq)]
pub enum Task {
    /// A line to activate. Goes with others of its account.
    Activate(Box<NewLine>),
    /// A number to bring in.
    PortRequest(Box<RequestPort>),
    /// A port request to correct.
    PortUpdate(Box<UpdatePort>),
    /// A port request to drop.
    PortCancel(CancelPort),
    /// A line to suspend.
    Suspend(SuspendLine),
    /// A line to resume.
    Resume(ResumeLine),
    /// A line to cancel.
    Cancel(CancelLine),
    /// A line to restore.
    Restore(RestoreLine),
    /// A line to give another number, with its SIM if the row names it.
    ChangeNumber(ChangeNumber, Option<Iccid>),
    /// A line to give another device or SIM.
    SetDevice(Box<UpdateDevice>),
    /// A line to move to another account.
    Transfer(TransferLine),
    /// A subscriber to rename or move.
    UpdateContact(Box<UpdateSubscriber>),
    /// A voicemail to reset.
    ResetVoicemail(ResetVoicemail),
    /// A SIM to send its profile to.
    ResendOta(ResendOta),
    /// A line to give another plan or features.
    ChangePlan(ChangePlan),
    /// A line to give a static IP of a PDP, for an account. Goes with others of both.
    ProvisionIp(PdpName, BillingAccountNumber, Box<NewAddress>),
    /// A line to take the static IP of a PDP from, for an account. Goes with others of both.
    RemoveIp(PdpName, BillingAccountNumber, Box<HeldAddress>),
    /// A billing account to create.
    CreateAccount(Box<CreateAccount>),
    /// A billing account to change.
    UpdateAccount(Box<UpdateAccount>),
}

impl Task {
    /// The task of a row, or all that is wrong with the row.
    ///
    /// # Errors
    /// Every cell that cannot be used, with what was given and what is allowed.
    pub fn read(row: &Row) -> Result<Self, Vec<CellProblem>> {
        read::task(row)
    }

    /// Which operation it is.
    #[must_use]
    pub const fn operation(&self) -> FleetOperation {
        match self {
            Self::Activate(_) => FleetOperation::Activate,
            Self::PortRequest(_) => FleetOperation::PortRequest,
            Self::PortUpdate(_) => FleetOperation::PortUpdate,
            Self::PortCancel(_) => FleetOperation::PortCancel,
            Self::Suspend(_) => FleetOperation::Suspend,
            Self::Resume(_) => FleetOperation::Resume,
            Self::Cancel(_) => FleetOperation::Cancel,
            Self::Restore(_) => FleetOperation::Restore,
            Self::ChangeNumber(..) => FleetOperation::ChangeNumber,
            Self::SetDevice(_) => FleetOperation::SetDevice,
            Self::Transfer(_) => FleetOperation::Transfer,
            Self::UpdateContact(_) => FleetOperation::UpdateContact,
            Self::ResetVoicemail(_) => FleetOperation::ResetVoicemail,
            Self::ResendOta(_) => FleetOperation::ResendOta,
            Self::ChangePlan(_) => FleetOperation::ChangePlan,
            Self::ProvisionIp(..) => FleetOperation::ProvisionIp,
            Self::RemoveIp(..) => FleetOperation::RemoveIp,
            Self::CreateAccount(_) => FleetOperation::CreateAccount,
            Self::UpdateAccount(_) => FleetOperation::UpdateAccount,
        }
    }

    /// The number that the row names, if it names one.
    #[must_use]
    pub fn number(&self) -> Option<&SubscriberNumber> {
        match self {
            Self::Activate(_) | Self::CreateAccount(_) | Self::UpdateAccount(_) => None,
            Self::PortRequest(port) => Some(port.request.number()),
            Self::PortUpdate(port) => Some(&port.number),
            Self::PortCancel(port) => Some(&port.number),
            Self::Suspend(line) => Some(&line.number),
            Self::Resume(line) => Some(&line.number),
            Self::Cancel(line) => Some(&line.number),
            Self::Restore(line) => Some(&line.number),
            Self::ChangeNumber(line, _) => Some(&line.number),
            Self::SetDevice(line) => Some(&line.number),
            Self::Transfer(line) => Some(&line.number),
            Self::UpdateContact(line) => Some(&line.number),
            Self::ResetVoicemail(line) => Some(&line.number),
            Self::ResendOta(line) => Some(&line.number),
            Self::ChangePlan(line) => Some(&line.number),
            Self::ProvisionIp(_, _, line) => Some(line.number()),
            Self::RemoveIp(_, _, line) => Some(line.number()),
        }
    }

    /// What its request says once for all its lines, where requests hold many: the account, the PDP.
    #[must_use]
    pub fn group(&self) -> Option<String> {
        match self {
            Self::Activate(line) => Some(line.billing_account().to_string()),
            Self::ProvisionIp(pdp, account, _) | Self::RemoveIp(pdp, account, _) => {
                Some(format!("{account} {pdp}"))
            }
            _ => None,
        }
    }

    /// Who it is about: the line's number, the SIM of a line to be, or the account. What a history is asked by.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::Activate(line) => sim_of(line).to_owned(),
            Self::CreateAccount(account) => account.name.as_str().to_owned(),
            Self::UpdateAccount(account) => account.ban.to_string(),
            _ => self.number().map(ToString::to_string).unwrap_or_default(),
        }
    }

    /// What makes two rows one write (contract 2.5).
    ///
    /// An activation is known by its ICCID alone: whatever else two rows say, one SIM is one line. All others are known
    /// by the line and the whole of what is asked.
    #[must_use]
    pub fn natural_key(&self, row: &Row) -> String {
        match self {
            Self::Activate(line) => format!("activate {}", sim_of(line)),
            // contract 2.5: one port request per number.
            Self::PortRequest(port) => format!("port-request {}", port.request.number()),
            _ => format!("{} {} {}", self.operation(), self.subject(), row.fingerprint()),
        }
    }
}

fn sim_of(line: &NewLine) -> &str {
    let sim = line.sim();
    sim.iccid().map(Iccid::as_str).or_else(|| sim.eid().map(Eid::as_str)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
