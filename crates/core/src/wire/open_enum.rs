//! Enums that keep words they do not know.

/// Makes an enum of the words that are known, with `Other` for the rest (contract 1: all enums are open).
///
/// The first spelling of a variant is the one that is written; all are read, in any case.
///
/// ```
/// apex_mobility_core::open_enum! {
///     /// How far a port-in has come.
///     pub enum PortStatus {
///         /// Open.
///         Open = "OP",
///         /// Completed.
///         Completed = "CO" | "Completed",
///     }
/// }
///
/// assert_eq!(PortStatus::from("completed"), PortStatus::Completed);
/// assert_eq!(PortStatus::Completed.as_str(), "CO");
/// assert_eq!(PortStatus::from("XY").as_str(), "XY");
/// ```
#[macro_export]
macro_rules! open_enum {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $(
                $(#[$variant_meta:meta])*
                $variant:ident = $written:literal $(| $also:literal)*
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $(
                $(#[$variant_meta])*
                $variant,
            )*
            /// A word that is not known, as it came.
            Other($crate::wire::Text),
        }

        impl $name {
            /// The word that is written for it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $written,)*
                    Self::Other(text) => text.as_str(),
                }
            }

            /// Whether the word is not one of those that are known.
            pub fn is_other(&self) -> bool {
                matches!(self, Self::Other(_))
            }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(text: &str) -> Self {
                let word = text.trim();
                $(
                    if word.eq_ignore_ascii_case($written) $(|| word.eq_ignore_ascii_case($also))* {
                        return Self::$variant;
                    }
                )*
                Self::Other($crate::wire::Text::from(text))
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok(Self::from(text))
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl $crate::wire::macro_support::serde::Serialize for $name {
            fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
            where
                S: $crate::wire::macro_support::serde::Serializer,
            {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::wire::macro_support::serde::Deserialize<'de> for $name {
            fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
            where
                D: $crate::wire::macro_support::serde::Deserializer<'de>,
            {
                $crate::wire::read_scalar(deserializer, |text| Self::from(text))
            }
        }
    };
}
