//! Ports (contract 4.3): request, update, cancel, at the stages where each is allowed.

use std::time::Duration;

use apex_mobility::domain::{LosingAccount, SubscriberNumber, ZipCode};
use apex_mobility::port_management::{LosingCarrier, PortRequest, PortUpdate};
use apex_mobility_sandbox::LedgerKind;

use super::{Api, Write, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Intent, Told};
use crate::target::{account, address, person};

pub(super) const ALL: &[Write] = &[
    write("request-port", Api::Port, |carrier| Box::pin(request(carrier))),
    write("request-port-to-be-denied", Api::Port, |carrier| Box::pin(request_to_be_denied(carrier))),
    write("request-cancelled-port", Api::Port, |carrier| Box::pin(request_cancelled(carrier))),
    write("update-port-in-conflict", Api::Port, |carrier| Box::pin(update_in_conflict(carrier))),
    // It is open before and after, and no read shows what it was updated with.
    write("update-open-port", Api::Port, |carrier| Box::pin(update_open(carrier))).never_shown(),
    write("cancel-open-port", Api::Port, |carrier| Box::pin(cancel_open(carrier))),
    write("cancel-port-in-conflict", Api::Port, |carrier| Box::pin(cancel_in_conflict(carrier))),
    write("cancel-confirmed-port", Api::Port, |carrier| Box::pin(cancel_confirmed(carrier))),
];

fn losing(account: &str) -> LosingCarrier {
    LosingCarrier::new(LosingAccount::parse(account).unwrap(), person())
}

fn port(number: &SubscriberNumber, losing_account: &str) -> PortRequest {
    PortRequest::new(number.clone(), account(), person(), address(), losing(losing_account))
}

/// The ZIP of the address that is asked for.
fn zip() -> ZipCode {
    ZipCode::parse("75201").unwrap()
}

fn effect(number: &SubscriberNumber) -> Intent {
    Intent::OnNumber(LedgerKind::Port, number.clone())
}

/// A port that was asked for before; as old as it takes for the losing carrier to answer, or new.
async fn prepare(carrier: &Carrier, losing_account: &str, answered: bool) -> SubscriberNumber {
    let number = carrier.foreign_number();
    carrier.apex.port_management().request(port(&number, losing_account)).send().await.unwrap();
    if answered {
        carrier.sandbox.advance(Duration::from_hours(3));
    }
    number
}

async fn request(carrier: &Carrier) -> Vec<Told> {
    let number = carrier.foreign_number();
    let call = carrier.apex.port_management().request(port(&number, "OLD-1"));
    carrier.send(call, effect(&number)).await
}

async fn request_to_be_denied(carrier: &Carrier) -> Vec<Told> {
    let number = carrier.foreign_number();
    let call = carrier.apex.port_management().request(port(&number, "DN"));
    carrier.send(call, effect(&number)).await
}

async fn request_cancelled(carrier: &Carrier) -> Vec<Told> {
    let number = prepare(carrier, "OLD-1", false).await;
    carrier.apex.port_management().cancel(number.clone(), zip()).send().await.unwrap();
    let call = carrier.apex.port_management().request(port(&number, "OLD-1"));
    carrier.send(call, effect(&number)).await
}

async fn update(carrier: &Carrier, number: SubscriberNumber) -> Vec<Told> {
    let update = PortUpdate::new().losing_carrier(losing("OLD-1"));
    let call = carrier.apex.port_management().update(number.clone(), update);
    carrier.send(call, effect(&number)).await
}

async fn update_in_conflict(carrier: &Carrier) -> Vec<Told> {
    let number = prepare(carrier, "CT-8A", true).await;
    update(carrier, number).await
}

async fn update_open(carrier: &Carrier) -> Vec<Told> {
    let number = prepare(carrier, "OLD-2", false).await;
    update(carrier, number).await
}

async fn cancel(carrier: &Carrier, number: SubscriberNumber) -> Vec<Told> {
    let call = carrier.apex.port_management().cancel(number.clone(), zip());
    carrier.send(call, effect(&number)).await
}

async fn cancel_open(carrier: &Carrier) -> Vec<Told> {
    let number = prepare(carrier, "OLD-1", false).await;
    cancel(carrier, number).await
}

async fn cancel_in_conflict(carrier: &Carrier) -> Vec<Told> {
    let number = prepare(carrier, "CT-8A", true).await;
    cancel(carrier, number).await
}

async fn cancel_confirmed(carrier: &Carrier) -> Vec<Told> {
    let number = prepare(carrier, "OLD-1", true).await;
    cancel(carrier, number).await
}
