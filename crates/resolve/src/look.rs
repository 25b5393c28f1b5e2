//! Which read tells about which write, and how often it is worth while (contract 2.5).

use std::future::Future;
use std::slice;
use std::time::Duration;

use apex_mobility_billing_account::Account;
use apex_mobility_billing_account::operations as account;
use apex_mobility_core::finding::{LineTrail, Shown};
use apex_mobility_core::wire::{LineStatus, Service};
use apex_mobility_core::{Error, Operation, Traceable};
use apex_mobility_line_configuration::operations as line;
use apex_mobility_line_details::operations::GetLine;
use apex_mobility_number_change::operations::ChangeNumber;
use apex_mobility_pdp_provisioning::operations as pdp;
use apex_mobility_pdp_provisioning::{AddressTrail, HeldAddress, NewAddress};
use apex_mobility_port_management::Port;
use apex_mobility_port_management::operations as port;
use apex_mobility_rate_plan_change::operations::ChangePlan;
use apex_mobility_service_activation::NewLine;
use apex_mobility_service_activation::operations::SubmitActivation;
use apex_mobility_status_change::operations as status;

use crate::reads::{Reads, shown};

/// A write, or one line of a batch, that can be looked for. Implemented for every write of the APIs.
pub trait Look: Traceable {
    /// When to look.
    const PACE: Pace = Pace::LIVE;

    /// Whether [`Resolver::send`](crate::Resolver::send) looks before it sends.
    const LOOKS_BEFORE: bool = true;

    /// Why it must not be sent to what was seen before, if it must not: it would do something else than was asked for.
    fn forbidden(_before: &Self::Seen) -> Option<&'static str> {
        None
    }

    /// Looks once.
    fn look(
        &self,
        reads: &Reads,
        before: Option<&Self::Seen>,
    ) -> impl Future<Output = Result<Self::Seen, Error>> + Send;
}

/// A write that [`Resolver::send`](crate::Resolver::send) can send, and what of it is settled by itself: all
/// of it, or each line of a batch.
pub trait Write: Operation {
    /// What is settled.
    type Item: Look;

    /// All that is settled.
    fn items(&self) -> &[Self::Item];

    /// Whether a success leaves nothing to be looked for.
    fn is_told(_answer: &Self::Output) -> bool {
        true
    }
}

/// When to look: after a first wait, then in gaps that double up to a longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// From the loss of the answer to the first look.
    pub first: Duration,
    /// From the first look to the second.
    pub gap: Duration,
    /// The longest gap.
    pub longest: Duration,
}

impl Pace {
    /// For what reads show at once: now, after 15 s, then slower, down to every 2 minutes. A ten-minute
    /// outage costs about eight requests.
    pub const LIVE: Self =
        Self { first: Duration::ZERO, gap: Duration::from_secs(15), longest: Duration::from_mins(2) };

    /// For what AT&T takes minutes to do and shows on the way: after 15 s, then slower, down to every 5
    /// minutes (contract 4.10).
    pub const BATCH: Self = Self {
        first: Duration::from_secs(15),
        gap: Duration::from_secs(60),
        longest: Duration::from_mins(5),
    };

    /// For what AT&T takes minutes to do: every 5 minutes, as production polls (contract 4.2).
    pub const REQUEST: Self =
        Self { first: Duration::from_mins(5), gap: Duration::from_mins(5), longest: Duration::from_mins(5) };
}

/// Writes that the line at their number tells about.
macro_rules! at_the_line {
    ($($operation:ty),*) => {$(
        impl Look for $operation {
            async fn look(&self, reads: &Reads, before: Option<&LineTrail>) -> Result<LineTrail, Error> {
                reads.line(&self.number, before).await
            }
        }
    )*};
}

at_the_line!(
    status::SuspendLine,
    status::CancelLine,
    status::RestoreLine,
    ChangeNumber,
    line::UpdateDevice,
    line::TransferLine,
    line::UpdateSubscriber,
    ChangePlan
);

impl Look for status::ResumeLine {
    /// contract 4.5: a resume can never silently revive a cancelled line. Whether AT&T sees to that is not known.
    fn forbidden(before: &LineTrail) -> Option<&'static str> {
        let cancelled = before.line().and_then(Service::status) == Some(LineStatus::Cancelled);
        cancelled.then_some("the line is already cancelled, and a resume could revive it")
    }

    async fn look(&self, reads: &Reads, before: Option<&LineTrail>) -> Result<LineTrail, Error> {
        reads.line(&self.number, before).await
    }
}

/// Writes that the port status of their number tells about.
macro_rules! at_the_port {
    ($($operation:ty, $write:ident => $number:expr;)*) => {$(
        impl Look for $operation {
            async fn look(&self, reads: &Reads, _: Option<&Shown<Port>>) -> Result<Shown<Port>, Error> {
                let $write = self;
                let number = $number.clone();
                shown(reads.read(port::PortStatus { number }).await)
            }
        }
    )*};
}

at_the_port! {
    port::RequestPort, write => write.request.number();
    port::UpdatePort, write => write.number;
    port::CancelPort, write => write.number;
}

/// Writes that no read tells about: nothing is sent.
macro_rules! nowhere {
    ($($operation:ty),*) => {$(
        impl Look for $operation {
            const LOOKS_BEFORE: bool = false;

            async fn look(&self, _: &Reads, _: Option<&()>) -> Result<(), Error> {
                Ok(())
            }
        }
    )*};
}

nowhere!(line::ResetVoicemail, line::ResendOta, account::CreateAccount, pdp::FindAddresses);

impl Look for account::UpdateAccount {
    async fn look(&self, reads: &Reads, _: Option<&Shown<Account>>) -> Result<Shown<Account>, Error> {
        shown(reads.read(account::GetAccount { ban: self.ban.clone() }).await)
    }
}

/// Lines of a batch that gives or takes addresses.
macro_rules! at_the_status {
    ($($line:ty),*) => {$(
        impl Look for $line {
            const PACE: Pace = Pace::BATCH;

            async fn look(&self, reads: &Reads, _: Option<&AddressTrail>) -> Result<AddressTrail, Error> {
                let number = self.number().clone();
                let status = reads.read(pdp::ProvisioningStatus::OfNumber(number.clone())).await;
                let status = shown(status)?;
                let line = shown(reads.read(GetLine { number }).await)?;
                Ok(AddressTrail { status, line })
            }
        }
    )*};
}

at_the_status!(NewAddress, HeldAddress);

impl Look for NewLine {
    const PACE: Pace = Pace::REQUEST;

    /// Not 200 searches before a batch of 200: the day a line was activated on tells whether it was there
    /// before, but for lines activated on the same day.
    const LOOKS_BEFORE: bool = false;

    async fn look(&self, reads: &Reads, _: Option<&Vec<Service>>) -> Result<Vec<Service>, Error> {
        match self.sim().iccid() {
            Some(sim) => reads.by_sim(sim.clone()).await,
            None => reads.by_imei(self.imei().clone()).await,
        }
    }
}

/// Writes that are settled as a whole.
macro_rules! whole {
    ($($operation:ty),*) => {$(
        impl Write for $operation {
            type Item = Self;

            fn items(&self) -> &[Self] {
                slice::from_ref(self)
            }
        }
    )*};
}

whole!(
    status::SuspendLine,
    status::ResumeLine,
    status::CancelLine,
    status::RestoreLine,
    line::UpdateDevice,
    line::TransferLine,
    line::UpdateSubscriber,
    line::ResetVoicemail,
    line::ResendOta,
    account::CreateAccount,
    account::UpdateAccount,
    pdp::FindAddresses,
    ChangePlan,
    port::RequestPort,
    port::UpdatePort,
    port::CancelPort
);

impl Write for ChangeNumber {
    type Item = Self;

    fn items(&self) -> &[Self] {
        slice::from_ref(self)
    }

    /// A change that was accepted without detail says no number: a search by SIM does.
    fn is_told(answer: &Self::Output) -> bool {
        answer.new_number().is_some()
    }
}

/// Writes whose lines are settled each by itself.
macro_rules! line_by_line {
    ($($operation:ty: $line:ty),*) => {$(
        impl Write for $operation {
            type Item = $line;

            fn items(&self) -> &[$line] {
                self.lines.as_slice()
            }
        }
    )*};
}

line_by_line!(
    SubmitActivation: NewLine,
    pdp::ProvisionAddresses: NewAddress,
    pdp::RemoveAddresses: HeldAddress
);
