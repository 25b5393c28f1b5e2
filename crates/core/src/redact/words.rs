//! Hides secrets in text that is not JSON, by the words in front of them.

use super::HIDDEN;
use super::names::{SecretNames, is_account, is_losing_carrier, is_value};

/// A quick look: false means that [`hide`] would change nothing.
pub(super) fn may_hold_secret(text: &str, names: &SecretNames) -> bool {
    text.contains('\\') || tokens(text).any(|token| names.holds(token.word) || is_losing_carrier(token.word))
}

/// Writes `text` without its secrets. `context` is the whole that the text is the end of: what was named there
/// counts here.
pub(super) fn hide(text: &str, context: &str, names: &SecretNames, kept: &mut String) {
    if text.trim().is_empty() {
        kept.push_str(text);
        return;
    }
    let search = Search {
        context,
        names,
        pairs: tokens(context).any(|token| names.holds(token.word)),
        losing_carrier: tokens(context).any(|token| is_losing_carrier(token.word)),
    };
    let mut at = context.len().saturating_sub(text.len());
    // The JSON before may have broken off between a name and its value.
    let mut token = last_token(context.get(..at).unwrap_or_default());
    loop {
        if let Some(Value { from, to }) =
            token.and_then(|token| search.value_of(&token)).filter(|value| value.to > at)
        {
            kept.push_str(context.get(at..from).unwrap_or_default());
            kept.push_str(HIDDEN);
            at = to;
        }
        let rest = context.get(at..).unwrap_or_default();
        let Some(next) = tokens(rest).next() else {
            kept.push_str(rest);
            return;
        };
        kept.push_str(rest.get(..next.end).unwrap_or_default());
        at += next.end;
        token = Some(Token { end: at, ..next });
    }
}

struct Search<'t> {
    context: &'t str,
    names: &'t SecretNames,
    /// Some secret is named, so that any value may be its value.
    pairs: bool,
    losing_carrier: bool,
}

impl Search<'_> {
    /// The secret that the token names, by its place in the context.
    fn value_of(&self, token: &Token<'_>) -> Option<Value> {
        let (before, after) = self.context.split_at_checked(token.end)?;
        let value = if self.names.holds(token.word) || (self.losing_carrier && is_account(token.word)) {
            assigned(after).or_else(|| element(before, after)).or_else(|| said(after))
        } else if self.pairs && is_value(token.word) {
            assigned(after)
        } else {
            None
        };
        value.map(|Value { from, to }| Value { from: from + token.end, to: to + token.end })
    }
}

/// Where a secret stands after its name.
struct Value {
    from: usize,
    to: usize,
}

/// `: value`, `= value`, with quotes around name and value or without.
fn assigned(after: &str) -> Option<Value> {
    let sign = after.trim_start_matches(|c: char| c.is_whitespace() || "\\\"']".contains(c));
    let value = sign.strip_prefix([':', '='])?;
    let value = value.trim_start_matches(|c: char| c.is_whitespace() || ":=>".contains(c));
    let from = after.len() - value.len();
    Some(Value { from, to: from + length_of_value(value) })
}

/// `<passcode>value<`, where `before` ends with the name.
fn element(before: &str, after: &str) -> Option<Value> {
    let opens =
        before.rfind('<').is_some_and(|open| !before.get(open..).unwrap_or_default().contains(['>', '/']));
    let tag = after.find('>').filter(|_| opens)?;
    let from = tag + 1;
    let value = after.get(from..)?;
    Some(Value { from, to: from + value.find('<').unwrap_or(value.len()) })
}

/// `passcode 000000`, `PIN is 0000`: a word with a digit, so that "passcode is invalid" stays.
fn said(after: &str) -> Option<Value> {
    let mut value = after.trim_start_matches(|c: char| c.is_whitespace() || "\\\"'(".contains(c));
    if value.len() == after.len() {
        return None;
    }
    for link in ["is ", "of ", "was ", "value ", "number ", "code "] {
        let (word, rest) = value.split_at_checked(link.len()).unwrap_or(("", value));
        if word.eq_ignore_ascii_case(link) {
            value = rest.trim_start();
        }
    }
    let from = after.len() - value.len();
    let length = value.find(char::is_whitespace).unwrap_or(value.len());
    let digits = value.get(..length)?.bytes().any(|byte| byte.is_ascii_digit());
    digits.then_some(Value { from, to: from + length })
}

/// Up to the closing quote, or the next blank; all of it where an object or a list begins.
fn length_of_value(value: &str) -> usize {
    let unescaped = value.trim_start_matches('\\');
    let slashes = value.len() - unescaped.len();
    let Some(quote @ ('"' | '\'')) = unescaped.chars().next() else {
        if unescaped.starts_with(['{', '[']) {
            return value.len();
        }
        return value.find(char::is_whitespace).unwrap_or(value.len());
    };
    let mut escaped = false;
    let close = unescaped.bytes().skip(1).position(|byte| {
        // In JSON inside a string every quote is escaped: the first one closes.
        let closes = byte == quote as u8 && (slashes > 0 || !escaped);
        escaped = byte == b'\\' && !escaped;
        closes
    });
    let Some(close) = close else { return value.len() };
    let end = slashes + 1 + close + 1;
    // A stray quote inside a secret leaves its second half behind the "closing" one.
    let tail = value.get(end..).unwrap_or_default();
    end + tail.find(|c: char| c.is_whitespace() || ",;&}]<".contains(c)).unwrap_or(tail.len())
}

/// A run of the characters that names are made of.
struct Token<'t> {
    word: &'t str,
    end: usize,
}

fn tokens(text: &str) -> impl Iterator<Item = Token<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text.get(at..)?.find(is_part)?;
        let run = text.get(start..)?;
        let end = start + run.find(|c| !is_part(c)).unwrap_or(run.len());
        at = end;
        Some(Token { word: text.get(start..end)?, end })
    })
}

fn last_token(text: &str) -> Option<Token<'_>> {
    let run = text.trim_end_matches(|c| !is_part(c));
    let start = run.len() - run.bytes().rev().take_while(|byte| is_part(char::from(*byte))).count();
    Some(Token { word: run.get(start..)?, end: run.len() }).filter(|token| !token.word.is_empty())
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-.".contains(c)
}
