//! The writes of the ten APIs, as a row names them.

use std::fmt;
use std::str::FromStr;

use crate::field::Field;
use crate::state::State;

/// One of the writes that a row can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FleetOperation {
    /// Activate a line.
    Activate,
    /// Ask for a number to be brought in.
    PortRequest,
    /// Correct a port request.
    PortUpdate,
    /// Drop a port request.
    PortCancel,
    /// Suspend an active line.
    Suspend,
    /// Resume a suspended line.
    Resume,
    /// Cancel a line.
    Cancel,
    /// Restore a cancelled line.
    Restore,
    /// Give a line another number.
    ChangeNumber,
    /// Put another device or SIM on record.
    SetDevice,
    /// Move a line to another billing account.
    Transfer,
    /// Change the subscriber's name or address.
    UpdateContact,
    /// Reset a line's voicemail.
    ResetVoicemail,
    /// Send a SIM its profile again.
    ResendOta,
    /// Change plan and features.
    ChangePlan,
    /// Give a line a static IP.
    ProvisionIp,
    /// Take a line's static IP away.
    RemoveIp,
    /// Create a billing account.
    CreateAccount,
    /// Change a billing account's name, contact or passcode.
    UpdateAccount,
}

/// How requests for an operation are formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Batching {
    /// One request per row.
    Single,
    /// Rows that share what their request says once (the account, the PDP) go together, at most this many.
    Together(usize),
}

/// What stands in the columns of an operation.
#[derive(Debug)]
pub struct Columns {
    /// Each row needs them.
    pub needed: &'static [Field],
    /// At least one of them has to be there, where the list is not empty.
    pub one_of: &'static [Field],
    /// A row may have them.
    pub optional: &'static [Field],
}

impl FleetOperation {
    /// All of them, in the order in which a line meets them.
    pub const ALL: [Self; 19] = [
        Self::Activate,
        Self::PortRequest,
        Self::PortUpdate,
        Self::PortCancel,
        Self::Suspend,
        Self::Resume,
        Self::Cancel,
        Self::Restore,
        Self::ChangeNumber,
        Self::SetDevice,
        Self::Transfer,
        Self::UpdateContact,
        Self::ResetVoicemail,
        Self::ResendOta,
        Self::ChangePlan,
        Self::ProvisionIp,
        Self::RemoveIp,
        Self::CreateAccount,
        Self::UpdateAccount,
    ];

    /// Its word in files and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Activate => "activate",
            Self::PortRequest => "port-request",
            Self::PortUpdate => "port-update",
            Self::PortCancel => "port-cancel",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
            Self::Restore => "restore",
            Self::ChangeNumber => "change-number",
            Self::SetDevice => "set-device",
            Self::Transfer => "transfer",
            Self::UpdateContact => "update-contact",
            Self::ResetVoicemail => "reset-voicemail",
            Self::ResendOta => "resend-ota",
            Self::ChangePlan => "change-plan",
            Self::ProvisionIp => "provision-ip",
            Self::RemoveIp => "remove-ip",
            Self::CreateAccount => "create-account",
            Self::UpdateAccount => "update-account",
        }
    }

    /// How its requests are formed.
    #[must_use]
    pub const fn batching(self) -> Batching {
        match self {
            // contract 4.2: at most 200 lines, one account.
            Self::Activate => Batching::Together(200),
            // contract 4.10: at most 10 lines, one PDP, one account.
            Self::ProvisionIp | Self::RemoveIp => Batching::Together(10),
            _ => Batching::Single,
        }
    }

    /// Whether it takes something away that cannot simply be given back: a line, a number, a port.
    #[must_use]
    pub const fn is_destructive(self) -> bool {
        matches!(self, Self::Cancel | Self::ChangeNumber | Self::PortCancel | Self::RemoveIp)
    }

    /// Whether a row that provably had no effect may be sent again by itself.
    ///
    /// contract 2.5: an activation never is. What a read cannot show (voicemail, OTA) never gets there.
    #[must_use]
    pub const fn may_repeat_by_itself(self) -> bool {
        !matches!(self, Self::Activate)
    }

    /// Whether it is done but once: a SIM is activated once, a suspension can come again.
    #[must_use]
    pub const fn is_once_for_all(self) -> bool {
        matches!(self, Self::Activate)
    }

    /// Whether a row of it that has come to `state` leaves its natural key free: it may be asked for anew.
    #[must_use]
    pub(crate) const fn is_free_again(self, state: State) -> bool {
        match state {
            State::Rejected | State::Failed | State::Dropped => true,
            State::Done => !self.is_once_for_all(),
            State::NotApplied => !self.may_repeat_by_itself(),
            _ => false,
        }
    }

    /// Whether its rows can have this column.
    #[must_use]
    pub fn uses(self, field: Field) -> bool {
        let Columns { needed, one_of, optional } = self.columns();
        [needed, one_of, optional].iter().any(|fields| fields.contains(&field))
    }

    /// The columns that its rows have.
    #[must_use]
    pub const fn columns(self) -> &'static Columns {
        use Field as F;
        macro_rules! columns {
            ($needed:expr, $one_of:expr, $optional:expr) => {{
                const COLUMNS: Columns = Columns { needed: &$needed, one_of: &$one_of, optional: &$optional };
                &COLUMNS
            }};
        }
        match self {
            Self::Activate => columns!(
                [
                    F::Imei,
                    F::Plan,
                    F::BillingAccount,
                    F::FirstName,
                    F::LastName,
                    F::StreetNumber,
                    F::StreetName,
                    F::City,
                    F::State,
                    F::Zip,
                ],
                [F::Sim, F::Eid],
                [F::StreetDirection, F::StreetType, F::ServiceZip, F::Number, F::Features]
            ),
            Self::PortRequest => columns!(
                [
                    F::Number,
                    F::BillingAccount,
                    F::FirstName,
                    F::LastName,
                    F::StreetNumber,
                    F::StreetName,
                    F::City,
                    F::State,
                    F::Zip,
                    F::LosingAccount,
                ],
                [],
                [
                    F::StreetDirection,
                    F::StreetType,
                    F::ServiceZip,
                    F::ServiceArea,
                    F::LosingPin,
                    F::LosingFirstName,
                    F::LosingLastName,
                    F::BusinessName,
                ]
            ),
            Self::PortUpdate => columns!(
                [F::Number],
                [F::ServiceZip, F::BillingAccount, F::FirstName, F::LosingAccount],
                [
                    F::LastName,
                    F::StreetNumber,
                    F::StreetDirection,
                    F::StreetName,
                    F::StreetType,
                    F::City,
                    F::State,
                    F::Zip,
                    F::LosingPin,
                    F::LosingFirstName,
                    F::LosingLastName,
                ]
            ),
            Self::PortCancel => columns!([F::Number, F::ServiceZip], [], []),
            Self::Suspend | Self::Resume | Self::Cancel | Self::Restore => {
                columns!([F::Number, F::Reason], [], [F::EffectiveDate])
            }
            Self::ChangeNumber => columns!([F::Number, F::ServiceZip], [], [F::NpaNxx, F::Line, F::Sim]),
            Self::SetDevice => columns!(
                [F::Number, F::Imei, F::ServiceZip],
                [],
                [F::Sim, F::Eid, F::Technology, F::Reason, F::Plan]
            ),
            Self::Transfer => columns!([F::Number, F::NewBillingAccount], [], [F::Plan, F::EffectiveDate]),
            Self::UpdateContact => columns!(
                [F::Number],
                [F::FirstName, F::StreetNumber],
                [F::LastName, F::StreetDirection, F::StreetName, F::StreetType, F::City, F::State, F::Zip]
            ),
            Self::ResetVoicemail => columns!([F::Number], [], [F::VoicemailPin]),
            Self::ResendOta => columns!([F::Number, F::Sim], [], []),
            Self::ProvisionIp => columns!(
                [F::Number, F::BillingAccount, F::Pdp, F::Ip, F::Apn],
                [],
                [F::Lte, F::DefaultApn, F::EffectiveDate]
            ),
            Self::RemoveIp => {
                columns!([F::Number, F::BillingAccount, F::Pdp, F::Ip], [], [F::EffectiveDate])
            }
            Self::CreateAccount => columns!(
                [
                    F::Fan,
                    F::AccountName,
                    F::FirstName,
                    F::LastName,
                    F::StreetNumber,
                    F::StreetName,
                    F::City,
                    F::State,
                    F::Zip,
                ],
                [],
                [F::StreetDirection, F::StreetType, F::Attention, F::Phone, F::Email, F::Passcode]
            ),
            Self::UpdateAccount => columns!(
                [F::BillingAccount],
                [F::AccountName, F::FirstName, F::Passcode],
                [
                    F::LastName,
                    F::StreetNumber,
                    F::StreetDirection,
                    F::StreetName,
                    F::StreetType,
                    F::City,
                    F::State,
                    F::Zip,
                    F::Attention,
                    F::Phone,
                    F::Email,
                ]
            ),
            Self::ChangePlan => {
                columns!([F::Number], [F::Plan, F::AddFeatures, F::RemoveFeatures], [F::EffectiveDate])
            }
        }
    }
}

impl fmt::Display for FleetOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No operation has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no operation {given:?}; there are: {known}")]
pub struct UnknownOperation {
    given: String,
    known: String,
}

impl FromStr for FleetOperation {
    type Err = UnknownOperation;

    fn from_str(text: &str) -> Result<Self, UnknownOperation> {
        let plain = text.trim().to_lowercase().replace(['_', ' '], "-");
        Self::ALL.into_iter().find(|operation| operation.as_str() == plain).ok_or_else(|| UnknownOperation {
            given: text.to_owned(),
            known: Self::ALL.map(Self::as_str).join(", "),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_name_their_operations_in_any_spelling() {
        for operation in FleetOperation::ALL {
            assert_eq!(operation.as_str().parse(), Ok(operation));
            assert_eq!(operation.as_str().to_uppercase().replace('-', "_").parse(), Ok(operation));
        }
        let error = "activat".parse::<FleetOperation>().unwrap_err().to_string();
        assert!(error.contains("\"activat\"") && error.contains("change-plan"), "{error}");
    }

    #[test]
    fn no_column_stands_twice_in_an_operation() {
        for operation in FleetOperation::ALL {
            let columns = operation.columns();
            let all: Vec<_> = [columns.needed, columns.one_of, columns.optional].concat();
            for (place, field) in all.iter().enumerate() {
                assert!(!all[..place].contains(field), "{operation}: {field:?}");
            }
        }
    }
}
