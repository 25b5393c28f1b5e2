//! `apex activation`: how far a request has come.

use std::time::Duration;

use apex_mobility::service_activation::{
    Activation, ActivationJob, ActivationLine, ActivationState, RequestId,
};
use apex_mobility::{Mobility, Poller};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record, Tone};
use crate::span;

/// Follow requests for activation
#[derive(Debug, Subcommand)]
pub(crate) enum ActivationCommand {
    Status(StatusArgs),
}

/// Show how far a request for activation has come
///
/// Exits with 0 when every line is active, 6 or 1 when some or all were rejected, 5 while AT&T is still at
/// it.
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// The request's id, as AT&T gave it
    #[arg(value_name = "ID", value_parser = |text: &str| RequestId::parse(text))]
    id: RequestId,
    /// Wait for the end
    #[arg(long)]
    wait: bool,
    /// Wait no longer than this, instead of until the request is overdue
    #[arg(long, value_name = "TIME", requires = "wait", value_parser = span::parse)]
    timeout: Option<Duration>,
    /// Look this often, instead of every 5 minutes
    #[arg(long, env = "APEX_POLL_EVERY", value_name = "TIME", value_parser = span::parse)]
    poll_every: Option<Duration>,
    #[command(flatten)]
    connection: ConnectionArgs,
}

/// One line of a request.
#[derive(Serialize)]
struct StatusRow {
    request_id: String,
    status: Option<String>,
    subscriber_number: Option<String>,
    sim: Option<String>,
    imei: Option<String>,
    reason: Option<String>,
}

impl StatusRow {
    fn of(activation: &Activation, line: &ActivationLine) -> Self {
        Self {
            request_id: activation.id.to_string(),
            status: line.state().map(|state| state.as_str().to_owned()),
            subscriber_number: line.subscriber_number().map(ToString::to_string),
            sim: line.iccid().map(|sim| sim.to_string()),
            imei: line.imei().map(|imei| imei.to_string()),
            reason: line.error().map(str::to_owned),
        }
    }
}

impl Record for StatusRow {
    const COLUMNS: &'static [Column] = &[
        Column::wide("request_id", "REQUEST"),
        Column::new("status", "STATUS"),
        Column::new("subscriber_number", "NUMBER"),
        Column::new("sim", "SIM"),
        Column::new("imei", "IMEI"),
        Column::new("reason", "REASON"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let tone = match self.status.as_deref().map(ActivationState::from) {
            Some(ActivationState::Active) => Tone::Good,
            Some(ActivationState::Rejected) => Tone::Bad,
            _ => Tone::Open,
        };
        vec![
            Cell::new(self.request_id.as_str()),
            Cell::optional(self.status.as_deref()).tone(tone),
            Cell::optional(self.subscriber_number.as_deref()),
            Cell::optional(self.sim.as_deref()),
            Cell::optional(self.imei.as_deref()),
            Cell::optional(self.reason.as_deref()),
        ]
    }
}

pub(crate) async fn run(command: ActivationCommand, printer: &Printer) -> Ended {
    let ActivationCommand::Status(args) = command;
    let client = args.connection.client()?;
    let mut activation = Mobility::new(&client).service_activation().status(args.id.clone()).send().await?;
    if args.wait && !activation.is_settled() {
        let progress = printer.progress(None, &format!("waiting for request {}", args.id));
        let mut poller = Poller::begin(&client, ActivationJob { id: args.id });
        if let Some(timeout) = args.timeout {
            poller = poller.with_timeout(timeout);
        }
        if let Some(every) = args.poll_every {
            poller = poller.with_poll_every(every);
        }
        while let Some(seen) = poller.next().await {
            activation = seen?;
        }
        drop(progress);
    }
    let mut rows = printer.rows();
    for line in &activation.lines {
        rows.push(&StatusRow::of(&activation, line));
    }
    rows.finish();
    Ok(exit_of(&activation))
}

fn exit_of(activation: &Activation) -> Exit {
    if !activation.is_settled() {
        return Exit::Pending;
    }
    let active = activation.lines.iter().filter(|line| line.state() == Some(ActivationState::Active)).count();
    match active {
        n if n == activation.lines.len() => Exit::Ok,
        0 => Exit::Failed,
        _ => Exit::Partial,
    }
}
