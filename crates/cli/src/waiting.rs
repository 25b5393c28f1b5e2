//! `--wait`: following what AT&T has accepted to its end.

use std::time::Duration;

use apex_mobility::{Client, Job, Poller};
use clap::Args;

use crate::failure::Failure;
use crate::interrupt::asked_to_end;
use crate::printer::Printer;
use crate::span;

/// Whether and how to wait.
#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    /// Wait for the end
    #[arg(long)]
    pub(crate) wait: bool,
    /// Wait no longer than this, instead of until the request is overdue
    #[arg(long, value_name = "TIME", requires = "wait", value_parser = span::parse)]
    timeout: Option<Duration>,
    /// Look this often, instead of at the pace that AT&T needs
    #[arg(long, env = "APEX_POLL_EVERY", value_name = "TIME", value_parser = span::parse)]
    poll_every: Option<Duration>,
}

impl WaitArgs {
    /// Looks until the job has settled, the time to wait is over, or Ctrl-C; gives what was seen last, if
    /// anything was. Each change is told, in the words of `tell` where it has some.
    ///
    /// # Errors
    /// When a look fails for good. What it looks at goes on all the same.
    pub(crate) async fn follow<J: Job>(
        &self,
        client: &Client,
        job: J,
        what: &str,
        printer: &Printer,
        tell: impl Fn(&J::Status) -> Option<String>,
    ) -> Result<Option<J::Status>, Failure> {
        let mut poller = Poller::begin(client, job);
        if let Some(timeout) = self.timeout {
            poller = poller.with_timeout(timeout);
        }
        if let Some(every) = self.poll_every {
            poller = poller.with_poll_every(every);
        }
        let progress = printer.waiting(&format!("waiting for {what}"));
        loop {
            let seen = tokio::select! {
                seen = poller.next() => seen,
                () = asked_to_end() => None,
            };
            let Some(seen) = seen else { break };
            if let Some(words) = tell(&seen?) {
                printer.note(&format!("{what}: {words}"));
            }
        }
        drop(progress);
        Ok(poller.last().cloned())
    }
}
