//! Contract 4.2.

use std::time::Duration;

use apex_mobility::domain::{Eid, OfferingCode};
use apex_mobility::service_activation::{Activation, ActivationBatch, ActivationState, NewLine, Sim};

use super::{Exercise, Failure, Stage, holds};
use crate::target::{account, address, imei, person, plan, sim};

pub(super) const ALL: &[Exercise] = &[
    Exercise {
        operation: "activation.submit",
        depends_on: &[
            ("headers", &["content_type"]),
            (
                "characteristics",
                &[
                    "singleUserCode",
                    "serviceZipCode",
                    "equipmentType",
                    "deviceTechnologyType",
                    "IMEI",
                    "sim",
                    "eid",
                    "offeringCode{n}",
                ],
            ),
        ],
        run: |stage| Box::pin(submit(stage)),
    },
    Exercise {
        operation: "activation.status",
        depends_on: &[("characteristics", &["IMEI", "sim", "eid"])],
        run: |stage| Box::pin(status(stage)),
    },
];

/// A line with a card and a feature, and one with an eSIM.
fn batch() -> ActivationBatch {
    let line = |number, sim| NewLine::new(account(), person(), address(), plan(), imei(number), sim);
    let with_card = line(1, Sim::Card(sim(1))).feature(OfferingCode::parse("SOC1").unwrap());
    ActivationBatch::try_from(vec![with_card, line(2, embedded())]).unwrap()
}

fn embedded() -> Sim {
    Sim::Embedded { eid: Eid::parse("89001000000000000000000000000177").unwrap(), iccid: Some(sim(2)) }
}

async fn submit(stage: Stage) -> Result<(), Failure> {
    let request = stage.apex.service_activation().submit(batch()).send().await?;
    stage.sandbox.advance(Duration::from_mins(10));
    let settled = stage.stagehand.service_activation().status(request.id).send().await.unwrap();
    let active = |activation: &Activation| {
        activation.lines.iter().all(|line| line.state() == Some(ActivationState::Active))
    };
    holds("both lines become active", active(&settled))?;
    let number = settled.find(Some(&sim(1)), None).and_then(|line| line.subscriber_number()).cloned();
    let line = stage.sandbox.line(&number.unwrap()).unwrap();
    holds("the line has its feature", line.offering_codes == [OfferingCode::parse("SOC1").unwrap()])
}

async fn status(stage: Stage) -> Result<(), Failure> {
    let request = stage.stagehand.service_activation().submit(batch()).send().await.unwrap();
    let read = stage.apex.service_activation().status(request.id).send().await?;
    let line = |number| read.find(None, Some(&imei(number)));
    holds("lines are known by their device", line(1).is_some() && line(2).is_some())?;
    holds("lines are known by their SIM", read.find(Some(&sim(1)), None).is_some())?;
    let eid = line(2).and_then(|line| line.service.as_ref()?.eid());
    holds("an eSIM is known by its EID", eid.as_ref() == embedded().eid())
}
