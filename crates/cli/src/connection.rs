//! To which server, as whom.

use std::io::Read;
use std::path::{Path, PathBuf};

use apex_mobility::{AppCredentials, Client, WireProfile};
use clap::Args;

use crate::failure::Failure;

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
}

/// Long enough for any secret; keeps a wrong file from being read whole.
const LONGEST_SECRET: u64 = 4096;

impl ConnectionArgs {
    /// The client these settings describe.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let url = self.base_url.as_deref().filter(|url| !url.trim().is_empty()).ok_or_else(|| {
            Failure::usage(
                "no server is set",
                "set APEX_BASE_URL or give --base-url; to try without one: apex quickstart",
            )
        })?;
        let id =
            self.app_id.as_deref().map(str::trim).filter(|id| !id.is_empty()).ok_or_else(|| {
                Failure::usage("no application id is set", "set APEX_APP_ID or give --app-id")
            })?;
        let credentials = AppCredentials::new(id, self.secret()?);
        let mut builder =
            Client::builder().base_url(url.trim()).credentials(credentials).read_only(self.read_only);
        if let Some(file) = self.wire_profile.as_deref().filter(|file| !file.as_os_str().is_empty()) {
            let profile = WireProfile::from_file(file).map_err(|error| {
                Failure::usage(
                    format!("the wire profile {} cannot be used: {error}", file.display()),
                    "correct the file",
                )
            })?;
            builder = builder.wire_profile(profile);
        }
        Ok(builder.build()?)
    }

    fn secret(&self) -> Result<String, Failure> {
        let secret = match &self.app_secret_file {
            Some(file) => read_secret(file)?,
            None => std::env::var(AppCredentials::SECRET_VARIABLE).unwrap_or_default(),
        };
        let secret = secret.trim();
        if secret.is_empty() {
            let from = match &self.app_secret_file {
                Some(file) => format!("{} holds no application secret", file.display()),
                None => "no application secret is set".to_owned(),
            };
            return Err(Failure::usage(from, "set APEX_APP_SECRET or give --app-secret-file"));
        }
        Ok(secret.to_owned())
    }
}

pub(crate) fn read_secret(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    let read = if file == Path::new("-") {
        std::io::stdin().lock().take(LONGEST_SECRET).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|open| open.take(LONGEST_SECRET).read_to_string(&mut text))
    };
    read.map_err(|error| {
        let what = format!("the application secret cannot be read from {}: {error}", file.display());
        Failure::usage(what, "check the path given with --app-secret-file")
    })?;
    Ok(text)
}
