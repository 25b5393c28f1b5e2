//! How the subscriber list is paged (contract 4.1).

use apex_mobility::http::HeaderMap;

use crate::doctor::answer::{Answers, text};
use crate::doctor::examine::{LARGEST_PAGE, SMALL_PAGE};
use crate::doctor::finding::{Correction, Found, Judged};
use crate::doctor::look::Asked;

/// A page has at most as many rows as were asked for, and the second is another than the first.
pub(crate) fn heeded(answers: &Answers) -> Judged {
    let (first, second) = (answers.rows(Asked::FirstPage)?, answers.rows(Asked::SecondPage)?);
    let means = "the headers for page and size have other names: put them into [headers] of a wire profile";
    if first.len() > SMALL_PAGE {
        return Ok(Found::differs(format!("{} lines where {SMALL_PAGE} were asked for", first.len()), means));
    }
    let numbers = |rows: &[serde_json::Value]| -> Vec<String> {
        rows.iter().filter_map(|row| text(row, "subscriberNumber")).map(str::to_owned).collect()
    };
    if first.len() < SMALL_PAGE && second.is_empty() {
        return Err("there is one page".to_owned());
    }
    if numbers(first) == numbers(second) {
        return Ok(Found::differs("the second page is the first", means));
    }
    Ok(Found::holds("size and number"))
}

/// contract 4.1: `page-total` counts pages, not lines.
pub(crate) fn total(answers: &Answers) -> Judged {
    let reply = answers.success(Asked::FirstPage)?;
    let Some(given) = reply.header(&answers.profile, "page_total") else {
        let correction = alike(&reply.headers, "page_total", |name, value| {
            (name.contains("page") || name.contains("total")) && value.parse::<u64>().is_ok()
        });
        let means = "a list is read until a page is empty, one request more than is needed";
        return Ok(Found::differs("no such header", means).with(correction));
    };
    let Ok(pages) = given.parse::<u64>() else {
        return Ok(Found::differs("not a number", "a list is read until a page is empty"));
    };
    let rows = answers.rows(Asked::LargestPage)?.len() as u64;
    let Some(large) = answers.pages(Asked::LargestPage) else {
        return Err("not on the largest page".to_owned());
    };
    let small = SMALL_PAGE as u64;
    // Whether the numbers fit pages: with one large page the lines are known, else the two totals are in the
    // proportion of the sizes.
    if large <= 1 {
        if rows <= small {
            return Err("there is one page".to_owned());
        }
        // Numbers on two pages make a few pages more.
        return Ok(if pages < rows && pages >= rows.div_ceil(small) {
            Found::holds(format!("{pages} pages of {SMALL_PAGE} for {rows} lines"))
        } else {
            counts_lines(pages)
        });
    }
    if pages == large {
        Ok(counts_lines(pages))
    } else {
        Ok(Found::holds(format!("{pages} pages of {SMALL_PAGE}")))
    }
}

fn counts_lines(total: u64) -> Found {
    Found::differs(
        format!("{total}, whatever the size of a page"),
        "it does not count pages: a list may be asked for pages that are not there",
    )
}

/// contract 2.2: the format is unknown.
pub(crate) fn refreshed(answers: &Answers) -> Judged {
    let reply = answers.success(Asked::FirstPage)?;
    let Some(given) = reply.header(&answers.profile, "refresh_timestamp") else {
        let correction = alike(&reply.headers, "refresh_timestamp", |name, value| {
            ["refresh", "snapshot", "as-of", "timestamp"].iter().any(|part| name.contains(part))
                && value.bytes().any(|byte| byte.is_ascii_digit())
        });
        let means = "nothing says how old the list is";
        return Ok(Found::differs("no such header", means).with(correction));
    };
    if given.parse::<jiff::Timestamp>().is_ok() && given.ends_with('Z') {
        return Ok(Found::holds("RFC 3339 UTC"));
    }
    let form: String = given.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    Ok(Found::differs(format!("written as {form}"), "shown as it comes; its age is not computed"))
}

/// contract 4.1: 1 to 500.
pub(crate) fn largest(answers: &Answers) -> Judged {
    let (allowed, above) = (answers.telling(Asked::LargestPage)?, answers.telling(Asked::TooLargePage)?);
    let means = "use --page-size with what the server takes";
    if !allowed.is_success() {
        return Ok(Found::differs(format!("{LARGEST_PAGE} refused: {}", allowed.shape()), means));
    }
    let rows = allowed.rows().ok_or_else(|| format!("the answer was {}", allowed.shape()))?.len();
    if above.is_success() {
        let taken = above.rows().map_or(0, <[_]>::len);
        if taken > LARGEST_PAGE {
            return Ok(Found::differs(format!("{taken} lines on a page"), "larger pages are possible"));
        }
        return Ok(Found::differs(
            format!("{} is taken, with {taken} lines", LARGEST_PAGE + 1),
            "a page above the largest is not refused: it may be cut without a word",
        ));
    }
    if rows > LARGEST_PAGE {
        return Ok(Found::differs(format!("{rows} lines on a page"), means));
    }
    let many = answers.pages(Asked::LargestPage).is_some_and(|pages| pages > 1);
    if many && rows < LARGEST_PAGE {
        return Ok(Found::differs(format!("{rows} lines on a full page"), "pages are cut without a word"));
    }
    Ok(Found::holds(format!("{LARGEST_PAGE} taken, {} refused", LARGEST_PAGE + 1)))
}

/// The only reply header that could be meant.
fn alike(headers: &HeaderMap, key: &str, fits: impl Fn(&str, &str) -> bool) -> Option<Correction> {
    let mut found = headers.iter().filter_map(|(name, value)| {
        let value = value.to_str().ok()?.trim();
        fits(name.as_str(), value).then(|| name.as_str().to_owned())
    });
    let value = found.next().filter(|_| found.next().is_none())?;
    Some(Correction {
        section: "headers",
        key: key.to_owned(),
        value,
        why: "the only header that could be meant",
    })
}
