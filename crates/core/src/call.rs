//! A request's life, top to bottom: deadline, limiter, attempts, verdict.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode};
use tower::{Service, ServiceExt};
use tracing::{Instrument, Span, field};
use uuid::Uuid;

use crate::catalog::{self, Class, Signal};
use crate::client::{Client, Inner};
use crate::clock::within;
use crate::credentials::{AppCredentials, CredentialsError};
use crate::error::{Error, ErrorKind, GaveUp};
use crate::error_body::ErrorBody;
use crate::operation::{DecodeError, Operation};
use crate::redact;
use crate::response::{Meta, Response};
use crate::retry::{Decision, Effect, Happened, RetryPolicy, Safety, classify, retry_after};
use crate::transport::TransportError;

/// Options of one call. What is not set comes from the client.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct CallOptions {
    /// The most that the whole call may take, waits included.
    pub timeout: Option<Duration>,
    /// The most that one attempt may take.
    pub attempt_timeout: Option<Duration>,
    /// Another pair than the client's: partners hold one per tenant.
    pub credentials: Option<AppCredentials>,
    /// Another id than a new one for `x-trace-id`.
    pub trace_id: Option<String>,
    /// Another retry policy than the client's.
    pub retry: Option<RetryPolicy>,
}

/// One operation, ready to be sent with a client.
#[derive(Debug, Clone)]
#[must_use = "nothing is sent until `send` is called"]
pub struct Call<O> {
    client: Client,
    operation: O,
    /// How to send it.
    pub options: CallOptions,
}

impl<O: Operation> Call<O> {
    /// An operation with a client's defaults.
    pub fn new(client: &Client, operation: O) -> Self {
        Self { client: client.clone(), operation, options: CallOptions::default() }
    }

    /// The same with other options.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    /// The operation.
    pub fn operation(&self) -> &O {
        &self.operation
    }

    /// The operation, to be changed.
    pub fn operation_mut(&mut self) -> &mut O {
        &mut self.operation
    }

    /// The client it will be sent with.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The request as it would be sent, without credentials and trace ids. Sends nothing.
    ///
    /// # Errors
    /// When the request cannot be written.
    pub fn request(&self) -> Result<Request<Bytes>, Error> {
        encode(self.client.inner(), &self.operation)
    }

    /// Sends it.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn send(&self) -> Result<Response<O::Output>, Error> {
        let span = tracing::info_span!(
            "apex_mobility.call",
            otel.kind = "client",
            apex.operation = O::NAME,
            http.request.method = field::Empty,
            url.template = field::Empty,
            server.address = self.client.inner().base.host(),
            http.response.status_code = field::Empty,
            http.request.resend_count = field::Empty,
            error.type = field::Empty,
        );
        live(&self.client, &self.operation, &self.options, &span).instrument(span.clone()).await
    }
}

/// What can be sent: a [`Call`], or the call type of an API crate. For code that sends what it is given.
pub trait IntoCall {
    /// Its operation.
    type Operation: Operation;

    /// The call, with all that was set on it.
    fn into_call(self) -> Call<Self::Operation>;
}

impl<O: Operation> IntoCall for Call<O> {
    type Operation = O;

    fn into_call(self) -> Self {
        self
    }
}

/// One call from its first moment to its verdict.
async fn live<O: Operation>(
    caller: &Client,
    operation: &O,
    options: &CallOptions,
    span: &Span,
) -> Result<Response<O::Output>, Error> {
    let client = caller.inner();
    let clock = &*client.clock;
    let started = clock.monotonic();
    let deadlines = client.timeouts.of(O::SAFETY);
    let total = options.timeout.unwrap_or(deadlines.total);
    let per_attempt = options.attempt_timeout.unwrap_or(deadlines.attempt);
    let policy = options.retry.as_ref().unwrap_or(&client.retry);
    let trace_id = options.trace_id.clone().unwrap_or_else(|| Uuid::now_v7().to_string());

    let mut attempts = 0;
    let mut legacy_waits = 0;
    let close = |error: Error, attempts: u32| {
        span.record("error.type", error.class().as_str());
        span.record("http.request.resend_count", attempts.saturating_sub(1));
        error.with_call(&trace_id, attempts, clock.monotonic().saturating_sub(started), O::READ_BACK)
    };

    if caller.is_read_only() && O::SAFETY == Safety::Write {
        let what = "the client is in read-only mode";
        return Err(close(Error::new(ErrorKind::ReadOnly, O::NAME, Effect::NotSent, what), 0));
    }
    let request = encode(client, operation).map_err(|error| close(error, 0))?;
    span.record("http.request.method", request.method().as_str());
    span.record("url.template", client.template_of(O::NAME));
    let mut credentials =
        credentials_of(client, options).await.map_err(|error| close(no_credentials::<O>(&error), 0))?;
    let mut may_replace_credentials = options.credentials.is_none();

    loop {
        let remaining = total.saturating_sub(clock.monotonic().saturating_sub(started));
        let Ok(permit) = within(remaining, client.limiter.acquire(clock)).await else {
            let error =
                Error::new(ErrorKind::Timeout, O::NAME, never_sent(O::SAFETY), "no turn to send in time");
            let row = catalog::look_up(&Signal::NeverConnected);
            return Err(close(error.with_row(row).with_gave_up(GaveUp::Deadline), attempts));
        };
        let remaining = total.saturating_sub(clock.monotonic().saturating_sub(started));
        attempts += 1;
        let sealed = seal(client, &request, &credentials, &trace_id)
            .map_err(|error| close(no_credentials::<O>(&error), attempts - 1))?;
        let outcome = attempt(client, sealed, per_attempt.min(remaining)).await;
        drop(permit);

        let verdict = judge(client, operation, request.method(), outcome);
        report_attempt(attempts, &verdict);
        let failure = match verdict {
            Verdict::Success { value, status, headers } => {
                client.budget.refill();
                span.record("http.response.status_code", status.as_u16());
                span.record("http.request.resend_count", attempts - 1);
                let elapsed = clock.monotonic().saturating_sub(started);
                return Ok(Response { value, meta: Meta { status, headers, trace_id, attempts, elapsed } });
            }
            Verdict::Failure(failure) => failure,
        };

        // A refused pair may have been rotated: ask once. A 401 was not carried out, so this is safe for
        // writes too.
        if failure.error.status() == Some(StatusCode::UNAUTHORIZED) && may_replace_credentials {
            may_replace_credentials = false;
            if let Some(fresh) = client.credentials.replace(&credentials).await {
                credentials = fresh;
                continue;
            }
        }

        let Decision::Retry { throttled, .. } = failure.decision else {
            return Err(close(failure.error, attempts));
        };
        if throttled && O::SAFETY == Safety::Write && !policy.resend_throttled_writes {
            return Err(close(failure.error, attempts));
        }
        if failure.legacy_throttle {
            legacy_waits += 1;
            if legacy_waits > policy.legacy_throttle_waits {
                let error = failure.error.with_row(catalog::refused_credentials());
                return Err(close(error.with_gave_up(GaveUp::Attempts), attempts));
            }
        } else if attempts - legacy_waits >= policy.max_attempts {
            return Err(close(failure.error.with_gave_up(GaveUp::Attempts), attempts));
        }
        let wait = failure
            .error
            .retry_after()
            .unwrap_or_else(|| policy.backoff.wait(attempts, throttled, fastrand::f64()));
        let elapsed = clock.monotonic().saturating_sub(started);
        if elapsed.saturating_add(wait) >= total {
            return Err(close(failure.error.with_gave_up(GaveUp::Deadline), attempts));
        }
        if !client.budget.take() {
            return Err(close(failure.error.with_gave_up(GaveUp::Budget), attempts));
        }
        if throttled {
            client.limiter.hold(clock.monotonic(), wait);
        }
        clock.sleep(wait).await;
    }
}

fn encode<O: Operation>(client: &Inner, operation: &O) -> Result<Request<Bytes>, Error> {
    let mut request = operation
        .encode(&client.wire())
        .map_err(|error| Error::new(ErrorKind::Request, O::NAME, never_sent(O::SAFETY), error.to_string()))?;
    let uri = client.base.join(request.uri());
    *request.uri_mut() =
        uri.map_err(|what| Error::new(ErrorKind::Request, O::NAME, never_sent(O::SAFETY), what))?;
    Ok(request)
}

async fn credentials_of(client: &Inner, options: &CallOptions) -> Result<AppCredentials, CredentialsError> {
    match &options.credentials {
        Some(pair) => Ok(pair.clone()),
        None => client.credentials.get().await,
    }
}

fn no_credentials<O: Operation>(error: &CredentialsError) -> Error {
    Error::new(ErrorKind::Credentials, O::NAME, never_sent(O::SAFETY), error.to_string())
}

const fn never_sent(safety: Safety) -> Effect {
    match safety {
        Safety::Read => Effect::None,
        Safety::Write => Effect::NotSent,
    }
}

/// Adds what differs from attempt to attempt.
fn seal(
    client: &Inner,
    request: &Request<Bytes>,
    credentials: &AppCredentials,
    trace_id: &str,
) -> Result<Request<Bytes>, CredentialsError> {
    let mut sealed = request.clone();
    let headers = sealed.headers_mut();
    let names = &client.header_names;
    headers.insert(names.app_id.clone(), credentials.id_value()?);
    headers.insert(names.app_secret.clone(), credentials.secret_value()?);
    if let Ok(value) = HeaderValue::from_str(trace_id) {
        headers.insert(names.trace_id.clone(), value);
    }
    let mut buffer = Uuid::encode_buffer();
    let transaction = Uuid::now_v7().hyphenated().encode_lower(&mut buffer);
    if let Ok(value) = HeaderValue::from_str(transaction) {
        headers.insert(names.transaction_id.clone(), value);
    }
    Ok(sealed)
}

async fn attempt(
    client: &Inner,
    request: Request<Bytes>,
    limit: Duration,
) -> Result<http::Response<Bytes>, TransportError> {
    let mut transport = client.transport.clone();
    let sent = async {
        let ready = transport.ready().await;
        // Not ready means that the request was never handed over.
        let service = ready.map_err(TransportError::NeverConnected)?;
        service.call(request).await.map_err(|error| match error.downcast::<TransportError>() {
            Ok(known) => *known,
            Err(other) => TransportError::Broken(other),
        })
    };
    within(limit, sent).await.unwrap_or(Err(TransportError::TimedOut))
}

enum Verdict<T> {
    Success { value: T, status: StatusCode, headers: http::HeaderMap },
    Failure(Failure),
}

struct Failure {
    error: Error,
    decision: Decision,
    legacy_throttle: bool,
}

/// What one attempt means.
fn judge<O: Operation>(
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
    let mut failure =
        Error::new(kind, O::NAME, effect_of(decision), error.to_string()).with_row(catalog::look_up(&signal));
    if let TransportError::NeverConnected(source) | TransportError::Broken(source) = error {
        failure = failure.with_source(source);
    }
    Failure { error: failure, decision, legacy_throttle: false }
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
    let error = Error::new(
        ErrorKind::Answered,
        O::NAME,
        effect_of(decision),
        format!("the server answered {status}"),
    )
    .with_row(row)
    .with_retry_after(retry_after(answer.headers(), client.clock.wall()))
    .with_answer(status, body, redact::json_for(answer.body(), &client.profile));
    Failure { error, decision, legacy_throttle }
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
    Failure { error, decision: Decision::Stop(effect), legacy_throttle: false }
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
    Failure { error: failure, decision, legacy_throttle: false }
}

const fn effect_of(decision: Decision) -> Effect {
    match decision {
        Decision::Done => Effect::None,
        Decision::Retry { otherwise, .. } => otherwise,
        Decision::Stop(effect) => effect,
    }
}

/// One event per attempt. No identifier, no text of the server's: both can be a customer's.
fn report_attempt<T>(number: u32, verdict: &Verdict<T>) {
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
