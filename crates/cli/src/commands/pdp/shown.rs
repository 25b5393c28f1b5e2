//! How far the lines of a batch have come, and what a person does next.

use apex_mobility::Client;
use apex_mobility::domain::SubscriberNumber;
use apex_mobility::pdp_provisioning::{
    AcceptedBatch, BatchId, BatchLine, BatchStatus, LineState, PdpChange, PdpJob,
};
use serde::Serialize;

use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record, Tone, one_line};
use crate::waiting::WaitArgs;

/// A batch that AT&T has accepted.
#[derive(Serialize)]
struct Accepted {
    done: &'static str,
    batch: String,
    lines: usize,
}

impl Record for Accepted {
    const COLUMNS: &'static [Column] =
        &[Column::new("done", "Done"), Column::new("batch", "Batch"), Column::new("lines", "Lines")];

    fn cells(&self) -> Vec<Cell> {
        let done = Cell::new(self.done).tone(Tone::Good);
        vec![done, Cell::new(self.batch.as_str()), Cell::new(self.lines.to_string())]
    }
}

/// A line of a batch.
#[derive(Serialize)]
struct LineRow {
    batch: Option<String>,
    subscriber_number: Option<String>,
    ip_address: Option<String>,
    state: &'static str,
    profile_check: Option<String>,
    ip_reservation: Option<String>,
    profile_update: Option<String>,
    access_point: Option<String>,
    reason: Option<String>,
    #[serde(skip)]
    tone: Tone,
}

impl Record for LineRow {
    const COLUMNS: &'static [Column] = &[
        Column::wide("batch", "BATCH"),
        Column::new("subscriber_number", "NUMBER"),
        Column::new("ip_address", "IP ADDRESS"),
        Column::new("state", "STATE"),
        Column::wide("profile_check", "PROFILE CHECK"),
        Column::wide("ip_reservation", "IP RESERVATION"),
        Column::wide("profile_update", "PROFILE UPDATE"),
        Column::wide("access_point", "APN"),
        Column::new("reason", "REASON"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let text = |text: &Option<String>| Cell::optional(text.as_deref());
        vec![
            text(&self.batch),
            text(&self.subscriber_number),
            text(&self.ip_address),
            Cell::new(self.state).tone(self.tone),
            text(&self.profile_check),
            text(&self.ip_reservation),
            text(&self.profile_update),
            text(&self.access_point),
            text(&self.reason),
        ]
    }
}

impl LineRow {
    fn of(line: &BatchLine) -> Self {
        let [profile_check, ip_reservation, profile_update] =
            line.stages().map(|(_, stage)| stage.map(|stage| one_line(stage.as_str())));
        let (state, tone) = words(&line.state());
        let message = line.message.as_deref().filter(|text| !text.trim().is_empty());
        let reason = line.failure().map(|failure| one_line(&failure.reason));
        Self {
            batch: line.batch_id.as_ref().map(ToString::to_string),
            subscriber_number: line.subscriber_number.as_ref().map(ToString::to_string),
            ip_address: line.address().map(ToString::to_string),
            state,
            profile_check,
            ip_reservation,
            profile_update,
            access_point: line.access_point_name.as_ref().map(ToString::to_string),
            reason: reason.or_else(|| message.map(one_line)),
            tone,
        }
    }

    /// A line that was sent and that AT&T does not show.
    fn missing(number: &SubscriberNumber) -> Self {
        let reason = "AT&T does not show this line of the batch";
        Self {
            subscriber_number: Some(number.to_string()),
            reason: Some(reason.to_owned()),
            ..Self::of(&BatchLine::default())
        }
    }
}

fn words(state: &LineState) -> (&'static str, Tone) {
    match state {
        LineState::Provisioned => ("provisioned", Tone::Good),
        LineState::Removed => ("removed", Tone::Good),
        LineState::Failed(_) => ("failed", Tone::Bad),
        LineState::Unknown => ("unknown", Tone::Open),
        _ => ("pending", Tone::Open),
    }
}

/// The command that looks at a batch.
pub(super) fn look(batch: &BatchId, change: PdpChange) -> String {
    let removal = if change == PdpChange::Remove { " --removal" } else { "" };
    format!("apex pdp status {batch}{removal}")
}

/// Tells the end of a submission, and waits for the batch's own end if it is to.
pub(super) async fn after(
    accepted: &AcceptedBatch,
    change: PdpChange,
    numbers: Vec<SubscriberNumber>,
    waiting: &WaitArgs,
    client: Option<&Client>,
    printer: &Printer,
) -> Ended {
    let done = match change {
        PdpChange::Provision => "addresses submitted",
        PdpChange::Remove => "removal submitted",
    };
    let batch = &accepted.batch;
    let Some(client) = client.filter(|_| waiting.wait) else {
        printer.record(&Accepted { done, batch: batch.to_string(), lines: numbers.len() });
        printer.note(&format!("to follow it: {} --wait", look(batch, change)));
        return Ok(Exit::Ok);
    };
    printer.note(&format!("batch {batch}: {done}"));
    let job = PdpJob { batch: batch.clone(), change, numbers };
    let seen = follow(&job, waiting, client, printer).await.map_err(|failure| {
        failure
            .with_changed("the batch was accepted; only looking at it failed")
            .with_next(format!("look again: {} --wait", look(batch, change)))
    })?;
    Ok(told(&seen.unwrap_or_default(), &job, printer))
}

/// Follows a batch to its end.
pub(super) async fn follow(
    job: &PdpJob,
    waiting: &WaitArgs,
    client: &Client,
    printer: &Printer,
) -> Result<Option<BatchStatus>, Failure> {
    let words = |status: &BatchStatus| {
        let settled = status.lines.iter().filter(|line| job.is_settled(line)).count();
        Some(format!("{settled} of {} lines settled", status.lines.len().max(job.numbers.len())))
    };
    waiting.follow(client, job.clone(), &format!("batch {}", job.batch), printer, words).await
}

/// Prints the lines of a batch, and says where to look if they have not settled.
pub(super) fn told(status: &BatchStatus, job: &PdpJob, printer: &Printer) -> Exit {
    let missing: Vec<_> = job.numbers.iter().filter(|number| status.find(number).is_none()).collect();
    print(status.lines.iter().map(LineRow::of).chain(missing.iter().map(|n| LineRow::missing(n))), printer);
    let settled = |line: &&BatchLine| job.is_settled(line);
    if status.lines.is_empty() || !missing.is_empty() || !status.lines.iter().all(|line| settled(&line)) {
        printer.warning(&format!(
            "batch {} has not settled; look again: {} --wait",
            job.batch,
            look(&job.batch, job.change)
        ));
        return Exit::Pending;
    }
    let failed = status.lines.iter().filter(|line| line.failure().is_some()).count();
    match failed {
        0 => Exit::Ok,
        n if n == status.lines.len() => Exit::Failed,
        _ => Exit::Partial,
    }
}

/// Prints lines of several batches.
pub(super) fn all(status: &BatchStatus, printer: &Printer) {
    print(status.lines.iter().map(LineRow::of), printer);
}

fn print(lines: impl Iterator<Item = LineRow>, printer: &Printer) {
    let mut rows = printer.rows();
    for line in lines {
        rows.push(&line);
    }
    rows.finish();
}
