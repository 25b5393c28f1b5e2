//! Shapes shared by requests and replies of several APIs (contract 3), and lenient reading (contract 2.2).
//!
//! AT&T publishes no wire format, so a reader expects surprises: [`record!`] makes structs that match member
//! names in any case, take null for absent and keep what they do not know; [`open_enum!`] makes enums that
//! keep words they do not know; [`Text`], [`Flag`] and every identifier take any scalar; [`Many`] takes one
//! value for an array of one.

mod characteristics;
mod date;
mod filled;
mod many;
mod open_enum;
mod party;
mod record;
mod renamed;
mod scalar;
mod service;
mod text;
mod unknown;

pub use crate::{open_enum, record};
pub use characteristics::{Characteristic, Characteristics};
pub use date::{DateMeaning, WireDate};
pub use filled::filled;
pub use many::Many;
pub use party::{Reference, RelatedParty};
pub use scalar::{Flag, read_scalar};
pub use service::{Category, Feature, LineStatus, Service, ServiceQualification, ServiceSpecification};
pub use text::{PrivateText, Text};
pub use unknown::UnknownMembers;

/// What the macros of this module expand to. Not for use by hand.
#[doc(hidden)]
pub mod macro_support {
    pub use super::record::{MemberName, NOWHERE};
    pub use serde;
}
