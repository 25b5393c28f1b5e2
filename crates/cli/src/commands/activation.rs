//! `apex activation`: how far a request has come.

use apex_mobility::Mobility;
use apex_mobility::service_activation::{
    Activation, ActivationJob, ActivationLine, ActivationState, RequestId,
};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::Ended;
use crate::connection::ConnectionArgs;
use crate::exit::Exit;
use crate::printer::{Cell, Column, Printer, Record, Tone};
use crate::waiting::WaitArgs;

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
    #[command(flatten)]
    waiting: WaitArgs,
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
    if args.waiting.wait && !activation.is_settled() {
        let what = format!("request {}", args.id);
        let job = ActivationJob { id: args.id };
        let seen = args.waiting.follow(&client, job, &what, printer, |_| None).await?;
        activation = seen.unwrap_or(activation);
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
