//! A transport that answers from a script and remembers what it was asked.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response, StatusCode};
use tower::Service;

use super::{BoxError, TransportError};

/// One step of a script.
#[derive(Debug)]
pub enum Reply {
    /// An answer.
    Answer(Response<Bytes>),
    /// A failure to send.
    Fail(TransportError),
    /// No answer, ever: a deadline has to end it.
    Hang,
}

impl Reply {
    /// An answer with a JSON body.
    #[must_use]
    pub fn json(status: u16, body: &str) -> Self {
        let mut answer = Response::new(Bytes::copy_from_slice(body.as_bytes()));
        *answer.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::IM_A_TEAPOT);
        answer.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self::Answer(answer)
    }

    /// The same reply with a header.
    ///
    /// # Panics
    /// When the header's value is not one.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Answer(answer) = &mut self {
            #[expect(clippy::expect_used, reason = "a test's own literal")]
            let value = HeaderValue::from_str(value).expect("header value");
            answer.headers_mut().insert(HeaderName::from_static(name), value);
        }
        self
    }

    /// The connection never came about.
    #[must_use]
    pub fn never_connected() -> Self {
        Self::Fail(TransportError::NeverConnected("connection refused".into()))
    }

    /// The connection broke after the request left.
    #[must_use]
    pub fn broken() -> Self {
        Self::Fail(TransportError::Broken("connection reset".into()))
    }
}

/// Answers from a script, in order.
#[derive(Debug, Clone)]
pub struct ScriptedTransport {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    script: VecDeque<Reply>,
    requests: Vec<Request<Bytes>>,
}

impl ScriptedTransport {
    /// A transport that plays `script`. After its end every request finds no connection.
    pub fn new(script: impl IntoIterator<Item = Reply>) -> Self {
        let inner = Inner { script: script.into_iter().collect(), requests: Vec::new() };
        Self { inner: Arc::new(Mutex::new(inner)) }
    }

    /// How many requests arrived.
    #[must_use]
    pub fn arrivals(&self) -> usize {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).requests.len()
    }

    /// The requests that arrived, in order.
    #[must_use]
    pub fn requests(&self) -> Vec<Request<Bytes>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).requests.clone()
    }
}

impl Service<Request<Bytes>> for ScriptedTransport {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let step = {
            let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            inner.requests.push(request);
            inner.script.pop_front()
        };
        Box::pin(async move {
            match step {
                Some(Reply::Answer(answer)) => Ok(answer),
                Some(Reply::Fail(error)) => Err(error.into()),
                Some(Reply::Hang) => std::future::pending().await,
                None => Err(TransportError::NeverConnected("the script is over".into()).into()),
            }
        })
    }
}
