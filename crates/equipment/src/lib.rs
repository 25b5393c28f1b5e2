//! Which plan works on which device, asked offline.
//!
//! AT&T's overview of the Mobility APIs speaks of looking up an equipment catalog and lists no API for it. So the
//! catalog is a table that a user brings: devices by TAC with what they can do, plans and features with what
//! they fit. [`Equipment`] holds the tables, and [`Equipment::check`] answers from them alone.
//!
//! ```
//! use apex_mobility_core::domain::{Imei, SingleUserCode};
//! use apex_mobility_equipment::{Combination, Equipment, SimKind, Verdict};
//!
//! let tables = Equipment::from_toml(
//!     r#"
//!     [[devices]]
//!     tac = "00101003"
//!     brand = "Example"
//!     model = "Classic LTE"
//!     technology = "LTE"
//!     plastic_sim = true
//!     embedded_sim = false
//!
//!     [[plans]]
//!     code = "APXPLAN02"
//!     needs_5g = true
//!     "#,
//! )?;
//! let classic = Combination::new(Imei::parse("001010030000010")?)
//!     .plan(SingleUserCode::parse("APXPLAN02")?)
//!     .sim(SimKind::Plastic);
//! let answer = tables.check(&classic);
//! assert_eq!(answer.verdict(), Verdict::DoesNotFit);
//! assert_eq!(answer.misfits()[0].to_string(), "plan APXPLAN02 is for 5G devices only");
//!
//! // A device that the tables do not have is no misfit: nobody knows.
//! let unheard_of = Combination::new(Imei::parse("001010990000018")?);
//! assert_eq!(tables.check(&unheard_of).verdict(), Verdict::NotInTables);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Which tables
//!
//! [`Equipment::builtin`] has the invented devices and plans of the sandbox. [`Equipment::from_path`] reads a file
//! or a directory of one's own, in the form of [`Equipment::BUILTIN_TOML`]; it replaces the built-in tables as
//! a whole. [`Equipment::source`] says which tables answer.
//!
//! # Why a crate of its own
//!
//! The command line looks before it sends, a program may do the same, and the sandbox refuses what does not fit.
//! All three must read a column of the tables in the same way, so the tables and the one function that reads
//! them stand below all three, on the core crate's identifiers alone. Nothing here knows a path, a header or a
//! body: how a question goes over the wire stays in the API crates, and how it is refused in the sandbox.
//!
//! Evidence: that a plan can be refused for a device is likely, device restrictions are confirmed (contract 4.7,
//! 4.8); the columns and every entry of the built-in tables are inferred.

mod device;
mod fit;
mod offering;
mod problem;
mod read;
mod tables;

pub use device::{Device, TacRange, Technology};
pub use fit::{Answer, Combination, Misfit, NotInTables, SimKind, Verdict};
pub use offering::{Feature, Plan};
pub use problem::{EquipmentError, EquipmentProblem};
pub use tables::{Equipment, Source};

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
