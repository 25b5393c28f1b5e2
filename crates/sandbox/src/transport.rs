//! The sandbox in the same process, behind the clients' transport seam.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use apex_mobility_core::transport::{BoxError, TransportError};
use bytes::Bytes;
use http::{Request, Response};
use tower::Service;

use crate::Sandbox;
use crate::gateway::{Outcome, handle};

/// The sandbox as a [`tower::Service`]: give it to a client in place of its HTTP transport. It serves the
/// control calls too. Host and scheme of a request do not matter.
///
/// What a fault does to a connection shows as the transport's error: a reset or a cut body as
/// [`TransportError::Broken`], an answer that comes too late as [`TransportError::TimedOut`], at once.
#[derive(Debug, Clone)]
pub struct SandboxTransport {
    sandbox: Sandbox,
}

/// A fault of the sandbox broke the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a fault of the sandbox broke the connection")]
pub struct ConnectionLost;

impl SandboxTransport {
    pub(crate) fn new(sandbox: Sandbox) -> Self {
        Self { sandbox }
    }
}

impl Service<Request<Bytes>> for SandboxTransport {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let sandbox = self.sandbox.clone();
        Box::pin(async move {
            match handle(&sandbox, &request) {
                Outcome::Reply(reply) => Ok(reply),
                Outcome::Reset | Outcome::Cut(_) => {
                    Err(TransportError::Broken(Box::new(ConnectionLost)).into())
                }
                // Nobody waits for what is only played.
                Outcome::Late(..) => Err(TransportError::TimedOut.into()),
            }
        })
    }
}
