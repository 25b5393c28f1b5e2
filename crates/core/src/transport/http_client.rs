//! The default transport: reqwest over rustls with ring.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt;
use tower::Service;

use super::{BoxError, Transport, TransportError};

/// Settings of the default transport.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct HttpClientOptions {
    /// How long connecting may take. Default 10 s (contract 2.5).
    pub connect_timeout: Duration,
    /// How long an idle connection is kept. Default 20 s: less than the 30 s after which gateways usually
    /// close it, so that a request seldom meets a connection that is being closed.
    pub idle_timeout: Duration,
    /// The longest answer that is read, in bytes. Default 16 MiB.
    pub max_body: usize,
    /// Sent as `User-Agent`.
    pub user_agent: String,
    /// Whether proxies named in the environment are used. Default true; never for loopback hosts.
    pub use_proxy: bool,
}

impl Default for HttpClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(20),
            max_body: 16 * 1024 * 1024,
            user_agent: concat!("apex-mobility/", env!("CARGO_PKG_VERSION")).to_owned(),
            use_proxy: true,
        }
    }
}

/// Builds the default transport.
///
/// No redirects: a redirect of a write is an answer like any other, and `href`s are never followed
/// (contract 2). No retries of its own: they would multiply with the SDK's.
pub(crate) fn http_client(options: &HttpClientOptions) -> Result<Transport, BoxError> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls_config()?)
        .retry(reqwest::retry::never())
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(options.connect_timeout)
        .pool_idle_timeout(options.idle_timeout)
        .user_agent(options.user_agent.as_str());
    if !options.use_proxy {
        builder = builder.no_proxy();
    }
    Ok(Transport::new(HttpClient { client: builder.build()?, max_body: options.max_body }))
}

/// The provider is named, not installed: a library does not decide for the whole process.
fn tls_config() -> Result<ClientConfig, BoxError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth())
}

#[derive(Debug, Clone)]
struct HttpClient {
    client: reqwest::Client,
    max_body: usize,
}

impl Service<Request<Bytes>> for HttpClient {
    type Response = Response<Bytes>;
    type Error = TransportError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, TransportError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TransportError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let Self { client, max_body } = self.clone();
        Box::pin(async move {
            // Nothing has left yet when the request cannot even be put in reqwest's form.
            let request = reqwest::Request::try_from(request)
                .map_err(|error| TransportError::NeverConnected(error.without_url().into()))?;
            let reply = client.execute(request).await.map_err(judge)?;
            read_whole(reply, max_body).await
        })
    }
}

async fn read_whole(mut reply: reqwest::Response, limit: usize) -> Result<Response<Bytes>, TransportError> {
    let announced = reply.content_length().and_then(|length| usize::try_from(length).ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(TransportError::TooLarge { limit });
    }
    let mut head = Response::new(());
    *head.status_mut() = reply.status();
    *head.headers_mut() = std::mem::take(reply.headers_mut());
    let (parts, ()) = head.into_parts();

    let mut first = reply.chunk().await.map_err(judge)?.unwrap_or_default();
    // A body in one piece needs no copy.
    let mut whole = BytesMut::new();
    while let Some(next) = reply.chunk().await.map_err(judge)? {
        if whole.is_empty() {
            whole.reserve(announced.unwrap_or(first.len() + next.len()));
            whole.extend_from_slice(&first);
            first = Bytes::new();
        }
        if whole.len() + next.len() > limit {
            return Err(TransportError::TooLarge { limit });
        }
        whole.extend_from_slice(&next);
    }
    let body = if whole.is_empty() { first } else { whole.freeze() };
    if body.len() > limit {
        return Err(TransportError::TooLarge { limit });
    }
    Ok(Response::from_parts(parts, body))
}

/// The URL is taken out of the error: its path holds the subscriber number.
fn judge(error: reqwest::Error) -> TransportError {
    let error = error.without_url();
    if error.is_connect() {
        TransportError::NeverConnected(error.into())
    } else if error.is_timeout() {
        TransportError::TimedOut
    } else {
        TransportError::Broken(error.into())
    }
}
