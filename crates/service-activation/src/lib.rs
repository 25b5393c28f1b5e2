//! Activate lines, up to 200 with one request, and follow the request to its end.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use apex_mobility_core::Settled;
//! use apex_mobility_core::domain::*;
//! use apex_mobility_service_activation::{ActivationBatch, NewLine, ServiceActivation, Sim};
//!
//! let address = Address::new("100", "Example", "Dallas", State::parse("TX")?, ZipCode::parse("75201")?)?;
//! let line = NewLine::new(
//!     BillingAccountNumber::parse("000000000001")?,
//!     PersonName::new("Test", "User")?,
//!     address,
//!     SingleUserCode::parse("APXPLAN01")?,
//!     Imei::from_payload("00101000990001")?,
//!     Sim::Card(Iccid::from_payload("890100000099000001")?),
//! );
//! let request = ServiceActivation::new(&client).submit(ActivationBatch::try_from(vec![line])?).begin().await?;
//! let handle = request.handle(); // serialize it: another process can go on with it
//! # let _ = handle;
//! match request.await? {
//!     Settled::Done(outcome) => println!("{} activated", outcome.activated().count()),
//!     Settled::StillPending(rest) => println!("look again later: {:?}", rest.handle),
//!     Settled::ActionRequired(never) => match never {},
//! }
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client)).unwrap();
//! # assert_eq!(sandbox.ledger().len(), 1);
//! ```
//!
//! A request that was accepted is not done: each of its lines ends by itself as active or rejected, and
//! mixed results are normal. Results are matched by SIM, else IMEI, never by position (contract 4.2).
//!
//! A submission whose answer was lost is never sent again; its error says
//! [`Effect::Unknown`](apex_mobility_core::Effect), and reading the lines by SIM settles it.
//!
//! **Evidence**: paths, members and states are confirmed, their casing likely; what makes AT&T reject a
//! line is likely; the slot for a ported number and the name `eid` are inferred.

mod finding;
mod job;
mod model;
pub mod operations;

use apex_mobility_core::{Client, Error, Poller, call};

pub use job::{ActivationJob, ActivationOutcome};
pub use model::{Activation, ActivationBatch, ActivationLine, ActivationState, NewLine, RequestId, Sim};

/// The Service Activation API.
#[derive(Debug, Clone)]
pub struct ServiceActivation {
    client: Client,
}

impl ServiceActivation {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Activates a batch of lines.
    pub fn submit(&self, lines: ActivationBatch) -> SubmitActivation {
        SubmitActivation::new(&self.client, operations::SubmitActivation { lines })
    }

    /// Reads how far a request has come.
    pub fn status(&self, id: RequestId) -> ActivationStatus {
        ActivationStatus::new(&self.client, operations::ActivationStatus { id })
    }
}

call! {
    /// A batch of lines to activate. `send` gives the request's first answer; [`begin`](Self::begin)
    /// follows it to its end.
    pub struct SubmitActivation(operations::SubmitActivation);
}

impl SubmitActivation {
    /// Sends it once, and gives a poller for the request.
    ///
    /// # Errors
    /// As `send`.
    pub async fn begin(self) -> Result<Poller<ActivationJob>, Error> {
        let accepted = self.0.send().await?.value;
        Ok(Poller::begin(self.0.client(), ActivationJob { id: accepted.id }))
    }
}

call! {
    /// How far a request has come.
    pub struct ActivationStatus(operations::ActivationStatus);
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
