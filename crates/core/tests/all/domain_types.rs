//! Dates, batches and addresses: what they hold and what they refuse.

use std::time::{Duration, UNIX_EPOCH};

use apex_mobility_core::domain::{
    Address, Batch, BatchError, BatchItem, Date, Fault, Passcode, State, SubscriberNumber, ZipCode,
};

#[derive(Debug, Clone, PartialEq)]
struct Pair {
    iccid: String,
    imei: Option<String>,
}

impl BatchItem for Pair {
    fn distinct(&self, see: &mut dyn FnMut(&'static str, &str)) {
        see("ICCID", &self.iccid);
        if let Some(imei) = &self.imei {
            see("IMEI", imei);
        }
    }
}

fn pairs(count: usize) -> Vec<Pair> {
    let pair = |n| Pair { iccid: format!("iccid {n}"), imei: Some(format!("imei {n}")) };
    (0..count).map(pair).collect()
}

fn batch<const MAX: usize>(items: Vec<Pair>) -> Result<Batch<Pair, MAX>, BatchError> {
    Batch::try_from(items)
}

#[test]
fn a_batch_holds_one_to_its_limit() {
    for (count, len) in [(1, Ok(1)), (200, Ok(200))] {
        assert_eq!(batch::<200>(pairs(count)).map(|batch| batch.len()), len);
    }
    assert_eq!(batch::<10>(pairs(10)).map(|batch| batch.len()), Ok(10));
    assert_eq!(batch::<200>(pairs(0)), Err(BatchError::Empty));
    assert_eq!(batch::<200>(pairs(201)), Err(BatchError::TooMany { len: 201, max: 200 }));
    assert_eq!(batch::<10>(pairs(11)), Err(BatchError::TooMany { len: 11, max: 10 }));
}

#[test]
fn a_batch_refuses_a_duplicate_and_says_where() {
    let mut items = pairs(5);
    items[4].imei = items[1].imei.clone();
    let error = batch::<200>(items).unwrap_err();
    assert_eq!(error, BatchError::Duplicate { what: "IMEI", first: 1, second: 4 });
    assert_eq!(error.to_string(), "items 2 and 5 of the batch have the same IMEI");
}

#[test]
fn the_same_text_under_two_names_is_no_duplicate() {
    let items = vec![
        Pair { iccid: "1".into(), imei: Some("2".into()) },
        Pair { iccid: "2".into(), imei: Some("1".into()) },
        Pair { iccid: "3".into(), imei: None },
        Pair { iccid: "4".into(), imei: None },
    ];
    assert_eq!(batch::<200>(items).map(|batch| batch.len()), Ok(4));
}

#[test]
fn any_number_of_items_splits_into_batches_in_order() {
    for (count, lens) in [(1, vec![1]), (10, vec![10]), (11, vec![10, 1]), (25, vec![10, 10, 5])] {
        let batches = Batch::<Pair, 10>::split(pairs(count)).unwrap();
        assert_eq!(batches.iter().map(Batch::len).collect::<Vec<_>>(), lens);
        assert_eq!(batches.into_iter().flatten().collect::<Vec<_>>(), pairs(count));
    }
    assert_eq!(Batch::<Pair, 10>::split(Vec::new()), Err(BatchError::Empty));
}

#[test]
fn a_duplicate_in_another_batch_is_refused_too() {
    let mut items = pairs(15);
    items[12].iccid = items[0].iccid.clone();
    let error = Batch::<Pair, 10>::split(items).unwrap_err();
    assert_eq!(error, BatchError::Duplicate { what: "ICCID", first: 0, second: 12 });
}

#[test]
fn the_day_of_a_moment_is_the_day_in_utc() {
    let day = Duration::from_secs(24 * 60 * 60);
    let second = Duration::from_secs(1);
    for (moment, date) in [
        (UNIX_EPOCH, "1970-01-01"),
        (UNIX_EPOCH + day - second, "1970-01-01"),
        (UNIX_EPOCH + day, "1970-01-02"),
        (UNIX_EPOCH - second, "1969-12-31"),
        (UNIX_EPOCH - day, "1969-12-31"),
        (UNIX_EPOCH - day - second, "1969-12-30"),
        (UNIX_EPOCH + Duration::from_secs(1_768_780_800), "2026-01-19"),
    ] {
        assert_eq!(Date::from_system_time(moment).to_string(), date);
    }
}

#[test]
fn days_are_counted_over_months_and_leap_years() {
    let date = |text: &str| Date::parse(text).unwrap();
    assert_eq!(date("2028-02-28").checked_add_days(2), Some(date("2028-03-01")));
    assert_eq!(date("2026-01-19").checked_add_days(60), Some(date("2026-03-20")));
    assert_eq!(date("2026-03-20").days_until(date("2026-01-19")), -60);
    assert_eq!(date("9999-12-31").checked_add_days(1), None);
    assert!(date("2026-01-19") < date("2026-01-20"));
}

#[test]
fn a_date_is_formatted_as_asked() {
    let date = Date::new(2026, 1, 9).unwrap();
    assert_eq!(date.format("%m/%d/%Y").as_deref(), Some("01/09/2026"));
    assert_eq!(date.format("%H"), None);
    assert_eq!(serde_json::to_string(&date).unwrap(), r#""2026-01-09""#);
}

fn dallas(city: &str) -> Result<Address, apex_mobility_core::domain::InvalidValue> {
    Address::new(" 100 ", "Example", city, State::parse("TX")?, ZipCode::parse("75201")?)
}

#[test]
fn an_address_is_written_as_the_contract_shows() {
    assert_eq!(
        serde_json::to_string(&dallas("Dallas").unwrap()).unwrap(),
        r#"{"streetNumber":"100","streetDirection":"","streetName":"Example","streetType":"","city":"Dallas","state":"TX","zipCode":"75201"}"#
    );
}

#[test]
fn an_address_without_a_part_is_refused_by_its_name() {
    let error = dallas("  ").unwrap_err();
    assert_eq!((error.what(), error.fault()), ("city", Fault::Empty));
    let (state, zip) = (State::unchecked("TX"), ZipCode::unchecked("75201"));
    for (what, result) in [
        ("street number", Address::new("", "Example", "Dallas", state.clone(), zip.clone())),
        ("street name", Address::new("100", "", "Dallas", state.clone(), zip.clone())),
        ("state", Address::new("100", "Example", "Dallas", State::unchecked(""), zip)),
        ("ZIP code", Address::new("100", "Example", "Dallas", state, ZipCode::unchecked("7520"))),
    ] {
        assert_eq!(result.unwrap_err().what(), what);
    }
}

#[test]
fn an_address_hides_itself_in_debug() {
    let shown = format!("{:?}", dallas("Canary").unwrap().with_street_type("Canary"));
    assert!(!shown.contains("Canary") && !shown.contains("75201"), "{shown}");
}

#[test]
fn a_secret_is_written_only_where_asked_for() {
    #[derive(serde::Serialize)]
    struct Request<'a> {
        #[serde(serialize_with = "Passcode::serialize_exposed")]
        passcode: &'a Passcode,
    }
    let passcode = Passcode::parse("000000").unwrap();
    assert_eq!(serde_json::to_string(&Request { passcode: &passcode }).unwrap(), r#"{"passcode":"000000"}"#);
}

#[test]
fn identifiers_are_found_in_maps_by_their_text() {
    let lines = std::collections::HashMap::from([(SubscriberNumber::parse("2145550101").unwrap(), 1)]);
    assert_eq!(lines.get("2145550101"), Some(&1));
}
