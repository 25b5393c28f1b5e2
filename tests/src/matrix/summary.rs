//! The matrix in figures.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::case::Case;
use super::intent::Belief;
use super::judge::Judged;

/// A case in which something does not hold.
#[derive(Debug, Clone)]
pub struct Violation {
    case: Case,
    wrong: Vec<String>,
}

/// How many cases with something wrong are told of one by one.
const SHOWN: usize = 50;

/// What came of many cases.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// How many cases there were.
    pub cases: u64,
    /// How many intents they had: a batch has several.
    pub intents: u64,
    /// How many effects the ledgers hold of them.
    pub effects: u64,
    /// How often each verdict was given.
    verdicts: BTreeMap<&'static str, u64>,
    /// How often nothing was known, by reason.
    unknowns: BTreeMap<String, u64>,
    /// What does not hold.
    pub violations: Vec<Violation>,
    /// How long it took.
    pub took: Duration,
}

impl Summary {
    pub(super) fn add(&mut self, case: Case, judged: Judged) {
        self.cases += 1;
        for (belief, effects) in judged.intents {
            self.intents += 1;
            self.effects += effects;
            *self.verdicts.entry(belief.word()).or_default() += 1;
            if let Belief::Unknown(reason) = belief {
                *self.unknowns.entry(reason.to_string()).or_default() += 1;
            }
        }
        if !judged.wrong.is_empty() {
            self.violations.push(Violation { case, wrong: judged.wrong });
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.cases += other.cases;
        self.intents += other.intents;
        self.effects += other.effects;
        for (word, count) in other.verdicts {
            *self.verdicts.entry(word).or_default() += count;
        }
        for (reason, count) in other.unknowns {
            *self.unknowns.entry(reason).or_default() += count;
        }
        self.violations.extend(other.violations);
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Case { write, disturbance, variant, seed } = &self.case;
        write!(
            f,
            "{} under {disturbance}, {variant}, seed {seed}: {}\n    alone: cargo xtask matrix --case {}",
            write.name,
            self.wrong.join("; "),
            self.case
        )
    }
}

/// A table, and what does not hold.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| | |\n|---|--:|")?;
        writeln!(f, "| cases | {} |", self.cases)?;
        writeln!(f, "| intents (a batch has several) | {} |", self.intents)?;
        writeln!(f, "| effects in the ledger | {} |", self.effects)?;
        for (verdict, count) in &self.verdicts {
            writeln!(f, "| {verdict} | {count} |")?;
        }
        for (reason, count) in &self.unknowns {
            writeln!(f, "| unknown: {reason} | {count} |")?;
        }
        writeln!(f, "| violations | {} |", self.violations.len())?;
        write!(f, "| seconds | {:.0} |", self.took.as_secs_f64())?;
        for violation in self.violations.iter().take(SHOWN) {
            write!(f, "\n{violation}")?;
        }
        match self.violations.len() {
            0..=SHOWN => Ok(()),
            all => write!(f, "\n... and {} more", all - SHOWN),
        }
    }
}
