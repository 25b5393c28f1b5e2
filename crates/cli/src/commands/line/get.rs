//! `apex line get`.

use apex_mobility::Mobility;
use apex_mobility::domain::{Iccid, Imei, SubscriberNumber};
use apex_mobility::line_details::Service;
use apex_mobility::wire::WireDate;
use clap::Args;
use serde::Serialize;

use crate::commands::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record};
use crate::tone;

/// Read one line, live, with plan, device and features
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  apex line get 2145550101\n  apex line get --sim 89010000000000000011")]
#[group(id = "which", required = true, multiple = false, args = ["number", "sim", "imei"])]
pub(crate) struct GetArgs {
    /// Its number (10 digits)
    #[arg(value_name = "NUMBER")]
    number: Option<SubscriberNumber>,
    /// Its SIM's ICCID (19 or 20 digits)
    #[arg(long, value_name = "ICCID")]
    sim: Option<Iccid>,
    /// Its device's IMEI (15 digits)
    #[arg(long, value_name = "IMEI")]
    imei: Option<Imei>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// A line with what is known of it.
#[derive(Serialize)]
struct Detailed {
    subscriber_number: Option<String>,
    status: Option<String>,
    status_since: Option<String>,
    status_reason: Option<String>,
    billing_account: Option<String>,
    plan: Option<String>,
    plan_description: Option<String>,
    activated: Option<String>,
    sim: Option<String>,
    eid: Option<String>,
    imei: Option<String>,
    device: Option<String>,
    device_technology: Option<String>,
    network_imei: Option<String>,
    network_device: Option<String>,
    contact: Option<String>,
    service_zip: Option<String>,
    next_bill: Option<String>,
    ip_address: Option<String>,
    features: Vec<Soc>,
}

#[derive(Serialize)]
struct Soc {
    code: String,
    description: Option<String>,
}

impl Detailed {
    fn of(line: &Service) -> Self {
        let date = |date: Option<WireDate>| {
            date.map(|date| date.as_date().map_or_else(|| date.as_str().to_owned(), |date| date.to_string()))
        };
        let device = |brand: Option<&str>, model: Option<&str>| {
            let known: Vec<_> = [brand, model].into_iter().flatten().collect();
            (!known.is_empty()).then(|| known.join(" "))
        };
        Self {
            subscriber_number: line.subscriber_number.as_ref().map(ToString::to_string),
            status: line.status().map(|status| status.as_str().to_owned()),
            status_since: date(line.status_date()),
            status_reason: line.status_reason().map(|reason| reason.to_string()),
            billing_account: line.billing_account().map(|account| account.to_string()),
            plan: line.plan().map(|plan| plan.to_string()),
            plan_description: line.plan_description().map(str::to_owned),
            activated: date(line.activation_date()),
            sim: line.iccid().map(|sim| sim.to_string()),
            eid: line.eid().map(|eid| eid.to_string()),
            imei: line.imei().map(|imei| imei.to_string()),
            device: device(line.device_brand(), line.device_model()),
            device_technology: line.device_technology().map(str::to_owned),
            network_imei: line.network_imei().map(|imei| imei.to_string()),
            network_device: device(line.network_device_brand(), line.network_device_model()),
            contact: line.contact_name().map(str::to_owned),
            service_zip: line.service_zip().map(|zip| zip.to_string()),
            next_bill: date(line.next_bill_date()),
            ip_address: line.ip_address().map(|address| address.to_string()),
            features: line
                .features()
                .map(|feature| Soc {
                    code: feature.code.to_string(),
                    description: feature.description.map(|text| text.to_string()),
                })
                .collect(),
        }
    }
}

impl Record for Detailed {
    const COLUMNS: &'static [Column] = &[
        Column::new("subscriber_number", "Number"),
        Column::new("status", "Status"),
        Column::new("status_since", "Since"),
        Column::new("status_reason", "Reason"),
        Column::new("billing_account", "BAN"),
        Column::new("plan", "Plan"),
        Column::new("plan_description", "Plan name"),
        Column::new("activated", "Activated"),
        Column::new("sim", "SIM"),
        Column::new("eid", "EID"),
        Column::new("imei", "IMEI"),
        Column::new("device", "Device"),
        Column::new("device_technology", "Technology"),
        Column::new("network_imei", "IMEI seen"),
        Column::new("network_device", "Device seen"),
        Column::new("contact", "Contact"),
        Column::new("service_zip", "Service ZIP"),
        Column::new("next_bill", "Next bill"),
        Column::new("ip_address", "Static IP"),
        Column::new("features", "Features"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let features = self.features.iter().map(|soc| match &soc.description {
            Some(description) => format!("{} {description}", soc.code),
            None => soc.code.clone(),
        });
        let features = features.collect::<Vec<_>>().join("; ");
        let text = |text: &Option<String>| Cell::optional(text.as_deref());
        vec![
            text(&self.subscriber_number),
            text(&self.status).tone(tone::of_line(self.status.as_deref())),
            text(&self.status_since),
            text(&self.status_reason),
            text(&self.billing_account),
            text(&self.plan),
            text(&self.plan_description),
            text(&self.activated),
            text(&self.sim),
            text(&self.eid),
            text(&self.imei),
            text(&self.device),
            text(&self.device_technology),
            text(&self.network_imei),
            text(&self.network_device),
            text(&self.contact),
            text(&self.service_zip),
            text(&self.next_bill),
            text(&self.ip_address),
            Cell::new(features),
        ]
    }
}

pub(super) async fn get(args: GetArgs, printer: &Printer) -> Ended {
    let details = Mobility::new(&args.connection.client()?).line_details();
    let lines = match (args.number, args.sim, args.imei) {
        (Some(number), ..) => vec![details.get(number).send().await?],
        (_, Some(sim), _) => details.search_by_sim(sim).send().await?,
        (.., Some(imei)) => details.search_by_imei(imei).send().await?,
        (None, None, None) => Vec::new(),
    };
    for line in &lines {
        if let Some((word, letter)) = line.status_conflict() {
            printer.warning(&format!(
                "AT&T says both {} and {}: shown is the second",
                word.as_str(),
                letter.as_str()
            ));
        }
    }
    match lines.as_slice() {
        [] => Err(Failure::not_found(
            "no line has it",
            "check the digits; a line is found by what AT&T has on record",
        )),
        [line] => {
            printer.record(&Detailed::of(line));
            Ok(Exit::Ok)
        }
        several => {
            let mut rows = printer.rows::<Detailed>();
            several.iter().map(Detailed::of).all(|line| rows.push(&line));
            rows.finish();
            Ok(Exit::Ok)
        }
    }
}
