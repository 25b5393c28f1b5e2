//! The two stores: a file, or a PostgreSQL server.

mod lock;

use std::path::{Path, PathBuf};
use std::sync::Once;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyConnection, AnyPool, Connection};

use super::error::JournalError;
use super::records::integer;
use super::schema;
use lock::Lock;

/// Where a journal is.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Location {
    /// A file, for one process at a time.
    File(PathBuf),
    /// A PostgreSQL server, for any number of processes. The URL can hold a password.
    #[cfg(feature = "postgres")]
    Postgres(PostgresUrl),
}

/// The URL of a PostgreSQL database. `Debug` hides it: it can hold a password.
#[cfg(feature = "postgres")]
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(String);

#[cfg(feature = "postgres")]
impl PostgresUrl {
    /// With the password, if it has one.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(feature = "postgres")]
impl std::fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PostgresUrl([redacted])")
    }
}

impl Location {
    /// A path, or a URL that begins with `postgres://` or `postgresql://`.
    ///
    /// # Errors
    /// For a URL that this build cannot follow.
    pub fn parse(text: &str) -> Result<Self, JournalError> {
        let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
        if is_postgres {
            #[cfg(feature = "postgres")]
            return Ok(Self::Postgres(PostgresUrl(text.to_owned())));
            #[cfg(not(feature = "postgres"))]
            return Err(JournalError::Location(
                "this build has no PostgreSQL, which comes with the feature `postgres`: name a file"
                    .to_owned(),
            ));
        }
        match text.strip_prefix("sqlite:").unwrap_or(text) {
            "" => Err(JournalError::Location("it is empty: name a file".to_owned())),
            path if path.contains("://") => {
                Err(JournalError::Location("a journal is a file or a postgres:// URL".to_owned()))
            }
            path => Ok(Self::File(PathBuf::from(path))),
        }
    }
}

/// Which of the two a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// A statement in both dialects. They differ in how rows are read out of a JSON array alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sql {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl Sql {
    pub(super) const fn of(self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
        }
    }
}

/// Makes a statement out of its parts; `ROWS` is the JSON array `$1` as a table `r` with one array in the column
/// `value` per row, `ARRAY_OF_ARRAYS` begins what gives a page of rows in one row.
macro_rules! sql {
    (@ $words:tt [$($done:literal)*]) => { concat!($($done),*) };
    (@ [$rows:literal $all:literal] [$($done:literal)*] ROWS $($rest:tt)*) => {
        sql!(@ [$rows $all] [$($done)* $rows] $($rest)*)
    };
    (@ [$rows:literal $all:literal] [$($done:literal)*] ARRAY_OF_ARRAYS $($rest:tt)*) => {
        sql!(@ [$rows $all] [$($done)* $all] $($rest)*)
    };
    (@ $words:tt [$($done:literal)*] $part:literal $($rest:tt)*) => { sql!(@ $words [$($done)* $part] $($rest)*) };
    ($($part:tt)+) => {
        $crate::journal::store::Sql {
            sqlite: sql!(@ ["json_each($1) AS r" "json_group_array(json_array"] [] $($part)+),
            postgres: sql!(
                @ ["jsonb_array_elements(CAST($1 AS jsonb)) AS r(value)" "json_agg(json_build_array"] [] $($part)+
            ),
        }
    };
}
pub(super) use sql;

/// An open store.
#[derive(Debug)]
pub(super) struct Store {
    pub(super) dialect: Dialect,
    /// For reads.
    pub(super) readers: AnyPool,
    /// One connection: the writer's.
    pub(super) writer: AnyPool,
    /// Held as long as the store is open. Only a file has one.
    lock: Option<Lock>,
}

impl Store {
    /// Opens the store, and brings its tables up to date.
    pub(super) async fn open(location: &Location) -> Result<Self, JournalError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let (dialect, url, lock) = match location {
            Location::File(path) => {
                let lock = Lock::take(path)?;
                (Dialect::Sqlite, sqlite_url(path)?, Some(lock))
            }
            #[cfg(feature = "postgres")]
            Location::Postgres(url) => (Dialect::Postgres, url.0.clone(), None),
        };
        let cannot = |error: sqlx::Error| JournalError::open(location, &error);
        // A pool would try again for half a minute what cannot work.
        let mut first = AnyConnection::connect(&url).await.map_err(cannot)?;
        prepare(&mut first, dialect).await.map_err(cannot)?;
        if dialect == Dialect::Postgres {
            // Bringing the tables up to date is locked for as long as the connection is there, not for a transaction.
            const IDLE: &str =
                "SELECT set_config(name, '10s', false) FROM pg_settings WHERE name = 'idle_session_timeout'";
            sqlx::query(IDLE).execute(&mut first).await.map_err(cannot)?;
        }
        if let Some(lock) = &lock {
            // Before anything is written: what is left of a damaged one stays as it is.
            lock.compare(commits(&mut first).await)?;
        }
        schema::migrator(dialect).run(&mut first).await.map_err(|error| JournalError::migrate(&error))?;
        first.close().await.map_err(cannot)?;
        let writer = pool(dialect, 1).connect(&url).await.map_err(cannot)?;
        let readers = pool(dialect, 4).connect(&url).await.map_err(cannot)?;
        Ok(Self { dialect, readers, writer, lock })
    }

    /// Notes beside the file how many commits its callers were told of.
    pub(super) fn confirm(&self, commits: i64) {
        if let Some(lock) = &self.lock {
            lock.confirm(commits);
        }
    }
}

/// How many commits a file holds; none where it is too old to count them, or what it held is lost.
async fn commits(connection: &mut AnyConnection) -> i64 {
    let counted = sqlx::query("SELECT n FROM commits").fetch_one(connection).await;
    counted.ok().and_then(|row| integer(&row, "n").ok()).unwrap_or(0)
}

fn pool(dialect: Dialect, most: u32) -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(most)
        // A file does not go away; asking would cost as much as what is to be asked.
        .test_before_acquire(dialect != Dialect::Sqlite)
        .after_connect(move |connection, _| Box::pin(prepare(connection, dialect)))
}

async fn prepare(connection: &mut AnyConnection, dialect: Dialect) -> Result<(), sqlx::Error> {
    let settings: &[&str] = match dialect {
        Dialect::Sqlite => &[
            "PRAGMA journal_mode = WAL",
            // What is committed has reached the disk, or a power cut could undo an intent whose request has left.
            "PRAGMA synchronous = FULL",
            "PRAGMA temp_store = MEMORY",
            "PRAGMA cache_size = -4096",
        ],
        Dialect::Postgres => &[
            // The same, where the server's settings say otherwise.
            "SELECT set_config('synchronous_commit', 'on', false) FROM pg_settings
             WHERE name = 'synchronous_commit' AND setting = 'off'",
            // Whoever waited for a row sees what the other made of it, so an intent is given once.
            "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED",
            // A process that is put to sleep in the middle must not hold up all others: before its chunks are taken over,
            // what it has locked is free. Waiting for a lock, or for a long statement, is nobody's fault and has no end.
            "SET idle_in_transaction_session_timeout = '10s'",
            // The writer keeps its connection, however long there is nothing to write. Older servers know no such end.
            "SELECT set_config(name, '0', false) FROM pg_settings WHERE name = 'idle_session_timeout'",
        ],
    };
    for setting in settings {
        sqlx::query(*setting).execute(&mut *connection).await?;
    }
    Ok(())
}

fn sqlite_url(path: &Path) -> Result<String, JournalError> {
    let text =
        path.to_str().ok_or_else(|| JournalError::Location("the path is not text in UTF-8".to_owned()))?;
    Ok(format!("sqlite://{}?mode=rwc", utf8_percent_encode(text, NON_ALPHANUMERIC)))
}
