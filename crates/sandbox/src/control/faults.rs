//! Control calls for faults: how they are written and shown.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Problem, Result, duration, iso, read};
use crate::Sandbox;
use crate::faults::{Fault, FaultRule, FaultTally, Garbled, When};

/// One fault, as control calls write it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fault: Fault,
    operation: String,
    nth: Option<u64>,
    probability: Option<f64>,
    seed: Option<u64>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    for_seconds: Option<f64>,
    lasts: Option<String>,
    delay_seconds: Option<f64>,
    garbled: Option<Garbled>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entries {
    Many(Vec<Value>),
    One(Value),
}

const FORM: &str = "a fault is {\"fault\":\"F2\",\"operation\":\"activation.submit\",\"nth\":1} or with \
    \"probability\":0.1 and perhaps \"seed\":7, or with neither for every call; \"operation\" may be \"writes\", \
    \"reads\" or \"*\"; \"from\", \"until\" (times) and \"for_seconds\" bound it; \"lasts\":\"PT5M\" is for F6 and \
    F10, \"delay_seconds\":180 for F4, \"garbled\":\"html\" for F8";

/// The faults of a body: a list, or one alone.
pub(super) fn rules(body: &Bytes, sandbox: &Sandbox) -> Result<Vec<FaultRule>> {
    let entries = match read(body)? {
        Entries::Many(entries) => entries,
        Entries::One(entry) => vec![entry],
    };
    entries.into_iter().map(|entry| rule(entry, sandbox)).collect()
}

fn rule(entry: Value, sandbox: &Sandbox) -> Result<FaultRule> {
    let entry: Entry =
        serde_json::from_value(entry).map_err(|error| Problem::bad(format!("{FORM}: {error}")))?;
    let when = match (entry.nth, entry.probability) {
        (Some(_), Some(_)) => return Err(Problem::bad("a fault has `nth` or `probability`, not both")),
        (Some(nth), None) => When::Nth(nth),
        (None, Some(probability)) => When::Probability(probability),
        (None, None) => When::Always,
    };
    let mut rule = FaultRule::new(entry.fault, &entry.operation, when)
        .map_err(|error| Problem::bad(error.to_string()))?;
    if let Some(seed) = entry.seed {
        of(matches!(when, When::Probability(_)), "`seed` goes with `probability`")?;
        rule = rule.seeded(seed);
    }
    if let (Some(from), Some(until)) = (entry.from, entry.until) {
        of(from < until, "`from` must be before `until`")?;
    }
    if let Some(from) = entry.from {
        rule = rule.from(from.into());
    }
    if let Some(until) = entry.until {
        of(entry.for_seconds.is_none(), "a fault has `until` or `for_seconds`, not both")?;
        rule = rule.until(until.into());
    }
    if let Some(length) = entry.for_seconds {
        rule = rule.for_span(seconds("for_seconds", length)?);
    }
    if let Some(text) = entry.lasts {
        of(
            matches!(entry.fault, Fault::F6 | Fault::F10),
            "`lasts` is for F6 and F10; others: `for_seconds`",
        )?;
        rule = rule.lasting(duration(&text, sandbox)?);
    }
    if let Some(delay) = entry.delay_seconds {
        of(entry.fault == Fault::F4, "`delay_seconds` is for F4")?;
        rule = rule.delayed(seconds("delay_seconds", delay)?);
    }
    if let Some(garbled) = entry.garbled {
        of(entry.fault == Fault::F8, "`garbled` is for F8")?;
        rule = rule.garbled(garbled);
    }
    Ok(rule)
}

fn of(fits: bool, problem: &str) -> Result<()> {
    if fits { Ok(()) } else { Err(Problem::bad(problem)) }
}

/// A number of seconds, up to a hundred years.
fn seconds(name: &str, number: f64) -> Result<Duration> {
    let length = Duration::try_from_secs_f64(number).ok().filter(|length| *length <= super::LONGEST);
    length.ok_or_else(|| Problem::bad(format!("`{name}` is a number of seconds from 0 on")))
}

/// The faults that are set, as they would be written, and what has been counted.
pub(super) fn show(sandbox: &Sandbox) -> Value {
    sandbox.faults().iter().map(entry).collect()
}

fn entry(tally: &FaultTally) -> Value {
    let rule = &tally.rule;
    let fault = rule.fault();
    let mut entry = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            entry.insert(name.to_owned(), value);
        }
    };
    put("fault", Some(json!(fault)));
    put("operation", Some(json!(rule.operation())));
    match rule.when() {
        When::Always => {}
        When::Nth(nth) => put("nth", Some(json!(nth))),
        When::Probability(probability) => {
            put("probability", Some(json!(probability)));
            put("seed", rule.seed().map(|seed| json!(seed)));
        }
    }
    put("from", rule.begins().and_then(time));
    put("until", rule.ends().and_then(time));
    put("lasts", rule.lasts().map(|lasts| json!(iso(lasts))));
    put("delay_seconds", (fault == Fault::F4).then(|| json!(rule.delay().as_secs_f64())));
    put("garbled", (fault == Fault::F8).then(|| json!(rule.garbles())));
    put("calls", Some(json!(tally.calls)));
    put("strikes", Some(json!(tally.strikes)));
    Value::Object(entry)
}

fn time(at: SystemTime) -> Option<Value> {
    Timestamp::try_from(at).ok().map(|at| json!(at.to_string()))
}
