//! `apex pdp available`.

use apex_mobility::domain::InvalidValue;
use apex_mobility::pdp_provisioning::operations::FindAddresses;
use apex_mobility::pdp_provisioning::{AddressCount, PdpName};
use clap::Args;
use serde::Serialize;

use crate::commands::Ended;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record};
use crate::write::{About, Sent, WriteArgs};

/// Look up static IP addresses that no line has
///
/// AT&T may set aside what it names, so this counts as a write: it is sent once, and not at all with --read-only.
/// Exits with 0 when there are as many as asked for, 6 when there are fewer and 1 when there are none.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex pdp available PDP-EXAMPLE --count 5")]
pub(crate) struct AvailableArgs {
    /// The PDP's name, as AT&T gave it
    #[arg(value_name = "PDP", value_parser = |text: &str| PdpName::parse(text))]
    pdp: PdpName,
    /// How many (1 to 10)
    #[arg(long, value_name = "N", default_value = "1", value_parser = count)]
    count: AddressCount,
    #[command(flatten)]
    write: WriteArgs,
}

fn count(text: &str) -> Result<AddressCount, InvalidValue> {
    // What is no number from 0 to 255 is no number from 1 to 10 either.
    text.trim().parse().map_or_else(
        |_| {
            let (allowed, example) = ("1 to 10 addresses are looked up at a time", "2");
            let problem = "is not a number from 1 to 10";
            Err(InvalidValue::broken_rule("number of addresses", text, problem, allowed, example))
        },
        AddressCount::new,
    )
}

#[derive(Serialize)]
struct Free {
    ip_address: String,
}

impl Record for Free {
    const COLUMNS: &'static [Column] = &[Column::new("ip_address", "IP ADDRESS")];

    fn cells(&self) -> Vec<Cell> {
        vec![Cell::new(self.ip_address.as_str())]
    }
}

pub(super) async fn run(args: AvailableArgs, printer: &Printer) -> Ended {
    let AvailableArgs { pdp, count, write } = args;
    let writer = write.writer(printer)?;
    let about = About::new([&pdp]);
    let Sent::Answered { answer: found, .. } = writer.send(FindAddresses { pdp, count }, about).await? else {
        return Ok(Exit::Ok);
    };
    let mut rows = printer.rows();
    for address in found.addresses() {
        rows.push(&Free { ip_address: address.to_string() });
    }
    rows.finish();
    let Some(shortfall) = found.shortfall() else { return Ok(Exit::Ok) };
    printer.warning(&shortfall.to_string());
    if let Some(message) = found.message() {
        printer.note(&format!("AT&T says: {message}"));
    }
    Ok(if shortfall.found == 0 { Exit::Failed } else { Exit::Partial })
}
