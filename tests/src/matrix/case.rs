//! One case of the matrix, and all of them.

use std::fmt;
use std::str::FromStr;

use apex_mobility_sandbox::{Sandbox, Variants};

use super::disturbance::Disturbance;
use super::touch;
use super::writes::{self, Write};

/// One write, under one disturbance, one variant, one seed. Its text is its name.
#[derive(Clone, Copy)]
pub struct Case {
    pub(super) write: &'static Write,
    pub(super) disturbance: Disturbance,
    pub(super) variant: Variant,
    pub(super) seed: u64,
}

/// How the carrier differs from what contract 7 takes for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Not at all.
    Usual,
    /// In one respect.
    One(&'static str, &'static str),
    /// In all respects that touch the write, each drawn by the seed.
    Mixed,
}

impl Case {
    /// All cases with as many seeds, writes first.
    #[must_use]
    pub fn all(seeds: u64) -> Vec<Self> {
        let mut cases = Vec::new();
        for write in writes::all() {
            for variant in Variant::of(write) {
                for disturbance in Disturbance::ALL.into_iter().filter(|one| variant.is_seen_under(*one)) {
                    cases.extend((1..=seeds).map(|seed| Self { write, disturbance, variant, seed }));
                }
            }
        }
        cases
    }

    /// A part of all cases, drawn by a seed: each write under each disturbance, with any of the variants that
    /// touch it.
    #[must_use]
    pub fn sample(seed: u64) -> Vec<Self> {
        let mut dice = mix(seed);
        let mut draw = |below: usize| {
            dice = mix(dice);
            usize::try_from(dice >> 32).unwrap() % below
        };
        let mut cases = Vec::new();
        for write in writes::all() {
            let variants = Variant::of(write);
            for disturbance in Disturbance::ALL {
                let seen: Vec<_> = variants.iter().filter(|one| one.is_seen_under(disturbance)).collect();
                let (variant, seed) = (*seen[draw(seen.len())], draw(1000) as u64);
                cases.push(Self { write, disturbance, variant, seed });
            }
        }
        cases
    }
}

impl Variant {
    fn of(write: &Write) -> Vec<Self> {
        let single = touch::alternatives(write).map(|(flag, value)| Self::One(flag, value));
        [Self::Usual].into_iter().chain(single).chain([Self::Mixed]).collect()
    }

    /// How calls are throttled is seen under a limit alone.
    fn is_seen_under(self, disturbance: Disturbance) -> bool {
        !matches!(self, Self::One("throttle_style", _)) || disturbance.limits()
    }

    /// Whether every request is refused for its trace headers.
    pub(super) fn refuses_all(self) -> bool {
        self == Self::One("trace_headers", "refused")
    }

    /// Sets the sandbox's flags.
    pub(super) fn set(self, sandbox: &Sandbox, case: &Case) {
        match self {
            Self::Usual => {}
            Self::One(flag, value) => sandbox.set_variant(flag, value).unwrap(),
            Self::Mixed => {
                let mut dice = case.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ hash(case.write.name);
                for (flag, values) in Variants::choices() {
                    dice = mix(dice);
                    let value = values[usize::try_from(dice >> 32).unwrap() % values.len()];
                    if touch::touches(flag, case.write) && (flag, value) != ("trace_headers", "refused") {
                        sandbox.set_variant(flag, value).unwrap();
                    }
                }
            }
        }
    }
}

/// FNV-1a: the same on every machine.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
    })
}

/// The next of a row of well-mixed numbers (`SplitMix64`).
pub(super) fn mix(state: u64) -> u64 {
    let next = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let next = (next ^ (next >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let next = (next ^ (next >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    next ^ (next >> 31)
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usual => f.write_str("usual"),
            Self::One(flag, value) => write!(f, "{flag}={value}"),
            Self::Mixed => f.write_str("mixed"),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.write.name, self.disturbance, self.variant, self.seed)
    }
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Case({self})")
    }
}

/// A name that names no case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoSuchCase(String);

impl fmt::Display for NoSuchCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoSuchCase {}

impl FromStr for Case {
    type Err = NoSuchCase;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let none = |what: &str, allowed: Vec<String>| {
            NoSuchCase(format!("`{text}`: there is no such {what}; there are: {}", allowed.join(", ")))
        };
        let parts: Vec<_> = text.split('/').collect();
        let [write, disturbance, variant, seed] = parts[..] else {
            let form = "a case is named write/disturbance/variant/seed, for example suspend/F2/usual/1";
            return Err(NoSuchCase(format!("`{text}`: {form}")));
        };
        let write = writes::named(write)
            .ok_or_else(|| none("write", writes::all().map(|write| write.name.to_owned()).collect()))?;
        let disturbance = Disturbance::ALL.into_iter().find(|one| one.to_string() == disturbance);
        let disturbance = disturbance
            .ok_or_else(|| none("disturbance", Disturbance::ALL.iter().map(ToString::to_string).collect()))?;
        let variants = Variant::of(write);
        let variant = variants.iter().copied().find(|one| one.to_string() == variant);
        let variant = variant.ok_or_else(|| {
            none("variant of that write", variants.iter().map(ToString::to_string).collect())
        })?;
        let seed = seed.parse().map_err(|_| none("seed", vec!["whole numbers from 0".to_owned()]))?;
        Ok(Self { write, disturbance, variant, seed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_has_a_name_of_its_own_that_leads_back_to_it() {
        let mut names = std::collections::HashSet::new();
        for case in Case::all(1) {
            let name = case.to_string();
            assert_eq!(name.parse::<Case>().unwrap().to_string(), name);
            assert!(names.insert(name.clone()), "{name} twice");
        }
    }

    #[test]
    fn a_sample_has_every_write_every_disturbance_and_every_variant() {
        let names = |cases: Vec<Case>, part: usize| -> std::collections::BTreeSet<String> {
            cases.iter().map(|case| case.to_string().split('/').nth(part).unwrap().to_owned()).collect()
        };
        for part in 0..3 {
            assert_eq!(names(Case::sample(1), part), names(Case::all(1), part));
        }
    }

    #[test]
    fn what_names_no_case_says_what_there_is() {
        for (name, there_is) in [
            ("suspend", "write/disturbance/variant/seed"),
            ("sell/F2/usual/1", "suspend"),
            ("suspend/F11/usual/1", "F10"),
            ("suspend/F2/port_dn=delayed/1", "date_style=day"),
            ("suspend/F2/usual/one", "whole numbers"),
        ] {
            let error = name.parse::<Case>().unwrap_err().to_string();
            assert!(error.contains(there_is), "{name}: {error}");
        }
    }
}
