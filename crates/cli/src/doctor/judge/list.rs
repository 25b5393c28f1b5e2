//! The subscriber list: its rows, its filters, its gaps (contract 4.1).

use std::collections::HashSet;

use serde_json::Value;

use crate::doctor::answer::{Answers, member, text};
use crate::doctor::finding::{Found, Judged};
use crate::doctor::look::Asked;

const MEMBERS: [&str; 4] =
    ["foundationAccountNumber", "billingAccountNumber", "subscriberNumber", "subscriberNumberStatus"];

/// contract 4.1: a bare array with four names.
pub(crate) fn reply(answers: &Answers) -> Judged {
    let reply = answers.success(Asked::FirstPage)?;
    let Some(rows) = reply.rows() else {
        return Ok(Found::differs(reply.shape(), "the list is not read: report the form of this answer"));
    };
    let Some(row) = rows.first() else { return Err("the list is empty".to_owned()) };
    let missing: Vec<_> = MEMBERS.into_iter().filter(|name| member(row, name).is_none()).collect();
    if missing.is_empty() {
        return Ok(Found::holds("array, all four"));
    }
    Ok(Found::differs(
        format!("no {}", missing.join(", ")),
        "rows are read without what is missing: report the names of this answer",
    ))
}

const IGNORED: &str =
    "the list is not filtered: the header has another name, or filters are ignored; filter what comes back";

/// A filter by something that nobody has leaves nothing.
pub(crate) fn filter(answers: &Answers, asked: Asked) -> Judged {
    let reply = answers.get(asked)?;
    // contract 4.1: what is refused was read.
    if matches!(reply.status, 400 | 404 | 422) {
        return Ok(Found::holds(format!("{} for an unknown one", reply.shape())));
    }
    match answers.rows(asked)? {
        [] if answers.rows(Asked::FirstPage)?.is_empty() => {
            Err("the list is empty without a filter".to_owned())
        }
        [] => Ok(Found::holds("[] for an unknown one")),
        rows => Ok(Found::differs(format!("{} lines for an unknown one", rows.len()), IGNORED)),
    }
}

/// All rows have the status that was asked for; active lines are there without.
pub(crate) fn status_filter(answers: &Answers) -> Judged {
    let other = |asked, wanted: &str| -> Result<bool, String> {
        Ok(answers.rows(asked)?.iter().any(|row| status(row).is_some_and(|status| !is(status, wanted))))
    };
    if other(Asked::ListedSuspended, "S")? || other(Asked::ListedCancelled, "C").unwrap_or(false) {
        return Ok(Found::differs("lines of another status", IGNORED));
    }
    let first = answers.rows(Asked::FirstPage)?;
    if !first.iter().any(|row| status(row).is_some_and(|status| !is(status, "S"))) {
        return Err("all lines seen have that status".to_owned());
    }
    Ok(Found::holds("no line of another status"))
}

/// contract 4.1: cancelled lines are absent.
pub(crate) fn cancelled(answers: &Answers) -> Judged {
    let shown = |asked| {
        let rows = answers.rows(asked).unwrap_or_default();
        rows.iter().any(|row| status(row).is_some_and(|status| is(status, "C")))
    };
    if shown(Asked::ListedCancelled) || shown(Asked::FirstPage) || shown(Asked::LargestPage) {
        return Ok(Found::differs(
            "cancelled lines are listed",
            "a listed line may be cancelled: look at its status",
        ));
    }
    let found = answers.rows(Asked::FoundCancelled)?;
    let filtered = answers.rows(Asked::ListedCancelled)?;
    if !filtered.is_empty() {
        return Err("the filter by status is not heeded".to_owned());
    }
    if found.is_empty() {
        return Err("no cancelled line is known".to_owned());
    }
    Ok(Found::holds("none is listed, and there are some"))
}

/// Pages of one line each count lines.
pub(crate) fn suspended(answers: &Answers) -> Judged {
    status_filter(answers).map_err(|why| format!("filter by status: {why}")).and_then(|found| {
        match found.verdict == crate::doctor::finding::Verdict::Holds {
            true => Ok(()),
            false => Err("the filter by status is not heeded".to_owned()),
        }
    })?;
    let count = |asked| {
        let rows = answers.rows(asked)?;
        if rows.is_empty() {
            return Ok(0);
        }
        answers.pages(asked).ok_or_else(|| "no number of pages".to_owned())
    };
    let (listed, found) = (count(Asked::ListedSuspended)?, count(Asked::FoundSuspended)?);
    if found == 0 {
        return Err("no suspended line is known".to_owned());
    }
    // contract 4.1: the list is a snapshot, the search is live. A few lines may have changed in between.
    let missing = found.saturating_sub(listed);
    let lag = found / 100;
    match missing {
        0 => Ok(Found::holds(format!("{listed} listed, {found} found"))),
        few if few <= lag => {
            Err(format!("{listed} listed, {found} found: may have changed since the snapshot"))
        }
        _ => Ok(Found::differs(
            format!("{listed} listed, {found} found"),
            "a line that is not listed may still be there: read it by its number",
        )),
    }
}

/// No number of the first page is on the second.
pub(crate) fn duplicates(answers: &Answers) -> Judged {
    let numbers = |asked| -> Result<HashSet<&str>, String> {
        Ok(answers.rows(asked)?.iter().filter_map(|row| text(row, "subscriberNumber")).collect())
    };
    let (first, second) = (numbers(Asked::FirstPage)?, numbers(Asked::SecondPage)?);
    if first.is_empty() || second.is_empty() {
        return Err("there is one page".to_owned());
    }
    let both = first.intersection(&second).count();
    // The same page twice is no line on two pages.
    if both == first.len() && both > 1 {
        return Err("both pages are the same".to_owned());
    }
    if both == 0 {
        return Ok(Found::holds("no number on both of two pages"));
    }
    Ok(Found::differs(
        format!("{both} on both of two pages"),
        "`apex line list --all` and the SDK leave the second one out; a count of rows is too high",
    ))
}

fn status(row: &Value) -> Option<&str> {
    text(row, "subscriberNumberStatus")
}

/// Letter or word, in any case.
fn is(status: &str, letter: &str) -> bool {
    status.get(..1).is_some_and(|first| first.eq_ignore_ascii_case(letter))
}
