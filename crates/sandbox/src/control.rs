//! The control surface, under `/_sandbox`: JSON, without credentials, over HTTP and in-process alike.

mod faults;

use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use jiff::Span;
use jiff::tz::TimeZone;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::population::MOST_LINES;
use crate::rules::portal::{LineChange, LineChangeError};
use crate::shape;
use crate::throttle::Throttle;
use crate::{Sandbox, inspect};

const ROOT: &str = "/_sandbox";

/// What follows the root, if the path is a control call's.
pub(crate) fn path(path: &str) -> Option<&str> {
    let rest = path.strip_prefix(ROOT)?;
    if rest.is_empty() { Some("") } else { rest.strip_prefix('/') }
}

/// Why a control call was refused.
struct Problem {
    status: StatusCode,
    text: String,
}

type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    fn bad(text: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, text: text.into() }
    }
}

/// The calls of one word.
const NAMES: [&str; 10] = [
    "health",
    "clock",
    "ledger",
    "seed",
    "reset",
    "arrivals",
    "faults",
    "variants",
    "throttle",
    "openapi.json",
];

/// The calls, for those who miss one.
const CALLS: &str = "GET health, GET clock, POST clock/advance, GET ledger, POST seed, POST reset, GET arrivals, \
    GET|PUT|POST|DELETE faults, GET|PUT|DELETE variants, GET|PUT|DELETE throttle, GET|POST lines/{number}, GET openapi.json";

pub(crate) fn handle(sandbox: &Sandbox, path: &str, request: &Request<Bytes>) -> Response<Bytes> {
    match answer(sandbox, path, request) {
        Ok(reply) => reply,
        Err(Problem { status, text }) => shape::object(status, &json!({ "error": text })),
    }
}

fn answer(sandbox: &Sandbox, path: &str, request: &Request<Bytes>) -> Result<Response<Bytes>> {
    let body = request.body();
    let is = |method: Method| *request.method() == method;
    let reply = match path {
        "health" if is(Method::GET) => health(sandbox),
        "clock" if is(Method::GET) => clock(sandbox),
        "clock/advance" if is(Method::POST) => {
            let Advance { by } = read(body)?;
            sandbox.advance(duration(&by, sandbox)?);
            clock(sandbox)
        }
        "ledger" if is(Method::GET) => {
            let entries = sandbox.ledger_after(after(request.uri().query())?);
            // Entries are text and numbers: they always serialize.
            return Ok(shape::json(StatusCode::OK, serde_json::to_vec(&entries).unwrap_or_default()));
        }
        "seed" if is(Method::POST) => seed(sandbox, &read(body)?)?,
        "reset" if is(Method::POST) => reset(sandbox, body)?,
        "arrivals" if is(Method::GET) => arrivals(sandbox),
        "faults" if is(Method::GET) => faults::show(sandbox),
        "faults" if is(Method::PUT) => {
            sandbox.set_faults(faults::rules(body, sandbox)?);
            faults::show(sandbox)
        }
        "faults" if is(Method::POST) => {
            sandbox.add_faults(faults::rules(body, sandbox)?);
            faults::show(sandbox)
        }
        "faults" if is(Method::DELETE) => {
            sandbox.set_faults([]);
            faults::show(sandbox)
        }
        "variants" if is(Method::GET) => variants(sandbox),
        "variants" if is(Method::PUT) => {
            set_variants(sandbox, &read(body)?)?;
            variants(sandbox)
        }
        "variants" if is(Method::DELETE) => {
            sandbox.with_engine(|engine| engine.world.variants = crate::Variants::default());
            variants(sandbox)
        }
        "throttle" if is(Method::GET) => throttle(sandbox),
        "throttle" if is(Method::PUT) => {
            let Limit { calls, per } = read(body)?;
            sandbox.set_throttle(Some(Throttle { calls, per: duration(&per, sandbox)? }));
            throttle(sandbox)
        }
        "throttle" if is(Method::DELETE) => {
            sandbox.set_throttle(None);
            throttle(sandbox)
        }
        "openapi.json" if is(Method::GET) => {
            return Ok(shape::json(StatusCode::OK, sandbox.openapi().into()));
        }
        _ => match path.strip_prefix("lines/") {
            Some(number) if is(Method::GET) => line(sandbox, number)?,
            Some(number) if is(Method::POST) => {
                change_line(sandbox, number, &read(body)?)?;
                line(sandbox, number)?
            }
            _ => return Err(misdirected(path, request.method())),
        },
    };
    Ok(shape::object(StatusCode::OK, &reply))
}

fn misdirected(path: &str, method: &Method) -> Problem {
    let known = match path.split_once('/') {
        None => NAMES.contains(&path),
        Some(("clock", "advance")) => true,
        Some((first, rest)) => first == "lines" && !rest.contains('/'),
    };
    let status = if known { StatusCode::METHOD_NOT_ALLOWED } else { StatusCode::NOT_FOUND };
    Problem { status, text: format!("there is no {method} {ROOT}/{path}; there are: {CALLS}") }
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T> {
    serde_json::from_slice(body).map_err(|error| Problem::bad(format!("the body does not fit: {error}")))
}

fn health(sandbox: &Sandbox) -> Value {
    sandbox.with_engine(|engine| {
        let world = &engine.world;
        json!({
            "status": "ok",
            "seed": world.seed,
            "lines": world.lines.len(),
            "ledger": world.ledger.last_seq(),
            "now": world.now.to_string(),
        })
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    by: String,
}

fn clock(sandbox: &Sandbox) -> Value {
    let clock = sandbox.clock();
    json!({ "now": clock.timestamp().to_string(), "mode": clock.mode_word() })
}

/// An ISO 8601 duration from the sandbox's present; a day is 24 hours, a month is a calendar month.
fn duration(text: &str, sandbox: &Sandbox) -> Result<Duration> {
    let bad = || {
        Problem::bad(format!("`{text}` is not an ISO 8601 duration from PT0S to P100Y, for example PT15M"))
    };
    let span: Span =
        Some(text).filter(|text| text.starts_with('P')).and_then(|text| text.parse().ok()).ok_or_else(bad)?;
    let now = sandbox.clock().timestamp().to_zoned(TimeZone::UTC);
    let then = now.checked_add(span).map_err(|_| bad())?;
    let length = Duration::try_from(now.duration_until(&then)).map_err(|_| bad())?;
    if length > LONGEST { Err(bad()) } else { Ok(length) }
}

/// A hundred years.
const LONGEST: Duration = Duration::from_secs(100 * 366 * 86_400);

fn after(query: Option<&str>) -> Result<u64> {
    let mut pairs = query.unwrap_or_default().split('&');
    let Some(text) = pairs.find_map(|pair| pair.strip_prefix("after=")) else { return Ok(0) };
    text.parse().map_err(|_| Problem::bad("`after` is the number of a ledger entry"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seed {
    seed: Option<u64>,
    lines: Option<usize>,
}

fn seed(sandbox: &Sandbox, wanted: &Seed) -> Result<Value> {
    let lines = wanted.lines.unwrap_or(1000);
    if lines > MOST_LINES {
        return Err(Problem::bad(format!("there can be at most {MOST_LINES} lines")));
    }
    sandbox.reseed(wanted.seed.unwrap_or(1), lines);
    Ok(health(sandbox))
}

/// As at the start, but for the time. An empty body makes the same lines again.
fn reset(sandbox: &Sandbox, body: &Bytes) -> Result<Value> {
    let wanted = if body.trim_ascii().is_empty() { Seed { seed: None, lines: None } } else { read(body)? };
    let (seed, lines) = sandbox.population();
    let lines = wanted.lines.unwrap_or(lines);
    if lines > MOST_LINES {
        return Err(Problem::bad(format!("there can be at most {MOST_LINES} lines")));
    }
    sandbox.reset(wanted.seed.unwrap_or(seed), lines);
    Ok(health(sandbox))
}

fn arrivals(sandbox: &Sandbox) -> Value {
    let counts = sandbox.with_engine(|engine| engine.arrivals.by_operation().collect::<Vec<_>>());
    Value::Object(counts.into_iter().map(|(one, count)| (one.name().to_owned(), json!(count))).collect())
}

fn iso(duration: Duration) -> String {
    format!("PT{}S", duration.as_secs())
}

fn variants(sandbox: &Sandbox) -> Value {
    let all = sandbox.variants().all().into_iter();
    Value::Object(all.map(|(flag, value)| (flag.to_owned(), json!(value))).collect())
}

/// All or none of them.
fn set_variants(sandbox: &Sandbox, wanted: &Map<String, Value>) -> Result<()> {
    sandbox.with_engine(|engine| {
        let mut variants = engine.world.variants;
        for (flag, value) in wanted {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            variants.set(flag, &text).map_err(|error| Problem::bad(error.to_string()))?;
        }
        engine.world.variants = variants;
        Ok(())
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    calls: u32,
    per: String,
}

fn throttle(sandbox: &Sandbox) -> Value {
    let limit = sandbox.with_engine(|engine| engine.gate.limit());
    limit.map_or(Value::Null, |limit| json!({ "calls": limit.calls, "per": iso(limit.per) }))
}

fn line(sandbox: &Sandbox, number: &str) -> Result<Value> {
    let found = sandbox.with_engine(|engine| inspect::numbered(&engine.world, number));
    let found = found.ok_or_else(unknown_line)?;
    serde_json::to_value(&found).map_err(|error| Problem::bad(error.to_string()))
}

fn change_line(sandbox: &Sandbox, number: &str, change: &LineChange) -> Result<()> {
    let outcome =
        sandbox.with_engine(|engine| crate::rules::portal::change(&mut engine.world, number, change));
    outcome.map_err(|error| match error {
        LineChangeError::UnknownLine => unknown_line(),
        other => Problem::bad(other.to_string()),
    })
}

fn unknown_line() -> Problem {
    Problem { status: StatusCode::NOT_FOUND, text: LineChangeError::UnknownLine.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<u64> {
        let sandbox = Sandbox::builder().lines(0).build();
        duration(text, &sandbox).ok().map(|duration| duration.as_secs())
    }

    #[test]
    fn durations_are_iso_8601() {
        assert_eq!(seconds("PT15M"), Some(900));
        assert_eq!(seconds("P1D"), Some(86_400));
        assert_eq!(seconds("P1DT2H3M4S"), Some(93_784));
        // From the nineteenth of January.
        assert_eq!(seconds("P1M"), Some(31 * 86_400));
        assert_eq!(seconds("PT0S"), Some(0));
    }

    #[test]
    fn other_durations_are_refused() {
        for text in ["", "15m", "PT", "P", "-PT5M", "PT-5M", "P9999Y", "P101Y", "15 minutes", "PT1X"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }
}
