//! Lines and their addresses on the command line: `2145550101=10.20.0.11`.

use apex_mobility::domain::{
    BatchError, BillingAccountNumber, Date, InvalidValue, StaticIp, SubscriberNumber,
};
use apex_mobility::pdp_provisioning::PdpName;
use clap::Args;

use crate::failure::Failure;
use crate::printer::Printer;

/// The lines of a batch, and what all of them share.
#[derive(Debug, Args)]
pub(super) struct LinesArgs {
    /// The lines (10 digits each) and their addresses; 1 to 10 with one request
    #[arg(value_name = "NUMBER=IP", required = true, value_parser = line)]
    pub(super) lines: Vec<Line>,
    /// The PDP's name, as AT&T gave it
    #[arg(long, value_name = "PDP", value_parser = |text: &str| PdpName::parse(text))]
    pub(super) pdp: PdpName,
    /// The account of the lines (12 digits)
    #[arg(long, value_name = "BAN")]
    pub(super) ban: BillingAccountNumber,
    /// The day it takes effect (UTC), for example 2026-01-31 [default: today]
    #[arg(long, value_name = "DATE")]
    pub(super) on: Option<Date>,
}

#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) number: SubscriberNumber,
    pub(super) address: StaticIp,
}

fn line(text: &str) -> Result<Line, InvalidValue> {
    let Some((number, address)) = text.split_once('=') else {
        let (allowed, example) = ("a line is its number, = and its address", "2145550101=10.20.0.11");
        return Err(InvalidValue::broken_rule("line", text, "has no = in it", allowed, example));
    };
    Ok(Line { number: SubscriberNumber::parse(number)?, address: StaticIp::parse(address.trim())? })
}

impl LinesArgs {
    /// Says what is unusual about the addresses.
    pub(super) fn warn(&self, printer: &Printer) {
        for Line { address, .. } in &self.lines {
            if let Some(warning) = address.warning() {
                printer.warning(&format!("{address} {warning}"));
            }
        }
    }

    pub(super) fn numbers(&self) -> Vec<SubscriberNumber> {
        self.lines.iter().map(|line| line.number.clone()).collect()
    }
}

/// Lines that do not make a batch.
pub(super) fn no_batch(error: &BatchError) -> Failure {
    Failure::usage(error.to_string(), "give 1 to 10 lines, each number and each address once")
}
