//! The seam between the SDK and the network: one `tower` service.
//!
//! Everything above it (credentials, governor, retry) is the same for every transport. The default is an
//! HTTP client; the same seam takes the sandbox in-process, a script in tests, a client of the user's own,
//! and any [`tower::Layer`].

#[cfg(feature = "http-client")]
mod http_client;
#[cfg(any(test, feature = "test-util"))]
mod scripted;

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use tower::util::BoxCloneSyncService;
use tower::{Layer, Service, ServiceExt};

#[cfg(feature = "http-client")]
pub use http_client::HttpClientOptions;
#[cfg(feature = "http-client")]
pub(crate) use http_client::http_client;
#[cfg(any(test, feature = "test-util"))]
pub use scripted::{Reply, ScriptedTransport};

/// Any error, as `tower` hands it around.
pub type BoxError = Box<dyn StdError + Send + Sync>;

/// A service that sends one request and gives its answer, boxed and cheap to clone.
///
/// Its errors are judged by [`TransportError`]; any other error counts as "may have arrived".
#[derive(Clone)]
pub struct Transport(BoxCloneSyncService<Request<Bytes>, Response<Bytes>, BoxError>);

impl Transport {
    /// Boxes a service.
    pub fn new<S>(service: S) -> Self
    where
        S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
    {
        Self(BoxCloneSyncService::new(service.map_err(Into::into)))
    }

    /// Wraps this transport in a layer: the layer sees every attempt.
    #[must_use]
    pub fn layer<L>(self, layer: &L) -> Self
    where
        L: Layer<Self>,
        L::Service: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Bytes>>>::Error: Into<BoxError>,
        <L::Service as Service<Request<Bytes>>>::Future: Send + 'static,
    {
        Self::new(layer.layer(self))
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}

impl Service<Request<Bytes>> for Transport {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        self.0.call(request)
    }
}

/// How sending failed. A transport that can tell says [`TransportError::NeverConnected`] only when no byte
/// of the request can have left.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// No connection: name not found, refused, TLS failed, or connecting took too long.
    #[error("could not connect")]
    NeverConnected(#[source] BoxError),
    /// The connection broke while the request or its answer was under way.
    #[error("the connection broke")]
    Broken(#[source] BoxError),
    /// No whole answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The answer was longer than the client reads.
    #[error("the answer is longer than {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: usize,
    },
}

impl TransportError {
    /// Whether the request can have reached the server.
    #[must_use]
    pub const fn may_have_arrived(&self) -> bool {
        !matches!(self, Self::NeverConnected(_))
    }
}
