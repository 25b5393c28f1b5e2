//! A secret in a reply never shows in what is kept of it (contract 2.1).

use apex_mobility_core::profile::WireProfile;
use apex_mobility_core::redact;
use proptest::prelude::*;
use serde_json::{Value, json};

const CANARY: &str = "CANARY-7f3a";

/// Even a half of it would be too much.
fn shows(text: &str) -> bool {
    text.contains("CANA") || text.contains("7f3a")
}

const SECRET_KEYS: [&str; 11] = [
    "passcode",
    "billingAccountPassword",
    "voicemailPin",
    "app-secret",
    "appSecret",
    "password",
    "pin",
    "transferPin",
    "APP_SECRET",
    "secret",
    "pinCode",
];

#[test]
fn everything_but_the_secret_stays_as_it_is() {
    let body = "{ \"name\" : \"Example Co\",\n  \"passcode\":\"000000\", \"n\": [1, 2.5e3, true, null] }";
    assert_eq!(redact::json(body.as_bytes()), body.replace("000000", "[redacted]"));
}

#[test]
fn a_body_without_a_secret_is_untouched() {
    let bodies = [
        r#"{"subscriberNumber":"2145550101","serviceCharacteristic":[{"name":"sim","value":"89010000000000000011"}]}"#,
        r#"{"billingAccountNumber":"000000000001","message":"He said \"no\" \\ \u00e9"}"#,
        "Subscriber passcode is invalid",
        "<html><body>502 Bad Gateway</body></html>",
        "",
        "[]",
        "shipping: 12",
    ];
    for body in bodies {
        assert_eq!(redact::json(body.as_bytes()), body);
    }
}

#[test]
fn each_secret_member_is_hidden_whatever_its_value() {
    for key in SECRET_KEYS {
        let values =
            [json!(CANARY), json!([CANARY]), json!({"value": {"x": [CANARY, 1]}}), json!([[CANARY], {}])];
        for value in values {
            let kept = redact::json(json!({key: value, "after": "seen"}).to_string().as_bytes());
            assert!(!shows(&kept), "{key}: {kept}");
            assert!(kept.contains("seen") && kept.contains("[redacted]"), "{key}: {kept}");
        }
    }
}

#[test]
fn a_number_is_hidden_like_a_text() {
    assert_eq!(redact::json(br#"{"pin":123456,"n":1}"#), r#"{"pin":"[redacted]","n":1}"#);
    assert_eq!(redact::json(br#"{"pin":123456"#), r#"{"pin":"[redacted]""#);
}

#[test]
fn an_absent_secret_is_not_called_hidden() {
    let body = r#"{"passcode":null,"pin":""}"#;
    assert_eq!(redact::json(body.as_bytes()), body);
}

#[test]
fn an_account_number_is_a_secret_at_the_losing_carrier_alone() {
    let body = json!({
        "billingAccountNumber": "000000000001",
        "oldServiceProvider": {"billingAccountNumber": CANARY, "inner": [{"accountNumber": CANARY}], "firstName": "Test"},
    });
    let kept = redact::json(body.to_string().as_bytes());
    assert!(!shows(&kept), "{kept}");
    assert!(kept.contains("000000000001") && kept.contains("Test"), "{kept}");
}

#[test]
fn the_value_of_a_pair_is_hidden_in_either_order() {
    for body in [
        format!(r#"[{{"name":"voicemailPin","value":"{CANARY}"}}]"#),
        format!(r#"[{{"value":"{CANARY}","name":"voicemailPin"}}]"#),
        format!(r#"[{{"VALUE":["{CANARY}"],"x":1,"Name":"VOICEMAILPIN"}}]"#),
        format!(r#"[{{"key":"passcode","newValue":"{CANARY}","oldValue":"{CANARY}"}}]"#),
    ] {
        let kept = redact::json(body.as_bytes());
        assert!(!shows(&kept), "{kept}");
    }
}

#[test]
fn what_a_validator_says_about_a_secret_stays() {
    let body = r#"{"field":"passcode","message":"must be six digits"}"#;
    assert_eq!(redact::json(body.as_bytes()), body);
}

#[test]
fn an_escaped_key_is_the_key_it_spells() {
    let body = format!(r#"{{"p\u0061sscode":"{CANARY}"}}"#);
    assert!(!shows(&redact::json(body.as_bytes())));
    let broken = format!(r#"{{"a": x, "p\u0061sscode":"{CANARY}"}}"#);
    assert!(!shows(&redact::json(broken.as_bytes())));
}

#[test]
fn json_inside_a_string_is_read_too() {
    let mut body = json!({"passcode": CANARY, "keep": "seen"});
    for depth in 0..8 {
        let kept = redact::json(body.to_string().as_bytes());
        assert!(!shows(&kept), "{depth}: {kept}");
        body = json!({"message": body.to_string()});
    }
}

#[test]
fn text_that_is_no_json_hides_what_is_called_a_secret() {
    for body in [
        format!("passcode={CANARY}"),
        format!("passcode: {CANARY}"),
        format!("app-secret: {CANARY}\r\naccept: */*"),
        format!("app-id=a&app-secret={CANARY}&b=1"),
        format!("Invalid passcode {CANARY} for the account"),
        format!("the PIN is {CANARY}."),
        format!("voicemail PIN ({CANARY}) refused"),
        format!("<r><passcode>{CANARY}</passcode></r>"),
        format!("<r><n:voicemailPin a=\"1\">{CANARY}</n:voicemailPin></r>"),
        format!("{{'passcode': '{CANARY}'}}"),
        format!("{{passcode: {CANARY}}}"),
        format!("sent {{\"passcode\":\"{CANARY}\"}}"),
        format!("sent {{\\\"passcode\\\":\\\"{CANARY}\\\"}}"),
        format!("oldServiceProvider billingAccountNumber={CANARY}"),
        format!("sent [{{\"value\":\"{CANARY}\",\"name\":\"voicemailPin\"}}]"),
        format!("{{\"a\":\"b\"c\",\"passcode\":{{\"x\":\"{CANARY}\"}}}}"),
        format!("{{\"passcode\":\"1\"{CANARY}\",\"x\":1}}"),
    ] {
        let kept = redact::json(body.as_bytes());
        assert!(!shows(&kept), "{body} is kept as {kept}");
    }
}

#[test]
fn a_cut_at_any_byte_leaves_no_part_of_a_secret() {
    let body = echoed_request();
    for end in 0..body.len() {
        let kept = redact::json(&body.as_bytes()[..end]);
        assert!(!shows(&kept), "cut at {end}: {kept}");
    }
}

#[test]
fn a_break_at_any_byte_leaves_no_part_of_a_secret() {
    let body = echoed_request();
    for at in 0..body.len() {
        for junk in ["\"", "}", "x", "<", "\\", "\0"] {
            let broken = [&body.as_bytes()[..at], junk.as_bytes(), &body.as_bytes()[at..]].concat();
            // Junk inside a name, or a letter beside it, makes it another name.
            let beside = |at: Option<usize>| {
                at.and_then(|at| body.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric)
            };
            let names_whole = match junk {
                "x" => !beside(at.checked_sub(1)) && !beside(Some(at)),
                _ => !(beside(at.checked_sub(1)) && beside(Some(at))),
            };
            if names_whole {
                let kept = redact::json(&broken);
                assert!(!shows(&kept), "{junk:?} at {at}: {kept}");
            }
        }
    }
}

#[test]
fn a_long_body_is_cut_on_a_character_and_says_so() {
    for width in 0..4 {
        let body = format!("{}{}", "a".repeat(width), "é…😀".repeat(3000));
        let kept = redact::json(body.as_bytes());
        assert!(kept.len() <= redact::LIMIT && kept.len() > redact::LIMIT - 8, "{}", kept.len());
        assert!(kept.ends_with('…') && !kept.contains('\u{fffd}'));
    }
}

#[test]
fn a_secret_at_the_edge_of_the_cut_is_hidden_whole() {
    for padding in redact::LIMIT - 40..redact::LIMIT + 40 {
        let kept =
            redact::json(format!(r#"{{"a":"{}","passcode":"{CANARY}"}}"#, "x".repeat(padding)).as_bytes());
        assert!(!shows(&kept), "{padding}");
    }
    for padding in 4 * redact::LIMIT - 60..4 * redact::LIMIT + 10 {
        let long = "1".repeat(padding - 20);
        let kept = redact::json(format!(r#"{{"pin":"{long}","passcode":"{CANARY}"}}"#).as_bytes());
        assert!(!shows(&kept), "{padding}");
    }
}

#[test]
fn deep_nesting_neither_overflows_nor_leaks() {
    let body = format!("{}{{\"passcode\":\"{CANARY}\"}}{}", "[".repeat(5000), "]".repeat(5000));
    assert!(!shows(&redact::json(body.as_bytes())));
    let body = format!("{}\"{CANARY}\"{}", "{\"pin\":".repeat(2000), "}".repeat(2000));
    assert!(!shows(&redact::json(body.as_bytes())));
}

#[test]
fn a_profile_that_renames_the_pin_hides_it_too() {
    let profile =
        WireProfile::builder().characteristic("voicemailPin", "vmCode").header("app_secret", "x-key").build();
    let profile = profile.unwrap();
    let body = json!([{"name": "VMCODE", "value": CANARY}, {"x-key": CANARY}]).to_string();
    assert!(!shows(&redact::json_for(body.as_bytes(), &profile)));
    assert!(shows(&redact::json(body.as_bytes())));
}

#[test]
fn text_without_a_secret_is_borrowed() {
    assert!(matches!(redact::text("Subscriber is inactive"), std::borrow::Cow::Borrowed(_)));
}

fn echoed_request() -> String {
    json!([{
        "billingAccount": {"id": "000000000001", "passcode": CANARY},
        "oldServiceProvider": {"billingAccountNumber": CANARY, "billingAccountPassword": CANARY, "firstName": "Tést"},
        "serviceCharacteristic": [{"name": "sim", "value": "8901"}, {"name": "voicemailPin", "value": CANARY},
            {"value": CANARY, "x": "\"y\\", "name": "voicemailPin"}],
        "message": json!({"pin": CANARY}).to_string(),
    }])
    .to_string()
}

/// A secret key in random letter case.
fn secret_key() -> impl Strategy<Value = String> {
    (prop::sample::select(SECRET_KEYS.as_slice()), any::<u32>()).prop_map(|(key, bits)| {
        let upper = |(at, c): (usize, char)| {
            if bits >> (at % 32) & 1 == 1 { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }
        };
        key.chars().enumerate().map(upper).collect()
    })
}

/// Any JSON around one planted secret.
fn planted() -> impl Strategy<Value = Value> {
    let secret = prop_oneof![
        secret_key().prop_map(|key| json!({key: CANARY})),
        secret_key().prop_map(|key| json!({"name": key, "value": CANARY})),
        secret_key().prop_map(|key| json!({"value": CANARY, "zname": key})),
        Just(json!({"oldServiceProvider": {"x": [{"billingAccountNumber": CANARY}]}})),
    ];
    secret.prop_recursive(12, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), "\\PC{0,12}", any::<i64>())
                .prop_map(|(inner, text, n)| json!({"a": text, "m": inner, "z": n})),
            (inner.clone(), "\\PC{0,12}")
                .prop_map(|(inner, text)| json!([text, inner, null, {"name": "n", "value": 1}])),
            inner.prop_map(|inner| json!({"message": inner.to_string()})),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_planted_secret_never_shows_whole_or_cut(value in planted(), pretty in any::<bool>(), cut in any::<prop::sample::Index>()) {
        let body = if pretty { serde_json::to_string_pretty(&value).unwrap() } else { value.to_string() };
        let kept = redact::json(body.as_bytes());
        prop_assert!(!shows(&kept), "{}", kept);
        let part = &body.as_bytes()[..cut.index(body.len() + 1)];
        let kept = redact::json(part);
        prop_assert!(!shows(&kept), "cut: {}", kept);
    }

    #[test]
    fn valid_json_that_is_kept_whole_stays_valid(value in planted()) {
        let kept = redact::json(value.to_string().as_bytes());
        if !kept.ends_with('…') {
            prop_assert!(serde_json::from_str::<Value>(&kept).is_ok(), "{}", kept);
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        prop_assert!(redact::json(&bytes).len() <= redact::LIMIT);
    }

    #[test]
    fn no_near_json_makes_it_panic(text in "[\\[\\]{}:,\"\\\\ pin=<>1é]{0,80}") {
        prop_assert!(redact::json(text.as_bytes()).len() <= redact::LIMIT);
    }
}
