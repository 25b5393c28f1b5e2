//! Line Details (contract 4.9), as a caller sees it.

use std::collections::HashSet;

use crate::caller::*;
use apex_mobility_core::WireProfile;
use apex_mobility_core::domain::Eid;
use apex_mobility_sandbox::{LineChange, Sandbox};
use http::StatusCode;
use serde_json::{Value, json};

/// The order of contract 3.
const ORDER: [&str; 26] = [
    "subscriberStatus",
    "statusEffectiveDate",
    "statusReasonCode",
    "subscriberActivationDate",
    "singleUserCode",
    "singleUserCodeDescription",
    "serviceZipCode",
    "effectiveDate",
    "expirationDate",
    "billingAccountNumber",
    "nextBillCycleDate",
    "contactName",
    "sim",
    "pendingEquipmentUpgrade",
    "BLIMEI",
    "BLIMEIType",
    "BLDeviceBrand",
    "BLDeviceModel",
    "BLDeviceTechnologyType",
    "NWIMEI",
    "NWIMEIType",
    "NWDeviceBrand",
    "NWDeviceModel",
    "osVersion",
    "osType",
    "imeiVersion",
];

async fn details(sandbox: &Sandbox, number: &str) -> Answer {
    get(sandbox, &format!("{LINE}/{number}"), &[]).await
}

#[tokio::test]
async fn a_line_reads_as_the_carrier_knows_it() {
    let sandbox = sandbox(200);
    for line in sandbox.lines() {
        let answer = details(&sandbox, line.subscriber_number.as_str()).await;
        assert_eq!(answer.status, StatusCode::OK);
        let service = answer.json();
        let word = match line.status {
            "A" => "Active",
            "S" => "Suspended",
            _ => "Cancelled",
        };
        assert_eq!(service["status"], word);
        assert_eq!(service["subscriberNumber"], line.subscriber_number.as_str());
        assert_eq!(service["href"], format!("/mobility/service/{}", line.subscriber_number));
        assert_eq!(characteristic(&service, "subscriberStatus"), Some(line.status));
        assert_eq!(characteristic(&service, "statusReasonCode"), line.status_reason_code.as_deref());
        assert_eq!(characteristic(&service, "sim"), Some(line.sim.as_str()));
        assert_eq!(characteristic(&service, "eid"), line.eid.as_ref().map(Eid::as_str));
        assert_eq!(characteristic(&service, "BLIMEI"), Some(line.imei.as_str()));
        assert_eq!(characteristic(&service, "NWIMEI"), Some(line.network_imei.as_str()));
        assert_eq!(
            characteristic(&service, "billingAccountNumber"),
            Some(line.billing_account_number.as_str())
        );
        let since = format!("{}Z", line.status_effective_date.unwrap());
        assert_eq!(characteristic(&service, "statusEffectiveDate"), Some(since.as_str()));
    }
}

#[tokio::test]
async fn the_bag_is_in_order_and_holds_no_empty_values() {
    let sandbox = sandbox(200);
    for line in sandbox.lines() {
        let service = details(&sandbox, line.subscriber_number.as_str()).await.json();
        let bag = service["serviceCharacteristic"].as_array().unwrap();
        let places: Vec<_> =
            bag.iter().filter_map(|entry| ORDER.iter().position(|name| entry["name"] == **name)).collect();
        assert!(places.is_sorted(), "{service}");
        assert!(bag.iter().all(|entry| entry["value"].as_str().is_some_and(|value| !value.is_empty())));
        let features = bag.iter().filter(|e| e["name"].as_str().unwrap().starts_with("offeringCode")).count();
        assert_eq!(features, line.offering_codes.len());
    }
}

#[tokio::test]
async fn an_unknown_number_is_not_found_and_a_bad_one_refused() {
    let sandbox = sandbox(10);
    let unknown = details(&sandbox, "2145559999").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(unknown.error(), "Unable to inquire subscriber");
    for number in ["12145550100", "214555010", "214-555-0100", "2115550100", "abc", "%00", "%C3%A9"] {
        assert_eq!(details(&sandbox, number).await.status, StatusCode::BAD_REQUEST, "{number}");
    }
}

#[tokio::test]
async fn a_search_takes_exactly_one_selector() {
    let sandbox = sandbox(10);
    let line = &sandbox.lines()[0];
    let (sim, imei) = (line.sim.as_str(), line.imei.as_str());
    for selector in [("sim", sim), ("imei", imei)] {
        let found = get(&sandbox, LINE, &[selector]).await;
        assert_eq!(found.json()[0]["subscriberNumber"], line.subscriber_number.as_str());
        assert_eq!(found.json().as_array().unwrap().len(), 1);
    }
    for selectors in [vec![], vec![("sim", sim), ("imei", imei)], vec![("sim", "")]] {
        assert_eq!(get(&sandbox, LINE, &selectors).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_search_without_a_match_is_an_empty_array() {
    let sandbox = sandbox(10);
    let (sim, imei) = (iccid(1), imei("00101000", 1));
    for selector in [("sim", sim.as_str()), ("sim", "no iccid"), ("imei", &imei), ("imei", "1")] {
        let found = get(&sandbox, LINE, &[selector]).await;
        assert_eq!((found.status, found.json()), (StatusCode::OK, json!([])), "{selector:?}");
    }
}

#[tokio::test]
async fn the_imei_searched_for_is_the_one_on_record() {
    let sandbox = sandbox(10);
    let number = &sandbox.lines()[0].subscriber_number;
    let (old, seen) = (sandbox.lines()[0].imei.to_string(), imei("00101000", 7));
    let change = LineChange { network_imei: Some(seen.clone()), ..LineChange::default() };
    sandbox.change_line(number, &change).unwrap();
    assert_eq!(get(&sandbox, LINE, &[("imei", &seen)]).await.json(), json!([]));
    assert_eq!(get(&sandbox, LINE, &[("imei", &old)]).await.json().as_array().unwrap().len(), 1);
    let change = LineChange { imei: Some(seen.clone()), ..LineChange::default() };
    sandbox.change_line(number, &change).unwrap();
    assert_eq!(get(&sandbox, LINE, &[("imei", &old)]).await.json(), json!([]));
    assert_eq!(get(&sandbox, LINE, &[("imei", &seen)]).await.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_search_by_status_is_paged_and_live() {
    let sandbox = sandbox(1000);
    for letter in ["A", "S", "C"] {
        let expected: HashSet<_> = sandbox
            .lines()
            .into_iter()
            .filter(|line| line.status == letter)
            .map(|line| line.subscriber_number.to_string())
            .collect();
        let mut found = HashSet::new();
        for page in 1.. {
            let page_text = page.to_string();
            let headers = [("subscriber-status", letter), ("page-size", "37"), ("current-page", &page_text)];
            let answer = get(&sandbox, LINE, &headers).await;
            for line in answer.json().as_array().unwrap() {
                assert!(found.insert(line["subscriberNumber"].as_str().unwrap().to_owned()));
            }
            if page == answer.header("page-total").parse::<usize>().unwrap() {
                break;
            }
        }
        assert_eq!(found, expected, "{letter}");
    }
    assert_eq!(get(&sandbox, LINE, &[("subscriber-status", "X")]).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn variants_hide_cancelled_lines_and_change_spellings() {
    let sandbox = sandbox(1000);
    let cancelled = sandbox.find_line(|line| line.status == "C").unwrap();
    let number = cancelled.subscriber_number.as_str();
    let read = async |flag: &str, value: &str| {
        sandbox.set_variant(flag, value).unwrap();
        details(&sandbox, number).await.json()
    };
    assert_eq!(read("status_spelling", "canceled").await["status"], "Canceled");
    let twice = read("status_spelling", "word_twice").await;
    assert_eq!(characteristic(&twice, "subscriberStatus"), Some("Cancelled"));
    assert_eq!(read("status_spelling", "letter_only").await["status"], "C");
    let date = cancelled.status_effective_date.unwrap();
    let rfc = read("date_style", "rfc3339").await;
    assert_eq!(characteristic(&rfc, "statusEffectiveDate"), Some(format!("{date}T00:00:00Z").as_str()));
    let plain = read("date_style", "day").await;
    assert_eq!(characteristic(&plain, "statusEffectiveDate"), Some(date.to_string().as_str()));
    sandbox.set_variant("cancelled_details", "404").unwrap();
    assert_eq!(details(&sandbox, number).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn variants_change_how_a_search_answers() {
    let sandbox = sandbox(10);
    let sim = sandbox.lines()[0].sim.to_string();
    sandbox.set_variant("line_search", "single_object").unwrap();
    assert!(get(&sandbox, LINE, &[("sim", &sim)]).await.json().is_object());
    assert_eq!(get(&sandbox, LINE, &[("sim", &iccid(1))]).await.json(), json!([]));
    sandbox.set_variant("line_search", "404").unwrap();
    assert!(get(&sandbox, LINE, &[("sim", &sim)]).await.json().is_array());
    assert_eq!(get(&sandbox, LINE, &[("sim", &iccid(1))]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_wire_profile_renames_paths_headers_and_characteristics() {
    let profile = WireProfile::builder()
        .path("line.get", "/lines/{subscriberNumber}")
        .header("app_id", "x-app")
        .characteristic("BLIMEI", "recordedImei")
        .build()
        .unwrap();
    let sandbox = Sandbox::builder().lines(10).wire_profile(profile).build();
    let line = &sandbox.lines()[0];
    let path = format!("/lines/{}", line.subscriber_number);
    assert_eq!(get(&sandbox, &path, &[]).await.status, StatusCode::UNAUTHORIZED);
    let service: Value = get(&sandbox, &path, &[("x-app", "sandbox")]).await.json();
    assert_eq!(characteristic(&service, "recordedImei"), Some(line.imei.as_str()));
    assert_eq!(characteristic(&service, "BLIMEI"), None);
}
