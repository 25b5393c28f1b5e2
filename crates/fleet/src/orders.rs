//! How a job is to be carried through, as it is kept with the job: for its resumes, and for workers on other machines.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::engine::Options;

/// How a job is to be carried through.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Orders {
    /// When to stop sending because too much fails: a number, or a share such as `5%`.
    pub max_failures: Option<String>,
    /// How many rows to send, at most.
    pub max_changes: Option<u64>,
    /// Whether to send at full pace from the beginning.
    pub no_ramp: bool,
    /// Whether not to look at a line before it is changed.
    pub no_look_before: bool,
    /// How long to look for what came of a lost answer.
    pub resolve_wait: Option<Duration>,
    /// Whether the job is over as soon as AT&T has taken its rows.
    pub no_wait: bool,
    /// How often to look at what AT&T has taken, in place of its API's schedule.
    pub poll_every: Option<Duration>,
    /// Whether any worker may carry it through. Otherwise it is left to the process that began it.
    pub for_workers: bool,
}

impl Orders {
    /// What was kept with a job. A journal of another version may hold other words: what is not understood is as if not
    /// set.
    #[must_use]
    pub fn kept(options: &str) -> Self {
        serde_json::from_str(options).unwrap_or_default()
    }

    /// For the engine.
    #[must_use]
    pub fn options(&self) -> Options {
        let usual = Options::default();
        Options {
            ramp: !self.no_ramp,
            max_failures: self.max_failures.as_deref().and_then(|limit| limit.parse().ok()),
            max_changes: self.max_changes,
            look_before: !self.no_look_before,
            resolve_wait: self.resolve_wait.unwrap_or(usual.resolve_wait),
            follow: !self.no_wait,
            poll_every: self.poll_every,
            ..usual
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_with_a_job_is_read_beside_what_others_keep_there() {
        let kept =
            Orders::kept(r#"{"max_changes": 7, "for_workers": true, "results": "x.csv", "timeout": null}"#);
        assert_eq!(kept, Orders { max_changes: Some(7), for_workers: true, ..Orders::default() });
        assert_eq!(kept.options().max_changes, Some(7));
        assert_eq!(Orders::kept("{\"max_changes\": \"many\"}"), Orders::default());
        assert_eq!(Orders::kept(""), Orders::default());
    }
}
