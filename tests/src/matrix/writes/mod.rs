//! Every write of the ten APIs, in every form that it takes, ready for a carrier that accepts it; and writes that
//! the carrier refuses.

mod activation;
mod billing;
mod line_configuration;
mod number;
mod pdp;
mod plan;
mod port;
mod refused;
mod status;

use std::pin::Pin;

use apex_mobility::domain::{Date, OfferingCode};
use apex_mobility_sandbox::LineView;

use super::carrier::Carrier;
use super::intent::Told;

pub(super) type Telling<'a> = Pin<Box<dyn Future<Output = Vec<Told>> + 'a>>;

/// One write.
#[derive(Clone, Copy)]
pub(super) struct Write {
    pub(super) name: &'static str,
    pub(super) api: Api,
    pub(super) readable: Readable,
    /// Whether it is for a day that lies ahead.
    pub(super) is_dated: bool,
    /// Whether it asks for what is so already.
    pub(super) is_already: bool,
    /// Prepares what it needs, and sends it.
    pub(super) run: for<'a> fn(&'a Carrier) -> Telling<'a>,
}

/// Whose write it is: that decides which variants touch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Api {
    Activation,
    Port,
    Billing,
    Status,
    Number,
    Device,
    Transfer,
    Subscriber,
    Unread,
    Plan,
    Pdp,
}

/// What reads can show of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Readable {
    /// That it took effect, and that it did not.
    Fully,
    /// That it took effect: contract 2.5 never says that an activation did not.
    WhenApplied,
    /// Nothing.
    Never,
}

const fn write(name: &'static str, api: Api, run: for<'a> fn(&'a Carrier) -> Telling<'a>) -> Write {
    Write { name, api, readable: Readable::Fully, is_dated: false, is_already: false, run }
}

impl Write {
    const fn shown_when_applied(mut self) -> Self {
        self.readable = Readable::WhenApplied;
        self
    }

    const fn never_shown(mut self) -> Self {
        self.readable = Readable::Never;
        self
    }

    const fn dated(mut self) -> Self {
        self.is_dated = true;
        self
    }

    const fn already(mut self) -> Self {
        self.is_already = true;
        self
    }
}

/// All writes.
pub(super) fn all() -> impl Iterator<Item = &'static Write> {
    let apis = [
        activation::ALL,
        port::ALL,
        billing::ALL,
        status::ALL,
        number::ALL,
        line_configuration::ALL,
        plan::ALL,
        pdp::ALL,
        refused::ALL,
    ];
    apis.into_iter().flatten()
}

/// The write of that name.
pub(super) fn named(name: &str) -> Option<&'static Write> {
    all().find(|write| write.name == name)
}

/// A line that nothing bars from anything: a card, no term, and the device on record is the one in use.
fn is_plain(line: &LineView) -> bool {
    line.imei == line.network_imei && line.contract_end.is_none() && line.eid.is_none()
}

/// The same, if it is active; else one that was not suspended for its device.
fn plain(carrier: &Carrier, status: &str) -> LineView {
    let unlike = |line: &LineView| line.imei != line.network_imei;
    carrier.line(|line| match status {
        "A" => line.status == "A" && is_plain(line),
        _ => line.status == status && !unlike(line),
    })
}

fn has(line: &LineView, code: &str) -> bool {
    line.offering_codes.iter().any(|own| own.as_str() == code)
}

fn soc(code: &str) -> OfferingCode {
    OfferingCode::parse(code).unwrap()
}

/// Far enough ahead that the day has come nowhere.
fn in_three_days(carrier: &Carrier) -> Date {
    Date::from_system_time(carrier.sandbox.now()).checked_add_days(3).unwrap()
}
