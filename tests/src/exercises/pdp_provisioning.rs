//! Contract 4.10.

use std::time::Duration;

use apex_mobility::domain::{AccessPointName, StaticIp, SubscriberNumber};
use apex_mobility::pdp_provisioning::{
    AddressCount, BatchId, HeldAddress, NewAddress, PdpName, ProvisionBatch, RemovalBatch,
};

use super::{Exercise, Failure, Stage, holds};
use crate::target::account;

const WITH_BODY: &[(&str, &[&str])] = &[("headers", &["content_type"])];

pub(super) const ALL: &[Exercise] = &[
    Exercise { operation: "pdp.addresses", depends_on: WITH_BODY, run: |stage| Box::pin(addresses(stage)) },
    Exercise {
        operation: "pdp.provision",
        depends_on: &[("headers", &["content_type"]), ("dates", &["request"])],
        run: |stage| Box::pin(provision(stage)),
    },
    Exercise {
        operation: "pdp.status",
        depends_on: &[("headers", &["pdp_batch"])],
        run: |stage| Box::pin(status_of_batch(stage)),
    },
    Exercise {
        operation: "pdp.status",
        depends_on: &[("headers", &["pdp_subscriber"])],
        run: |stage| Box::pin(status_of_number(stage)),
    },
    Exercise { operation: "pdp.remove", depends_on: WITH_BODY, run: |stage| Box::pin(remove(stage)) },
];

/// As long as the sandbox takes for a batch.
const SETTLED: Duration = Duration::from_secs(240);

fn pdp() -> PdpName {
    PdpName::parse("PDP-EXAMPLE").unwrap()
}

fn address() -> StaticIp {
    StaticIp::parse("10.20.0.11").unwrap()
}

fn number(stage: &Stage) -> SubscriberNumber {
    stage.line(|line| line.status == "A" && line.billing_account_number == account()).subscriber_number
}

fn new_address(number: SubscriberNumber) -> ProvisionBatch {
    let apn = AccessPointName::parse("apn.example").unwrap();
    ProvisionBatch::try_from(vec![NewAddress::new(number, address(), apn)]).unwrap()
}

async fn given(stage: &Stage, number: &SubscriberNumber) -> BatchId {
    let api = stage.stagehand.pdp_provisioning();
    let accepted = api.provision(pdp(), account(), new_address(number.clone())).send().await.unwrap();
    stage.sandbox.advance(SETTLED);
    accepted.batch
}

fn address_of(stage: &Stage, number: &SubscriberNumber) -> Option<StaticIp> {
    stage.sandbox.line(number).unwrap().ip_address
}

async fn addresses(stage: Stage) -> Result<(), Failure> {
    let count = AddressCount::new(1).unwrap();
    let found = stage.apex.pdp_provisioning().available(pdp(), count).send().await?;
    holds("the first address is free", found.addresses() == [address()])
}

async fn provision(stage: Stage) -> Result<(), Failure> {
    let number = number(&stage);
    stage.apex.pdp_provisioning().provision(pdp(), account(), new_address(number.clone())).send().await?;
    stage.sandbox.advance(SETTLED);
    holds("the line has its address", address_of(&stage, &number) == Some(address()))
}

async fn status_of_batch(stage: Stage) -> Result<(), Failure> {
    let number = number(&stage);
    let batch = given(&stage, &number).await;
    let status = stage.apex.pdp_provisioning().status(batch).send().await?;
    let line = status.find(&number);
    holds("the line shows its address", line.and_then(|line| line.address()) == Some(&address()))
}

async fn status_of_number(stage: Stage) -> Result<(), Failure> {
    let number = number(&stage);
    let batch = given(&stage, &number).await;
    let status = stage.apex.pdp_provisioning().status_of_number(number.clone()).send().await?;
    let line = status.find(&number);
    holds("the line is of its batch", line.and_then(|line| line.batch_id.as_deref()) == Some(batch.as_str()))
}

async fn remove(stage: Stage) -> Result<(), Failure> {
    let number = number(&stage);
    given(&stage, &number).await;
    let held = RemovalBatch::try_from(vec![HeldAddress::new(number.clone(), address())]).unwrap();
    stage.apex.pdp_provisioning().remove(pdp(), account(), held).send().await?;
    stage.sandbox.advance(SETTLED);
    holds("the line has no address", address_of(&stage, &number).is_none())
}
