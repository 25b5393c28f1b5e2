//! The one shape of every identifier: text, checked by a [`Rule`].

use compact_str::CompactString;

use super::invalid::{InvalidValue, Refusal};

/// What an identifier's type says about its text.
pub(crate) struct Rule {
    pub(crate) what: &'static str,
    pub(crate) allowed: &'static str,
    pub(crate) example: &'static str,
    /// The text in its one normal form, if the rule allows it.
    pub(crate) normalize: fn(&str) -> Result<CompactString, Refusal>,
}

impl Rule {
    pub(crate) fn parse(&self, text: &str) -> Result<CompactString, InvalidValue> {
        (self.normalize)(text).map_err(|refusal| self.refuse(text, refusal))
    }

    pub(crate) fn refuse(&self, text: &str, refusal: Refusal) -> InvalidValue {
        InvalidValue::new(self.what, Some(text), refusal, self.allowed, self.example)
    }
}

/// Makes a newtype over text with strict input and lenient reading.
///
/// `debug: hidden` is for what names a customer, a line or a device; `shown` for catalog codes. `reads:` is
/// a second, wider rule for values that AT&T answers.
macro_rules! identifier {
    (
        $(#[$meta:meta])*
        pub struct $name:ident;
        what: $what:literal,
        allowed: $allowed:literal,
        example: $example:literal,
        normalize: $normalize:path,
        $(reads: $reads:path,)?
        debug: $debug:tt $(,)?
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(compact_str::CompactString);

        impl $name {
            const RULE: $crate::domain::identifier::Rule = $crate::domain::identifier::Rule {
                what: $what,
                allowed: $allowed,
                example: $example,
                normalize: $normalize,
            };

            /// Normalizes the text and holds it to the rules of the type.
            ///
            /// # Errors
            /// [`InvalidValue`](crate::domain::InvalidValue) names the rule that is broken.
            pub fn parse(text: impl AsRef<str>) -> Result<Self, $crate::domain::InvalidValue> {
                Self::RULE.parse(text.as_ref()).map(Self)
            }

            /// Takes the text as it is: for a value that AT&T accepts and the rules here do not.
            pub fn unchecked(text: impl Into<String>) -> Self {
                Self(compact_str::CompactString::from(text.into()))
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether a value that was read, or taken unchecked, follows the rules.
            ///
            /// # Errors
            /// [`InvalidValue`](crate::domain::InvalidValue) names the rule that is broken.
            pub fn check(&self) -> Result<(), $crate::domain::InvalidValue> {
                let reads = $crate::domain::identifier::identifier!(@reads $normalize $(, $reads)?);
                reads(&self.0).map(drop).map_err(|refusal| Self::RULE.refuse(&self.0, refusal))
            }

            /// Whether [`check`](Self::check) finds nothing wrong.
            pub fn is_valid(&self) -> bool {
                self.check().is_ok()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                $crate::domain::identifier::identifier!(@debug $debug, self, f, $name)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::read_scalar(deserializer, |text| Self(compact_str::CompactString::new(text)))
            }
        }
    };
    (@reads $normalize:path) => { $normalize };
    (@reads $normalize:path, $reads:path) => { $reads };
    (@debug hidden, $self:ident, $f:ident, $name:ident) => {
        $f.write_str(concat!(stringify!($name), "([redacted])"))
    };
    (@debug shown, $self:ident, $f:ident, $name:ident) => {
        $f.debug_tuple(stringify!($name)).field(&$self.as_str()).finish()
    };
}

pub(crate) use identifier;
