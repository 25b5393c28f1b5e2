//! The operations of the Line Details API, without I/O.

use apex_mobility_core::domain::{Iccid, Imei, SubscriberNumber};
use apex_mobility_core::wire::{LineStatus, Many, Service};
use apex_mobility_core::{
    DecodeError, EncodeError, Operation, Page, PageHeaders, PagedOperation, Safety, Wire, decode_json,
};
use bytes::Bytes;
use http::{Request, Response};

/// Reads one line (contract 4.9, `line.get`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GetLine {
    /// Its number.
    pub number: SubscriberNumber,
}

impl Operation for GetLine {
    type Output = Service;

    const NAME: &'static str = "line.get";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?.path_value("subscriberNumber", self.number.as_str()).finish()
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Service, DecodeError> {
        Ok(wire.contract_names(decode_json(answer.body())?))
    }
}

/// What a search goes by. Exactly one at a time (contract 4.9, inferred).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selector {
    /// The SIM.
    Sim(Iccid),
    /// The IMEI on AT&T's record.
    Imei(Imei),
}

/// Finds lines by SIM or IMEI (contract 4.9, `line.search`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindLines {
    /// What to go by.
    pub by: Selector,
}

impl Operation for FindLines {
    type Output = Vec<Service>;

    const NAME: &'static str = "line.search";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        let (key, value) = match &self.by {
            Selector::Sim(sim) => ("search_sim", sim.as_str()),
            Selector::Imei(imei) => ("search_imei", imei.as_str()),
        };
        wire.request(Self::NAME)?.header(key, value)?.finish()
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Vec<Service>, DecodeError> {
        decode_lines(answer, wire)
    }
}

/// Reads one page of the lines of a status (contract 4.9, `line.search`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindLinesByStatus {
    /// The status.
    pub status: LineStatus,
    /// Which page, from 1.
    pub page: u32,
    /// Lines per page.
    pub page_size: u32,
}

impl FindLinesByStatus {
    /// The first page.
    #[must_use]
    pub fn new(status: LineStatus) -> Self {
        Self { status, page: 1, page_size: 250 }
    }
}

impl Operation for FindLinesByStatus {
    type Output = Page<Service>;

    const NAME: &'static str = "line.search";
    const SAFETY: Safety = Safety::Read;

    fn encode(&self, wire: &Wire<'_>) -> Result<Request<Bytes>, EncodeError> {
        wire.request(Self::NAME)?
            .header("search_status", self.status.letter_or_text())?
            .page(self.page, self.page_size)?
            .finish()
    }

    fn decode(&self, answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Self::Output, DecodeError> {
        let lines = decode_lines(answer, wire)?;
        Ok(PageHeaders::read(answer.headers(), wire).page(lines, self.page))
    }
}

impl PagedOperation for FindLinesByStatus {
    type Item = Service;

    fn at_page(&self, number: u32) -> Self {
        Self { page: number, ..self.clone() }
    }

    fn identity(line: &Service) -> Option<&str> {
        line.subscriber_number.as_ref().map(SubscriberNumber::as_str)
    }
}

fn decode_lines(answer: &Response<Bytes>, wire: &Wire<'_>) -> Result<Vec<Service>, DecodeError> {
    let lines: Many<Service> = decode_json(answer.body())?;
    Ok(lines.into_iter().map(|line| wire.contract_names(line)).collect())
}
