//! One client for all APIs: one connection pool, one retry budget, one governor, one clock.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::uri::{Authority, PathAndQuery, Scheme};
use http::{HeaderName, Uri};
use tower::{Layer, Service};
use url::{Host, Url};

use crate::clock::{Clock, SharedClock, SystemClock};
use crate::credentials::{AppCredentials, CredentialCache, CredentialsProvider};
use crate::domain::Date;
use crate::error::Error;
use crate::governor::{Governor, KillSwitch, Limits, Pace, SharedPace};
use crate::operation::Wire;
use crate::profile::WireProfile;
use crate::retry::{RetryBudget, RetryPolicy, Safety};
use crate::transport::{BoxError, Transport};
#[cfg(feature = "http-client")]
use crate::transport::{HttpClientOptions, http_client};

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

/// Scheme, authority and path prefix of the server.
#[derive(Debug, Clone)]
pub(crate) struct Base {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
}

impl Base {
    fn parse(text: &str) -> Result<Self, Error> {
        let bad = |why: &str| {
            Error::configuration(format!(
                "the base URL cannot be used: {why}; it looks like https://apsapi.att.com:8082"
            ))
        };
        let url = Url::parse(text).map_err(|error| bad(&error.to_string()))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("it holds a user name or password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(bad("it holds a query or fragment"));
        }
        let scheme = match url.scheme() {
            "https" => Scheme::HTTPS,
            // App-id and app-secret travel in headers: in the clear only on this machine.
            "http" if is_loopback(&url) => Scheme::HTTP,
            "http" => return Err(bad("plain HTTP is allowed to loopback addresses only")),
            other => return Err(bad(&format!("unknown scheme {other}"))),
        };
        let authority = url[url::Position::BeforeHost..url::Position::AfterPort]
            .parse()
            .map_err(|_| bad("no host in it"))?;
        Ok(Self { scheme, authority, prefix: url.path().trim_end_matches('/').to_owned() })
    }

    pub(crate) fn host(&self) -> &str {
        self.authority.host()
    }

    /// The path on this server.
    pub(crate) fn join(&self, path: &Uri) -> Result<Uri, String> {
        let path_and_query = match path.path_and_query() {
            Some(path) if self.prefix.is_empty() => Ok(path.clone()),
            Some(path) => PathAndQuery::try_from(format!("{}{path}", self.prefix)),
            None => PathAndQuery::try_from("/"),
        };
        let path_and_query = path_and_query.map_err(|error| error.to_string())?;
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path_and_query);
        Uri::from_parts(parts).map_err(|error| error.to_string())
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}{}", self.scheme, self.authority, self.prefix)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name.eq_ignore_ascii_case("localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

type Wrap = Box<dyn FnOnce(Transport) -> Transport + Send>;

/// Builds a [`Client`].
#[derive(Default)]
#[must_use = "nothing is built until `build` is called"]
pub struct ClientBuilder {
    base_url: Option<String>,
    host: Option<String>,
    credentials: Option<Arc<dyn CredentialsProvider>>,
    profile: WireProfile,
    retry: RetryPolicy,
    budget: RetryBudget,
    limits: Limits,
    kill_switch: KillSwitch,
    kill_switch_file: Option<PathBuf>,
    shared_pace: Option<Arc<dyn SharedPace>>,
    timeouts: Timeouts,
    clock: Option<SharedClock>,
    read_only: bool,
    transport: Option<Transport>,
    layers: Vec<Wrap>,
    #[cfg(feature = "http-client")]
    http: HttpClientOptions,
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder").field("read_only", &self.read_only).finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// The server, for instance `https://apsapi.att.com:8082`. Plain HTTP is taken for loopback only.
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// A server by its name in the wire profile's `[hosts]`: `production` (confirmed) or `test` (likely).
    pub fn host(mut self, name: impl Into<String>) -> Self {
        self.host = Some(name.into());
        self
    }

    /// Who is calling: an [`AppCredentials`] pair, or a provider of one.
    pub fn credentials(mut self, provider: impl CredentialsProvider + 'static) -> Self {
        self.credentials = Some(Arc::new(provider));
        self
    }

    /// Another wire profile than the default.
    pub fn wire_profile(mut self, profile: WireProfile) -> Self {
        self.profile = profile;
        self
    }

    /// How often and how fast requests are sent again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How many retries all calls of the client together may make before successes earn more.
    pub fn retry_budget(mut self, budget: RetryBudget) -> Self {
        self.budget = budget;
        self
    }

    /// How many requests may be under way at once to begin with; 1 or more. Default 8.
    ///
    /// The client then goes by what it meets: one more after many answers, half as many after each throttle.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.limits.concurrency = requests;
        self
    }

    /// The most requests that may ever be under way at once; 1 or more. By default 12, the highest known from
    /// production, or what [`concurrency`](Self::concurrency) says if that is more.
    pub fn max_concurrency(mut self, requests: usize) -> Self {
        self.limits.max_concurrency = Some(requests);
        self
    }

    /// The most requests that may start per second; above 0. No limit by default.
    ///
    /// Below it the client finds out from throttle answers what the server takes, and stays just under that.
    pub fn requests_per_second(mut self, rate: f64) -> Self {
        self.limits.per_second = Some(rate);
        self
    }

    /// A switch that stops all sending. Each client has one of its own by default, [`Client::kill_switch`].
    pub fn kill_switch(mut self, switch: KillSwitch) -> Self {
        self.kill_switch = switch;
        self
    }

    /// A pace that is kept together with other clients, on other machines too: see [`SharedPace`]. It takes the place
    /// of the rate that this client would learn; what is set with
    /// [`requests_per_second`](Self::requests_per_second) holds as well.
    pub fn shared_pace(mut self, pace: Arc<dyn SharedPace>) -> Self {
        self.shared_pace = Some(pace);
        self
    }

    /// How long calls may take.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Another clock than the machine's.
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }

    /// Refuses every write before it leaves.
    pub fn read_only(mut self, on: bool) -> Self {
        self.read_only = on;
        self
    }

    /// Another transport than the default HTTP client: the sandbox, a script, a client of one's own.
    pub fn transport<S>(mut self, service: S) -> Self
    where
        S: Service<http::Request<bytes::Bytes>, Response = http::Response<bytes::Bytes>>
            + Clone
            + Send
            + Sync
            + 'static,
        S::Error: Into<BoxError>,
        S::Future: Send + 'static,
    {
        self.transport = Some(Transport::new(service));
        self
    }

    /// Wraps the transport in a `tower` layer, which then sees every attempt. The first layer added is
    /// the outermost.
    pub fn layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<Transport> + Send + 'static,
        L::Service: Service<http::Request<bytes::Bytes>, Response = http::Response<bytes::Bytes>>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as Service<http::Request<bytes::Bytes>>>::Error: Into<BoxError>,
        <L::Service as Service<http::Request<bytes::Bytes>>>::Future: Send + 'static,
    {
        self.layers.push(Box::new(move |transport| transport.layer(&layer)));
        self
    }

    /// Settings of the default HTTP client.
    #[cfg(feature = "http-client")]
    pub fn http_client(mut self, options: HttpClientOptions) -> Self {
        self.http = options;
        self
    }

    /// Takes server, credentials, wire profile and the kill switch's file from the environment, as
    /// [`Client::from_env`]. The file is watched in addition to what [`kill_switch`](Self::kill_switch) was
    /// given.
    ///
    /// # Errors
    /// When a variable is missing or cannot be used; the error names it.
    pub fn from_env(mut self) -> Result<Self, Error> {
        let url = std::env::var(BASE_URL_VARIABLE).map_err(|_| {
            Error::configuration(format!("the environment variable {BASE_URL_VARIABLE} is not set"))
        })?;
        let pair = AppCredentials::from_env().map_err(|error| Error::configuration(error.to_string()))?;
        if let Some(file) = std::env::var_os(WIRE_PROFILE_VARIABLE).filter(|file| !file.is_empty()) {
            self.profile =
                WireProfile::from_file(&file).map_err(|error| Error::configuration(error.to_string()))?;
        }
        let file = std::env::var_os(KILL_SWITCH_VARIABLE).filter(|file| !file.is_empty());
        self.kill_switch_file = file.map(PathBuf::from);
        Ok(self.base_url(url).credentials(pair))
    }

    /// The client.
    ///
    /// # Errors
    /// When server or credentials are missing or cannot work.
    pub fn build(self) -> Result<Client, Error> {
        let url = match (&self.base_url, &self.host) {
            (Some(url), None) => url.clone(),
            (None, Some(name)) => self
                .profile
                .host(name)
                .map(str::to_owned)
                .ok_or_else(|| Error::configuration(format!("the wire profile has no host {name}")))?,
            (None, None) => {
                return Err(Error::configuration("no server: set base_url or host, or use from_env"));
            }
            (Some(_), Some(_)) => return Err(Error::configuration("both base_url and host are set")),
        };
        let base = Base::parse(&url)?;
        let credentials = self
            .credentials
            .ok_or_else(|| Error::configuration("no credentials: set credentials, or use from_env"))?;

        #[cfg(feature = "http-client")]
        let transport = match self.transport {
            Some(transport) => transport,
            None => {
                let mut options = self.http;
                // What goes to this machine goes through no proxy.
                options.use_proxy &= base.scheme != Scheme::HTTP;
                http_client(&options).map_err(|error| {
                    Error::configuration("the HTTP client could not be set up").with_source(error)
                })?
            }
        };
        #[cfg(not(feature = "http-client"))]
        let transport = self.transport.ok_or_else(|| {
            Error::configuration("no transport: set one, or turn on the feature http-client")
        })?;
        let transport = self.layers.into_iter().rev().fold(transport, |inner, wrap| wrap(inner));

        let header = |key: &str| {
            self.profile
                .header(key)
                .cloned()
                .ok_or_else(|| Error::configuration(format!("the wire profile has no header {key}")))
        };
        let header_names = HeaderNames {
            app_id: header("app_id")?,
            app_secret: header("app_secret")?,
            trace_id: self.profile.header("x_trace_id").cloned(),
            transaction_id: self.profile.header("x_transaction_id").cloned(),
        };
        if let Some(file) = self.kill_switch_file {
            self.kill_switch.watch(file);
        }
        Ok(Client {
            inner: Arc::new(Inner {
                base,
                transport,
                credentials: CredentialCache::new(credentials),
                profile: self.profile,
                header_names,
                retry: self.retry,
                budget: self.budget,
                governor: Governor::new(self.limits, self.kill_switch),
                shared_pace: self.shared_pace,
                timeouts: self.timeouts,
                clock: self.clock.unwrap_or_else(|| Arc::new(SystemClock::new())),
            }),
            read_only: self.read_only,
        })
    }
}
