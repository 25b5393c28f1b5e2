//! `apex port check`.

use apex_mobility::Mobility;
use apex_mobility::domain::{SubscriberNumber, ZipCode};
use clap::Args;
use serde::Serialize;

use crate::commands::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record, Tone};

/// Ask whether a number can be brought in
///
/// Exits with 0 when it can and with 1 when it cannot.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex port check 9725550107 --service-zip 75201")]
pub(crate) struct CheckArgs {
    /// The number at the other carrier (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// The ZIP it is to be served in
    #[arg(long, value_name = "ZIP")]
    service_zip: ZipCode,
    #[command(flatten)]
    connection: ConnectionArgs,
}

#[derive(Serialize)]
struct Checked {
    subscriber_number: String,
    service_zip: String,
    eligible: bool,
    service_area: Option<String>,
}

impl Record for Checked {
    const COLUMNS: &'static [Column] = &[
        Column::new("subscriber_number", "Number"),
        Column::new("service_zip", "Service ZIP"),
        Column::new("eligible", "Eligible"),
        Column::new("service_area", "Service area"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let (word, tone) = if self.eligible { ("true", Tone::Good) } else { ("false", Tone::Bad) };
        vec![
            Cell::new(self.subscriber_number.as_str()),
            Cell::new(self.service_zip.as_str()),
            Cell::new(word).tone(tone),
            Cell::optional(self.service_area.as_deref()),
        ]
    }
}

pub(super) async fn run(args: CheckArgs, printer: &Printer) -> Ended {
    let CheckArgs { number, service_zip, connection } = args;
    let ports = Mobility::new(&connection.client()?).port_management();
    let answer = ports.check_eligibility(number.clone(), service_zip.clone()).send().await?;
    let eligible = answer.is_eligible();
    printer.record(&Checked {
        subscriber_number: number.to_string(),
        service_zip: service_zip.to_string(),
        eligible,
        service_area: answer.service_area().map(str::to_owned),
    });
    if !eligible {
        printer
            .warning("AT&T does not take it: check number and ZIP, and whether the number is AT&T's already");
        return Ok(Exit::Failed);
    }
    Ok(Exit::Ok)
}
