//! Reading any JSON scalar as text (contract 2.2, inferred).

use std::fmt;
use std::marker::PhantomData;

use compact_str::{CompactString, ToCompactString, format_compact};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};

/// Hands the text of any scalar to `read`: a string as it is, a number or a bool as JSON writes it.
///
/// A number too large to be exact comes in exponent form, which no identifier accepts: better refused than
/// taken for another line's.
///
/// # Errors
/// Those of the deserializer, among them an array, an object or a null.
pub fn read_scalar<'de, D, T>(deserializer: D, read: impl FnOnce(&str) -> T) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(ScalarVisitor { read, made: PhantomData })
}

struct ScalarVisitor<F, T> {
    read: F,
    made: PhantomData<T>,
}

impl<F: FnOnce(&str) -> T, T> Visitor<'_> for ScalarVisitor<F, T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number or a bool")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok((self.read)(text))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        Ok((self.read)(if value { "true" } else { "false" }))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        Ok((self.read)(&value.to_compact_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        Ok((self.read)(&value.to_compact_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        Ok((self.read)(&number_text(value)))
    }
}

/// From here on a 64-bit float skips integers.
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

fn number_text(value: f64) -> CompactString {
    if value.abs() < EXACT_BELOW { value.to_compact_string() } else { format_compact!("{value:E}") }
}

/// A yes or no. Reads a bool, `true`, `Y`, `yes`, `1` and their opposites in any case; writes `Y` or `N`
/// (contract 4.10, inferred). Any other text is neither, and kept.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Flag(CompactString);

impl Flag {
    /// The answer, if the text is one.
    pub fn as_bool(&self) -> Option<bool> {
        let is = |words: &[&str]| words.iter().any(|word| self.0.trim().eq_ignore_ascii_case(word));
        if is(&["y", "yes", "true", "t", "1"]) {
            Some(true)
        } else if is(&["n", "no", "false", "f", "0"]) {
            Some(false)
        } else {
            None
        }
    }

    /// Whether the answer is yes.
    pub fn is_yes(&self) -> bool {
        self.as_bool() == Some(true)
    }

    /// The text as it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<bool> for Flag {
    fn from(value: bool) -> Self {
        Self(CompactString::const_new(if value { "Y" } else { "N" }))
    }
}

impl From<&str> for Flag {
    fn from(text: &str) -> Self {
        Self(CompactString::new(text))
    }
}

impl fmt::Debug for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Flag").field(&self.as_str()).finish()
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_scalar(deserializer, |text| Self(CompactString::new(text)))
    }
}

impl Serialize for Flag {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}
