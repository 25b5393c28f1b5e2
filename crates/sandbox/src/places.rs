//! Where addresses verify and which numbers are at home there.
//!
//! The table is a data file of the crate (`places.toml`), invented, and can be replaced by
//! [`Places::from_toml`].

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;

const PLACES: &str = include_str!("places.toml");

/// A ZIP in which addresses verify.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Place {
    /// Five digits.
    pub zip: String,
    /// Its city; empty for any.
    pub city: String,
    /// Two letters; empty for any.
    pub state: String,
    /// Area codes that serve it; none when the carrier has no numbers there.
    pub npas: Vec<String>,
}

impl Place {
    /// Whether an address with this city and state verifies here.
    #[must_use]
    pub fn verifies(&self, city: &str, state: &str) -> bool {
        let same = |own: &str, given: &str| own.is_empty() || own.eq_ignore_ascii_case(given.trim());
        same(&self.city, city) && same(&self.state, state)
    }
}

/// A table of places that does not hold together.
#[derive(Debug, thiserror::Error)]
#[error("places: {0}")]
pub struct PlacesError(String);

/// All places. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Places(Arc<Table>);

#[derive(Debug)]
struct Table {
    places: Vec<Place>,
    exchanges: Vec<u16>,
    by_zip: HashMap<u32, usize>,
}

static BUILTIN: LazyLock<Places> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "the file is part of the crate, and a test reads it")]
    Places::from_toml(PLACES).expect("the built-in places are sound")
});

impl Places {
    /// The places that come with the crate.
    #[must_use]
    pub fn builtin() -> Self {
        BUILTIN.clone()
    }

    /// Places of one's own, in the form of the crate's `places.toml`.
    ///
    /// # Errors
    /// When the text does not parse, holds a ZIP twice or a value out of shape, or no place hosts numbers.
    pub fn from_toml(text: &str) -> Result<Self, PlacesError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct File {
            exchanges: Vec<String>,
            places: Vec<Place>,
        }
        let File { exchanges, places } = toml::from_str(text).map_err(|e| PlacesError(e.to_string()))?;
        let wrong = |what: &str| PlacesError(what.to_owned());
        let exchanges = exchanges
            .iter()
            .map(|nxx| three_digits(nxx).ok_or_else(|| wrong("an exchange is three digits")))
            .collect::<Result<Vec<_>, _>>()?;
        if places.iter().any(|p| p.npas.iter().any(|npa| three_digits(npa).is_none())) {
            return Err(wrong("an NPA is three digits"));
        }
        if exchanges.is_empty() || !places.iter().any(|p| !p.npas.is_empty()) {
            return Err(wrong("no place hosts numbers"));
        }
        let mut by_zip = HashMap::with_capacity(places.len());
        for (at, place) in places.iter().enumerate() {
            let problem = |what: &str| PlacesError(format!("entry {}: {what}", at + 1));
            let zip = five_digits(&place.zip).ok_or_else(|| problem("a ZIP is five digits"))?;
            if by_zip.insert(zip, at).is_some() {
                return Err(problem("its ZIP was there before"));
            }
        }
        Ok(Self(Arc::new(Table { places, exchanges, by_zip })))
    }

    /// The place of a ZIP (five digits).
    #[must_use]
    pub fn find(&self, zip: &str) -> Option<&Place> {
        self.of_zip(five_digits(zip)?)
    }

    /// All places.
    #[must_use]
    pub fn all(&self) -> &[Place] {
        &self.0.places
    }

    pub(crate) fn of_zip(&self, zip: u32) -> Option<&Place> {
        self.0.places.get(*self.0.by_zip.get(&zip)?)
    }

    pub(crate) fn exchanges(&self) -> &[u16] {
        &self.0.exchanges
    }
}

pub(crate) fn three_digits(text: &str) -> Option<u16> {
    u16::try_from(crate::digits::fixed(text, 3)?).ok()
}

fn five_digits(text: &str) -> Option<u32> {
    u32::try_from(crate::digits::fixed(text, 5)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_places_are_sound() {
        let places = Places::builtin();
        assert!(places.find("75201").is_some_and(|p| p.city == "Dallas" && p.npas.contains(&"214".into())));
        assert!(places.find("00001").is_some_and(|p| p.npas.is_empty()));
    }

    #[test]
    fn places_that_do_not_hold_together_are_refused() {
        let place = |zip: &str, npas: &str| {
            format!("[[places]]\nzip = \"{zip}\"\ncity = \"\"\nstate = \"\"\nnpas = {npas}\n")
        };
        let table =
            |exchange: &str, places: &[String]| format!("exchanges = [\"{exchange}\"]\n{}", places.concat());
        let good = place("75201", "[\"214\"]");
        assert!(Places::from_toml(&table("555", std::slice::from_ref(&good))).is_ok());
        for (text, problem) in [
            (String::new(), "missing field"),
            (table("555", &[place("00001", "[]")]), "no place hosts numbers"),
            (table("55", std::slice::from_ref(&good)), "an exchange is three digits"),
            (table("555", &[place("75201", "[\"21\"]")]), "an NPA is three digits"),
            (table("555", &[good.clone(), place("7520", "[]")]), "entry 2: a ZIP is five digits"),
            (table("555", &[good.clone(), good.clone()]), "entry 2: its ZIP was there before"),
        ] {
            let told = Places::from_toml(&text).unwrap_err().to_string();
            assert!(told.contains(problem), "{told}");
        }
    }
}
