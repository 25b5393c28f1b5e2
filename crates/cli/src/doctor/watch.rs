//! The last gate before the network: nothing but a GET passes, no more than a few of them, and what came back
//! is kept as it was.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll};

use apex_mobility::WireProfile;
use apex_mobility::bytes::Bytes;
use apex_mobility::http::{HeaderMap, HeaderName, Method, Request, Response};
use apex_mobility::transport::{BoxError, Transport, TransportError};
use tower::{Layer, Service};

/// The most requests of one examination, whatever is sent again.
pub(crate) const MOST_REQUESTS: usize = 25;

/// Watches the traffic of a client. Clones watch the same.
#[derive(Debug, Clone, Default)]
pub(crate) struct Watch(Arc<Shared>);

#[derive(Default)]
struct Shared {
    names: OnceLock<Names>,
    seen: Mutex<Seen>,
}

/// The headers that are looked after.
struct Names {
    trace: Vec<HeaderName>,
    secrets: Vec<HeaderName>,
}

#[derive(Default)]
struct Seen {
    sent: usize,
    without_trace: bool,
    secrets: Vec<String>,
    request_headers: HeaderMap,
    answer: Option<Response<Bytes>>,
}

/// What became of the last request.
pub(crate) struct Exchange {
    /// The names matter, not the values.
    pub(crate) request_headers: HeaderMap,
    pub(crate) answer: Option<Response<Bytes>>,
}

#[derive(Debug, thiserror::Error)]
enum NotSent {
    #[error("only GET is sent here")]
    NoGet,
    #[error("the watch knows no profile")]
    NotReady,
    #[error("{MOST_REQUESTS} requests were sent, which is the most")]
    Enough,
}

impl Watch {
    /// Takes the names of headers from a profile. Nothing passes before that.
    pub(crate) fn go_by(&self, profile: &WireProfile) {
        let names = |keys: [&str; 2]| keys.iter().filter_map(|key| profile.header(key).cloned()).collect();
        self.0.names.get_or_init(|| Names {
            trace: names(["x_trace_id", "x_transaction_id"]),
            secrets: names(["app_id", "app_secret"]),
        });
    }

    /// From now on requests carry no trace ids.
    pub(crate) fn leave_trace_out(&self, out: bool) {
        self.with(|seen| seen.without_trace = out);
    }

    /// How many requests have left.
    pub(crate) fn sent(&self) -> usize {
        self.with(|seen| seen.sent)
    }

    /// The values of the credentials that were sent.
    pub(crate) fn secrets(&self) -> Vec<String> {
        self.with(|seen| seen.secrets.clone())
    }

    /// The last exchange, which is forgotten here.
    pub(crate) fn take(&self) -> Exchange {
        self.with(|seen| Exchange {
            request_headers: std::mem::take(&mut seen.request_headers),
            answer: seen.answer.take(),
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut Seen) -> T) -> T {
        act(&mut self.0.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn let_pass(&self, request: &mut Request<Bytes>) -> Result<(), NotSent> {
        if request.method() != Method::GET {
            return Err(NotSent::NoGet);
        }
        let names = self.0.names.get().ok_or(NotSent::NotReady)?;
        self.with(|seen| {
            if seen.sent >= MOST_REQUESTS {
                return Err(NotSent::Enough);
            }
            seen.sent += 1;
            seen.answer = None;
            if seen.without_trace {
                for name in &names.trace {
                    request.headers_mut().remove(name);
                }
            }
            for name in &names.secrets {
                let value = request.headers().get(name).and_then(|value| value.to_str().ok());
                if let Some(value) = value.filter(|value| !seen.secrets.iter().any(|known| known == value)) {
                    seen.secrets.push(value.to_owned());
                }
            }
            seen.request_headers = request.headers().clone();
            Ok(())
        })
    }
}

/// Requests carry secrets and answers customers' data.
impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Watch").finish_non_exhaustive()
    }
}

impl Layer<Transport> for Watch {
    type Service = Watched;

    fn layer(&self, inner: Transport) -> Watched {
        Watched { watch: self.clone(), inner }
    }
}

/// A transport that is watched.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    watch: Watch,
    inner: Transport,
}

impl Service<Request<Bytes>> for Watched {
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<Bytes>) -> Self::Future {
        if let Err(why) = self.watch.let_pass(&mut request) {
            return Box::pin(async { Err(TransportError::NeverConnected(Box::new(why)).into()) });
        }
        let answer = self.inner.call(request);
        let watch = self.watch.clone();
        Box::pin(async move {
            let answer = answer.await?;
            watch.with(|seen| seen.answer = Some(answer.clone()));
            Ok(answer)
        })
    }
}
