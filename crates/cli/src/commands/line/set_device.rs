//! `apex line set-device`.

use apex_mobility::domain::{DeviceReasonCode, Eid, Iccid, Imei, SingleUserCode, SubscriberNumber, ZipCode};
use apex_mobility::line_configuration::operations::UpdateDevice;
use apex_mobility::line_configuration::{DeviceTechnology, DeviceUpdate};
use apex_mobility::wire::Service;
use apex_mobility_equipment::{Combination, SimKind};
use clap::Args;

use super::{already, before};
use crate::commands::Ended;
use crate::exit::Exit;
use crate::preflight::PreflightArgs;
use crate::printer::Printer;
use crate::write::{About, Done, Sent, WriteArgs};

/// Put another device, SIM or eSIM on a line
///
/// The device must be allowed on the network, and the line's plan must fit it. Device first, plan second
/// (`apex plan change`), then the profile (`apex line resend-ota`). A device that the line has already is as it should
/// be: that is said, and it exits with 0.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex line set-device 2145550101 --imei 001010000000016\n  \
    apex line set-device 2145550101 --sim 89010000000000000011\n  \
    apex line set-device 2145550101 --imei 001010000000016 --service-zip 75201 --dry-run")]
#[group(id = "what", required = true, multiple = true, args = ["imei", "sim", "eid"])]
pub(crate) struct SetDeviceArgs {
    /// The line (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// The device's IMEI (15 digits) [default: the one on AT&T's record]
    #[arg(long, value_name = "IMEI")]
    imei: Option<Imei>,
    /// The SIM's ICCID (19 or 20 digits) [default: the line keeps its SIM]
    #[arg(long, value_name = "ICCID")]
    sim: Option<Iccid>,
    /// The EID of the eSIM to upgrade to (32 digits)
    #[arg(long, value_name = "EID")]
    eid: Option<Eid>,
    /// The ZIP of the line's primary place of use [default: the one on AT&T's record]
    #[arg(long, value_name = "ZIP")]
    service_zip: Option<ZipCode>,
    /// Switch the plan with it
    #[arg(long, value_name = "PLAN")]
    plan: Option<SingleUserCode>,
    /// Another technology than LTE, which fits 5G devices too
    #[arg(long, value_name = "WORD", value_parser = |text: &str| DeviceTechnology::parse(text))]
    technology: Option<DeviceTechnology>,
    /// Another reason code than CUST_OWN_EQU, sent as it is: AT&T decides whether it fits
    #[arg(long, value_name = "CODE")]
    other_reason: Option<DeviceReasonCode>,
    #[command(flatten)]
    preflight: PreflightArgs,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: SetDeviceArgs, printer: &Printer) -> Ended {
    let number = args.number;
    let writer = args.write.writer(printer)?;
    let is_whole = args.imei.is_some() && args.service_zip.is_some();
    let preflight = args.preflight.preflight()?;
    let line = if !is_whole {
        before::read(&writer, &number).await?
    } else if preflight.is_binding() {
        // Only the tables want it: a line that cannot be read holds nothing up.
        before::read(&writer, &number).await.unwrap_or_default()
    } else {
        None
    };
    let imei = args
        .imei
        .or_else(|| line.as_ref()?.imei().filter(Imei::is_valid))
        .ok_or_else(|| before::lacks(&writer, "IMEI", "--imei"))?;
    let service_zip = args
        .service_zip
        .or_else(|| line.as_ref()?.service_zip().filter(ZipCode::is_valid))
        .ok_or_else(|| before::lacks(&writer, "service ZIP", "--service-zip"))?;
    if writer.client().is_some() {
        let kind = match (&args.eid, &args.sim) {
            (Some(_), _) => Some(SimKind::Embedded),
            (None, Some(_)) => Some(SimKind::Plastic),
            // A line that shows no EID may have an eSIM all the same.
            (None, None) => line.as_ref().and_then(Service::eid).map(|_| SimKind::Embedded),
        };
        let plan = args.plan.clone().or_else(|| line.as_ref()?.plan());
        let asked = plan.into_iter().fold(Combination::new(imei.clone()), Combination::plan);
        preflight.before_sending(&kind.into_iter().fold(asked, Combination::sim), printer)?;
    }
    let about = About::from(&number).pin("--imei", &imei).pin("--service-zip", &service_zip);
    let (wanted_imei, wanted_sim) = (imei.clone(), args.sim.clone());
    let mut device = DeviceUpdate::new(imei, service_zip);
    if let Some(sim) = args.sim {
        device = device.sim(sim);
    }
    if let Some(eid) = args.eid {
        device = device.eid(eid);
    }
    if let Some(plan) = args.plan {
        device = device.plan(plan);
    }
    if let Some(technology) = args.technology {
        device = device.technology(technology);
    }
    if let Some(reason) = args.other_reason {
        device = device.reason(reason.into());
    }
    let look = before::look(&number);
    let update = UpdateDevice { number: number.clone(), device };
    let line = match writer.send(update, about).await? {
        Sent::Answered { answer, .. } => answer,
        Sent::AlreadySo => {
            let differs = |line: &Service| {
                let sim = line.iccid().filter(|sim| wanted_sim.as_ref().is_some_and(|wanted| wanted != sim));
                let imei = line.imei().filter(|imei| *imei != wanted_imei);
                imei.map(|imei| format!("its IMEI is {imei}"))
                    .or_else(|| Some(format!("its SIM is {}", sim?)))
            };
            return already::tell("device set already", &number, &writer, printer, differs).await;
        }
        Sent::Shown | Sent::Applied => return Ok(Exit::Ok),
    };
    Done::line("device set", &number, &line).tell(printer, &look)
}
