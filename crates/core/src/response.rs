//! A success, with what is known about how it came about.

use std::time::Duration;

use http::{HeaderMap, StatusCode};

/// A value and the answer that it came in.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Response<T> {
    /// What was asked for.
    pub value: T,
    /// How it came.
    pub meta: Meta,
}

/// What is known about an answer.
#[derive(Clone)]
#[non_exhaustive]
pub struct Meta {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// The id sent as `x-trace-id`, one per logical operation.
    pub trace_id: String,
    /// How many requests were sent.
    pub attempts: u32,
    /// From the call to the answer, waits included.
    pub elapsed: Duration,
}

/// Headers can echo what was sent, so they are not shown.
impl std::fmt::Debug for Meta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Meta")
            .field("status", &self.status)
            .field("trace_id", &self.trace_id)
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

impl<T> Response<T> {
    /// The same answer with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Response<U> {
        Response { value: change(self.value), meta: self.meta }
    }
}
