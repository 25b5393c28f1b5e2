//! Contract 4.3.

use apex_mobility::domain::{LosingAccount, SubscriberNumber, ZipCode};
use apex_mobility::port_management::{LosingCarrier, PortRequest, PortState, PortUpdate};

use super::{Exercise, Failure, Stage, holds};
use crate::target::{account, address, person};

const WITH_BODY: &[(&str, &[&str])] = &[("headers", &["content_type"])];

pub(super) const ALL: &[Exercise] = &[
    Exercise {
        operation: "port.eligibility",
        depends_on: WITH_BODY,
        run: |stage| Box::pin(check_eligibility(stage)),
    },
    Exercise { operation: "port.request", depends_on: WITH_BODY, run: |stage| Box::pin(request(stage)) },
    Exercise { operation: "port.item/status", depends_on: &[], run: |stage| Box::pin(status(stage)) },
    Exercise { operation: "port.item/update", depends_on: WITH_BODY, run: |stage| Box::pin(update(stage)) },
    Exercise {
        operation: "port.item/cancel",
        depends_on: &[("headers", &["port_zip"])],
        run: |stage| Box::pin(cancel(stage)),
    },
];

/// A number of another carrier's.
fn number() -> SubscriberNumber {
    SubscriberNumber::parse("9735550107").unwrap()
}

fn zip() -> ZipCode {
    ZipCode::parse("75201").unwrap()
}

fn port() -> PortRequest {
    let losing = LosingCarrier::new(LosingAccount::parse("OLD-1").unwrap(), person());
    PortRequest::new(number(), account(), person(), address(), losing)
}

async fn ask(stage: &Stage) {
    stage.stagehand.port_management().request(port()).send().await.unwrap();
}

async fn check_eligibility(stage: Stage) -> Result<(), Failure> {
    let answer = stage.apex.port_management().check_eligibility(number(), zip()).send().await?;
    holds("the number can be brought in", answer.is_eligible())
}

async fn request(stage: Stage) -> Result<(), Failure> {
    let port = stage.apex.port_management().request(port()).send().await?;
    holds("the port is open", port.state == Some(PortState::Open))
}

async fn status(stage: Stage) -> Result<(), Failure> {
    ask(&stage).await;
    let port = stage.apex.port_management().status(number()).send().await?;
    holds("the port is open", port.state == Some(PortState::Open))
}

async fn update(stage: Stage) -> Result<(), Failure> {
    ask(&stage).await;
    let update = PortUpdate::new().service_zip(zip());
    let port = stage.apex.port_management().update(number(), update).send().await?;
    holds("the port is open", port.state == Some(PortState::Open))
}

async fn cancel(stage: Stage) -> Result<(), Failure> {
    ask(&stage).await;
    let port = stage.apex.port_management().cancel(number(), zip()).send().await?;
    holds("the port is cancelled", port.state == Some(PortState::Cancelled))
}
