//! An operation without a socket, under the default wire profile.

use apex_mobility_core::domain::Date;
use apex_mobility_core::{DecodeError, EncodeError, Operation, Wire, WireProfile};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

/// What an operation makes of an answer's body.
///
/// # Errors
/// As [`Operation::decode`].
pub fn read<O: Operation>(operation: &O, body: impl AsRef<[u8]>) -> Result<O::Output, DecodeError> {
    let answer = Response::new(Bytes::copy_from_slice(body.as_ref()));
    operation.decode(&answer, &wire(&WireProfile::default()))
}

/// The request of an operation.
///
/// # Errors
/// As [`Operation::encode`].
pub fn write<O: Operation>(operation: &O) -> Result<Request<Bytes>, EncodeError> {
    operation.encode(&wire(&WireProfile::default()))
}

/// What operations may depend on, for a wire profile, on the day of [`exchange`](crate::exchange).
///
/// # Panics
/// Never: the day is one.
#[must_use]
pub fn wire(profile: &WireProfile) -> Wire<'_> {
    #[expect(clippy::expect_used, reason = "a day of this file")]
    let today = Date::new(2026, 1, 19).expect("a day");
    Wire { profile, today }
}

/// The body of a request.
///
/// # Panics
/// When it is no JSON.
#[must_use]
pub fn body(request: &Request<Bytes>) -> Value {
    #[expect(clippy::expect_used, reason = "for tests, which end where they find something wrong")]
    serde_json::from_slice(request.body()).expect("JSON")
}

/// Whether the rest of the path is one segment, whatever the value in it.
#[must_use]
pub fn is_one_segment(request: &Request<Bytes>, prefix: &str) -> bool {
    let rest = request.uri().path().strip_prefix(prefix);
    rest.is_some_and(|segment| !segment.is_empty() && !segment.contains(['/', '?', '#']))
}
