//! The AT&T APEX Mobility APIs from Rust.
//!
//! ```
//! # async fn run() -> Result<(), apex_mobility::Error> {
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let client = apex_mobility::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build()?;
//! # let apex = apex_mobility::Mobility::new(&client);
//! # #[cfg(any())]
//! let apex = apex_mobility::Mobility::from_env()?;
//! let mut lines = apex.subscriber_list().list().by_item();
//! while let Some(line) = lines.next().await { println!("{:?}", line?.status); }
//! # Ok(())
//! # }
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run()).unwrap();
//! ```
//!
//! # One client, one crate per API
//!
//! A [`Client`] holds the connection pool, the credentials, the retry budget and the governor; [`Mobility`]
//! hands out the APIs over it. Each API is a crate of its own and a feature of this one; `full`, the
//! default, has them all.
//!
//! | feature | handle | what for |
//! |---|---|---|
//! | `subscriber-list` | [`Mobility::subscriber_list`] | list lines by account, number and status |
//! | `service-activation` | [`Mobility::service_activation`] | activate lines and follow the request |
//! | `port-management` | [`Mobility::port_management`] | bring numbers in from other carriers |
//! | `billing-account` | [`Mobility::billing_account`] | create, update and read billing accounts |
//! | `status-change` | [`Mobility::status_change`] | suspend, resume, cancel and restore lines |
//! | `number-change` | [`Mobility::number_change`] | change a line's number |
//! | `line-configuration` | [`Mobility::line_configuration`] | change device, account, subscriber, voicemail, profile |
//! | `rate-plan-change` | [`Mobility::rate_plan_change`] | change a line's plan and features |
//! | `line-details` | [`Mobility::line_details`] | read a line, live |
//! | `pdp-provisioning` | [`Mobility::pdp_provisioning`] | static IP addresses and access points of lines |
//!
//! The feature `equipment` is no API: it is which plan works on which device, from tables that you can replace.
//! Nor is `resolve`: what came of a write whose answer was lost, found out by reading.
//! `fleet` carries thousands of rows through crashes and lost answers, and has to be asked for by name, since it brings
//! a database: it is not in `full`. With `postgres` its journal can be on a server.
//! Two more features are the core crate's: `http-client` (default) is the transport, `test-util` a scripted
//! one for tests.
//!
//! **Why all of it by default.** The APIs work on the same lines: who activates one soon suspends it, reads it
//! and changes its plan, and what settles a lost answer is mostly another API's read. They are a small part of
//! what is built, a few hundred lines each beside the HTTP client that all share, so a shorter list saves little;
//! and a method that is missing for want of a feature costs a newcomer more. Whoever does want one API names it:
//!
//! ```toml
//! apex-mobility = { version = "0.1", default-features = false, features = ["line-details", "http-client"] }
//! ```
//!
//! That brings core and the one API crate, and without `http-client` no HTTP or TLS stack.
//!
//! # What happened?
//!
//! AT&T's gateway takes no idempotency key, and answers get lost after the work was done. So a write that
//! may have arrived is never sent again: its [`Error`] says [`Effect::Unknown`] and names the read that
//! settles it; with the feature `resolve`, `resolve::Resolver` does that read, waits, and gives a verdict with
//! its evidence. [`Error::effect`] tells whether anything changed, [`Error::class`] what it means,
//! [`Error::next_step`] what to do.
//!
//! This is not an AT&T product, and it was not tested against AT&T's live system: AT&T publishes no wire
//! format, so it was rebuilt from public evidence, and a [`WireProfile`] can replace each guess at run time.

pub use apex_mobility_core::*;

#[cfg(feature = "billing-account")]
pub use apex_mobility_billing_account as billing_account;
#[cfg(feature = "equipment")]
pub use apex_mobility_equipment as equipment;
#[cfg(feature = "fleet")]
pub use apex_mobility_fleet as fleet;
#[cfg(feature = "line-configuration")]
pub use apex_mobility_line_configuration as line_configuration;
#[cfg(feature = "line-details")]
pub use apex_mobility_line_details as line_details;
#[cfg(feature = "number-change")]
pub use apex_mobility_number_change as number_change;
#[cfg(feature = "pdp-provisioning")]
pub use apex_mobility_pdp_provisioning as pdp_provisioning;
#[cfg(feature = "port-management")]
pub use apex_mobility_port_management as port_management;
#[cfg(feature = "rate-plan-change")]
pub use apex_mobility_rate_plan_change as rate_plan_change;
#[cfg(feature = "resolve")]
pub use apex_mobility_resolve as resolve;
#[cfg(feature = "service-activation")]
pub use apex_mobility_service_activation as service_activation;
#[cfg(feature = "status-change")]
pub use apex_mobility_status_change as status_change;
#[cfg(feature = "subscriber-list")]
pub use apex_mobility_subscriber_list as subscriber_list;

/// All APIs over one client. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Mobility {
    client: Client,
}

impl Mobility {
    /// The APIs over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// The APIs over a client from the environment, as [`Client::from_env`].
    ///
    /// # Errors
    /// When a variable is missing or cannot be used; the error names it.
    #[cfg(feature = "http-client")]
    pub fn from_env() -> Result<Self, Error> {
        Ok(Self { client: Client::from_env()? })
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// List lines by account, number and status.
    #[cfg(feature = "subscriber-list")]
    #[must_use]
    pub fn subscriber_list(&self) -> subscriber_list::SubscriberList {
        subscriber_list::SubscriberList::new(&self.client)
    }

    /// Activate lines and follow the request to its end.
    #[cfg(feature = "service-activation")]
    #[must_use]
    pub fn service_activation(&self) -> service_activation::ServiceActivation {
        service_activation::ServiceActivation::new(&self.client)
    }

    /// Bring numbers in from other carriers.
    #[cfg(feature = "port-management")]
    #[must_use]
    pub fn port_management(&self) -> port_management::PortManagement {
        port_management::PortManagement::new(&self.client)
    }

    /// Create, update and read billing accounts.
    #[cfg(feature = "billing-account")]
    #[must_use]
    pub fn billing_account(&self) -> billing_account::BillingAccount {
        billing_account::BillingAccount::new(&self.client)
    }

    /// Suspend, resume, cancel and restore lines.
    #[cfg(feature = "status-change")]
    #[must_use]
    pub fn status_change(&self) -> status_change::StatusChange {
        status_change::StatusChange::new(&self.client)
    }

    /// Change a line's number.
    #[cfg(feature = "number-change")]
    #[must_use]
    pub fn number_change(&self) -> number_change::NumberChange {
        number_change::NumberChange::new(&self.client)
    }

    /// Change a line's device, account, subscriber, voicemail and profile.
    #[cfg(feature = "line-configuration")]
    #[must_use]
    pub fn line_configuration(&self) -> line_configuration::LineConfiguration {
        line_configuration::LineConfiguration::new(&self.client)
    }

    /// Change a line's plan and features.
    #[cfg(feature = "rate-plan-change")]
    #[must_use]
    pub fn rate_plan_change(&self) -> rate_plan_change::RatePlanChange {
        rate_plan_change::RatePlanChange::new(&self.client)
    }

    /// Read a line's profile, device, plan and features, live.
    #[cfg(feature = "line-details")]
    #[must_use]
    pub fn line_details(&self) -> line_details::LineDetails {
        line_details::LineDetails::new(&self.client)
    }

    /// Give lines a static IP address on a custom access point, and take it back.
    #[cfg(feature = "pdp-provisioning")]
    #[must_use]
    pub fn pdp_provisioning(&self) -> pdp_provisioning::PdpProvisioning {
        pdp_provisioning::PdpProvisioning::new(&self.client)
    }
}

/// The README's examples are compiled.
#[cfg(all(doctest, feature = "full", feature = "http-client"))]
#[doc = include_str!("../../../README.md")]
struct ReadMe;
