//! Something to watch while it takes its time.

use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar or a spinner on stderr; nothing where nobody watches. Gone when dropped.
#[derive(Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    pub(super) fn new(bars: Option<&MultiProgress>, total: Option<u64>, what: &str) -> Self {
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        let Some(bars) = bars else {
            bar.set_draw_target(ProgressDrawTarget::hidden());
            return Self(bar);
        };
        let bar = bars.add(bar);
        let template = if total.is_some() {
            "{spinner} {msg}  {bar:24} {pos}/{len}  {elapsed}"
        } else {
            "{spinner} {msg}  {human_pos}  {elapsed}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self(bar)
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
