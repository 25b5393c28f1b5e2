//! What is shown of the assumptions.

use serde::Serialize;

use super::answer::Answers;
use super::assumption;
use super::finding::{Correction, Verdict};
use crate::printer::{Cell, Column, Record, Tone};

/// One assumption and what became of it.
#[derive(Debug, Serialize)]
pub(crate) struct Judgement {
    pub(crate) assumption: &'static str,
    pub(crate) expected: &'static str,
    pub(crate) evidence: &'static str,
    #[serde(serialize_with = "word")]
    pub(crate) verdict: Verdict,
    pub(crate) found: String,
    pub(crate) means: &'static str,
    #[serde(serialize_with = "entries")]
    pub(crate) corrections: Vec<Correction>,
}

/// Judges everything.
pub(crate) fn judge_all(answers: &Answers) -> Vec<Judgement> {
    let judged = assumption::ALL.iter().map(|assumption| {
        let found = assumption.judge(answers);
        Judgement {
            assumption: assumption.name,
            expected: assumption.expected,
            evidence: assumption.evidence,
            verdict: found.verdict,
            found: found.what,
            means: found.means,
            corrections: found.corrections,
        }
    });
    judged.collect()
}

impl Record for Judgement {
    const COLUMNS: &'static [Column] = &[
        Column::new("assumption", "ASSUMPTION"),
        Column::new("expected", "EXPECTED"),
        Column::new("evidence", "EVIDENCE"),
        Column::new("verdict", "VERDICT"),
        Column::new("found", "FOUND"),
        Column::wide("means", "MEANS"),
        Column::wide("corrections", "CORRECTIONS"),
    ];

    fn cells(&self) -> Vec<Cell> {
        let tone = match self.verdict {
            Verdict::Holds => Tone::Good,
            Verdict::Differs => Tone::Bad,
            Verdict::Untold => Tone::Open,
        };
        vec![
            Cell::new(self.assumption),
            Cell::new(self.expected),
            Cell::new(self.evidence),
            Cell::new(self.verdict.as_str()).tone(tone),
            Cell::new(&self.found),
            Cell::new(self.means),
            Cell::new(joined(&self.corrections)),
        ]
    }
}

fn joined(corrections: &[Correction]) -> String {
    let entries = corrections.iter().map(|it| format!("{}.{} = {}", it.section, it.key, it.value));
    entries.collect::<Vec<_>>().join("; ")
}

fn word<S: serde::Serializer>(verdict: &Verdict, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(verdict.as_str())
}

fn entries<S: serde::Serializer>(corrections: &[Correction], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&joined(corrections))
}
