//! What came of a row, in the words of those who activate: from the journal to the results.

use apex_mobility::catalog::Class;
use apex_mobility::fleet::State;
use apex_mobility::fleet::journal::Item;
use apex_mobility::fleet::results::{ResultRow, Verdict as FleetVerdict};
use serde::Serialize;

use super::read_back::ReadBack;
use crate::failure::what_of;
use crate::printer::{Cell, Column, Record, Tone, one_line};

/// What came of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Verdict {
    /// In service.
    Activated,
    /// AT&T looked at it and said no.
    Rejected,
    /// It never left.
    NotSent,
    /// It was sent, and reads show that it had no effect.
    NotApplied,
    /// It is not at its end.
    Pending,
    /// It was sent, and what came of it is not known.
    Unknown,
}

impl Verdict {
    const fn of(verdict: FleetVerdict) -> Self {
        match verdict {
            FleetVerdict::Done => Self::Activated,
            FleetVerdict::Rejected | FleetVerdict::Failed => Self::Rejected,
            FleetVerdict::NotSent => Self::NotSent,
            FleetVerdict::NotApplied => Self::NotApplied,
            FleetVerdict::Pending | FleetVerdict::ActionRequired => Self::Pending,
            FleetVerdict::Unknown => Self::Unknown,
        }
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Activated => "activated",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::NotApplied => "not_applied",
            Self::Pending => "pending",
            Self::Unknown => "unknown",
        }
    }

    const fn tone(self) -> Tone {
        match self {
            Self::Activated => Tone::Good,
            Self::Rejected | Self::NotSent | Self::NotApplied => Tone::Bad,
            Self::Pending | Self::Unknown => Tone::Open,
        }
    }
}

/// One row of results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    /// The row of the input, as a spreadsheet numbers it.
    pub(crate) row: u64,
    pub(crate) sim: String,
    pub(crate) imei: String,
    pub(crate) verdict: Verdict,
    pub(crate) subscriber_number: Option<String>,
    pub(crate) request_id: Option<String>,
    /// Why, in AT&T's words where there are any.
    pub(crate) reason: Option<String>,
    /// What to do about it.
    pub(crate) next_step: Option<String>,
    /// The line is there and is not what was asked for.
    #[serde(skip)]
    pub(crate) differs: bool,
    /// How far the row itself is, whatever the one is that it says the same as.
    #[serde(skip)]
    pub(super) state: State,
}

/// What to do about most that is open: what was sent is looked at, what was not is sent.
pub(super) const AGAIN: &str = "run the same command again";

impl Row {
    /// What the journal says of a row.
    pub(crate) fn of(item: &Item, said: ResultRow) -> Self {
        let verdict = Verdict::of(said.verdict);
        let next_step = next_step(item, verdict, &said);
        let mut reason = said.reason;
        if reason.is_empty() {
            reason = match (verdict, item.state) {
                (Verdict::NotSent, State::Planned) => "its turn did not come",
                (Verdict::Pending, _) => "AT&T has accepted the request",
                (Verdict::Unknown, _) => "it was being sent, and no answer is noted",
                _ => "",
            }
            .to_owned();
        }
        Self {
            row: said.row,
            sim: said.sim,
            imei: said.imei,
            verdict,
            subscriber_number: some(said.new_number),
            request_id: some(said.request_id),
            reason: some(one_line(&reason)),
            next_step,
            differs: false,
            state: item.state,
        }
    }

    /// Whether its turn has not come.
    pub(super) fn waits(&self) -> bool {
        self.state == State::Planned
    }

    /// The same while the work goes on: a file that is read after a crash must not take for unsent what was sent since.
    pub(super) fn on_the_way(mut self) -> Self {
        if self.waits() {
            self.verdict = Verdict::Pending;
            self.reason = Some("it waits for its turn, or was sent since this was written".to_owned());
            self.next_step = Some(AGAIN.to_owned());
        }
        self
    }

    /// What a look at the new line showed.
    pub(super) fn read_back(&mut self, seen: &ReadBack) {
        let said = match seen {
            ReadBack::Agrees => return,
            ReadBack::Differs(differences) => {
                self.differs = true;
                format!("active, but Line Details differs: {}", differences.join("; "))
            }
            ReadBack::NotShown => "active; Line Details does not show it yet".to_owned(),
            ReadBack::Unread(error) => format!("active; it could not be read back: {}", what_of(error)),
            ReadBack::CutOff => "active; it was not read back".to_owned(),
        };
        let before = self.reason.take().map(|reason| format!("{reason}; "));
        self.reason = Some(one_line(&format!("{}{said}", before.unwrap_or_default())));
        self.next_step = self.subscriber_number.as_ref().map(|number| format!("apex line get {number}"));
    }

    /// Whether somebody has to look at it.
    pub(crate) const fn needs_attention(&self) -> bool {
        self.next_step.is_some()
    }
}

fn next_step(item: &Item, verdict: Verdict, said: &ResultRow) -> Option<String> {
    let (row, sim) = (said.row, &said.sim);
    let given = || some(said.next_step.clone());
    match verdict {
        Verdict::Activated => None,
        Verdict::Rejected if said.class == Class::Conflict.as_str() => {
            Some(format!("apex line get --sim {sim} shows the line that has this SIM; else use another SIM"))
        }
        Verdict::Rejected => {
            given().or_else(|| Some("see the reason; apex explain may know more".to_owned()))
        }
        Verdict::NotSent if item.state == State::Bad => {
            Some(format!("correct row {row} and run again: rows that are done are not sent twice"))
        }
        Verdict::NotSent => given().or_else(|| Some(AGAIN.to_owned())),
        Verdict::NotApplied => Some(format!("{AGAIN}: it is sent anew")),
        Verdict::Pending => Some(match said.request_id.as_str() {
            "" => AGAIN.to_owned(),
            id => format!("{AGAIN}, or: apex activation status {id} --wait"),
        }),
        // contract 2.5: whether a line of which nothing is known is sent again is for a person to say.
        Verdict::Unknown => Some(format!(
            "do not send it again; look with apex line get --sim {sim}, or {AGAIN}: it looks too; if there is no line after \
             30 minutes, ask AT&T, and note what they say with apex fleet settle"
        )),
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

impl Record for Row {
    const COLUMNS: &'static [Column] = &[
        Column::new("row", "ROW"),
        Column::new("sim", "SIM"),
        Column::new("imei", "IMEI"),
        Column::new("verdict", "VERDICT"),
        Column::new("subscriber_number", "NUMBER"),
        Column::wide("request_id", "REQUEST"),
        Column::wide("reason", "REASON"),
        Column::wide("next_step", "NEXT STEP"),
    ];

    fn cells(&self) -> Vec<Cell> {
        vec![
            Cell::new(self.row.to_string()),
            Cell::new(&self.sim),
            Cell::new(&self.imei),
            Cell::new(self.verdict.as_str()).tone(if self.differs {
                Tone::Open
            } else {
                self.verdict.tone()
            }),
            Cell::optional(self.subscriber_number.as_deref()),
            Cell::optional(self.request_id.as_deref()),
            Cell::optional(self.reason.as_deref()),
            Cell::optional(self.next_step.as_deref()),
        ]
    }
}
