//! Hides secrets in JSON, member by member, and keeps every other character.
//!
//! A parser would refuse JSON that was cut off; this reader hides what it has seen so far and says where it had
//! to stop.

use std::ops::Range;

use super::names::{SecretNames, is_account, is_label, is_losing_carrier, is_value};
use super::{HIDDEN, whole};

/// Deeper than any body of these APIs, and no risk to the stack.
const DEPTH: usize = 64;

/// How often JSON inside a string of JSON is opened.
const NESTING: usize = 4;

/// The JSON at the start of the text without its secrets, and the rest of the text that is not JSON.
pub(super) fn hide<'t>(text: &'t str, names: &SecretNames, nesting: usize) -> (String, &'t str) {
    let mut reader = Reader { rest: text, kept: String::with_capacity(text.len()), names, nesting };
    // Several values in a row are read alike: one log line per value is a common form.
    loop {
        reader.blanks();
        if !reader.rest.starts_with(['{', '[', '"']) || reader.value(Place::default()).is_err() {
            return (reader.kept, reader.rest);
        }
    }
}

/// The text ended, or went on with what is not JSON.
struct Stopped;

#[derive(Clone, Copy, Default)]
struct Place {
    depth: usize,
    /// Inside the losing carrier's object.
    losing_carrier: bool,
}

struct Reader<'t, 'n> {
    rest: &'t str,
    kept: String,
    names: &'n SecretNames,
    nesting: usize,
}

impl<'t> Reader<'t, '_> {
    fn value(&mut self, place: Place) -> Result<(), Stopped> {
        if place.depth > DEPTH {
            self.hide_rest();
            return Err(Stopped);
        }
        let place = Place { depth: place.depth + 1, ..place };
        match self.rest.chars().next() {
            Some('{') => self.object(place),
            Some('[') => self.array(place),
            Some('"') => self.string_value(),
            Some(_) => self.bare_word(),
            None => Err(Stopped),
        }
    }

    fn object(&mut self, place: Place) -> Result<(), Stopped> {
        let mut pair = Pair::default();
        let ended = self.members(place, &mut pair);
        // In a cut object the name may be behind the cut: then every value could be a PIN.
        if pair.names_secret || (ended.is_err() && !pair.labelled) {
            let whole = self.kept.trim_end().len();
            if ended.is_err() && pair.values.last().is_some_and(|last| last.end >= whole) {
                // It broke off right behind a value: the value may go on.
                self.rest = "";
            }
            for range in pair.values.into_iter().rev() {
                self.kept.replace_range(range, &quoted(HIDDEN));
            }
        }
        ended
    }

    fn members(&mut self, place: Place, pair: &mut Pair) -> Result<(), Stopped> {
        self.take('{')?;
        self.blanks();
        if self.rest.starts_with('}') {
            return self.take('}');
        }
        loop {
            let (rest, kept) = (self.rest, self.kept.len());
            let key = self.key()?;
            self.blanks();
            if self.take(':').is_err() {
                // Whoever goes on from here has to see the name: a secret may follow.
                self.rest = rest;
                self.kept.truncate(kept);
                return Err(Stopped);
            }
            self.blanks();
            self.member(&key, place, pair)?;
            self.blanks();
            if self.rest.starts_with('}') {
                return self.take('}');
            }
            self.take(',')?;
            self.blanks();
        }
    }

    fn member(&mut self, key: &str, place: Place, pair: &mut Pair) -> Result<(), Stopped> {
        let start = self.kept.len();
        if self.names.holds(key) || (place.losing_carrier && is_account(key)) {
            return self.secret(place);
        }
        let text = string_at(self.rest).map(|string| string.words);
        let inner = Place { losing_carrier: place.losing_carrier || is_losing_carrier(key), ..place };
        let ended = self.value(inner);
        pair.names_secret |= text.as_deref().is_some_and(|text| self.names.holds(text));
        // A name that is cut off itself is no name yet.
        pair.labelled |= is_label(key) && ended.is_ok();
        if is_value(key) {
            pair.values.push(start..self.kept.len());
        }
        ended
    }

    /// Reads over a value of any form and keeps nothing of it. `null` and `""` are no secrets.
    fn secret(&mut self, place: Place) -> Result<(), Stopped> {
        let start = self.kept.len();
        let ended = self.value(place);
        if ended.is_err() || !matches!(self.kept.get(start..), Some("null" | "\"\"")) {
            self.kept.truncate(start);
            self.kept.push_str(&quoted(HIDDEN));
        }
        if ended.is_err() {
            self.rest = "";
        }
        ended?;
        self.end_of_secret()
    }

    /// What follows a secret and is not JSON may be its second half, as in `"passcode": "12"34"`: it goes too.
    fn end_of_secret(&mut self) -> Result<(), Stopped> {
        let follows = self.rest.trim_start();
        if follows.is_empty() || follows.starts_with([',', '}', ']']) {
            return Ok(());
        }
        self.rest = "";
        Err(Stopped)
    }

    fn array(&mut self, place: Place) -> Result<(), Stopped> {
        self.take('[')?;
        self.blanks();
        if self.rest.starts_with(']') {
            return self.take(']');
        }
        loop {
            self.value(place)?;
            self.blanks();
            if self.rest.starts_with(']') {
                return self.take(']');
            }
            self.take(',')?;
            self.blanks();
        }
    }

    fn key(&mut self) -> Result<String, Stopped> {
        let string = string_at(self.rest).filter(|string| string.closed).ok_or(Stopped)?;
        self.keep(string.raw.len());
        Ok(string.words)
    }

    fn string_value(&mut self) -> Result<(), Stopped> {
        let string = string_at(self.rest).ok_or(Stopped)?;
        let after = self.rest.get(string.raw.len()..).unwrap_or_default();
        if after.trim_start().starts_with(':') {
            // The name of a member that has lost its object.
            return Err(Stopped);
        }
        let hidden = match self.nesting < NESTING {
            true => whole(&string.words, self.names, self.nesting + 1),
            false if string.words.contains(['{', '[']) => HIDDEN.to_owned(),
            false => string.words.clone(),
        };
        if hidden == string.words {
            self.keep(string.raw.len());
        } else {
            self.kept.push_str(&quoted(&hidden));
            self.skip(string.raw.len());
            self.end_of_secret()?;
        }
        if string.closed { Ok(()) } else { Err(Stopped) }
    }

    /// A number, `true`, `false`, `null`, or the start of one.
    fn bare_word(&mut self) -> Result<(), Stopped> {
        let end = self.rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c)));
        match end {
            Some(0) => Err(Stopped),
            Some(end) => {
                self.keep(end);
                Ok(())
            }
            None => {
                self.keep(self.rest.len());
                Err(Stopped)
            }
        }
    }

    fn blanks(&mut self) {
        let blank = self.rest.len() - self.rest.trim_start().len();
        self.keep(blank);
    }

    fn take(&mut self, sign: char) -> Result<(), Stopped> {
        if !self.rest.starts_with(sign) {
            return Err(Stopped);
        }
        self.keep(sign.len_utf8());
        Ok(())
    }

    fn keep(&mut self, length: usize) {
        let (kept, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.kept.push_str(kept);
        self.rest = rest;
    }

    fn skip(&mut self, length: usize) {
        self.rest = self.rest.get(length..).unwrap_or_default();
    }

    fn hide_rest(&mut self) {
        self.kept.push_str(HIDDEN);
        self.rest = "";
    }
}

/// What an object shows about being a `{name, value}` pair, in whatever order.
#[derive(Default)]
struct Pair {
    /// Some member's text is the name of a secret.
    names_secret: bool,
    /// A member that names was read whole.
    labelled: bool,
    /// Where the values stand in what is kept.
    values: Vec<Range<usize>>,
}

struct JsonString<'t> {
    /// With its quotes.
    raw: &'t str,
    /// With its escapes read.
    words: String,
    closed: bool,
}

/// The string that the text starts with.
fn string_at(text: &str) -> Option<JsonString<'_>> {
    let body = text.strip_prefix('"')?;
    let mut escaped = false;
    let end = body.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    let closed = end.is_some();
    let inside = end.and_then(|end| body.get(..end)).unwrap_or(body);
    let raw = text.get(..inside.len() + 1 + usize::from(closed)).unwrap_or(text);
    Some(JsonString { raw, words: unescaped(inside), closed })
}

/// The words of a string. Unlike a parser it takes control characters, unknown escapes and a cut escape: JSON
/// inside such a string has to be recognized all the same.
fn unescaped(inside: &str) -> String {
    let mut words = String::with_capacity(inside.len());
    let mut units = Vec::new();
    let mut rest = inside;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        words.push_str(before);
        if let Some(unit) =
            escape.strip_prefix("\\u").and_then(|hex| u16::from_str_radix(hex.get(..4)?, 16).ok())
        {
            // Two in a row may be the halves of one character.
            units.push(unit);
            rest = escape.get(6..).unwrap_or_default();
            if !rest.starts_with("\\u") {
                words.push_str(&String::from_utf16_lossy(&units));
                units.clear();
            }
            continue;
        }
        words.push_str(&String::from_utf16_lossy(&units));
        units.clear();
        let mut signs = escape.get(1..).unwrap_or_default().chars();
        match signs.next() {
            Some('n') => words.push('\n'),
            Some('t') => words.push('\t'),
            Some('r') => words.push('\r'),
            Some(sign) => words.push(sign),
            None => {}
        }
        rest = signs.as_str();
    }
    words.push_str(&String::from_utf16_lossy(&units));
    words.push_str(rest);
    words
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
