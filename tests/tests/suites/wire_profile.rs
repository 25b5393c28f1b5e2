//! Every key of the wire profile counts on both sides (contract 1).
//!
//! One key at a time is replaced in the sandbox's profile. A client with the same profile goes through the
//! exercises of the operations that the key touches; a client with the default profile stumbles in each of
//! them, and its failure names the operation.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a stage that cannot be set up ends the test")]

use std::collections::BTreeSet;

use apex_mobility::profile::WireProfile;
use apex_mobility::retry::RetryPolicy;
use apex_mobility::transport::BoxError;
use apex_mobility::{AppCredentials, Client, Mobility};
use apex_mobility_sandbox::Sandbox;
use apex_mobility_tests::exercises::{self, Exercise, Failure, Run, Stage};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

/// What every call depends on.
const OF_EVERY_CALL: [(&str, &str); 7] = [
    ("hosts", "production"),
    ("hosts", "test"),
    ("headers", "app_id"),
    ("headers", "app_secret"),
    ("headers", "accept"),
    ("headers", "x_trace_id"),
    ("headers", "x_transaction_id"),
];

/// What the contract lets AT&T tell of a line and the sandbox does not, with the name it is read by.
const TOLD_BY_THE_EDGE: [(&str, &str); 4] = [
    ("pendingEquipmentUpgrade", "pendingEquipmentUpgrade"),
    ("offeringExpirationDate{n}", "offeringExpirationDate9"),
    ("dataGroupIDCode1", "dataGroupIDCode1"),
    ("ipAddress", "ipAddress"),
];

const READS_WHAT_THE_EDGE_TELLS: Exercise = Exercise {
    operation: "line.get",
    depends_on: &[(
        "characteristics",
        &["pendingEquipmentUpgrade", "offeringExpirationDate{n}", "dataGroupIDCode1", "ipAddress"],
    )],
    run: |stage| -> Run { Box::pin(read_what_the_edge_tells(stage)) },
};

async fn read_what_the_edge_tells(stage: Stage) -> Result<(), Failure> {
    let number = stage.sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
    let line = stage.apex.line_details().get(number).send().await?;
    if TOLD_BY_THE_EDGE.iter().all(|(_, name)| line.value(name) == Some("told")) {
        Ok(())
    } else {
        Err(Failure::Outcome("a line shows what only its carrier knows"))
    }
}

/// The exercises that the key touches.
fn exercises_of(section: &str, key: &str) -> Vec<Exercise> {
    let of_every_call = OF_EVERY_CALL.contains(&(section, key));
    let all = exercises::all().chain([READS_WHAT_THE_EDGE_TELLS]);
    all.filter(|exercise| of_every_call || exercise.touches(section, key)).collect()
}

/// Another value for the key, unlike every other of its section.
fn replaced(section: &str, key: &str) -> WireProfile {
    let default = WireProfile::default();
    let value = default.get(section, key).unwrap();
    let other = match section {
        "hosts" => format!("https://{key}.example.com:8443"),
        "headers" => format!("x-other-{value}"),
        "paths" => format!("/other{value}"),
        // No operation has this method of its own.
        "methods" => "PUT".to_owned(),
        "modes" => format!("X{value}"),
        "characteristics" => format!("other-{value}"),
        "dates" => "%d.%m.%Y".to_owned(),
        _ => panic!("no other value is known for [{section}]"),
    };
    WireProfile::builder().set(section, key, other).build().unwrap()
}

/// The way into the sandbox, by its profile. It insists on what is optional: the host by its name, `accept`
/// and the ids of a trace. And it tells of a line what the sandbox does not.
#[derive(Debug, Clone)]
struct Edge {
    sandbox: Sandbox,
    profile: WireProfile,
    host: &'static str,
}

impl Edge {
    async fn pass(self, request: Request<Bytes>) -> Result<Response<Bytes>, BoxError> {
        let origin = format!(
            "{}://{}",
            request.uri().scheme_str().unwrap_or_default(),
            request.uri().authority().map_or("", |authority| authority.as_str())
        );
        if self.profile.host(self.host) != Some(&origin) {
            return Ok(refused("nobody of that name is here"));
        }
        for key in ["accept", "x_trace_id", "x_transaction_id"] {
            let name = self.profile.header(key).unwrap();
            if !request.headers().contains_key(name) {
                return Ok(refused(&format!("the header {name} is missing")));
            }
        }
        Ok(self.embellished(self.sandbox.transport().oneshot(request).await?))
    }

    /// A line with more in its bag.
    fn embellished(&self, reply: Response<Bytes>) -> Response<Bytes> {
        let (parts, body) = reply.into_parts();
        let Ok(mut line) = serde_json::from_slice::<Value>(&body) else {
            return Response::from_parts(parts, body);
        };
        if let Some(bag) = line.get_mut("serviceCharacteristic").and_then(Value::as_array_mut) {
            for (_, name) in TOLD_BY_THE_EDGE {
                bag.push(json!({"name": self.profile.characteristic(name), "value": "told"}));
            }
        }
        Response::from_parts(parts, Bytes::from(line.to_string()))
    }

    /// A client that comes this way with a profile of its own.
    fn client(&self, profile: &WireProfile) -> Mobility {
        let edge = self.clone();
        let transport = tower::service_fn(move |request| edge.clone().pass(request));
        let client = Client::builder()
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .clock(self.sandbox.clock())
            .retry(RetryPolicy::never())
            .wire_profile(profile.clone())
            .host(self.host)
            .transport(transport);
        Mobility::new(&client.build().unwrap())
    }
}

fn refused(why: &str) -> Response<Bytes> {
    let mut reply = Response::new(Bytes::from(json!({ "errorDescription": why }).to_string()));
    *reply.status_mut() = StatusCode::BAD_REQUEST;
    reply
}

/// Goes through an exercise with a carrier of one profile and a client of another.
async fn outcome(
    exercise: &Exercise,
    carrier: &WireProfile,
    client: &WireProfile,
    host: &'static str,
) -> Result<(), String> {
    let sandbox = Sandbox::builder().lines(120).wire_profile(carrier.clone()).build();
    let edge = Edge { sandbox: sandbox.clone(), profile: carrier.clone(), host };
    let stage = Stage { sandbox, apex: edge.client(client), stagehand: edge.client(carrier) };
    (exercise.run)(stage).await.map_err(|failure| failure.told_of(exercise))
}

/// What is wrong with a key, for each exercise that it touches.
async fn flaws_of(section: &'static str, key: &'static str) -> Vec<String> {
    let replaced = replaced(section, key);
    let host = if section == "hosts" { key } else { "production" };
    let mut flaws = Vec::new();
    for exercise in exercises_of(section, key) {
        let operation = exercise.operation;
        if let Err(failure) = outcome(&exercise, &replaced, &replaced, host).await {
            flaws.push(format!("[{section}] {key}: with the same profile {operation} fails: {failure}"));
        }
        match outcome(&exercise, &replaced, &WireProfile::default(), host).await {
            Ok(()) => flaws.push(format!("[{section}] {key}: without it {operation} passes unnoticed")),
            Err(failure) if !failure.starts_with(&format!("{operation}:")) => {
                flaws.push(format!("[{section}] {key}: the failure does not name {operation}: {failure}"));
            }
            Err(_) => {}
        }
    }
    flaws
}

#[test]
fn every_key_is_exercised() {
    for (section, key) in WireProfile::keys() {
        assert!(!exercises_of(section, key).is_empty(), "[{section}] {key} needs an exercise");
    }
}

#[test]
fn an_exercise_depends_on_nothing_but_keys() {
    let keys: BTreeSet<_> = WireProfile::keys().collect();
    for exercise in exercises::all() {
        for (section, names) in exercise.depends_on {
            for name in *names {
                assert!(keys.contains(&(*section, *name)), "{}: [{section}] {name}", exercise.operation);
            }
        }
    }
}

#[tokio::test]
async fn a_replaced_key_is_understood_by_those_who_share_it_and_by_nobody_else() {
    let mut flaws = Vec::new();
    for (section, key) in WireProfile::keys() {
        flaws.extend(flaws_of(section, key).await);
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[tokio::test]
async fn a_gateway_that_refuses_trace_headers_is_reached_without_them() {
    let sandbox = Sandbox::builder().lines(1).build();
    sandbox.set_variant("trace_headers", "refused").unwrap();
    let bare =
        WireProfile::builder().header("x_trace_id", "").header("x_transaction_id", "").build().unwrap();
    for (profile, passes) in [(WireProfile::default(), false), (bare, true)] {
        let client = Client::builder()
            .base_url("http://localhost")
            .credentials(AppCredentials::new("sandbox", "sandbox"))
            .wire_profile(profile)
            .transport(sandbox.transport())
            .clock(sandbox.clock())
            .build()
            .unwrap();
        let listed = Mobility::new(&client).subscriber_list().list().send().await;
        assert_eq!(listed.is_ok(), passes, "{listed:?}");
    }
}
