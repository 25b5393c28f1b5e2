//! What came of a write, and what that stands on.

use std::fmt;
use std::time::SystemTime;

use apex_mobility_core::Finding;
use apex_mobility_core::domain::{Date, SubscriberNumber};
use apex_mobility_core::finding::{Doubt, Facts};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What came of a write whose answer was lost, as far as reads can tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
pub enum Verdict {
    /// It took effect.
    Applied {
        /// What that stands on.
        evidence: Evidence,
    },
    /// It had no effect and will have none: it may be sent again.
    NotApplied {
        /// What that stands on.
        evidence: Evidence,
    },
    /// Reads do not tell, or not yet. It must not be sent again blindly.
    Unknown {
        /// Why not.
        why: Why,
        /// Whether a later look is worth while.
        look_again: LookAgain,
        /// What was seen.
        evidence: Evidence,
    },
}

impl Verdict {
    /// What it stands on.
    #[must_use]
    pub fn evidence(&self) -> &Evidence {
        match self {
            Self::Applied { evidence } | Self::NotApplied { evidence } | Self::Unknown { evidence, .. } => {
                evidence
            }
        }
    }

    /// The verdict on a write that nobody looked at.
    pub(crate) fn of_nothing() -> Self {
        let why = Why::ReadsFailed;
        Self::Unknown { why, look_again: LookAgain::Later, evidence: Evidence::default() }
    }

    /// Whether the write took effect.
    #[must_use]
    pub fn is_applied(&self) -> bool {
        matches!(self, Self::Applied { .. })
    }

    /// Whether the write had no effect, so that it may be sent again.
    #[must_use]
    pub fn is_not_applied(&self) -> bool {
        matches!(self, Self::NotApplied { .. })
    }

    /// Whether reads do not tell.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. })
    }

    /// The number that the write gave a line, where it took effect: a change of number, an activation.
    #[must_use]
    pub fn number(&self) -> Option<&SubscriberNumber> {
        self.evidence().number.as_ref()
    }
}

/// In one line, for people.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Applied { .. } => f.write_str("it took effect"),
            Self::NotApplied { .. } => f.write_str("it had no effect: it may be sent again"),
            Self::Unknown { why, look_again, .. } => write!(f, "not known: {why}; {look_again}"),
        }
    }
}

/// Why reads do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Why {
    /// What they show leaves a doubt.
    Doubt(Doubt),
    /// So far it had no effect, but the time to wait was over before it could be said to have none.
    TooEarly,
    /// No look came through in the time to wait.
    ReadsFailed,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Doubt(doubt) => doubt.fmt(f),
            Self::TooEarly => f.write_str("it had no effect so far, and may still be under way"),
            Self::ReadsFailed => f.write_str("no read came through"),
        }
    }
}

/// Whether a later look is worth while.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LookAgain {
    /// At any later time.
    Later,
    /// When this day has come everywhere: from noon (UTC) on.
    From(Date),
    /// No look will tell: a person decides.
    Never,
}

impl LookAgain {
    pub(crate) fn after(why: Why) -> Self {
        match why {
            Why::Doubt(Doubt::DayAhead(day)) => Self::From(day),
            Why::Doubt(doubt) if !doubt.may_pass() => Self::Never,
            Why::Doubt(_) | Why::TooEarly | Why::ReadsFailed => Self::Later,
        }
    }
}

impl fmt::Display for LookAgain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Later => f.write_str("look again later"),
            Self::From(day) => write!(f, "look again from 12:00 UTC on {day}"),
            Self::Never => f.write_str("looking again will not tell"),
        }
    }
}

/// What a verdict stands on. `Debug` hides what names a customer; serialized, all of it is there.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evidence {
    /// Whether it was known how things were before the write. Without, "applied" can mean "so all along".
    pub before_known: bool,
    /// What was seen before the write.
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub before: Facts,
    /// What was seen since, oldest first. Looks that show the same one after another are one sighting.
    pub sightings: Vec<Sighting>,
    /// The number that the write gave a line, where it took effect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<SubscriberNumber>,
}

/// One or more looks that showed the same.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sighting {
    /// When the first of them was.
    #[serde(with = "rfc3339")]
    pub from: SystemTime,
    /// When the last of them was.
    #[serde(with = "rfc3339")]
    pub until: SystemTime,
    /// How many they were.
    pub looks: u32,
    /// What they showed.
    #[serde(flatten)]
    pub what: Sight,
}

/// What a look showed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Sight {
    /// Something.
    Shown {
        /// The values that decide, by name.
        facts: Facts,
        /// What they mean.
        finding: Finding,
    },
    /// The look failed.
    Failed {
        /// The class of the error.
        class: String,
        /// The status of the answer, if there was one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
    },
}

impl Evidence {
    /// Adds a look.
    pub(crate) fn add(&mut self, at: SystemTime, what: Sight) {
        match self.sightings.last_mut().filter(|last| last.what == what) {
            Some(last) => {
                last.until = at;
                last.looks += 1;
            }
            None => self.sightings.push(Sighting { from: at, until: at, looks: 1, what }),
        }
    }

    /// How many looks there were.
    #[must_use]
    pub fn looks(&self) -> u32 {
        self.sightings.iter().map(|sighting| sighting.looks).sum()
    }
}

/// Moments as RFC 3339 text, in UTC.
mod rfc3339 {
    use super::{Deserialize, Deserializer, Serializer, SystemTime, Timestamp, de};

    pub(super) fn serialize<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
        let at = Timestamp::try_from(*at).map_err(serde::ser::Error::custom)?;
        serializer.collect_str(&at)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SystemTime, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<Timestamp>().map(SystemTime::from).map_err(de::Error::custom)
    }
}
