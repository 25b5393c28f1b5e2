//! Structs that read replies leniently.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Visitor};

/// Makes a struct of a JSON object's members, all optional (contract 1 and 2.2).
///
/// A field is `name: Type = "memberName"`, or `= "memberName" | "otherSpelling"`, and becomes
/// `pub name: Option<Type>`. The struct gets a last field, `unknown`, that keeps all other members, and
/// `Clone`, `Debug`, `Default`, `PartialEq`, `Serialize` and `Deserialize`:
///
/// - member names match in any case; null is absent; of a member that comes twice the last one counts;
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
            use $crate::wire::macro_support::{MemberName, NOWHERE, serde};

            /// The number of each field.
            struct __RecordPlaces {
                $($field: u8,)*
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

            /// The place of a name: exactly, as AT&T writes it most of the time, or else in any case.
            #[inline]
            fn __record_place(name: &str) -> u8 {
                match name {
                    $($wire $(| $also)* => __RECORD_PLACES.$field,)*
                    $(
                        _ if name.eq_ignore_ascii_case($wire)
                            $(|| name.eq_ignore_ascii_case($also))* => __RECORD_PLACES.$field,
                    )*
                    _ => NOWHERE,
                }
            }

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
                    $(let mut $field: ::std::option::Option<$type> = ::std::option::Option::None;)*
                    let mut unknown = $crate::wire::UnknownMembers::default();
                    let mut unknown_name = ::std::string::String::new();
                    while let ::std::option::Option::Some(place) =
                        map.next_key_seed(MemberName::new(__record_place, &mut unknown_name))?
                    {
                        match place {
                            $(
                                _ if place == __RECORD_PLACES.$field => {
                                    $field = map.next_value()?;
                                }
                            )*
                            _ => unknown.read_next(&unknown_name, &mut map)?,
                        }
                    }
                    ::std::result::Result::Ok($name { $($field,)* unknown })
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

/// Reads a member's name as the place of the field it names, or [`NOWHERE`] with the name left in `unknown`.
#[derive(Debug)]
pub struct MemberName<'a, F> {
    place_of: F,
    unknown: &'a mut String,
}

/// The place of a name that no field has.
pub const NOWHERE: u8 = u8::MAX;

impl<'a, F: Fn(&str) -> u8> MemberName<'a, F> {
    /// For one member, by the places of the fields.
    #[inline]
    pub fn new(place_of: F, unknown: &'a mut String) -> Self {
        Self { place_of, unknown }
    }
}

impl<'de, F: Fn(&str) -> u8> DeserializeSeed<'de> for MemberName<'_, F> {
    type Value = u8;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u8, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl<F: Fn(&str) -> u8> Visitor<'_> for MemberName<'_, F> {
    type Value = u8;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<u8, E> {
        let place = (self.place_of)(name);
        if place == NOWHERE {
            name.clone_into(self.unknown);
        }
        Ok(place)
    }
}
