//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{Date, Iccid, Imei, SubscriberNumber};
use apex_mobility_core::wire::LineStatus;
use apex_mobility_core::{Effect, Operation, WireProfile};
use apex_mobility_line_details::{LineDetails, operations};
use apex_mobility_wire_snapshot::{Answer, exchange, is_one_segment, read, unreadable, wire, write};
use bytes::Bytes;
use proptest::prelude::*;

/// The example of contract 3.
const LINE: &str = r#"{ "category": {"id": "12", "name": "Mobility Services"},
  "href": "/mobility/service/2145550101", "name": "", "status": "Suspended", "subscriberNumber": "2145550101",
  "serviceSpecification": {"id": "apexMobilityPlan", "href": "/catalogManagement/serviceSpecification/apexMobilityPlan"},
  "serviceCharacteristic": [ {"name": "subscriberStatus", "value": "S"},
    {"name": "statusEffectiveDate", "value": "2026-01-19Z"}, {"name": "statusReasonCode", "value": "CR"},
    {"name": "singleUserCode", "value": "APXPLAN01"}, {"name": "billingAccountNumber", "value": "000000000001"},
    {"name": "sim", "value": "89010000000000000011"}, {"name": "BLIMEI", "value": "001010000000016"} ] }"#;

fn number() -> SubscriberNumber {
    SubscriberNumber::parse("2145550101").unwrap()
}

#[tokio::test]
async fn get_by_number() {
    let (request, line) =
        exchange(Answer::new(200, LINE), async |client| LineDetails::new(&client).get(number()).send().await)
            .await;
    insta::assert_snapshot!(request);
    let line = line.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Suspended));
    assert_eq!(line.plan().unwrap().as_str(), "APXPLAN01");
    assert_eq!(line.status_date().unwrap().as_date(), Date::new(2026, 1, 19).ok());
    insta::assert_json_snapshot!(line);
}

#[tokio::test]
async fn search_by_sim() {
    let sim = Iccid::parse("89010000000000000011").unwrap();
    let (request, lines) = exchange(Answer::new(200, format!("[{LINE}]")), async |client| {
        LineDetails::new(&client).search_by_sim(sim).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(lines.unwrap().len(), 1);
}

#[tokio::test]
async fn search_by_imei_without_a_match() {
    let imei = Imei::parse("001010000000016").unwrap();
    let (request, lines) = exchange(Answer::new(200, "[]"), async |client| {
        LineDetails::new(&client).search_by_imei(imei).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert!(lines.unwrap().is_empty());
}

#[tokio::test]
async fn search_by_status_is_paged() {
    let answer = Answer::new(200, format!("[{LINE}]")).header("page-total", "2");
    let (request, page) = exchange(answer, async |client| {
        LineDetails::new(&client).search_by_status(LineStatus::Suspended).page_size(100).page(2).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(page.unwrap().total_pages, Some(2));
}

#[tokio::test]
async fn an_unknown_number_is_not_found() {
    let answer = Answer::new(404, r#"{"errorDescription":"no such line"}"#);
    let (_, line) =
        exchange(answer, async |client| LineDetails::new(&client).get(number()).send().await).await;
    assert_eq!(line.unwrap_err().class(), Class::NotFound);
}

#[tokio::test]
async fn each_refusal_has_its_class() {
    let table = [
        (404, "Unable to inquire subscriber", Class::NotFound),
        (400, "Invalid subscriber number", Class::InvalidInput),
        (400, "Subscriber number has changed to another", Class::Moved),
        (400, "The account does not belong to you", Class::InvalidInput),
        (429, "slow down", Class::Throttle),
        (504, "", Class::Ambiguous),
    ];
    for (status, text, class) in table {
        let answer = Answer::new(status, format!(r#"{{"errorDescription": "{text}"}}"#));
        let (_, line) =
            exchange(answer, async |client| LineDetails::new(&client).get(number()).send().await).await;
        let error = line.unwrap_err();
        assert_eq!((error.class(), error.effect()), (class, Effect::None), "{status} {text}");
    }
}

#[tokio::test]
async fn a_single_object_is_a_search_of_one() {
    let imei = Imei::parse("001010000000016").unwrap();
    let (_, lines) = exchange(Answer::new(200, LINE), async |client| {
        LineDetails::new(&client).search_by_imei(imei).send().await
    })
    .await;
    assert_eq!(lines.unwrap().len(), 1);
}

#[test]
fn a_replaced_characteristic_is_read_under_its_contract_name() {
    let profile = WireProfile::builder().characteristic("sim", "iccid").build().unwrap();
    let body = LINE.replace(r#""sim""#, r#""iccid""#);
    let answer = http::Response::new(Bytes::from(body));
    let line = operations::GetLine { number: number() }.decode(&answer, &wire(&profile)).unwrap();
    assert_eq!(line.iccid().unwrap().as_str(), "89010000000000000011");
}

fn by_sim() -> operations::FindLines {
    operations::FindLines { by: operations::Selector::Sim(Iccid::parse("89010000000000000011").unwrap()) }
}

#[test]
fn a_line_is_read_however_it_is_written() {
    assert_eq!(unreadable(&operations::GetLine { number: number() }, LINE), ["null for the whole"]);
    let lines = format!("[{LINE}]");
    assert_eq!(unreadable(&by_sim(), &lines), [""; 0]);
    assert_eq!(unreadable(&operations::FindLinesByStatus::new(LineStatus::Active), &lines), [""; 0]);
}

#[test]
fn no_customer_is_in_debug_output() {
    let get = operations::GetLine { number: number() };
    let shown = format!("{get:?} {:?} {:?}", by_sim(), read(&get, LINE).unwrap());
    for secret in ["2145550101", "89010000000000000011", "001010000000016", "000000000001"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

proptest! {
    #[test]
    fn any_search_is_carried_or_refused(text in any::<String>()) {
        let operation = operations::FindLines { by: operations::Selector::Imei(Imei::unchecked(text.clone())) };
        if let Ok(request) = write(&operation) {
            prop_assert_eq!(request.headers()["imei"].as_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn any_number_stays_one_segment_of_the_path(text in any::<String>()) {
        let operation = operations::GetLine { number: SubscriberNumber::unchecked(text.clone()) };
        if let Ok(request) = write(&operation) {
            prop_assert!(is_one_segment(&request, "/sp/mobility/lineconfig/api/v1/service/"));
        } else {
            prop_assert!(text.is_empty());
        }
    }

    #[test]
    fn no_body_makes_the_readers_panic(body in any::<Vec<u8>>()) {
        let _ = read(&operations::GetLine { number: number() }, &body);
        let _ = read(&by_sim(), &body);
        let _ = read(&operations::FindLinesByStatus::new(LineStatus::Active), &body);
    }
}
