//! The way of a request: route, credentials, limit, fault, rule, reply.

use std::time::{Duration, SystemTime};

use apex_mobility_core::WireProfile;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use jiff::SignedDuration;

use crate::arrivals::Arrivals;
use crate::control;
use crate::dispatch::carry_out;
use crate::faults::{Fault, FaultRule, Faults, Garbled, Stroke};
use crate::operation::Operation;
use crate::parse::{Arrival, line_patch};
use crate::reply::{Refusal, RefusalKind};
use crate::router::{Destination, Router};
use crate::shape;
use crate::state::World;
use crate::throttle::Gate;
use crate::variants::TraceHeaders;
use crate::{Credentials, Sandbox};

/// The longest body that is read.
pub(crate) const LONGEST_BODY: usize = 4 * 1024 * 1024;

/// What changes from call to call.
pub(crate) struct Engine {
    pub(crate) world: World,
    pub(crate) arrivals: Arrivals,
    pub(crate) faults: Faults,
    pub(crate) gate: Gate,
}

/// What becomes of a call on its way back.
#[derive(Debug)]
pub(crate) enum Outcome {
    Reply(Response<Bytes>),
    /// The connection is reset without an answer.
    Reset,
    /// The answer comes after the client has given up: so much later, in real time.
    Late(Response<Bytes>, Duration),
    /// The connection closes in the middle of the answer's body.
    Cut(Response<Bytes>),
}

/// Serves one request, of the APIs or of the control surface.
pub(crate) fn handle(sandbox: &Sandbox, request: &Request<Bytes>) -> Outcome {
    if request.body().len() > LONGEST_BODY {
        return Outcome::Reply(too_large());
    }
    if let Some(path) = control::path(request.uri().path()) {
        return Outcome::Reply(control::handle(sandbox, path, request));
    }
    sandbox.with_engine(|engine| {
        engine.serve(sandbox.router(), sandbox.profile(), sandbox.credentials(), request)
    })
}

pub(crate) fn too_large() -> Response<Bytes> {
    let text = format!("The request is longer than {LONGEST_BODY} bytes");
    shape::refuse(&Refusal::new(RefusalKind::TooLarge, text), &crate::Variants::default())
}

impl Engine {
    pub(crate) fn add_faults(&mut self, rules: Vec<FaultRule>) {
        for rule in rules {
            self.faults.add(rule, SystemTime::from(self.world.now));
        }
    }

    fn serve(
        &mut self,
        router: &Router,
        profile: &WireProfile,
        credentials: &Credentials,
        request: &Request<Bytes>,
    ) -> Outcome {
        let variants = self.world.variants;
        let refuse = |refusal: Refusal| Outcome::Reply(shape::refuse(&refusal, &variants));
        let (operations, value) = match router.find(request.method(), request.uri().path()) {
            Destination::Operations { operations, value } => (operations, value),
            Destination::WrongMethod(allowed) => {
                return Outcome::Reply(shape::wrong_method(&allowed, &variants));
            }
            Destination::Unknown => return refuse(Refusal::not_found("There is nothing at this path")),
        };
        let arrival = Arrival { value: &value, headers: request.headers(), body: request.body(), profile };
        let meant = single(&operations, &arrival);
        if let Ok(operation) = meant {
            self.arrivals.count(operation);
        }
        if !credentials.are_in(request.headers(), profile) {
            let text = "The credentials are missing or not known";
            return refuse(Refusal::new(RefusalKind::Unauthorized, text));
        }
        if variants.trace_headers == TraceHeaders::Refused && is_traced(request.headers(), profile) {
            return refuse(Refusal::invalid("Trace headers are not accepted"));
        }
        if let Err(seconds) = self.gate.pass(self.world.now) {
            return Outcome::Reply(shape::throttled(seconds, variants.throttle_style));
        }
        if !request.body().is_empty() && !says_json(request.headers(), profile) {
            return refuse(Refusal::invalid("The body does not say that it is application/json"));
        }
        let operation = match meant {
            Ok(operation) => operation,
            Err(refusal) => return refuse(refusal),
        };
        let stroke = self.faults.strike(operation, SystemTime::from(self.world.now));
        if let Some(answer) = stroke.and_then(|stroke| instead_of_the_rule(stroke.fault)) {
            return answer;
        }
        let stale = stroke.filter(|stroke| stroke.fault == Fault::F6).map(|stroke| stroke.stale);
        self.world.keep_from_list(stale.map(|stale| stale.try_into().unwrap_or(SignedDuration::MAX)));
        let answer = carry_out(&mut self.world, operation, &arrival);
        self.world.keep_from_list(None);
        let mut reply = shape::shape(answer, operation, &variants, profile);
        if variants.trace_headers == TraceHeaders::Echoed {
            shape::echo_trace(&mut reply, request.headers(), profile);
        }
        match stroke {
            Some(stroke) => on_the_way_back(stroke, reply),
            None => Outcome::Reply(reply),
        }
    }
}

/// The one operation that is meant, of those that share the path and the method.
fn single(operations: &[Operation], arrival: &Arrival<'_>) -> Result<Operation, Refusal> {
    if let [operation] = operations {
        return Ok(*operation);
    }
    let meant = line_patch::dispatch(arrival.body, arrival.profile)?;
    let here = operations.contains(&meant).then_some(meant);
    here.ok_or_else(|| Refusal::invalid(format!("{} is not done at this path", meant.name())))
}

/// What the client gets from the faults that never reach the rule; nothing from the others.
fn instead_of_the_rule(fault: Fault) -> Option<Outcome> {
    Some(match fault {
        Fault::F1 => Outcome::Reset,
        Fault::F5 => Outcome::Reply(failure(StatusCode::OK, "Failed calling back end")),
        Fault::F9 => {
            Outcome::Reply(failure(StatusCode::INTERNAL_SERVER_ERROR, "TPESYSTEM: internal server error"))
        }
        Fault::F10 => Outcome::Reply(gateway_timeout()),
        Fault::F2 | Fault::F3 | Fault::F4 | Fault::F6 | Fault::F7 | Fault::F8 => return None,
    })
}

/// What the client gets of the rule's `reply`.
fn on_the_way_back(stroke: Stroke, reply: Response<Bytes>) -> Outcome {
    match stroke.fault {
        Fault::F1 | Fault::F2 => Outcome::Reset,
        Fault::F3 => Outcome::Reply(shape::html(StatusCode::BAD_GATEWAY, BAD_GATEWAY)),
        Fault::F4 => Outcome::Late(reply, stroke.delay),
        Fault::F7 | Fault::F10 => Outcome::Reply(gateway_timeout()),
        Fault::F8 => garble(stroke.garbled, reply),
        Fault::F5 | Fault::F6 | Fault::F9 => Outcome::Reply(reply),
    }
}

const BAD_GATEWAY: &str = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>";
const GATEWAY_TIMEOUT: &str =
    "<html><head><title>504 Gateway Time-out</title></head><body>Gateway Time-out</body></html>";
const SOMETHING_ELSE: &str = "<html><head><title>Service</title></head><body>Please wait</body></html>";

fn gateway_timeout() -> Response<Bytes> {
    shape::html(StatusCode::GATEWAY_TIMEOUT, GATEWAY_TIMEOUT)
}

fn failure(status: StatusCode, text: &str) -> Response<Bytes> {
    shape::object(status, &serde_json::json!({ "errorDescription": text }))
}

/// contract 7, F8: a success by its status, whatever the rule said, that cannot be read.
fn garble(how: Garbled, reply: Response<Bytes>) -> Outcome {
    let (mut parts, body) = reply.into_parts();
    if !parts.status.is_success() || parts.status == StatusCode::NO_CONTENT {
        parts.status = StatusCode::OK;
    }
    let body = if body.len() < 2 { Bytes::from_static(b"{}") } else { body };
    match how {
        Garbled::CutJson => {
            let half = body.slice(..body.len() / 2);
            Outcome::Reply(Response::from_parts(parts, half))
        }
        Garbled::Html => Outcome::Reply(shape::html(parts.status, SOMETHING_ELSE)),
        Garbled::CutConnection => Outcome::Cut(Response::from_parts(parts, body)),
    }
}

/// contract 2.1: a body comes with its type.
fn says_json(headers: &HeaderMap, profile: &WireProfile) -> bool {
    let value = profile.header("content_type").and_then(|name| headers.get(name));
    let media_type = value.and_then(|value| value.to_str().ok()).and_then(|text| text.split(';').next());
    media_type.is_some_and(|text| text.trim().eq_ignore_ascii_case("application/json"))
}

fn is_traced(headers: &HeaderMap, profile: &WireProfile) -> bool {
    ["x_trace_id", "x_transaction_id"]
        .into_iter()
        .filter_map(|key| profile.header(key))
        .any(|name| headers.contains_key(name))
}
