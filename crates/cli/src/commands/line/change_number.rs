//! `apex line change-number`.

use apex_mobility::domain::{Iccid, NpaNxx, SubscriberNumber, ZipCode};
use apex_mobility::finding::LineTrail;
use apex_mobility::line_details::Service;
use apex_mobility::number_change::NumberChoice;
use apex_mobility::number_change::operations::ChangeNumber;
use clap::Args;

use super::before;
use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::Printer;
use crate::write::{About, ConfirmArgs, Done, Sent, WriteArgs, ask};

/// Give a line another number
///
/// AT&T assigns one that belongs to the line's ZIP, unless a part or all of it is chosen. SIM, device, account
/// and plan stay. The old number is lost. Asks first on a terminal; elsewhere it needs --yes.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex line change-number 2145550101\n  \
    apex line change-number 2145550101 --npa-nxx 214555 --yes\n  \
    apex line change-number 2145550101 --vanity 2145550199 --service-zip 75201 --dry-run")]
pub(crate) struct ChangeNumberArgs {
    /// The line, by the number it has (10 digits)
    #[arg(value_name = "NUMBER")]
    number: SubscriberNumber,
    /// Area code and exchange of the new number (6 digits); AT&T assigns the rest
    #[arg(long, value_name = "NPA-NXX", conflicts_with = "vanity")]
    npa_nxx: Option<NpaNxx>,
    /// The new number (10 digits), if it is free
    #[arg(long, value_name = "NUMBER")]
    vanity: Option<SubscriberNumber>,
    /// The ZIP of the line's primary place of use [default: the one on AT&T's record]
    #[arg(long, value_name = "ZIP")]
    service_zip: Option<ZipCode>,
    /// With --sent-at: the SIM the line had, by which it is found under its new number
    #[arg(long, value_name = "ICCID", requires = "sent_at")]
    had_sim: Option<Iccid>,
    #[command(flatten)]
    confirm: ConfirmArgs,
    #[command(flatten)]
    write: WriteArgs,
}

pub(super) async fn run(args: ChangeNumberArgs, printer: &Printer) -> Ended {
    let number = args.number;
    let choice = choice(args.npa_nxx, args.vanity.as_ref())?;
    let writer = args.write.writer(printer)?;
    let asks = writer.client().is_some() && args.confirm.asks(printer)?;
    let line = if asks || args.service_zip.is_none() { before::read(&writer, &number).await? } else { None };
    let service_zip = args
        .service_zip
        .or_else(|| line.as_ref()?.service_zip().filter(ZipCode::is_valid))
        .ok_or_else(|| before::lacks(&writer, "service ZIP", "--service-zip"))?;
    if asks {
        let new = match &choice {
            NumberChoice::SystemAssigned => format!("a number of AT&T's choice for the ZIP {service_zip}"),
            NumberChoice::InNpaNxx(npa_nxx) => format!("a number of AT&T's choice in {npa_nxx}"),
            NumberChoice::Vanity(npa_nxx, line) => format!("the number {npa_nxx}{line}, if it is free"),
        };
        let what_happens = [
            before::sentence(&number, line.as_ref().unwrap_or(&Service::default())),
            format!("it gets {new}; SIM, device, account and plan stay"),
            format!("{number} is lost: it may go to somebody else and cannot be had back"),
        ];
        ask(printer, &what_happens, &format!("Change the number of {number}?"))?;
    }
    // Whatever number it has then, the line is found by its SIM.
    let sim = line.as_ref().and_then(Service::iccid);
    let look = sim.as_ref().map_or_else(|| before::look(&number), |sim| format!("apex line get --sim {sim}"));
    let change = ChangeNumber { number: number.clone(), service_zip, choice };
    let mut about = About::from(&number).pin("--service-zip", &change.service_zip);
    if let Some(sim) = &sim {
        about = about.pin("--had-sim", sim);
    }
    let before = args.had_sim.map(LineTrail::of_sim);
    let sent = writer.send_knowing(change, about, before).await?;
    let Sent::Answered { answer: changed, number: found } = sent else { return Ok(Exit::Ok) };
    let old = changed.old_number().unwrap_or(&number);
    Done::new("number changed").numbers(old, changed.new_number().or(found.as_ref())).tell(printer, &look)
}

fn choice(npa_nxx: Option<NpaNxx>, vanity: Option<&SubscriberNumber>) -> Result<NumberChoice, Failure> {
    let Some(vanity) = vanity else {
        return Ok(npa_nxx.map_or(NumberChoice::SystemAssigned, NumberChoice::InNpaNxx));
    };
    let parts = vanity.npa_nxx().zip(vanity.line_number());
    let (npa_nxx, line) = parts.ok_or_else(|| {
        Failure::usage("--vanity has no area code, exchange and line number", "give all 10 digits")
    })?;
    Ok(NumberChoice::Vanity(npa_nxx, line))
}
