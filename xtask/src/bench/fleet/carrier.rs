//! The sandbox in a process of its own, and the file of the lines that a job is to suspend.

use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Command;

use apex_mobility_sandbox::{ClockMode, Sandbox, Server};
use clap::Args;

use super::super::Broken;
use super::super::serving::{Serving, announce, parent_gone};

/// What the serving process is told.
#[derive(Debug, Clone, Args)]
pub(in super::super) struct Lines {
    /// How many lines a job is to suspend
    #[arg(long)]
    rows: u64,
    /// Where their numbers go
    #[arg(long)]
    file: PathBuf,
}

/// A carrier with enough lines, and the file of those that a job suspends.
#[derive(Debug)]
pub(super) struct Carrier {
    serving: Serving,
    file: PathBuf,
    http: reqwest::Client,
}

impl Carrier {
    pub(super) fn start(rows: u64, place: &Path) -> Result<Self, Broken> {
        let file = place.join("lines.csv");
        let mut part = Command::new(std::env::current_exe().map_err(Broken::new)?);
        part.args(["bench", "carrier", "--rows", &rows.to_string(), "--file"]).arg(&file);
        let serving = Serving::start(part)?;
        let http = reqwest::Client::builder().build().map_err(Broken::new)?;
        Ok(Self { serving, file, http })
    }

    pub(super) fn url(&self) -> &str {
        self.serving.url()
    }

    pub(super) fn file(&self) -> &Path {
        &self.file
    }

    /// Every line as at the start, and nothing in the ledger.
    pub(super) async fn begin_again(&self) -> Result<(), Broken> {
        self.control(self.http.post(self.call("reset"))).await.map(drop)
    }

    /// Lets so many calls a second through, and tells nobody.
    pub(super) async fn limit(&self, calls: u32) -> Result<(), Broken> {
        let limit = serde_json::json!({ "calls": calls, "per": "PT1S" });
        self.control(self.http.put(self.call("throttle")).body(limit.to_string())).await.map(drop)
    }

    /// How many effects are in the ledger.
    pub(super) async fn effects(&self) -> Result<u64, Broken> {
        let health = self.control(self.http.get(self.call("health"))).await?;
        health["ledger"].as_u64().ok_or_else(|| Broken::new("the sandbox does not count its effects"))
    }

    /// The ledger, as the sandbox gives it.
    pub(super) async fn ledger(&self) -> Result<serde_json::Value, Broken> {
        self.control(self.http.get(self.call("ledger"))).await
    }

    /// How many calls arrived, whatever came of them.
    pub(super) async fn arrivals(&self) -> Result<u64, Broken> {
        let counts = self.control(self.http.get(self.call("arrivals"))).await?;
        let counts = counts.as_object().ok_or_else(|| Broken::new("the sandbox does not count its calls"))?;
        Ok(counts.values().filter_map(serde_json::Value::as_u64).sum())
    }

    fn call(&self, name: &str) -> String {
        format!("{}/_sandbox/{name}", self.url())
    }

    async fn control(&self, call: reqwest::RequestBuilder) -> Result<serde_json::Value, Broken> {
        let answer = call.send().await.and_then(reqwest::Response::error_for_status).map_err(Broken::new)?;
        serde_json::from_slice(&answer.bytes().await.map_err(Broken::new)?).map_err(Broken::new)
    }
}

/// Serves until standard input ends.
pub(in super::super) async fn serve(lines: &Lines) -> Result<String, Broken> {
    let rows = usize::try_from(lines.rows).map_err(Broken::new)?;
    // Most of a population is active.
    let population = rows + rows / 4 + 100;
    let sandbox = Sandbox::builder().lines(population).clock(ClockMode::Real { speed: 1.0 }).build();
    let mut file = "number,reason\n".to_owned();
    let mut written = 0;
    for line in sandbox.lines().iter().filter(|line| line.status == "A").take(rows) {
        // Writing to a text cannot fail.
        let _ = writeln!(file, "{},CR", line.subscriber_number);
        written += 1;
    }
    if written < rows {
        return Err(Broken::new(format!("{written} lines are active, of {rows} that are wanted")));
    }
    std::fs::write(&lines.file, file).map_err(Broken::new)?;
    let server = Server::bind((Ipv4Addr::LOCALHOST, 0), sandbox).await.map_err(Broken::new)?;
    announce(&server.url());
    server.serve(parent_gone()).await.map_err(Broken::new)?;
    Ok(String::new())
}
