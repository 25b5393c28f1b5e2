//! Which journal, and which job of it.

use std::path::PathBuf;
use std::sync::Arc;

use apex_mobility::SharedPace;
use apex_mobility::clock::{SharedClock, SystemClock};
use apex_mobility::fleet::journal::{JobInfo, Location};
use apex_mobility::fleet::{EngineError, Journal, JournalError};
use clap::Args;
use tempfile::TempDir;

use crate::connection::{Connected, ConnectionArgs};
use crate::failure::Failure;

/// Which journal.
#[derive(Debug, Args)]
pub(super) struct JournalArgs {
    /// The journal [default: $XDG_STATE_HOME/apex/journal.db, else ~/.local/state/apex/journal.db]
    #[arg(long, env = "APEX_JOURNAL", hide_env_values = true, value_name = "FILE", display_order = 710)]
    journal: Option<String>,
}

impl JournalArgs {
    /// Opens the journal, or begins it.
    pub(super) async fn open(&self) -> Result<Journal, Failure> {
        self.open_with(clock()).await
    }

    /// Opens the journal, or begins it, on a clock.
    pub(super) async fn open_with(&self, clock: SharedClock) -> Result<Journal, Failure> {
        self.open_telling(clock, &failure).await
    }

    /// The same, where the command has its own words for what is wrong with it.
    pub(super) async fn open_telling(
        &self,
        clock: SharedClock,
        tell: &(dyn Fn(&JournalError) -> Failure + Sync),
    ) -> Result<Journal, Failure> {
        let location = self.location()?;
        if let Location::File(path) = &location
            && let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty())
        {
            std::fs::create_dir_all(directory).map_err(|error| {
                let what = format!("the journal's directory {} cannot be made: {error}", directory.display());
                Failure::usage(what, OTHER)
            })?;
        }
        Journal::open(&location, clock).await.map_err(|error| tell(&error))
    }

    /// Where the journal is, for a command that is of use where many processes share one.
    pub(super) fn shared_location(&self) -> Result<Location, Failure> {
        match self.location()? {
            file @ Location::File(_) => Err(not_shared(&file)),
            shared => Ok(shared),
        }
    }

    /// Opens a journal that many processes share, on a clock.
    #[cfg(feature = "postgres")]
    pub(super) async fn open_shared(location: &Location, clock: SharedClock) -> Result<Journal, Failure> {
        Journal::open(location, clock).await.map_err(|error| failure(&error))
    }

    /// A client whose pace is shared with all who work at the journal, where many can.
    pub(super) fn connect(&self, connection: &ConnectionArgs) -> Result<Connected, Failure> {
        let location = self.location()?;
        connection.connect_with(|server, id| pace(&location, server, id, None))
    }

    fn location(&self) -> Result<Location, Failure> {
        match self.journal.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
            Some(text) => Location::parse(text).map_err(|error| failure(&error)),
            None => default_path().map(Location::File).ok_or_else(|| {
                Failure::usage(
                    "no place for the journal is known: neither XDG_STATE_HOME nor HOME is set",
                    OTHER,
                )
            }),
        }
    }
}

/// The time, for commands that ask no server.
pub(super) fn clock() -> SharedClock {
    #[cfg(feature = "failpoints")]
    if let Some(clock) = crate::fast_clock::FastClock::set() {
        return Arc::new(clock);
    }
    Arc::new(SystemClock::new())
}

/// A journal that is gone with its directory.
pub(super) async fn scratch(clock: SharedClock) -> Result<(TempDir, Journal), Failure> {
    let directory = tempfile::tempdir()
        .map_err(|error| Failure::local(format!("no temporary directory can be made: {error}")))?;
    let location = Location::File(directory.path().join("journal.db"));
    let journal = Journal::open(&location, clock).await.map_err(|error| failure(&error))?;
    Ok((directory, journal))
}

/// The pace of all who work at a journal; none where it is one process's own.
pub(super) fn pace(
    location: &Location,
    server: &str,
    app_id: &str,
    most: Option<f64>,
) -> Result<Option<Arc<dyn SharedPace>>, Failure> {
    #[cfg(feature = "postgres")]
    if let Location::Postgres(_) = location {
        use apex_mobility::fleet::worker::PostgresPace;
        let clock = Arc::new(SystemClock::new());
        let pace = PostgresPace::new(location, server, app_id, most, clock)
            .map_err(|error| Failure::usage(error.to_string(), OTHER))?;
        return Ok(Some(Arc::new(pace)));
    }
    let _ = (location, server, app_id, most);
    Ok(None)
}

/// A journal that many machines cannot share.
pub(super) fn not_shared(location: &Location) -> Failure {
    let what = match location {
        Location::File(path) => format!("the journal {} is a file", path.display()),
        _ => "the journal cannot be shared".to_owned(),
    };
    Failure::usage(
        format!("{what}, for one process: many machines need a journal on PostgreSQL"),
        format!("give --journal postgres://...{NEEDED_FEATURE}; on one machine: apex fleet run"),
    )
}

/// What this build lacks, if it does.
const NEEDED_FEATURE: &str =
    if cfg!(feature = "postgres") { "" } else { ", with an apex that is built with the feature `postgres`" };

const OTHER: &str = "name a file with --journal or APEX_JOURNAL";

fn default_path() -> Option<PathBuf> {
    let directory = |name| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = directory("XDG_STATE_HOME").or_else(|| Some(directory("HOME")?.join(".local/state")))?;
    Some(state.join("apex").join("journal.db"))
}

/// Which job.
#[derive(Debug, Args)]
pub(super) struct JobArgs {
    /// The job's id, or its beginning
    #[arg(value_name = "JOB", required_unless_present = "last", conflicts_with = "last", value_parser = job_id)]
    job: Option<String>,
    /// The job that was begun last
    #[arg(long)]
    last: bool,
}

impl JobArgs {
    /// The job.
    pub(super) async fn find(&self, journal: &Journal) -> Result<JobInfo, Failure> {
        if let Some(id) = &self.job {
            return journal.job(id).await.map_err(|error| failure(&error));
        }
        let newest = journal.jobs().await.map_err(|error| failure(&error))?.into_iter().next();
        newest.ok_or_else(|| {
            Failure::not_found(
                "there is no job in this journal",
                "begin one with apex fleet run, or name another --journal",
            )
        })
    }
}

/// An id is something: a variable that is not set must not stand for the newest job.
fn job_id(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("no job is named; the one that was begun last is --last".to_owned()),
        id => Ok(id.to_owned()),
    }
}

/// What is wrong with a journal, found out before anything was sent.
pub(super) fn failure(error: &JournalError) -> Failure {
    match error {
        JournalError::Location(what) => Failure::usage(format!("the journal cannot be used: {what}"), OTHER),
        JournalError::InUse { path, holder } => Failure::usage(
            format!("the journal {} is in use by process {holder}", path.display()),
            "wait for it to end, or give another journal with --journal",
        ),
        JournalError::DraftGone => Failure::usage(error.to_string(), "run the file again"),
        JournalError::NoSuchJob(id) => Failure::not_found(
            format!("there is no job {id}, or several begin so"),
            "apex fleet list shows all jobs of the journal",
        ),
        JournalError::Open(_) | JournalError::Migrate(_) | JournalError::Damaged(_) => Failure::usage(
            error.to_string(),
            "see that the file can be written and is a journal, or give another --journal",
        ),
        _ => Failure::local(error.to_string()),
    }
}

/// Why a run broke off.
pub(super) fn broken_off(error: &EngineError, job: &JobInfo) -> Failure {
    Failure::local(error.to_string())
        .with_changed("what was sent stands in the journal; nothing more was sent")
        .with_next(format!("when it is mended, go on: apex fleet resume {}", job.id))
}
