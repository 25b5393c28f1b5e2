//! Bring numbers in from other carriers, correct the requests that bounce, and follow them to their end.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client, number: apex_mobility_core::domain::SubscriberNumber) -> Result<(), Box<dyn std::error::Error>> {
//! use apex_mobility_core::Settled;
//! use apex_mobility_core::domain::*;
//! use apex_mobility_port_management::{LosingCarrier, PortManagement, PortRequest, PortUpdate};
//!
//! let ports = PortManagement::new(&client);
//! let zip = ZipCode::parse("75201")?;
//! let eligibility = ports.check_eligibility(number.clone(), zip.clone()).send().await?;
//! assert!(eligibility.is_eligible());
//!
//! let name = PersonName::new("Test", "User")?;
//! let address = Address::new("100", "Example", "Dallas", State::parse("TX")?, zip)?;
//! let account = BillingAccountNumber::parse("000000000001")?;
//! // In the sandbox this account number at the losing carrier makes it answer conflict 8A.
//! let losing = LosingCarrier::new(LosingAccount::parse("CT-8A")?, name.clone());
//! let request = PortRequest::new(number.clone(), account, name.clone(), address, losing)
//!     .service_area(eligibility.service_area().unwrap_or_default());
//! let mut port = ports.request(request).begin().await?;
//! loop {
//!     let handle = port.handle(); // serialize it: another process can go on with it, days later
//! #   let _ = handle;
//!     port = match port.await? {
//!         Settled::ActionRequired(conflict) => {
//!             println!("{:?}: {}", conflict.code, conflict.fix);
//!             let right = LosingCarrier::new(LosingAccount::parse("OLD-1")?, name.clone());
//!             ports.update(number.clone(), PortUpdate::new().losing_carrier(right)).begin().await?
//!         }
//!         Settled::Done(end) => {
//!             // Now activate a line with the number: `NewLine::ported_number`.
//!             assert!(end.is_ready_to_activate());
//!             break;
//!         }
//!         Settled::StillPending(rest) => return Err(format!("look again later: {:?}", rest.handle).into()),
//!     }
//! }
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # let number = apex_mobility_core::domain::SubscriberNumber::parse("9725550107").unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client, number)).unwrap();
//! # assert!(sandbox.ledger().iter().any(|entry| entry.kind == apex_mobility_sandbox::LedgerKind::Port));
//! ```
//!
//! The way of a number: check eligibility, request the port, wait until it is confirmed, then activate a
//! line with its number (`NewLine::ported_number` of the Service Activation API), SIM and IMEI. Until then
//! it stays in service at the old carrier (contract 4.3). A number that is activated without a confirmed
//! port is not ported: AT&T assigns a new one (contract 4.2).
//!
//! A port in conflict waits for a person: [`PortConflict::fix`] names what to correct, and an update puts
//! the request on its way again. Updates are taken before the port is confirmed only; a cancel also after
//! that, until it is completed.
//!
//! **Evidence**: the states confirmed and completed, the members of the request and the direction are
//! confirmed; the casing, what an update may hold, most reason codes and the reading of a port by its number
//! are likely; the paths, the header of a cancel, the other states and the pace of waiting are inferred.

mod conflict;
mod finding;
mod job;
mod model;
pub mod operations;

use apex_mobility_core::domain::{SubscriberNumber, ZipCode};
use apex_mobility_core::{Client, Error, Poller, call};

pub use conflict::{PortConflict, PortFix};
pub use job::{PortEnd, PortJob};
pub use model::{Eligibility, FromService, LosingCarrier, Port, PortRequest, PortState, PortUpdate};

/// The Port Management API.
#[derive(Debug, Clone)]
pub struct PortManagement {
    client: Client,
}

impl PortManagement {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Asks whether a number can be brought in and served in a ZIP.
    pub fn check_eligibility(&self, number: SubscriberNumber, service_zip: ZipCode) -> CheckEligibility {
        CheckEligibility::new(&self.client, operations::CheckEligibility { number, service_zip })
    }

    /// Asks for a number to be brought in.
    pub fn request(&self, request: PortRequest) -> RequestPort {
        RequestPort::new(&self.client, operations::RequestPort { request })
    }

    /// Reads how far a port request has come. A number without one is an error of class `not_found`.
    pub fn status(&self, number: SubscriberNumber) -> PortStatus {
        PortStatus::new(&self.client, operations::PortStatus { number })
    }

    /// Corrects a port request that is open or in conflict.
    pub fn update(&self, number: SubscriberNumber, update: PortUpdate) -> UpdatePort {
        UpdatePort::new(&self.client, operations::UpdatePort { number, update })
    }

    /// Drops a whole port request that is open, in conflict or confirmed. AT&T wants its service ZIP too.
    pub fn cancel(&self, number: SubscriberNumber, service_zip: ZipCode) -> CancelPort {
        CancelPort::new(&self.client, operations::CancelPort { number, service_zip })
    }
}

call! {
    /// Whether a number can be brought in.
    pub struct CheckEligibility(operations::CheckEligibility);
}

call! {
    /// A number to bring in. `send` gives the request's first answer; [`begin`](Self::begin) follows it to
    /// its end.
    pub struct RequestPort(operations::RequestPort);
}

impl RequestPort {
    /// Sends it once, and gives a poller for the request.
    ///
    /// # Errors
    /// As `send`.
    pub async fn begin(self) -> Result<Poller<PortJob>, Error> {
        self.0.send().await?;
        let number = self.0.operation().request.number.clone();
        Ok(Poller::begin(self.0.client(), PortJob { number }))
    }
}

call! {
    /// How far a port request has come.
    pub struct PortStatus(operations::PortStatus);
}

call! {
    /// A correction of a port request. `send` gives its first answer; [`begin`](Self::begin) follows the
    /// request on to its end.
    pub struct UpdatePort(operations::UpdatePort);
}

impl UpdatePort {
    /// Sends it once, and gives a poller for the request.
    ///
    /// # Errors
    /// As `send`.
    pub async fn begin(self) -> Result<Poller<PortJob>, Error> {
        self.0.send().await?;
        let number = self.0.operation().number.clone();
        Ok(Poller::begin(self.0.client(), PortJob { number }))
    }
}

call! {
    /// A port request to drop.
    pub struct CancelPort(operations::CancelPort);
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
