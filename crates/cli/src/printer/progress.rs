//! Something to watch while it takes its time.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What it shows besides words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// How much of a total is done.
    Share(u64),
    /// How much is done.
    Count,
    /// How long it takes already.
    Time,
}

/// A bar or a spinner on stderr; nothing where nobody watches. Gone when dropped.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(bars: Option<&MultiProgress>, shows: Shows, what: &str) -> Self {
        let (bar, template) = match shows {
            Shows::Share(total) => {
                (ProgressBar::new(total), "{spinner} {msg}  {bar:24} {pos}/{len}  {elapsed}")
            }
            Shows::Count => (ProgressBar::new_spinner(), "{spinner} {msg}  {human_pos}  {elapsed}"),
            Shows::Time => (ProgressBar::new_spinner(), "{spinner} {msg}  {elapsed}"),
        };
        let Some(bars) = bars else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
            return Self(bar);
        };
        let bar = bars.add(bar);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
    }

    /// Whether somebody can see it.
    pub(crate) fn is_watched(&self) -> bool {
        !self.0.is_hidden()
    }

    pub(crate) fn set(&self, position: u64) {
        self.0.set_position(position);
    }

    pub(crate) fn say(&self, what: &str) {
        self.0.set_message(what.to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
