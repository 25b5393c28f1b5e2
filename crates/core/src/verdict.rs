//! What one attempt means: for the call, and for the client's governor.

use bytes::Bytes;
use http::{Method, StatusCode};

use crate::catalog::{self, Class, Signal};
use crate::client::Inner;
use crate::error::{Error, ErrorKind};
use crate::error_body::ErrorBody;
use crate::governor::News;
use crate::operation::{DecodeError, Operation};
use crate::redact;
use crate::retry::{Decision, Effect, Happened, Safety, classify, retry_after};
use crate::transport::TransportError;

pub(crate) enum Verdict<T> {
    Success { value: T, status: StatusCode, headers: http::HeaderMap },
    Failure(Failure),
}

pub(crate) struct Failure {
    pub(crate) error: Error,
    pub(crate) decision: Decision,
    pub(crate) legacy_throttle: bool,
    pub(crate) news: News,
}

/// What one attempt means.
pub(crate) fn judge<O: Operation>(
    client: &Inner,
    operation: &O,
    method: &Method,
    outcome: Result<http::Response<Bytes>, TransportError>,
) -> Verdict<O::Output> {
    let answer = match outcome {
        Ok(answer) => answer,
        Err(error) => return Verdict::Failure(judge_transport::<O>(error)),
    };
    let status = answer.status();
    if !status.is_success() {
        return Verdict::Failure(judge_answer(client, operation, method, &answer));
    }
    // Contract 2.3: a success status may carry a failure. The pages of a list are arrays and long, and are
    // spared the look.
    let is_object = answer.body().trim_ascii_start().first() == Some(&b'{');
    if is_object || O::SAFETY == Safety::Write {
        let body = ErrorBody::read(answer.body());
        if body.failure_text().is_some() {
            return Verdict::Failure(judge_failure_in_success(client, operation, method, &answer, body));
        }
    }
    match operation.decode(&answer, &client.wire()) {
        Ok(value) => {
            let (parts, _) = answer.into_parts();
            Verdict::Success { value, status, headers: parts.headers }
        }
        Err(error) => Verdict::Failure(judge_unreadable::<O>(client, &answer, &error)),
    }
}

fn judge_transport<O: Operation>(error: TransportError) -> Failure {
    let (happened, kind, signal) = match &error {
        TransportError::NeverConnected(_) => {
            (Happened::NeverConnected, ErrorKind::Connect, Signal::NeverConnected)
        }
        TransportError::TimedOut => (Happened::Lost, ErrorKind::Timeout, Signal::Lost),
        TransportError::Broken(_) | TransportError::TooLarge { .. } => {
            (Happened::Lost, ErrorKind::Broken, Signal::Lost)
        }
    };
    let decision = classify(O::SAFETY, happened);
    let news = News::of_error(&error);
    let mut failure =
        Error::new(kind, O::NAME, effect_of(decision), error.to_string()).with_row(catalog::look_up(&signal));
    if let TransportError::NeverConnected(source) | TransportError::Broken(source) = error {
        failure = failure.with_source(source);
    }
    Failure { error: failure, decision, legacy_throttle: false, news }
}

fn judge_answer<O: Operation>(
    client: &Inner,
    operation: &O,
    method: &Method,
    answer: &http::Response<Bytes>,
) -> Failure {
    let status = answer.status();
    let body = ErrorBody::read(answer.body());
    let legacy_throttle = status == StatusCode::FORBIDDEN && body.is_policy_limit();
    let row = catalog::look_up(&Signal::Answered { status, method, body: &body, no_op: operation.no_op() });
    let happened =
        Happened::Answered { status, legacy_throttle, business_refusal: catalog::is_business_refusal(row) };
    let decision = classify(O::SAFETY, happened);
    let wait = retry_after(answer.headers(), client.clock.wall());
    let error = Error::new(
        ErrorKind::Answered,
        O::NAME,
        effect_of(decision),
        format!("the server answered {status}"),
    )
    .with_row(row)
    .with_retry_after(wait)
    .with_answer(status, body, redact::json_for(answer.body(), &client.profile));
    Failure { error, decision, legacy_throttle, news: News::of_answer(status, legacy_throttle, wait) }
}

/// Contract 2.3: rejected if the catalog knows the text as a business refusal, else unknown.
fn judge_failure_in_success<O: Operation>(
    client: &Inner,
    operation: &O,
    method: &Method,
    answer: &http::Response<Bytes>,
    body: ErrorBody,
) -> Failure {
    let status = answer.status();
    let row = catalog::look_up(&Signal::Answered { status, method, body: &body, no_op: operation.no_op() });
    let effect = match O::SAFETY {
        Safety::Read => Effect::None,
        Safety::Write if catalog::is_business_refusal(row) => Effect::Rejected,
        Safety::Write => Effect::Unknown,
    };
    let what = format!("the server answered {status} with a failure inside");
    let error = Error::new(ErrorKind::FailureInSuccess, O::NAME, effect, what).with_row(row).with_answer(
        status,
        body,
        redact::json_for(answer.body(), &client.profile),
    );
    Failure { error, decision: Decision::Stop(effect), legacy_throttle: false, news: News::Answered }
}

fn judge_unreadable<O: Operation>(
    client: &Inner,
    answer: &http::Response<Bytes>,
    error: &DecodeError,
) -> Failure {
    let decision = classify(O::SAFETY, Happened::UnreadableSuccess);
    let status = answer.status();
    let row = catalog::look_up(&error.signal());
    // That nothing is there has been read; else nobody can tell what the answer says.
    let kind = match row.class {
        Class::NotFound => ErrorKind::FailureInSuccess,
        _ => ErrorKind::Unreadable,
    };
    let body = match error {
        DecodeError::Missing { .. } => ErrorBody::read(answer.body()),
        DecodeError::Unreadable { .. } => ErrorBody::default(),
    };
    let what = format!("the server answered {status}, but {error}");
    let failure = Error::new(kind, O::NAME, effect_of(decision), what).with_row(row).with_answer(
        status,
        body,
        redact::json_for(answer.body(), &client.profile),
    );
    Failure { error: failure, decision, legacy_throttle: false, news: News::Answered }
}

const fn effect_of(decision: Decision) -> Effect {
    match decision {
        Decision::Done => Effect::None,
        Decision::Retry { otherwise, .. } => otherwise,
        Decision::Stop(effect) => effect,
    }
}

impl<T> Verdict<T> {
    /// What the attempt tells about the server.
    pub(crate) const fn news(&self) -> News {
        match self {
            Self::Success { .. } => News::Answered,
            Self::Failure(failure) => failure.news,
        }
    }
}

/// One event per attempt. No identifier, no text of the server's: both can be a customer's.
pub(crate) fn report_attempt<T>(number: u32, verdict: &Verdict<T>) {
    match verdict {
        Verdict::Success { status, .. } => {
            tracing::debug!(attempt = number, http.response.status_code = status.as_u16(), "answered");
        }
        Verdict::Failure(Failure { error, .. }) => {
            let status = error.status().map(|status| status.as_u16());
            tracing::warn!(
                attempt = number,
                http.response.status_code = status,
                error.type = error.class().as_str(),
                "attempt failed"
            );
        }
    }
}
