//! What a file alone can promise; the suites hold both stores to the rest.

use std::path::PathBuf;
use std::sync::Arc;

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

async fn job_of(journal: &Journal, items: Vec<NewItem>) -> JobNumber {
    let spec = JobSpec { label: "lines.csv".to_owned(), operator: "me".to_owned(), ..JobSpec::default() };
    let job = journal.create_job(spec).await.unwrap().number;
    journal.add_items(job, items).await.unwrap();
    job
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

#[tokio::test]
async fn activations_without_effect_are_no_reason_to_leave_out_what_stands_behind_them() {
    let place = Place::new();
    let journal = place.open().await;
    let activation = |place: u32| {
        let mut item = item(place, &format!("activate {place}"));
        item.row = Row::new(u64::from(place) + 1, FleetOperation::Activate);
        item
    };
    let rows = (1..=10).map(activation).chain([item(11, "a"), item(12, "b")]).collect();
    let job = job_of(&journal, rows).await;
    let without_effect: Vec<_> = (1..=11).map(|place| (ItemId::at(job, place), String::new())).collect();
    let intent = journal.intend(without_effect, "intent".to_owned(), SystemTime::UNIX_EPOCH).await.unwrap();
    for state in [State::Unknown, State::NotApplied] {
        let event = |item| Event::new(item, state);
        assert_eq!(journal.record(intent.iter().copied().map(event).collect()).await.unwrap(), 11);
    }
    // The suspend that had no effect may be sent again, an activation only by a person.
    let span = Span { job, after: None, until: ItemId::at(job, u32::MAX) };
    let found = journal.items_to_send(span, false, 5).await.unwrap();
    let places: Vec<_> = found.iter().map(|item| item.id.place()).collect();
    assert_eq!(places, [11, 12]);
}
