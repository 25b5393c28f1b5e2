//! Number changes (contract 4.6): the three choices.

use apex_mobility::domain::{LineNumber, NpaNxx};
use apex_mobility_sandbox::{LedgerKind, LineView};

use super::{Api, Write, is_plain, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Intent, Told};

pub(super) const ALL: &[Write] = &[
    write("change-number", Api::Number, |carrier| Box::pin(by_zip(carrier))),
    write("change-number-in-npa-nxx", Api::Number, |carrier| Box::pin(in_npa_nxx(carrier))),
    write("change-number-to-vanity", Api::Number, |carrier| Box::pin(to_vanity(carrier))),
];

/// An active line whose features do not keep its number from being changed.
fn changeable(carrier: &Carrier) -> LineView {
    let equipment = carrier.sandbox.equipment();
    let bars = |code: &str| equipment.feature(code).is_some_and(|feature| feature.bars_number_change);
    carrier.line(|line| {
        let barred = line.offering_codes.iter().any(|code| bars(code.as_str()));
        line.status == "A" && is_plain(line) && !barred
    })
}

/// The ledger names the line by its new number; its SIM stays.
fn effect(line: &LineView) -> Intent {
    Intent::OnSim(LedgerKind::Number, line.sim.clone())
}

/// An exchange that serves the line's ZIP: its own.
fn exchange(line: &LineView) -> NpaNxx {
    NpaNxx::parse(&line.subscriber_number.as_str()[..6]).unwrap()
}

async fn by_zip(carrier: &Carrier) -> Vec<Told> {
    let line = changeable(carrier);
    let (number, zip) = (line.subscriber_number.clone(), line.service_zip_code.clone());
    carrier.send(carrier.apex.number_change().system_assigned(number, zip), effect(&line)).await
}

async fn in_npa_nxx(carrier: &Carrier) -> Vec<Told> {
    let line = changeable(carrier);
    let (number, zip) = (line.subscriber_number.clone(), line.service_zip_code.clone());
    let call = carrier.apex.number_change().in_npa_nxx(number, zip, exchange(&line));
    carrier.send(call, effect(&line)).await
}

async fn to_vanity(carrier: &Carrier) -> Vec<Told> {
    let line = changeable(carrier);
    let (number, zip) = (line.subscriber_number.clone(), line.service_zip_code.clone());
    let last = LineNumber::parse(format!("{:04}", 9000 + carrier.serial() % 1000)).unwrap();
    let call = carrier.apex.number_change().vanity(number, zip, exchange(&line), last);
    carrier.send(call, effect(&line)).await
}
