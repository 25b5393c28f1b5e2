//! Holds the results of a job to the sandbox's ledger.

use std::collections::BTreeMap;

use apex_mobility_sandbox::{LedgerEntry, LedgerKind, Sandbox};
use serde_json::Value;

use crate::rows::{Asked, Rows};

/// How often each verdict was given, or what is wrong.
pub(crate) fn judge(rows: &Rows, results: &str, sandbox: &Sandbox) -> Result<BTreeMap<String, u64>, String> {
    let results: Vec<Value> = serde_json::from_str(results).map_err(|error| error.to_string())?;
    let places: Vec<Option<u64>> = results.iter().map(|result| result["row"].as_u64()).collect();
    // The header is row 1.
    let expected: Vec<Option<u64>> = (2..).take(rows.asked.len()).map(Some).collect();
    if places != expected {
        return Err(format!("not one result per row in order: {places:?}"));
    }
    let ledger = sandbox.ledger();
    let mut verdicts = BTreeMap::new();
    let mut judged = 0;
    for (asked, result) in rows.asked.iter().zip(&results) {
        let effects = effects_of(asked, &ledger);
        judged += effects.len();
        let wrong = |what: &str| format!("{what}: {asked:?}, {} effects, {result}", effects.len());
        let verdict = result["verdict"].as_str().unwrap_or_default();
        let effect = match effects.as_slice() {
            [] => None,
            [one] => Some(*one),
            _ => return Err(wrong("done twice")),
        };
        match (verdict, effect) {
            ("done", Some(effect)) if tells_the_number(asked, result, effect, sandbox) => {}
            ("rejected" | "failed" | "not_applied", None) => {}
            // It says that it does not know, with what to do next.
            ("unknown", _) if result["reason"] != "" => {}
            ("done", Some(_)) => return Err(wrong("another number than the line's")),
            _ => return Err(wrong("an untrue verdict")),
        }
        *verdicts.entry(verdict.to_owned()).or_default() += 1;
    }
    if judged != ledger.len() {
        return Err(format!("{} effects that no row asked for", ledger.len() - judged));
    }
    Ok(verdicts)
}

fn effects_of<'a>(asked: &Asked, ledger: &'a [LedgerEntry]) -> Vec<&'a LedgerEntry> {
    let is_of = |entry: &LedgerEntry| match asked {
        Asked::Suspend(number) => {
            entry.kind == LedgerKind::Status && entry.subscriber_number.as_ref() == Some(number)
        }
        Asked::Activate(sim) => entry.kind == LedgerKind::Activation && entry.iccid.as_ref() == Some(sim),
        Asked::ChangeNumber(sim) => entry.kind == LedgerKind::Number && entry.iccid.as_ref() == Some(sim),
    };
    ledger.iter().filter(|entry| is_of(entry)).collect()
}

fn tells_the_number(asked: &Asked, result: &Value, effect: &LedgerEntry, sandbox: &Sandbox) -> bool {
    let told = result["new_number"].as_str().unwrap_or_default();
    match asked {
        Asked::Suspend(_) => true,
        Asked::Activate(_) => effect.subscriber_number.as_ref().is_some_and(|number| number.as_str() == told),
        Asked::ChangeNumber(sim) => {
            let line = sandbox.find_line(|line| line.sim == *sim);
            line.is_some_and(|line| line.subscriber_number.as_str() == told)
        }
    }
}
