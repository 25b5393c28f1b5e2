use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use apex_mobility_core::clock::SystemClock;

use super::*;
use crate::field::Field;
use crate::operation::FleetOperation;
use crate::row::Row;

struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("jour nal#%3F.db")
    }

    async fn open(&self) -> Journal {
        Journal::open(&Location::File(self.path()), Arc::new(SystemClock::new())).await.unwrap()
    }
}

fn item(place: u32, key: &str) -> NewItem {
    let row = Row::new(u64::from(place) + 1, FleetOperation::Suspend)
        .with(Field::Number, format!("214555{place:04}"))
        .with(Field::Reason, "CR");
    NewItem {
        place,
        subject: format!("214555{place:04}"),
        row,
        sealed: String::new(),
        group: String::new(),
        natural_key: key.to_owned(),
        state: State::Planned,
        reason: String::new(),
    }
}

fn unseen(items: impl IntoIterator<Item = ItemId>) -> Vec<(ItemId, String)> {
    items.into_iter().map(|item| (item, String::new())).collect()
}

async fn job_of(journal: &Journal, items: Vec<NewItem>) -> JobNumber {
    let spec = JobSpec { label: "lines.csv".to_owned(), operator: "me".to_owned(), ..JobSpec::default() };
    let job = journal.create_job(spec).await.unwrap().number;
    journal.add_items(job, items).await.unwrap();
    job
}

fn soon(journal: &Journal) -> SystemTime {
    journal.clock.wall() + Duration::from_secs(10)
}

async fn states(journal: &Journal, job: JobNumber) -> Vec<State> {
    journal.items(job, None, 1000).await.unwrap().into_iter().map(|item| item.state).collect()
}

#[tokio::test]
async fn what_was_added_is_read_back_in_order_after_a_restart() {
    let place = Place::new();
    let job = {
        let journal = place.open().await;
        job_of(&journal, (1..=30).map(|n| item(n, &n.to_string())).collect()).await
    };
    // The lock is given back when the writing task has ended.
    tokio::task::yield_now().await;
    let journal = place.open().await;
    let items = journal.items(job, None, 20).await.unwrap();
    assert_eq!(items.len(), 20);
    assert_eq!(items[0].row, item(1, "1").row);
    let rest = journal.items(job, Some(items[19].id), 20).await.unwrap();
    assert_eq!(rest.len(), 10);
    assert_eq!(journal.tally(job).await.unwrap().of(State::Planned), 30);
    assert_eq!(journal.jobs().await.unwrap()[0].label, "lines.csv");
}

#[tokio::test]
async fn a_second_process_on_the_same_file_is_refused_by_name() {
    let place = Place::new();
    let _first = place.open().await;
    let second = Journal::open(&Location::File(place.path()), Arc::new(SystemClock::new())).await;
    let Err(JournalError::InUse { holder, .. }) = second else { panic!("{second:?}") };
    assert_eq!(holder, std::process::id().to_string());
}

#[tokio::test]
async fn an_intent_is_given_once() {
    let place = Place::new();
    let journal = place.open().await;
    let job = job_of(&journal, (1..=3).map(|n| item(n, &n.to_string())).collect()).await;
    let ids: Vec<_> = journal.items(job, None, 10).await.unwrap().into_iter().map(|item| item.id).collect();
    let until = soon(&journal);
    let (one, other) = tokio::join!(
        journal.intend(unseen(ids.clone()), "a".to_owned(), until),
        journal.intend(unseen(ids[1..].to_vec()), "b".to_owned(), until),
    );
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!([one.clone(), other.clone()].concat().len(), 3, "{one:?} {other:?}");
    assert_eq!(journal.intend(unseen(ids), "c".to_owned(), until).await.unwrap(), []);
}

#[tokio::test]
async fn a_state_is_left_only_as_the_machine_allows_and_the_attempt_is_noted() {
    let place = Place::new();
    let journal = place.open().await;
    let job = job_of(&journal, vec![item(1, "1")]).await;
    let id = journal.items(job, None, 1).await.unwrap()[0].id;
    // Nothing was sent, so nothing can have been done.
    assert_eq!(journal.record(vec![Event::new(id, State::Done)]).await.unwrap(), 0);
    assert_eq!(states(&journal, job).await, [State::Planned]);
    journal.intend(unseen([id]), "a".to_owned(), soon(&journal)).await.unwrap();
    let facts = Facts { reason: "Subscriber is inactive".to_owned(), ..Facts::default() };
    let refused = Event { facts, intent: "a".to_owned(), ..Event::new(id, State::Rejected) };
    assert_eq!(journal.record(vec![refused.clone()]).await.unwrap(), 1);
    assert_eq!(journal.record(vec![Event { intent: "z".to_owned(), ..refused }]).await.unwrap(), 0);
    let history = journal.history("2145550001").await.unwrap();
    let told: Vec<_> = history.iter().map(|entry| (entry.state, entry.applied)).collect();
    assert_eq!(
        told,
        [
            (State::Planned, true),
            (State::Done, false),
            (State::Intent, true),
            (State::Rejected, true),
            (State::Rejected, false),
        ]
    );
    assert!(history[3].note.contains("Subscriber is inactive"));
    assert_eq!(history[3].operator, "me");
}

#[tokio::test]
async fn events_of_one_item_are_applied_in_their_order() {
    let place = Place::new();
    let journal = place.open().await;
    let job = job_of(&journal, vec![item(1, "1"), item(2, "2")]).await;
    let ids: Vec<_> = journal.items(job, None, 10).await.unwrap().into_iter().map(|item| item.id).collect();
    journal.intend(unseen(ids.clone()), "a".to_owned(), soon(&journal)).await.unwrap();
    let steps = [State::Sent, State::Accepted, State::Done];
    let events =
        steps.into_iter().flat_map(|state| ids.iter().map(move |id| Event::new(*id, state))).collect();
    assert_eq!(journal.record(events).await.unwrap(), 6);
    assert_eq!(states(&journal, job).await, [State::Done, State::Done]);
}

#[tokio::test]
async fn an_empty_fact_leaves_what_was_known() {
    let place = Place::new();
    let journal = place.open().await;
    let job = job_of(&journal, vec![item(1, "1")]).await;
    let id = journal.items(job, None, 1).await.unwrap()[0].id;
    journal.intend(unseen([id]), "a".to_owned(), soon(&journal)).await.unwrap();
    let facts = Facts { request_id: "req-0001".to_owned(), ..Facts::default() };
    journal.record(vec![Event { facts, ..Event::new(id, State::Accepted) }]).await.unwrap();
    let facts = Facts { gained: "2145550177".to_owned(), ..Facts::default() };
    journal.record(vec![Event { facts, ..Event::new(id, State::Done) }]).await.unwrap();
    let item = journal.item(id).await.unwrap().unwrap();
    assert_eq!((item.facts.request_id.as_str(), item.facts.gained.as_str()), ("req-0001", "2145550177"));
    assert_eq!(journal.history("2145550177").await.unwrap().len(), 4);
}

#[tokio::test]
async fn one_key_is_one_write_over_rows_and_jobs() {
    let place = Place::new();
    let journal = place.open().await;
    let first = job_of(&journal, vec![item(1, "x"), item(2, "y"), item(3, "x")]).await;
    assert_eq!(journal.claim_keys(first).await.unwrap(), 1);
    assert_eq!(states(&journal, first).await, [State::Planned, State::Planned, State::Duplicate]);
    let second = job_of(&journal, vec![item(1, "y"), item(2, "z")]).await;
    assert_eq!(journal.claim_keys(second).await.unwrap(), 1);
    assert_eq!(states(&journal, second).await, [State::Duplicate, State::Planned]);
    let twin = journal.items(second, None, 1).await.unwrap()[0].twin;
    assert_eq!(twin, Some(journal.items(first, None, 2).await.unwrap()[1].id));
}

#[tokio::test]
async fn a_key_is_free_again_when_its_write_is_over() {
    let place = Place::new();
    let journal = place.open().await;
    let first = job_of(&journal, vec![item(1, "x")]).await;
    journal.claim_keys(first).await.unwrap();
    let id = journal.items(first, None, 1).await.unwrap()[0].id;
    journal.intend(unseen([id]), "a".to_owned(), soon(&journal)).await.unwrap();
    let over = Event { releases: true, ..Event::new(id, State::Rejected) };
    journal.record(vec![over]).await.unwrap();
    let second = job_of(&journal, vec![item(1, "x")]).await;
    assert_eq!(journal.claim_keys(second).await.unwrap(), 0);
}

#[tokio::test]
async fn a_draft_can_be_taken_out_again_and_what_was_sent_cannot() {
    let place = Place::new();
    let journal = place.open().await;
    let job = job_of(&journal, vec![item(1, "x")]).await;
    journal.claim_keys(job).await.unwrap();
    journal.discard_draft(job).await.unwrap();
    assert_eq!(journal.jobs().await.unwrap(), []);
    let job = job_of(&journal, vec![item(1, "x")]).await;
    assert_eq!(journal.claim_keys(job).await.unwrap(), 0);
    let id = journal.items(job, None, 1).await.unwrap()[0].id;
    journal.intend(unseen([id]), "a".to_owned(), soon(&journal)).await.unwrap();
    assert!(journal.discard_draft(job).await.is_err());
    assert_eq!(journal.jobs().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_secret_is_not_in_the_file() {
    let place = Place::new();
    let journal = place.open().await;
    let mut secret = item(1, "x");
    secret.row = Row::new(2, FleetOperation::ResetVoicemail)
        .with(Field::Number, "2145550101")
        .with(Field::VoicemailPin, "86753094242");
    job_of(&journal, vec![secret]).await;
    drop(journal);
    for file in std::fs::read_dir(place.directory.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(11).any(|window| window == b"86753094242"));
    }
}

#[tokio::test]
async fn a_file_that_is_no_journal_is_refused_and_left_alone() {
    let place = Place::new();
    std::fs::write(place.path(), "a spreadsheet, perhaps, long enough to hold a header of a database page")
        .unwrap();
    let error = Journal::open(&Location::File(place.path()), Arc::new(SystemClock::new())).await.unwrap_err();
    assert!(error.to_string().contains("not a database"), "{error}");
    assert!(std::fs::read_to_string(place.path()).unwrap().starts_with("a spreadsheet"));
}

#[test]
fn a_location_is_a_path_or_a_server() {
    assert_eq!(Location::parse("a/b.db").unwrap(), Location::File("a/b.db".into()));
    assert_eq!(Location::parse("sqlite:b.db").unwrap(), Location::File("b.db".into()));
    assert!(Location::parse("").is_err());
    assert!(Location::parse("mysql://host/x").is_err());
}
