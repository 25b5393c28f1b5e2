//! Which values a profile may hold: what can be sent, and what keeps two meanings apart.

use http::{HeaderName, Method};
use jiff::civil;
use jiff::fmt::strtime;

use super::overlay::Setting;
use super::problem::ProfileProblem;
use super::tables::{SECTIONS, Tables};

/// A value that can be sent.
pub(super) enum Checked {
    Text(String),
    /// None where the header is not sent.
    Header(Option<HeaderName>),
    Method(Method),
}

/// What is wrong, and what to write instead.
pub(super) struct Wrong {
    problem: String,
    fix: String,
}

impl Wrong {
    fn new(problem: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { problem: problem.into(), fix: fix.into() }
    }

    pub(super) fn at(self, setting: &Setting) -> ProfileProblem {
        ProfileProblem {
            line: setting.line,
            section: setting.section.clone(),
            key: setting.key.clone(),
            problem: self.problem,
            fix: self.fix,
        }
    }
}

/// Checks one value alone, against the default it replaces.
pub(super) fn value(section: &str, key: &str, value: &str, default: &str) -> Result<Checked, Wrong> {
    match section {
        "hosts" => host(value),
        "headers" if value.is_empty() && MAY_BE_LEFT_OUT.contains(&key) => Ok(Checked::Header(None)),
        "headers" => header(value),
        "paths" => path(value, default),
        "methods" => method(value),
        "modes" => mode(value),
        "characteristics" => characteristic(value, default),
        "dates" => date_format(value),
        _ => Err(Wrong::new("there is no such section", sections())),
    }
}

/// Checks that the values together keep their meanings apart.
pub(super) fn distinct(tables: &Tables, changed: &[&Setting], problems: &mut Vec<ProfileProblem>) {
    for setting in changed {
        let Some(value) = tables.text(&setting.section, &setting.key) else { continue };
        let rival = tables
            .section_entries(&setting.section)
            .into_iter()
            .filter(|(key, _)| *key != setting.key)
            .find(|(key, other)| clash(&setting.section, &setting.key, value, key, other));
        if let Some((key, _)) = rival {
            let problem = format!("\"{value}\" is also the value of \"{key}\"");
            let wrong = Wrong::new(problem, "give each its own, or both meanings become one on the wire");
            problems.push(wrong.at(setting));
        }
    }
}

fn clash(section: &str, key: &str, value: &str, other_key: &str, other: &str) -> bool {
    match section {
        "headers" => {
            value == other
                && !value.is_empty()
                && HEADERS_SENT_TOGETHER.iter().any(|group| {
                    let holds = |key: &str| EVERY_REQUEST.contains(&key) || group.contains(&key);
                    holds(key) && holds(other_key)
                })
        }
        // Suspending must never cancel. That a restore may share the letter of a resume is an open question
        // (contract 7, restore_mode), so only that pair may be equal.
        "modes" => {
            let one_question = ["resume", "restore_cancelled"];
            value == other && !(one_question.contains(&key) && one_question.contains(&other_key))
        }
        // Readers match names in any letter case (contract 2.2).
        "characteristics" => value.eq_ignore_ascii_case(other),
        _ => false,
    }
}

/// contract 2.1: this project's own headers. A gateway that refuses what it does not know would let no call through.
const MAY_BE_LEFT_OUT: [&str; 2] = ["x_trace_id", "x_transaction_id"];

const EVERY_REQUEST: [&str; 6] =
    ["app_id", "app_secret", "content_type", "accept", "x_trace_id", "x_transaction_id"];

/// Headers of one request or one reply, beside those of every request.
const HEADERS_SENT_TOGETHER: [&[&str]; 5] = [
    &["current_page", "page_size", "list_fan", "list_ban", "list_subscriber", "list_status"],
    &["current_page", "page_size", "search_sim", "search_imei", "search_status"],
    &["page_total", "refresh_timestamp"],
    &["pdp_batch", "pdp_subscriber"],
    &["port_zip"],
];

fn host(value: &str) -> Result<Checked, Wrong> {
    let fix = "write scheme, name and port, for example \"https://apsapi.att.com:8082\"";
    let Ok(url) = url::Url::parse(value) else {
        return Err(Wrong::new(format!("\"{value}\" is not a URL"), fix));
    };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Wrong::new(format!("\"{value}\" is not an HTTP host"), fix));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Wrong::new("a host holds no user or password", fix));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(Wrong::new(format!("\"{value}\" goes on after the host"), fix));
    }
    Ok(Checked::Text(value.trim_end_matches('/').to_owned()))
}

fn header(value: &str) -> Result<Checked, Wrong> {
    let fix = "write letters, digits and '-', for example \"app-id\"";
    let Ok(name) = HeaderName::try_from(value) else {
        return Err(Wrong::new(format!("\"{value}\" is not a header name"), fix));
    };
    // These belong to the connection: a value of ours in them breaks or redirects the request.
    let framing = ["host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "trailer"];
    if framing.contains(&name.as_str()) {
        return Err(Wrong::new(format!("\"{value}\" belongs to HTTP itself"), fix));
    }
    Ok(Checked::Header(Some(name)))
}

fn method(value: &str) -> Result<Checked, Wrong> {
    let allowed = [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
    match allowed.into_iter().find(|method| method.as_str() == value) {
        Some(method) => Ok(Checked::Method(method)),
        None => Err(Wrong::new(
            format!("\"{value}\" is not a method"),
            "write GET, POST, PUT, PATCH or DELETE, in capitals",
        )),
    }
}

fn mode(value: &str) -> Result<Checked, Wrong> {
    if (1..=10).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(Checked::Text(value.to_owned()));
    }
    Err(Wrong::new(format!("\"{value}\" is not a mode"), "write letters, for example \"RC\""))
}

fn path(value: &str, default: &str) -> Result<Checked, Wrong> {
    let fix = format!("write an absolute path, for example \"{default}\"");
    let Some(rest) = value.strip_prefix('/') else {
        return Err(Wrong::new(format!("the path \"{value}\" does not start with '/'"), fix));
    };
    if let Some(bad) = value.chars().find(|c| !c.is_ascii_graphic() || "?#\\%\"<>^`|".contains(*c)) {
        // No query strings: selectors go in the path or in headers (contract 2).
        return Err(Wrong::new(format!("the path \"{value}\" holds {bad:?}"), fix));
    }
    if let Some(segment) = rest.split('/').find(|segment| matches!(*segment, "" | "." | "..")) {
        return Err(Wrong::new(format!("the path \"{value}\" holds the segment \"{segment}\""), fix));
    }
    let (found, expected) = (placeholders(rest), placeholders(default));
    for wanted in &expected {
        match found.iter().filter(|name| *name == wanted).count() {
            1 => {}
            0 => {
                return Err(Wrong::new(
                    format!("the path \"{value}\" lost the placeholder {{{wanted}}}"),
                    format!("put {{{wanted}}} back as a segment of its own, as in \"{default}\""),
                ));
            }
            _ => {
                return Err(Wrong::new(
                    format!("the path \"{value}\" holds the placeholder {{{wanted}}} more than once"),
                    format!("keep it once, as in \"{default}\""),
                ));
            }
        }
    }
    if let Some(extra) = found.iter().find(|name| !expected.contains(name)) {
        return Err(Wrong::new(
            format!("the path \"{value}\" has no value for {{{extra}}}"),
            format!("use only the placeholders of \"{default}\""),
        ));
    }
    let stray =
        rest.split('/').find(|segment| segment.contains(['{', '}']) && placeholder(segment).is_none());
    match stray {
        Some(segment) => Err(Wrong::new(
            format!("the path \"{value}\" holds a brace in \"{segment}\""),
            "let a placeholder fill its segment, as in \"/service/{subscriberNumber}\"",
        )),
        None => Ok(Checked::Text(value.to_owned())),
    }
}

fn placeholders(path: &str) -> Vec<&str> {
    path.split('/').filter_map(placeholder).collect()
}

fn placeholder(segment: &str) -> Option<&str> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}'])).then_some(name)
}

fn characteristic(value: &str, default: &str) -> Result<Checked, Wrong> {
    let numbered = default.contains("{n}");
    let fix = if numbered {
        format!("write a name with {{n}} for the feature's number, for example \"{default}\"")
    } else {
        format!("write letters and digits, for example \"{default}\"")
    };
    if value.matches("{n}").count() != usize::from(numbered) {
        let problem = if numbered { "holds {n} not exactly once" } else { "holds {n}, which has no value" };
        return Err(Wrong::new(format!("the name \"{value}\" {problem}"), fix));
    }
    let bare = value.replace("{n}", "");
    let letters = !bare.is_empty() && bare.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    // A name such as "1{n}" could not be told from its number.
    let apart = value.split_once("{n}").is_none_or(|(before, after)| {
        !before.ends_with(|c: char| c.is_ascii_digit()) && !after.starts_with(|c: char| c.is_ascii_digit())
    });
    if letters && apart {
        return Ok(Checked::Text(value.to_owned()));
    }
    Err(Wrong::new(format!("\"{value}\" is not a characteristic's name"), fix))
}

fn date_format(value: &str) -> Result<Checked, Wrong> {
    let fix = "write strftime letters for year, month and day, for example \"%Y-%m-%dZ\"";
    for (year, month, day) in [(2026, 1, 19), (2027, 12, 3)] {
        let Some(text) = formatted_date(value, year, month, day) else {
            return Err(Wrong::new(format!("\"{value}\" cannot format a date"), fix));
        };
        let back = strtime::parse(value, &text).and_then(|read| read.to_date()).ok();
        if back != civil::Date::new(year, month, day).ok() {
            return Err(Wrong::new(format!("\"{value}\" does not name a whole date"), fix));
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Err(Wrong::new(format!("\"{value}\" gives characters that are not plain text"), fix));
        }
    }
    Ok(Checked::Text(value.to_owned()))
}

/// The date in a format of strftime letters; `None` if the format asks for what a date has not.
fn formatted_date(format: &str, year: i16, month: i8, day: i8) -> Option<String> {
    strtime::format(format, civil::Date::new(year, month, day).ok()?).ok()
}

/// A section or key that does not exist, with the nearest that does.
pub(super) fn unknown(default: &Tables, section: &str, key: &str) -> Wrong {
    let keys = default.section_entries(section);
    if keys.is_empty() {
        let near = nearest(section, SECTIONS.into_iter());
        return Wrong::new("there is no such section", near.unwrap_or_else(sections));
    }
    // `port.item` serves three operations, each with a method of its own.
    let parts: Vec<&str> = keys
        .iter()
        .map(|(known, _)| *known)
        .filter(|known| known.strip_prefix(key).is_some_and(|rest| rest.starts_with('/')))
        .collect();
    if !parts.is_empty() {
        return Wrong::new("there is no such key", format!("name the operation: {}", parts.join(", ")));
    }
    let fix = nearest(key, keys.iter().map(|(known, _)| *known)).unwrap_or_else(|| {
        let known: Vec<&str> = keys.iter().map(|(known, _)| *known).collect();
        format!("the keys are {}", known.join(", "))
    });
    Wrong::new("there is no such key", fix)
}

fn sections() -> String {
    format!("the sections are {}", SECTIONS.join(", "))
}

fn nearest<'a>(given: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    let lower = given.to_ascii_lowercase();
    known
        .map(|name| (edits(&lower, &name.to_ascii_lowercase()), name))
        .min_by_key(|(distance, _)| *distance)
        .filter(|(distance, name)| *distance <= (name.len() / 3).max(1))
        .map(|(_, name)| format!("did you mean \"{name}\"?"))
}

/// The number of characters to insert, remove or replace to get from one text to the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, from_char) in from.chars().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        let mut left = index + 1;
        next.push(left);
        for ((to_char, above), diagonal) in to.iter().zip(row.iter().skip(1)).zip(row.iter()) {
            left = (left + 1).min(above + 1).min(diagonal + usize::from(from_char != *to_char));
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
