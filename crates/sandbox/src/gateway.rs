//! The way of a request: route, credentials, limit, fault, rule, reply.

use apex_mobility_core::WireProfile;
use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};

use crate::control;
use crate::dispatch::carry_out;
use crate::faults::{Fault, Faults};
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
    pub(crate) faults: Faults,
    pub(crate) gate: Gate,
}

/// What becomes of a call on its way back.
#[derive(Debug)]
pub(crate) enum Outcome {
    Reply(Response<Bytes>),
    /// The connection drops without an answer.
    Dropped,
    /// The answer comes after any client has given up.
    Silence,
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
        let arrival = Arrival { value: &value, headers: request.headers(), body: request.body(), profile };
        let operation = match single(&operations, &arrival) {
            Ok(operation) => operation,
            Err(refusal) => return refuse(refusal),
        };
        let fault = self.faults.strike(operation, self.world.now);
        let reply = match fault {
            Some(fault) if !fault.commits() => Response::default(),
            _ => {
                let answer = carry_out(&mut self.world, operation, &arrival);
                let mut reply = shape::shape(answer, operation, &variants, profile);
                if variants.trace_headers == TraceHeaders::Echoed {
                    shape::echo_trace(&mut reply, request.headers(), profile);
                }
                reply
            }
        };
        match fault {
            None => Outcome::Reply(reply),
            Some(fault) => disturb(fault, reply),
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

/// What the client gets instead of `reply`.
fn disturb(fault: Fault, reply: Response<Bytes>) -> Outcome {
    const BAD_GATEWAY: &str =
        "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>";
    const GATEWAY_TIMEOUT: &str =
        "<html><head><title>504 Gateway Time-out</title></head><body>Gateway Time-out</body></html>";
    Outcome::Reply(match fault {
        Fault::F1 | Fault::F2 => return Outcome::Dropped,
        Fault::F4 => return Outcome::Silence,
        Fault::F3 => shape::html(StatusCode::BAD_GATEWAY, BAD_GATEWAY),
        Fault::F7 | Fault::F10 => shape::html(StatusCode::GATEWAY_TIMEOUT, GATEWAY_TIMEOUT),
        Fault::F5 => failure(StatusCode::OK, "Failed calling back end"),
        Fault::F9 => failure(StatusCode::INTERNAL_SERVER_ERROR, "TPESYSTEM: internal server error"),
        Fault::F6 => reply,
        Fault::F8 => cut_short(reply),
    })
}

fn failure(status: StatusCode, text: &str) -> Response<Bytes> {
    shape::object(status, &serde_json::json!({ "errorDescription": text }))
}

fn cut_short(reply: Response<Bytes>) -> Response<Bytes> {
    let (parts, body) = reply.into_parts();
    let half = body.slice(..body.len() / 2);
    let cut = if half.is_empty() { Bytes::from_static(b"{") } else { half };
    Response::from_parts(parts, cut)
}

fn is_traced(headers: &HeaderMap, profile: &WireProfile) -> bool {
    ["x_trace_id", "x_transaction_id"]
        .into_iter()
        .filter_map(|key| profile.header(key))
        .any(|name| headers.contains_key(name))
}
