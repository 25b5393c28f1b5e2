//! Several hands at one job, and what one of them cannot go on with.

use std::time::Duration;

use super::*;

/// Carries all of a job through, beside others. Looks at requests so often that the clock hardly moves by it.
async fn beside_others(place: &Place, journal: &Journal, job: &JobInfo, sends: bool) -> Ended {
    let poll_every = Some(Duration::from_millis(10));
    let options = Options { ramp: false, poll_every, ..Options::default() };
    let engine = Engine::new(&place.client, journal, "sandbox", options);
    let part = Part { sends, ..Part::whole(job.number, true) };
    engine.carry(job, part, &Stop::default()).await.unwrap()
}

#[tokio::test]
async fn a_row_that_another_hand_gives_back_is_sent() {
    let place = Place::new(50);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(2)).await;
    let theirs = journal.items(job.number, None, 2).await.unwrap().remove(1).id;
    let long = place.client.clock().wall() + Duration::from_hours(24 * 30);
    journal.intend(vec![(theirs, String::new())], "theirs".to_owned(), long).await.unwrap();
    let gives_back = async {
        while states(&journal, &job).await[0] != State::Done {
            tokio::task::yield_now().await;
        }
        let back = Event { intent: "theirs".to_owned(), ..Event::new(theirs, State::Planned) };
        assert_eq!(journal.record(vec![back]).await.unwrap(), 1);
    };
    let (ended, ()) = tokio::join!(beside_others(&place, &journal, &job, true), gives_back);
    assert_eq!((ended, states(&journal, &job).await), (Ended::Finished, vec![State::Done; 2]));
    assert_eq!(place.sandbox.ledger().len(), 2);
}

#[tokio::test]
async fn what_is_taken_while_another_request_is_followed_is_followed_too() {
    let place = Place::new(20);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Activate), &activations(2)).await;
    let send_one = Options { ramp: false, follow: false, max_changes: Some(1), ..Options::default() };
    assert_eq!(place.run(&journal, &job, send_one.clone()).await, Ended::EnoughChanges);
    let another_sends = async {
        for _ in 0..1_000_000 {
            if place.sandbox.arrivals("activation.status").is_some_and(|looks| looks > 0) {
                break;
            }
            tokio::task::yield_now().await;
        }
        place.run(&journal, &job, Options { max_changes: None, ..send_one.clone() }).await;
        assert_eq!(states(&journal, &job).await, [State::Accepted; 2]);
        place.sandbox.advance(Duration::from_hours(1));
    };
    let (ended, ()) = tokio::join!(beside_others(&place, &journal, &job, false), another_sends);
    assert_eq!((ended, states(&journal, &job).await), (Ended::Finished, vec![State::Done; 2]));
}

#[tokio::test]
async fn a_kill_switch_leaves_what_is_followed_as_it_is() {
    let place = Place::new(20);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Activate), &activations(3)).await;
    let send = Options { ramp: false, follow: false, ..Options::default() };
    assert_eq!(place.run(&journal, &job, send).await, Ended::Finished);
    place.client.kill_switch().turn_on();
    let ended = place.run(&journal, &job, Options::default()).await;
    assert!(matches!(ended, Ended::Refused(_)), "{ended:?}");
    assert_eq!(states(&journal, &job).await, [State::Accepted; 3]);
    assert_eq!(journal.job(&job.id).await.unwrap().state, JobState::Stopped);
    place.client.kill_switch().turn_off();
    assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
    assert_eq!(states(&journal, &job).await, [State::Done; 3]);
}

#[tokio::test]
async fn a_row_that_never_takes_effect_is_not_sent_for_ever() {
    let place = Place::new(50);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(3)).await;
    place.fault("status.change", Fault::F9, When::Always);
    assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
    let items = journal.items(job.number, None, 3).await.unwrap();
    assert!(
        items.iter().all(|item| item.state == State::Failed && item.facts.reason.starts_with("sent 5 times"))
    );
    assert_eq!((place.sandbox.arrivals("status.change"), place.sandbox.ledger().len()), (Some(15), 0));
    // Four times are borne.
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(1)).await;
    place.fault("status.change", Fault::F9, When::Always);
    let clears = async {
        while place.sandbox.arrivals("status.change").unwrap() < 15 + 4 {
            tokio::task::yield_now().await;
        }
        place.sandbox.set_faults([]);
    };
    let (ended, ()) = tokio::join!(place.run(&journal, &job, Options::default()), clears);
    assert_eq!((ended, states(&journal, &job).await), (Ended::Finished, vec![State::Done]));
}

#[test]
fn what_a_read_shows_is_said_of_the_request_that_was_read_for() {
    let read = |intent: &str| {
        let mut item = item_of("2145550101");
        item.intent = intent.to_owned();
        super::super::learned::Learned::new(State::NotApplied).seen_of(&item)
    };
    assert_eq!((read("a").intent.as_str(), read("b").intent.as_str()), ("a", "b"));
    assert_eq!(read("a").trace_id, "");
}

fn item_of(number: &str) -> Item {
    Item {
        id: crate::journal::ItemId::at(crate::journal::JobNumber(1), 1),
        row: crate::row::Row::new(2, FleetOperation::Suspend).with(Field::Number, number),
        unknown: Vec::new(),
        sealed: String::new(),
        subject: number.to_owned(),
        group: String::new(),
        state: State::Unknown,
        twin: None,
        intent: String::new(),
        send_before: std::time::SystemTime::UNIX_EPOCH,
        before: String::new(),
        accepted: None,
        facts: crate::journal::Facts::default(),
        changed: std::time::SystemTime::UNIX_EPOCH,
    }
}
