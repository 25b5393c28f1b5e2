//! Fault F8 at its worst: a body that ends before its announced length.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use bytes::Bytes;
use futures_core::Stream;
use http::header::CONTENT_LENGTH;
use http::{HeaderValue, Response};

/// The reply with the length of the whole body and the first half of it; then the connection closes.
pub(super) fn cut(reply: Response<Bytes>) -> Response<Body> {
    let (mut parts, body) = reply.into_parts();
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    let half = body.slice(..body.len() / 2);
    Response::from_parts(parts, Body::from_stream(CutBody { half: Some(half), flushed: false }))
}

struct CutBody {
    half: Option<Bytes>,
    flushed: bool,
}

impl Stream for CutBody {
    type Item = io::Result<Bytes>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(half)));
        }
        if self.flushed {
            // The server closes the connection of a body that fails.
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        // While it waits for more, the server sends what it has.
        self.flushed = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
