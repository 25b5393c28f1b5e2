//! Give lines a static IP address on a custom access point (APN), up to 10 with one request, and follow the
//! request to its end.
//!
//! ```
//! # async fn run(client: apex_mobility_core::Client, number: apex_mobility_core::domain::SubscriberNumber) -> Result<(), Box<dyn std::error::Error>> {
//! use apex_mobility_core::Settled;
//! use apex_mobility_core::domain::{AccessPointName, BillingAccountNumber};
//! use apex_mobility_pdp_provisioning::{AddressCount, NewAddress, PdpName, PdpProvisioning, ProvisionBatch};
//!
//! let pdp = PdpProvisioning::new(&client);
//! let name = PdpName::parse("PDP-EXAMPLE")?;
//! let free = pdp.available(name.clone(), AddressCount::new(1)?).send().await?;
//! if let Some(shortfall) = free.shortfall() {
//!     return Err(shortfall.to_string().into());
//! }
//! let address = free.addresses()[0].clone();
//!
//! let line = NewAddress::new(number, address, AccessPointName::parse("apn.example")?);
//! let account = BillingAccountNumber::parse("000000000001")?;
//! let batch = pdp.provision(name, account, ProvisionBatch::try_from(vec![line])?).begin().await?;
//! let handle = batch.handle(); // serialize it: another process can go on with it
//! # let _ = handle;
//! match batch.await? {
//!     Settled::Done(outcome) => {
//!         for line in outcome.failed() {
//!             println!("{:?}", line.failure());
//!         }
//!         assert_eq!(outcome.done().count(), 1);
//!     }
//!     Settled::StillPending(rest) => println!("look again later: {:?}", rest.handle),
//!     Settled::ActionRequired(never) => match never {},
//! }
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # let line = sandbox.find_line(|line| line.status == "A" && line.billing_account_number.as_str() == "000000000001");
//! # let number = line.unwrap().subscriber_number;
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(run(client, number)).unwrap();
//! # assert!(sandbox.ledger().iter().any(|entry| entry.kind == apex_mobility_sandbox::LedgerKind::Ip));
//! ```
//!
//! A request that was accepted is not done: each line goes through a check of its profile, the reservation of
//! its address and the update of its profile, and ends by itself as done or failed. Lines are matched by number,
//! never by position. The line has to be active first (contract 4.10).
//!
//! **Fewer addresses than asked for** are no error: whoever wants five may be served with three. The answer
//! says so ([`AvailableAddresses::shortfall`]). Whether a look-up sets its addresses aside is not known, so it is
//! never sent again by itself, and it needs a client that may write.
//!
//! AT&T names the batch inside a sentence only ([`BatchId::find_in`]). A submission whose answer was lost, or
//! names no batch, is never sent again; its error says [`Effect::Unknown`](apex_mobility_core::Effect), and
//! [`PdpProvisioning::status_of_number`] settles it.
//!
//! **Evidence**: the four functions, the limit of 10, the batch id in the sentence, the three stages and the
//! words that end them, the two headers and the pace are confirmed; the casing of the members is likely; the paths,
//! the letters of the indicators, the words of a failure and all of the removal's wire are inferred.

mod available;
mod batch_id;
mod finding;
mod job;
mod line;
mod model;
pub mod operations;

use apex_mobility_core::domain::{BillingAccountNumber, SubscriberNumber};
use apex_mobility_core::{Client, Error, Poller, call};

pub use available::{AddressCount, AvailableAddresses, Shortfall};
pub use batch_id::BatchId;
pub use finding::AddressTrail;
pub use job::{PdpChange, PdpJob, PdpOutcome};
pub use line::{BatchLine, BatchStatus, IpAddressRecord, LineFailure, LineState, Stage, StageName};
pub use model::{AcceptedBatch, HeldAddress, NewAddress, PdpName, ProvisionBatch, RemovalBatch};

/// The PDP Provisioning API.
#[derive(Debug, Clone)]
pub struct PdpProvisioning {
    client: Client,
}

impl PdpProvisioning {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Looks up static addresses that no line of the PDP has.
    pub fn available(&self, pdp: PdpName, count: AddressCount) -> FindAddresses {
        FindAddresses::new(&self.client, operations::FindAddresses { pdp, count })
    }

    /// Gives lines of one account their addresses.
    pub fn provision(
        &self,
        pdp: PdpName,
        account: BillingAccountNumber,
        lines: ProvisionBatch,
    ) -> ProvisionAddresses {
        ProvisionAddresses::new(&self.client, operations::ProvisionAddresses { pdp, account, lines })
    }

    /// Reads how far a batch has come. A batch that is not known is an error of class `not_found`.
    pub fn status(&self, batch: BatchId) -> ProvisioningStatus {
        ProvisioningStatus::new(&self.client, operations::ProvisioningStatus::OfBatch(batch))
    }

    /// Reads what was asked for a number, perhaps with several batches. A number without any is an error of
    /// class `not_found`.
    pub fn status_of_number(&self, number: SubscriberNumber) -> ProvisioningStatus {
        ProvisioningStatus::new(&self.client, operations::ProvisioningStatus::OfNumber(number))
    }

    /// Takes their addresses from lines of one account.
    pub fn remove(
        &self,
        pdp: PdpName,
        account: BillingAccountNumber,
        lines: RemovalBatch,
    ) -> RemoveAddresses {
        RemoveAddresses::new(&self.client, operations::RemoveAddresses { pdp, account, lines })
    }
}

call! {
    /// Free addresses of a PDP.
    pub struct FindAddresses(operations::FindAddresses);
}

call! {
    /// Lines that are to have an address. `send` gives the id of the batch; [`begin`](Self::begin) follows it to
    /// its end.
    pub struct ProvisionAddresses(operations::ProvisionAddresses);
}

impl ProvisionAddresses {
    /// Sends it once, and gives a poller for the batch.
    ///
    /// # Errors
    /// As `send`.
    pub async fn begin(self) -> Result<Poller<PdpJob>, Error> {
        let batch = self.0.send().await?.value.batch;
        let numbers = self.0.operation().lines.iter().map(|line| line.number.clone()).collect();
        Ok(Poller::begin(self.0.client(), PdpJob { batch, change: PdpChange::Provision, numbers }))
    }
}

call! {
    /// How far a batch, or what was asked for a number, has come.
    pub struct ProvisioningStatus(operations::ProvisioningStatus);
}

call! {
    /// Lines that are to lose their address. `send` gives the id of the batch; [`begin`](Self::begin) follows it
    /// to its end.
    pub struct RemoveAddresses(operations::RemoveAddresses);
}

impl RemoveAddresses {
    /// Sends it once, and gives a poller for the batch.
    ///
    /// # Errors
    /// As `send`.
    pub async fn begin(self) -> Result<Poller<PdpJob>, Error> {
        let batch = self.0.send().await?.value.batch;
        let numbers = self.0.operation().lines.iter().map(|line| line.number.clone()).collect();
        Ok(Poller::begin(self.0.client(), PdpJob { batch, change: PdpChange::Remove, numbers }))
    }
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
