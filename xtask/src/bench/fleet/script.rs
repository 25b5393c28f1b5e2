//! The same job as integrators write it: Python, `requests`, ten threads.

use std::path::Path;

use super::super::Broken;
use super::Done;
use super::carrier::Carrier;
use crate::outside::python::Environment;

const REQUIREMENTS: &str = include_str!("../../../outside/script.txt");
const SCRIPT: &str = include_str!("../../../outside/suspend.py");

/// The script, with what it needs.
pub(super) struct Script {
    environment: Environment,
}

impl Script {
    pub(super) fn install() -> Result<Self, Broken> {
        let environment = Environment::with("script", REQUIREMENTS).map_err(Broken::new)?;
        Ok(Self { environment })
    }

    /// Its CPU time is what the interpreter says of itself, without its start.
    pub(super) fn run(&self, carrier: &Carrier, place: &Path, look: bool) -> Result<Done, Broken> {
        let mut script = self.environment.tool("python");
        script.args(["-c", SCRIPT, carrier.url()]).arg(carrier.file()).arg(place.join("script.csv"));
        if look {
            script.arg("--look");
        }
        let script = script.output().map_err(Broken::new)?;
        if !script.status.success() {
            return Err(Broken::new(format!(
                "the script failed: {}",
                String::from_utf8_lossy(&script.stderr)
            )));
        }
        Done::read(&script.stdout)
    }
}
