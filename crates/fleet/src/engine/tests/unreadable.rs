//! Rows that another version has written, and this one cannot read: they hold up nobody.

use std::time::SystemTime;

use super::*;
use crate::journal::{ItemId, NewItem};
use crate::row::Row;

/// Adds rows that no version of this code would let in. Gives their ids.
async fn add_unreadable(
    journal: &Journal,
    job: &JobInfo,
    places: impl IntoIterator<Item = u32>,
) -> Vec<ItemId> {
    let places: Vec<_> = places.into_iter().collect();
    let unreadable = |place: &u32| {
        let row = Row::new(u64::from(*place) + 1, FleetOperation::Suspend)
            .with(Field::Number, format!("214555{place:04}"))
            .with(Field::Reason, "LATER");
        NewItem {
            place: *place,
            subject: format!("214555{place:04}"),
            row,
            sealed: String::new(),
            group: String::new(),
            natural_key: format!("later {place}"),
            state: State::Planned,
            reason: String::new(),
        }
    };
    journal.add_items(job.number, places.iter().map(unreadable).collect()).await.unwrap();
    places.into_iter().map(|place| ItemId::at(job.number, place)).collect()
}

#[tokio::test]
async fn rows_to_be_sent_are_left_alone_with_the_reason_and_all_others_are_sent() {
    let place = Place::new(200);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(30)).await;
    let unreadable = add_unreadable(&journal, &job, 31..=80).await;
    // Asked again, it says the same and comes to an end.
    for _ in 0..2 {
        assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
        let tally = journal.tally(job.number).await.unwrap();
        assert_eq!((tally.of(State::Done), tally.of(State::Unreadable)), (30, 50));
        assert_eq!(place.sandbox.arrivals("status.change"), Some(30));
    }
    let left = journal.item(unreadable[0]).await.unwrap().unwrap();
    assert!(
        left.facts.reason.starts_with("this version of apex cannot read the row: column reason: "),
        "{left:?}"
    );
    assert!(left.facts.next_step.contains("apex fleet resume"));
    assert_eq!(journal.job(&job.id).await.unwrap().state, JobState::Finished);
}

#[tokio::test]
async fn one_among_rows_that_go_together_is_left_out_of_their_request() {
    let place = Place::new(20);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Activate), &activations(40)).await;
    add_unreadable(&journal, &job, [41]).await;
    let options = Options { ramp: false, ..Options::default() };
    assert_eq!(place.run(&journal, &job, options).await, Ended::Finished);
    let states = states(&journal, &job).await;
    assert_eq!(states.iter().filter(|state| **state == State::Done).count(), 40);
    assert_eq!(states.last(), Some(&State::Unreadable));
    assert_eq!(place.sandbox.arrivals("activation.submit"), Some(1));
}

#[tokio::test]
async fn what_may_have_been_sent_stays_unknown_and_is_never_sent() {
    let place = Place::new(200);
    let journal = place.journal().await;
    let job = place.job(&journal, Some(FleetOperation::Suspend), &place.suspends(10)).await;
    let unreadable = add_unreadable(&journal, &job, [11]).await;
    let sent = vec![(unreadable[0], String::new())];
    journal.intend(sent, "of another".to_owned(), SystemTime::UNIX_EPOCH).await.unwrap();
    for _ in 0..2 {
        assert_eq!(place.run(&journal, &job, Options::default()).await, Ended::Finished);
        let mut expected = [State::Done; 11];
        expected[10] = State::StillUnknown;
        assert_eq!(states(&journal, &job).await, expected);
    }
    assert_eq!(place.sandbox.arrivals("status.change"), Some(10));
    let open = journal.item(unreadable[0]).await.unwrap().unwrap();
    assert!(open.facts.reason.contains("cannot read the row"), "{}", open.facts.reason);
}
