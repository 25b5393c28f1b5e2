//! Change what a line is made of: its device and SIM, the account that pays, the subscriber, the mailbox, the
//! profile on the device.
//!
//! ```
//! # use apex_mobility_core::domain::{Imei, SubscriberNumber, ZipCode};
//! # async fn run(client: apex_mobility_core::Client, number: SubscriberNumber, zip: ZipCode) -> Result<(), Box<dyn std::error::Error>> {
//! use apex_mobility_line_configuration::{DeviceUpdate, LineConfiguration};
//!
//! let lines = LineConfiguration::new(&client);
//! let device = DeviceUpdate::new(Imei::from_payload("00101000990001")?, zip);
//! let line = lines.update_device(number.clone(), device).send().await?;
//! if let Some(sim) = line.iccid() {
//!     lines.resend_ota(number, sim).send().await?;
//! }
//! # Ok(())
//! # }
//! # let sandbox = apex_mobility_sandbox::Sandbox::builder().lines(50).build();
//! # let line = sandbox.find_line(|line| line.status == "A" && line.eid.is_none()).unwrap();
//! # let client = apex_mobility_core::Client::builder()
//! #     .base_url("http://localhost").credentials(apex_mobility_core::AppCredentials::new("sandbox", "sandbox"))
//! #     .transport(sandbox.transport()).clock(sandbox.clock()).build().unwrap();
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
//! #     .block_on(run(client, line.subscriber_number, line.service_zip_code)).unwrap();
//! # assert_eq!(sandbox.ledger().len(), 1);
//! ```
//!
//! | call | changes |
//! |---|---|
//! | [`update_device`](LineConfiguration::update_device) | the IMEI on record and the SIM; an upgrade to eSIM |
//! | [`transfer`](LineConfiguration::transfer) | the account that pays (transfer of billing responsibility, TOBR) |
//! | [`update_subscriber`](LineConfiguration::update_subscriber) | the user's name, the primary place of use |
//! | [`reset_voicemail`](LineConfiguration::reset_voicemail) | the mailbox, with a new PIN or without |
//! | [`resend_ota`](LineConfiguration::resend_ota) | nothing: sends the profile over the air again |
//!
//! - **Device first, plan second, then the profile**: update the device, switch the plan, resend the OTA
//!   profile, as three calls. The device must be allowed on the network, the plan must fit it, the line must
//!   be active, and the service ZIP must be that of its primary place of use: otherwise update the
//!   subscriber's address first.
//! - A device without a tray needs an eSIM: a 404 that only says `/service/` asks for
//!   [`DeviceUpdate::eid`].
//! - **A transfer inside the contract term costs an early-termination fee.** No answer says so or how much.
//! - A new address makes its ZIP the line's service ZIP.
//!
//! A change whose answer was lost is never sent again; its error says
//! [`Effect::Unknown`](apex_mobility_core::Effect), and reading the line settles it. Only voicemail and profile
//! leave nothing to read; both can be repeated.
//!
//! **Evidence**: path, method, the device update and the OTA reply are confirmed. That these five exist is
//! confirmed by the overview; how the other four are written is inferred. Names of characteristics are
//! replaceable in the wire profile.

mod finding;
mod model;
pub mod operations;

use apex_mobility_core::domain::{
    Address, BillingAccountNumber, Date, Iccid, PersonName, SingleUserCode, SubscriberNumber, VoicemailPin,
};
use apex_mobility_core::{Client, call};

/// A line as a change answers it.
pub use apex_mobility_core::wire::Service;
pub use model::{DeviceReason, DeviceTechnology, DeviceUpdate};

/// The Line Configuration API.
#[derive(Debug, Clone)]
pub struct LineConfiguration {
    client: Client,
}

impl LineConfiguration {
    /// The API over a client.
    #[must_use]
    pub fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Puts a device on the line's record, and a SIM into it. That the device is there already is an error of
    /// class `no_op`, unless a plan was to change with it.
    pub fn update_device(&self, number: SubscriberNumber, device: DeviceUpdate) -> UpdateDevice {
        UpdateDevice::new(&self.client, operations::UpdateDevice { number, device })
    }

    /// Transfers billing responsibility for the line to another account (TOBR). Inside the contract term that
    /// costs an early-termination fee.
    pub fn transfer(&self, number: SubscriberNumber, to: BillingAccountNumber) -> TransferLine {
        TransferLine::new(
            &self.client,
            operations::TransferLine { number, to, plan: None, effective_date: None },
        )
    }

    /// Changes who uses the line, and where. What is to change is set on the call; a change of nothing is
    /// refused before it is sent.
    pub fn update_subscriber(&self, number: SubscriberNumber) -> UpdateSubscriber {
        UpdateSubscriber::new(
            &self.client,
            operations::UpdateSubscriber { number, name: None, address: None },
        )
    }

    /// Resets the line's mailbox.
    pub fn reset_voicemail(&self, number: SubscriberNumber) -> ResetVoicemail {
        ResetVoicemail::new(&self.client, operations::ResetVoicemail { number, pin: None })
    }

    /// Sends the profile over the air (OTA) to the SIM again, which must be the line's own.
    pub fn resend_ota(&self, number: SubscriberNumber, sim: Iccid) -> ResendOta {
        ResendOta::new(&self.client, operations::ResendOta { number, sim })
    }
}

call! {
    /// A device to put on a line. What can be set is set on [`DeviceUpdate`].
    pub struct UpdateDevice(operations::UpdateDevice);
}

call! {
    /// A line to transfer to another account.
    pub struct TransferLine(operations::TransferLine);
}

impl TransferLine {
    /// Switches the plan with it. Refused where the line's plan is locked.
    pub fn plan(mut self, code: SingleUserCode) -> Self {
        self.0.operation_mut().plan = Some(code);
        self
    }

    /// The day it takes effect; at once unless it is set.
    pub fn effective_date(mut self, date: Date) -> Self {
        self.0.operation_mut().effective_date = Some(date);
        self
    }
}

call! {
    /// A subscriber to change.
    pub struct UpdateSubscriber(operations::UpdateSubscriber);
}

impl UpdateSubscriber {
    /// The user's name.
    pub fn name(mut self, name: PersonName) -> Self {
        self.0.operation_mut().name = Some(name);
        self
    }

    /// The primary place of use. Its ZIP becomes the line's service ZIP.
    pub fn address(mut self, address: Address) -> Self {
        self.0.operation_mut().address = Some(address);
        self
    }
}

call! {
    /// A mailbox to reset.
    pub struct ResetVoicemail(operations::ResetVoicemail);
}

impl ResetVoicemail {
    /// The new PIN. AT&T chooses unless it is set.
    pub fn pin(mut self, pin: VoicemailPin) -> Self {
        self.0.operation_mut().pin = Some(pin);
        self
    }
}

call! {
    /// A profile to send again.
    pub struct ResendOta(operations::ResendOta);
}

/// The README's examples are compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadMe;
