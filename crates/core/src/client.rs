//! One client for all APIs: one connection pool, one retry budget, one governor, one clock.

mod base;
mod builder;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;

use crate::clock::SharedClock;
use crate::credentials::CredentialCache;
use crate::domain::Date;
#[cfg(feature = "http-client")]
use crate::error::Error;
use crate::governor::{Governor, KillSwitch, Pace, SharedPace};
use crate::operation::Wire;
use crate::profile::WireProfile;
use crate::retry::{RetryBudget, RetryPolicy, Safety};
use crate::transport::Transport;

use base::Base;
pub use builder::ClientBuilder;

/// The environment variable that [`Client::from_env`] takes the server from.
pub const BASE_URL_VARIABLE: &str = "APEX_BASE_URL";
/// The environment variable that [`Client::from_env`] takes the file of the wire profile from.
pub const WIRE_PROFILE_VARIABLE: &str = "APEX_WIRE_PROFILE";
/// The environment variable that [`Client::from_env`] takes the file of the kill switch from: nothing is sent
/// while it exists.
pub const KILL_SWITCH_VARIABLE: &str = "APEX_KILL_SWITCH";

/// The way to AT&T's gateway, shared by all APIs. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
    read_only: bool,
}

pub(crate) struct Inner {
    pub(crate) base: Base,
    pub(crate) transport: Transport,
    pub(crate) credentials: CredentialCache,
    pub(crate) profile: WireProfile,
    pub(crate) header_names: HeaderNames,
    pub(crate) retry: RetryPolicy,
    pub(crate) budget: RetryBudget,
    pub(crate) governor: Governor,
    pub(crate) shared_pace: Option<Arc<dyn SharedPace>>,
    pub(crate) timeouts: Timeouts,
    pub(crate) clock: SharedClock,
}

/// The headers that every request carries.
pub(crate) struct HeaderNames {
    pub(crate) app_id: HeaderName,
    pub(crate) app_secret: HeaderName,
    /// None where the profile leaves it out.
    pub(crate) trace_id: Option<HeaderName>,
    pub(crate) transaction_id: Option<HeaderName>,
}

/// How long calls may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timeouts {
    /// For reads.
    pub read: Deadlines,
    /// For writes.
    pub write: Deadlines,
}

/// How long one kind of call may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// One attempt.
    pub attempt: Duration,
    /// The whole call, waits and further attempts included.
    pub total: Duration,
}

impl Default for Timeouts {
    /// 30 s for one attempt of a read, 120 s for a write (contract 2.5); twice that and a bit for the call.
    fn default() -> Self {
        Self {
            read: Deadlines { attempt: Duration::from_secs(30), total: Duration::from_mins(2) },
            write: Deadlines { attempt: Duration::from_mins(2), total: Duration::from_mins(5) },
        }
    }
}

impl Timeouts {
    pub(crate) const fn of(&self, safety: Safety) -> Deadlines {
        match safety {
            Safety::Read => self.read,
            Safety::Write => self.write,
        }
    }
}

impl Client {
    /// Starts a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client from the environment: `APEX_BASE_URL`, `APEX_APP_ID`, `APEX_APP_SECRET`, and, if they are
    /// set, `APEX_WIRE_PROFILE` (a TOML file) and `APEX_KILL_SWITCH` (a file that stops all sending while it
    /// exists).
    ///
    /// # Errors
    /// When a variable is missing or cannot be used; the error names it.
    #[cfg(feature = "http-client")]
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().from_env()?.build()
    }

    /// The wire profile in force.
    #[must_use]
    pub fn wire_profile(&self) -> &WireProfile {
        &self.inner.profile
    }

    /// The client's clock.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.inner.clock
    }

    /// Whether writes are refused.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// The same client, but that it refuses every write before it leaves. All else is shared: connections,
    /// credentials, limiter and retry budget.
    #[must_use]
    pub fn read_only(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), read_only: true }
    }

    /// The switch that stops all sending of this client and its clones.
    #[must_use]
    pub fn kill_switch(&self) -> &KillSwitch {
        self.inner.governor.switch()
    }

    /// How fast the client is going now: what it has learned of the server's limits, and whether it is held
    /// back.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.inner.governor.pace(self.inner.clock.monotonic())
    }

    /// Today (UTC) by the client's clock.
    #[must_use]
    pub fn today(&self) -> Date {
        Date::from_system_time(self.inner.clock.wall())
    }

    pub(crate) fn inner(&self) -> &Inner {
        &self.inner
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.inner.base.to_string())
            .field("read_only", &self.read_only)
            .finish_non_exhaustive()
    }
}

impl Inner {
    pub(crate) fn wire(&self) -> Wire<'_> {
        Wire { profile: &self.profile, today: Date::from_system_time(self.clock.wall()) }
    }

    /// The path template of an operation: what a span may show, since a path holds the number.
    pub(crate) fn template_of(&self, operation: &str) -> &str {
        let key = operation.split_once('/').map_or(operation, |(key, _)| key);
        self.profile.path(key).unwrap_or_default()
    }
}
