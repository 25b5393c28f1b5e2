//! The operation of the Subscriber List API, without I/O.

use apex_mobility_core::domain::{BillingAccountNumber, FoundationAccountNumber, SubscriberNumber};
use apex_mobility_core::wire::{LineStatus, Many};
use apex_mobility_core::{
    DecodeError, EncodeError, Operation, Page, PageHeaders, PagedOperation, Safety, Wire, decode_json,
};
use bytes::Bytes;
use http::{Request, Response};

use crate::model::SubscriberLine;

/// Reads one page of the list (contract 4.1, `list.accounts`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListLines {
    /// Only lines of this foundation account.
    pub foundation_account: Option<FoundationAccountNumber>,
    /// Only lines of this billing account.
    pub billing_account: Option<BillingAccountNumber>,
    /// Only this line.
    pub subscriber_number: Option<SubscriberNumber>,
    /// Only lines of this status.
    pub status: Option<LineStatus>,
    /// Which page, from 1.
    pub page: u32,
    /// Lines per page.
    pub page_size: u32,
}

impl Default for ListLines {
    fn default() -> Self {
        Self {
            foundation_account: None,
            billing_account: None,
            subscriber_number: None,
            status: None,
            page: 1,
            // contract 4.1: 200 and 250 are used in production.
            page_size: 250,
        }
    }
}

impl Operation for ListLines {
    type Output = Page<SubscriberLine>;

    const NAME: &'static str = "list.accounts";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?
            .page(self.page, self.page_size)?
            .optional_header(
                "list_fan",
                self.foundation_account.as_ref().map(FoundationAccountNumber::as_str),
            )?
            .optional_header("list_ban", self.billing_account.as_ref().map(BillingAccountNumber::as_str))?
            .optional_header(
                "list_subscriber",
                self.subscriber_number.as_ref().map(SubscriberNumber::as_str),
            )?
            .optional_header("list_status", self.status.as_ref().map(LineStatus::letter_or_text))?
            .finish()
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Self::Output, DecodeError> {
        let lines: Many<SubscriberLine> = decode_json(answer.body())?;
        Ok(PageHeaders::read(answer.headers(), wire).page(lines.into_vec(), self.page))
    }
}

impl PagedOperation for ListLines {
    type Item = SubscriberLine;

    fn at_page(&self, number: u32) -> Self {
        Self { page: number, ..self.clone() }
    }

    fn identity(line: &SubscriberLine) -> Option<&str> {
        line.subscriber_number.as_ref().map(SubscriberNumber::as_str)
    }
}
