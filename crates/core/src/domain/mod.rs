//! The values that callers pass and AT&T answers, as types (contract 5).
//!
//! Strict on caller input, lenient on read: `parse` normalizes and refuses with an [`InvalidValue`] that
//! says what was given, what is wrong with it and what is allowed; `Deserialize` and `unchecked` keep the
//! text as it came, and `check` tells whether it follows the rules.
//!
//! ```
//! use apex_mobility_core::domain::{Imei, SubscriberNumber};
//!
//! let number = SubscriberNumber::parse("+1 (214) 555-0101")?;
//! assert_eq!(number.as_str(), "2145550101");
//! assert_eq!(format!("{number:?}"), "SubscriberNumber([redacted])");
//!
//! let refused = Imei::parse("8.9E+18").unwrap_err();
//! assert_eq!(
//!     refused.to_string(),
//!     "IMEI \"8.9E+18\" is written in exponent form, as spreadsheets do; \
//!      an IMEI is 15 digits with a valid check digit, for example 001010000000016",
//! );
//! # Ok::<(), apex_mobility_core::domain::InvalidValue>(())
//! ```

mod account;
mod address;
mod batch;
mod code;
mod contact;
mod date;
mod device;
mod digits;
mod identifier;
mod invalid;
mod network;
mod number;
mod person;
mod secret;

pub use account::{AccountName, BillingAccountNumber, FoundationAccountNumber};
pub use address::{Address, State, ZipCode};
pub use batch::{Batch, BatchError, BatchItem};
pub use code::{DeviceReasonCode, OfferingCode, ReasonCode, SingleUserCode};
pub use contact::{EmailAddress, PhoneNumber};
pub use date::Date;
pub use device::{Eid, Iccid, Imei};
pub use invalid::{Fault, InvalidValue};
pub use network::{AccessPointName, StaticIp};
pub use number::{LineNumber, NpaNxx, SubscriberNumber};
pub use person::PersonName;
pub use secret::{LosingAccount, LosingPin, Passcode, VoicemailPin};
