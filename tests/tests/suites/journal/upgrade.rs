//! Journals of older versions, and of newer ones.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, AssertSqlSafe, Connection, SqlSafeStr};

use super::*;

/// The first schema, to the letter: journals that were begun with it have to open for ever.
const FIRST: &str = include_str!("schema_1.sql");

async fn connect(place: &Place) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(&place.url()).await.unwrap()
}

impl Place {
    /// As a database's client names it.
    fn url(&self) -> String {
        match &self.location {
            Location::File(path) => {
                let path = path.to_str().unwrap().replace(' ', "%20").replace("#%3F", "%23%253F");
                format!("sqlite://{path}?mode=rwc")
            }
            _ => self.server.clone().unwrap(),
        }
    }
}

async fn begin_with_the_first_schema(place: &Place) {
    let (key, serial) = match &place.location {
        Location::File(_) => ("INTEGER", "INTEGER PRIMARY KEY"),
        _ => ("BIGINT", "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"),
    };
    let text = FIRST.replace("{KEY}", key).replace("{SERIAL}", serial);
    let text = AssertSqlSafe(text).into_sql_str();
    let first = Migration::new(1, "the first".into(), MigrationType::Simple, text, false);
    let mut connection = connect(place).await;
    Migrator::with_migrations(vec![first]).run(&mut connection).await.unwrap();
    let item = |place: i64, state: &str| {
        let id = (1_i64 << 32) | place;
        format!(
            "INSERT INTO item VALUES ({id}, 1, {place}, 'suspend', '2145550101', '', '{{\"number\":\"2145550101\"}}', '', \
             'key-{place}', '', '{state}', NULL, '', 0, '', 0, '', '', '', '', '', '', 0)"
        )
    };
    for statement in [
        "INSERT INTO job VALUES (1, 'a-job', 0, '', 'old.csv', 'me', '', '', 'running')".to_owned(),
        item(1, "planned"),
        item(2, "intent"),
        item(3, "done"),
    ] {
        sqlx::query(AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

async fn a_journal_of_the_first_schema_is_brought_up_to_date_and_goes_on(place: Place) {
    begin_with_the_first_schema(&place).await;
    let journal = place.open().await;
    let job = journal.job("a-job").await.unwrap();
    assert_eq!(job.label, "old.csv");
    assert_eq!(states(&journal, job.number).await, [State::Planned, State::Intent, State::Done]);
    let all = ids(&journal, job.number).await;
    let given = journal.intend(unseen(all.clone()), "a".to_owned(), soon()).await.unwrap();
    assert_eq!(given, [all[0]]);
    drop(journal);
    tokio::task::yield_now().await;
    let journal = place.open().await;
    assert_eq!(states(&journal, job.number).await, [State::Intent, State::Intent, State::Done]);
}

async fn a_journal_of_a_later_version_is_refused(place: Place) {
    drop(place.open().await);
    tokio::task::yield_now().await;
    let mut connection = connect(&place).await;
    let later = "UPDATE _sqlx_migrations SET version = 9999 WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
    sqlx::query(later).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let refused = open(&place.location).await.unwrap_err();
    assert!(matches!(refused, JournalError::Migrate(_)), "{refused}");
}

async fn a_journal_can_be_begun_by_several_at_once(place: Place) {
    let (one, two, three) = tokio::join!(open(&place.location), open(&place.location), open(&place.location));
    let open: Vec<_> = [one, two, three].into_iter().map(Result::unwrap).collect();
    // Each begins a job in the same moment, and none gets another's number.
    let jobs = open.iter().flat_map(|journal| (0..5).map(|_| journal.create_job(JobSpec::default())));
    let jobs = futures_util::future::join_all(jobs).await;
    let numbers: std::collections::BTreeSet<_> = jobs.into_iter().map(|job| job.unwrap().number).collect();
    assert_eq!(numbers.len(), 15);
}

#[tokio::test]
async fn a_file_of_the_first_schema_is_brought_up_to_date_and_goes_on() {
    a_journal_of_the_first_schema_is_brought_up_to_date_and_goes_on(Place::in_a_file().unwrap()).await;
}

#[tokio::test]
async fn a_server_with_the_first_schema_is_brought_up_to_date_and_goes_on() {
    let Some(place) = Place::on_postgres() else { return };
    a_journal_of_the_first_schema_is_brought_up_to_date_and_goes_on(place).await;
}

#[tokio::test]
async fn a_file_of_a_later_version_is_refused() {
    a_journal_of_a_later_version_is_refused(Place::in_a_file().unwrap()).await;
}

#[tokio::test]
async fn a_server_with_a_later_version_is_refused() {
    let Some(place) = Place::on_postgres() else { return };
    a_journal_of_a_later_version_is_refused(place).await;
}

#[tokio::test]
async fn a_journal_on_a_server_can_be_begun_by_several_at_once() {
    let Some(place) = Place::on_postgres() else { return };
    a_journal_can_be_begun_by_several_at_once(place).await;
}
