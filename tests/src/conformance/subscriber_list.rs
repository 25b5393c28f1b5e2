//! Contract 4.1.

use std::collections::HashSet;

use apex_mobility::catalog::Class;
use apex_mobility::subscriber_list::SubscriberLine;
use apex_mobility::wire::LineStatus;

use crate::Target;
use crate::target::account;

async fn all(target: &Target, page_size: u32) -> Vec<SubscriberLine> {
    let mut items = target.apex.subscriber_list().list().page_size(page_size).by_item();
    let mut lines = Vec::new();
    while let Some(line) = items.next().await {
        lines.push(line.unwrap());
    }
    lines
}

fn number(line: &SubscriberLine) -> &str {
    line.subscriber_number.as_ref().unwrap().as_str()
}

/// Pages follow each other without a gap, whatever their size, and hold every line that is not cancelled.
pub async fn pages_hold_every_line_that_is_not_cancelled(target: Target) {
    let known: HashSet<String> = target
        .sandbox
        .lines()
        .into_iter()
        .filter(|line| line.status != "C")
        .map(|line| line.subscriber_number.as_str().to_owned())
        .collect();
    for page_size in [7, 100, 500] {
        let listed = all(&target, page_size).await;
        let numbers: HashSet<String> = listed.iter().map(|line| number(line).to_owned()).collect();
        assert_eq!(numbers.len(), listed.len(), "nothing twice");
        assert_eq!(numbers, known);
    }
}

/// The page count is of pages, and each page says when the list was made.
pub async fn a_page_says_how_many_pages_there_are_and_when_the_list_was_made(target: Target) {
    let listed = all(&target, 500).await.len();
    let page = target.apex.subscriber_list().list().page_size(10).send().await.unwrap();
    assert_eq!(page.total_pages, u32::try_from(listed.div_ceil(10)).ok());
    assert_eq!(page.refreshed.as_deref(), Some("2026-01-19T12:00:00Z"));
}

/// Filters narrow the list down and are combined.
pub async fn filters_are_combined(target: Target) {
    let everything = all(&target, 500).await;
    let wanted: Vec<&SubscriberLine> = everything
        .iter()
        .filter(|line| line.billing_account_number.as_ref() == Some(&account()))
        .filter(|line| line.status == Some(LineStatus::Active))
        .collect();
    assert!(!wanted.is_empty() && wanted.len() < everything.len());

    let list = target.apex.subscriber_list().list();
    let page =
        list.billing_account(account()).status(LineStatus::Active).page_size(500).send().await.unwrap();
    assert_eq!(page.items.len(), wanted.len());
    assert!(page.items.iter().zip(&wanted).all(|(line, wanted)| number(line) == number(wanted)));

    let one = wanted[0].subscriber_number.clone().unwrap();
    let page = target.apex.subscriber_list().list().subscriber_number(one.clone()).send().await.unwrap();
    assert_eq!(page.items.iter().map(number).collect::<Vec<_>>(), [one.as_str()]);
}

/// Cancelled lines are in no list.
pub async fn a_filter_for_cancelled_lines_finds_none(target: Target) {
    let list = target.apex.subscriber_list().list().status(LineStatus::Cancelled);
    assert!(list.send().await.unwrap().items.is_empty());
}

/// A page behind the last is empty, and a list of nothing has one page.
pub async fn a_page_behind_the_last_is_empty(target: Target) {
    let page = target.apex.subscriber_list().list().page(999).send().await.unwrap();
    assert!(page.items.is_empty());
    let nothing = target.apex.subscriber_list().list().status(LineStatus::Cancelled).send().await.unwrap();
    assert_eq!(nothing.total_pages, Some(1));
}

/// A page holds 1 to 500 lines.
pub async fn a_page_holds_at_most_500_lines(target: Target) {
    assert!(target.apex.subscriber_list().list().page_size(500).send().await.is_ok());
    let error = target.unjudged.subscriber_list().list().page_size(501).send().await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), error.class()), (400, Class::InvalidInput));
}

/// The list is a snapshot: a change shows after the next mark of 15 minutes, in details at once.
pub async fn a_change_shows_in_details_at_once_and_in_the_list_at_the_next_mark(target: Target) {
    use apex_mobility_sandbox::LineChange;

    let line = target.line(|line| line.status == "A");
    let number = line.subscriber_number.clone();
    target.pass_minutes(1);
    let suspended = LineChange { status: Some("S".to_owned()), ..LineChange::default() };
    target.sandbox.change_line(&number, &suspended).unwrap();

    let details = target.apex.line_details().get(number.clone()).send().await.unwrap();
    assert_eq!(details.status(), Some(LineStatus::Suspended));
    let listed = async || {
        let list = target.apex.subscriber_list().list().subscriber_number(number.clone());
        list.send().await.unwrap().items.remove(0).status
    };
    assert_eq!(listed().await, Some(LineStatus::Active));
    target.pass_minutes(15);
    assert_eq!(listed().await, Some(LineStatus::Suspended));
}
