//! A caller that knows the wire by heart: no client crate stands between these tests and the sandbox.

use apex_mobility_core::catalog::{self, Class, NoOp, Signal};
use apex_mobility_core::error_body::ErrorBody;
use apex_mobility_sandbox::Sandbox;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

pub(crate) const LIST: &str = "/sp/mobility/api/v1/account";
pub(crate) const ACTIVATION: &str = "/sp/mobilityactivations/api/v1/serviceactivation";
pub(crate) const ELIGIBILITY: &str = "/sp/mobility/portmanagement/api/v1/porteligibility";
pub(crate) const PORT: &str = "/sp/mobility/portmanagement/api/v1/portrequest";
pub(crate) const ADDRESSES: &str = "/sp/mobility/pdp/api/v1/ipaddresses";
pub(crate) const PROVISIONING: &str = "/sp/mobility/pdp/api/v1/ipprovisioning";
pub(crate) const REMOVAL: &str = "/sp/mobility/pdp/api/v1/ipremoval";
pub(crate) const BILLING: &str = "/sp/mobility/billingmgmt/api/v1/billingaccount";
pub(crate) const LINE: &str = "/sp/mobility/lineconfig/api/v1/service";

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {:?}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    pub(crate) fn error(&self) -> String {
        self.json()["errorDescription"].as_str().unwrap().to_owned()
    }
}

/// Class and row of a refusal, as a client tells it.
pub(crate) fn told(method: &Method, answer: &Answer) -> (Class, u8) {
    told_to(NoOp::Never, method, answer)
}

/// The same for an operation that takes some refusals for "already so".
pub(crate) fn told_to(no_op: NoOp, method: &Method, answer: &Answer) -> (Class, u8) {
    let body = ErrorBody::read(&answer.body);
    let row = catalog::look_up(&Signal::Answered { status: answer.status, method, body: &body, no_op });
    (row.class, row.number)
}

pub(crate) fn sandbox(lines: usize) -> Sandbox {
    Sandbox::builder().seed(1).lines(lines).build()
}

pub(crate) async fn call(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in [("app-id", "sandbox"), ("app-secret", "sandbox")].iter().chain(headers) {
        request = request.header(*name, *value);
    }
    if !body.is_empty() && headers.iter().all(|(name, _)| *name != "content-type") {
        request = request.header("content-type", "application/json");
    }
    send(sandbox, request.body(Bytes::copy_from_slice(body)).unwrap()).await
}

/// A control call; without a body if it is null.
pub(crate) async fn control(sandbox: &Sandbox, method: Method, path: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    call(sandbox, method, &format!("/_sandbox/{path}"), &[], body.as_bytes()).await
}

/// A GET with these headers only.
pub(crate) async fn bare(sandbox: &Sandbox, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(sandbox, request.body(Bytes::new()).unwrap()).await
}

async fn send(sandbox: &Sandbox, request: Request<Bytes>) -> Answer {
    let (parts, body) = sandbox.transport().oneshot(request).await.unwrap().into_parts();
    Answer { status: parts.status, headers: parts.headers, body }
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str, headers: &[(&str, &str)]) -> Answer {
    call(sandbox, Method::GET, path, headers, b"").await
}

/// Changes a line.
pub(crate) async fn patch(sandbox: &Sandbox, number: &str, body: &Value) -> Answer {
    call(sandbox, Method::PATCH, &format!("{LINE}/{number}"), &[], body.to_string().as_bytes()).await
}

pub(crate) async fn post(sandbox: &Sandbox, path: &str, body: &Value) -> Answer {
    call(sandbox, Method::POST, path, &[], body.to_string().as_bytes()).await
}

/// An activation that nothing speaks against; `n` tells SIM and device apart.
pub(crate) fn element(n: u64) -> Value {
    json!({
        "billingAccount": {"id": "000000000001"},
        "relatedParty": [{"id": "", "role": "subscriber", "firstName": "Test", "lastName": "User",
            "address": {"streetNumber": "100", "streetDirection": "", "streetName": "Example", "streetType": "",
                "city": "Dallas", "state": "TX", "zipCode": "75201"}}],
        "service": {"name": "", "category": {"id": "", "name": ""},
            "serviceSpecification": {"id": "", "href": ""}, "serviceQualification": {"id": ""},
            "serviceCharacteristic": [
                {"name": "singleUserCode", "value": "APXPLAN01"}, {"name": "serviceZipCode", "value": "75201"},
                {"name": "equipmentType", "value": "G"}, {"name": "deviceTechnologyType", "value": "UMTS"},
                {"name": "IMEI", "value": imei("00101000", n)}, {"name": "sim", "value": iccid(n)},
                {"name": "offeringCode1", "value": "SOC1"}]}
    })
}

/// Puts a characteristic into an element, in place of one of the same name.
pub(crate) fn with(mut element: Value, name: &str, value: &str) -> Value {
    let bag = element["service"]["serviceCharacteristic"].as_array_mut().unwrap();
    bag.retain(|entry| entry["name"] != name);
    bag.push(json!({"name": name, "value": value}));
    element
}

pub(crate) fn without(mut element: Value, name: &str) -> Value {
    let bag = element["service"]["serviceCharacteristic"].as_array_mut().unwrap();
    bag.retain(|entry| entry["name"] != name);
    element
}

/// A characteristic of a service, if it is there.
pub(crate) fn characteristic<'a>(service: &'a Value, name: &str) -> Option<&'a str> {
    let bag = service["serviceCharacteristic"].as_array()?;
    bag.iter().find(|entry| entry["name"] == name)?["value"].as_str()
}

pub(crate) fn iccid(n: u64) -> String {
    with_luhn(&format!("8901{n:015}"))
}

pub(crate) fn imei(tac: &str, n: u64) -> String {
    with_luhn(&format!("{tac}{n:06}"))
}

fn with_luhn(body: &str) -> String {
    let sum: u32 = body
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte - b'0') * if place % 2 == 0 { 2 } else { 1 };
            digit / 10 + digit % 10
        })
        .sum();
    format!("{body}{}", (10 - sum % 10) % 10)
}
