//! Members that the contract does not know.

use std::fmt;

use serde::de::{Deserialize, Error, MapAccess};
use serde::ser::SerializeMap;
use serde_json::value::RawValue;

use crate::redact;

/// Members of a JSON object that its type does not name, in order, to be read or written again.
///
/// A reply can echo the secrets of its request (contract 2.1): a member whose name is that of a secret keeps
/// `"[redacted]"` for its value, at any depth.
///
/// Costs one pointer while empty. `Debug` shows the names and hides the values.
#[derive(Clone, Default)]
pub struct UnknownMembers(Option<Box<Members>>);

type Members = Vec<(Box<str>, Box<RawValue>)>;

impl UnknownMembers {
    /// The JSON text of a member; the name counts in its exact case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find_map(|(member, json)| (member == name).then_some(json))
    }

    /// Names and JSON texts, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.members().iter().map(|(name, json)| (&**name, json.get()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.members().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.members().is_empty()
    }

    fn members(&self) -> &[(Box<str>, Box<RawValue>)] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// Keeps the value that comes next in `map` under `name`.
    #[doc(hidden)]
    #[cold]
    pub fn read_next<'de, M: MapAccess<'de>>(&mut self, name: &str, map: &mut M) -> Result<(), M::Error> {
        let mut value = map.next_value::<Raw>()?.0;
        if let Some(hidden) = redact::member(name, value.get()) {
            value = RawValue::from_string(hidden).map_err(M::Error::custom)?;
        }
        self.0.get_or_insert_default().push((name.into(), value));
        Ok(())
    }

    /// Writes all of them behind the members that are known.
    #[doc(hidden)]
    pub fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        self.members().iter().try_for_each(|(name, json)| map.serialize_entry(name, json))
    }
}

impl PartialEq for UnknownMembers {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for UnknownMembers {}

impl fmt::Debug for UnknownMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

struct Raw(Box<RawValue>);

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self)
    }
}
