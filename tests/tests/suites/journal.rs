//! What the journal promises, on both of its stores.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it finds something wrong")]
#![expect(clippy::print_stdout, reason = "a process of a test says on its output what it was given")]

mod damage;
mod processes;
mod promises;
mod upgrade;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use apex_mobility::clock::SystemClock;
use apex_mobility_fleet::journal::{
    Event, Facts, ItemId, JobInfo, JobNumber, JobSpec, Journal, JournalError, Location, NewItem,
};
use apex_mobility_fleet::{Field, FleetOperation, Row, State};
use xtask::postgres::Cluster;

/// Where a journal of a test is.
pub(crate) struct Place {
    location: Location,
    /// The URL of the server, where it is on one.
    server: Option<String>,
    _directory: Option<tempfile::TempDir>,
}

impl Place {
    pub(crate) fn in_a_file() -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let location = Location::File(directory.path().join("jour nal#%3F.db"));
        Some(Self { location, server: None, _directory: Some(directory) })
    }

    /// None where no PostgreSQL is installed; that was said.
    pub(crate) fn on_postgres() -> Option<Self> {
        let url = Cluster::get()?.database();
        Some(Self { location: Location::parse(&url).unwrap(), server: Some(url), _directory: None })
    }

    fn is_shared(&self) -> bool {
        self.server.is_some()
    }

    async fn open(&self) -> Journal {
        open(&self.location).await.unwrap()
    }
}

async fn open(location: &Location) -> Result<Journal, JournalError> {
    Journal::open(location, Arc::new(SystemClock::new())).await
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

fn items(count: u32) -> Vec<NewItem> {
    (1..=count).map(|n| item(n, &n.to_string())).collect()
}

fn unseen(items: impl IntoIterator<Item = ItemId>) -> Vec<(ItemId, String)> {
    items.into_iter().map(|item| (item, String::new())).collect()
}

async fn job_of(journal: &Journal, items: Vec<NewItem>) -> JobInfo {
    let spec = JobSpec { label: "lines.csv".to_owned(), operator: "me".to_owned(), ..JobSpec::default() };
    let job = journal.create_job(spec).await.unwrap();
    journal.add_items(job.number, items).await.unwrap();
    job
}

async fn ids(journal: &Journal, job: JobNumber) -> Vec<ItemId> {
    journal.items(job, None, 10_000).await.unwrap().into_iter().map(|item| item.id).collect()
}

async fn states(journal: &Journal, job: JobNumber) -> Vec<State> {
    journal.items(job, None, 10_000).await.unwrap().into_iter().map(|item| item.state).collect()
}

/// Soon enough for any test.
fn soon() -> SystemTime {
    use apex_mobility::clock::Clock;
    SystemClock::new().wall() + Duration::from_secs(60)
}

fn done(item: ItemId) -> Event {
    Event {
        facts: Facts { reason: "as asked".to_owned(), ..Facts::default() },
        ..Event::new(item, State::Done)
    }
}
