//! From a rule's answer to an HTTP reply, as the variants want it.

use apex_mobility_core::WireProfile;
use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use serde_json::json;

use crate::operation::Operation;
use crate::reply::{Answer, Done, Envelope, Refusal, RefusalKind};
use crate::variants::{BusinessError, PdpStyle, SuccessCode, ThrottleStyle, Variants};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// The reply to an answer.
pub(crate) fn shape(
    answer: Answer,
    operation: Operation,
    variants: &Variants,
    profile: &WireProfile,
) -> Response<Bytes> {
    match answer {
        Ok(done) => success(done, operation, variants, profile),
        Err(refusal) => refuse(&refusal, variants),
    }
}

fn success(done: Done, operation: Operation, variants: &Variants, profile: &WireProfile) -> Response<Bytes> {
    let (status, body) = match variants.success_code {
        _ if !operation.is_write() => (StatusCode::OK, done.body),
        SuccessCode::Ok => (StatusCode::OK, done.body),
        SuccessCode::Created => (StatusCode::CREATED, done.body),
        SuccessCode::Accepted => (StatusCode::ACCEPTED, done.body),
        SuccessCode::NoContent => (StatusCode::NO_CONTENT, Vec::new()),
    };
    let mut reply = if body.is_empty() { empty(status) } else { with_body(status, JSON, body) };
    for (key, value) in done.headers {
        if let (Some(name), Ok(value)) = (profile.header(key), HeaderValue::try_from(value)) {
            reply.headers_mut().insert(name, value);
        }
    }
    reply
}

/// The reply to a request that was not carried out.
pub(crate) fn refuse(refusal: &Refusal, variants: &Variants) -> Response<Bytes> {
    let status = match refusal.kind {
        RefusalKind::Business => return business(refusal, variants),
        RefusalKind::Invalid => StatusCode::BAD_REQUEST,
        RefusalKind::NotFound => StatusCode::NOT_FOUND,
        RefusalKind::Unauthorized => StatusCode::UNAUTHORIZED,
        RefusalKind::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        RefusalKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
    };
    described(status, refusal, variants.pdp_style)
}

/// contract 2.3: there is no single envelope.
fn business(refusal: &Refusal, variants: &Variants) -> Response<Bytes> {
    let text = &refusal.text;
    let bad = StatusCode::BAD_REQUEST;
    let described = |status| described(status, refusal, variants.pdp_style);
    match variants.business_error {
        BusinessError::BadRequest => described(bad),
        BusinessError::Unprocessable => described(StatusCode::UNPROCESSABLE_ENTITY),
        BusinessError::ServerError => described(StatusCode::INTERNAL_SERVER_ERROR),
        BusinessError::OkWithText => described(StatusCode::OK),
        BusinessError::Message => object(bad, &json!({ "message": text })),
        BusinessError::RequestError => {
            let exception = json!({ "MessageId": "SVC0002", "Text": text });
            object(bad, &json!({ "RequestError": { "ServiceException": exception } }))
        }
        BusinessError::TmForum => {
            object(bad, &json!({ "code": "1", "reason": text, "message": text, "status": "400" }))
        }
        BusinessError::PlainText => with_body(bad, TEXT, text.clone().into_bytes()),
        BusinessError::ErrorMessage => object(bad, &json!({ "errorMessage": text })),
        BusinessError::RejectedList => {
            object(StatusCode::OK, &json!({ "fulfilled": [], "rejected": [{ "message": text }] }))
        }
        BusinessError::FailedList => {
            object(StatusCode::OK, &json!({ "successful": [], "failed": [{ "reason": text }] }))
        }
    }
}

fn described(status: StatusCode, refusal: &Refusal, pdp_style: PdpStyle) -> Response<Bytes> {
    let text = &refusal.text;
    object(
        status,
        &match &refusal.envelope {
            Envelope::Description => json!({ "errorDescription": text }),
            Envelope::Activation => json!({ "responseMessage": text, "errorDescription": text }),
            Envelope::Pdp => pdp_style.spell(json!({ "message": text })),
            Envelope::Id(id) => json!({ "id": id, "description": text }),
        },
    )
}

/// contract 2.4: how the hidden limit shows.
pub(crate) fn throttled(wait_seconds: u64, style: ThrottleStyle) -> Response<Bytes> {
    let status = match style {
        ThrottleStyle::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        ThrottleStyle::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ThrottleStyle::Pol0001 => {
            let exception = json!({
                "MessageId": "POL0001",
                "Text": "A policy error occurred. Too many requests.",
            });
            return object(
                StatusCode::FORBIDDEN,
                &json!({ "RequestError": { "PolicyException": exception } }),
            );
        }
    };
    let mut reply = object(status, &json!({ "errorDescription": "Too many requests" }));
    reply.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait_seconds));
    reply
}

/// 405, with the methods the path has.
pub(crate) fn wrong_method(allowed: &[Method], variants: &Variants) -> Response<Bytes> {
    let refusal = Refusal::new(RefusalKind::WrongMethod, "The method is not allowed for this path");
    let mut reply = refuse(&refusal, variants);
    let names: Vec<_> = allowed.iter().map(Method::as_str).collect();
    if let Ok(value) = HeaderValue::try_from(names.join(", ")) {
        reply.headers_mut().insert(ALLOW, value);
    }
    reply
}

/// Variant `trace_headers`: gives the ids back.
pub(crate) fn echo_trace(reply: &mut Response<Bytes>, request: &HeaderMap, profile: &WireProfile) {
    for name in ["x_trace_id", "x_transaction_id"].into_iter().filter_map(|key| profile.header(key)) {
        if let Some(value) = request.get(name) {
            reply.headers_mut().insert(name, value.clone());
        }
    }
}

pub(crate) fn object(status: StatusCode, body: &serde_json::Value) -> Response<Bytes> {
    with_body(status, JSON, body.to_string().into_bytes())
}

pub(crate) fn json(status: StatusCode, body: Vec<u8>) -> Response<Bytes> {
    with_body(status, JSON, body)
}

pub(crate) fn html(status: StatusCode, body: &'static str) -> Response<Bytes> {
    with_body(status, HTML, body.into())
}

pub(crate) fn empty(status: StatusCode) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::new());
    *reply.status_mut() = status;
    reply
}

fn with_body(status: StatusCode, kind: HeaderValue, body: Vec<u8>) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::from(body));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, kind);
    reply
}
