//! After the kill switch is on, nothing is sent.

use std::time::Duration;

use apex_mobility_core::catalog::Class;
use apex_mobility_core::clock::{Clock, SystemClock};
use apex_mobility_core::transport::{Reply, ScriptedTransport};
use apex_mobility_core::{Effect, ErrorKind, KillSwitch};

use crate::spine::probe::{builder, ok, read, scripted, write};

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_while_it_is_on_and_everything_after() {
    let (client, transport) = scripted([ok(), ok()]);
    client.kill_switch().turn_on();
    assert!(client.pace().stopped);

    let refused = write(&client).send().await.unwrap_err();
    assert_eq!((refused.kind(), refused.effect()), (ErrorKind::Stopped, Effect::NotSent));
    assert_eq!((refused.class(), refused.is_transient()), (Class::Wait, false));
    assert_eq!(refused.to_string(), "status.change: the kill switch is on; nothing was sent");
    assert!(refused.next_step().contains("turn_off"), "{}", refused.next_step());
    assert_eq!(read(&client.clone()).send().await.unwrap_err().effect(), Effect::None);
    assert_eq!(transport.arrivals(), 0);

    client.kill_switch().turn_off();
    assert!(read(&client).send().await.is_ok() && write(&client).send().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_request_under_way_ends_normally_and_those_who_wait_for_a_turn_end_at_once() {
    let transport = ScriptedTransport::new([Reply::Hang, ok()]);
    let client = builder(&transport).concurrency(1).max_concurrency(1).build().unwrap();
    let clock = SystemClock::new();
    let (under_way, waiting) = (write(&client), write(&client));
    let (lost, (stopped, after), ()) = tokio::join!(
        under_way.send(),
        async {
            let stopped = waiting.send().await.unwrap_err();
            (stopped, clock.monotonic())
        },
        async {
            clock.sleep(Duration::from_secs(5)).await;
            client.kill_switch().turn_on();
        }
    );
    assert_eq!((stopped.kind(), stopped.effect()), (ErrorKind::Stopped, Effect::NotSent));
    assert_eq!(after, Duration::from_secs(5));
    // It was sent and has the time it would have had.
    assert_eq!((lost.unwrap_err().kind(), clock.monotonic().as_secs()), (ErrorKind::Timeout, 120));
    assert_eq!(transport.arrivals(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_waits_to_send_again_ends_at_once_and_keeps_what_is_known() {
    let (client, transport) = scripted([Reply::json(429, "").with_header("retry-after", "60"), ok()]);
    let clock = SystemClock::new();
    let call = write(&client);
    let (outcome, ()) = tokio::join!(call.send(), async {
        clock.sleep(Duration::from_secs(5)).await;
        client.kill_switch().turn_on();
    });
    let stopped = outcome.unwrap_err();
    assert_eq!((stopped.kind(), stopped.attempts()), (ErrorKind::Stopped, 1));
    assert_eq!((stopped.effect(), clock.monotonic().as_secs()), (Effect::Rejected, 5));
    assert_eq!(transport.arrivals(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_file_stops_everything_while_it_exists() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("stop");
    let transport =
        ScriptedTransport::new([ok(), Reply::json(503, "").with_header("retry-after", "60"), ok()]);
    let client = builder(&transport).kill_switch(KillSwitch::new().with_file(&file)).build().unwrap();
    assert!(read(&client).send().await.is_ok());

    // It appears while a call waits to send again.
    let clock = SystemClock::new();
    let call = read(&client);
    let (outcome, ()) = tokio::join!(call.send(), async {
        clock.sleep(Duration::from_millis(4500)).await;
        std::fs::write(&file, "").unwrap();
    });
    let stopped = outcome.unwrap_err();
    assert_eq!(stopped.kind(), ErrorKind::Stopped);
    assert_eq!(clock.monotonic().as_secs(), 5);
    let text = stopped.to_string();
    assert!(text.contains(&*file.to_string_lossy()), "{text}");
    assert_eq!(transport.arrivals(), 2);
    assert_eq!(write(&client).send().await.unwrap_err().kind(), ErrorKind::Stopped);

    std::fs::remove_file(&file).unwrap();
    clock.sleep(Duration::from_secs(60)).await;
    assert!(read(&client).send().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn one_switch_may_stop_several_clients() {
    let switch = KillSwitch::new();
    let transports = [ScriptedTransport::new([ok()]), ScriptedTransport::new([ok()])];
    switch.turn_on();
    for transport in &transports {
        let client = builder(transport).kill_switch(switch.clone()).build().unwrap();
        assert_eq!(read(&client).send().await.unwrap_err().kind(), ErrorKind::Stopped);
        assert_eq!(transport.arrivals(), 0);
    }
}
