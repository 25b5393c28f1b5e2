//! Waits and both deadlines, on paused time.

use std::time::Duration;

use apex_mobility_core::clock::{Clock, SystemClock};
use apex_mobility_core::transport::{Reply, ScriptedTransport};
use apex_mobility_core::{Deadlines, Effect, ErrorKind, GaveUp, Timeouts};

use crate::spine::probe::{builder, ok, read, scripted, write};

#[tokio::test(start_paused = true)]
async fn an_attempt_that_hangs_ends_at_its_deadline() {
    let (client, transport) = scripted([Reply::Hang, ok()]);
    let clock = SystemClock::new();
    let error = write(&client).send().await.unwrap_err();
    assert_eq!((error.kind(), error.effect()), (ErrorKind::Timeout, Effect::Unknown));
    assert_eq!((clock.monotonic().as_secs(), transport.arrivals()), (120, 1));
}

#[tokio::test(start_paused = true)]
async fn a_read_that_hangs_is_tried_again_within_the_total() {
    let (client, transport) = scripted([Reply::Hang, Reply::Hang, ok()]);
    let clock = SystemClock::new();
    let response = read(&client).send().await.unwrap();
    assert_eq!((response.meta.attempts, transport.arrivals()), (3, 3));
    assert!((60..=63).contains(&clock.monotonic().as_secs()));
}

#[tokio::test(start_paused = true)]
async fn the_total_deadline_cuts_the_last_attempt_short() {
    let transport = ScriptedTransport::new([Reply::Hang, Reply::Hang, ok()]);
    let mut timeouts = Timeouts::default();
    timeouts.read = Deadlines { attempt: Duration::from_secs(30), total: Duration::from_secs(40) };
    let client = builder(&transport).timeouts(timeouts).build().unwrap();
    let clock = SystemClock::new();
    let error = read(&client).send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(clock.monotonic().as_secs(), 40);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_kept_to() {
    for value in ["7", "Mon, 19 Jan 2026 12:00:07 GMT"] {
        let (client, _) = scripted([Reply::json(429, "").with_header("retry-after", value), ok()]);
        let clock = SystemClock::new();
        write(&client).send().await.unwrap();
        assert_eq!(clock.monotonic().as_secs(), 7, "{value}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_behind_the_deadline_ends_the_call_at_once_and_is_told() {
    let (client, transport) = scripted([Reply::json(429, "").with_header("retry-after", "3600"), ok()]);
    let clock = SystemClock::new();
    let error = read(&client).send().await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(3600)));
    assert_eq!((error.gave_up(), transport.arrivals()), (Some(GaveUp::Deadline), 1));
    assert!(clock.monotonic() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_throttle_answer_holds_back_the_other_calls_of_the_client() {
    let (client, transport) = scripted([Reply::json(429, "").with_header("retry-after", "20"), ok(), ok()]);
    let clock = SystemClock::new();
    let first = read(&client);
    let second = read(&client);
    let (first, second) = tokio::join!(first.send(), async {
        clock.sleep(Duration::from_secs(1)).await;
        second.send().await
    });
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(transport.arrivals(), 3);
    assert!(clock.monotonic() >= Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn back_off_stays_below_its_ceilings() {
    for _ in 0..50 {
        let (client, _) = scripted([Reply::broken(), Reply::broken(), ok()]);
        let clock = SystemClock::new();
        read(&client).send().await.unwrap();
        assert!(clock.monotonic() <= Duration::from_secs(1 + 2));
    }
}

#[tokio::test(start_paused = true)]
async fn no_turn_in_time_means_nothing_was_sent() {
    let transport = ScriptedTransport::new([Reply::Hang, ok()]);
    let client = builder(&transport).concurrency(1).build().unwrap();
    let slow = write(&client);
    let mut quick = write(&client);
    quick.options.timeout = Some(Duration::from_secs(5));
    let (_, refused) = tokio::join!(slow.send(), quick.send());
    assert_eq!(refused.unwrap_err().effect(), Effect::NotSent);
    assert_eq!(transport.arrivals(), 1);
}
