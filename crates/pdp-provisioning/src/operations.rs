//! The operations of the PDP Provisioning API, without I/O.

use apex_mobility_core::catalog::Signal;
use apex_mobility_core::domain::{BillingAccountNumber, SubscriberNumber};
use apex_mobility_core::wire::{Flag, Many};
use apex_mobility_core::{
    DecodeError, EncodeError, Operation, Safety, Wire, decode_json, decode_json_or_empty,
};
use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::available::{AddressCount, AvailableAddresses, FoundAddresses};
use crate::batch_id::BatchId;
use crate::line::{BatchLine, BatchStatus};
use crate::model::{AcceptedBatch, HeldAddress, NewAddress, PdpName, ProvisionBatch, RemovalBatch, Sentence};

/// Looks up free addresses (contract 4.10, `pdp.addresses`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindAddresses {
    /// Of which PDP.
    pub pdp: PdpName,
    /// How many.
    pub count: AddressCount,
}

impl Operation for FindAddresses {
    type Output = AvailableAddresses;

    const NAME: &'static str = "pdp.addresses";
    /// contract 2.5: the look-up may reserve, so it is treated as a write.
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "no line has changed, so look up again; it may find fewer addresses, if AT&T has \
                                     set aside those of the lost answer";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let body = Question { pdp_name: self.pdp.as_str(), ip_quantity: self.count };
        wire.request(Self::NAME)?.json(&body)?.finish()
    }

    /// An answer without records is one that found none; an empty one says nothing.
    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<AvailableAddresses, DecodeError> {
        let found: Option<FoundAddresses> = decode_json_or_empty(answer.body())?;
        let found = found.ok_or(DecodeError::missing("addresses"))?;
        Ok(AvailableAddresses::new(self.count, found))
    }
}

/// Gives lines their addresses (contract 4.10, `pdp.provision`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisionAddresses {
    /// The PDP that the addresses are of.
    pub pdp: PdpName,
    /// The account that the lines are of.
    pub account: BillingAccountNumber,
    /// The lines.
    pub lines: ProvisionBatch,
}

impl Operation for ProvisionAddresses {
    type Output = AcceptedBatch;

    const NAME: &'static str = "pdp.provision";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the status of each number, and each line's ipAddress; send again only a line \
                                     that shows no trace of it after 5 minutes";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let subscriber = self.lines.iter().map(|line| Profile::of(line, wire)).collect();
        let body = Submission {
            pdp_name: self.pdp.as_str(),
            billing_account_number: self.account.as_str(),
            subscriber,
        };
        wire.request(Self::NAME)?.json::<Submission<'_, Profile<'_>>>(&body)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<AcceptedBatch, DecodeError> {
        decode_accepted(answer)
    }
}

/// Takes their addresses from lines (contract 4.10, `pdp.remove`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveAddresses {
    /// The PDP that the addresses are of.
    pub pdp: PdpName,
    /// The account that the lines are of.
    pub account: BillingAccountNumber,
    /// The lines.
    pub lines: RemovalBatch,
}

impl Operation for RemoveAddresses {
    type Output = AcceptedBatch;

    const NAME: &'static str = "pdp.remove";
    const SAFETY: Safety = Safety::Write;
    const READ_BACK: &'static str = "read the status of each number, and each line's ipAddress; send again only a line \
                                     that shows no trace of it after 5 minutes";

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let subscriber = self.lines.iter().map(|line| Held::of(line, wire)).collect();
        let body = Submission {
            pdp_name: self.pdp.as_str(),
            billing_account_number: self.account.as_str(),
            subscriber,
        };
        wire.request(Self::NAME)?.json::<Submission<'_, Held<'_>>>(&body)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<AcceptedBatch, DecodeError> {
        decode_accepted(answer)
    }
}

/// Reads how far lines have come (contract 4.10, `pdp.status`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProvisioningStatus {
    /// Those of a batch.
    OfBatch(BatchId),
    /// All that was asked for a number.
    OfNumber(SubscriberNumber),
}

impl Operation for ProvisioningStatus {
    type Output = BatchStatus;

    const NAME: &'static str = "pdp.status";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        // The batch wins over the number where both are sent: one says what is meant.
        let (header, value) = match self {
            Self::OfBatch(batch) => ("pdp_batch", batch.as_str()),
            Self::OfNumber(number) => ("pdp_subscriber", number.as_str()),
        };
        wire.request(Self::NAME)?.header(header, value)?.finish()
    }

    /// An array, or an object with a `message` where something is wrong: then no element has a batch id
    /// (contract 4.10, 6 row 38).
    fn decode(&self, answer: &Response<Bytes>, _: &Wire<'_>) -> Result<BatchStatus, DecodeError> {
        let lines: Many<BatchLine> = decode_json(answer.body())?;
        if !lines.iter().any(BatchLine::is_known) {
            return Err(DecodeError::missing_means("batch id", Signal::UnknownBatch));
        }
        Ok(BatchStatus { lines: lines.into_vec() })
    }
}

/// A submission without an id cannot be followed: its outcome is unknown (contract 2.3, 6 row 37).
fn decode_accepted(answer: &Response<Bytes>) -> Result<AcceptedBatch, DecodeError> {
    let replies: Option<Many<Sentence>> = decode_json_or_empty(answer.body())?;
    let messages = replies.into_iter().flatten().filter_map(|reply| reply.message);
    let mut named =
        messages.filter_map(|message| Some(AcceptedBatch { batch: BatchId::find_in(&message)?, message }));
    named.next().ok_or(DecodeError::missing_means("batch id", Signal::NoBatchId))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Question<'a> {
    pdp_name: &'a str,
    ip_quantity: AddressCount,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Submission<'a, L> {
    pdp_name: &'a str,
    billing_account_number: &'a str,
    subscriber: Vec<L>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile<'a> {
    subscriber_number: &'a str,
    ip_address_record: AddressRecord<'a>,
    lte_indicator: Flag,
    #[serde(rename = "defaultAPNIndicator")]
    default_apn_indicator: Flag,
    access_point_name: &'a str,
    effective_date: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Held<'a> {
    subscriber_number: &'a str,
    ip_address_record: AddressRecord<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    effective_date: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AddressRecord<'a> {
    ip_address: &'a str,
}

impl<'a> Profile<'a> {
    fn of(line: &'a NewAddress, wire: &Wire<'_>) -> Self {
        Self {
            subscriber_number: line.number.as_str(),
            ip_address_record: AddressRecord { ip_address: line.address.as_str() },
            // contract 4.10, inferred: `Y` or `N`.
            lte_indicator: Flag::from(line.lte),
            default_apn_indicator: Flag::from(line.default_access_point),
            access_point_name: line.access_point.as_str(),
            effective_date: wire.profile.request_date(line.effective_date.unwrap_or(wire.today)),
        }
    }
}

impl<'a> Held<'a> {
    fn of(line: &'a HeldAddress, wire: &Wire<'_>) -> Self {
        Self {
            subscriber_number: line.number.as_str(),
            ip_address_record: AddressRecord { ip_address: line.address.as_str() },
            effective_date: line.effective_date.map(|date| wire.profile.request_date(date)),
        }
    }
}
