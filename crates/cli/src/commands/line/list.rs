//! `apex line list`.

use apex_mobility::Mobility;
use apex_mobility::domain::{BillingAccountNumber, FoundationAccountNumber, SubscriberNumber};
use apex_mobility::subscriber_list::SubscriberLine;
use apex_mobility::wire::LineStatus;
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::commands::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record};
use crate::tone;

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

pub(super) async fn list(args: ListArgs, printer: &Printer) -> Ended {
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
