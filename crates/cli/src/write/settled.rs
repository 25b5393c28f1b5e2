//! What reads say about a write whose answer was lost: the evidence, a sentence, and an exit code.

use apex_mobility::resolve::{LookAgain, Sight, Sighting, Verdict};
use jiff::Timestamp;
use serde::Serialize;

use crate::failure::Failure;
use crate::printer::{Cell, Column, Printer, Record, Tone};

/// Verdicts on a write, or on the lines of a batch.
pub(super) struct Settled<'a> {
    pub(super) operation: &'static str,
    /// What became of the answer.
    pub(super) answer: &'a str,
    /// Whom each verdict is about.
    pub(super) subjects: &'a [String],
    pub(super) verdicts: &'a [Verdict],
    /// The command that looks again.
    pub(super) again: &'a str,
    /// What a person does where no read tells.
    pub(super) by_hand: &'static str,
}

impl Settled<'_> {
    /// Prints the evidence, and gives the end.
    pub(super) fn tell(&self, printer: &Printer) -> Result<(), Failure> {
        let rows: Vec<_> =
            self.verdicts.iter().enumerate().map(|(at, verdict)| self.row(at, verdict)).collect();
        match rows.as_slice() {
            [one] => printer.record(one),
            many => {
                let mut rows = printer.rows();
                for one in many {
                    rows.push(one);
                }
                rows.finish();
            }
        }
        self.end().map(|sentence| printer.warning(&sentence))
    }

    /// The sentence of one that took effect, or the failure.
    fn end(&self) -> Result<String, Failure> {
        let answer = self.answer;
        let all = |is: fn(&Verdict) -> bool| self.verdicts.iter().all(is);
        if all(Verdict::is_applied) {
            let known = self.verdicts.iter().all(|one| one.evidence().before_known);
            let but = if known { "" } else { "; it is as asked for, and may have been so before" };
            return Ok(format!("{answer}, but it took effect: {}{but}", self.what_was_seen()));
        }
        if all(Verdict::is_not_applied) {
            let what = format!("{answer}, and it had no effect: {}", self.what_was_seen());
            return Err(Failure::not_applied(what, "it may be sent again"));
        }
        let unknown = self.verdicts.iter().find_map(|verdict| match verdict {
            Verdict::Unknown { why, look_again, .. } => Some((why, look_again)),
            Verdict::Applied { .. } | Verdict::NotApplied { .. } => None,
        });
        let Some((why, look_again)) = unknown else {
            let applied = self.verdicts.iter().filter(|one| one.is_applied()).count();
            let what = format!(
                "{answer}: {applied} of {} lines took effect, the others had no effect",
                self.verdicts.len()
            );
            return Err(Failure::partly_applied(
                what,
                "send those that had no effect again, without the others",
            ));
        };
        let what =
            format!("{answer}, and reads do not tell what came of it: {why}; {}", self.what_was_seen());
        Err(match look_again {
            LookAgain::Never => {
                Failure::unknown(what, format!("do not send it again blindly: {}", self.by_hand))
            }
            LookAgain::Later | LookAgain::From(_) => {
                Failure::unknown(what, format!("do not send it again: {look_again}")).with_look(self.again)
            }
        })
    }

    /// The last that was seen, of one; how much was looked, of several.
    fn what_was_seen(&self) -> String {
        let looks: u32 = self.verdicts.iter().map(|one| one.evidence().looks()).sum();
        match self.verdicts {
            [one] => match one.evidence().sightings.last() {
                Some(last) => seen(last),
                None => "nothing was read".to_owned(),
            },
            _ => format!("{} lines, {}", self.verdicts.len(), times(looks)),
        }
    }

    fn row<'v>(&self, at: usize, verdict: &'v Verdict) -> Row<'v> {
        let evidence = verdict.evidence();
        let (word, tone) = match verdict {
            Verdict::Applied { .. } => ("applied", Tone::Good),
            Verdict::NotApplied { .. } => ("not_applied", Tone::Bad),
            Verdict::Unknown { .. } => ("unknown", Tone::Open),
        };
        let (why, look_again) = match verdict {
            Verdict::Unknown { why, look_again, .. } => (Some(why.to_string()), Some(look_again.to_string())),
            Verdict::Applied { .. } | Verdict::NotApplied { .. } => (None, None),
        };
        Row {
            verdict: word,
            operation: self.operation,
            subject: self.subjects.get(at).cloned(),
            new_number: evidence.number.as_ref().map(ToString::to_string),
            why,
            look_again,
            looks: evidence.looks(),
            before: evidence.before_known.then(|| facts(&evidence.before)),
            sightings: &evidence.sightings,
            tone,
        }
    }
}

#[derive(Serialize)]
struct Row<'a> {
    verdict: &'static str,
    operation: &'static str,
    subject: Option<String>,
    new_number: Option<String>,
    why: Option<String>,
    look_again: Option<String>,
    looks: u32,
    before: Option<String>,
    sightings: &'a [Sighting],
    #[serde(skip)]
    tone: Tone,
}

impl Record for Row<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::new("verdict", "Verdict"),
        Column::new("operation", "Operation"),
        Column::new("subject", "Of"),
        Column::new("new_number", "New number"),
        Column::new("why", "Why"),
        Column::new("look_again", "Look again"),
        Column::new("looks", "Looks"),
        Column::new("before", "Before"),
        Column::new("sightings", "Seen"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let text = |text: &Option<String>| Cell::optional(text.as_deref());
        let seen: Vec<_> = self.sightings.iter().map(seen).collect();
        vec![
            Cell::new(self.verdict).tone(self.tone),
            Cell::new(self.operation),
            text(&self.subject),
            text(&self.new_number),
            text(&self.why),
            text(&self.look_again),
            Cell::new(self.looks.to_string()),
            text(&self.before),
            Cell::new(seen.join("; ")),
        ]
    }
}

/// `read at 2026-01-31T09:30:00Z: status Suspended`.
fn seen(sighting: &Sighting) -> String {
    let at = |at: std::time::SystemTime| {
        let second = Timestamp::try_from(at).ok().and_then(|at| Timestamp::from_second(at.as_second()).ok());
        second.map_or_else(String::new, |second| second.to_string())
    };
    let (from, until) = (at(sighting.from), at(sighting.until));
    let when = if sighting.looks == 1 {
        format!("read at {from}")
    } else if from == until {
        format!("read {} at {from}", times(sighting.looks))
    } else {
        format!("read {} from {from} to {until}", times(sighting.looks))
    };
    match &sighting.what {
        Sight::Shown { facts: shown, .. } => format!("{when}: {}", facts(shown)),
        Sight::Failed { class, status } => {
            let status = status.map_or_else(String::new, |status| format!(", status {status}"));
            format!("{when}: no answer ({class}{status})")
        }
        _ => when,
    }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

fn facts(facts: &apex_mobility::finding::Facts) -> String {
    let filled = facts.iter().filter(|(_, value)| !value.as_str().trim().is_empty());
    let facts: Vec<_> = filled.map(|(name, value)| format!("{name} {}", value.as_str().trim())).collect();
    if facts.is_empty() { "nothing".to_owned() } else { facts.join(", ") }
}
