//! The Service resource (contract 3).

use apex_mobility_core::WireProfile;
use apex_mobility_core::wire::{Characteristics, LineStatus, Service, WireDate};
use serde_json::{Value, json};

/// The example of contract 3.
const EXAMPLE: &str = r#"
{ "category": {"id": "12", "name": "Mobility Services"},
  "href": "/mobility/service/2145550101", "name": "", "status": "Suspended", "subscriberNumber": "2145550101",
  "serviceSpecification": {"id": "apexMobilityPlan", "href": "/catalogManagement/serviceSpecification/apexMobilityPlan"},
  "serviceCharacteristic": [ {"name": "subscriberStatus", "value": "S"},
    {"name": "statusEffectiveDate", "value": "2026-01-19Z"}, {"name": "statusReasonCode", "value": "CR"},
    {"name": "singleUserCode", "value": "APXPLAN01"}, {"name": "billingAccountNumber", "value": "000000000001"},
    {"name": "sim", "value": "89010000000000000011"}, {"name": "BLIMEI", "value": "001010000000016"} ] }"#;

fn example() -> Service {
    serde_json::from_str(EXAMPLE).unwrap()
}

fn line(word: &Value, letter: &Value) -> Service {
    let json = json!({
        "status": word,
        "serviceCharacteristic": [{"name": "subscriberStatus", "value": letter}],
    });
    serde_json::from_value(json).unwrap()
}

fn bag(pairs: &[(&str, &str)]) -> Service {
    Service {
        service_characteristic: Some(pairs.iter().copied().collect::<Characteristics>()),
        ..Service::default()
    }
}

#[test]
fn the_example_of_the_contract_is_written_as_it_was_read() {
    let plain: Value = serde_json::from_str(EXAMPLE).unwrap();
    assert_eq!(serde_json::to_value(example()).unwrap(), plain);
}

#[test]
fn the_example_of_the_contract_is_understood() {
    let service = example();
    assert_eq!(service.status(), Some(LineStatus::Suspended));
    assert_eq!(service.status_conflict(), None);
    assert_eq!(service.status_date(), Some(WireDate::from("2026-01-19Z")));
    assert_eq!(service.status_reason().unwrap().as_str(), "CR");
    assert_eq!(service.plan().unwrap().as_str(), "APXPLAN01");
    assert_eq!(service.billing_account().unwrap().as_str(), "000000000001");
    assert_eq!(service.iccid().unwrap().as_str(), "89010000000000000011");
    assert!(service.iccid().unwrap().is_valid());
    assert_eq!(service.imei().unwrap().as_str(), "001010000000016");
    assert_eq!(service.subscriber_number.as_ref().unwrap().as_str(), "2145550101");
    assert_eq!(service.eid(), None);
    assert_eq!(service.network_imei(), None);
    assert_eq!(service.features().count(), 0);
}

#[test]
fn word_and_letter_are_read_in_either_field_and_any_case() {
    for (word, letter, status) in [
        (json!("Active"), json!("A"), LineStatus::Active),
        (json!("suspended"), json!(null), LineStatus::Suspended),
        (json!(null), json!("c"), LineStatus::Cancelled),
        (json!("S"), json!("Suspended"), LineStatus::Suspended),
        (json!("Canceled"), json!("C"), LineStatus::Cancelled),
        (json!("Deactivated"), json!(""), LineStatus::Cancelled),
        (json!(""), json!("A"), LineStatus::Active),
        (json!("Reserved"), json!(null), LineStatus::from("Reserved")),
    ] {
        let service = line(&word, &letter);
        assert_eq!(service.status(), Some(status), "word {word}, letter {letter}");
        assert_eq!(service.status_conflict(), None, "word {word}, letter {letter}");
    }
}

#[test]
fn where_word_and_letter_disagree_the_letter_wins_and_both_are_told() {
    let service = line(&json!("Active"), &json!("S"));
    assert_eq!(service.status(), Some(LineStatus::Suspended));
    assert_eq!(service.status_conflict(), Some((LineStatus::Active, LineStatus::Suspended)));
}

#[test]
fn a_line_without_word_and_letter_has_no_status() {
    assert_eq!(line(&json!(null), &json!(null)).status(), None);
    assert_eq!(Service::default().status(), None);
}

#[test]
fn features_are_put_together_by_number_whatever_their_order() {
    let service = bag(&[
        ("offeringExpirationDate1", "2026-12-31Z"),
        ("offeringCode10", "SOC10"),
        ("offeringCode2", "SOC2"),
        ("OFFERINGCODE1", "SOC1"),
        ("offeringDescription2", "Second"),
        ("offeringEffectiveDate1", "2026-01-19Z"),
        ("offeringDescription3", "no code"),
        ("offeringCode", "no number"),
        ("offeringCode0", "not from 1"),
        ("offeringCodeX", "no number"),
        ("offeringCode4", ""),
    ]);
    let features: Vec<_> = service.features().collect();
    let codes: Vec<_> = features.iter().map(|feature| (feature.number, feature.code.as_str())).collect();
    assert_eq!(codes, [(1, "SOC1"), (2, "SOC2"), (10, "SOC10")]);
    assert_eq!(features[0].effective, Some(WireDate::from("2026-01-19Z")));
    assert_eq!(features[0].expires, Some(WireDate::from("2026-12-31Z")));
    assert_eq!(features[1].description.as_deref(), Some("Second"));
    assert_eq!(features[2].description, None);
}

#[test]
fn an_empty_value_is_absent_and_a_later_one_of_that_name_counts() {
    let service = bag(&[("sim", ""), ("SIM", "89010000000000000011"), ("eid", " ")]);
    assert_eq!(service.iccid().unwrap().as_str(), "89010000000000000011");
    assert_eq!(service.eid(), None);
}

#[test]
fn the_device_of_an_activation_is_read_from_the_name_it_was_written_with() {
    assert_eq!(bag(&[("IMEI", "001010000000016")]).imei().unwrap().as_str(), "001010000000016");
    assert_eq!(bag(&[("IMEI", "1"), ("blimei", "2")]).imei().unwrap().as_str(), "2");
}

#[test]
fn a_bag_keeps_order_repeats_and_nulls() {
    let text = r#"[{"name":"addOfferingCode","value":"SOC1"},{"name":"sim"},{"name":"addOfferingCode","value":"SOC2"}]"#;
    let mut read: Characteristics =
        serde_json::from_str(&text.replace(r#""sim""#, r#""sim","value":null"#)).unwrap();
    assert_eq!(read.get("sim"), None);
    assert_eq!(read.get_all("addofferingcode").collect::<Vec<_>>(), ["SOC1", "SOC2"]);
    assert_eq!((read.len(), read.iter().count()), (3, 2));
    assert_eq!(serde_json::to_string(&read).unwrap(), text);
    read.push("otaResend", "true");
    assert_eq!(read.get("otaResend"), Some("true"));
}

#[test]
fn a_bag_shows_codes_and_hides_customers_in_debug() {
    let shown =
        format!("{:?}", bag(&[("contactName", "canary"), ("sim", "canary"), ("offeringCode1", "SOC1")]));
    assert!(shown.contains("SOC1") && shown.contains("contactName") && !shown.contains("canary"), "{shown}");
}

#[test]
fn names_that_a_profile_replaces_are_put_back() {
    let profile =
        WireProfile::from_toml("[characteristics]\nsim = \"iccid\"\n\"offeringCode{n}\" = \"soc{n}\"\n")
            .unwrap();
    let service = bag(&[("ICCID", "89010000000000000011"), ("soc1", "SOC1"), ("contactName", "Test User")]);
    assert_eq!(service.iccid(), None);
    let service = service.renamed(&profile);
    assert_eq!(service.iccid().unwrap().as_str(), "89010000000000000011");
    assert_eq!(service.features().next().unwrap().code.as_str(), "SOC1");
    assert_eq!(service.contact_name(), Some("Test User"));
}
