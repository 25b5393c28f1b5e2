//! Between client and sandbox: counts the writes that arrive, and springs what is to go wrong with the first.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use apex_mobility::transport::{BoxError, TransportError};
use apex_mobility_sandbox::{FaultRule, Sandbox};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use tower::Service;

type Answer = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

/// What is to happen around the next write.
#[derive(Debug, Clone, Default)]
pub(super) struct Ambush {
    /// Faults that replace those that are set, just before the write goes on.
    pub(super) with_the_write: Option<Vec<FaultRule>>,
    /// Faults that replace those, just after.
    pub(super) after_the_write: Option<Vec<FaultRule>>,
    /// The client gives up at once, and the write goes on its way only so much later.
    pub(super) held_up: Option<Duration>,
}

/// A sandbox's transport with a tap on it. Clones are the same tap.
#[derive(Debug, Clone)]
pub(super) struct Tap {
    sandbox: Sandbox,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    ambush: Option<Ambush>,
    held: Option<(SystemTime, Request<Bytes>)>,
    requests: u64,
    writes: u64,
}

impl Tap {
    pub(super) fn new(sandbox: &Sandbox) -> Self {
        Self { sandbox: sandbox.clone(), state: Arc::default() }
    }

    /// Lies in wait for the next write.
    pub(super) fn lie_in_wait(&self, ambush: Ambush) {
        self.state.lock().unwrap().ambush = Some(ambush);
    }

    /// How many writes were sent that may have arrived: all but those that were turned away for their number.
    pub(super) fn writes(&self) -> u64 {
        self.state.lock().unwrap().writes
    }

    /// How many requests were sent.
    pub(super) fn requests(&self) -> u64 {
        self.state.lock().unwrap().requests
    }

    /// Sends a write that is held up on its way, if its time has come.
    pub(super) async fn release(&self) {
        let due = {
            let mut state = self.state.lock().unwrap();
            match &state.held {
                Some((due, _)) if *due <= self.sandbox.now() => state.held.take(),
                _ => None,
            }
        };
        if let Some((_, request)) = due {
            // Nobody waits for the answer any more.
            drop(self.sandbox.transport().call(request).await);
        }
    }

    async fn pass(self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        self.release().await;
        let is_write = is_write(&request);
        let ambush = {
            let mut state = self.state.lock().unwrap();
            state.requests += 1;
            state.writes += u64::from(is_write);
            if is_write { state.ambush.take() } else { None }
        };
        let ambush = ambush.unwrap_or_default();
        if let Some(faults) = ambush.with_the_write {
            self.sandbox.set_faults(faults);
        }
        if let Some(held_up) = ambush.held_up {
            let due = self.sandbox.now() + held_up;
            self.state.lock().unwrap().held = Some((due, request));
            return Err(TransportError::TimedOut.into());
        }
        let answer = self.sandbox.transport().call(request).await;
        if let Some(faults) = ambush.after_the_write {
            self.sandbox.set_faults(faults);
        }
        if is_write && answer.as_ref().is_ok_and(is_throttled) {
            self.state.lock().unwrap().writes -= 1;
        }
        answer
    }
}

/// All but reads; the question whether a number can be ported is a read.
fn is_write(request: &Request<Bytes>) -> bool {
    request.method() != Method::GET && !request.uri().path().ends_with("/porteligibility")
}

/// Contract 2.4: an answer that says that nothing was looked at. A 503 does not say so much.
fn is_throttled(answer: &Response<Bytes>) -> bool {
    match answer.status() {
        StatusCode::TOO_MANY_REQUESTS => true,
        StatusCode::FORBIDDEN => String::from_utf8_lossy(answer.body()).contains("POL0001"),
        _ => false,
    }
}

impl Service<Request<Bytes>> for Tap {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        Box::pin(self.clone().pass(request))
    }
}
