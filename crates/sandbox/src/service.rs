//! The Service resource as replies show it (contract 3).

use std::fmt;

use apex_mobility_core::WireProfile;
use serde::Serialize;

use crate::day::Day;
use crate::digits::Number;
use crate::state::Status;
use crate::variants::{DateStyle, StatusSpelling, Variants};

/// A line in a reply.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Service {
    category: Category,
    href: String,
    name: &'static str,
    status: &'static str,
    subscriber_number: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_specification: Option<Specification>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_characteristic: Option<Vec<Characteristic>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_date: Option<String>,
}

#[derive(Debug, Serialize)]
struct Category {
    id: &'static str,
    name: &'static str,
}

#[derive(Debug, Serialize)]
struct Specification {
    id: &'static str,
    href: &'static str,
}

/// One entry of the bag: values are always text.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Characteristic {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Service {
    /// With its bag and specification.
    pub(crate) fn new(number: Number, status: Status, variants: &Variants, bag: Bag) -> Self {
        let specification = Specification {
            id: "apexMobilityPlan",
            href: "/catalogManagement/serviceSpecification/apexMobilityPlan",
        };
        Self {
            service_specification: Some(specification),
            service_characteristic: Some(bag.0),
            ..Self::short(number, status, variants)
        }
    }

    /// Without bag and specification, as a status change answers it.
    pub(crate) fn short(number: Number, status: Status, variants: &Variants) -> Self {
        Self {
            category: Category { id: "12", name: "Mobility Services" },
            // contract 2: no host, no `/sp`, no version.
            href: format!("/mobility/service/{number}"),
            name: "",
            status: variants.status_spelling.in_status(status),
            subscriber_number: number.to_string(),
            service_specification: None,
            service_characteristic: None,
            effective_date: None,
        }
    }

    /// Says when the change takes effect that this answers.
    pub(crate) fn effective(mut self, date: String) -> Self {
        self.effective_date = Some(date);
        self
    }

    /// Spells the names of the bag as the wire profile wants them.
    pub(crate) fn renamed(mut self, profile: &WireProfile) -> Self {
        rename(self.service_characteristic.as_deref_mut().unwrap_or_default(), profile);
        self
    }
}

pub(crate) fn rename(bag: &mut [Characteristic], profile: &WireProfile) {
    if profile.renames_characteristics() {
        for entry in bag {
            entry.name = profile.characteristic(&entry.name).into_owned();
        }
    }
}

/// A bag being filled, in order. What is absent is left out (contract 4.9).
#[derive(Debug, Default)]
pub(crate) struct Bag(Vec<Characteristic>);

impl Bag {
    pub(crate) fn put(&mut self, name: impl Into<String>, value: impl fmt::Display) {
        self.0.push(Characteristic { name: name.into(), value: value.to_string() });
    }

    pub(crate) fn put_some(&mut self, name: impl Into<String>, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }
}

impl StatusSpelling {
    fn in_status(self, status: Status) -> &'static str {
        match self {
            Self::OneL if status == Status::Cancelled => "Canceled",
            Self::LetterOnly => status.letter(),
            _ => status.word(),
        }
    }

    pub(crate) fn in_bag(self, status: Status) -> &'static str {
        match self {
            Self::WordTwice => status.word(),
            _ => status.letter(),
        }
    }
}

impl DateStyle {
    pub(crate) fn write(self, day: Day) -> String {
        let date = day.date();
        match self {
            Self::DayZ => format!("{date}Z"),
            Self::Rfc3339 => format!("{date}T00:00:00Z"),
            Self::Day => date.to_string(),
        }
    }
}
