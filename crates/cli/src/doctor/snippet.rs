//! The wire profile that makes the client fit the server, as far as that can be told.

use std::collections::BTreeMap;

use super::report::Judgement;

/// TOML with what is to be corrected; nothing where there is nothing.
pub(crate) fn snippet(judgements: &[Judgement]) -> Option<String> {
    let mut sections: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for correction in judgements.iter().flat_map(|judgement| &judgement.corrections) {
        let line = format!("{} = {}  # {}", key(&correction.key), quoted(&correction.value), correction.why);
        let lines = sections.entry(correction.section).or_default();
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let blocks: Vec<_> =
        sections.into_iter().map(|(section, lines)| format!("[{section}]\n{}\n", lines.join("\n"))).collect();
    (!blocks.is_empty()).then(|| blocks.join("\n"))
}

/// Bare where TOML takes it so.
fn key(text: &str) -> String {
    let is_bare = !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_bare { text.to_owned() } else { quoted(text) }
}

/// A string of TOML: JSON's escapes are among its own.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
