//! Subscriber List (contract 4.1): pages of the last snapshot.

use jiff::Timestamp;
use serde::Serialize;

use crate::digits::{Ban, Fan, Number};
use crate::parse::list::{ListQuery, Paging};
use crate::reply::Refusal;
use crate::state::{AccountId, Status, View, World};
use crate::variants::{ListDuplicates, ListFilters, ListGaps};

/// One page.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) rows: Vec<ListedLine>,
    /// Pages, not lines.
    pub(crate) pages: usize,
    pub(crate) refreshed: Timestamp,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedLine {
    foundation_account_number: String,
    billing_account_number: String,
    subscriber_number: String,
    subscriber_number_status: &'static str,
}

pub(crate) fn list(world: &mut World, query: &ListQuery) -> Result<Page, Refusal> {
    let heeded = world.variants.list_filters == ListFilters::Headers;
    let status = match query.status.as_deref().filter(|_| heeded) {
        Some(text) => Some(Status::read(text).ok_or_else(|| {
            Refusal::invalid("the status filter must be A or S; cancelled lines are not listed")
        })?),
        None => None,
    };
    let view = View {
        accounts: if heeded { accounts(world, query) } else { None },
        status,
        cancelled: world.variants.list_gaps == ListGaps::CancelledShown,
        gaps: world.variants.list_gaps == ListGaps::SuspendedMissing,
    };
    let places = match query.number.as_deref().filter(|_| heeded) {
        Some(text) => one(world, &view, text).into_iter().collect(),
        None => world.list.view(&view),
    };
    let (pages, range) = cut(query.paging, places.len(), world.variants.list_duplicates);
    let shown = places.get(range).unwrap_or_default();
    Ok(Page {
        rows: shown.iter().filter_map(|at| row(world, *at)).collect(),
        pages,
        refreshed: world.list.taken(),
    })
}

/// The accounts that FAN and BAN leave, in order; `None` when neither was asked for.
fn accounts(world: &World, query: &ListQuery) -> Option<Vec<AccountId>> {
    let of_fan = query.fan.as_deref().map(|text| {
        let fan = Fan::read(text);
        let mine = world.accounts.iter().filter(|(_, account)| Some(account.fan) == fan);
        mine.map(|(id, _)| id).collect::<Vec<_>>()
    });
    let of_ban = query.ban.as_deref().map(|text| {
        let found = Ban::read(text).and_then(|ban| world.accounts.find(ban));
        found.map(|(id, _)| id).into_iter().collect::<Vec<_>>()
    });
    match (of_fan, of_ban) {
        (Some(fan), Some(ban)) => Some(fan.into_iter().filter(|id| ban.contains(id)).collect()),
        (of_fan, of_ban) => of_fan.or(of_ban),
    }
}

/// The row of one number as it was at the snapshot.
fn one(world: &World, view: &View, text: &str) -> Option<u32> {
    let number = Number::read(text)?;
    let now = world.lines.by_number(number).map(|(id, _)| id);
    world.list.find(number, now).and_then(|id| world.list.shown(view, id))
}

/// Number of pages and the places on one of them.
fn cut(paging: Paging, lines: usize, duplicates: ListDuplicates) -> (usize, std::ops::Range<usize>) {
    let size = paging.size as usize;
    if duplicates == ListDuplicates::Never || size < 2 {
        let first = paging.first().min(lines);
        return (paging.pages(lines), first..first.saturating_add(size).min(lines));
    }
    // Each page after the first begins with the last number of the page before.
    let step = size - 1;
    let first = (paging.page as usize - 1).saturating_mul(step);
    let pages = lines.saturating_sub(1).div_ceil(step).max(1);
    let first = if paging.page as usize > pages { lines } else { first.min(lines) };
    (pages, first..first.saturating_add(size).min(lines))
}

fn row(world: &World, at: u32) -> Option<ListedLine> {
    let row = world.list.row(at)?;
    let account = world.accounts.get(row.account)?;
    Some(ListedLine {
        foundation_account_number: account.fan.to_string(),
        billing_account_number: row.account.ban().to_string(),
        subscriber_number: row.number.to_string(),
        subscriber_number_status: row.status.letter(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicated_pages_cover_every_line() {
        for lines in [0, 1, 2, 9, 10, 11, 19, 20] {
            let page = |page| cut(Paging { page, size: 10 }, lines, ListDuplicates::AcrossPages);
            let pages = page(1).0;
            let mut seen = Vec::new();
            for number in 1..=u32::try_from(pages).unwrap() {
                seen.extend(page(number).1);
            }
            let doubled = seen.len();
            seen.dedup();
            assert_eq!(seen, (0..lines).collect::<Vec<_>>(), "{lines} lines");
            assert_eq!(doubled, lines + pages - 1, "{lines} lines");
            assert!(page(u32::try_from(pages).unwrap() + 1).1.is_empty());
        }
    }
}
