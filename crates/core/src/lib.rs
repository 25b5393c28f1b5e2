//! Transport, auth, retry and errors for the AT&T APEX Mobility APIs.
//!
//! This crate knows no API: each API is a crate of its own on top of it.

mod call;
mod call_type;
pub mod catalog;
mod client;
pub mod clock;
mod credentials;
pub mod domain;
mod error;
pub mod error_body;
pub mod finding;
mod governor;
mod operation;
pub mod paging;
pub mod polling;
pub mod profile;
pub mod redact;
mod response;
pub mod retry;
pub mod transport;
mod verdict;
pub mod wire;

pub use {bytes, http};

pub use call::{Call, CallOptions, IntoCall};
pub use client::{
    BASE_URL_VARIABLE, Client, ClientBuilder, Deadlines, KILL_SWITCH_VARIABLE, Timeouts,
    WIRE_PROFILE_VARIABLE,
};
pub use credentials::{AppCredentials, CredentialsError, CredentialsProvider};
pub use domain::{
    AccessPointName, BillingAccountNumber, Date, Eid, FoundationAccountNumber, Iccid, Imei, InvalidValue,
    LineNumber, NpaNxx, OfferingCode, ReasonCode, SingleUserCode, State, StaticIp, SubscriberNumber, ZipCode,
};
pub use error::{Error, ErrorKind, GaveUp};
pub use finding::{Finding, Traceable};
pub use governor::{BreakerState, KillSwitch, Limits, Lot, Pace, SharedPace, SharedRate, SharedTurn};
pub use operation::{
    DecodeError, EncodeError, Operation, RequestWriter, Wire, decode_json, decode_json_or_empty,
    decode_written,
};
pub use paging::{Items, Page, PageHeaders, PageToken, PagedOperation, Pages};
pub use polling::{Handle, Job, Poller, Progress, Schedule, Settled, StillPending};
pub use profile::WireProfile;
pub use response::{Meta, Response};
pub use retry::{Effect, Safety};
