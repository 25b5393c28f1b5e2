//! A `tower` layer that judges traffic by the OpenAPI files.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use apex_mobility::transport::BoxError;
use bytes::Bytes;
use http::{Request, Response};
use tower::{Layer, Service};
use xtask::contract::Contract;

static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| Arc::new(Contract::load().unwrap()));

/// The OpenAPI files of this workspace.
#[must_use]
pub fn contract() -> &'static Contract {
    &CONTRACT
}

/// Panics at the first request or reply that the OpenAPI files do not allow.
#[derive(Debug, Clone)]
pub struct ContractLayer(Arc<Contract>);

impl ContractLayer {
    /// Judges by the files of this workspace.
    #[must_use]
    pub fn load() -> Self {
        Self(Arc::clone(&CONTRACT))
    }
}

impl<S> Layer<S> for ContractLayer {
    type Service = Judged<S>;

    fn layer(&self, inner: S) -> Judged<S> {
        Judged { inner, contract: Arc::clone(&self.0) }
    }
}

/// A service whose traffic is judged.
#[derive(Debug, Clone)]
pub struct Judged<S> {
    inner: S,
    contract: Arc<Contract>,
}

impl<S> Service<Request<Bytes>> for Judged<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
{
    type Response = Response<Bytes>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Bytes>, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let contract = Arc::clone(&self.contract);
        let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        let judged = contract.validate_request(request.method(), &path, request.headers(), request.body());
        let key = match judged {
            Ok(operation) => operation.wire_key().to_owned(),
            Err(findings) => panic!("the SDK sent what the contract does not allow: {findings}"),
        };
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await.map_err(Into::into)?;
            let judged = contract.validate_response(&key, answer.status(), answer.headers(), answer.body());
            if let Err(findings) = judged {
                panic!("the sandbox answered what the contract does not allow: {findings}");
            }
            Ok(answer)
        })
    }
}
