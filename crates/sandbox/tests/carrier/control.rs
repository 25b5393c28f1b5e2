//! The control calls under `/_sandbox`.

use std::time::Duration;

use apex_mobility_sandbox::{Fault, FaultRule, Sandbox, Throttle, Variants, When};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::caller::*;

async fn refused(sandbox: &Sandbox, method: Method, path: &str, body: &Value) -> String {
    let answer = control(sandbox, method, path, body).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
    answer.json()["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn health_tells_what_it_is() {
    let health = control(&sandbox(20), Method::GET, "health", &Value::Null).await.json();
    assert_eq!(
        health,
        json!({"status": "ok", "seed": 1, "lines": 20, "ledger": 0, "now": "2026-01-19T12:00:00Z"}),
    );
}

#[tokio::test]
async fn the_clock_is_read_and_advanced() {
    let sandbox = sandbox(0);
    let read = control(&sandbox, Method::GET, "clock", &Value::Null).await.json();
    assert_eq!(read, json!({"now": "2026-01-19T12:00:00Z", "mode": "manual"}));
    let moved = control(&sandbox, Method::POST, "clock/advance", &json!({"by": "PT15M"})).await.json();
    assert_eq!(moved["now"], "2026-01-19T12:15:00Z");
    for body in [json!({}), json!({"by": 15}), json!({"by": "15m"}), json!({"by": "-PT1S"}), json!([])] {
        refused(&sandbox, Method::POST, "clock/advance", &body).await;
    }
}

#[tokio::test]
async fn the_ledger_is_an_array_from_an_entry_on() {
    let sandbox = sandbox(0);
    post(&sandbox, ACTIVATION, &json!([element(1), element(2)])).await;
    control(&sandbox, Method::POST, "clock/advance", &json!({"by": "PT4M"})).await;
    let all = control(&sandbox, Method::GET, "ledger", &Value::Null).await.json();
    let number = sandbox.ledger()[0].subscriber_number.clone().unwrap();
    assert_eq!(
        all[0],
        json!({"seq": 1, "at": "2026-01-19T12:04:00Z", "kind": "activation",
            "subscriberNumber": number.as_str(), "iccid": iccid(1),
            "detail": {"billingAccountNumber": "000000000001", "imei": imei("00101000", 1),
                "requestId": "req-0001", "singleUserCode": "APXPLAN01"}}),
    );
    let rest = control(&sandbox, Method::GET, "ledger?after=1", &Value::Null).await.json();
    assert_eq!(rest.as_array().unwrap().iter().map(|entry| &entry["seq"]).collect::<Vec<_>>(), [2]);
    let none = control(&sandbox, Method::GET, "ledger?after=18446744073709551615", &Value::Null).await;
    assert_eq!(none.json(), json!([]));
    refused(&sandbox, Method::GET, "ledger?after=one", &Value::Null).await;
}

#[tokio::test]
async fn a_seed_starts_over() {
    let sandbox = sandbox(10);
    post(&sandbox, ACTIVATION, &json!([element(1)])).await;
    sandbox.advance(Duration::from_secs(240));
    let health = control(&sandbox, Method::POST, "seed", &json!({"seed": 7, "lines": 30})).await.json();
    assert_eq!((&health["seed"], &health["lines"], &health["ledger"]), (&json!(7), &json!(30), &json!(0)));
    let same = Sandbox::builder().seed(7).lines(30).build();
    same.advance(Duration::from_secs(240));
    assert!(sandbox.lines() == same.lines());
    for body in [json!({"seed": -1}), json!({"lines": 2_000_001}), json!({"sed": 1}), json!("x")] {
        refused(&sandbox, Method::POST, "seed", &body).await;
    }
}

#[tokio::test]
async fn a_reset_leaves_nothing_but_the_time() {
    let sandbox = Sandbox::builder().seed(3).lines(20).build();
    let before = sandbox.lines();
    sandbox.set_variant("date_style", "day").unwrap();
    sandbox.set_throttle(Some(Throttle { calls: 9, per: Duration::from_secs(1) }));
    sandbox.set_faults([FaultRule::new(Fault::F9, "reads", When::Always).unwrap()]);
    post(&sandbox, ACTIVATION, &json!([element(1)])).await;
    sandbox.advance(Duration::from_secs(240));
    assert_eq!((sandbox.lines().len(), sandbox.ledger().len()), (21, 1));
    let health = control(&sandbox, Method::POST, "reset", &Value::Null).await.json();
    assert_eq!(
        health,
        json!({"status": "ok", "seed": 3, "lines": 20, "ledger": 0, "now": "2026-01-19T12:04:00Z"}),
    );
    assert!(sandbox.lines() == before);
    assert_eq!((sandbox.variants(), sandbox.faults()), (Variants::default(), Vec::new()));
    assert_eq!(sandbox.arrivals("*"), Some(0));
    assert_eq!(control(&sandbox, Method::GET, "throttle", &Value::Null).await.json(), Value::Null);
    let other = control(&sandbox, Method::POST, "reset", &json!({"seed": 4, "lines": 5})).await.json();
    assert_eq!((&other["seed"], &other["lines"]), (&json!(4), &json!(5)));
    for body in [json!({"lines": 2_000_001}), json!({"line": 1}), json!([1])] {
        refused(&sandbox, Method::POST, "reset", &body).await;
    }
}

#[tokio::test]
async fn arrivals_are_counted_whatever_came_of_them() {
    let sandbox = sandbox(10);
    get(&sandbox, LIST, &[]).await;
    bare(&sandbox, LIST, &[]).await;
    sandbox.set_throttle(Some(Throttle { calls: 0, per: Duration::from_secs(1) }));
    post(&sandbox, ACTIVATION, &json!([element(1)])).await;
    control(&sandbox, Method::GET, "health", &Value::Null).await;
    let counts = control(&sandbox, Method::GET, "arrivals", &Value::Null).await.json();
    assert_eq!((&counts["list.accounts"], &counts["activation.submit"]), (&json!(2), &json!(1)));
    let known = ["list.accounts", "line.get", "reads", "writes", "*"].map(|name| sandbox.arrivals(name));
    assert_eq!(known, [2, 0, 2, 1, 3].map(Some));
    assert_eq!(sandbox.arrivals("line.gett"), None);
}

#[tokio::test]
async fn variants_are_set_together_or_not_at_all() {
    let sandbox = sandbox(0);
    let wanted = json!({"list_filters": "ignored", "success_code": 202});
    let now = control(&sandbox, Method::PUT, "variants", &wanted).await.json();
    assert_eq!((&now["list_filters"], &now["success_code"]), (&json!("ignored"), &json!("202")));
    let before = sandbox.variants();
    let half = json!({"date_style": "day", "colour": "red"});
    assert!(refused(&sandbox, Method::PUT, "variants", &half).await.contains("colour"));
    refused(&sandbox, Method::PUT, "variants", &json!({"date_style": "roman"})).await;
    assert_eq!(sandbox.variants(), before);
    control(&sandbox, Method::DELETE, "variants", &Value::Null).await;
    assert_eq!(sandbox.variants(), Variants::default());
}

#[tokio::test]
async fn every_variant_of_the_contract_is_listed() {
    let listed = control(&sandbox(0), Method::GET, "variants", &Value::Null).await.json();
    for flag in [
        "list_filters",
        "list_gaps",
        "success_code",
        "business_error",
        "status_spelling",
        "restore_mode",
        "duplicate_activation",
        "reserved_number",
        "activation_port_number",
        "port_cancel_after_cf",
        "port_dn",
        "line_search",
        "cancelled_details",
        "tobr_in_term",
        "device_with_plan",
        "pdp_style",
        "pdp_lookup",
        "pdp_bad_line",
        "future_dates",
        "date_style",
        "throttle_style",
        "trace_headers",
    ] {
        assert!(listed[flag].is_string(), "{flag}");
    }
}

#[tokio::test]
async fn a_line_is_changed_as_if_at_the_portal() {
    let sandbox = sandbox(100);
    let line = sandbox.find_line(|line| line.status == "A").unwrap();
    let path = format!("lines/{}", line.subscriber_number);
    let change = json!({"status": "S", "statusReasonCode": "DLC", "networkImei": imei("00101001", 5)});
    let changed = control(&sandbox, Method::POST, &path, &change).await.json();
    assert_eq!((&changed["status"], &changed["statusReasonCode"]), (&json!("S"), &json!("DLC")));
    assert_eq!(control(&sandbox, Method::GET, &path, &Value::Null).await.json(), changed);
    let service = get(&sandbox, &format!("{LINE}/{}", line.subscriber_number), &[]).await.json();
    assert_eq!(characteristic(&service, "subscriberStatus"), Some("S"));
    let kinds: Vec<_> = sandbox.ledger().iter().map(|entry| entry.kind.to_string()).collect();
    assert_eq!(kinds, ["status", "device"]);
    assert_eq!(sandbox.ledger()[0].detail["by"], "portal");
}

#[tokio::test]
async fn an_impossible_change_of_a_line_is_refused_and_changes_nothing() {
    let sandbox = sandbox(100);
    let lines = sandbox.lines();
    let path = format!("lines/{}", lines[0].subscriber_number);
    for change in [
        json!({}),
        json!({"status": "X"}),
        json!({"status": "S", "sim": lines[1].sim.as_str()}),
        json!({"status": "S", "imei": "1"}),
        json!({"singleUserCode": "APXPLAN99"}),
        json!({"billingAccountNumber": "999999999999"}),
        json!({"serviceZipCode": "99999"}),
        json!({"colour": "red"}),
    ] {
        refused(&sandbox, Method::POST, &path, &change).await;
    }
    assert!(sandbox.lines() == lines);
    let unknown = control(&sandbox, Method::POST, "lines/2145559999", &json!({"status": "S"})).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_contract_is_served_as_one_bundle() {
    let bundle = control(&sandbox(0), Method::GET, "openapi.json", &Value::Null).await.json();
    assert_eq!(bundle["openapi"], "3.1.0");
    assert!(bundle["paths"][LIST].is_object());
    let own = Sandbox::builder().lines(0).openapi(&b"{}"[..]).build();
    assert_eq!(control(&own, Method::GET, "openapi.json", &Value::Null).await.json(), json!({}));
}

#[tokio::test]
async fn other_calls_say_which_there_are() {
    let sandbox = sandbox(0);
    for (method, path, status) in [
        (Method::GET, "", 404),
        (Method::GET, "nothing", 404),
        (Method::GET, "lines", 404),
        (Method::GET, "clock/back", 404),
        (Method::POST, "health", 405),
        (Method::DELETE, "clock", 405),
        (Method::GET, "clock/advance", 405),
        (Method::DELETE, "lines/2145550100", 405),
    ] {
        let answer = control(&sandbox, method, path, &Value::Null).await;
        assert_eq!(answer.status.as_u16(), status, "{path}");
        assert!(answer.json()["error"].as_str().unwrap().contains("clock/advance"));
    }
}

#[tokio::test]
async fn control_calls_need_no_credentials_and_the_apis_do() {
    let sandbox = sandbox(0);
    let wrong = [("app-secret", "guess")];
    for headers in [&[][..], &[("app-id", "sandbox")], &wrong, &[("app-id", "sandbox"), wrong[0]]] {
        assert_eq!(bare(&sandbox, LIST, headers).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(bare(&sandbox, "/_sandbox/health", headers).await.status, StatusCode::OK);
    }
    let own = Sandbox::builder().lines(0).credentials("me", "mine").build();
    let mine = [("app-id", "me"), ("app-secret", "mine")];
    assert_eq!(bare(&own, LIST, &mine).await.status, StatusCode::OK);
    assert_eq!(get(&own, LIST, &[]).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_hidden_limit_shows_as_the_variant_says() {
    let sandbox = sandbox(0);
    control(&sandbox, Method::PUT, "throttle", &json!({"calls": 1, "per": "PT10S"})).await;
    assert_eq!(get(&sandbox, LIST, &[]).await.status, StatusCode::OK);
    let waits = get(&sandbox, LIST, &[]).await;
    assert_eq!((waits.status, waits.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "10"));
    sandbox.set_variant("throttle_style", "503").unwrap();
    let waits = get(&sandbox, LIST, &[]).await;
    assert_eq!((waits.status, waits.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "10"));
    sandbox.set_variant("throttle_style", "403_pol0001").unwrap();
    let waits = get(&sandbox, LIST, &[]).await;
    assert_eq!(waits.status, StatusCode::FORBIDDEN);
    assert_eq!(waits.json()["RequestError"]["PolicyException"]["MessageId"], "POL0001");
    sandbox.advance(Duration::from_secs(10));
    assert_eq!(get(&sandbox, LIST, &[]).await.status, StatusCode::OK);
    sandbox.set_throttle(Some(Throttle { calls: 0, per: Duration::from_secs(1) }));
    assert_eq!(get(&sandbox, LIST, &[]).await.status, StatusCode::FORBIDDEN);
    control(&sandbox, Method::DELETE, "throttle", &Value::Null).await;
    assert_eq!(get(&sandbox, LIST, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn trace_headers_are_ignored_echoed_or_refused() {
    let sandbox = sandbox(0);
    let ids = [("x-trace-id", "a"), ("x-transaction-id", "b")];
    assert!(get(&sandbox, LIST, &ids).await.headers.get("x-trace-id").is_none());
    sandbox.set_variant("trace_headers", "echoed").unwrap();
    let echoed = get(&sandbox, LIST, &ids).await;
    assert_eq!((echoed.header("x-trace-id"), echoed.header("x-transaction-id")), ("a", "b"));
    sandbox.set_variant("trace_headers", "refused").unwrap();
    assert_eq!(get(&sandbox, LIST, &ids).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(get(&sandbox, LIST, &[]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_write_succeeds_with_the_code_of_the_variant() {
    for (n, code) in (1..).zip([200, 201, 202, 204]) {
        let sandbox = sandbox(0);
        sandbox.set_variant("success_code", &code.to_string()).unwrap();
        let filed = post(&sandbox, ACTIVATION, &json!([element(n)])).await;
        assert_eq!((filed.status.as_u16(), filed.body.is_empty()), (code, code == 204));
        assert_eq!(get(&sandbox, LIST, &[]).await.status, StatusCode::OK);
        sandbox.advance(Duration::from_secs(240));
        assert_eq!(sandbox.ledger().len(), 1);
    }
}

#[tokio::test]
async fn a_business_refusal_is_put_as_the_variant_says() {
    let sandbox = sandbox(0);
    sandbox.set_variant("duplicate_activation", "whole_post_400").unwrap();
    post(&sandbox, ACTIVATION, &json!([element(1)])).await;
    for (style, status, member) in [
        ("400", 400, "/errorDescription"),
        ("422", 422, "/errorDescription"),
        ("500", 500, "/errorDescription"),
        ("200_with_text", 200, "/errorDescription"),
        ("message", 400, "/message"),
        ("request_error", 400, "/RequestError/ServiceException/Text"),
        ("tm_forum", 400, "/reason"),
    ] {
        sandbox.set_variant("business_error", style).unwrap();
        let answer = post(&sandbox, ACTIVATION, &json!([element(1)])).await;
        assert_eq!(answer.status.as_u16(), status, "{style}");
        assert!(answer.json().pointer(member).unwrap().as_str().unwrap().contains("ICCID"), "{style}");
    }
    sandbox.set_variant("business_error", "plain_text").unwrap();
    let answer = post(&sandbox, ACTIVATION, &json!([element(1)])).await;
    assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
    assert!(answer.body.starts_with(b"ICCID"));
}
