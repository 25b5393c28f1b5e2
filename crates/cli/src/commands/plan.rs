//! `apex plan`: what a line is subscribed to.

use apex_mobility::Mobility;
use apex_mobility::domain::{Date, Imei, InvalidValue, OfferingCode, SingleUserCode, SubscriberNumber};
use apex_mobility::rate_plan_change::Effective;
use apex_mobility::rate_plan_change::operations::ChangePlan;
use apex_mobility_equipment::Combination;
use clap::{Args, Subcommand};

use super::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::preflight::{Preflight, PreflightArgs};
use crate::printer::Printer;
use crate::write::{Done, Sent, WriteArgs, Writer};

/// Change a line's rate plan and its features
///
/// The line must be active, and the plan must fit its device: change the device first, then the plan.
#[derive(Debug, Subcommand)]
pub(crate) enum PlanCommand {
    Change(ChangeArgs),
    AddFeature(AddFeatureArgs),
    RemoveFeature(RemoveFeatureArgs),
}

/// Switch a line's rate plan, and features with it
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex plan change 2145550101 APXPLAN03\n  \
    apex plan change 2145550101 APXPLAN03 --add-feature SOC1 --remove-feature SOC2 --dry-run")]
pub(crate) struct ChangeArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// The plan's code (single user code)
    #[arg(value_name = "PLAN")]
    plan: SingleUserCode,
    /// A feature (SOC) to add with it; may be repeated
    #[arg(long, value_name = "SOC")]
    add_feature: Vec<OfferingCode>,
    /// A feature (SOC) to remove with it; may be repeated
    #[arg(long, value_name = "SOC")]
    remove_feature: Vec<OfferingCode>,
    #[command(flatten)]
    preflight: PreflightArgs,
    #[command(flatten)]
    on: OnArgs,
    #[command(flatten)]
    write: WriteArgs,
}

/// Add features (SOC) to a line
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex plan add-feature 2145550101 SOC1 SOC2")]
pub(crate) struct AddFeatureArgs {
    #[command(flatten)]
    preflight: PreflightArgs,
    #[command(flatten)]
    features: FeatureArgs,
}

/// Remove features (SOC) from a line
///
/// A feature that came with an activation can be removed once the line is active, with `--on now`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  apex plan remove-feature 2145550101 SOC1 --on now")]
pub(crate) struct RemoveFeatureArgs {
    #[command(flatten)]
    features: FeatureArgs,
}

#[derive(Debug, Args)]
struct FeatureArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// The features' codes; all are changed or none
    #[arg(value_name = "SOC", required = true)]
    features: Vec<OfferingCode>,
    #[command(flatten)]
    on: OnArgs,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Debug, Args)]
struct OnArgs {
    /// The day it takes effect (UTC), for example 2026-01-31, or `now`, which sends an empty date [default:
    /// today]
    #[arg(long, value_name = "DATE", value_parser = effective)]
    on: Option<Effective>,
}

fn effective(text: &str) -> Result<Effective, InvalidValue> {
    if text.trim().eq_ignore_ascii_case("now") {
        return Ok(Effective::Immediately);
    }
    Date::parse(text).map(Effective::On)
}

pub(crate) async fn run(command: PlanCommand, printer: &Printer) -> Ended {
    match command {
        PlanCommand::Change(args) => {
            let change = ChangePlan {
                plan: Some(args.plan),
                add: args.add_feature,
                remove: args.remove_feature,
                ..ChangePlan::new(args.number)
            };
            let preflight = args.preflight.preflight()?;
            send("plan changed", change, Some(&preflight), &args.on, &args.write, printer).await
        }
        PlanCommand::AddFeature(AddFeatureArgs { preflight, features: args }) => {
            let change = ChangePlan { add: args.features, ..ChangePlan::new(args.number) };
            send("features added", change, Some(&preflight.preflight()?), &args.on, &args.write, printer)
                .await
        }
        PlanCommand::RemoveFeature(RemoveFeatureArgs { features: args }) => {
            let change = ChangePlan { remove: args.features, ..ChangePlan::new(args.number) };
            send("features removed", change, None, &args.on, &args.write, printer).await
        }
    }
}

async fn send(
    done: &'static str,
    change: ChangePlan,
    preflight: Option<&Preflight>,
    on: &OnArgs,
    write: &WriteArgs,
    printer: &Printer,
) -> Ended {
    let effective = on.on.unwrap_or_default();
    let change = ChangePlan { effective, ..change };
    let (number, look) = (change.number.clone(), format!("apex line get {}", change.number));
    let writer = write.writer(printer)?;
    if let Some(preflight) = preflight {
        look_at_the_device(preflight, &change, &writer, printer).await?;
    }
    let Sent::Answered { answer: line, .. } = writer.send(change, &number).await? else {
        return Ok(Exit::Ok);
    };
    let day = if let Effective::On(day) = effective { Some(day) } else { None };
    Done::line(done, &number, &line).asked_for(day, writer.today()).tell(printer, &look)
}

/// Reads which device the line has, and asks the user's tables. A line that cannot be read holds nothing up.
async fn look_at_the_device(
    preflight: &Preflight,
    change: &ChangePlan,
    writer: &Writer<'_>,
    printer: &Printer,
) -> Result<(), Failure> {
    let Some(client) = writer.client().filter(|_| preflight.is_binding()) else { return Ok(()) };
    let line = Mobility::new(client).line_details().get(change.number.clone()).send().await;
    let Some(imei) = line.ok().and_then(|line| line.imei()).filter(Imei::is_valid) else {
        printer.note("not checked for a fit: the line's device could not be read");
        return Ok(());
    };
    let mut asked = change.add.iter().cloned().fold(Combination::new(imei), Combination::feature);
    if let Some(plan) = &change.plan {
        asked = asked.plan(plan.clone());
    }
    preflight.before_sending(&asked, printer)
}
