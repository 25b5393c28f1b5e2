//! Who runs a job, and why.

use apex_mobility::fleet::journal::JobSpec;
use clap::Args;

/// Who runs it, and why.
#[derive(Debug, Args)]
pub(super) struct WhoArgs {
    /// Why, in your words; kept in the history of each line
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    reason: String,
    /// Who runs it; kept in the history of each line [default: the name of the user]
    #[arg(long, env = "APEX_OPERATOR", hide_env_values = true, value_name = "NAME")]
    operator: Option<String>,
}

impl WhoArgs {
    /// What a job of theirs is begun with.
    pub(super) fn spec(&self, server: &str, label: String, options: String) -> JobSpec {
        JobSpec {
            server: server.to_owned(),
            label,
            operator: self.operator(),
            reason: self.reason.clone(),
            options,
        }
    }

    /// Who; empty where nobody says.
    pub(super) fn operator(&self) -> String {
        let user = || ["USER", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
        self.operator.clone().or_else(user).unwrap_or_default()
    }

    /// Why; empty where nobody says.
    pub(super) fn reason(&self) -> &str {
        self.reason.trim()
    }
}
