//! How a client is put together.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use tower::{Layer, Service};

use super::base::Base;
use super::{
    BASE_URL_VARIABLE, Client, HeaderNames, Inner, KILL_SWITCH_VARIABLE, Timeouts, WIRE_PROFILE_VARIABLE,
};
use crate::clock::{Clock, SharedClock, SystemClock};
use crate::credentials::{AppCredentials, CredentialCache, CredentialsProvider};
use crate::error::Error;
use crate::governor::{Governor, KillSwitch, Limits, SharedPace};
use crate::profile::WireProfile;
use crate::retry::{RetryBudget, RetryPolicy};
use crate::transport::{BoxError, Transport};
#[cfg(feature = "http-client")]
use crate::transport::{HttpClientOptions, http_client};

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
                options.use_proxy &= !base.is_plain();
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
