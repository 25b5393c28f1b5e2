//! Rate plan and features (contract 4.8).

use apex_mobility::domain::OfferingCode;
use apex_mobility_sandbox::{LedgerKind, LineView};

use super::line_configuration::other_plan;
use super::{Api, Write, has, in_three_days, is_plain, plain, soc, write};
use crate::matrix::carrier::Carrier;
use crate::matrix::intent::{Intent, Told};

pub(super) const ALL: &[Write] = &[
    write("change-plan", Api::Plan, |carrier| Box::pin(change_plan(carrier))),
    write("change-plan-later", Api::Plan, |carrier| Box::pin(change_plan_later(carrier))).dated(),
    write("add-feature", Api::Plan, |carrier| Box::pin(add_feature(carrier))),
    write("remove-feature", Api::Plan, |carrier| Box::pin(remove_feature(carrier))),
    write("swap-features", Api::Plan, |carrier| Box::pin(swap_features(carrier))),
    write("change-plan-and-features", Api::Plan, |carrier| Box::pin(change_plan_and_features(carrier))),
];

fn effect(line: &LineView) -> Intent {
    Intent::OnNumber(LedgerKind::Plan, line.subscriber_number.clone())
}

/// The feature of which the population has some lines with and some without.
fn feature() -> OfferingCode {
    soc("SOC1")
}

fn with_feature(carrier: &Carrier, wanted: bool) -> LineView {
    carrier.line(|line| line.status == "A" && is_plain(line) && has(line, "SOC1") == wanted)
}

async fn change_plan(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let call = carrier.apex.rate_plan_change().change(line.subscriber_number.clone());
    carrier.send(call.plan(other_plan(&line)), effect(&line)).await
}

async fn change_plan_later(carrier: &Carrier) -> Vec<Told> {
    let line = plain(carrier, "A");
    let call = carrier.apex.rate_plan_change().change(line.subscriber_number.clone());
    let call = call.plan(other_plan(&line)).effective_date(in_three_days(carrier));
    carrier.send(call, effect(&line)).await
}

async fn add_feature(carrier: &Carrier) -> Vec<Told> {
    let line = with_feature(carrier, false);
    let call = carrier.apex.rate_plan_change().change(line.subscriber_number.clone());
    carrier.send(call.add_feature(feature()), effect(&line)).await
}

async fn remove_feature(carrier: &Carrier) -> Vec<Told> {
    let line = with_feature(carrier, true);
    let call = carrier.apex.rate_plan_change().change(line.subscriber_number.clone());
    carrier.send(call.remove_feature(feature()).immediately(), effect(&line)).await
}

async fn swap_features(carrier: &Carrier) -> Vec<Told> {
    let line =
        carrier.line(|line| line.status == "A" && is_plain(line) && has(line, "SOC1") && !has(line, "SOC2"));
    let call = carrier.apex.rate_plan_change().change(line.subscriber_number.clone());
    carrier.send(call.remove_feature(feature()).add_feature(soc("SOC2")), effect(&line)).await
}

async fn change_plan_and_features(carrier: &Carrier) -> Vec<Told> {
    let line = with_feature(carrier, false);
    let call = carrier.apex.rate_plan_change().change(line.subscriber_number.clone());
    carrier.send(call.plan(other_plan(&line)).add_feature(feature()), effect(&line)).await
}
