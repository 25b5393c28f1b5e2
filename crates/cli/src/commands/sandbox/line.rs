//! `apex sandbox line`: a line as the carrier knows it, and as a person at its portal changes it.

use apex_mobility::domain::SubscriberNumber;
use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::control::SandboxArgs;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record};

/// Look at a line as the carrier knows it, or change it as a person at the carrier's portal does
#[derive(Debug, Subcommand)]
pub(crate) enum LineCommand {
    Show(ShowArgs),
    Change(Box<ChangeArgs>),
}

/// Show a line as the carrier knows it, whatever the APIs show
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

/// Change a line outside the APIs
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex sandbox line change 2145550101 --status C --reason CAN --days-ago 59\n  \
    apex sandbox line change 2145550101 --network-imei 001010000000024")]
pub(crate) struct ChangeArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// A, S or C
    #[arg(long, value_name = "LETTER")]
    status: Option<String>,
    /// The reason that goes with the status
    #[arg(long, value_name = "CODE")]
    reason: Option<String>,
    /// Since how many days it has the status [default: today]
    #[arg(long, value_name = "N", requires = "status")]
    days_ago: Option<u16>,
    /// The device on the carrier's record
    #[arg(long, value_name = "IMEI")]
    imei: Option<String>,
    /// The device the network sees
    #[arg(long, value_name = "IMEI")]
    network_imei: Option<String>,
    /// The SIM
    #[arg(long, value_name = "ICCID")]
    sim: Option<String>,
    /// The rate plan (single user code); not checked against the device
    #[arg(long, value_name = "PLAN")]
    plan: Option<String>,
    /// The ZIP of the primary place of use
    #[arg(long, value_name = "ZIP")]
    zip: Option<String>,
    /// The user's name
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// The account that pays
    #[arg(long, value_name = "BAN")]
    ban: Option<String>,
    #[command(flatten)]
    sandbox: SandboxArgs,
}

impl ChangeArgs {
    /// The change as control calls write it. The sandbox judges it.
    fn change(&self) -> Value {
        let texts = [
            ("status", &self.status),
            ("statusReasonCode", &self.reason),
            ("imei", &self.imei),
            ("networkImei", &self.network_imei),
            ("sim", &self.sim),
            ("singleUserCode", &self.plan),
            ("serviceZipCode", &self.zip),
            ("contactName", &self.name),
            ("billingAccountNumber", &self.ban),
        ];
        let given = texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text.as_deref()?))));
        let days = self.days_ago.map(|days| ("statusDaysAgo", Value::from(days)));
        Value::Object(given.chain(days).map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>())
    }
}

/// A line as the carrier knows it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all(deserialize = "camelCase"))]
struct Known {
    subscriber_number: String,
    status: String,
    status_reason_code: Option<String>,
    status_effective_date: Option<String>,
    foundation_account_number: String,
    billing_account_number: String,
    sim: String,
    eid: Option<String>,
    imei: String,
    network_imei: String,
    service_zip_code: String,
    contact_name: String,
    single_user_code: String,
    offering_codes: Vec<String>,
    ip_address: Option<String>,
    activation_date: Option<String>,
    contract_end: Option<String>,
}

impl Record for Known {
    const COLUMNS: &'static [Column] = &[
        Column::new("subscriber_number", "Number"),
        Column::new("status", "Status"),
        Column::new("status_reason_code", "Reason"),
        Column::new("status_effective_date", "Status since"),
        Column::new("foundation_account_number", "FAN"),
        Column::new("billing_account_number", "BAN"),
        Column::new("sim", "SIM"),
        Column::new("eid", "EID"),
        Column::new("imei", "IMEI on record"),
        Column::new("network_imei", "IMEI in use"),
        Column::new("service_zip_code", "ZIP"),
        Column::new("contact_name", "Name"),
        Column::new("single_user_code", "Plan"),
        Column::new("offering_codes", "Features"),
        Column::new("ip_address", "IP"),
        Column::new("activation_date", "Activated"),
        Column::new("contract_end", "Contract until"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::new(&*self.subscriber_number),
            Cell::new(&*self.status),
            Cell::optional(self.status_reason_code.as_deref()),
            Cell::optional(self.status_effective_date.as_deref()),
            Cell::new(&*self.foundation_account_number),
            Cell::new(&*self.billing_account_number),
            Cell::new(&*self.sim),
            Cell::optional(self.eid.as_deref()),
            Cell::new(&*self.imei),
            Cell::new(&*self.network_imei),
            Cell::new(&*self.service_zip_code),
            Cell::new(&*self.contact_name),
            Cell::new(&*self.single_user_code),
            Cell::new(self.offering_codes.join(" ")),
            Cell::optional(self.ip_address.as_deref()),
            Cell::optional(self.activation_date.as_deref()),
            Cell::optional(self.contract_end.as_deref()),
        ]
    }
}

pub(super) async fn run(command: LineCommand, printer: &Printer) -> Ended {
    let line: Known = match command {
        LineCommand::Show(args) => args.sandbox.get(&format!("lines/{}", args.number)).await?,
        LineCommand::Change(args) => {
            args.sandbox.post(&format!("lines/{}", args.number), &args.change()).await?
        }
    };
    printer.record(&line);
    Ok(Exit::Ok)
}
