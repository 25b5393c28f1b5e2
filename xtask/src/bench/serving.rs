//! A part of the bench that serves, in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use super::Broken;

/// A server in a process of its own. Ends when dropped, and when this process ends.
#[derive(Debug)]
pub(super) struct Serving {
    process: Child,
    url: String,
}

impl Serving {
    /// Starts the part of these arguments, which says its address first.
    pub(super) fn start(mut part: Command) -> Result<Self, Broken> {
        let mut process = part.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(Broken::new)?;
        let mut url = String::new();
        if let Some(said) = process.stdout.take() {
            BufReader::new(said).read_line(&mut url).map_err(Broken::new)?;
        }
        let server = Self { process, url: url.trim().to_owned() };
        if server.url.is_empty() { Err(Broken::new("a server did not start")) } else { Ok(server) }
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Until the process ends that started this one.
pub(super) async fn parent_gone() {
    use std::io::Read;
    let read = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    // Either way nobody is left to serve.
    let _ = read.await;
}

#[expect(clippy::print_stdout, reason = "the parent process reads the address from here")]
pub(super) fn announce(url: &str) {
    println!("{url}");
}
