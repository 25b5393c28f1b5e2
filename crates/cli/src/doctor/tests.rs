//! Every assumption of the sandbox is changed in turn, and the doctor names it.

use std::collections::BTreeSet;

use apex_mobility::bytes::Bytes;
use apex_mobility::http::{Method, Request};
use apex_mobility::transport::Transport;
use apex_mobility::{AppCredentials, Client, WireProfile};
use apex_mobility_sandbox::{LineView, Sandbox, Throttle, Variants};
use tower::{Layer, ServiceExt};

use super::answer::{Answer, Answers, Reply};
use super::assumption;
use super::capture::Exchanged;
use super::look::{Asked, Look};
use super::report::{Judgement, judge_all};
use super::watch::{MOST_REQUESTS, Watch};
use super::{Known, Verdict, examine, reader, snippet};

/// What is no customer's and could not be told of the invented lines.
const UNTOLD: [&str; 1] = ["pdp: indicators"];

async fn doctor(sandbox: &Sandbox, known: &Known) -> Vec<Judgement> {
    heard(sandbox, known, |_, _| {}).await
}

async fn heard(
    sandbox: &Sandbox,
    known: &Known,
    mut hear: impl FnMut(&Exchanged<'_>, &[String]),
) -> Vec<Judgement> {
    let builder = Client::builder()
        .base_url("http://localhost")
        .transport(sandbox.transport())
        .clock(sandbox.clock())
        .credentials(AppCredentials::new("canary-id", "canary-secret"));
    let (client, watch) = reader(builder).unwrap();
    let answers =
        examine(&client, &watch, known, |exchanged| hear(exchanged, &watch.secrets())).await.unwrap();
    assert!(watch.sent() <= MOST_REQUESTS);
    assert_eq!(sandbox.arrivals("writes"), Some(0), "a write was sent");
    judge_all(&answers)
}

fn sandbox() -> Sandbox {
    with_profile(WireProfile::default())
}

fn with_profile(profile: WireProfile) -> Sandbox {
    Sandbox::builder().lines(1000).wire_profile(profile).credentials("canary-id", "canary-secret").build()
}

fn named(judgements: &[Judgement], verdict: Verdict) -> BTreeSet<&'static str> {
    let found = judgements.iter().filter(|judgement| judgement.verdict == verdict);
    found.map(|judgement| judgement.assumption).collect()
}

fn page(judgements: &[Judgement]) -> String {
    judgements
        .iter()
        .map(|it| format!("{}: {}: {}\n", it.assumption, it.verdict.as_str(), it.found))
        .collect()
}

#[tokio::test]
async fn all_that_can_be_told_holds_at_a_sandbox() {
    let sandbox = sandbox();
    let judgements = doctor(&sandbox, &Known::default()).await;
    assert_eq!(named(&judgements, Verdict::Differs), BTreeSet::new(), "{}", page(&judgements));
    assert_eq!(named(&judgements, Verdict::Untold), BTreeSet::from(UNTOLD), "{}", page(&judgements));
    assert_eq!(snippet(&judgements), None);
    assert_eq!(sandbox.ledger(), [], "something was changed");
    assert_eq!(sandbox.arrivals("*"), Some(23), "all but the path that nobody has");
}

/// The variants that a read shows, and the assumptions that differ under each.
const SHOWN: &[(&str, &str, &[&str])] = &[
    (
        "list_filters",
        "ignored",
        &["list: filter by FAN", "list: filter by BAN", "list: filter by number", "list: filter by status"],
    ),
    ("list_gaps", "cancelled_shown", &["list: cancelled lines"]),
    ("list_gaps", "suspended_missing", &["list: suspended lines"]),
    ("list_duplicates", "across_pages", &["list: a number"]),
    ("status_spelling", "canceled", &["line: spelling of cancelled"]),
    ("status_spelling", "word_twice", &["line: status"]),
    ("status_spelling", "letter_only", &["line: status"]),
    ("line_search", "single_object", &["search: one match"]),
    ("line_search", "404", &["search: no match"]),
    ("cancelled_details", "404", &["line: cancelled"]),
    ("pdp_style", "pascal_case", &["pdp: names"]),
    ("pdp_style", "bool", &["pdp: indicators"]),
    ("date_style", "rfc3339", &["line: dates"]),
    ("date_style", "day", &["line: dates"]),
    ("trace_headers", "echoed", &["trace ids"]),
    ("trace_headers", "refused", &["trace ids"]),
];

/// The variants that no read shows, and why.
const HIDDEN: &[(&str, &str)] = &[
    ("success_code", "the status of a write"),
    ("business_error", "only a write is refused by a rule of the carrier"),
    ("restore_mode", "what a status change does"),
    ("duplicate_activation", "what an activation does"),
    ("reserved_number", "seen for a minute after an activation"),
    ("activation_port_number", "what an activation does"),
    ("port_cancel_after_cf", "what a cancel of a port does"),
    ("port_dn", "seen when a port was denied, and hours later"),
    ("tobr_in_term", "what a transfer does"),
    ("device_with_plan", "what a device update does"),
    ("pdp_lookup", "a look-up is a POST, and what it holds shows in another one"),
    ("pdp_bad_line", "what a submission does"),
    ("future_dates", "what a dated write does"),
    ("throttle_style", "shows only when the server is asked too often, which is not polite"),
];

#[tokio::test]
async fn every_changed_assumption_that_a_read_can_show_is_named() {
    for (flag, value, expected) in SHOWN {
        let sandbox = sandbox();
        let known = if *value == "bool" { line_with_address(&sandbox).await } else { Known::default() };
        sandbox.set_variant(flag, value).unwrap();
        let before = sandbox.ledger().len();
        let judgements = examined_after(&sandbox, &known).await;
        let differing = named(&judgements, Verdict::Differs);
        let expected: BTreeSet<_> = expected.iter().copied().collect();
        assert_eq!(differing, expected, "{flag}={value}\n{}", page(&judgements));
        assert_eq!(sandbox.ledger().len(), before, "{flag}={value} changed something");
    }
}

#[test]
fn no_variant_is_forgotten() {
    for (flag, values) in Variants::choices() {
        let hidden = HIDDEN.iter().any(|(name, why)| *name == flag && !why.is_empty());
        for value in &values[1..] {
            let shown = SHOWN.iter().any(|(name, word, _)| (*name, word) == (flag, value));
            assert!(shown != hidden, "{flag}={value} must be either shown by a read or said not to be");
        }
    }
    for (flag, _) in HIDDEN {
        assert!(Variants::choices().iter().any(|(name, _)| name == flag), "{flag} is no variant");
    }
}

/// As `doctor`, after writes that a test has sent itself.
async fn examined_after(sandbox: &Sandbox, known: &Known) -> Vec<Judgement> {
    let writes = sandbox.arrivals("writes");
    let builder = Client::builder()
        .base_url("http://localhost")
        .transport(sandbox.transport())
        .clock(sandbox.clock())
        .credentials(AppCredentials::new("canary-id", "canary-secret"));
    let (client, watch) = reader(builder).unwrap();
    let answers = examine(&client, &watch, known, |_| {}).await.unwrap();
    assert!(watch.sent() <= MOST_REQUESTS);
    assert_eq!(sandbox.arrivals("writes"), writes, "a write was sent");
    judge_all(&answers)
}

/// A line that was given a static address: its status shows indicators.
async fn line_with_address(sandbox: &Sandbox) -> Known {
    let line: LineView = sandbox.find_line(|line| line.status == "A" && line.ip_address.is_none()).unwrap();
    let body = serde_json::json!({
        "pdpName": "PDP-EXAMPLE", "billingAccountNumber": line.billing_account_number,
        "subscriber": [{"subscriberNumber": line.subscriber_number,
            "ipAddressRecord": {"ipAddress": "10.20.0.11"}, "lteIndicator": "Y", "defaultAPNIndicator": "Y",
            "accessPointName": "apn.example", "effectiveDate": "2026-01-19Z"}],
    });
    let request = Request::post("/sp/mobility/pdp/api/v1/ipprovisioning")
        .header("app-id", "canary-id")
        .header("app-secret", "canary-secret")
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_string()))
        .unwrap();
    let answer = sandbox.transport().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200, "{:?}", answer.body());
    Known { number: Some(line.subscriber_number.to_string().parse().unwrap()), ban: None }
}

/// What is replaced in the sandbox's wire profile, and what must be among the differences.
const REPLACED: &[(&str, &str, &str, &str)] = &[
    ("headers", "current_page", "x-page", "list: page headers"),
    ("headers", "page_size", "x-size", "list: page headers"),
    ("headers", "page_total", "x-page-total", "list: page total"),
    ("headers", "refresh_timestamp", "x-refreshed", "list: refresh timestamp"),
    ("headers", "list_fan", "fan", "list: filter by FAN"),
    ("headers", "list_ban", "ban", "list: filter by BAN"),
    ("headers", "list_subscriber", "msisdn", "list: filter by number"),
    ("headers", "list_status", "line-status", "list: filter by status"),
    ("headers", "search_sim", "iccid", "search: by SIM"),
    ("headers", "search_imei", "device", "search: by IMEI"),
    ("headers", "search_status", "line-status", "search: by status"),
    ("headers", "pdp_batch", "x-batch", "unknown PDP batch"),
    ("paths", "list.accounts", "/lines", "path of list.accounts"),
    ("paths", "activation.status", "/activations/{requestId}", "path of activation.status"),
    ("paths", "port.item", "/ports/{subscriberNumber}", "path of port.item"),
    ("paths", "billing.item", "/accounts/{billingAccountNumber}", "path of billing.item"),
    ("paths", "line.get", "/line/{subscriberNumber}", "path of line.get"),
    ("paths", "line.search", "/line-search", "path of line.search"),
    ("paths", "pdp.status", "/pdp", "path of pdp.status"),
    ("methods", "list.accounts", "POST", "path of list.accounts"),
    ("methods", "line.search", "POST", "path of line.search"),
    ("methods", "activation.status", "POST", "path of activation.status"),
    ("methods", "billing.item/read", "POST", "path of billing.item"),
    ("characteristics", "subscriberStatus", "lineStatus", "line: names"),
    ("characteristics", "statusEffectiveDate", "status_effective_date", "line: names"),
    ("characteristics", "serviceZipCode", "service-zip-code", "line: names"),
    ("characteristics", "billingAccountNumber", "ban", "line: names"),
    ("characteristics", "sim", "iccid", "line: names"),
    ("characteristics", "BLIMEI", "deviceImei", "line: names"),
    ("characteristics", "contactName", "customer", "line: names"),
];

#[tokio::test]
async fn every_replaced_header_path_and_name_is_named() {
    for (section, key, value, expected) in REPLACED {
        let mut builder = WireProfile::builder();
        builder = match *section {
            "headers" => builder.header(*key, *value),
            "paths" => builder.path(*key, *value),
            "methods" => builder.method(*key, *value),
            _ => builder.characteristic(*key, *value),
        };
        let sandbox = with_profile(builder.build().unwrap());
        let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
        let number = Some(number.to_string().parse().unwrap());
        let judgements = doctor(&sandbox, &Known { number, ban: None }).await;
        let differing = named(&judgements, Verdict::Differs);
        assert!(differing.contains(expected), "{section}.{key}\n{}", page(&judgements));
    }
}

#[tokio::test]
async fn what_can_be_told_is_offered_as_a_wire_profile_that_can_be_used() {
    let server = WireProfile::builder()
        .header("page_total", "x-page-total")
        .header("refresh_timestamp", "x-refreshed")
        .characteristic("sim", "iccid")
        .characteristic("billingAccountNumber", "ban")
        .characteristic("serviceZipCode", "service_zip_code")
        .build()
        .unwrap();
    let sandbox = with_profile(server.clone());
    sandbox.set_variant("date_style", "day").unwrap();
    let judgements = doctor(&sandbox, &Known::default()).await;
    let offered = snippet(&judgements).unwrap();
    insta::assert_snapshot!(offered);
    let offered = WireProfile::from_toml(&offered).unwrap();
    for (section, key) in WireProfile::keys().filter(|(section, _)| *section != "dates") {
        assert_eq!(offered.get(section, key), server.get(section, key), "{section}.{key}");
    }
}

#[tokio::test]
async fn captures_hold_neither_secrets_nor_customers_values() {
    for trace in ["ignored", "echoed"] {
        let sandbox = sandbox();
        sandbox.set_variant("trace_headers", trace).unwrap();
        let mut page = String::new();
        let mut count = 0;
        heard(&sandbox, &Known::default(), |exchanged, secrets| {
            count += 1;
            page.push_str(&exchanged.shown(secrets).to_string());
        })
        .await;
        assert_eq!(count, 24);
        assert!(page.contains("statusEffectiveDate") && page.contains("9999-99-99Z"), "{page}");
        for canary in ["canary-id", "canary-secret"] {
            assert!(!page.contains(canary), "{canary}");
        }
        for line in sandbox.lines() {
            for identifier in
                [line.subscriber_number.to_string(), line.sim.to_string(), line.imei.to_string()]
            {
                assert!(!page.contains(&identifier), "{identifier}");
            }
            assert!(!page.contains(&line.billing_account_number.to_string()));
            assert!(line.contact_name.is_empty() || !page.contains(&line.contact_name));
        }
    }
}

#[tokio::test]
async fn a_credential_that_a_server_echoes_is_hidden_in_a_capture() {
    let body =
        r#"{"errorDescription": "key canary-secret is not known", "passcode": "846251", "app": "canary-id"}"#;
    let answer = apex_mobility::http::Response::builder()
        .status(400)
        .header("x-echo", "canary-id")
        .header("set-cookie", "session=abc")
        .body(Bytes::from(body))
        .unwrap();
    let client = Client::builder()
        .base_url("http://localhost")
        .transport(sandbox().transport())
        .credentials(AppCredentials::new("canary-id", "canary-secret"))
        .build()
        .unwrap();
    let reply = Reply::of(answer);
    let exchanged = Exchanged {
        asked: Asked::Line,
        sent: &apex_mobility::http::HeaderMap::new(),
        reply: &reply,
        client: &client,
    };
    let shown = exchanged.shown(&["canary-id".to_owned(), "canary-secret".to_owned()]).to_string();
    for canary in ["canary", "846251", "abc"] {
        assert!(!shown.contains(canary), "{canary}: {shown}");
    }
    assert!(shown.contains("key [redacted] is not known"), "{shown}");
}

#[tokio::test]
async fn nothing_but_a_get_passes() {
    let sandbox = sandbox();
    let watch = Watch::default();
    watch.go_by(&WireProfile::default());
    let watched = watch.layer(Transport::new(sandbox.transport()));
    for method in [Method::POST, Method::PATCH, Method::PUT, Method::DELETE] {
        let mut request = Request::new(Bytes::new());
        *request.method_mut() = method;
        *request.uri_mut() = "/sp/mobility/api/v1/account".parse().unwrap();
        assert!(watched.clone().oneshot(request).await.is_err());
    }
    assert_eq!((watch.sent(), sandbox.arrivals("*")), (0, Some(0)));
    for sent in 0..MOST_REQUESTS + 5 {
        let request = Request::get("/sp/mobility/api/v1/account").body(Bytes::new()).unwrap();
        assert_eq!(watched.clone().oneshot(request).await.is_ok(), sent < MOST_REQUESTS);
    }
}

#[tokio::test]
async fn a_server_that_throttles_is_not_asked_more_than_allowed() {
    let sandbox = sandbox();
    sandbox.set_throttle(Some(Throttle { calls: 1, per: std::time::Duration::from_secs(1) }));
    let judgements = doctor(&sandbox, &Known::default()).await;
    assert_eq!(named(&judgements, Verdict::Differs), BTreeSet::new(), "{}", page(&judgements));
}

#[tokio::test]
async fn refused_credentials_end_it_at_once() {
    let sandbox = Sandbox::builder().lines(8).build();
    let builder = Client::builder()
        .base_url("http://localhost")
        .transport(sandbox.transport())
        .clock(sandbox.clock())
        .credentials(AppCredentials::new("canary-id", "canary-secret"));
    let (client, watch) = reader(builder).unwrap();
    let error = examine(&client, &watch, &Known::default(), |_| {}).await.unwrap_err();
    assert_eq!(error.class(), apex_mobility::catalog::Class::Auth);
    assert_eq!(watch.sent(), 1);
}

#[test]
fn without_answers_nothing_is_said_to_hold_or_differ() {
    let judgements = judge_all(&Answers::new(WireProfile::default()));
    assert_eq!(named(&judgements, Verdict::Untold).len(), assumption::ALL.len());
}

#[test]
fn an_outage_is_no_difference() {
    for (status, body) in [(503, ""), (500, "{\"errorDescription\": \"TPESYSTEM\"}"), (429, "")] {
        let mut answers = Answers::new(WireProfile::default());
        for asked in Asked::ALL {
            let answer =
                apex_mobility::http::Response::builder().status(status).body(Bytes::from(body)).unwrap();
            answers.put(asked, Answer::Came(Reply::of(answer)));
        }
        let judgements = judge_all(&answers);
        assert_eq!(named(&judgements, Verdict::Differs), BTreeSet::new(), "{status}\n{}", page(&judgements));
        assert_eq!(named(&judgements, Verdict::Holds), BTreeSet::new(), "{status}\n{}", page(&judgements));
    }
}

#[test]
fn a_question_does_not_show_what_it_is_about() {
    let look = Look::new(Asked::Line).at("subscriberNumber", "2145550101").with("search_sim", "8901");
    let shown = format!("{look:?}");
    assert!(!shown.contains("2145550101") && !shown.contains("8901"), "{shown}");
}
