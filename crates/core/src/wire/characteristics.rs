//! The bag of named values in requests and replies (contract 2.2, 3).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::many::Many;
use super::record;
use super::text::{PrivateText, Text};

/// An ordered list of names and texts. Names may repeat, and count in their exact case when written;
/// readers match them in any case.
///
/// ```
/// use apex_mobility_core::wire::Characteristics;
///
/// let mut bag = Characteristics::new();
/// bag.push("addOfferingCode", "SOC1");
/// bag.push("addOfferingCode", "SOC2");
/// assert_eq!(bag.get("ADDOFFERINGCODE"), Some("SOC1"));
/// assert_eq!(bag.get_all("addOfferingCode").count(), 2);
/// ```
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Characteristics(pub(super) Many<Characteristic>);

record! {
    /// One named value.
    pub struct Characteristic {
        /// The name.
        pub name: Text = "name",
        /// The value; absent where AT&T writes null.
        pub value: PrivateText = "value",
    }
}

impl Characteristics {
    /// An empty bag.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value at the end.
    pub fn push(&mut self, name: impl AsRef<str>, value: impl AsRef<str>) {
        let mut all = std::mem::take(&mut self.0).into_vec();
        all.push(Characteristic {
            name: Some(Text::from(name.as_ref())),
            value: Some(PrivateText::from(value.as_ref())),
            ..Characteristic::default()
        });
        self.0 = Many::from(all);
    }

    /// The first value of that name, in any case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name).next()
    }

    /// All values of that name, in any case, in order.
    pub fn get_all<'a, 'n>(&'a self, name: &'n str) -> impl Iterator<Item = &'a str> + use<'a, 'n> {
        self.iter().filter_map(move |(known, value)| known.eq_ignore_ascii_case(name).then_some(value))
    }

    /// Names and values, in order, without those whose value is null.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|one| Some((one.name.as_deref()?, one.value.as_deref()?)))
    }

    /// How many there are, null ones included.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Characteristics {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let one = |(name, value): (N, V)| Characteristic {
            name: Some(Text::from(name.as_ref())),
            value: Some(PrivateText::from(value.as_ref())),
            ..Characteristic::default()
        };
        Self(pairs.into_iter().map(one).collect())
    }
}

impl<'de> Deserialize<'de> for Characteristics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Many::deserialize(deserializer).map(Self)
    }
}

/// Shows names, and the values of those that name no customer, line or device.
impl fmt::Debug for Characteristics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |name: &str, value| if is_public(name) { value } else { "[redacted]" };
        f.debug_map().entries(self.iter().map(|(name, value)| (name, shown(name, value)))).finish()
    }
}

fn is_public(name: &str) -> bool {
    const PUBLIC: &[&str] = &[
        "subscriberStatus",
        "statusEffectiveDate",
        "statusReasonCode",
        "singleUserCode",
        "offeringCode",
        "addOfferingCode",
        "removeOfferingCode",
        "effectiveDate",
        "expirationDate",
    ];
    let base = name.trim_end_matches(|c: char| c.is_ascii_digit());
    PUBLIC.iter().any(|public| public.eq_ignore_ascii_case(base))
}
