//! Lenient reading: whatever a gateway without a published format may answer (contract 2.2).

use apex_mobility_core::domain::{Address, BillingAccountNumber, Imei, SubscriberNumber};
use apex_mobility_core::wire::{Characteristics, DateMeaning, Flag, Many, PrivateText, Text, WireDate};
use apex_mobility_core::{open_enum, record};
use proptest::prelude::*;
use serde_json::{Value, json};

open_enum! {
    /// A status with a letter and words.
    enum Status {
        /// In service.
        Active = "A" | "Active",
        /// Given up.
        Cancelled = "C" | "Cancelled" | "Canceled",
    }
}

record! {
    /// One of every kind of member.
    struct Sample {
        number: SubscriberNumber = "subscriberNumber",
        ban: BillingAccountNumber = "billingAccountNumber" | "ban",
        status: Status = "status",
        note: Text = "note",
        default_apn: Flag = "defaultAPNIndicator",
        since: WireDate = "effectiveDate",
        inner: Inner = "inner",
        items: Many<Inner> = "items",
        words: Many<Text> = "words",
        bag: Characteristics = "serviceCharacteristic",
    }
}

record! {
    /// A record inside a record.
    struct Inner {
        id: Text = "id",
    }
}

fn read(json: Value) -> Sample {
    let text = json.to_string();
    let sample = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let again: Sample = serde_json::from_value(json).unwrap();
    assert_eq!(sample, again, "text and value read the same");
    sample
}

#[test]
fn an_empty_object_has_nothing_and_writes_nothing() {
    let sample = read(json!({}));
    assert_eq!(sample, Sample::default());
    assert_eq!(serde_json::to_string(&sample).unwrap(), "{}");
}

#[test]
fn null_is_absent_for_every_kind_of_member() {
    let nulls = json!({
        "subscriberNumber": null, "billingAccountNumber": null, "status": null, "note": null,
        "defaultAPNIndicator": null, "effectiveDate": null, "inner": null, "items": null, "words": null,
        "serviceCharacteristic": null,
    });
    assert_eq!(read(nulls), Sample::default());
}

#[test]
fn member_names_match_in_any_case() {
    let sample = read(json!({"SUBSCRIBERNUMBER": "2145550101", "BillingAccountNumber": "000000000001"}));
    assert_eq!(sample.number, Some(SubscriberNumber::unchecked("2145550101")));
    assert_eq!(sample.ban, Some(BillingAccountNumber::unchecked("000000000001")));
    assert!(sample.unknown.is_empty());
}

#[test]
fn another_spelling_of_a_member_is_read_and_the_first_one_is_written() {
    let sample = read(json!({"BAN": "000000000001"}));
    assert_eq!(serde_json::to_string(&sample).unwrap(), r#"{"billingAccountNumber":"000000000001"}"#);
}

#[test]
fn numbers_and_bools_are_read_as_text() {
    let sample = read(json!({
        "subscriberNumber": 2145550101_u64, "note": true, "billingAccountNumber": -1, "words": [1, false, 1.5],
    }));
    assert_eq!(sample.number.unwrap().as_str(), "2145550101");
    assert_eq!(sample.note.unwrap(), "true");
    assert_eq!(sample.ban.unwrap().as_str(), "-1");
    assert_eq!(sample.words.unwrap().iter().map(Text::as_str).collect::<Vec<_>>(), ["1", "false", "1.5"]);
}

#[test]
fn a_number_too_long_to_be_exact_is_not_taken_for_an_identifier() {
    let sample: Sample = serde_json::from_str(r#"{"subscriberNumber": 89010000000000000011}"#).unwrap();
    assert_eq!(sample.number.unwrap().as_str(), "8.901E19");
    let imei: Imei = serde_json::from_str("101000000016.0").unwrap();
    assert_eq!((imei.as_str(), imei.is_valid()), ("101000000016.0", false));
}

#[test]
fn unknown_members_are_kept_exactly_and_written_last() {
    let text = r#"{"a":{"deep":[1,2.50,"x"]},"note":"n","subscriberNumber":"2145550101","big":89010000000000000011}"#;
    let sample: Sample = serde_json::from_str(text).unwrap();
    assert_eq!(sample.unknown.len(), 2);
    assert_eq!(sample.unknown.get("a"), Some(r#"{"deep":[1,2.50,"x"]}"#));
    assert_eq!(sample.unknown.get("A"), None);
    assert_eq!(
        serde_json::to_string(&sample).unwrap(),
        r#"{"subscriberNumber":"2145550101","note":"n","a":{"deep":[1,2.50,"x"]},"big":89010000000000000011}"#
    );
}

#[test]
fn an_echoed_secret_is_hidden_among_the_unknown_members() {
    for (member, kept) in [
        (r#""passcode":"canary""#, r#""passcode":"[redacted]""#),
        (r#""PassCode":7777"#, r#""PassCode":"[redacted]""#),
        (r#""pin":["canary",{"a":"canary"}]"#, r#""pin":"[redacted]""#),
        (r#""a":{"b":[{"password":"canary","c":1}]}"#, r#""a":{"b":[{"password":"[redacted]","c":1}]}"#),
        (
            r#""oldServiceProvider":{"billingAccountNumber":"canary","localId":""}"#,
            r#""oldServiceProvider":{"billingAccountNumber":"[redacted]","localId":""}"#,
        ),
        (r#""passcode":null"#, r#""passcode":null"#),
        (r#""billingAccountNumber":"000000000001""#, r#""billingAccountNumber":"000000000001""#),
        (r#""a":"b\"c""#, r#""a":"b\"c""#),
    ] {
        let sample: Sample = serde_json::from_str(&format!("{{{member}}}")).unwrap();
        assert_eq!(serde_json::to_string(&sample).unwrap(), format!("{{{kept}}}"));
    }
}

#[test]
fn unknown_members_of_an_inner_record_are_kept_there() {
    let sample = read(json!({"inner": {"id": "1", "more": null}}));
    assert_eq!(sample.inner.unwrap().unknown.get("more"), Some("null"));
    assert!(sample.unknown.is_empty());
}

#[test]
fn of_a_member_that_comes_twice_the_last_one_counts() {
    let sample: Sample = serde_json::from_str(r#"{"note": "first", "NOTE": "second"}"#).unwrap();
    assert_eq!(sample.note.unwrap(), "second");
}

#[test]
fn one_value_stands_for_an_array_of_one() {
    let sample = read(
        json!({"items": {"ID": 7}, "words": "alone", "serviceCharacteristic": {"name": "sim", "value": 1}}),
    );
    assert_eq!(sample.items.unwrap()[0].id.as_deref(), Some("7"));
    assert_eq!(sample.words.unwrap().into_vec(), [Text::from("alone")]);
    assert_eq!(sample.bag.unwrap().get("sim"), Some("1"));
}

#[test]
fn nulls_in_an_array_are_left_out() {
    let sample =
        read(json!({"items": [null, {"id": "1"}, null], "words": [], "serviceCharacteristic": [null]}));
    assert_eq!(sample.items.unwrap().len(), 1);
    assert!(sample.words.unwrap().is_empty());
    assert!(sample.bag.unwrap().is_empty());
}

#[test]
fn a_whole_reply_may_be_one_object_or_null_for_an_array() {
    assert_eq!(serde_json::from_str::<Many<Inner>>(r#"{"id": "1"}"#).unwrap().len(), 1);
    assert_eq!(serde_json::from_str::<Many<Inner>>("null").unwrap().len(), 0);
    assert_eq!(serde_json::from_str::<Many<Inner>>("[]").unwrap().len(), 0);
}

#[test]
fn an_object_or_array_is_no_text_and_text_is_no_object() {
    for wrong in
        [r#"{"note": {}}"#, r#"{"note": []}"#, r#"{"inner": "text"}"#, r#"{"items": ["text"]}"#, "[]", "1"]
    {
        assert!(serde_json::from_str::<Sample>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn words_of_an_open_enum_are_read_in_any_spelling_and_kept_if_unknown() {
    for (given, status) in [
        ("A", Status::Active),
        ("active", Status::Active),
        (" ACTIVE ", Status::Active),
        ("canceled", Status::Cancelled),
        ("Dormant", Status::Other(Text::from("Dormant"))),
        ("", Status::Other(Text::from(""))),
    ] {
        assert_eq!(read(json!({ "status": given })).status, Some(status), "given {given:?}");
    }
    assert_eq!(serde_json::to_string(&Status::from("cancelled")).unwrap(), r#""C""#);
    assert_eq!(serde_json::to_string(&Status::from(" Dormant")).unwrap(), r#"" Dormant""#);
    assert!(Status::from("Dormant").is_other() && !Status::from("a").is_other());
}

#[test]
fn a_flag_is_read_from_words_letters_and_bools() {
    for (given, answer) in [
        (json!(true), Some(true)),
        (json!("Y"), Some(true)),
        (json!("yes"), Some(true)),
        (json!("TRUE"), Some(true)),
        (json!(1), Some(true)),
        (json!(false), Some(false)),
        (json!("n"), Some(false)),
        (json!("No"), Some(false)),
        (json!("false"), Some(false)),
        (json!("0"), Some(false)),
        (json!(""), None),
        (json!("maybe"), None),
    ] {
        let flag = read(json!({ "defaultAPNIndicator": given })).default_apn.unwrap();
        assert_eq!(flag.as_bool(), answer, "given {given}");
    }
    assert_eq!(serde_json::to_string(&[Flag::from(true), Flag::from(false)]).unwrap(), r#"["Y","N"]"#);
}

#[test]
fn dates_are_read_in_every_form_the_contract_names() {
    let day = |text| DateMeaning::On(apex_mobility_core::domain::Date::parse(text).unwrap());
    for (given, meaning) in [
        ("2026-01-19Z", day("2026-01-19")),
        ("2026-01-19", day("2026-01-19")),
        ("2026-01-19T23:30:00Z", day("2026-01-19")),
        ("2026-01-19T23:30:00.123-08:00", day("2026-01-19")),
        ("2026-01-19 23:30", day("2026-01-19")),
        ("immediately", DateMeaning::Immediately),
        ("Immediate", DateMeaning::Immediately),
        ("nextBillCycle", DateMeaning::NextBillCycle),
        ("uponCompletionOfRequest", DateMeaning::UponCompletion),
        ("", DateMeaning::Empty),
        ("  ", DateMeaning::Empty),
        ("2026-02-30Z", DateMeaning::Other),
        ("2026-01-19T99:00:00Z", DateMeaning::Other),
        ("2026-01-19+00:00", DateMeaning::Other),
        ("01/19/2026", DateMeaning::Other),
        ("soon", DateMeaning::Other),
        ("2026-01-1\u{e9}", DateMeaning::Other),
    ] {
        let read = WireDate::from(given);
        assert_eq!(read.meaning(), meaning, "given {given:?}");
        assert_eq!(read.as_str(), given);
        assert_eq!(read.as_date().is_some(), matches!(meaning, DateMeaning::On(_)));
    }
}

#[test]
fn a_date_is_written_in_the_form_of_the_contract() {
    let date = apex_mobility_core::domain::Date::parse("2026-01-19").unwrap();
    assert_eq!(serde_json::to_string(&WireDate::from(date)).unwrap(), r#""2026-01-19Z""#);
}

#[test]
fn debug_shows_names_of_unknown_members_and_no_values() {
    let shown = format!(
        "{:?}",
        read(json!({"subscriberNumber": "canary", "odd": "canary", "inner": {"x": "canary"}}))
    );
    assert!(shown.contains("odd") && !shown.contains("canary"), "{shown}");
}

#[test]
fn private_text_is_hidden_in_debug_and_shown_on_demand() {
    let text = PrivateText::from("canary");
    assert_eq!((format!("{text:?}"), text.to_string()), ("[redacted]".to_owned(), "canary".to_owned()));
}

#[test]
fn an_address_is_written_with_all_members_and_read_as_it_came() {
    let address: Address =
        serde_json::from_value(json!({"StreetNumber": 100, "city": null, "plus": 1})).unwrap();
    assert_eq!((address.street_number(), address.city()), ("100", ""));
    assert!(!address.is_valid());
    assert_eq!(
        serde_json::to_string(&address).unwrap(),
        r#"{"streetNumber":"100","streetDirection":"","streetName":"","streetType":"","city":"","state":"","zipCode":"","plus":1}"#
    );
}

/// Any JSON, three levels deep, with member names that records know among others.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "(A|active|2026-01-19Z|immediately|offeringCode1)".prop_map(Value::from),
    ];
    let name = prop_oneof![
        "(subscriberNumber|SubscriberNumber|ban|status|note|items|words|inner|effectiveDate|defaultApnIndicator)",
        "(serviceCharacteristic|name|value|id|category|href|serviceSpecification|city|zipCode)",
        any::<String>(),
    ];
    leaf.prop_recursive(4, 48, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Flat members whose kinds fit [`Sample`].
fn fitting_members() -> impl Strategy<Value = Vec<(String, Value)>> {
    let member = prop_oneof![
        (
            "(subscriberNumber|billingAccountNumber|status|note|effectiveDate)",
            any::<String>().prop_map(Value::from)
        ),
        ("(inner|items)", any::<u32>().prop_map(|id| json!({ "id": id }))),
        ("z[a-z]{1,8}", any::<i64>().prop_map(Value::from)),
    ];
    prop::collection::vec(member, 0..8)
}

fn object(members: &[(String, Value)]) -> String {
    let written = members.iter().map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())));
    format!("{{{}}}", written.collect::<Vec<_>>().join(","))
}

fn with_random_case(name: &str, mut bits: u64) -> String {
    let flip = |c: char| {
        bits = bits.rotate_right(1);
        if bits & 1 == 1 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
    };
    name.chars().map(flip).collect()
}

proptest! {
    #[test]
    fn names_in_any_case_read_the_same(members in fitting_members(), bits in any::<u64>()) {
        let other: Vec<_> = members.iter()
            .map(|(name, value)| {
                let unknown = name.starts_with('z');
                (if unknown { name.clone() } else { with_random_case(name, bits) }, value.clone())
            })
            .collect();
        let plain: Sample = serde_json::from_str(&object(&members)).unwrap();
        prop_assert_eq!(serde_json::from_str::<Sample>(&object(&other)).unwrap(), plain);
    }

    #[test]
    fn what_was_read_reads_the_same_when_written(members in fitting_members()) {
        let sample: Sample = serde_json::from_str(&object(&members)).unwrap();
        let written = serde_json::to_string(&sample).unwrap();
        prop_assert_eq!(serde_json::from_str::<Sample>(&written).unwrap(), sample);
    }

    #[test]
    fn reading_any_json_never_panics(json in any_json()) {
        use apex_mobility_core::wire::Service;

        let text = json.to_string();
        let _ = serde_json::from_str::<Sample>(&text).map(|sample| format!("{sample:?}"));
        let _ = serde_json::from_str::<Many<Sample>>(&text);
        let _ = serde_json::from_str::<Address>(&text).map(|address| address.is_valid());
        let _ = serde_json::from_str::<Many<Service>>(&text).map(|services| {
            services.iter().map(|one| (one.status(), one.features().count(), format!("{one:?}"))).count()
        });
    }

    #[test]
    fn reading_any_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = serde_json::from_slice::<Sample>(&bytes);
        let _ = serde_json::from_slice::<Many<Text>>(&bytes);
    }

    #[test]
    fn reading_any_text_as_a_date_never_panics(text in any::<String>(), rest in "[T t]?[0-9:.Z+-]{0,20}") {
        let _ = WireDate::from(text.as_str()).meaning();
        let _ = WireDate::from(format!("2026-01-19{rest}")).meaning();
    }
}
