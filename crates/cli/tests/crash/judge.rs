//! Holds the results of a job to the sandbox's ledger.

use std::collections::{BTreeMap, BTreeSet};

use apex_mobility_sandbox::{LedgerEntry, LedgerKind, Sandbox};
use serde_json::Value;

use crate::rows::{Asked, Rows};

/// What does not hold.
pub(crate) enum Wrong {
    /// A row is not known, and is said to be worth another look.
    LookAgain(String),
    /// Whatever else comes.
    Untrue(String),
}

impl From<String> for Wrong {
    fn from(what: String) -> Self {
        Self::Untrue(what)
    }
}

impl From<Wrong> for String {
    fn from(wrong: Wrong) -> Self {
        match wrong {
            Wrong::LookAgain(what) | Wrong::Untrue(what) => what,
        }
    }
}

/// How often each verdict was given, or what is wrong.
pub(crate) fn judge(rows: &Rows, results: &str, sandbox: &Sandbox) -> Result<BTreeMap<String, u64>, Wrong> {
    let results: Vec<Value> = results
        .lines()
        .map(|line| serde_json::from_str(line).map_err(|error| format!("{error}: {line}")))
        .collect::<Result<_, String>>()?;
    let places: Vec<Option<u64>> = results.iter().map(|result| result["row"].as_u64()).collect();
    // The header is row 1.
    let expected: Vec<Option<u64>> = (2..).take(rows.asked.len()).map(Some).collect();
    if places != expected {
        return Err(Wrong::Untrue(format!("not one result per row in order: {places:?}")));
    }
    let ledger = sandbox.ledger();
    let mut verdicts = BTreeMap::new();
    for (asked, result) in rows.asked.iter().zip(&results) {
        let word = judge_row(asked, result, &ledger, sandbox)?;
        *verdicts.entry(word).or_default() += 1;
    }
    let asked_for: BTreeSet<u64> = ledger
        .iter()
        .filter(|entry| rows.asked.iter().any(|asked| asked.is_reason_of(entry)))
        .map(|entry| entry.seq)
        .collect();
    if asked_for.len() != ledger.len() {
        let others: Vec<_> = ledger.iter().filter(|entry| !asked_for.contains(&entry.seq)).collect();
        return Err(Wrong::Untrue(format!("effects that no row asked for: {others:?}")));
    }
    Ok(verdicts)
}

/// The verdict of a row, if it is true and no row was done twice.
fn judge_row(
    asked: &Asked,
    result: &Value,
    ledger: &[LedgerEntry],
    sandbox: &Sandbox,
) -> Result<String, Wrong> {
    let effects: Vec<&LedgerEntry> = ledger.iter().filter(|entry| asked.is_effect(entry)).collect();
    let wrong = |what: &str| format!("{what}: {asked:?}, {} effects, {result}", effects.len());
    let verdict = result["verdict"].as_str().unwrap_or_default();
    let effect = match effects.as_slice() {
        [] => None,
        [one] => Some(*one),
        _ => return Err(Wrong::Untrue(wrong("done twice"))),
    };
    match (verdict, effect) {
        ("done", Some(effect)) if tells_the_number(asked, result, effect, sandbox) => {}
        ("done", Some(_)) => return Err(Wrong::Untrue(wrong("another number than the line's"))),
        // What had no effect is sent again, as long as the job is not done.
        ("rejected" | "failed", None) => {}
        ("unknown", effect) => {
            let reason = result["reason"].as_str().unwrap_or_default();
            let Some(why) = why_honest(asked, reason, effect.is_some()) else {
                let what = wrong("unknown, and reads could have told");
                let again =
                    result["next_step"].as_str().is_some_and(|next| next.contains("look again later"));
                return Err(if again { Wrong::LookAgain(what) } else { Wrong::Untrue(what) });
            };
            return Ok(format!("unknown: {why}"));
        }
        _ => return Err(Wrong::Untrue(wrong("an untrue verdict"))),
    }
    Ok(verdict.to_owned())
}

/// Why nobody can know, where that is so.
fn why_honest(asked: &Asked, reason: &str, has_effect: bool) -> Option<&'static str> {
    match asked {
        // Contract 2.5: that a SIM was not activated is never said. No line has it, and none will.
        Asked::Activate(_) if !has_effect && reason.contains("what would tell is not shown yet") => {
            Some("SIM without a line")
        }
        // Contract 2.2: until noon (UTC) nobody knows whether AT&T's day has begun. The clock of the processes is the
        // machine's, so a test before noon cannot look again after it.
        Asked::OfLine(LedgerKind::Plan, _) if reason.contains("has not begun in every time zone") => {
            Some("day not begun everywhere")
        }
        _ => None,
    }
}

fn tells_the_number(asked: &Asked, result: &Value, effect: &LedgerEntry, sandbox: &Sandbox) -> bool {
    let told = result["new_number"].as_str().unwrap_or_default();
    match asked {
        Asked::OfLine(..) => true,
        Asked::Activate(_) => effect.subscriber_number.as_ref().is_some_and(|number| number.as_str() == told),
        Asked::ChangeNumber(sim) => {
            let line = sandbox.find_line(|line| line.sim == *sim);
            line.is_some_and(|line| line.subscriber_number.as_str() == told)
        }
        Asked::Port(number) => number.as_str() == told,
    }
}
