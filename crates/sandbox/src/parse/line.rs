//! Which line is meant: by number, or by one of the search selectors (contract 4.9).

use super::Arrival;
use super::list::Paging;
use crate::digits::{DeviceId, Number, Sim};
use crate::reply::Refusal;
use crate::state::Status;

/// The subscriber number in the path.
pub(crate) fn number(arrival: &Arrival<'_>) -> Result<Number, Refusal> {
    // contract 6, row 10.
    Number::read(arrival.value).ok_or_else(|| Refusal::invalid("Invalid subscriber number: it is ten digits"))
}

/// What a line search looks for. An identifier out of shape finds nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Search {
    Sim(Option<Sim>),
    Imei(Option<DeviceId>),
    Status(Status, Paging),
}

impl Search {
    pub(crate) fn read(arrival: &Arrival<'_>) -> Result<Self, Refusal> {
        let sim = arrival.header("search_sim")?;
        let imei = arrival.header("search_imei")?;
        let status = arrival.header("search_status")?;
        match (sim, imei, status) {
            (Some(sim), None, None) => Ok(Self::Sim(Sim::read(sim))),
            (None, Some(imei), None) => Ok(Self::Imei(DeviceId::read(imei))),
            (None, None, Some(status)) => {
                let name = arrival.header_name("search_status");
                let known = Status::read(status);
                let status = known.ok_or_else(|| Refusal::invalid(format!("{name} must be A, S or C")))?;
                Ok(Self::Status(status, Paging::read(arrival)?))
            }
            _ => Err(Refusal::invalid(format!(
                "a line search takes exactly one of the headers {}, {}, {}",
                arrival.header_name("search_sim"),
                arrival.header_name("search_imei"),
                arrival.header_name("search_status"),
            ))),
        }
    }
}
