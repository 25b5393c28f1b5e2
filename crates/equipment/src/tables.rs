//! The tables, indexed, and where they come from.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use apex_mobility_core::domain::Imei;

use crate::device::{Device, eight_digits};
use crate::offering::{Feature, Plan};
use crate::problem::{EquipmentError, EquipmentProblem};
use crate::read::{Placed, Position, Reading};

/// Tables of devices, plans and features. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Equipment(Arc<Tables>);

#[derive(Debug)]
struct Tables {
    source: Source,
    devices: Vec<Device>,
    plans: Vec<Plan>,
    features: Vec<Feature>,
    /// First TAC, last TAC, place in `devices`; in the order of the TACs, which do not overlap.
    by_tac: Vec<(u32, u32, usize)>,
    plan_by_code: HashMap<String, u16>,
    feature_by_code: HashMap<String, u16>,
}

/// Where tables come from. `Display` is a phrase to put behind "by".
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The tables of this crate: invented devices and plans.
    Builtin,
    /// A file or a directory.
    Path(PathBuf),
    /// A text that the program gave.
    Text,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin => f.write_str("the built-in tables (invented devices and plans)"),
            Self::Path(path) => write!(f, "the tables in {}", path.display()),
            Self::Text => f.write_str("the tables given"),
        }
    }
}

static BUILTIN: LazyLock<Equipment> = LazyLock::new(|| {
    let mut reading = Reading::default();
    reading.add(Equipment::BUILTIN_TOML, None);
    #[expect(clippy::expect_used, reason = "the file is part of the crate, and a test reads it")]
    Equipment::of(reading, Source::Builtin).expect("the built-in tables are sound")
});

/// Bytes of one file or directory: far more than a table of every device there is.
const LARGEST: u64 = 64 << 20;

impl Equipment {
    /// The built-in tables as a commented TOML file: a start for one's own.
    pub const BUILTIN_TOML: &'static str = include_str!("builtin.toml");

    /// The built-in tables: the invented devices, plans and features of the sandbox.
    #[must_use]
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// Tables of one's own, in the form of [`BUILTIN_TOML`](Self::BUILTIN_TOML).
    ///
    /// # Errors
    /// Text that is not TOML; an unknown key; an entry that lacks a key or has a value out of shape; a TAC or a
    /// code that two entries have; no entry at all. All problems are reported at once, each with its line.
    pub fn from_toml(text: &str) -> Result<Self, EquipmentError> {
        let mut reading = Reading::default();
        reading.add(text, None);
        Self::of(reading, Source::Text)
    }

    /// Tables from a TOML file, or from all files `*.toml` of a directory together.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml), with the file's name; a file or directory that cannot be read, is
    /// larger than 64 MiB, or is not UTF-8; a directory without such a file.
    pub fn from_path(path: impl AsRef<Path>) -> Result<Self, EquipmentError> {
        let path = path.as_ref();
        let mut reading = Reading::default();
        let mut left = LARGEST;
        for file in files(path)? {
            let text = read(&file, left)?;
            left = left.saturating_sub(text.len() as u64);
            reading.add(&text, Some(&file));
        }
        Self::of(reading, Source::Path(path.to_owned()))
    }

    fn of(mut reading: Reading, source: Source) -> Result<Self, EquipmentError> {
        let by_tac = by_tac(&mut reading);
        let plans: Vec<_> = reading.plans.iter().map(|plan| (plan.entry.code.clone(), plan.at)).collect();
        let plan_by_code = by_code(&mut reading, "plan", plans);
        let features: Vec<_> =
            reading.features.iter().map(|feature| (feature.entry.code.clone(), feature.at)).collect();
        let feature_by_code = by_code(&mut reading, "feature", features);
        if reading.problems.is_empty()
            && by_tac.is_empty()
            && plan_by_code.is_empty()
            && feature_by_code.is_empty()
        {
            let file = if let Source::Path(path) = &source { Some(path.clone()) } else { None };
            let problem = "there is no device, plan or feature in it".to_owned();
            let allowed = "a table has entries [[devices]], [[plans]] and [[features]]".to_owned();
            return Err(EquipmentError::new(vec![EquipmentProblem { file, line: None, problem, allowed }]));
        }
        if !reading.problems.is_empty() {
            return Err(EquipmentError::new(reading.problems));
        }
        Ok(Self(Arc::new(Tables {
            source,
            by_tac,
            plan_by_code,
            feature_by_code,
            devices: entries(reading.devices),
            plans: entries(reading.plans),
            features: entries(reading.features),
        })))
    }

    /// Where the tables come from.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.0.source
    }

    /// Whether these are the invented tables of this crate: what they say binds nobody.
    #[must_use]
    pub fn is_builtin(&self) -> bool {
        self.0.source == Source::Builtin
    }

    /// The device an IMEI belongs to, if the tables have its TAC.
    #[must_use]
    pub fn device_for(&self, imei: &Imei) -> Option<&Device> {
        self.device_of_tac(eight_digits(imei.type_allocation_code()?)?)
    }

    /// The device of a TAC, taken as a number.
    #[must_use]
    pub fn device_of_tac(&self, tac: u32) -> Option<&Device> {
        let at = self.0.by_tac.partition_point(|(first, _, _)| *first <= tac).checked_sub(1)?;
        let (_, _, device) = self.0.by_tac.get(at).filter(|(_, last, _)| tac <= *last)?;
        self.0.devices.get(*device)
    }

    /// The plan of a single user code.
    #[must_use]
    pub fn plan(&self, code: &str) -> Option<&Plan> {
        self.plan_at(self.plan_index(code)?)
    }

    /// The feature of an offering code.
    #[must_use]
    pub fn feature(&self, code: &str) -> Option<&Feature> {
        self.feature_at(self.feature_index(code)?)
    }

    /// All devices.
    #[must_use]
    pub fn devices(&self) -> &[Device] {
        &self.0.devices
    }

    /// All plans.
    #[must_use]
    pub fn plans(&self) -> &[Plan] {
        &self.0.plans
    }

    /// All features.
    #[must_use]
    pub fn features(&self) -> &[Feature] {
        &self.0.features
    }

    /// Where a plan stands in [`plans`](Self::plans): smaller to keep than its code, for as long as the tables
    /// are the same.
    #[must_use]
    pub fn plan_index(&self, code: &str) -> Option<u16> {
        self.0.plan_by_code.get(code).copied()
    }

    /// The plan at a place.
    #[must_use]
    pub fn plan_at(&self, index: u16) -> Option<&Plan> {
        self.0.plans.get(usize::from(index))
    }

    /// Where a feature stands in [`features`](Self::features).
    #[must_use]
    pub fn feature_index(&self, code: &str) -> Option<u16> {
        self.0.feature_by_code.get(code).copied()
    }

    /// The feature at a place.
    #[must_use]
    pub fn feature_at(&self, index: u16) -> Option<&Feature> {
        self.0.features.get(usize::from(index))
    }
}

fn entries<T>(placed: Vec<Placed<T>>) -> Vec<T> {
    placed.into_iter().map(|placed| placed.entry).collect()
}

/// The TACs in their order; notes those that two entries have, and devices that take no SIM at all.
fn by_tac(reading: &mut Reading) -> Vec<(u32, u32, usize)> {
    let mut ranges = Vec::new();
    let mut without_sim = Vec::new();
    for (place, device) in reading.devices.iter().enumerate() {
        ranges.extend(device.entry.tacs.iter().map(|tac| (*tac, place, device.at)));
        if !device.entry.plastic_sim && !device.entry.embedded_sim {
            without_sim.push(device.at);
        }
    }
    for at in without_sim {
        let problem = "the device takes no SIM at all".to_owned();
        reading.refuse(Some(at), problem, "plastic_sim or embedded_sim is true, or both");
    }
    ranges.sort_by_key(|(tac, _, _)| (tac.first(), tac.last()));
    // The range that reaches highest so far: a later one may lie inside an earlier.
    let mut highest: Option<(crate::TacRange, Position)> = None;
    for (tac, _, at) in &ranges {
        if let Some((other, before)) = highest.filter(|(other, _)| tac.first() <= other.last()) {
            let problem =
                format!("TAC {tac} overlaps with TAC {other} of {}", reading.seen_from(before, *at));
            reading.refuse(Some(*at), problem, "each TAC belongs to one device");
        }
        if highest.is_none_or(|(other, _)| other.last() < tac.last()) {
            highest = Some((*tac, *at));
        }
    }
    ranges.into_iter().map(|(tac, place, _)| (tac.first(), tac.last(), place)).collect()
}

/// The codes with their places; notes those that come twice.
fn by_code(reading: &mut Reading, what: &str, codes: Vec<(String, Position)>) -> HashMap<String, u16> {
    let mut found = HashMap::with_capacity(codes.len());
    let mut first_at = HashMap::with_capacity(codes.len());
    for (place, (code, at)) in codes.into_iter().enumerate() {
        let Ok(place) = u16::try_from(place) else {
            reading.refuse(Some(at), format!("there are more than 65536 {what}s"), "take out some");
            break;
        };
        if let Some(before) = first_at.insert(code.clone(), at) {
            let problem = format!("{what} {code} was there before, on {}", reading.seen_from(before, at));
            reading.refuse(Some(at), problem, "each code stands once");
        }
        found.insert(code, place);
    }
    found
}

/// The files that a path stands for.
fn files(path: &Path) -> Result<Vec<PathBuf>, EquipmentError> {
    let unreadable = |error: &std::io::Error| refuse(path, &format!("cannot be read: {error}"));
    if !fs::metadata(path).map_err(|error| unreadable(&error))?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|error| unreadable(&error))? {
        let file = entry.map_err(|error| unreadable(&error))?.path();
        if file.extension().is_some_and(|extension| extension == "toml") {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() { Err(refuse(path, "no file *.toml in it")) } else { Ok(files) }
}

fn read(file: &Path, most: u64) -> Result<String, EquipmentError> {
    let mut bytes = Vec::new();
    let open = File::open(file).and_then(|open| open.take(most + 1).read_to_end(&mut bytes));
    open.map_err(|error| refuse(file, &format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > most {
        return Err(refuse(file, "too large: tables have at most 64 MiB"));
    }
    String::from_utf8(bytes).map_err(|_| refuse(file, "not text in UTF-8"))
}

fn refuse(file: &Path, problem: &str) -> EquipmentError {
    EquipmentError::new(vec![EquipmentProblem {
        file: Some(file.to_owned()),
        line: None,
        problem: problem.to_owned(),
        allowed: "name a TOML file, or a directory of them".to_owned(),
    }])
}
