//! Jobs that take hours: schedules, ends, and handles that survive the process.

use std::time::Duration;

use apex_mobility_core::clock::{Clock, SystemClock};
use apex_mobility_core::transport::Reply;
use apex_mobility_core::{Client, Error, Handle, Job, Poller, Progress, Schedule, Settled};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};

use crate::spine::probe::{read, scripted};

/// Looks with the probe's read; the answer is a word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Order {
    id: String,
}

impl Job for Order {
    type Status = String;
    type Done = String;
    type Action = &'static str;

    const SCHEDULE: Schedule = Schedule {
        first: Duration::from_secs(10),
        pace: &[
            (Duration::from_secs(60), Duration::from_secs(20)),
            (Duration::from_secs(300), Duration::from_secs(100)),
        ],
        overdue: Duration::from_secs(400),
    };

    async fn look(&self, client: &Client) -> Result<String, Error> {
        Ok(read(client).send().await?.value.unwrap_or_default())
    }

    fn progress(&self, status: &String) -> Progress<String, &'static str> {
        match status.as_str() {
            "done" | "failed" => Progress::Done(status.clone()),
            "conflict" => Progress::ActionRequired("mend it"),
            _ => Progress::Waiting,
        }
    }
}

fn word(word: &str) -> Reply {
    Reply::json(200, &format!("\"{word}\""))
}

fn begin(client: &Client) -> Poller<Order> {
    Poller::begin(client, Order { id: "7".to_owned() })
}

#[tokio::test(start_paused = true)]
async fn looks_follow_the_schedule_until_the_job_is_done() {
    // Looks at 10, 30, 50, 70, 170 s.
    let (client, transport) = scripted([word("new"), word("new"), word("open"), word("open"), word("done")]);
    let clock = SystemClock::new();
    let Settled::Done(end) = begin(&client).await.unwrap() else { panic!("not done") };
    assert_eq!((end.as_str(), transport.arrivals()), ("done", 5));
    assert_eq!(clock.monotonic().as_secs(), 170);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_waits_for_a_person_says_so() {
    let (client, _) = scripted([word("new"), word("conflict")]);
    let Settled::ActionRequired(action) = begin(&client).await.unwrap() else { panic!("not waiting") };
    assert_eq!(action, "mend it");
}

#[tokio::test(start_paused = true)]
async fn running_out_of_time_gives_the_handle_and_the_last_status_and_is_no_failure() {
    let (client, transport) = scripted((0..50).map(|_| word("open")));
    let clock = SystemClock::new();
    let Settled::StillPending(rest) = begin(&client).await.unwrap() else { panic!("settled") };
    assert_eq!((rest.last.as_deref(), rest.handle.job.id.as_str()), (Some("open"), "7"));
    // 10, 30, 50, 70, 170, 270, 370; the next would come after 400.
    assert_eq!((transport.arrivals(), clock.monotonic().as_secs()), (7, 370));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_fails_for_a_passing_reason_is_made_up_for_by_the_next() {
    let (client, _) = scripted([
        word("open"),
        Reply::json(504, ""),
        Reply::json(504, ""),
        Reply::json(504, ""),
        word("done"),
    ]);
    assert!(matches!(begin(&client).await.unwrap(), Settled::Done(_)));
}

#[tokio::test(start_paused = true)]
async fn a_look_that_is_refused_ends_the_wait() {
    let (client, _) = scripted([word("open"), Reply::json(404, "")]);
    assert_eq!(begin(&client).await.unwrap_err().status().unwrap().as_u16(), 404);
}

#[tokio::test(start_paused = true)]
async fn the_stream_gives_changes_only_and_ends_with_the_job() {
    let (client, _) =
        scripted([word("new"), word("new"), word("open"), word("open"), word("done"), word("never")]);
    let seen: Vec<String> = begin(&client).map(Result::unwrap).collect().await;
    assert_eq!(seen, ["new", "open", "done"]);
}

#[tokio::test(start_paused = true)]
async fn a_shorter_pace_and_a_timeout_hold_on_every_path() {
    let (client, transport) = scripted((0..50).map(|_| word("open")));
    let clock = SystemClock::new();
    let poller = begin(&client).with_poll_every(Duration::from_secs(7)).with_timeout(Duration::from_secs(30));
    assert!(matches!(poller.await.unwrap(), Settled::StillPending(_)));
    assert_eq!((transport.arrivals(), clock.monotonic().as_secs()), (4, 28));

    let (client, transport) = scripted((0..50).map(|_| Reply::json(400, "")));
    let poller = begin(&client).with_timeout(Duration::from_secs(5));
    let seen: Vec<Result<String, Error>> = poller.collect().await;
    assert_eq!((seen.len(), transport.arrivals()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_resumed_job_is_as_old_as_it_was_and_looks_at_once_when_that_is_due() {
    let (client, _) = scripted([word("done")]);
    let kept = serde_json::to_string(begin(&client).handle()).unwrap();
    let clock = SystemClock::new();
    client.clock().sleep(Duration::from_secs(200)).await;

    let handle: Handle<Order> = serde_json::from_str(&kept).unwrap();
    assert!(matches!(Poller::resume(&client, handle).await.unwrap(), Settled::Done(_)));
    assert_eq!(clock.monotonic().as_secs(), 200);
}

#[tokio::test(start_paused = true)]
async fn an_overdue_job_is_still_looked_at_once() {
    let (client, transport) = scripted([word("open"), word("open")]);
    let handle = begin(&client).handle().clone();
    client.clock().sleep(Duration::from_secs(100_000)).await;
    assert!(matches!(Poller::resume(&client, handle).await.unwrap(), Settled::StillPending(_)));
    assert_eq!(transport.arrivals(), 1);
}

#[test]
fn a_schedule_slows_down_and_holds_its_last_pace() {
    let seconds = |elapsed| Order::SCHEDULE.next_after(Duration::from_secs(elapsed)).as_secs();
    assert_eq!(
        [seconds(0), seconds(10), seconds(59), seconds(60), seconds(299), seconds(5000)],
        [10, 30, 79, 160, 399, 5100]
    );
}
