//! What is sent again, and what is not.

use apex_mobility_core::catalog::Class;
use apex_mobility_core::retry::{RetryBudget, RetryPolicy};
use apex_mobility_core::transport::{Reply, ScriptedTransport};
use apex_mobility_core::{Effect, ErrorKind, GaveUp};

use crate::spine::probe::{builder, ok, read, scripted, write};

fn pol0001(status: u16) -> Reply {
    Reply::json(
        status,
        r#"{"RequestError":{"PolicyException":{"MessageId":"POL0001","Text":"A policy error occurred"}}}"#,
    )
}

#[tokio::test(start_paused = true)]
async fn a_read_is_sent_three_times_at_most() {
    for failure in [
        || Reply::json(504, "gateway timeout"),
        || Reply::json(500, r#"{"message":"Internal server error"}"#),
        || Reply::json(408, ""),
        || Reply::json(429, ""),
        Reply::broken,
        Reply::never_connected,
    ] {
        let (client, transport) = scripted([failure(), failure(), failure(), ok()]);
        let error = read(&client).send().await.unwrap_err();
        assert_eq!(transport.arrivals(), 3, "{error}");
        assert_eq!((error.effect(), error.attempts()), (Effect::None, 3));
        assert_eq!(error.gave_up(), Some(GaveUp::Attempts));
    }
}

#[tokio::test(start_paused = true)]
async fn a_read_succeeds_on_its_third_attempt() {
    let (client, _) = scripted([Reply::broken(), Reply::json(503, ""), ok()]);
    let response = read(&client).send().await.unwrap();
    assert_eq!((response.value.as_deref(), response.meta.attempts), (Some("done"), 3));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_may_have_arrived_is_sent_once() {
    let lost: [fn() -> Reply; 9] = [
        Reply::broken,
        || Reply::Hang,
        || Reply::json(408, r#"{"errorDescription":"subscriber is inactive"}"#),
        || Reply::json(500, r#"{"message":"Internal server error"}"#),
        || Reply::json(502, r#"{"errorDescription":"subscriber is inactive"}"#),
        || Reply::json(503, ""),
        || Reply::json(504, r#"{"errorDescription":"subscriber is inactive"}"#),
        || Reply::json(200, "<html>sorry</html>"),
        || Reply::json(302, ""),
    ];
    for failure in lost {
        let (client, transport) = scripted([failure(), ok()]);
        let error = write(&client).send().await.unwrap_err();
        assert_eq!(transport.arrivals(), 1, "{error}");
        assert_eq!(error.effect(), Effect::Unknown, "{error}");
        assert_eq!(error.next_step(), "read the line", "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_write_that_never_left_is_sent_again() {
    let (client, transport) = scripted([Reply::never_connected(), Reply::never_connected(), ok()]);
    assert!(write(&client).send().await.is_ok());
    assert_eq!(transport.arrivals(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_write_that_never_left_at_all_says_that_nothing_was_sent() {
    let (client, _) = scripted([]);
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((error.effect(), error.kind()), (Effect::NotSent, ErrorKind::Connect));
    assert!(error.to_string().ends_with("nothing was sent"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_throttled_write_is_sent_again_unless_that_is_switched_off() {
    let (client, transport) = scripted([Reply::json(429, ""), ok()]);
    assert!(write(&client).send().await.is_ok());
    assert_eq!(transport.arrivals(), 2);

    let transport = ScriptedTransport::new([Reply::json(429, ""), ok()]);
    let mut policy = RetryPolicy::default();
    policy.resend_throttled_writes = false;
    let client = builder(&transport).retry(policy).build().unwrap();
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((transport.arrivals(), error.effect()), (1, Effect::Rejected));
}

#[tokio::test(start_paused = true)]
async fn a_refused_write_is_never_sent_again() {
    for (status, body) in [
        (400, r#"{"errorDescription":"subscriber 2145550101 is inactive"}"#),
        (500, r#"{"errorDescription":"The subscriber must be active"}"#),
        (200, r#"{"errorDescription":"subscriber 2145550101 is inactive"}"#),
        (404, r#"{"id":"x","description":"/service/"}"#),
        (422, "no"),
    ] {
        let (client, transport) = scripted([Reply::json(status, body), ok()]);
        let error = write(&client).send().await.unwrap_err();
        assert_eq!((transport.arrivals(), error.effect()), (1, Effect::Rejected), "{status} {error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_success_with_a_failure_that_nobody_knows_is_an_unknown_outcome() {
    let (client, _) = scripted([Reply::json(200, r#"{"errorDescription":"moon in the seventh house"}"#)]);
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::FailureInSuccess, Effect::Unknown));
}

#[tokio::test(start_paused = true)]
async fn the_legacy_throttle_is_waited_out_three_times_and_then_is_a_refusal_of_the_credentials() {
    let (client, transport) = scripted([pol0001(403), pol0001(403), pol0001(403), ok()]);
    assert!(write(&client).send().await.is_ok());
    assert_eq!(transport.arrivals(), 4);

    let (client, transport) = scripted([pol0001(403), pol0001(403), pol0001(403), pol0001(403), ok()]);
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((transport.arrivals(), error.class()), (4, Class::Auth));
    assert_eq!(error.effect(), Effect::Rejected);
}

#[tokio::test(start_paused = true)]
async fn the_legacy_throttle_id_with_401_is_a_refusal_of_the_credentials_at_once() {
    let (client, transport) = scripted([pol0001(401), ok()]);
    let error = read(&client).send().await.unwrap_err();
    assert_eq!((transport.arrivals(), error.class()), (1, Class::Auth));
}

#[tokio::test(start_paused = true)]
async fn an_empty_budget_stops_retries_of_all_clones() {
    let failure = || Reply::json(500, r#"{"message":"Internal server error"}"#);
    let transport = ScriptedTransport::new((0..20).map(|_| failure()));
    let client = builder(&transport).retry_budget(RetryBudget::new(3)).build().unwrap();
    let first = read(&client).send().await.unwrap_err();
    let second = read(&client.clone()).send().await.unwrap_err();
    let third = read(&client).send().await.unwrap_err();
    assert_eq!(
        (first.gave_up(), second.gave_up(), third.gave_up()),
        (Some(GaveUp::Attempts), Some(GaveUp::Budget), Some(GaveUp::Budget))
    );
    assert_eq!(transport.arrivals(), 3 + 2 + 1);
}
