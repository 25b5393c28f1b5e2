//! A request's life, top to bottom: deadline, turn, attempts, verdict.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, StatusCode};
use tower::{Service, ServiceExt};
use tracing::{Instrument, Span, field};
use uuid::Uuid;

use crate::catalog::{self, Signal};
use crate::client::{Client, Inner};
use crate::clock::{Moment, within, within_awake};
use crate::credentials::{AppCredentials, CredentialsError};
use crate::error::{Error, ErrorKind, GaveUp};
use crate::governor::{News, Refused, SharedTurn, Turn};
use crate::operation::Operation;
use crate::response::{Meta, Response};
use crate::retry::{Decision, Effect, RetryPolicy, Safety};
use crate::transport::TransportError;
use crate::verdict::{Verdict, judge, report_attempt};

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
    /// The moment, on the client's clock, by which a request must have left. Whoever notes beforehand that it is
    /// about to send needs one: a process that was stopped and woken, or a machine that was suspended, must not
    /// send late, after others have found out that it did not send.
    pub leave_by: Option<Moment>,
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

    // What the attempt before ended with, where there is another.
    let mut before: Option<Error> = None;
    loop {
        let deadline = started.saturating_add(total);
        let deadline = options.leave_by.map_or(deadline, |leave_by| leave_by.monotonic.min(deadline));
        let (turn, shared) = match turn(client, O::SAFETY, deadline).await {
            Ok(turns) => turns,
            Err(refused) => return Err(close(not_sent::<O>(&refused, before), attempts)),
        };
        let remaining = total.saturating_sub(clock.monotonic().saturating_sub(started));
        let sealed = seal(client, &request, &credentials, &trace_id)
            .map_err(|error| close(no_credentials::<O>(&error), attempts))?;
        let outcome = match attempt(client, sealed, per_attempt.min(remaining), options.leave_by).await {
            Ok(outcome) => outcome,
            Err(refused) => return Err(close(not_sent::<O>(&refused, before), attempts)),
        };
        attempts += 1;

        let verdict = judge(client, operation, request.method(), outcome);
        turn.end(tell_others(client, shared, verdict.news()));
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
                before = Some(failure.error);
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
        client.governor.pause(clock, wait).await;
        before = Some(failure.error);
    }
}

/// Waits for the client to let this request go, and for those it shares a pace with, until the call's deadline.
async fn turn(
    client: &Inner,
    safety: Safety,
    deadline: Duration,
) -> Result<(Turn<'_>, Option<SharedTurn>), Refused> {
    let (clock, governor) = (&*client.clock, &client.governor);
    governor.refuse_if_stopped()?;
    let late = |remaining| Refused::TooLate { wait: remaining, held: false };
    let turn = match governor.turn_at_once(clock, safety) {
        Some(turn) => turn,
        None => {
            let remaining = deadline.saturating_sub(clock.monotonic());
            within(remaining, governor.turn(clock, safety, deadline)).await.unwrap_or(Err(late(remaining)))?
        }
    };
    let Some(pace) = &client.shared_pace else { return Ok((turn, None)) };
    let remaining = deadline.saturating_sub(clock.monotonic());
    match within(remaining, pace.turn()).await {
        Ok(shared) => Ok((turn, Some(shared))),
        Err(_) => Err(late(remaining)),
    }
}

/// What the end of an attempt says about the rate is for all who share it; then it is no news for this client alone.
fn tell_others(client: &Inner, turn: Option<SharedTurn>, news: News) -> News {
    let (Some(pace), Some(turn)) = (&client.shared_pace, turn) else { return news };
    match news {
        News::Throttled { wait, is_there: true } => {
            pace.throttled(turn, wait);
            News::Answered
        }
        News::Answered => {
            pace.answered(turn);
            news
        }
        News::Throttled { .. } | News::Silent { .. } => news,
    }
}

/// A request that was not sent. What came of the one before stays true.
fn not_sent<O: Operation>(refused: &Refused, before: Option<Error>) -> Error {
    let effect = before.as_ref().map_or(never_sent(O::SAFETY), Error::effect);
    let new = |kind, what: String| Error::new(kind, O::NAME, effect, what);
    match (refused, before) {
        (Refused::Stopped(why), _) => new(ErrorKind::Stopped, why.clone()),
        (Refused::NoServer { retry_in }, Some(before)) => {
            before.with_gave_up(GaveUp::NoServer).with_retry_after(Some(*retry_in))
        }
        (Refused::TooLate { .. }, Some(before)) => before.with_gave_up(GaveUp::Deadline),
        (Refused::NoServer { retry_in }, None) => {
            let seconds = retry_in.as_secs_f64().ceil();
            let what = format!("not sent, since the server is not there; to be tried again in {seconds} s");
            new(ErrorKind::NoServer, what)
                .with_row(catalog::look_up(&Signal::NeverConnected))
                .with_retry_after(Some(*retry_in))
        }
        (Refused::TooLate { wait, held: true }, None) => {
            let what = format!("not sent: the server asks to be left alone for {} s more", wait.as_secs());
            new(ErrorKind::NoTurn, what)
                .with_row(catalog::throttled())
                .with_retry_after(Some(*wait))
                .with_gave_up(GaveUp::Deadline)
        }
        (Refused::TooLate { held: false, .. }, None) => {
            new(ErrorKind::NoTurn, "no turn to send in time".to_owned())
                .with_row(catalog::look_up(&Signal::NeverConnected))
                .with_gave_up(GaveUp::Deadline)
        }
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
    if let (Some(name), Ok(value)) = (&names.trace_id, HeaderValue::from_str(trace_id)) {
        headers.insert(name.clone(), value);
    }
    let mut buffer = Uuid::encode_buffer();
    let transaction = Uuid::now_v7().hyphenated().encode_lower(&mut buffer);
    if let (Some(name), Ok(value)) = (&names.transaction_id, HeaderValue::from_str(transaction)) {
        headers.insert(name.clone(), value);
    }
    Ok(sealed)
}

/// Sends once, unless everything was stopped by the time the transport is ready.
///
/// The service connects before the first byte leaves. So an attempt whose end is past does not go on: others may have
/// found out by now that nothing was sent, and have sent it themselves.
async fn attempt(
    client: &Inner,
    request: Request<Bytes>,
    limit: Duration,
    leave_by: Option<Moment>,
) -> Result<Result<http::Response<Bytes>, TransportError>, Refused> {
    let mut transport = client.transport.clone();
    let sent = async {
        // Not ready means that the request was never handed over.
        let service = match transport.ready().await {
            Ok(service) => service,
            Err(error) => return Ok(Err(TransportError::NeverConnected(error))),
        };
        client.governor.refuse_if_stopped()?;
        if leave_by.is_some_and(|leave_by| leave_by.has_come(&*client.clock)) {
            return Err(Refused::TooLate { wait: Duration::ZERO, held: false });
        }
        Ok(service.call(request).await.map_err(|error| match error.downcast::<TransportError>() {
            Ok(known) => *known,
            Err(other) => TransportError::Broken(other),
        }))
    };
    within_awake(&*client.clock, limit, sent).await.unwrap_or(Ok(Err(TransportError::TimedOut)))
}
