//! A line: status, dates, names (contract 2.2, 3).

use apex_mobility::WireProfile;
use serde_json::Value;

use crate::doctor::answer::{Answers, bag, held, text};
use crate::doctor::finding::{Correction, Found, Judged};
use crate::doctor::look::Asked;

fn line(answers: &Answers) -> Result<&Value, String> {
    let reply = answers.success(Asked::Line)?;
    reply.object().ok_or_else(|| format!("the answer was {}", reply.shape()))
}

/// contract 3: a word in `status`, a letter in the bag.
pub(crate) fn status(answers: &Answers) -> Judged {
    let line = line(answers)?;
    let form = |text: Option<&str>| match text {
        None => "nothing",
        Some(text) if text.len() == 1 => "letter",
        Some(_) => "word",
    };
    let outer = form(text(line, "status"));
    let inner = form(held(line, &answers.profile, "subscriberStatus"));
    if (outer, inner) == ("word", "letter") {
        return Ok(Found::holds("word and letter"));
    }
    Ok(Found::differs(
        format!("status: {outer}, subscriberStatus: {inner}"),
        if inner == "nothing" && outer == "nothing" {
            "no status is read"
        } else {
            "none: either form is read"
        },
    ))
}

/// contract 3: `Cancelled`; one l is read too.
pub(crate) fn cancelled_word(answers: &Answers) -> Judged {
    let cancelled = cancelled_line(answers)?;
    match text(cancelled, "status") {
        Some("Cancelled") => Ok(Found::holds("Cancelled")),
        Some(word) if word.len() == 1 => Err("a letter".to_owned()),
        Some(word) if ["canceled", "cancelled", "deactivated"].contains(&word.to_lowercase().as_str()) => {
            Ok(Found::differs(word, "none: the SDK reads it"))
        }
        Some(_) => {
            Ok(Found::differs("another word", "the letter decides; without one the line's status is unknown"))
        }
        None => Err("no word".to_owned()),
    }
}

fn cancelled_line(answers: &Answers) -> Result<&Value, String> {
    let read = answers.success(Asked::CancelledLine).ok().and_then(|reply| reply.object());
    let found = || answers.rows(Asked::FoundCancelled).ok().and_then(<[Value]>::first);
    read.or_else(found).ok_or_else(|| "no cancelled line was seen".to_owned())
}

/// contract 4.9: readable by number.
pub(crate) fn cancelled(answers: &Answers) -> Judged {
    let means = "what became of a cancel, and whether a line can be restored, is not readable";
    if let Ok(reply) = answers.get(Asked::CancelledLine) {
        return Ok(match reply.is_success() {
            true => Found::holds("readable"),
            false if reply.is_missing() => Found::differs(reply.shape(), means),
            false => Found::untold(format!("the answer was {}", reply.shape())),
        });
    }
    let rows = answers.rows(Asked::FoundCancelled)?;
    let pages = answers.pages(Asked::FoundCancelled).unwrap_or_default();
    // One line to a page.
    if rows.is_empty() && pages > 1 {
        return Ok(Found::differs(format!("{pages} are counted by the search, and none is shown"), means));
    }
    Err("no cancelled line is known; give one by --number".to_owned())
}

/// contract 2.2: `2026-01-19Z`.
pub(crate) fn dates(answers: &Answers) -> Judged {
    let line = line(answers)?;
    let mut forms: Vec<(String, Option<&str>)> = Vec::new();
    for (_, value) in bag(line) {
        if let Some(form) = date_form(value).filter(|form| !forms.contains(form)) {
            forms.push(form);
        }
    }
    let first = forms.first().cloned().ok_or_else(|| "the line has no date".to_owned())?;
    if forms.len() == 1 && first.0 == "9999-99-99Z" {
        return Ok(Found::holds("YYYY-MM-DDZ"));
    }
    let correction = first.1.filter(|_| forms.len() == 1).map(|format| Correction {
        section: "dates",
        key: "request".to_owned(),
        value: format.to_owned(),
        why: "as dates come in replies; not proven for requests",
    });
    let shown: Vec<_> = forms.into_iter().map(|(form, _)| form).collect();
    Ok(Found::differs(
        format!("written as {}", shown.join(", ")),
        "read all the same; requests may have to be dated so too",
    )
    .with(correction))
}

/// The form of a date, and how a request would write it.
fn date_form(value: &str) -> Option<(String, Option<&'static str>)> {
    let form: String = value.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let format = match form.as_str() {
        "9999-99-99Z" => "%Y-%m-%dZ",
        "9999-99-99" => "%Y-%m-%d",
        "9999-99-99T99:99:99Z" => "%Y-%m-%dT00:00:00Z",
        "99/99/9999" => "%m/%d/%Y",
        _ if form.starts_with("9999-99-99") => return Some((form.get(..10)?.to_owned() + " and more", None)),
        _ => return None,
    };
    Some((form, Some(format)))
}

/// Names that every line has, also a cancelled one.
const ALWAYS: [&str; 9] = [
    "subscriberStatus",
    "statusEffectiveDate",
    "subscriberActivationDate",
    "singleUserCode",
    "serviceZipCode",
    "effectiveDate",
    "billingAccountNumber",
    "sim",
    "BLIMEI",
];

/// contract 3: the names of the bag.
pub(crate) fn names(answers: &Answers) -> Judged {
    let line = line(answers)?;
    let bag = bag(line);
    let has = |name: &str| bag.iter().any(|(given, _)| given.eq_ignore_ascii_case(name));
    let missing: Vec<_> =
        ALWAYS.into_iter().filter(|name| !has(&answers.profile.characteristic(name))).collect();
    let strange: Vec<&str> =
        bag.iter().map(|(name, _)| *name).filter(|name| !is_known(name, &answers.profile)).collect();
    if missing.is_empty() && strange.is_empty() {
        return Ok(Found::holds(format!("{} names, all known", bag.len())));
    }
    let mut what = Vec::new();
    if !missing.is_empty() {
        what.push(format!("missing {}", missing.join(", ")));
    }
    if !strange.is_empty() {
        let shown: Vec<_> = strange.iter().map(|name| printable(name)).collect();
        what.push(format!("not in the contract: {}", shown.join(", ")));
    }
    let mut found = Found::differs(
        what.join("; "),
        "what has another name is not read, and a write with the old name may be refused",
    );
    for strange in &strange {
        found = found.with(renamed(strange, &bag, &missing, answers));
    }
    Ok(found)
}

fn is_known(name: &str, profile: &WireProfile) -> bool {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    WireProfile::keys().filter(|(section, _)| *section == "characteristics").any(|(_, key)| {
        let wire = profile.characteristic(key);
        // A numbered name: `offeringCode{n}`.
        let wanted = wire.strip_suffix("{n}").unwrap_or(&wire);
        let given = if wire.ends_with("{n}") { stem } else { name };
        given.eq_ignore_ascii_case(wanted)
    })
}

/// The contract's name for a strange one, where that can be told: by its letters, or by its value.
fn renamed(strange: &str, bag: &[(&str, &str)], missing: &[&str], answers: &Answers) -> Option<Correction> {
    if printable(strange) != strange {
        return None;
    }
    let letters = |name: &str| name.to_lowercase().replace(['_', '-', '.', ' '], "");
    let correction = |key: &str, why| {
        let (key, value) = (key.to_owned(), strange.to_owned());
        Some(Correction { section: "characteristics", key, value, why })
    };
    if let Some((_, key)) = WireProfile::keys()
        .find(|(section, key)| *section == "characteristics" && letters(key) == letters(strange))
    {
        return correction(key, "the same letters");
    }
    let value = bag.iter().find(|(name, _)| *name == strange)?.1;
    let row = answers.rows(Asked::FirstPage).ok()?.iter().find(|row| {
        let number = answers
            .success(Asked::Line)
            .ok()
            .and_then(|reply| text(reply.json.as_ref()?, "subscriberNumber"));
        number.is_some() && text(row, "subscriberNumber") == number
    });
    let fits = |name: &str| match name {
        "sim" => value.starts_with("89") && matches!(value.len(), 19 | 20) && is_digits(value),
        "billingAccountNumber" => row.and_then(|row| text(row, "billingAccountNumber")) == Some(value),
        _ => false,
    };
    let key = missing.iter().find(|name| fits(name))?;
    correction(key, "by its value")
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name that a server made up, at a length and in letters that can be shown.
fn printable(name: &str) -> String {
    let shown: String =
        name.chars().filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c)).take(40).collect();
    // A customer's identifier is no name.
    if shown.bytes().filter(u8::is_ascii_digit).count() > 3 { "[a number]".to_owned() } else { shown }
}
