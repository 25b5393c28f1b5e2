//! Activations (contract 4.2): one line, a batch, an eSIM, a SIM in use, a number that no port stands behind.

use std::time::Duration;

use apex_mobility::domain::{Eid, Iccid};
use apex_mobility::service_activation::{
    Activation, ActivationBatch, ActivationLine, ActivationState, NewLine, Sim,
};
use apex_mobility_sandbox::LedgerKind;

use super::{Api, Write, plain, soc, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Belief, Intent, Reason, Told};
use crate::target::{account, address, imei, person, plan, sim};

pub(super) const ALL: &[Write] = &[
    write("activate", Api::Activation, |carrier| Box::pin(activate(carrier))).shown_when_applied(),
    write("activate-batch", Api::Activation, |carrier| Box::pin(activate_batch(carrier)))
        .shown_when_applied(),
    write("activate-mixed-batch", Api::Activation, |carrier| Box::pin(activate_mixed_batch(carrier)))
        .shown_when_applied(),
    write("activate-esim", Api::Activation, |carrier| Box::pin(activate_esim(carrier))).shown_when_applied(),
    write("activate-foreign-number", Api::Activation, |carrier| Box::pin(activate_foreign_number(carrier)))
        .shown_when_applied(),
];

fn new_line(carrier: &Carrier) -> NewLine {
    with_sim(carrier, Sim::Card(sim(carrier.serial())))
}

fn with_sim(carrier: &Carrier, sim: Sim) -> NewLine {
    NewLine::new(account(), person(), address(), plan(), imei(carrier.serial()), sim)
}

/// Sends a batch and follows each of its lines to its end.
async fn submit(carrier: &Carrier, lines: Vec<NewLine>) -> Vec<Told> {
    let sims: Vec<Iccid> = lines.iter().filter_map(|line| line.sim().iccid().cloned()).collect();
    let intents = sims.iter().map(|sim| Intent::OnSim(LedgerKind::Activation, sim.clone())).collect();
    let call = carrier.apex.service_activation().submit(ActivationBatch::try_from(lines).unwrap());
    carrier.send_and_follow(call, intents, async |answer| follow(carrier, answer, &sims).await).await
}

/// Contract 4.2: every 5 minutes, until all are done.
async fn follow(carrier: &Carrier, mut answer: Activation, sims: &[Iccid]) -> Vec<Belief> {
    for _ in 0..60 {
        if answer.is_settled() {
            break;
        }
        carrier.sandbox.advance(Duration::from_mins(5));
        if let Ok(later) = carrier.apex.service_activation().status(answer.id.clone()).send().await {
            answer = later;
        }
    }
    let end = |sim| match answer.find(Some(sim), None).and_then(ActivationLine::state) {
        Some(ActivationState::Active) => Belief::Accepted,
        Some(ActivationState::Rejected) => Belief::Rejected,
        _ => Belief::Unknown(Reason::UnderWay),
    };
    sims.iter().map(end).collect()
}

async fn activate(carrier: &Carrier) -> Vec<Told> {
    submit(carrier, vec![new_line(carrier)]).await
}

async fn activate_batch(carrier: &Carrier) -> Vec<Told> {
    let with_feature = new_line(carrier).feature(soc("SOC1"));
    submit(carrier, vec![new_line(carrier), with_feature, new_line(carrier)]).await
}

/// Two good lines around one whose SIM another line has.
async fn activate_mixed_batch(carrier: &Carrier) -> Vec<Told> {
    let taken = with_sim(carrier, Sim::Card(plain(carrier, "A").sim));
    submit(carrier, vec![new_line(carrier), taken, new_line(carrier)]).await
}

async fn activate_esim(carrier: &Carrier) -> Vec<Told> {
    let eid = Eid::parse("89001000000000000000000000000177").unwrap();
    let embedded = Sim::Embedded { eid, iccid: Some(sim(carrier.serial())) };
    submit(carrier, vec![with_sim(carrier, embedded)]).await
}

async fn activate_foreign_number(carrier: &Carrier) -> Vec<Told> {
    let line = new_line(carrier).ported_number(carrier.foreign_number());
    submit(carrier, vec![line]).await
}
