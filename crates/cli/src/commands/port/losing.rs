//! The account at the carrier that the number comes from.

use std::path::PathBuf;

use apex_mobility::domain::PersonName;
use apex_mobility::port_management::LosingCarrier;
use clap::Args;

use crate::failure::Failure;
use crate::person;
use crate::printer::Printer;
use crate::secret::Secret;

/// What that carrier compares before it lets go. Account and PIN are secrets: whoever has both can take the
/// number away.
#[derive(Debug, Args)]
#[command(next_help_heading = "Losing carrier")]
pub(super) struct LosingArgs {
    /// A file that holds the account number there, `-` for stdin; else it is taken from the environment
    /// variable APEX_LOSING_ACCOUNT
    #[arg(long, value_name = "FILE")]
    losing_account_file: Option<PathBuf>,
    /// A file that holds the PIN or transfer PIN there, `-` for stdin; else it is taken from the environment
    /// variable APEX_LOSING_PIN, and without it none is sent
    #[arg(long, value_name = "FILE")]
    losing_pin_file: Option<PathBuf>,
    /// The first name on the bill there [default: the subscriber's]
    #[arg(long, value_name = "NAME")]
    losing_first_name: Option<String>,
    /// The last name on the bill there [default: the subscriber's]
    #[arg(long, value_name = "NAME")]
    losing_last_name: Option<String>,
    /// Who may speak for the account, where that carrier asks for it
    #[arg(long, value_name = "NAME")]
    losing_authorization: Option<String>,
}

impl LosingArgs {
    /// Whether the command line names any of it. The environment alone does not count: it may be left from
    /// another port.
    pub(super) fn is_named(&self) -> bool {
        let files = [&self.losing_account_file, &self.losing_pin_file];
        let words = [&self.losing_first_name, &self.losing_last_name, &self.losing_authorization];
        files.iter().any(|file| file.is_some()) || words.iter().any(|word| word.is_some())
    }

    /// All of it. `subscriber` lends the name.
    ///
    /// # Errors
    /// When account or name is missing, or something cannot be used; the error names the flag.
    pub(super) fn carrier(
        &self,
        subscriber: Option<&PersonName>,
        printer: &Printer,
    ) -> Result<LosingCarrier, Failure> {
        let name =
            person::name("losing-", self.losing_first_name.as_deref(), self.losing_last_name.as_deref())?;
        let name = name.or_else(|| subscriber.cloned()).ok_or_else(|| {
            Failure::usage(
                "the name on the losing carrier's bill is missing",
                "give --losing-first-name and --losing-last-name: what that carrier compares is sent as a whole",
            )
        })?;
        let account = Secret {
            what: "account number at the losing carrier",
            flag: "--losing-account-file",
            file: self.losing_account_file.as_ref(),
            variable: "APEX_LOSING_ACCOUNT",
        };
        let pin = Secret {
            what: "PIN at the losing carrier",
            flag: "--losing-pin-file",
            file: self.losing_pin_file.as_ref(),
            variable: "APEX_LOSING_PIN",
        };
        let mut carrier = LosingCarrier::new(account.required()?, name);
        match pin.read()? {
            Some(pin) => carrier = carrier.pin(pin),
            None => printer
                .note("no PIN of the losing carrier goes with it: give --losing-pin-file if there is one"),
        }
        if let Some(name) = &self.losing_authorization {
            carrier = carrier.authorization_name(name);
        }
        Ok(carrier)
    }
}
