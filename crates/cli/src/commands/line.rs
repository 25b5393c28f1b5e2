//! `apex line`: list lines, and look at one.

use apex_mobility::Mobility;
use apex_mobility::domain::{BillingAccountNumber, FoundationAccountNumber, Iccid, Imei, SubscriberNumber};
use apex_mobility::line_details::Service;
use apex_mobility::subscriber_list::SubscriberLine;
use apex_mobility::wire::{LineStatus, WireDate};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;

use super::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record};
use crate::tone;

/// List lines, or look at one
#[derive(Debug, Subcommand)]
pub(crate) enum LineCommand {
    List(ListArgs),
    Get(GetArgs),
}

pub(crate) async fn run(command: LineCommand, printer: &Printer) -> Ended {
    match command {
        LineCommand::List(args) => list(args, printer).await,
        LineCommand::Get(args) => get(args, printer).await,
    }
}

/// List lines by account, number and status
///
/// The list is AT&T's snapshot, not live, and leaves out cancelled lines: that a line is not in it proves
/// nothing. `apex line get` reads one line live.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    apex line list --ban 000000000001\n  \
    apex line list --all --status suspended --output csv > suspended.csv")]
pub(crate) struct ListArgs {
    /// Only lines of this foundation account (8 digits)
    #[arg(long, value_name = "FAN")]
    fan: Option<FoundationAccountNumber>,
    /// Only lines of this billing account (12 digits)
    #[arg(long, value_name = "BAN")]
    ban: Option<BillingAccountNumber>,
    /// Only this line (10 digits)
    #[arg(long, value_name = "NUMBER")]
    number: Option<SubscriberNumber>,
    /// Only lines of this status
    #[arg(long, value_enum, value_name = "STATUS")]
    status: Option<Status>,
    /// Every page, not just one
    #[arg(long, conflicts_with = "page")]
    all: bool,
    /// Leave out lines that come a second time; takes some memory per line
    #[arg(long)]
    distinct: bool,
    /// Which page
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    page: u32,
    /// Lines per page; AT&T's maximum is not known, 250 is used in production
    #[arg(long, value_name = "N", default_value_t = 250, value_parser = clap::value_parser!(u32).range(1..))]
    page_size: u32,
    #[command(flatten)]
    connection: ConnectionArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Status {
    #[value(alias = "A", alias = "a")]
    Active,
    #[value(alias = "S", alias = "s")]
    Suspended,
    #[value(alias = "C", alias = "c", alias = "canceled")]
    Cancelled,
}

impl From<Status> for LineStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Active => Self::Active,
            Status::Suspended => Self::Suspended,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// A line of the list.
#[derive(Serialize)]
struct Listed {
    foundation_account: Option<String>,
    billing_account: Option<String>,
    subscriber_number: Option<String>,
    status: Option<String>,
}

impl Listed {
    fn of(line: &SubscriberLine) -> Self {
        Self {
            foundation_account: line.foundation_account_number.as_ref().map(ToString::to_string),
            billing_account: line.billing_account_number.as_ref().map(ToString::to_string),
            subscriber_number: line.subscriber_number.as_ref().map(ToString::to_string),
            status: line.status.as_ref().map(|status| status.as_str().to_owned()),
        }
    }
}

impl Record for Listed {
    const COLUMNS: &'static [Column] = &[
        Column::new("foundation_account", "FAN"),
        Column::new("billing_account", "BAN"),
        Column::new("subscriber_number", "NUMBER"),
        Column::new("status", "STATUS"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::optional(self.foundation_account.as_deref()),
            Cell::optional(self.billing_account.as_deref()),
            Cell::optional(self.subscriber_number.as_deref()),
            Cell::optional(self.status.as_deref()).tone(tone::of_line(self.status.as_deref())),
        ]
    }
}

/// Pages that are asked for while one is printed.
const AHEAD: usize = 4;

async fn list(args: ListArgs, printer: &Printer) -> Ended {
    let client = args.connection.client()?;
    let mut call = Mobility::new(&client).subscriber_list().list().page_size(args.page_size).page(args.page);
    if let Some(fan) = args.fan {
        call = call.foundation_account(fan);
    }
    if let Some(ban) = args.ban {
        call = call.billing_account(ban);
    }
    if let Some(number) = args.number {
        call = call.subscriber_number(number);
    }
    if let Some(status) = args.status {
        call = call.status(status.into());
        if status == Status::Cancelled {
            printer.warning("cancelled lines are never in the list; read one with: apex line get NUMBER");
        }
    }

    let mut rows = printer.rows::<Listed>();
    if !args.all {
        let page = call.send().await?;
        page.items.iter().map(Listed::of).all(|line| rows.push(&line));
        let printed = rows.printed();
        rows.finish();
        let of = page.total_pages.map_or_else(String::new, |pages| format!(" of {pages}"));
        let more = page.total_pages.is_some_and(|pages| pages > page.number);
        let all = if more { "; --all lists every page" } else { "" };
        printer.note(&format!(
            "{printed} lines, page {}{of}{}{all}",
            page.number,
            as_of(page.refreshed.as_deref())
        ));
        return Ok(Exit::Ok);
    }

    let mut pages = call.by_page().prefetch(AHEAD);
    let progress = printer.progress(None, "lines");
    let mut seen = std::collections::HashSet::new();
    let mut refreshed = None;
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(error) => {
                let printed = rows.printed();
                rows.break_off();
                printer.warning(&format!(
                    "the list broke off after {printed} lines: what was printed is not all"
                ));
                return Err(error.into());
            }
        };
        refreshed = refreshed.or(page.refreshed);
        for line in &page.items {
            let line = Listed::of(line);
            if args.distinct
                && !line.subscriber_number.as_deref().is_none_or(|number| seen.insert(hash(number)))
            {
                continue;
            }
            if !rows.push(&line) {
                return Ok(Exit::Ok);
            }
        }
        progress.set(rows.printed());
    }
    drop(progress);
    let printed = rows.printed();
    rows.finish();
    printer.note(&format!("{printed} lines{}", as_of(refreshed.as_deref())));
    if pages.snapshot_moved() {
        printer.warning("AT&T made the list anew while it was read: lines may be missing or come twice");
    }
    Ok(Exit::Ok)
}

fn hash(number: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}

fn as_of(refreshed: Option<&str>) -> String {
    refreshed.map_or_else(String::new, |time| format!(", as of {time}"))
}

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

async fn get(args: GetArgs, printer: &Printer) -> Ended {
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
