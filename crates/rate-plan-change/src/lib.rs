//! Change a line's rate plan and its features.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client, number: apex_mobility_core::domain::SubscriberNumber) -> Result<(), Box<dyn std::error::Error>> {
//! use apex_mobility_core::domain::{OfferingCode, SingleUserCode};
//! use apex_mobility_rate_plan_change::RatePlanChange;
//!
//! RatePlanChange::new(&client)
//!     .change(number)
//!     .plan(SingleUserCode::parse("APXPLAN03")?)
//!     .add_feature(OfferingCode::parse("SOC1")?)
//!     .send()
//!     .await?;
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let number = sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client, number)).unwrap();
//! # assert_eq!(sandbox.ledger().len(), 1);
//! ```
//!
//! One request switches the plan, adds features and removes features, together or apart; it is refused as a
//! whole or done as a whole. The line must be active and the plan must fit its device; adding a feature that
//! is there and removing one that is not are refused.
//!
//! A change takes effect today unless it has another date. Details may not show a change whose date lies
//! ahead: that it is not seen there is no proof that it failed. A feature that an activation added may be
//! removed only once the line is active, with [`immediately`](ChangePlan::immediately).
//!
//! A change whose answer was lost is never sent again; its error says
//! [`Effect::Unknown`](apex_mobility_core::Effect), and reading the line settles it.
//!
//! **Evidence**: the body is confirmed, the shape of the reply likely; that the plan must fit the device is
//! likely, the rules for features are inferred.

mod finding;
mod model;
pub mod operations;

use apex_mobility_core::domain::{Date, OfferingCode, SingleUserCode, SubscriberNumber};
use apex_mobility_core::{Client, call};

/// A line as a change answers it.
pub use apex_mobility_core::wire::Service;
pub use model::Effective;

/// The Rate Plan Change API.
#[derive(Debug, Clone)]
pub struct RatePlanChange {
    client: Client,
}

impl RatePlanChange {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Changes what this line is subscribed to. What is to change is set on the call; a change of nothing
    /// is refused before it is sent.
    pub fn change(&self, number: SubscriberNumber) -> ChangePlan {
        ChangePlan::new(&self.client, operations::ChangePlan::new(number))
    }
}

call! {
    /// A change of a line's plan and features.
    pub struct ChangePlan(operations::ChangePlan);
}

impl ChangePlan {
    /// Switches to this plan.
    pub fn plan(mut self, code: SingleUserCode) -> Self {
        self.0.operation_mut().plan = Some(code);
        self
    }

    /// Adds a feature (SOC). May be called again for more.
    pub fn add_feature(mut self, code: OfferingCode) -> Self {
        self.0.operation_mut().add.push(code);
        self
    }

    /// Removes a feature (SOC). May be called again for more.
    pub fn remove_feature(mut self, code: OfferingCode) -> Self {
        self.0.operation_mut().remove.push(code);
        self
    }

    /// The day it takes effect. Today unless it is set.
    pub fn effective_date(mut self, date: Date) -> Self {
        self.0.operation_mut().effective = Effective::On(date);
        self
    }

    /// Takes effect now: an empty date is sent, as production does to remove a feature just after an
    /// activation.
    pub fn immediately(mut self) -> Self {
        self.0.operation_mut().effective = Effective::Immediately;
        self
    }
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
