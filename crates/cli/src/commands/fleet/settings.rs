//! How a job is carried through: on the command line, and kept with the job for its resumes.

use std::path::PathBuf;
use std::time::Duration;

use apex_mobility::fleet::engine::FailureLimit;
use apex_mobility::fleet::{Options, Orders};
use clap::Args;
use serde::{Deserialize, Serialize};

use crate::span;

/// How to send, and how long to wait. A resume goes on with what the run was begun with, but for --no-wait.
#[derive(Debug, Args)]
#[command(next_help_heading = "Pace")]
pub(super) struct PaceArgs {
    /// Stop sending when so many rows fail: a number, or a share of those that were sent, such as 5%
    #[arg(long, value_name = "N|P%")]
    max_failures: Option<FailureLimit>,
    /// Send at most this many rows, then stop; a resume sends as many again
    #[arg(long, value_name = "N")]
    max_changes: Option<u64>,
    /// Send at full pace from the beginning, instead of 1 row, then 5, then 50, then all
    #[arg(long)]
    no_ramp: bool,
    /// Do not read a line before it is changed: saves a read per row, and a lost answer is harder to settle
    #[arg(long)]
    no_look_before: bool,
    /// Look no longer than this for what came of a lost answer [default: 30m]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    resolve_wait: Option<Duration>,
    /// Give up when no request has got through for this long; a resume goes on [default: 30m]
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    patience: Option<Duration>,
    /// Wait until AT&T has come to an end with every row [default]
    #[arg(long, overrides_with = "no_wait")]
    wait: bool,
    /// End as soon as AT&T has accepted the rows
    #[arg(long, overrides_with = "wait")]
    no_wait: bool,
    /// Stop after this time, as Ctrl-C does
    #[arg(long, value_name = "TIME", value_parser = span::parse)]
    timeout: Option<Duration>,
    /// Look this often at what AT&T has accepted, instead of at the pace that it needs
    #[arg(long, env = "APEX_POLL_EVERY", value_name = "TIME", value_parser = span::parse)]
    poll_every: Option<Duration>,
}

/// The same, as it is kept with a job.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    #[serde(flatten)]
    pub(super) orders: Orders,
    pub(super) timeout: Option<Duration>,
    pub(super) patience: Option<Duration>,
    pub(super) results: Option<PathBuf>,
    pub(super) failed: Option<PathBuf>,
    /// The plan and the wave of it that the job is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) plan: Option<WaveOf>,
}

/// A wave of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WaveOf {
    /// What the plan is known by.
    pub(super) sha256: String,
    /// Where it was.
    pub(super) file: PathBuf,
    /// From 0.
    pub(super) wave: usize,
}

impl Settings {
    /// What was kept. A journal of another version may hold other words: what is not understood is as if not set.
    pub(super) fn kept(options: &str) -> Self {
        serde_json::from_str(options).unwrap_or_default()
    }

    /// For the journal.
    pub(super) fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// With what the command line says.
    #[must_use]
    pub(super) fn with(mut self, args: &PaceArgs) -> Self {
        let orders = &mut self.orders;
        orders.max_failures = args.max_failures.map(|limit| limit.to_string()).or(orders.max_failures.take());
        orders.max_changes = args.max_changes.or(orders.max_changes);
        orders.no_ramp |= args.no_ramp;
        orders.no_look_before |= args.no_look_before;
        orders.resolve_wait = args.resolve_wait.or(orders.resolve_wait);
        // Whoever resumes what was not waited for wants to know what came of it.
        orders.no_wait = args.no_wait && !args.wait;
        orders.poll_every = args.poll_every.or(orders.poll_every);
        self.timeout = args.timeout.or(self.timeout);
        self.patience = args.patience.or(self.patience);
        self
    }

    /// Whether the end of what AT&T has accepted is waited for.
    pub(super) const fn waits(&self) -> bool {
        !self.orders.no_wait
    }

    /// For the engine.
    pub(super) fn options(&self) -> Options {
        let options = self.orders.options();
        Options { patience: self.patience.unwrap_or(options.patience), ..options }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        pace: PaceArgs,
    }

    fn said(words: &[&str]) -> PaceArgs {
        Line::parse_from([&["line"], words].concat()).pace
    }

    #[test]
    fn what_a_run_was_begun_with_is_kept_until_a_resume_says_otherwise() {
        let begun =
            Settings::default().with(&said(&["--no-wait", "--max-failures", "5%", "--timeout", "1h"]));
        assert_eq!(Orders::kept(&begun.to_json()), begun.orders);
        let kept = Settings::kept(&begun.to_json());
        assert_eq!(kept, begun);
        let waits = Settings { orders: Orders { no_wait: false, ..begun.orders.clone() }, ..begun.clone() };
        assert_eq!(kept.clone().with(&said(&[])), waits);
        assert_eq!(kept.clone().with(&said(&["--no-wait"])), begun);
        let resumed = kept.with(&said(&["--max-failures", "7"]));
        assert!(resumed.waits() && resumed.options().follow);
        assert_eq!(resumed.options().max_failures, Some(FailureLimit::Number(7)));
        assert_eq!(resumed.timeout, Some(Duration::from_hours(1)));
    }

    #[test]
    fn words_of_another_version_are_as_if_not_said() {
        assert_eq!(Settings::kept("{\"later\": 1}"), Settings::default());
        assert_eq!(Settings::kept(""), Settings::default());
    }
}
