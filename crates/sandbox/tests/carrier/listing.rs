//! Subscriber List (contract 4.1), as a caller sees it.

use std::collections::HashSet;
use std::time::Duration;

use crate::caller::*;
use apex_mobility_sandbox::{LineChange, Sandbox};
use http::StatusCode;
use serde_json::Value;

/// All numbers of a listing, page by page, with their letters.
async fn all(sandbox: &Sandbox, filters: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    for page in 1.. {
        let number = page.to_string();
        let headers: Vec<_> = [("current-page", number.as_str()), ("page-size", "100")]
            .iter()
            .chain(filters)
            .copied()
            .collect();
        let answer = get(sandbox, LIST, &headers).await;
        assert_eq!(answer.status, StatusCode::OK);
        for line in answer.json().as_array().unwrap() {
            let text = |name: &str| line[name].as_str().unwrap().to_owned();
            lines.push((text("subscriberNumber"), text("subscriberNumberStatus")));
        }
        if page >= answer.header("page-total").parse().unwrap() {
            return lines;
        }
    }
    lines
}

fn numbers(lines: Vec<(String, String)>) -> HashSet<String> {
    lines.into_iter().map(|(number, _)| number).collect()
}

fn status(status: &str) -> LineChange {
    LineChange { status: Some(status.to_owned()), ..LineChange::default() }
}

#[tokio::test]
async fn pages_hold_every_line_but_the_cancelled_ones() {
    let sandbox = sandbox(1000);
    let listed = all(&sandbox, &[]).await;
    let expected: HashSet<_> = sandbox
        .lines()
        .into_iter()
        .filter(|line| line.status != "C")
        .map(|line| line.subscriber_number.to_string())
        .collect();
    assert_eq!(listed.len(), expected.len());
    assert!(listed.iter().all(|(_, letter)| letter == "A" || letter == "S"));
    assert_eq!(numbers(listed), expected);
}

#[tokio::test]
async fn a_record_has_the_four_names_of_the_contract() {
    let sandbox = sandbox(100);
    let page = get(&sandbox, LIST, &[]).await;
    let mut names: Vec<_> = page.json()[0].as_object().unwrap().keys().cloned().collect();
    names.sort();
    assert_eq!(
        names,
        ["billingAccountNumber", "foundationAccountNumber", "subscriberNumber", "subscriberNumberStatus"]
    );
    assert_eq!(page.header("refresh-timestamp"), "2026-01-19T12:00:00Z");
}

#[tokio::test]
async fn sizes_from_one_to_five_hundred_are_taken_and_others_refused() {
    let sandbox = sandbox(1000);
    assert_eq!(get(&sandbox, LIST, &[]).await.json().as_array().unwrap().len(), 250);
    for size in ["1", "500"] {
        let page = get(&sandbox, LIST, &[("page-size", size)]).await;
        assert_eq!(page.json().as_array().unwrap().len().to_string(), size);
    }
    for (name, value) in [
        ("page-size", "0"),
        ("page-size", "501"),
        ("page-size", "-1"),
        ("page-size", "ten"),
        ("current-page", "0"),
    ] {
        let refused = get(&sandbox, LIST, &[(name, value)]).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{name}: {value}");
        assert!(refused.error().contains(name));
    }
}

#[tokio::test]
async fn a_page_past_the_end_is_empty_and_there_is_always_one_page() {
    let sandbox = sandbox(100);
    let past = get(&sandbox, LIST, &[("current-page", "4294967295")]).await;
    assert_eq!((past.status, past.json()), (StatusCode::OK, Value::Array(Vec::new())));
    assert_eq!(past.header("page-total"), "1");
    let nobody = get(&sandbox, LIST, &[("billing-account-number", "999999999999")]).await;
    assert_eq!((nobody.json(), nobody.header("page-total")), (Value::Array(Vec::new()), "1"));
}

#[tokio::test]
async fn filters_are_anded() {
    let sandbox = sandbox(1000);
    let lines = sandbox.lines();
    let line = lines.iter().find(|line| line.status == "S").unwrap();
    let (fan, ban) = (line.foundation_account_number.as_str(), line.billing_account_number.as_str());
    let number = line.subscriber_number.as_str();
    let filters = [
        ("foundation-account-number", fan),
        ("billing-account-number", ban),
        ("subscriber-number-status", "S"),
        ("subscriber-number", number),
    ];
    for chosen in 1..16_usize {
        let some: Vec<_> =
            filters.iter().enumerate().filter(|(n, _)| chosen & (1 << n) != 0).map(|(_, f)| *f).collect();
        let has = |name: &str| some.iter().any(|filter| filter.0 == name);
        let expected: HashSet<_> = lines
            .iter()
            .filter(|l| l.status != "C")
            .filter(|l| !has("foundation-account-number") || l.foundation_account_number.as_str() == fan)
            .filter(|l| !has("billing-account-number") || l.billing_account_number.as_str() == ban)
            .filter(|l| !has("subscriber-number-status") || l.status == "S")
            .filter(|l| !has("subscriber-number") || l.subscriber_number.as_str() == number)
            .map(|l| l.subscriber_number.to_string())
            .collect();
        assert_eq!(numbers(all(&sandbox, &some).await), expected, "{chosen:b}");
    }
    let elsewhere = [("foundation-account-number", "00000099"), ("subscriber-number", number)];
    assert!(all(&sandbox, &elsewhere).await.is_empty());
}

#[tokio::test]
async fn the_status_filter_knows_no_cancelled_lines_and_no_other_letters() {
    let sandbox = sandbox(1000);
    assert!(all(&sandbox, &[("subscriber-number-status", "C")]).await.is_empty());
    let refused = get(&sandbox, LIST, &[("subscriber-number-status", "X")]).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_change_shows_at_the_next_quarter_of_an_hour() {
    let sandbox = sandbox(100);
    sandbox.advance(Duration::from_secs(60));
    let line = sandbox.find_line(|line| line.status == "A").unwrap();
    sandbox.change_line(&line.subscriber_number, &status("C")).unwrap();
    let number = line.subscriber_number.to_string();
    let listed = async || numbers(all(&sandbox, &[]).await).contains(&number);
    assert!(listed().await);
    sandbox.advance(Duration::from_secs(13 * 60 + 59));
    assert!(listed().await);
    sandbox.advance(Duration::from_secs(1));
    assert!(!listed().await);
    let page = get(&sandbox, LIST, &[]).await;
    assert_eq!(page.header("refresh-timestamp"), "2026-01-19T12:15:00Z");
}

#[tokio::test]
async fn a_line_that_became_active_on_a_mark_is_in_its_snapshot() {
    let sandbox = sandbox(100);
    sandbox.advance(Duration::from_secs(11 * 60));
    post(&sandbox, ACTIVATION, &Value::Array(vec![element(1)])).await;
    let before = all(&sandbox, &[]).await.len();
    sandbox.advance(Duration::from_secs(3600));
    let after = all(&sandbox, &[]).await;
    assert_eq!(after.len(), before + 1);
    let number = sandbox.ledger()[0].subscriber_number.clone().unwrap();
    assert_eq!(after.last().unwrap().0, number.as_str());
}

#[tokio::test]
async fn a_snapshot_missed_by_a_jump_in_time_is_not_made_up_later() {
    let sandbox = sandbox(100);
    // Active at 12:16, first on the list at 12:30.
    sandbox.advance(Duration::from_secs(12 * 60));
    post(&sandbox, ACTIVATION, &Value::Array(vec![element(1)])).await;
    let before = all(&sandbox, &[]).await.len();
    sandbox.advance(Duration::from_secs(17 * 60 + 59));
    assert_eq!(all(&sandbox, &[]).await.len(), before);
    sandbox.advance(Duration::from_secs(1));
    assert_eq!(all(&sandbox, &[]).await.len(), before + 1);
}

#[tokio::test]
async fn variants_ignore_filters_show_gaps_and_duplicate() {
    let sandbox = sandbox(1000);
    let usual = all(&sandbox, &[]).await.len();
    sandbox.set_variant("list_filters", "ignored").unwrap();
    assert_eq!(all(&sandbox, &[("subscriber-number-status", "S")]).await.len(), usual);
    sandbox.set_variant("list_gaps", "cancelled_shown").unwrap();
    assert_eq!(all(&sandbox, &[]).await.len(), 1000);
    sandbox.set_variant("list_gaps", "suspended_missing").unwrap();
    let gapped = all(&sandbox, &[]).await;
    assert!(gapped.len() < usual && gapped.iter().any(|(_, letter)| letter == "S"));
    sandbox.set_variant("list_gaps", "cancelled_hidden").unwrap();
    sandbox.set_variant("list_duplicates", "across_pages").unwrap();
    let doubled = all(&sandbox, &[]).await;
    assert!(doubled.len() > usual);
    assert_eq!(numbers(doubled).len(), usual);
}
