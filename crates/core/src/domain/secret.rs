//! Values that open an account. Zeroized when dropped, never printed, written only where asked for.

use secrecy::{ExposeSecret, SecretString};

use super::invalid::{Fault, InvalidValue, Refusal};

/// Makes a newtype over text that neither prints nor serializes by accident.
macro_rules! secret {
    (
        $(#[$meta:meta])*
        pub struct $name:ident;
        what: $what:literal,
        allowed: $allowed:literal,
        example: $example:literal,
        normalize: $normalize:path $(,)?
    ) => {
        $(#[$meta])*
        ///
        /// There is no `Display` and no `Serialize`; [`expose`](Self::expose) and
        /// [`serialize_exposed`](Self::serialize_exposed) say what they do. `Debug` prints `[redacted]`.
        #[derive(Clone)]
        pub struct $name(SecretString);

        impl $name {
            /// Normalizes the text and holds it to the rules of the type.
            ///
            /// # Errors
            /// [`InvalidValue`] names the rule that is broken and keeps no part of the text.
            pub fn parse(text: impl AsRef<str>) -> Result<Self, InvalidValue> {
                match $normalize(text.as_ref()) {
                    Ok(text) => Ok(Self(SecretString::from(text))),
                    Err(refusal) => Err(Self::refuse(refusal)),
                }
            }

            /// Takes the text as it is.
            pub fn unchecked(text: impl Into<String>) -> Self {
                Self(SecretString::from(text.into()))
            }

            /// The text, in the open.
            pub fn expose(&self) -> &str {
                self.0.expose_secret()
            }

            /// Whether a value that was read, or taken unchecked, follows the rules.
            ///
            /// # Errors
            /// [`InvalidValue`] names the rule that is broken and keeps no part of the text.
            pub fn check(&self) -> Result<(), InvalidValue> {
                $normalize(self.expose()).map(drop).map_err(Self::refuse)
            }

            /// Whether [`check`](Self::check) finds nothing wrong.
            pub fn is_valid(&self) -> bool {
                self.check().is_ok()
            }

            /// For `#[serde(serialize_with = "...")]` on the request member that carries it.
            ///
            /// # Errors
            /// Those of the serializer.
            pub fn serialize_exposed<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.expose())
            }

            fn refuse(refusal: Refusal) -> InvalidValue {
                InvalidValue::new($what, None, refusal, $allowed, $example)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "([redacted])"))
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.expose() == other.expose()
            }
        }

        impl Eq for $name {}

        impl std::str::FromStr for $name {
            type Err = InvalidValue;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::wire::read_scalar(deserializer, |text| Self::unchecked(text))
            }
        }
    };
}

secret! {
    /// The new PIN of a mailbox. Contract 5, likely.
    pub struct VoicemailPin;
    what: "voicemail PIN",
    allowed: "a voicemail PIN is 4 to 12 digits",
    example: "246810",
    normalize: voicemail_pin,
}

secret! {
    /// The customer's account number at the carrier the number comes from. Contract 5, inferred.
    pub struct LosingAccount;
    what: "account at the losing carrier",
    allowed: "an account number at the losing carrier is 1 to 40 characters",
    example: "OLD-1",
    normalize: losing_account,
}

secret! {
    /// The PIN or password of that account, where it has one. Contract 5, inferred.
    pub struct LosingPin;
    what: "PIN at the losing carrier",
    allowed: "a PIN at the losing carrier is 4 to 15 characters, or left out",
    example: "000000",
    normalize: losing_pin,
}

secret! {
    /// The passcode of a billing account, write-only (contract 4.4). The contract gives it no form, so
    /// only an empty one and control characters are refused: inferred.
    pub struct Passcode;
    what: "passcode",
    allowed: "a passcode is 1 to 40 characters",
    example: "000000",
    normalize: losing_account,
}

// A PIN is typed on a dial pad: a space in it is a mistake, not a separator.
fn voicemail_pin(text: &str) -> Result<String, Refusal> {
    if text.is_empty() {
        return Err(Refusal::empty());
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new(Fault::Character, "contains a character that is not a digit"));
    }
    check_length(text, 4, 12)?;
    Ok(text.to_owned())
}

fn losing_account(text: &str) -> Result<String, Refusal> {
    printable(text, 1, 40)
}

fn losing_pin(text: &str) -> Result<String, Refusal> {
    printable(text, 4, 15)
}

fn printable(text: &str, least: usize, most: usize) -> Result<String, Refusal> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(Refusal::empty());
    }
    if trimmed.chars().any(char::is_control) {
        return Err(Refusal::new(Fault::Character, "contains a control character"));
    }
    check_length(trimmed, least, most)?;
    Ok(trimmed.to_owned())
}

fn check_length(text: &str, least: usize, most: usize) -> Result<(), Refusal> {
    let length = text.chars().count();
    if length < least {
        Err(Refusal::new(Fault::Length, "is too short"))
    } else if length > most {
        Err(Refusal::new(Fault::Length, "is too long"))
    } else {
        Ok(())
    }
}
