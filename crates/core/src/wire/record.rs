//! Structs that read replies leniently.

use std::fmt;

use compact_str::CompactString;
use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

/// Makes a struct of a JSON object's members, all optional (contract 1 and 2.2).
///
/// A field is `name: Type = "memberName"`, or `= "memberName" | "otherSpelling"`, and becomes
/// `pub name: Option<Type>`. The struct gets a last field, `unknown`, that keeps all other members, and
/// `Clone`, `Debug`, `Default`, `PartialEq`, `Serialize` and `Deserialize`:
///
/// - member names match in any case; null is absent; of a member that comes twice the last value counts;
/// - [`Text`](crate::wire::Text) and the identifiers take any scalar, [`Many`](crate::wire::Many) takes one
///   value for an array;
/// - what is absent is not written, and unknown members are written last, as they came.
///
/// ```
/// use apex_mobility_core::domain::SubscriberNumber;
/// use apex_mobility_core::wire::Text;
///
/// apex_mobility_core::record! {
///     /// A line as the list shows it.
///     pub struct ListedLine {
///         /// Its number.
///         pub subscriber_number: SubscriberNumber = "subscriberNumber",
///         /// Its status.
///         pub status: Text = "subscriberNumberStatus" | "status",
///     }
/// }
///
/// let line: ListedLine = serde_json::from_str(r#"{"SubscriberNumber": 2145550101, "status": null, "x": [1]}"#)?;
/// assert_eq!(line.subscriber_number, Some(SubscriberNumber::unchecked("2145550101")));
/// assert_eq!(line.status, None);
/// assert_eq!(line.unknown.get("x"), Some("[1]"));
/// assert_eq!(serde_json::to_string(&line)?, r#"{"subscriberNumber":"2145550101","x":[1]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $(
                $(#[$field_meta:meta])*
                $field_vis:vis $field:ident : $type:ty = $wire:literal $(| $also:literal)*
            ),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        $vis struct $name {
            $(
                $(#[$field_meta])*
                $field_vis $field: ::std::option::Option<$type>,
            )*
            /// Members that the contract does not know, to be read or written again.
            $vis unknown: $crate::wire::UnknownMembers,
        }

        const _: () = {
            use $crate::wire::macro_support;
            use $crate::wire::macro_support::serde;

            /// The number of each field.
            struct __RecordPlaces {
                $($field: usize,)*
            }

            const __RECORD_PLACES: __RecordPlaces = {
                let mut next = 0;
                $(
                    let $field = next;
                    next += 1;
                )*
                let _count = next;
                __RecordPlaces { $($field,)* }
            };

            const __RECORD_NAMES: &[(&str, usize)] = &[
                $(
                    ($wire, __RECORD_PLACES.$field),
                    $(($also, __RECORD_PLACES.$field),)*
                )*
            ];

            struct __RecordMembers;

            impl<'de> serde::de::Visitor<'de> for __RecordMembers {
                type Value = $name;

                fn expecting(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    f.write_str("an object")
                }

                fn visit_map<M>(self, mut map: M) -> ::std::result::Result<$name, M::Error>
                where
                    M: serde::de::MapAccess<'de>,
                {
                    let mut record = $name::default();
                    let mut expected = 0;
                    while let ::std::option::Option::Some(key) = map
                        .next_key_seed(macro_support::KeySeed::new(__RECORD_NAMES, &mut expected))?
                    {
                        match key {
                            $(
                                macro_support::Key::Known(place)
                                    if place == __RECORD_PLACES.$field =>
                                {
                                    if let ::std::option::Option::Some(value) =
                                        map.next_value::<::std::option::Option<$type>>()?
                                    {
                                        record.$field = ::std::option::Option::Some(value);
                                    }
                                }
                            )*
                            other => record.unknown.read_next(other.name(), &mut map)?,
                        }
                    }
                    ::std::result::Result::Ok(record)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D>(deserializer: D) -> ::std::result::Result<Self, D::Error>
                where
                    D: serde::Deserializer<'de>,
                {
                    deserializer.deserialize_map(__RecordMembers)
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S>(&self, serializer: S) -> ::std::result::Result<S::Ok, S::Error>
                where
                    S: serde::Serializer,
                {
                    use serde::ser::SerializeMap;

                    let count = self.unknown.len() $(+ usize::from(self.$field.is_some()))*;
                    let mut map = serializer.serialize_map(::std::option::Option::Some(count))?;
                    $(
                        if let ::std::option::Option::Some(value) = &self.$field {
                            map.serialize_entry($wire, value)?;
                        }
                    )*
                    self.unknown.write(&mut map)?;
                    map.end()
                }
            }
        };
    };
}

/// A member's name, resolved.
#[derive(Debug)]
pub enum Key {
    /// The place of the field it names.
    Known(usize),
    /// A name that no field has.
    Unknown(CompactString),
}

impl Key {
    /// The name of an unknown member.
    pub fn name(&self) -> &str {
        match self {
            Self::Known(_) => "",
            Self::Unknown(name) => name,
        }
    }
}

/// Resolves a member's name: first against the one expected next, as AT&T keeps one order in all objects
/// of a page, then exactly, then in any case.
#[derive(Debug)]
pub struct KeySeed<'a> {
    names: &'static [(&'static str, usize)],
    expected: &'a mut usize,
}

impl<'a> KeySeed<'a> {
    /// A seed for one member; `expected` starts at 0 for each object.
    #[inline]
    pub fn new(names: &'static [(&'static str, usize)], expected: &'a mut usize) -> Self {
        Self { names, expected }
    }

    fn resolve(self, name: &str) -> Key {
        if let Some(place) =
            self.names.get(*self.expected).and_then(|(known, place)| (*known == name).then_some(*place))
        {
            *self.expected += 1;
            return Key::Known(place);
        }
        let exact = self.names.iter().position(|(known, _)| *known == name);
        let found =
            exact.or_else(|| self.names.iter().position(|(known, _)| known.eq_ignore_ascii_case(name)));
        match found.and_then(|at| Some((at, self.names.get(at)?.1))) {
            Some((at, place)) => {
                *self.expected = at + 1;
                Key::Known(place)
            }
            None => Key::Unknown(CompactString::new(name)),
        }
    }
}

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Key;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        Ok(self.resolve(name))
    }
}
