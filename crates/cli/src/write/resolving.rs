//! What is done where the answer of a write is lost: look, for how long, or not at all.

use std::time::{Duration, SystemTime};

use apex_mobility::resolve::Resolver;
use clap::Args;
use jiff::Timestamp;

use crate::span;

/// How writes are settled whose answers are lost.
#[derive(Debug, Args)]
#[command(next_help_heading = "Lost answers")]
pub(crate) struct ResolveArgs {
    /// Where the answer is lost, do not look what came of it
    #[arg(long, display_order = 750)]
    pub(super) no_resolve: bool,
    /// Look no longer than this [default: 30m]. What took effect mostly shows at once; that it had no effect
    /// takes 2 to 5 minutes
    #[arg(long, env = "APEX_RESOLVE_WAIT", value_name = "TIME", value_parser = span::parse, display_order = 751)]
    resolve_wait: Option<Duration>,
    /// Send nothing: look what came of this very command, whose answer was lost at this time, for example
    /// 2026-01-31T09:30:00Z
    #[arg(long, value_name = "TIME", value_parser = moment, display_order = 752)]
    #[arg(conflicts_with_all = ["dry_run", "no_resolve"])]
    pub(super) sent_at: Option<SystemTime>,
}

impl ResolveArgs {
    pub(super) fn wait(&self) -> Duration {
        self.resolve_wait.unwrap_or(Resolver::WAIT)
    }
}

fn moment(text: &str) -> Result<SystemTime, String> {
    let at = text.trim().parse::<Timestamp>();
    at.map(SystemTime::from)
        .map_err(|_| "not a time with its zone; write it as 2026-01-31T09:30:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_needs_its_zone() {
        assert_eq!(moment(" 1970-01-01T00:01:00Z "), Ok(SystemTime::UNIX_EPOCH + Duration::from_mins(1)));
        assert_eq!(moment("1970-01-01T01:01:00+01:00"), moment("1970-01-01T00:01:00Z"));
        for text in ["", "now", "2026-01-31", "2026-01-31T09:30:00", "09:30", "1700000000"] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
