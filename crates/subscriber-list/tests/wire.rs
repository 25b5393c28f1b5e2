//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::Effect;
use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{BillingAccountNumber, FoundationAccountNumber, SubscriberNumber};
use apex_mobility_core::wire::LineStatus;
use apex_mobility_subscriber_list::{SubscriberLine, SubscriberList, operations};
use apex_mobility_wire_snapshot::{Answer, exchange, read, unreadable, write};
use proptest::prelude::*;

/// The example of contract 4.1.
const PAGE: &str = r#"[{"foundationAccountNumber": "00000001", "billingAccountNumber": "000000000001",
  "subscriberNumber": "2145550101", "subscriberNumberStatus": "A"}]"#;

#[tokio::test]
async fn list_without_filters() {
    let answer =
        Answer::new(200, PAGE).header("page-total", "3").header("refresh-timestamp", "2026-01-19T12:00:00Z");
    let (request, page) =
        exchange(answer, async |client| SubscriberList::new(&client).list().send().await).await;
    insta::assert_snapshot!(request);
    let page = page.unwrap();
    assert_eq!((page.number, page.total_pages), (1, Some(3)));
    assert_eq!(page.refreshed.as_deref(), Some("2026-01-19T12:00:00Z"));
    insta::assert_json_snapshot!(page.items);
}

#[tokio::test]
async fn list_with_all_filters() {
    let (request, _) = exchange(Answer::new(200, "[]"), async |client| {
        SubscriberList::new(&client)
            .list()
            .foundation_account(FoundationAccountNumber::parse("00000001").unwrap())
            .billing_account(BillingAccountNumber::parse("000000000001").unwrap())
            .subscriber_number(SubscriberNumber::parse("2145550101").unwrap())
            .status(LineStatus::Suspended)
            .page_size(200)
            .page(7)
            .send()
            .await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn a_refused_list_is_told_in_the_servers_words() {
    let answer = Answer::new(400, r#"{"errorDescription":"page-size must be from 1 to 500"}"#);
    let (_, page) = exchange(answer, async |client| SubscriberList::new(&client).list().send().await).await;
    insta::assert_snapshot!(page.unwrap_err());
}

fn decode(body: &str) -> Vec<SubscriberLine> {
    read(&operations::ListLines::default(), body).unwrap().items
}

#[tokio::test]
async fn each_refusal_has_its_class() {
    // contract 4.1: rows 1 to 6, for a read.
    let table = [
        (400, "page-size must be from 1 to 500", Class::InvalidInput),
        (400, "Foundation account 00000099 does not belong to you", Class::InvalidInput),
        (429, "slow down", Class::Throttle),
        (503, "", Class::Throttle),
        (504, "", Class::Ambiguous),
    ];
    for (status, text, class) in table {
        let answer = Answer::new(status, format!(r#"{{"errorDescription": "{text}"}}"#));
        let (_, page) =
            exchange(answer, async |client| SubscriberList::new(&client).list().send().await).await;
        let error = page.unwrap_err();
        assert_eq!((error.class(), error.effect()), (class, Effect::None), "{status} {text}");
    }
}

#[test]
fn a_page_of_no_page_is_not_written() {
    for (page, page_size) in [(0, 250), (1, 0)] {
        let list = operations::ListLines { page, page_size, ..operations::ListLines::default() };
        let problem = write(&list).unwrap_err().to_string();
        assert!(problem.contains(&format!("page {page} of {page_size} items")), "{problem}");
    }
}

#[test]
fn a_page_is_read_however_it_is_written() {
    assert_eq!(unreadable(&operations::ListLines::default(), PAGE), [""; 0]);
}

#[test]
fn no_customer_is_in_debug_output() {
    let list = operations::ListLines {
        foundation_account: FoundationAccountNumber::parse("00000001").ok(),
        billing_account: BillingAccountNumber::parse("000000000001").ok(),
        subscriber_number: SubscriberNumber::parse("2145550101").ok(),
        ..operations::ListLines::default()
    };
    let shown = format!("{list:?} {:?}", decode(PAGE));
    for secret in ["00000001", "2145550101"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_page_of_strange_shape_is_read_all_the_same() {
    let table = [
        ("[]", 0),
        ("null", 0),
        (r#"{"subscriberNumber": "2145550101"}"#, 1),
        (r#"[{}]"#, 1),
        (r#"[{"SUBSCRIBERNUMBER": 2145550101, "subscriberNumberStatus": null, "new": {"a": [1]}}]"#, 1),
        (r#"[{"subscriberNumberStatus": "Q"}, null, {"foundationAccountNumber": 1}]"#, 2),
    ];
    for (body, lines) in table {
        assert_eq!(decode(body).len(), lines, "{body}");
    }
    let line =
        decode(r#"[{"SUBSCRIBERNUMBER": 2145550101, "STATUS": "Suspended", "new": {"a": [1]}}]"#).remove(0);
    assert_eq!(line.subscriber_number.unwrap().as_str(), "2145550101");
    assert_eq!(line.status, Some(LineStatus::Suspended));
    assert_eq!(line.unknown.get("new").map(|raw| raw.replace(' ', "")).as_deref(), Some(r#"{"a":[1]}"#));
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(number in "[2-9][0-8][0-9][2-9][0-9]{6}", status in "[ASC]|[a-z]{1,8}") {
        let body = format!(r#"[{{"subscriberNumber":"{number}","subscriberNumberStatus":"{status}"}}]"#);
        let read = decode(&body);
        let again = decode(&serde_json::to_string(&read).unwrap());
        prop_assert_eq!(read, again);
    }

    #[test]
    fn no_body_makes_the_reader_panic(body in any::<Vec<u8>>()) {
        let _ = read(&operations::ListLines::default(), body);
    }

    #[test]
    fn any_filter_is_carried_or_refused(text in any::<String>()) {
        let operation = operations::ListLines {
            subscriber_number: Some(SubscriberNumber::unchecked(text.clone())),
            ..operations::ListLines::default()
        };
        if let Ok(request) = write(&operation) {
            prop_assert_eq!(request.headers()["subscriber-number"].as_bytes(), text.as_bytes());
        }
    }
}
