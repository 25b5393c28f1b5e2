//! To which server, as whom.

use std::path::PathBuf;
use std::sync::Arc;

use apex_mobility::{AppCredentials, Client, ClientBuilder, KillSwitch, SharedPace, WireProfile};
use clap::{Args, value_parser};
use secrecy::{ExposeSecret, SecretString};

use crate::failure::Failure;
use crate::secret::{AnyText, Secret};

/// Server and credentials. What is no flag comes from the environment.
#[derive(Debug, Args)]
#[command(next_help_heading = "Connection")]
pub(crate) struct ConnectionArgs {
    /// The server, for example https://apsapi.att.com:8082
    #[arg(long, env = "APEX_BASE_URL", hide_env_values = true, value_name = "URL", display_order = 800)]
    base_url: Option<String>,
    /// The application id
    #[arg(long, env = "APEX_APP_ID", hide_env_values = true, value_name = "ID", display_order = 801)]
    app_id: Option<String>,
    /// A file that holds the application secret, `-` for stdin; else the secret is taken from the
    /// environment variable APEX_APP_SECRET
    #[arg(long, value_name = "FILE", display_order = 802)]
    app_secret_file: Option<PathBuf>,
    /// A TOML file that corrects the wire contract where AT&T's private guide differs
    #[arg(long, env = "APEX_WIRE_PROFILE", value_name = "FILE", display_order = 803)]
    wire_profile: Option<PathBuf>,
    /// Refuse to send anything that could change something
    #[arg(long, display_order = 804)]
    read_only: bool,
    /// Start at most this many requests per second, instead of as many as the server is found to take
    #[arg(long, value_name = "NUMBER", value_parser = rate, display_order = 805)]
    max_rate: Option<f64>,
    /// Have at most this many requests under way at once [default: 12]
    #[arg(long, value_name = "NUMBER", value_parser = value_parser!(u16).range(1..), display_order = 806)]
    max_concurrency: Option<u16>,
    /// Send nothing while this file exists; it is looked for before each request
    #[arg(long, env = "APEX_KILL_SWITCH", value_name = "FILE", display_order = 807)]
    kill_switch: Option<PathBuf>,
}

/// What the client takes unless told otherwise.
const MAX_CONCURRENCY: usize = 12;

/// A client, to whom it speaks, and what its credentials rest on.
pub(crate) struct Connected {
    pub(crate) client: Client,
    /// The server's URL.
    pub(crate) server: String,
    /// The application secret.
    pub(crate) secret: SecretString,
    /// Requests that are under way at once, at most.
    pub(crate) max_concurrency: usize,
}

/// A client in the making.
struct Prepared {
    builder: ClientBuilder,
    server: String,
    secret: SecretString,
}

impl ConnectionArgs {
    /// The client these settings describe.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        Ok(self.connect()?.client)
    }

    /// The client these settings describe, and what it is made from.
    pub(crate) fn connect(&self) -> Result<Connected, Failure> {
        self.connect_with(|_, _| Ok(None))
    }

    /// The same with a pace that is shared with other processes, where there is one for the server and the application
    /// id.
    pub(crate) fn connect_with(
        &self,
        pace: impl FnOnce(&str, &str) -> Result<Option<Arc<dyn SharedPace>>, Failure>,
    ) -> Result<Connected, Failure> {
        let Prepared { mut builder, server, secret } = self.prepared()?;
        let id = self.app_id.as_deref().map(str::trim).unwrap_or_default();
        if let Some(pace) = pace(&server, id)? {
            builder = builder.shared_pace(pace);
        }
        Ok(Connected {
            client: builder.read_only(self.read_only).build()?,
            server,
            secret,
            max_concurrency: self.max_concurrency.map_or(MAX_CONCURRENCY, usize::from),
        })
    }

    /// A client in the making that is there to ask around: at an easy pace unless told otherwise.
    pub(crate) fn reading(&self) -> Result<ClientBuilder, Failure> {
        let builder = self.prepared()?.builder.read_only(true);
        Ok(if self.max_rate.is_none() { builder.requests_per_second(EASY_PACE) } else { builder })
    }

    fn prepared(&self) -> Result<Prepared, Failure> {
        let url = self.url().ok_or_else(|| {
            Failure::usage(
                "no server is set",
                "set APEX_BASE_URL or give --base-url; to try without one: apex quickstart",
            )
        })?;
        let id =
            self.app_id.as_deref().map(str::trim).filter(|id| !id.is_empty()).ok_or_else(|| {
                Failure::usage("no application id is set", "set APEX_APP_ID or give --app-id")
            })?;
        let AnyText(secret) = app_secret(self.app_secret_file.as_ref()).required()?;
        let secret = SecretString::from(secret);
        let credentials = AppCredentials::new(id, secret.expose_secret());
        let builder = self.builder(url)?.credentials(credentials);
        Ok(Prepared { builder, server: url.trim_end_matches('/').to_owned(), secret })
    }

    /// A client that is there to write requests down. What is not set is made up: it must never send.
    pub(crate) fn client_that_sends_nothing(&self) -> Result<Client, Failure> {
        let builder = self.builder(self.url().unwrap_or("http://localhost"))?;
        Ok(builder.credentials(AppCredentials::new("none", "none")).read_only(true).build()?)
    }

    /// Whether a server is set.
    pub(crate) fn names_a_server(&self) -> bool {
        self.url().is_some()
    }

    fn url(&self) -> Option<&str> {
        self.base_url.as_deref().map(str::trim).filter(|url| !url.is_empty())
    }

    fn builder(&self, url: &str) -> Result<ClientBuilder, Failure> {
        let mut builder = Client::builder().base_url(url);
        #[cfg(feature = "failpoints")]
        if let Some(clock) = crate::fast_clock::FastClock::set() {
            builder = builder.clock(clock);
        }
        if let Some(file) = self.wire_profile.as_deref().filter(|file| !file.as_os_str().is_empty()) {
            let profile = WireProfile::from_file(file).map_err(|error| {
                Failure::usage(
                    format!("the wire profile {} cannot be used: {error}", file.display()),
                    "correct the file",
                )
            })?;
            builder = builder.wire_profile(profile);
        }
        if let Some(rate) = self.max_rate {
            builder = builder.requests_per_second(rate);
        }
        if let Some(requests) = self.max_concurrency {
            builder = builder.max_concurrency(requests.into());
        }
        if let Some(file) = self.kill_switch.as_deref().filter(|file| !file.as_os_str().is_empty()) {
            builder = builder.kill_switch(KillSwitch::new().with_file(file));
        }
        Ok(builder)
    }
}

/// Requests per second where nobody is in a hurry.
const EASY_PACE: f64 = 5.0;

/// Requests per second.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate > 0.0);
    rate.ok_or_else(|| "must be a number above 0, for example 5 or 0.5".to_owned())
}

/// Where the application secret comes from.
pub(crate) fn app_secret(file: Option<&PathBuf>) -> Secret<'_> {
    let variable = AppCredentials::SECRET_VARIABLE;
    Secret { what: "application secret", flag: "--app-secret-file", file, variable }
}
