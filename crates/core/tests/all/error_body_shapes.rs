//! Every shape of an error body, and any other bytes (contract 2.3).

use apex_mobility_core::error_body::{ErrorBody, TEXT_LIMIT};
use proptest::prelude::*;

fn text(body: &str) -> Option<String> {
    ErrorBody::read(body.as_bytes()).text().map(str::to_owned)
}

fn failure(body: &str) -> Option<String> {
    ErrorBody::read(body.as_bytes()).failure_text().map(str::to_owned)
}

#[test]
fn every_shape_of_the_contract_gives_its_words() {
    let cases = [
        (r#"{"errorDescription":"W"}"#, Some("W")),
        (
            r#"{"subscriberNumber":"2145550101","status":"Active","errorDescription":"W","serviceCharacteristic":[]}"#,
            Some("W"),
        ),
        (r#"{"id":"11111111-2222-11ee-8333-444444444444","description":"/service/"}"#, Some("/service/")),
        (r#"{"responseMessage":"W","errorDescription":"","description":"x"}"#, Some("W")),
        (r#"{"responseMessage":"x","errorDescription":"W","description":"x"}"#, Some("W")),
        (r#"{"message":"W"}"#, Some("W")),
        ("Plain W", Some("Plain W")),
        ("<html><head><style>p {}</style></head><body><p>W</p></body></html>", Some("W")),
        ("", None),
        (" \r\n", None),
        (r#"{"errorMessage":"W"}"#, Some("W")),
        (r#"{"fulfilled":[],"rejected":[{"message":"W"}]}"#, Some("W")),
        (r#"{"successful":[],"failed":[{"reason":"W"}]}"#, Some("W")),
        (r#"{"RequestError":{"ServiceException":{"MessageId":"SVC0001","Text":"W"}}}"#, Some("W")),
        (r#"{"RequestError":{"PolicyException":{"MessageId":"POL0001","Text":"W"}}}"#, Some("W")),
        (r#"{"code":"60","reason":"x","message":"W","status":"404"}"#, Some("W")),
        (r#"{"portRequestStatus":"CT","statusReasonCode":"8A","statusReasonDescription":"W"}"#, Some("W")),
    ];
    for (body, expected) in cases {
        assert_eq!(text(body).as_deref(), expected, "{body}");
    }
}

#[test]
fn each_member_gives_way_to_those_before_it() {
    let members = [
        (r#""errorDescription":"1""#, "1"),
        (r#""responseMessage":"2""#, "2"),
        (r#""message":"3""#, "3"),
        (r#""errorMessage":"4""#, "4"),
        (r#""reason":"5""#, "5"),
        (r#""description":"6""#, "6"),
        (r#""RequestError":{"ServiceException":{"Text":"7"}}"#, "7"),
        (r#""statusReasonDescription":"8""#, "8"),
    ];
    for first in 0..members.len() {
        let mut rest: Vec<&str> = members[first..].iter().map(|(member, _)| *member).collect();
        rest.reverse();
        let body = format!("{{{}}}", rest.join(","));
        assert_eq!(text(&body).as_deref(), Some(members[first].1), "{body}");
    }
}

#[test]
fn keys_count_in_any_letter_case() {
    for key in ["errordescription", "ERRORDESCRIPTION", "ErrorDescription"] {
        assert_eq!(text(&format!(r#"{{"{key}":"W"}}"#)).as_deref(), Some("W"));
    }
    assert_eq!(text(r#"{"requesterror":{"SERVICEEXCEPTION":{"text":"W"}}}"#).as_deref(), Some("W"));
    assert_eq!(text(r#"{"Message":"","message":"W"}"#).as_deref(), Some("W"));
}

#[test]
fn words_further_in_are_found_when_there_are_none_outside() {
    assert_eq!(text(r#"[{"responseMessage":"W"}]"#).as_deref(), Some("W"));
    assert_eq!(text(r#"{"service":{"errorDescription":"W"}}"#).as_deref(), Some("W"));
    assert_eq!(text(r#"{"error":{"details":[{"message":"W"}]}}"#).as_deref(), Some("W"));
    assert_eq!(text(r#"{"message":"W","inner":{"errorDescription":"x"}}"#).as_deref(), Some("W"));
    assert_eq!(text(r#"{"message":["A","B"]}"#).as_deref(), Some("A; B"));
    assert_eq!(text(r#"{"message":12}"#).as_deref(), Some("12"));
}

#[test]
fn a_lines_bag_holds_no_words_about_an_error() {
    assert_eq!(text(r#"{"serviceCharacteristic":[{"name":"x","description":"no"}]}"#), None);
}

#[test]
fn the_gateways_placeholders_are_filled_in() {
    let one = r#"{"RequestError":{"ServiceException":{"Text":"bad part %1","Variables":"TelephoneNumber"}}}"#;
    assert_eq!(text(one).as_deref(), Some("bad part TelephoneNumber"));
    let two = r#"{"RequestError":{"ServiceException":{"Text":"%1 of %2","Variables":["a","b"]}}}"#;
    assert_eq!(text(two).as_deref(), Some("a of b"));
}

#[test]
fn codes_are_kept_beside_the_words() {
    let body = ErrorBody::read(
        br#"{"id":"I","code":60,"RequestError":{"PolicyException":{"MessageId":"POL0001"}}}"#,
    );
    assert_eq!((body.id(), body.code(), body.message_id()), (Some("I"), Some("60"), Some("POL0001")));
    let body =
        ErrorBody::read(br#"{"portRequestStatus":"CT","statusReasonCode":"8A","description":"/service/"}"#);
    assert_eq!(
        (body.port_status(), body.reason_code(), body.description()),
        (Some("CT"), Some("8A"), Some("/service/"))
    );
}

#[test]
fn the_id_of_an_inner_object_is_not_that_of_the_error() {
    assert_eq!(ErrorBody::read(br#"{"message":"m","category":{"id":"12"}}"#).id(), None);
}

#[test]
fn pages_and_markup_are_read_as_their_text() {
    let cases = [
        (
            "<html><title>504</title><body><h1>Gateway\n  Time-out</h1><hr/>nginx</body></html>",
            "504 Gateway Time-out nginx",
        ),
        ("<p>a &amp;lt; b &lt; c&nbsp;d &#39;e&#39;</p>", "a &lt; b < c d 'e'"),
        ("<!DOCTYPE html><!-- no --><SCRIPT>if (a < b) {}</SCRIPT>W", "W"),
        ("<error><message><![CDATA[a < b]]></message></error>", "a < b"),
        ("limit < 5 and > 3", "limit < 5 and > 3"),
        ("open <b", "open <b"),
        ("<scripted>W</scripted>", "W"),
        ("\u{feff}W", "W"),
        ("\"W\"", "W"),
        ("404", "404"),
    ];
    for (body, expected) in cases {
        assert_eq!(text(body).as_deref(), Some(expected), "{body}");
    }
    assert_eq!(text("<html><body></body></html>"), None);
    assert_eq!(text("null"), None);
}

#[test]
fn json_that_was_cut_still_gives_its_words() {
    assert_eq!(
        text(r#"{"errorDescription":"Subscriber is inactive","x"#).as_deref(),
        Some("Subscriber is inactive")
    );
    assert_eq!(text(r#"{"errorDescription":"Subscriber is ina"#).as_deref(), Some("Subscriber is ina"));
    assert_eq!(text(r#"{"passcode":"000000","message":"W"#).as_deref(), Some("W"));
}

#[test]
fn a_secret_that_is_echoed_is_not_in_the_words() {
    for body in [r#"{"passcode":"735519","x"#, r#"{"message":"passcode 735519 is wrong"}"#, "passcode=735519"]
    {
        let words = text(body).unwrap_or_default();
        assert!(!words.contains("735519"), "{words}");
    }
}

#[test]
fn a_long_text_is_cut_on_a_character() {
    for body in ["é".repeat(2000), format!(r#"{{"message":"{}"}}"#, "é".repeat(2000))] {
        assert_eq!(text(&body), Some("é".repeat(TEXT_LIMIT)));
    }
}

#[test]
fn bytes_that_are_no_text_are_read_as_far_as_they_go() {
    let body = ErrorBody::read(b"{\"message\":\"caf\xe9\"}");
    assert_eq!(body.text(), Some("caf\u{fffd}"));
}

#[test]
fn debug_shows_lengths_and_codes_alone() {
    let body = ErrorBody::read(br#"{"message":"2145550101 is inactive","code":"60"}"#);
    let shown = format!("{body:?}");
    assert!(
        shown.contains("[22 characters]") && shown.contains("60") && !shown.contains("2145550101"),
        "{shown}"
    );
}

#[test]
fn what_marks_a_success_as_a_failure_is_found() {
    let failures = [
        (r#"{"errorDescription":"W"}"#, "W"),
        (r#"{"subscriberNumber":"2145550101","status":"Active","errorDescription":"W"}"#, "W"),
        (r#"{"service":{"errorDescription":"W"}}"#, "W"),
        (r#"{"errorMessage":"W"}"#, "W"),
        (r#"{"changeStatus":"FAILED","message":"W"}"#, "W"),
        (r#"{"changeStatus":"FAILED"}"#, "changeStatus is FAILED"),
        (r#"{"RequestError":{"ServiceException":{"Text":"W"}}}"#, "W"),
        (r#"{"RequestError":{"ServiceException":{"MessageId":"SVC1"}}}"#, "SVC1"),
        (r#"{"fulfilled":[],"rejected":[{"message":"W"}]}"#, "W"),
        (r#"{"successful":[],"failed":[{"reason":"W"}]}"#, "W"),
        (r#"{"rejected":[{}]}"#, "rejected: 1 of the request"),
        (r#"{"code":"60","reason":"W","status":"404"}"#, "W"),
        (r#"[{"errorDescription":"W"}]"#, "W"),
        (r#"[{"errorDescription":"W"},{"errorDescription":"x"}]"#, "W"),
    ];
    for (body, expected) in failures {
        assert_eq!(failure(body).as_deref(), Some(expected), "{body}");
        assert!(!ErrorBody::read(body.as_bytes()).is_partial_failure(), "{body}");
    }
}

#[test]
fn what_a_success_says_is_no_failure() {
    let successes = [
        r#"{"message":"Accepted. batch-id: 11111111-2222-11ee-8333-444444444444"}"#,
        r#"{"description":"x","responseMessage":"ok"}"#,
        r#"{"changeStatus":"SUCCESS"}"#,
        r#"{"changeStatus":"success","message":"done"}"#,
        r#"{"errorDescription":null}"#,
        r#"{"errorDescription":" "}"#,
        r#"{"status":"Active"}"#,
        r#"{"status":"200"}"#,
        r#"{"fulfilled":[{}],"rejected":[]}"#,
        r#"{"portRequestStatus":"CT","statusReasonCode":"8A","statusReasonDescription":"x"}"#,
        r#"[{"id":"1","service":{"status":"Rejected","error":"bad line"}}]"#,
        // One bad line never fails the POST (contract 4.2).
        r#"[{"errorDescription":"W"},{"service":{}}]"#,
        "[]",
        "",
        "OK",
    ];
    for body in successes {
        assert_eq!(failure(body), None, "{body}");
    }
}

#[test]
fn part_refused_beside_part_done_is_partial() {
    for body in [
        r#"{"fulfilled":[{}],"rejected":[{"message":"W"}]}"#,
        r#"{"successful":[1],"failed":[{"reason":"W"}]}"#,
    ] {
        let body = ErrorBody::read(body.as_bytes());
        assert!(body.is_partial_failure() && body.failure_text() == Some("W"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let body = ErrorBody::read(&bytes);
        prop_assert!(body.text().is_none_or(|text| text.chars().count() <= TEXT_LIMIT));
    }

    #[test]
    fn no_markup_and_no_near_json_make_it_panic(body in "[<>!/\\[\\]{}:,\"\\\\ &;scriptCDATAmessage é]{0,120}") {
        let read = ErrorBody::read(body.as_bytes());
        prop_assert!(read.text().is_none_or(|text| !text.is_empty()));
    }
}
