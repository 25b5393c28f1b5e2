//! From what an answer or a read says to what the journal notes.

use apex_mobility_billing_account::operations::{CreateAccount, UpdateAccount};
use apex_mobility_core::catalog::Class;
use apex_mobility_core::{Effect, Error, ErrorKind, Operation};
use apex_mobility_line_configuration::operations as line;
use apex_mobility_number_change::operations::ChangeNumber;
use apex_mobility_port_management::operations as port;
use apex_mobility_rate_plan_change::operations::ChangePlan;
use apex_mobility_resolve::{LookAgain, Sight, Verdict};
use apex_mobility_status_change::operations as status;

use super::Unreadable;
use crate::journal::{Event, Facts, Item};
use crate::state::State;

/// What was learnt of an item.
#[derive(Debug, Clone)]
pub(super) struct Learned {
    pub(super) state: State,
    pub(super) facts: Facts,
}

impl Learned {
    pub(super) fn new(state: State) -> Self {
        Self { state, facts: Facts::default() }
    }

    pub(super) fn because(state: State, reason: impl Into<String>) -> Self {
        Self { state, facts: Facts { reason: reason.into(), ..Facts::default() } }
    }

    /// This version cannot read the row.
    pub(super) fn unreadable(state: State, Unreadable(what): &Unreadable) -> Self {
        let mut learned = Self::because(state, format!("this version of apex cannot read the row: {what}"));
        "apex fleet resume with the version that wrote it, or a newer one"
            .clone_into(&mut learned.facts.next_step);
        learned
    }

    /// It had no effect so many times: there is something that sending it again does not mend.
    pub(super) fn came_to_nothing(mut self, times: u64) -> Self {
        self.state = State::Failed;
        self.facts.reason =
            format!("sent {times} times, and every answer was lost; reads show that it had no effect");
        "ask AT&T why the line cannot be changed, then run the row again"
            .clone_into(&mut self.facts.next_step);
        self
    }

    /// Where nothing tells what came of a row, names the command for who finds out by other means.
    pub(super) fn with_a_way_out(mut self, job: &str, row: u64) -> Self {
        if self.state == State::StillUnknown {
            let way = format!(
                "; once you know from AT&T: apex fleet settle {job} --row {row} --as VERDICT --reason WHY"
            );
            self.facts.next_step.push_str(&way);
        }
        self
    }

    /// AT&T works on it under this id.
    pub(super) fn accepted(request: impl Into<String>) -> Self {
        Self { state: State::Accepted, facts: Facts { request_id: request.into(), ..Facts::default() } }
    }

    /// What an error says. None where nothing was sent that could have had an effect, and it may be sent later.
    pub(super) fn of_error(error: &Error) -> Option<Self> {
        let state = match error.effect() {
            Effect::Unknown => State::Unknown,
            // The request cannot be written: waiting will not help.
            Effect::NotSent if error.kind() == ErrorKind::Request => State::Dropped,
            Effect::NotSent | Effect::None => return None,
            // Turned away for the rate, or for the credentials: not refused for what it asks.
            Effect::Rejected if matches!(error.class(), Class::Throttle | Class::Auth) => return None,
            // It was so already: what was asked for is there.
            Effect::Rejected if error.class() == Class::NoOp => State::Done,
            Effect::Rejected => State::Rejected,
        };
        let facts = Facts {
            class: error.class().as_str().to_owned(),
            reason: error.message().split_whitespace().collect::<Vec<_>>().join(" "),
            next_step: error.next_step().to_owned(),
            ..Facts::default()
        };
        Some(Self { state, facts })
    }

    /// Whether an error says that nothing changed: AT&T refused it, as it is or because it was so already, or it could
    /// not be sent as it is.
    pub(super) fn is_refusal(&self) -> bool {
        matches!(self.state, State::Rejected | State::Done | State::Dropped)
    }

    /// What reads say about a write whose answer was lost.
    pub(super) fn of_verdict(verdict: &Verdict) -> Self {
        let mut facts = Facts { evidence: evidence(verdict), ..Facts::default() };
        facts.gained = verdict.number().map(ToString::to_string).unwrap_or_default();
        let state = match verdict {
            Verdict::Applied { .. } => {
                facts.reason = "the answer was lost; a read shows that it took effect".to_owned();
                State::Done
            }
            Verdict::NotApplied { .. } => {
                facts.reason = "the answer was lost; reads show that it had no effect".to_owned();
                State::NotApplied
            }
            Verdict::Unknown { why, look_again, .. } => {
                facts.reason = format!("the answer was lost; {why}");
                facts.next_step = match look_again {
                    LookAgain::Never => "a person has to find out: no read will tell".to_owned(),
                    later => later.to_string(),
                };
                State::StillUnknown
            }
        };
        Self { state, facts }
    }

    /// The event of what a read shows: it is about the request that the item was sent with when it was read. Should it
    /// have been sent again since, by another hand, it says nothing of that.
    pub(super) fn seen_of(self, item: &Item) -> Event {
        Event { trace_id: String::new(), ..self.event(item, &item.intent) }
    }

    /// The event for the journal.
    pub(super) fn event(self, item: &Item, intent: &str) -> Event {
        Event {
            intent: intent.to_owned(),
            facts: self.facts,
            trace_id: intent.to_owned(),
            releases: item.row.operation.is_free_again(self.state),
            ..Event::new(item.id, self.state)
        }
    }
}

/// What the last look showed, in one line.
fn evidence(verdict: &Verdict) -> String {
    let evidence = verdict.evidence();
    let Some(last) = evidence.sightings.last() else { return String::new() };
    let looks = evidence.looks();
    let times = if looks == 1 { "once".to_owned() } else { format!("{looks} times") };
    let shown = match &last.what {
        Sight::Shown { facts, .. } => facts
            .iter()
            .map(|(name, value)| format!("{name} {}", value.as_str()))
            .collect::<Vec<_>>()
            .join(", "),
        Sight::Failed { class, .. } => format!("the read failed ({class})"),
        _ => String::new(),
    };
    format!("looked {times}: {shown}")
}

/// What a success says.
pub(super) trait Answered: Operation {
    /// What is learnt from it.
    fn learned(&self, answer: &Self::Output) -> Learned;
}

/// Writes that are done when they are taken.
macro_rules! done_at_once {
    ($($operation:ty),*) => {$(
        impl Answered for $operation {
            fn learned(&self, _: &Self::Output) -> Learned {
                Learned::new(State::Done)
            }
        }
    )*};
}

done_at_once!(
    status::SuspendLine,
    status::ResumeLine,
    status::CancelLine,
    status::RestoreLine,
    line::UpdateDevice,
    line::TransferLine,
    line::UpdateSubscriber,
    line::ResetVoicemail,
    line::ResendOta,
    ChangePlan,
    UpdateAccount,
    port::UpdatePort,
    port::CancelPort
);

impl Answered for ChangeNumber {
    fn learned(&self, answer: &Self::Output) -> Learned {
        match answer.new_number() {
            Some(number) => {
                let facts = Facts { gained: number.to_string(), ..Facts::default() };
                Learned { state: State::Done, facts }
            }
            // Taken, and the number is not named: a search by SIM finds it.
            None => Learned::because(State::Unknown, "AT&T took it and named no number"),
        }
    }
}

impl Answered for port::RequestPort {
    /// A port request is known by its number.
    fn learned(&self, _: &Self::Output) -> Learned {
        Learned::accepted(self.request.number().to_string())
    }
}

impl Answered for CreateAccount {
    fn learned(&self, answer: &Self::Output) -> Learned {
        let mut learned = Learned::new(State::Done);
        match answer.ban() {
            Some(ban) => learned.facts.gained = ban.to_string(),
            None => {
                learned.facts.reason = "AT&T took it and named no account number".to_owned();
                learned.facts.next_step = "ask AT&T for the number; do not create it again".to_owned();
            }
        }
        learned
    }
}
