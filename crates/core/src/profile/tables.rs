//! The looked-up form of a profile: typed values by key, checked once when the profile is made.

use std::borrow::Cow;

use http::{HeaderName, Method};

use super::check::{self, Checked};
use super::overlay::Setting;
use super::problem::ProfileProblem;

/// The sections, in the order of the default file.
pub(super) const SECTIONS: [&str; 7] =
    ["hosts", "headers", "paths", "methods", "modes", "characteristics", "dates"];

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tables {
    pub(super) hosts: Section<String>,
    /// None where the header is not sent.
    pub(super) headers: Section<Option<HeaderName>>,
    pub(super) paths: Section<String>,
    pub(super) methods: Section<Method>,
    pub(super) modes: Section<String>,
    pub(super) characteristics: Section<String>,
    pub(super) dates: Section<String>,
    pub(super) renamed: Option<Renamed>,
}

impl Tables {
    /// The default: its keys are the keys there are.
    pub(super) fn default_of(settings: &[Setting], problems: &mut Vec<ProfileProblem>) -> Self {
        let mut tables = Self::default();
        for setting in settings {
            match check::value(&setting.section, &setting.key, &setting.value, &setting.value) {
                Ok(checked) => tables.put(&setting.section, &setting.key, checked),
                Err(wrong) => problems.push(wrong.at(setting)),
            }
        }
        tables.renamed = Renamed::of(&tables.characteristics);
        tables
    }

    /// A copy with settings laid over it; `default` says which keys exist and which placeholders they keep.
    pub(super) fn with(
        &self,
        default: &Self,
        settings: &[Setting],
        problems: &mut Vec<ProfileProblem>,
    ) -> Self {
        let mut tables = self.clone();
        let mut changed = Vec::new();
        for setting in settings {
            let Some(default_value) = default.text(&setting.section, &setting.key) else {
                problems.push(check::unknown(default, &setting.section, &setting.key).at(setting));
                continue;
            };
            match check::value(&setting.section, &setting.key, &setting.value, default_value) {
                Ok(checked) => {
                    tables.put(&setting.section, &setting.key, checked);
                    changed.push(setting);
                }
                Err(wrong) => problems.push(wrong.at(setting)),
            }
        }
        check::distinct(&tables, &changed, problems);
        tables.renamed = Renamed::of(&tables.characteristics);
        tables
    }

    fn put(&mut self, section: &str, key: &str, checked: Checked) {
        match (section, checked) {
            ("headers", Checked::Header(name)) => self.headers.put(key, name),
            ("methods", Checked::Method(method)) => self.methods.put(key, method),
            ("hosts", Checked::Text(text)) => self.hosts.put(key, text),
            ("paths", Checked::Text(text)) => self.paths.put(key, text),
            ("modes", Checked::Text(text)) => self.modes.put(key, text),
            ("characteristics", Checked::Text(text)) => self.characteristics.put(key, text),
            ("dates", Checked::Text(text)) => self.dates.put(key, text),
            // `check::value` gives each section its own kind and refuses other sections.
            _ => {}
        }
    }

    /// The date format, unless it is the default's.
    pub(super) fn custom_date_format(&self) -> Option<&str> {
        self.dates.get("request").map(String::as_str).filter(|format| *format != "%Y-%m-%dZ")
    }

    /// All (section, key, value), section by section.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'static str, &str, &str)> {
        SECTIONS.into_iter().flat_map(|section| {
            self.section_entries(section).into_iter().map(move |(key, text)| (section, key, text))
        })
    }

    pub(super) fn text(&self, section: &str, key: &str) -> Option<&str> {
        match section {
            "hosts" => self.hosts.get(key).map(String::as_str),
            "headers" => self.headers.get(key).map(name_of),
            "paths" => self.paths.get(key).map(String::as_str),
            "methods" => self.methods.get(key).map(Method::as_str),
            "modes" => self.modes.get(key).map(String::as_str),
            "characteristics" => self.characteristics.get(key).map(String::as_str),
            "dates" => self.dates.get(key).map(String::as_str),
            _ => None,
        }
    }

    pub(super) fn section_entries(&self, section: &str) -> Vec<(&str, &str)> {
        fn texts(section: &Section<String>) -> Vec<(&str, &str)> {
            section.iter().map(|(key, text)| (key, text.as_str())).collect()
        }
        match section {
            "hosts" => texts(&self.hosts),
            "headers" => self.headers.iter().map(|(key, name)| (key, name_of(name))).collect(),
            "paths" => texts(&self.paths),
            "methods" => self.methods.iter().map(|(key, method)| (key, method.as_str())).collect(),
            "modes" => texts(&self.modes),
            "characteristics" => texts(&self.characteristics),
            "dates" => texts(&self.dates),
            _ => Vec::new(),
        }
    }
}

fn name_of(header: &Option<HeaderName>) -> &str {
    header.as_ref().map_or("", HeaderName::as_str)
}

/// The keys of one section, in the order of the default file.
///
/// No section has more than a few dozen keys: comparing them in a row is cheaper than hashing one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Section<T> {
    entries: Vec<(Box<str>, T)>,
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<T> Section<T> {
    pub(super) fn get(&self, key: &str) -> Option<&T> {
        self.entries.iter().find(|(known, _)| **known == *key).map(|(_, value)| value)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.entries.iter().map(|(key, value)| (&**key, value))
    }

    fn put(&mut self, key: &str, value: T) {
        match self.entries.iter_mut().find(|(known, _)| **known == *key) {
            Some((_, old)) => *old = value,
            None => self.entries.push((key.into(), value)),
        }
    }
}

/// The characteristics whose name is not the default: none, for almost everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Renamed {
    pairs: Vec<Pair>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    default: String,
    wire: String,
}

impl Renamed {
    fn of(characteristics: &Section<String>) -> Option<Self> {
        let pairs: Vec<Pair> = characteristics
            .iter()
            .filter(|(default, wire)| default != wire)
            .map(|(default, wire)| Pair { default: default.to_owned(), wire: wire.clone() })
            .collect();
        (!pairs.is_empty()).then_some(Self { pairs })
    }

    pub(super) fn to_wire<'a>(&'a self, name: &'a str) -> Cow<'a, str> {
        let pairs = self.pairs.iter().map(|pair| (pair.default.as_str(), pair.wire.as_str()));
        translated(pairs, name, |a, b| a == b)
    }

    /// Readers match names in any letter case (contract 2.2).
    pub(super) fn to_default<'a>(&'a self, wire: &'a str) -> Cow<'a, str> {
        let pairs = self.pairs.iter().map(|pair| (pair.wire.as_str(), pair.default.as_str()));
        translated(pairs, wire, str::eq_ignore_ascii_case)
    }
}

fn translated<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    name: &'a str,
    same: impl Fn(&str, &str) -> bool,
) -> Cow<'a, str> {
    for (from, to) in pairs {
        let Some((before, after)) = from.split_once("{n}") else {
            if same(from, name) {
                return Cow::Borrowed(to);
            }
            continue;
        };
        if let Some(number) = number_between(name, before, after, &same) {
            return Cow::Owned(to.replacen("{n}", number, 1));
        }
    }
    Cow::Borrowed(name)
}

/// The digits of `name` between `before` and `after`, if that is all there is.
fn number_between<'a>(
    name: &'a str,
    before: &str,
    after: &str,
    same: &impl Fn(&str, &str) -> bool,
) -> Option<&'a str> {
    let (head, rest) = name.split_at_checked(before.len())?;
    let (number, tail) = rest.split_at_checked(rest.len().checked_sub(after.len())?)?;
    let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (digits && same(head, before) && same(tail, after)).then_some(number)
}
