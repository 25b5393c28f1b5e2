//! Change a line's number: to one that AT&T assigns, one in a chosen NPA-NXX, or a chosen number.
//!
//! ```
//! # use apex_mobility_core::domain::{SubscriberNumber, ZipCode};
//! # async fn run(client: apex_mobility_core::Client, number: SubscriberNumber, zip: ZipCode) -> Result<(), apex_mobility_core::Error> {
//! use apex_mobility_number_change::NumberChange;
//!
//! let changed = NumberChange::new(&client).system_assigned(number, zip).send().await?;
//! println!("{:?} is now {:?}", changed.old_number(), changed.new_number());
//! # assert!(changed.new_number().is_some());
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let line = sandbox.find_line(|line| line.status == "A" && line.offering_codes.is_empty()).unwrap();
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
//! #     .block_on(run(client, line.subscriber_number, line.service_zip_code)).unwrap();
//! # assert_eq!(sandbox.ledger().len(), 1);
//! ```
//!
//! | call | the new number |
//! |---|---|
//! | [`system_assigned`](NumberChange::system_assigned) | AT&T chooses, by the service ZIP |
//! | [`in_npa_nxx`](NumberChange::in_npa_nxx) | AT&T chooses within area code and exchange |
//! | [`vanity`](NumberChange::vanity) | the caller's, if it is free |
//!
//! The line must be active, and the service ZIP must be that of its primary place of use: where it is not,
//! update the subscriber's address first (Line Configuration). Some valid ZIPs host no numbers; features
//! that bar data or calls make a change fail; a refusal for want of a free number may pass on the next day.
//! None of these uses anything up. SIM, device, account and plan stay with the line.
//!
//! **A change may be made although its answer was lost**: 5xx after commit has been observed. It is never
//! sent again; its error says [`Effect::Unknown`](apex_mobility_core::Effect). Wait five minutes, read the
//! old number, and if that fails search the line by its SIM and adopt the number found.
//!
//! **Evidence**: the three choices are confirmed, the reply and the rules likely; path, method and body are
//! inferred and replaceable in the wire profile (`number.change`).

mod finding;
mod model;
pub mod operations;

use apex_mobility_core::domain::{LineNumber, NpaNxx, SubscriberNumber, ZipCode};
use apex_mobility_core::{Client, call};

pub use model::{ChangeStatus, ChangedNumber, NumberChoice};

/// The Number Change API.
#[derive(Debug, Clone)]
pub struct NumberChange {
    client: Client,
}

impl NumberChange {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Gives the line a number that AT&T assigns. The ZIP is that of the line's primary place of use.
    pub fn system_assigned(&self, number: SubscriberNumber, service_zip: ZipCode) -> ChangeNumber {
        self.change(number, service_zip, NumberChoice::SystemAssigned)
    }

    /// Gives the line a number with this area code and exchange, which must serve the ZIP.
    pub fn in_npa_nxx(
        &self,
        number: SubscriberNumber,
        service_zip: ZipCode,
        npa_nxx: NpaNxx,
    ) -> ChangeNumber {
        self.change(number, service_zip, NumberChoice::InNpaNxx(npa_nxx))
    }

    /// Gives the line exactly this number, if it is free and its area code and exchange serve the ZIP.
    pub fn vanity(
        &self,
        number: SubscriberNumber,
        service_zip: ZipCode,
        npa_nxx: NpaNxx,
        line: LineNumber,
    ) -> ChangeNumber {
        self.change(number, service_zip, NumberChoice::Vanity(npa_nxx, line))
    }

    fn change(&self, number: SubscriberNumber, service_zip: ZipCode, choice: NumberChoice) -> ChangeNumber {
        ChangeNumber::new(&self.client, operations::ChangeNumber { number, service_zip, choice })
    }
}

call! {
    /// A number to change.
    pub struct ChangeNumber(operations::ChangeNumber);
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
