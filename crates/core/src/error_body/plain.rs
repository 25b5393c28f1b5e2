//! Bodies that are not JSON: plain text, HTML, XML, and JSON that was cut off.

/// The text without tags, with the common entities read and every run of white space made one blank.
pub(super) fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let (before, tag) = rest.split_at(open);
        kept.push_str(before);
        match Tag::at(tag) {
            Some(Tag { inside, after }) => {
                kept.push(' ');
                kept.push_str(inside);
                kept.push(' ');
                rest = after;
            }
            None => {
                kept.push('<');
                rest = tag.get(1..).unwrap_or_default();
            }
        }
    }
    kept.push_str(rest);
    let words: Vec<&str> = kept.split_whitespace().collect();
    let text = words.join(" ");
    if text.contains('&') { with_entities(&text) } else { text }
}

/// Something in angle brackets: what of it is text, and what comes after it.
struct Tag<'t> {
    inside: &'t str,
    after: &'t str,
}

impl<'t> Tag<'t> {
    /// Reads the tag that the text starts with; `None` if the `<` is only a sign, as in "a < b".
    fn at(text: &'t str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("<![CDATA[") {
            let (inside, after) = rest.split_once("]]>").unwrap_or((rest, ""));
            return Some(Self { inside, after });
        }
        if let Some(rest) = text.strip_prefix("<!--") {
            return Some(Self { inside: "", after: rest.split_once("-->").map_or("", |(_, after)| after) });
        }
        let opens = text.get(1..)?.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        let (_, after) = text.split_once('>').filter(|_| opens)?;
        // What stands in a script or a style sheet is not for people.
        for name in ["script", "style"] {
            let is_it = text.get(1..=name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
            let ends = text
                .get(1 + name.len()..)
                .is_some_and(|tail| tail.starts_with([' ', '>', '\t', '\n', '\r', '/']));
            if is_it && ends {
                let close = find_ignoring_case(after, &format!("</{name}"));
                let tail = close.and_then(|at| after.get(at..)).unwrap_or_default();
                return Some(Self { inside: "", after: tail.split_once('>').map_or("", |(_, after)| after) });
            }
        }
        Some(Self { inside: "", after })
    }
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    // Lower case of ASCII keeps every byte's place.
    text.to_ascii_lowercase().find(wanted)
}

fn with_entities(text: &str) -> String {
    let entities = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        // Last, or "&amp;lt;" would be read twice.
        ("&amp;", "&"),
    ];
    entities.iter().fold(text.to_owned(), |text, (entity, sign)| text.replace(entity, sign))
}

/// The string members that can be read from text that is almost JSON: name and value. A value that is cut off
/// is kept as far as it goes.
pub(super) fn readable_members(text: &str) -> Vec<(String, String)> {
    let mut members = Vec::new();
    let mut rest = text;
    while let Some((name, after)) = next_string(rest) {
        rest = after;
        let Some(value) = after.trim_start().strip_prefix(':') else { continue };
        if !value.trim_start().starts_with('"') {
            continue;
        }
        let Some((value, after)) = next_string(value) else { break };
        rest = after;
        if !value.trim().is_empty() {
            members.push((name, value));
        }
    }
    members
}

/// The next string in quotes, with its escapes read, and what follows it.
fn next_string(text: &str) -> Option<(String, &str)> {
    let start = text.find('"')? + 1;
    let body = text.get(start..)?;
    let mut escaped = false;
    let end = body.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    let (raw, after) = match end {
        Some(end) => (body.get(..end)?, body.get(end + 1..)?),
        None => (body, ""),
    };
    // A cut inside an escape leaves something that does not read: then the raw text will do.
    let words = serde_json::from_str(&format!("\"{raw}\"")).unwrap_or_else(|_| raw.to_owned());
    Some((words, after))
}
