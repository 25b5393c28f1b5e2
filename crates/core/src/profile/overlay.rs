//! Reads a profile's TOML into settings with their lines, and writes settings as TOML.

use toml::de::{DeTable, DeValue};

use super::problem::ProfileProblem;

/// One value that a file or a builder call wants.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) section: String,
    pub(super) key: String,
    pub(super) value: String,
    pub(super) line: Option<usize>,
}

/// The settings of a TOML text in the order of the text, and what is wrong with its form.
pub(super) fn settings(text: &str) -> (Vec<Setting>, Vec<ProfileProblem>) {
    // Spreadsheet and editor exports on Windows open with a byte order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reading = Reading { text, settings: Vec::new(), problems: Vec::new() };
    match DeTable::parse(text) {
        Ok(document) => reading.document(document.get_ref()),
        Err(error) => reading.problems.push(ProfileProblem {
            line: error.span().map(|span| line_of(text, span.start)),
            section: String::new(),
            key: String::new(),
            problem: format!("this is not TOML: {}", error.message().replace('\n', ", ")),
            fix: "see the default profile for the form".to_owned(),
        }),
    }
    reading.settings.sort_by_key(|(start, _)| *start);
    (reading.settings.into_iter().map(|(_, setting)| setting).collect(), reading.problems)
}

struct Reading<'t> {
    text: &'t str,
    /// With the byte where the key stands: the parser sorts by name, people read by place.
    settings: Vec<(usize, Setting)>,
    problems: Vec<ProfileProblem>,
}

impl Reading<'_> {
    fn document(&mut self, document: &DeTable<'_>) {
        for (section, value) in document {
            match value.get_ref() {
                DeValue::Table(table) => self.section(section.get_ref(), "", table),
                other => {
                    let line = line_of(self.text, section.span().start);
                    self.problems.push(ProfileProblem {
                        line: Some(line),
                        section: String::new(),
                        key: section.get_ref().to_string(),
                        problem: format!("a {} stands outside every section", other.type_str()),
                        fix: "put it under a section such as [paths]".to_owned(),
                    });
                }
            }
        }
    }

    /// `list.accounts = ".."` without quotes is a table in TOML: it means the same key here.
    fn section(&mut self, section: &str, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let key = format!("{prefix}{}", name.get_ref());
            let start = name.span().start;
            match value.get_ref() {
                DeValue::Table(inner) => self.section(section, &format!("{key}."), inner),
                DeValue::String(text) => {
                    let setting = Setting {
                        section: section.to_owned(),
                        key,
                        value: text.to_string(),
                        line: Some(line_of(self.text, start)),
                    };
                    self.settings.push((start, setting));
                }
                other => self.not_text(section, key, start, other),
            }
        }
    }

    fn not_text(&mut self, section: &str, key: String, start: usize, value: &DeValue<'_>) {
        self.problems.push(ProfileProblem {
            line: Some(line_of(self.text, start)),
            section: section.to_owned(),
            key,
            problem: format!("the value is a {}", value.type_str()),
            fix: "write it as text in quotes".to_owned(),
        });
    }
}

/// Writes (section, key, value) triples, which come section by section.
pub(super) fn written<'a>(entries: impl Iterator<Item = (&'static str, &'a str, &'a str)>) -> String {
    let mut text = String::new();
    let mut open = "";
    for (section, key, value) in entries {
        if section != open {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("[{section}]\n"));
            open = section;
        }
        text.push_str(&format!("{} = {}\n", key_text(key), quoted(value)));
    }
    text
}

fn key_text(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}
