//! One exercise per operation of every API: the least call that shows that the operation works.
//!
//! A table, so that a suite can run all of them under a condition of its own. An exercise says how its operation
//! is called in errors, and what of the wire profile it would stumble over. It makes one call with the client
//! under test; what it needs beforehand is brought about, and what came of it is looked up, by a client that
//! is known to speak as the carrier does.

mod billing_account;
mod line_configuration;
mod line_details;
mod number_change;
mod pdp_provisioning;
mod port_management;
mod rate_plan_change;
mod service_activation;
mod status_change;
mod subscriber_list;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use apex_mobility::profile::WireProfile;
use apex_mobility::{Error, Mobility};
use apex_mobility_sandbox::{LineView, Sandbox};

use crate::Target;

/// All exercises.
pub fn all() -> impl Iterator<Item = Exercise> {
    let apis = [
        subscriber_list::ALL,
        service_activation::ALL,
        port_management::ALL,
        billing_account::ALL,
        status_change::ALL,
        number_change::ALL,
        line_configuration::ALL,
        rate_plan_change::ALL,
        line_details::ALL,
        pdp_provisioning::ALL,
    ];
    apis.into_iter().flatten().copied()
}

/// The exercise of one operation.
#[derive(Clone, Copy)]
pub struct Exercise {
    /// The operation, as errors name it: `line.get`, `status.change/suspend`.
    pub operation: &'static str,
    /// Sections of the wire profile with the keys that the exercise depends on, besides path and method.
    pub depends_on: &'static [(&'static str, &'static [&'static str])],
    /// Makes the call.
    pub run: fn(Stage) -> Run,
}

/// An exercise under way.
pub type Run = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

impl Exercise {
    /// The operation's key in the contract: `status.change` for `status.change/suspend`, but
    /// `port.item/update` for itself.
    #[must_use]
    pub fn wire_key(&self) -> &'static str {
        let known = WireProfile::keys().any(|key| key == ("methods", self.operation));
        match self.operation.split_once('/') {
            Some((key, _)) if !known => key,
            _ => self.operation,
        }
    }

    /// Whether the exercise depends on that key of the wire profile.
    #[must_use]
    pub fn touches(&self, section: &str, key: &str) -> bool {
        let path_key = self.operation.split_once('/').map_or(self.operation, |(path, _)| path);
        match section {
            "paths" => path_key == key,
            "methods" => self.wire_key() == key,
            _ => self.depends_on.iter().any(|(known, keys)| *known == section && keys.contains(&key)),
        }
    }
}

impl fmt::Debug for Exercise {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exercise").field("operation", &self.operation).finish_non_exhaustive()
    }
}

/// Where an exercise takes place.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The carrier.
    pub sandbox: Sandbox,
    /// The APIs under test: one call is made with them.
    pub apex: Mobility,
    /// The APIs of a client that speaks as the carrier does.
    pub stagehand: Mobility,
}

impl Stage {
    /// A target as a stage: both clients are its own.
    #[must_use]
    pub fn of(target: &Target) -> Self {
        let Target { sandbox, apex, .. } = target;
        Self { sandbox: sandbox.clone(), apex: apex.clone(), stagehand: apex.clone() }
    }

    /// The first line for which `wanted` holds.
    fn line(&self, wanted: impl FnMut(&LineView) -> bool) -> LineView {
        self.sandbox.find_line(wanted).unwrap()
    }

    /// An active line with a card, in a device that takes every plan and both kinds of SIM.
    fn plain_line(&self) -> LineView {
        let generic = |line: &LineView| line.imei.as_str().starts_with("00101000");
        self.line(|line| line.status == "A" && line.eid.is_none() && generic(line))
    }
}

/// Why an exercise did not succeed.
#[derive(Debug)]
pub enum Failure {
    /// The call failed.
    Call(Error),
    /// The call went through, and this does not hold.
    Outcome(&'static str),
}

impl Failure {
    /// In words, the operation first.
    #[must_use]
    pub fn told_of(&self, exercise: &Exercise) -> String {
        match self {
            Self::Call(error) => error.to_string(),
            Self::Outcome(what) => format!("{}: it does not hold that {what}", exercise.operation),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

/// What must be so after the call.
fn holds(what: &'static str, so: bool) -> Result<(), Failure> {
    if so { Ok(()) } else { Err(Failure::Outcome(what)) }
}
