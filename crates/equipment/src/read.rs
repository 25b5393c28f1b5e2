//! From TOML text to entries that know where they stand.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use crate::device::Device;
use crate::offering::{Feature, Plan};
use crate::problem::EquipmentProblem;

/// The entries of all files, and what is wrong with the rest.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) devices: Vec<Placed<Device>>,
    pub(crate) plans: Vec<Placed<Plan>>,
    pub(crate) features: Vec<Placed<Feature>>,
    pub(crate) problems: Vec<EquipmentProblem>,
    files: Vec<PathBuf>,
}

/// An entry and where it stands.
#[derive(Debug)]
pub(crate) struct Placed<T> {
    pub(crate) entry: T,
    pub(crate) at: Position,
}

/// A line of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    /// Which of the files; beyond them for text that came from none.
    file: usize,
    line: usize,
}

const SECTIONS: &str = "a table has entries [[devices]], [[plans]] and [[features]]";
const DEVICE: &str = "a device has tac, brand, model, technology (\"5G\" or \"LTE\"), plastic_sim and embedded_sim (true or \
                      false), and may have blocked, os, os_version and share";
const PLAN: &str = "a plan has code, and may have description, needs_5g, binds_in_term and share";
const FEATURE: &str = "a feature has code, and may have description, needs_5g, bars_number_change and share";

/// Problems that are kept: a file of another kind has one per line.
const MOST_PROBLEMS: usize = 20;

impl Reading {
    /// Adds the entries of a text; `file` is where it came from.
    pub(crate) fn add(&mut self, text: &str, file: Option<&Path>) {
        // Editors on Windows open a file with a byte order mark.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.files.extend(file.map(Path::to_owned));
        let lines =
            Lines { file: if file.is_some() { self.files.len() - 1 } else { usize::MAX }, ends: ends(text) };
        let document = match DeTable::parse(text) {
            Ok(document) => document.into_inner(),
            Err(error) => return self.misread(&lines, 0, &error, SECTIONS),
        };
        let mut sections: Vec<_> = document.into_iter().collect();
        sections.sort_by_key(|(name, _)| name.span().start);
        for (name, value) in sections {
            let start = name.span().start;
            let entries = match (name.get_ref().as_ref(), value.into_inner()) {
                ("devices" | "plans" | "features", DeValue::Array(entries)) => entries,
                (section @ ("devices" | "plans" | "features"), _) => {
                    let problem = format!("{section} is not a list; write each entry under [[{section}]]");
                    self.refuse(Some(lines.at(start)), problem, SECTIONS);
                    continue;
                }
                (other, _) => {
                    self.refuse(Some(lines.at(start)), format!("unknown key `{other}`"), SECTIONS);
                    continue;
                }
            };
            for entry in entries {
                self.entry(&lines, name.get_ref().as_ref(), entry);
            }
        }
    }

    fn entry(&mut self, lines: &Lines, section: &str, entry: Spanned<DeValue<'_>>) {
        let start = entry.span().start;
        let at = lines.at(start);
        let from = ValueDeserializer::from(entry);
        let read = match section {
            "devices" => Device::deserialize(from).map(|entry| self.devices.push(Placed { entry, at })),
            "plans" => Plan::deserialize(from).map(|entry| self.plans.push(Placed { entry, at })),
            _ => Feature::deserialize(from).map(|entry| self.features.push(Placed { entry, at })),
        };
        let allowed = match section {
            "devices" => DEVICE,
            "plans" => PLAN,
            _ => FEATURE,
        };
        if let Err(error) = read {
            // Some errors say themselves what is allowed.
            let says =
                ["; ", "expected one of", "expected `"].iter().any(|words| error.message().contains(words));
            self.misread(lines, start, &error, if says { "" } else { allowed });
        }
    }

    fn misread(&mut self, lines: &Lines, start: usize, error: &toml::de::Error, allowed: &str) {
        let at = lines.at(error.span().map_or(start, |span| span.start));
        let message = error.message().replace('\n', ", ");
        self.refuse(Some(at), message, allowed);
    }

    /// Notes a problem.
    pub(crate) fn refuse(&mut self, at: Option<Position>, problem: String, allowed: &str) {
        if self.problems.len() >= MOST_PROBLEMS {
            return;
        }
        let file = at.and_then(|at| self.files.get(at.file)).cloned();
        let line = at.map(|at| at.line);
        self.problems.push(EquipmentProblem { file, line, problem, allowed: allowed.to_owned() });
    }

    /// A position in words, seen from another: `line 3`, or with its file where that is another.
    pub(crate) fn seen_from(&self, at: Position, from: Position) -> String {
        match self.files.get(at.file).filter(|_| at.file != from.file) {
            Some(file) => format!("{}, line {}", file.display(), at.line),
            None => format!("line {}", at.line),
        }
    }
}

/// Where the lines of a text end.
struct Lines {
    file: usize,
    ends: Vec<usize>,
}

impl Lines {
    fn at(&self, byte: usize) -> Position {
        Position { file: self.file, line: self.ends.partition_point(|end| *end < byte) + 1 }
    }
}

fn ends(text: &str) -> Vec<usize> {
    text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect()
}
