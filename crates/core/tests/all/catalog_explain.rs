//! What a person gets for a pasted text, body, status or code.

use apex_mobility_core::catalog::explain;
use proptest::prelude::*;

fn numbers(text: &str) -> Vec<u8> {
    explain(text).iter().map(|row| row.number).collect()
}

#[test]
fn a_text_gives_every_row_that_fits_it_in_order() {
    assert_eq!(numbers("Subscriber must be active"), [14]);
    assert_eq!(numbers("  SUBSCRIBER MUST BE ACTIVE\n"), [14]);
    assert_eq!(numbers("It does not belong here and is inactive"), [13, 20]);
    assert_eq!(numbers("already cancelled"), [16]);
    assert_eq!(numbers("more than 200 lines"), [7]);
}

#[test]
fn a_bare_status_gives_its_rows() {
    let cases: [(&str, &[u8]); 14] = [
        ("400", &[45]),
        ("401", &[6]),
        ("403", &[6, 5]),
        ("404", &[44, 8]),
        ("406", &[40]),
        ("408", &[2]),
        ("409", &[47]),
        ("413", &[7]),
        ("422", &[45]),
        ("429", &[3]),
        ("500", &[43]),
        ("503", &[4]),
        ("504", &[2]),
        ("HTTP 504", &[2]),
    ];
    for (text, expected) in cases {
        assert_eq!(numbers(text), expected, "{text}");
    }
    assert_eq!(numbers("HTTP/1.1 502 Bad Gateway"), [2]);
    assert_eq!(numbers("504 Gateway Time-out"), [2]);
    assert_eq!(numbers("status: 429"), [3]);
}

#[test]
fn a_status_with_a_text_gives_what_a_look_up_would_give_first() {
    assert_eq!(numbers("500 Subscriber must be active"), [14, 43]);
    assert_eq!(numbers("503 Subscriber must be active"), [4, 14]);
}

#[test]
fn a_port_reason_code_gives_its_row_however_it_is_written() {
    for text in ["8A", "8a", "CT 8A", "CT + 8A", "CT-8A", "ct8A"] {
        assert_eq!(numbers(text), [27], "{text}");
    }
    assert_eq!(numbers("7T"), [32]);
    assert_eq!(numbers("5Z"), [34]);
}

#[test]
fn a_pasted_body_is_read_as_a_body() {
    assert_eq!(numbers(r#"{"errorDescription":"Subscriber is inactive"}"#), [13]);
    assert_eq!(numbers(r#"{"id":"0","description":"/service/"}"#), [8]);
    assert_eq!(numbers("/service/"), [8]);
    assert_eq!(numbers("404 /service/"), [8, 44]);
    assert_eq!(numbers(r#"{"portRequestStatus":"CT","statusReasonCode":"8D"}"#), [29]);
    assert_eq!(numbers(r#"{"RequestError":{"PolicyException":{"MessageId":"POL0001","Text":"x"}}}"#), [5, 6]);
    assert_eq!(numbers("<html><body>Internal Server Error</body></html>"), [43]);
}

#[test]
fn a_policy_id_gives_the_limit_and_the_credentials() {
    assert_eq!(numbers("POL0001"), [5, 6]);
    assert_eq!(numbers("403 POL0001"), [5, 6]);
    assert_eq!(numbers("401 POL0001"), [6]);
    assert_eq!(numbers("400 POL0001"), [6]);
}

#[test]
fn what_a_client_says_about_the_network_is_known() {
    assert_eq!(numbers("connection refused"), [1]);
    assert_eq!(numbers("operation timed out"), [2]);
}

#[test]
fn what_nobody_knows_gives_the_last_row() {
    for text in ["", "what is this", "8AA", "CT", "200", "12", "é8A", "{}"] {
        assert_eq!(numbers(text), [47], "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_at_least_one_row_and_none_twice(text in "\\PC{0,60}") {
        let mut rows = numbers(&text);
        prop_assert!(!rows.is_empty());
        let all = rows.len();
        rows.sort_unstable();
        rows.dedup();
        prop_assert_eq!(rows.len(), all);
    }

    #[test]
    fn status_like_texts_do_not_panic(text in "(HTTP|status)?[ :/]?[0-9é]{0,4}[ A-Zé]{0,6}") {
        prop_assert!(!explain(&text).is_empty());
    }
}
