//! Paging and the filters of the subscriber list (contract 4.1).

use super::Arrival;
use crate::reply::Refusal;

/// contract 4.1: 250 when unsaid, 1..=500.
const DEFAULT_SIZE: u32 = 250;
const LARGEST_SIZE: u32 = 500;

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paging {
    /// From 1.
    pub(crate) page: u32,
    pub(crate) size: u32,
}

impl Paging {
    pub(crate) fn read(arrival: &Arrival<'_>) -> Result<Self, Refusal> {
        let page = number(arrival, "current_page", u32::MAX)?.unwrap_or(1);
        let size = number(arrival, "page_size", LARGEST_SIZE)?.unwrap_or(DEFAULT_SIZE);
        Ok(Self { page, size })
    }

    /// contract 4.1: counts pages, at least one.
    pub(crate) fn pages(self, items: usize) -> usize {
        items.div_ceil(self.size as usize).max(1)
    }

    /// Place of the page's first item.
    pub(crate) fn first(self) -> usize {
        (self.page as usize - 1).saturating_mul(self.size as usize)
    }
}

fn number(arrival: &Arrival<'_>, key: &'static str, largest: u32) -> Result<Option<u32>, Refusal> {
    let Some(text) = arrival.header(key)? else { return Ok(None) };
    let number = text.parse().ok().filter(|number| (1..=largest).contains(number));
    number.map(Some).ok_or_else(|| {
        let name = arrival.header_name(key);
        Refusal::invalid(if largest == u32::MAX {
            format!("{name} must be a whole number from 1 on")
        } else {
            format!("{name} must be a whole number from 1 to {largest}")
        })
    })
}

/// A page of the subscriber list, with filters as they came.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ListQuery {
    pub(crate) paging: Paging,
    pub(crate) fan: Option<String>,
    pub(crate) ban: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) status: Option<String>,
}

impl ListQuery {
    pub(crate) fn read(arrival: &Arrival<'_>) -> Result<Self, Refusal> {
        let text = |key| arrival.header(key).map(|value| value.map(str::to_owned));
        Ok(Self {
            paging: Paging::read(arrival)?,
            fan: text("list_fan")?,
            ban: text("list_ban")?,
            number: text("list_subscriber")?,
            status: text("list_status")?,
        })
    }
}
