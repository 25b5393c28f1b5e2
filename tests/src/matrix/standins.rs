//! Two other clients of the same APIs, written as integrations mostly are, to be compared with.
//!
//! They are meant to be fair. They speak the contract without a fault: their requests are written and their
//! answers read by the same code as the SDK's, they poll an activation to its end, and they know a refusal from
//! a success in every shape the contract has. They differ in one thing: what they do when no clear answer comes.
//!
//! - [`Habit::Retry`] sends again, up to three times, after 1, 2 and 4 seconds, on a lost connection, a timeout
//!   or a 5xx, and believes the last answer.
//! - [`Habit::GiveUp`] never sends again and reports every error as a failure.
//!
//! Neither reads back, so neither can say "unknown". A refusal of a retry is a failure to the first: "the line is
//! already suspended" does not say by whom.

use std::time::Duration;

use apex_mobility::clock::Clock;
use apex_mobility::domain::Date;
use apex_mobility::profile::WireProfile;
use apex_mobility::{Call, Operation, Wire};
use apex_mobility_sandbox::SandboxClock;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use tower::Service;

use super::tap::Tap;

/// What a stand-in does when no clear answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    Retry,
    GiveUp,
}

/// Another client.
#[derive(Debug, Clone)]
pub(super) struct StandIn {
    habit: Habit,
    tap: Tap,
    clock: SandboxClock,
}

/// It reports the write as failed.
#[derive(Debug)]
pub(super) struct Failed;

impl StandIn {
    pub(super) fn new(habit: Habit, tap: &Tap, clock: SandboxClock) -> Self {
        Self { habit, tap: tap.clone(), clock }
    }

    /// Sends a write, in its own way.
    pub(super) async fn send<O: Operation>(&self, call: Call<O>) -> Result<O::Output, Failed> {
        let mut request = call.request().map_err(|_| Failed)?;
        for header in ["app-id", "app-secret"] {
            request.headers_mut().insert(header, HeaderValue::from_static("sandbox"));
        }
        let waits: &[u64] = if self.habit == Habit::Retry { &[1, 2, 4] } else { &[] };
        let mut answer = self.attempt(request.clone()).await;
        for wait in waits {
            if !answer.as_ref().is_none_or(|answer| answer.status().is_server_error()) {
                break;
            }
            self.clock.sleep(Duration::from_secs(*wait)).await;
            answer = self.attempt(request.clone()).await;
        }
        let answer = answer.filter(|answer| answer.status().is_success()).ok_or(Failed)?;
        let profile = WireProfile::default();
        let wire = Wire { profile: &profile, today: Date::from_system_time(self.clock.now()) };
        call.operation().decode(&answer, &wire).map_err(|_| Failed)
    }

    /// Nothing when the connection is lost or the time is over.
    async fn attempt(&self, request: Request<Bytes>) -> Option<Response<Bytes>> {
        self.tap.clone().call(request).await.ok()
    }
}
