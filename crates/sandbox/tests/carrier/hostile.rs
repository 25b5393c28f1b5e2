//! Whatever arrives: no panic, and no status that blames the server.

use std::time::Duration;

use apex_mobility_sandbox::Sandbox;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::caller::{ACTIVATION, ADDRESSES, LINE, LIST, PROVISIONING, REMOVAL, element, sandbox};

fn send(sandbox: &Sandbox, request: Request<Bytes>) -> StatusCode {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reply = runtime.block_on(sandbox.transport().oneshot(request)).unwrap();
    if reply.headers().get("content-type").is_some_and(|kind| kind == "application/json") {
        serde_json::from_slice::<Value>(reply.body()).unwrap();
    }
    reply.status()
}

fn paths() -> impl Strategy<Value = String> {
    let known = proptest::sample::select(vec![
        LIST,
        LINE,
        "/sp/mobility/lineconfig/api/v1/service/2145550100",
        "/sp/mobility/numberchange/api/v1/service/2145550100",
        ACTIVATION,
        "/sp/mobilityactivations/api/v1/serviceactivation/req-0001",
        "/sp/mobility/portmanagement/api/v1/portrequest/2145550101",
        ADDRESSES,
        PROVISIONING,
        REMOVAL,
        "/sp/mobility/billingmgmt/api/v1/billingaccount",
        "/sp/mobility/billingmgmt/api/v1/billingaccount/000000000001",
        "/_sandbox/clock",
        "/_sandbox/clock/advance",
        "/_sandbox/ledger",
        "/_sandbox/seed",
        "/_sandbox/faults",
        "/_sandbox/variants",
        "/_sandbox/throttle",
        "/_sandbox/lines/2145550100",
    ]);
    prop_oneof![
        4 => known.prop_map(str::to_owned),
        1 => "/[!-~]{0,40}",
        1 => "[0-9A-Za-z%._/-]{0,20}".prop_map(|end| format!("{LINE}/{end}")),
    ]
}

fn methods() -> impl Strategy<Value = Method> {
    proptest::sample::select(vec![
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::HEAD,
        Method::OPTIONS,
    ])
}

fn headers() -> impl Strategy<Value = Vec<(&'static str, Vec<u8>)>> {
    let name = proptest::sample::select(vec![
        "current-page",
        "page-size",
        "foundation-account-number",
        "billing-account-number",
        "batch-id",
        "subscriber-number",
        "subscriber-number-status",
        "subscriber-status",
        "sim",
        "imei",
        "x-trace-id",
        "content-type",
    ]);
    let value = prop_oneof![
        "[0-9]{0,22}".prop_map(String::into_bytes),
        "[ -~]{0,20}".prop_map(String::into_bytes),
        proptest::collection::vec(0x20_u8..=0xff, 0..8),
    ];
    proptest::collection::vec((name, value), 0..4)
}

/// JSON that looks like what the APIs take, here and there.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~]{0,12}".prop_map(Value::from),
        Just(element(1)),
    ];
    let json = leaf.prop_recursive(4, 32, 6, |inner| {
        let name = proptest::sample::select(vec![
            "service",
            "serviceCharacteristic",
            "name",
            "value",
            "relatedParty",
            "address",
            "billingAccount",
            "id",
            "mode",
            "by",
            "fault",
            "operation",
            "status",
            "pdpName",
            "ipQuantity",
            "billingAccountNumber",
            "subscriber",
            "ipAddressRecord",
        ]);
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::vec((name.prop_map(str::to_owned), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    prop_oneof![
        4 => json.prop_map(|body| body.to_string().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..200),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn nothing_that_arrives_is_the_servers_fault(
        method in methods(),
        path in paths(),
        headers in headers(),
        body in bodies(),
        seconds in 0_u64..100_000,
    ) {
        let sandbox = sandbox(20);
        let mut request = Request::builder()
            .method(method)
            .uri(path.as_str())
            .header("app-id", "sandbox")
            .header("app-secret", "sandbox")
            .body(Bytes::from(body));
        // What is not a URI never reaches a server.
        if let Ok(request) = &mut request {
            for (name, value) in headers {
                if let Ok(value) = HeaderValue::from_bytes(&value) {
                    request.headers_mut().append(HeaderName::from_static(name), value);
                }
            }
            // Most say what their body is, or it would hardly be read.
            request.headers_mut().entry("content-type").or_insert(HeaderValue::from_static("application/json"));
        }
        if let Ok(request) = request {
            let again = request.clone();
            prop_assert!(send(&sandbox, request).as_u16() < 500);
            sandbox.advance(Duration::from_secs(seconds));
            prop_assert!(send(&sandbox, again).as_u16() < 500);
        }
    }

    #[test]
    fn one_damaged_element_never_harms_its_neighbours(
        place in 0_usize..3,
        pointer in proptest::sample::select(vec![
            "/billingAccount", "/billingAccount/id", "/relatedParty", "/relatedParty/0", "/service",
            "/relatedParty/0/address", "/relatedParty/0/address/zipCode", "/service/serviceCharacteristic",
            "/service/serviceCharacteristic/0/value", "/service/serviceCharacteristic/5/value",
        ]),
        damage in prop_oneof![
            Just(Value::Null), Just(json!(7)), Just(json!([])), Just(json!({})), "[ -~]{0,8}".prop_map(Value::from),
        ],
    ) {
        let sandbox = sandbox(0);
        let mut elements = json!([element(1), element(2), element(3)]);
        *elements[place].pointer_mut(pointer).unwrap() = damage;
        let body = elements.to_string().into_bytes();
        let request = Request::post(ACTIVATION)
            .header("app-id", "sandbox")
            .header("app-secret", "sandbox")
            .header("content-type", "application/json")
            .body(Bytes::from(body))
            .unwrap();
        prop_assert_eq!(send(&sandbox, request), StatusCode::OK);
        sandbox.advance(Duration::from_secs(240));
        prop_assert!(sandbox.ledger().len() >= 2);
    }
}
