//! What a request carries and what an answer becomes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use apex_mobility_core::clock::Moment;
use apex_mobility_core::transport::{Reply, ScriptedTransport};
use apex_mobility_core::{
    AppCredentials, Client, CredentialsError, CredentialsProvider, Effect, ErrorKind, WireProfile,
};
use async_trait::async_trait;
use http::HeaderName;

use crate::spine::probe::{builder, ok, read, scripted, write};

fn header(request: &http::Request<bytes::Bytes>, name: &'static str) -> String {
    let value = request.headers().get(HeaderName::from_static(name));
    value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

#[tokio::test(start_paused = true)]
async fn one_trace_id_per_call_and_one_transaction_id_per_attempt() {
    let (client, transport) = scripted([Reply::json(504, ""), Reply::json(504, ""), ok(), ok()]);
    let response = read(&client).send().await.unwrap();
    read(&client).send().await.unwrap();
    let requests = transport.requests();
    let traces: Vec<String> = requests.iter().map(|request| header(request, "x-trace-id")).collect();
    assert_eq!(traces[0], response.meta.trace_id);
    assert!(traces[0] == traces[1] && traces[1] == traces[2] && traces[2] != traces[3]);
    let mut transactions: Vec<String> =
        requests.iter().map(|request| header(request, "x-transaction-id")).collect();
    transactions.sort();
    transactions.dedup();
    assert_eq!(transactions.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn every_request_carries_the_pair() {
    let (client, transport) = scripted([ok()]);
    read(&client).send().await.unwrap();
    let request = &transport.requests()[0];
    assert_eq!(header(request, "app-id"), "canary-id");
    assert_eq!(header(request, "app-secret"), "canary-secret");
    assert!(request.headers()["app-secret"].is_sensitive());
    assert_eq!(
        request.uri().to_string(),
        "https://example.com:8082/sp/mobility/lineconfig/api/v1/service/2145550101"
    );
}

#[tokio::test(start_paused = true)]
async fn a_call_can_bring_its_own_pair() {
    let (client, transport) = scripted([ok()]);
    let mut call = read(&client);
    call.options.credentials = Some(AppCredentials::new("tenant", "other"));
    call.send().await.unwrap();
    assert_eq!(header(&transport.requests()[0], "app-id"), "tenant");
}

#[tokio::test(start_paused = true)]
async fn a_profile_renames_headers_and_moves_paths() {
    let profile = WireProfile::builder()
        .header("app_id", "x-app-id")
        .path("line.get", "/gw/v2/lines/{subscriberNumber}")
        .method("line.get", "POST")
        .build()
        .unwrap();
    let transport = ScriptedTransport::new([ok()]);
    let client = builder(&transport).wire_profile(profile).build().unwrap();
    read(&client).send().await.unwrap();
    let request = &transport.requests()[0];
    assert_eq!(header(request, "x-app-id"), "canary-id");
    assert_eq!((request.method().as_str(), request.uri().path()), ("POST", "/gw/v2/lines/2145550101"));
}

#[tokio::test(start_paused = true)]
async fn the_base_url_may_have_a_path() {
    let transport = ScriptedTransport::new([ok()]);
    let client = Client::builder()
        .base_url("https://example.com/gateway/")
        .credentials(AppCredentials::new("id", "secret"))
        .transport(transport.clone())
        .build()
        .unwrap();
    read(&client).send().await.unwrap();
    assert_eq!(
        transport.requests()[0].uri().path(),
        "/gateway/sp/mobility/lineconfig/api/v1/service/2145550101"
    );
}

#[test]
fn a_base_url_is_refused_when_it_would_leak_or_cannot_work() {
    for (url, allowed) in [
        ("https://apsapi.att.com:8082", true),
        ("http://localhost:8082", true),
        ("http://127.0.0.1:1", true),
        ("http://127.9.9.9", true),
        ("http://[::1]:8082", true),
        ("http://example.com", false),
        ("http://127.0.0.1.example.com", false),
        ("http://10.0.0.1", false),
        ("ftp://localhost", false),
        ("https://user:word@example.com", false),
        ("https://example.com/?a=b", false),
        ("apsapi.att.com:8082", false),
        ("", false),
    ] {
        let built = Client::builder()
            .base_url(url)
            .credentials(AppCredentials::new("id", "secret"))
            .transport(ScriptedTransport::new([]))
            .build();
        assert_eq!(built.is_ok(), allowed, "{url}");
        if let Err(error) = built {
            assert_eq!(error.kind(), ErrorKind::Configuration);
            assert!(!error.to_string().contains("word@"), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_only_client_reads_and_refuses_to_write() {
    let transport = ScriptedTransport::new([ok()]);
    let client = builder(&transport).read_only(true).build().unwrap();
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::ReadOnly, Effect::NotSent));
    assert!(read(&client).send().await.is_ok());
    assert_eq!(transport.arrivals(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_client_made_read_only_shares_all_with_the_one_that_may_write() {
    let transport = ScriptedTransport::new([ok(), ok()]);
    let client = builder(&transport).concurrency(1).build().unwrap();
    let reader = client.read_only();
    let error = write(&reader).send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::ReadOnly, Effect::NotSent));
    assert!(read(&reader).send().await.is_ok());
    assert!(write(&client).send().await.is_ok());
    assert_eq!(transport.arrivals(), 2);
    assert!(reader.is_read_only() && !client.is_read_only());
}

#[tokio::test(start_paused = true)]
async fn an_empty_success_to_a_write_is_accepted_without_detail() {
    let (client, _) = scripted([Reply::json(204, "")]);
    assert_eq!(write(&client).send().await.unwrap().value, None);
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_success_names_the_place_and_not_the_value() {
    let (client, _) = scripted([Reply::json(200, r#"[{"canary": 1}]"#)]);
    let error = read(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreadable);
    assert!(error.to_string().contains("line 1 column"), "{error}");
    assert!(!error.to_string().contains("canary"), "{error}");
}

#[derive(Debug, Default)]
struct Vault(AtomicUsize);

#[async_trait]
impl CredentialsProvider for Vault {
    async fn credentials(&self) -> Result<AppCredentials, CredentialsError> {
        let version = self.0.fetch_add(1, Ordering::SeqCst);
        Ok(AppCredentials::new("id", format!("version-{version}")))
    }
}

#[async_trait]
impl CredentialsProvider for Shared {
    async fn credentials(&self) -> Result<AppCredentials, CredentialsError> {
        self.0.credentials().await
    }
}

#[derive(Debug)]
struct Shared(Arc<Vault>);

#[tokio::test(start_paused = true)]
async fn a_rotated_pair_is_fetched_after_a_401_and_the_call_goes_on() {
    let transport = ScriptedTransport::new([Reply::json(401, ""), ok(), ok()]);
    let vault = Arc::new(Vault::default());
    let client = builder(&transport).credentials(Shared(vault.clone())).build().unwrap();
    write(&client).send().await.unwrap();
    write(&client).send().await.unwrap();
    let secrets: Vec<String> =
        transport.requests().iter().map(|request| header(request, "app-secret")).collect();
    assert_eq!(secrets, ["version-0", "version-1", "version-1"]);
    assert_eq!(vault.0.load(Ordering::SeqCst), 2);
}

#[tokio::test(start_paused = true)]
async fn a_401_with_a_static_pair_ends_the_call() {
    let (client, transport) = scripted([Reply::json(401, ""), ok()]);
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((transport.arrivals(), error.effect()), (1, Effect::Rejected));
}

#[derive(Debug)]
struct Broken;

#[async_trait]
impl CredentialsProvider for Broken {
    async fn credentials(&self) -> Result<AppCredentials, CredentialsError> {
        Err(CredentialsError::new("the vault is sealed"))
    }
}

#[tokio::test(start_paused = true)]
async fn without_credentials_nothing_is_sent() {
    let transport = ScriptedTransport::new([ok()]);
    let client = builder(&transport).credentials(Broken).build().unwrap();
    let error = write(&client).send().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.effect(), transport.arrivals()),
        (ErrorKind::Credentials, Effect::NotSent, 0)
    );
    assert!(error.to_string().contains("the vault is sealed"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_has_missed_its_moment_is_not_sent() {
    let (client, transport) = scripted([ok()]);
    let now = Moment::after(&**client.clock(), Duration::ZERO);
    let later = Moment::after(&**client.clock(), Duration::from_secs(60));
    // A time of day that was set back does not hold it up, nor a clock that stood still while the machine was suspended.
    for missed in [Moment { wall: later.wall, ..now }, Moment { wall: now.wall, ..later }] {
        let mut call = write(&client);
        call.options.leave_by = Some(missed);
        let error = call.send().await.unwrap_err();
        assert_eq!((error.effect(), error.attempts()), (Effect::NotSent, 0));
        assert_eq!(transport.requests().len(), 0);
    }
    let mut call = write(&client);
    call.options.leave_by = Some(later);
    call.send().await.unwrap();
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_is_not_sent_again_after_its_moment() {
    let throttled = Reply::json(429, "").with_header("retry-after", "5");
    let (client, transport) = scripted([throttled, ok()]);
    let mut call = write(&client);
    call.options.leave_by = Some(Moment::after(&**client.clock(), Duration::from_secs(2)));
    let error = call.send().await.unwrap_err();
    assert_eq!((error.effect(), error.attempts()), (Effect::Rejected, 1));
    assert_eq!(transport.requests().len(), 1);
}
