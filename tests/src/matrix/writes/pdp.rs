//! Static addresses (contract 4.10): looked up, given, taken; alone and in batches.

use std::time::Duration;

use apex_mobility::domain::{AccessPointName, StaticIp, SubscriberNumber};
use apex_mobility::pdp_provisioning::{
    AcceptedBatch, AddressCount, BatchId, BatchLine, HeldAddress, LineState, NewAddress, PdpName,
    ProvisionBatch, RemovalBatch,
};
use apex_mobility_sandbox::LedgerKind;

use super::{Api, Write, in_three_days, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Belief, Intent, Reason, Told};
use crate::target::account;

pub(super) const ALL: &[Write] = &[
    write("find-addresses", Api::Pdp, |carrier| Box::pin(find(carrier))).never_shown(),
    write("give-address", Api::Pdp, |carrier| Box::pin(give(carrier))),
    write("give-address-later", Api::Pdp, |carrier| Box::pin(give_later(carrier))).dated(),
    write("give-addresses", Api::Pdp, |carrier| Box::pin(give_batch(carrier))),
    write("give-addresses-mixed", Api::Pdp, |carrier| Box::pin(give_mixed_batch(carrier))),
    write("take-address", Api::Pdp, |carrier| Box::pin(take(carrier))),
    write("take-addresses", Api::Pdp, |carrier| Box::pin(take_batch(carrier))),
];

fn pdp() -> PdpName {
    PdpName::parse("PDP-EXAMPLE").unwrap()
}

fn free_address(carrier: &Carrier) -> StaticIp {
    StaticIp::parse(format!("10.20.0.{}", 10 + carrier.serial() % 240)).unwrap()
}

/// A line of the first account.
pub(super) fn own_number(carrier: &Carrier, status: &str) -> SubscriberNumber {
    let own = account();
    carrier.line(|line| line.status == status && line.billing_account_number == own).subscriber_number
}

pub(super) fn new_address(number: SubscriberNumber, address: StaticIp) -> NewAddress {
    NewAddress::new(number, address, AccessPointName::parse("apn.example").unwrap())
}

fn effects<'a>(numbers: impl Iterator<Item = &'a SubscriberNumber>) -> Vec<Intent> {
    numbers.map(|number| Intent::OnNumber(LedgerKind::Ip, number.clone())).collect()
}

/// Sends a batch that gives addresses, and follows each of its lines to its end.
pub(super) async fn provision(carrier: &Carrier, lines: Vec<NewAddress>) -> Vec<Told> {
    let numbers: Vec<_> = lines.iter().map(|line| line.number().clone()).collect();
    let batch = ProvisionBatch::try_from(lines).unwrap();
    let call = carrier.apex.pdp_provisioning().provision(pdp(), account(), batch);
    let follow = async |answer: AcceptedBatch| follow(carrier, answer.batch, &numbers).await;
    carrier.send_and_follow(call, effects(numbers.iter()), follow).await
}

/// Sends a batch that takes addresses, and follows each of its lines to its end.
pub(super) async fn remove(carrier: &Carrier, lines: Vec<HeldAddress>) -> Vec<Told> {
    let numbers: Vec<_> = lines.iter().map(|line| line.number().clone()).collect();
    let batch = RemovalBatch::try_from(lines).unwrap();
    let call = carrier.apex.pdp_provisioning().remove(pdp(), account(), batch);
    let follow = async |answer: AcceptedBatch| follow(carrier, answer.batch, &numbers).await;
    carrier.send_and_follow(call, effects(numbers.iter()), follow).await
}

/// Looks every few hours for some days: what is dated needs no more.
async fn follow(carrier: &Carrier, batch: BatchId, numbers: &[SubscriberNumber]) -> Vec<Belief> {
    let mut beliefs = vec![Belief::Unknown(Reason::UnderWay); numbers.len()];
    for _ in 0..40 {
        carrier.sandbox.advance(Duration::from_hours(2));
        let Ok(status) = carrier.apex.pdp_provisioning().status(batch.clone()).send().await else { continue };
        for (number, belief) in numbers.iter().zip(&mut beliefs) {
            *belief = match status.find(number).map(BatchLine::state) {
                Some(LineState::Provisioned | LineState::Removed) => Belief::Accepted,
                Some(LineState::Failed(_)) => Belief::Rejected,
                _ => Belief::Unknown(Reason::UnderWay),
            };
        }
        if !beliefs.contains(&Belief::Unknown(Reason::UnderWay)) {
            break;
        }
    }
    beliefs
}

/// Lines that were given addresses before.
async fn prepare(carrier: &Carrier, count: usize) -> Vec<HeldAddress> {
    let lines: Vec<_> =
        (0..count).map(|_| new_address(own_number(carrier, "A"), free_address(carrier))).collect();
    let held = lines.iter().map(|line| HeldAddress::new(line.number().clone(), line.address().clone()));
    let held = held.collect();
    let batch = ProvisionBatch::try_from(lines).unwrap();
    carrier.apex.pdp_provisioning().provision(pdp(), account(), batch).send().await.unwrap();
    carrier.sandbox.advance(Duration::from_hours(1));
    held
}

async fn find(carrier: &Carrier) -> Vec<Told> {
    let call = carrier.apex.pdp_provisioning().available(pdp(), AddressCount::new(2).unwrap());
    carrier.send(call, Intent::Unrecorded).await
}

async fn give(carrier: &Carrier) -> Vec<Told> {
    let line = new_address(own_number(carrier, "A"), free_address(carrier));
    provision(carrier, vec![line]).await
}

async fn give_later(carrier: &Carrier) -> Vec<Told> {
    let line = new_address(own_number(carrier, "A"), free_address(carrier));
    provision(carrier, vec![line.effective_date(in_three_days(carrier))]).await
}

async fn give_batch(carrier: &Carrier) -> Vec<Told> {
    let line = |_| new_address(own_number(carrier, "A"), free_address(carrier));
    provision(carrier, (0..3).map(line).collect()).await
}

/// Two good lines around a suspended one.
async fn give_mixed_batch(carrier: &Carrier) -> Vec<Told> {
    let line = |status| new_address(own_number(carrier, status), free_address(carrier));
    provision(carrier, ["A", "S", "A"].map(line).to_vec()).await
}

async fn take(carrier: &Carrier) -> Vec<Told> {
    let held = prepare(carrier, 1).await;
    remove(carrier, held).await
}

async fn take_batch(carrier: &Carrier) -> Vec<Told> {
    let held = prepare(carrier, 2).await;
    remove(carrier, held).await
}
