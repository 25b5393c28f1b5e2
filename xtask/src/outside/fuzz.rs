//! The sandbox before a fuzzer: schemathesis makes requests from the bundle, right and wrong ones, and judges
//! each reply by it.
//!
//! It must find no 5xx, and no reply whose status, type, headers or body the bundle does not allow; that calls
//! without credentials get in; that a header that is required can be left out; or that a method that is not in the
//! bundle is served.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::python::Environment;
use super::{command, fresh, write};
use crate::contract::{Contract, entries};
use crate::workspace_root;

const REQUIREMENTS: &str = include_str!("../../outside/fuzz.txt");

/// The same seed makes the same requests.
const SEED: &str = "1";

/// Per operation and phase.
const EXAMPLES: &str = "15";

/// Not judged, as the carrier refuses by what it knows and not by the request's form alone, and as it ignores
/// headers it has no use for (contract 4, 4.9).
const NOT_JUDGED: &str = "positive_data_acceptance,negative_data_rejection";

/// Serves the sandbox on this machine and lets the fuzzer loose on it.
///
/// # Errors
/// What the fuzzer found, or why it could not be run.
pub fn run(contract: &Contract) -> Result<String, String> {
    let environment = Environment::with("fuzzer", REQUIREMENTS)?;
    let place = fresh("fuzz")?;
    let bundle = contract.closed_bundle().map_err(|findings| findings.to_string())?;
    write(&place.join("openapi.json"), &bundle)?;
    let sandbox = Served::start()?;
    let said = command::run(
        environment
            .tool("schemathesis")
            .current_dir(&place)
            .args(["run", "openapi.json", "--url", &sandbox.url])
            .args(["--header", "app-id: sandbox", "--header", "app-secret: sandbox"])
            .args(["--seed", SEED, "--max-examples", EXAMPLES, "--no-shrink", "--continue-on-failure"])
            .args(["--checks", "all", "--exclude-checks", NOT_JUDGED])
            .args(["--report", "json", "--report-json-path", "report.json"]),
    )?;
    if !said.succeeded {
        return Err(format!("the fuzzer found what the contract does not allow:\n{}", said.text));
    }
    let report = place.join("report.json");
    let report =
        std::fs::read_to_string(&report).map_err(|error| format!("{}: {error}", report.display()))?;
    verdict(&report, &bundle)
}

/// A sandbox in a process of its own, ended with the value.
struct Served {
    process: Child,
    url: String,
}

impl Served {
    fn start() -> Result<Self, String> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let apex = ["run", "--quiet", "--locked", "--package", "apex-mobility-cli", "--"];
        // The clock stands still, so that the same requests meet the same carrier.
        let serve = ["sandbox", "serve", "--listen", "127.0.0.1:0", "--clock", "manual", "--lines", "300"];
        let mut process = Command::new(cargo)
            .current_dir(workspace_root())
            .args(apex)
            .args(serve)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the sandbox cannot be started: {error}"))?;
        let mut line = String::new();
        let read = process.stdout.take().map(|stdout| BufReader::new(stdout).read_line(&mut line));
        let mut served = Self { process, url: String::new() };
        // "The sandbox is ready at http://127.0.0.1:40131"
        match (read, line.trim().rsplit(' ').next().filter(|word| word.starts_with("http"))) {
            (Some(Ok(_)), Some(url)) => url.clone_into(&mut served.url),
            _ => return Err(format!("the sandbox did not say where it listens, but: {line}")),
        }
        Ok(served)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Cargo has made way for the sandbox, which keeps nothing. If it is gone already, all the better.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Nothing was found. That counts only if every operation was reached, and let something through.
fn verdict(report: &str, bundle: &str) -> Result<String, String> {
    let read = |text: &str| serde_json::from_str::<Value>(text).map_err(|error| format!("not JSON: {error}"));
    let (report, bundle) = (read(report)?, read(bundle)?);
    let mut operations = 0;
    for (path, item) in entries(&bundle["paths"]) {
        for (method, _) in entries(item) {
            operations += 1;
            let name = format!("{} {path}", method.to_uppercase());
            let phases = entries(&report["valid_rates"][&name]);
            let accepted: u64 = phases.filter_map(|(_, rate)| rate["accepted"].as_u64()).sum();
            if accepted == 0 {
                return Err(format!("{name} has accepted no request of the fuzzer's: nothing was proven"));
            }
        }
    }
    let cases = &report["test_cases"]["generated"];
    let tested = &report["operations"]["tested"];
    if report["complete"] != true || *tested != operations {
        return Err(format!("the fuzzer has tested {tested} of {operations} operations"));
    }
    Ok(format!("fuzz: {cases} requests to {operations} operations, and every reply keeps to the contract"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judged(complete: bool, tested: u64, accepted: u64) -> Result<String, String> {
        let bundle = json!({"paths": {"/a": {"get": {}}}});
        let report = json!({
            "complete": complete, "operations": {"tested": tested}, "test_cases": {"generated": 9},
            "valid_rates": {"GET /a": {"coverage": {"accepted": 0}, "fuzzing": {"accepted": accepted}}},
        });
        verdict(&report.to_string(), &bundle.to_string())
    }

    #[test]
    fn nothing_found_counts_if_everything_was_reached() {
        assert!(judged(true, 1, 1).unwrap().starts_with("fuzz: 9 requests to 1 operations"));
        assert!(judged(true, 1, 0).unwrap_err().contains("GET /a has accepted no request"));
        assert!(judged(true, 0, 1).unwrap_err().contains("0 of 1"));
        assert!(judged(false, 1, 1).is_err());
    }
}
