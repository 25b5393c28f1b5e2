//! How far a port has come, and what a person does next.

use apex_mobility::domain::SubscriberNumber;
use apex_mobility::port_management::{Port, PortConflict, PortEnd, PortFix, PortJob, PortState};
use apex_mobility::{Client, Job, Mobility, Progress};
use serde::Serialize;

use crate::commands::Ended;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record, one_line};
use crate::tone;
use crate::waiting::WaitArgs;
use crate::write::{Sent, Writer};

/// A port as it is seen, and what it wants.
#[derive(Serialize)]
struct PortRow {
    done: Option<&'static str>,
    subscriber_number: String,
    state: Option<String>,
    meaning: Option<&'static str>,
    reason_code: Option<String>,
    reason: Option<String>,
    fix: Option<String>,
    fields: Vec<&'static str>,
    next: Option<String>,
}

impl Record for PortRow {
    const COLUMNS: &'static [Column] = &[
        Column::new("done", "Done"),
        Column::new("subscriber_number", "Number"),
        Column::new("state", "State"),
        Column::new("meaning", "Meaning"),
        Column::new("reason_code", "Reason code"),
        Column::new("reason", "Reason"),
        Column::new("fix", "Fix"),
        Column::new("fields", "Fields"),
        Column::new("next", "Next"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let text = |text: &Option<String>| Cell::optional(text.as_deref());
        vec![
            Cell::optional(self.done),
            Cell::new(self.subscriber_number.as_str()),
            text(&self.state).tone(tone::of_port(self.state.as_deref())),
            Cell::optional(self.meaning),
            text(&self.reason_code),
            text(&self.reason),
            text(&self.fix),
            Cell::new(self.fields.join("; ")),
            text(&self.next),
        ]
    }
}

/// The command that looks at a port.
pub(super) fn look(number: &SubscriberNumber) -> String {
    format!("apex port status {number}")
}

/// Whether AT&T or the losing carrier is still at it.
pub(super) fn is_open(number: &SubscriberNumber, port: &Port) -> bool {
    matches!(PortJob { number: number.clone() }.progress(port), Progress::Waiting)
}

/// A port in one sentence, for a person who is asked about it.
pub(super) fn sentence(number: &SubscriberNumber, port: &Port) -> String {
    let state = port.state.as_ref().map_or("state not known", meaning);
    format!("{number}: {state}")
}

/// Tells the end of a write, and waits for the port's own end if it is to.
pub(super) async fn after(
    done: &'static str,
    number: &SubscriberNumber,
    sent: Sent<Port>,
    waiting: &WaitArgs,
    writer: &Writer<'_>,
    printer: &Printer,
) -> Ended {
    let (client, mut port) = match (writer.reader(), sent) {
        (None, _) | (_, Sent::Shown | Sent::AlreadySo) => return Ok(Exit::Ok),
        (Some(client), Sent::Answered { answer, .. }) => (client, answer),
        // That it took effect is told; who waits, waits for more.
        (Some(_), Sent::Applied) if !waiting.wait => return Ok(Exit::Ok),
        (Some(client), Sent::Applied) => {
            (client, Mobility::new(client).port_management().status(number.clone()).send().await?)
        }
    };
    if waiting.wait {
        printer.note(&format!("port {number}: {done}"));
        let seen = follow(number, waiting, client, printer).await.map_err(|failure| {
            failure
                .with_changed("the request was accepted; only looking at it failed")
                .with_next(format!("look again: {} --wait", look(number)))
        })?;
        port = seen.unwrap_or(port);
    }
    let exit = tell(Some(done), number, &port, printer);
    if exit == Exit::Pending && !waiting.wait {
        printer.note(&format!("to follow it: {} --wait", look(number)));
        return Ok(Exit::Ok);
    }
    Ok(exit_told(exit, number, printer))
}

/// Follows a port to its end.
pub(super) async fn follow(
    number: &SubscriberNumber,
    waiting: &WaitArgs,
    client: &Client,
    printer: &Printer,
) -> Result<Option<Port>, Failure> {
    let job = PortJob { number: number.clone() };
    let words = |port: &Port| port.state.as_ref().map(|state| format!("{state}, {}", meaning(state)));
    waiting.follow(client, job, &format!("port {number}"), printer, words).await
}

/// Prints a port.
pub(super) fn tell(
    done: Option<&'static str>,
    number: &SubscriberNumber,
    port: &Port,
    printer: &Printer,
) -> Exit {
    let progress = PortJob { number: number.clone() }.progress(port);
    let conflict = if let Progress::ActionRequired(conflict) = &progress { Some(conflict) } else { None };
    printer.record(&PortRow {
        done,
        subscriber_number: number.to_string(),
        state: port.state.as_ref().map(|state| state.as_str().to_owned()),
        meaning: port.state.as_ref().map(meaning),
        reason_code: port.reason_code.as_ref().map(ToString::to_string),
        reason: port.reason.as_ref().map(ToString::to_string),
        fix: conflict.map(|conflict| conflict.fix.to_string()),
        fields: conflict.map(|conflict| conflict.fix.fields().to_vec()).unwrap_or_default(),
        next: conflict.map(|conflict| mend(number, conflict)),
    });
    match progress {
        Progress::Waiting => Exit::Pending,
        Progress::Done(PortEnd::Confirmed | PortEnd::Completed) => {
            printer.note("now activate a line with it: the column `number` of apex activate");
            Exit::Ok
        }
        Progress::Done(PortEnd::Cancelled) if done == Some(CANCELLED) => Exit::Ok,
        Progress::Done(PortEnd::Denied { .. }) => {
            printer.warning("the losing carrier said no; that may mean delayed: look again in some hours");
            Exit::Failed
        }
        Progress::Done(_) => Exit::Failed,
        Progress::ActionRequired(conflict) => {
            let said = [conflict.code.as_deref(), conflict.reason.as_deref()];
            let said: Vec<_> = said.into_iter().flatten().collect();
            let said = if said.is_empty() { "no reason given".to_owned() } else { said.join(" ") };
            printer.warning(&format!(
                "the losing carrier refuses it ({}): {}",
                one_line(&said),
                conflict.fix
            ));
            Exit::Failed
        }
    }
}

/// What was done by `apex port cancel`.
pub(super) const CANCELLED: &str = "port cancelled";

/// Where the time to wait is over, the command that looks again is told.
pub(super) fn exit_told(exit: Exit, number: &SubscriberNumber, printer: &Printer) -> Exit {
    if exit == Exit::Pending {
        printer.warning(&format!("port {number} has not settled; look again: {} --wait", look(number)));
    }
    exit
}

fn meaning(state: &PortState) -> &'static str {
    match state {
        PortState::Open => "open: the losing carrier has it",
        PortState::Conflict => "conflict: it waits until something is corrected",
        PortState::Confirmed => "confirmed: ready to be activated",
        PortState::Completed => "completed: the number has come over",
        PortState::Cancelled => "cancelled",
        PortState::Denied => "denied",
        PortState::Error => "failed",
        PortState::Other(_) => "not known here",
    }
}

/// The command that mends a conflict, with capitals for what only a person knows.
fn mend(number: &SubscriberNumber, conflict: &PortConflict) -> String {
    match conflict.fix {
        // contract 4.3: what the losing carrier compares is sent as a whole.
        PortFix::AccountNumber | PortFix::Pin | PortFix::Name | PortFix::Release => format!(
            "apex port update {number} --losing-account-file FILE --losing-pin-file FILE \
             --losing-first-name NAME --losing-last-name NAME"
        ),
        PortFix::ZipCode => format!("apex port update {number} --service-zip ZIP"),
        PortFix::NotPortable => format!("apex port cancel {number} --service-zip ZIP"),
        PortFix::DueDate => look(number),
        _ => match &conflict.code {
            Some(code) => format!("apex explain {code}"),
            None => look(number),
        },
    }
}
