//! The line search (contract 4.9).

use serde_json::Value;

use crate::doctor::answer::{Answers, Reply, text};
use crate::doctor::finding::{Found, Judged};
use crate::doctor::look::Asked;

const NO_SEARCH: &str = "lines are not found so: the header has another name, or there is no such search";

/// The line that the selector was taken from is among the answer's.
pub(crate) fn finds(answers: &Answers, asked: Asked) -> Judged {
    let reply = answers.telling(asked)?;
    if !reply.is_success() {
        return Ok(Found::differs(reply.shape(), NO_SEARCH));
    }
    let number = answers.success(Asked::Line)?.object().and_then(|line| text(line, "subscriberNumber"));
    let lines = lines(reply.json.as_ref());
    let mine = |line: &&Value| text(line, "subscriberNumber") == number;
    if lines.iter().any(mine) {
        return Ok(Found::holds("finds the line"));
    }
    Ok(Found::differs(format!("{} lines, not this one", lines.len()), NO_SEARCH))
}

/// One by one, with a total.
pub(crate) fn by_status(answers: &Answers) -> Judged {
    let reply = answers.telling(Asked::FoundSuspended)?;
    // No line of that status may be a 404; a path that is not there is one too.
    let is_none_found = reply.status == 404 && reply.words() != nothing_there(answers);
    if !reply.is_success() && !is_none_found {
        return Ok(Found::differs(reply.shape(), NO_SEARCH));
    }
    let lines = lines(reply.json.as_ref());
    if lines.len() > 1 {
        return Ok(Found::differs(
            format!("{} lines where 1 was asked for", lines.len()),
            "the page headers are not heeded: a search by status may be long",
        ));
    }
    let letter = |line: &Value| text(line, "status").map(|status| status.starts_with(['S', 's']));
    match lines.first().and_then(|line| letter(line)) {
        None => Err("no suspended line was found".to_owned()),
        Some(true) => Ok(Found::holds("pages of suspended lines")),
        Some(false) => Ok(Found::differs("a line of another status", NO_SEARCH)),
    }
}

fn nothing_there(answers: &Answers) -> String {
    answers.get(Asked::NoSuchPath).map(Reply::words).unwrap_or_default()
}

/// contract 4.9: an array, also of one.
pub(crate) fn one(answers: &Answers) -> Judged {
    let reply = [Asked::SearchSim, Asked::SearchImei]
        .into_iter()
        .find_map(|asked| answers.success(asked).ok())
        .ok_or_else(|| "no search found a line".to_owned())?;
    match &reply.json {
        Some(Value::Array(lines)) if lines.len() == 1 => Ok(Found::holds("an array of one")),
        Some(Value::Object(_)) => Ok(Found::differs("a bare object", "none: the SDK reads both")),
        _ => Err(format!("the answer was {}", reply.shape())),
    }
}

/// contract 4.9: `[]`.
pub(crate) fn none(answers: &Answers) -> Judged {
    let reply = answers.telling(Asked::SearchUnknownSim)?;
    let means = "an error where nothing is found: `not found` is then no failure of the search";
    match reply.rows() {
        Some([]) => Ok(Found::holds("[]")),
        Some(rows) => Ok(Found::differs(format!("{} lines", rows.len()), NO_SEARCH)),
        None if reply.status == 405 => Err(format!("the answer was {}", reply.shape())),
        None => Ok(Found::differs(reply.shape(), means)),
    }
}

/// One line or several.
fn lines(json: Option<&Value>) -> Vec<&Value> {
    match json {
        Some(Value::Array(lines)) => lines.iter().collect(),
        Some(line @ Value::Object(_)) => vec![line],
        _ => Vec::new(),
    }
}
