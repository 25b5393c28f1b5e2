//! Every row of the catalog: what it takes, and a near miss it does not take (contract 6).

use apex_mobility_core::catalog::{self, Class, Grade, NoOp, RetryAdvice, Row, Signal};
use apex_mobility_core::error_body::ErrorBody;
use http::{Method, StatusCode};

/// Looks up an answer to a PATCH.
fn answered(status: u16, body: &str) -> &'static Row {
    answered_to(&Method::PATCH, status, body, NoOp::Never)
}

fn answered_to(method: &Method, status: u16, body: &str, no_op: NoOp) -> &'static Row {
    let body = ErrorBody::read(body.as_bytes());
    let status = StatusCode::from_u16(status).unwrap_or_default();
    catalog::look_up(&Signal::Answered { status, method, body: &body, no_op })
}

fn described(text: &str) -> String {
    format!(r#"{{"errorDescription": "{text}"}}"#)
}

/// (row, status, body, the row that a near miss gets, its status, its body)
type Case = (u8, u16, &'static str, u8, u16, &'static str);

#[test]
fn each_row_of_an_answer_takes_its_sample_and_refuses_a_near_miss() {
    let pol =
        r#"{"RequestError":{"PolicyException":{"MessageId":"POL0001","Text":"A policy error occurred"}}}"#;
    let service = r#"{"id":"0","description":"/service/"}"#;
    let other_service = r#"{"id":"0","description":"/services/"}"#;
    let cases: [Case; 13] = [
        (2, 408, "", 45, 400, ""),
        (2, 502, "<h1>Bad Gateway</h1>", 43, 501, ""),
        (2, 504, "", 43, 505, ""),
        (3, 429, "", 47, 428, ""),
        (4, 503, "", 43, 500, ""),
        (5, 403, pol, 6, 403, "{}"),
        (6, 401, "", 47, 402, ""),
        (6, 403, "", 47, 405, ""),
        (7, 413, "", 47, 414, ""),
        (8, 404, service, 44, 404, other_service),
        (40, 406, "", 47, 407, ""),
        (43, 500, "", 45, 422, ""),
        (44, 404, "", 47, 410, ""),
    ];
    for (row, status, body, miss_row, miss_status, miss) in cases {
        assert_eq!(answered(status, body).number, row, "{status} {body}");
        assert_eq!(answered(miss_status, miss).number, miss_row, "{miss_status} {miss}");
    }
}

#[test]
fn each_row_of_a_text_takes_its_samples_and_refuses_near_misses() {
    // (row, samples, near misses)
    let cases: [(u8, &[&str], &[&str]); 27] = [
        (
            7,
            &["A maximum of 200 lines is allowed", "more than 10 subscribers"],
            &["a maximum of ten", "more than a few"],
        ),
        (9, &["Unable to inquire subscriber"], &["unable to inquire account"]),
        (10, &["Invalid MSISDN", "invalid subscriber number 214"], &["invalid subscriber name"]),
        (11, &["The number has changed to 2145550102", "number has been changed"], &["number was changed"]),
        (12, &["Number 2145550102 is already in use"], &["number is in use", "already in use: number"]),
        (13, &["Subscriber is inactive"], &["subscriber is not active"]),
        (14, &["Subscriber must be active"], &["subscriber must be an active one"]),
        (15, &["SOC1 is not compatible with equipment"], &["SOC1 is not compatible with the plan"]),
        (17, &["Update not needed", "already assigned to this IMEI"], &["update is needed"]),
        (
            18,
            &["SIM is already on a line", "ICCID already used", "already has an active line"],
            &["the device is already on a line"],
        ),
        (19, &["SIM does not link to the line", "sim number does not match"], &["sim number is not a match"]),
        (20, &["The subscriber does not belong to this account"], &["belongs to another account"]),
        (
            21,
            &["Zip code not supported", "zipcode not supported", "Cingular does not support this area"],
            &["zip  code not supported"],
        ),
        (
            22,
            &["ZIP is not the place of use", "zip differs from PPU", "zip code does not match"],
            &["place of use: zip"],
        ),
        (23, &["Resource required by service not available"], &["resource required for service"]),
        (24, &["City is blank"], &["city was blank"]),
        (25, &["Address cannot be verified", "address verification failed"], &["address is unknown"]),
        (26, &["Port request does not exist", "PortRequest 1 does not exist"], &["request does not exist"]),
        (35, &["Reason code XX is not allowed"], &["reasoncode missing"]),
        (36, &["Cancelled more days ago than 60 days"], &["60 calendar days"]),
        (
            40,
            &["IMEI unknown", "imei 0 not found", "IMEI is not eligible"],
            &["device unknown", "not found: imei"],
        ),
        (41, &["Contract term not over", "Plan change is restricted"], &["plan change refused"]),
        (42, &["status should be ACTIVATION_FAILED"], &["status is activation_failed"]),
        (
            43,
            &["JOLT error 12", "TPESYSTEM", "failed calling CSI", "Internal Server Error"],
            &["jolt", "server error"],
        ),
        (16, &[], &["already cancel"]),
        (8, &[], &["/service/ not found"]),
        (45, &["anything at all"], &[]),
    ];
    for (row, samples, misses) in cases {
        for sample in samples {
            assert_eq!(answered(400, &described(sample)).number, row, "{sample}");
            let shouted = described(&sample.to_uppercase());
            assert_eq!(answered(400, &shouted).number, row, "in capitals: {sample}");
        }
        for miss in misses {
            assert_eq!(answered(400, &described(miss)).number, 45, "{row} refuses {miss}");
        }
    }
}

#[test]
fn already_cancelled_is_no_op_for_a_cancel_alone() {
    for text in ["Subscriber already cancelled", "already canceled"] {
        let body = described(text);
        let cancel = answered_to(&Method::PATCH, 400, &body, NoOp::Cancelled);
        assert_eq!((cancel.number, cancel.class), (16, Class::NoOp));
        for other in [NoOp::Never, NoOp::SameDevice] {
            let row = answered_to(&Method::PATCH, 400, &body, other);
            assert_eq!((row.number, row.class), (16, Class::WrongOrder));
        }
    }
}

#[test]
fn not_needed_is_no_op_for_a_device_update_alone() {
    for text in ["Update not needed", "already assigned to this IMEI"] {
        let body = described(text);
        let device = answered_to(&Method::PATCH, 400, &body, NoOp::SameDevice);
        assert_eq!((device.number, device.class), (17, Class::NoOp));
        for other in [NoOp::Never, NoOp::Cancelled] {
            let row = answered_to(&Method::PATCH, 400, &body, other);
            assert_eq!((row.number, row.class), (17, Class::WrongOrder));
        }
    }
}

#[test]
fn a_port_that_was_requested_already_is_looked_at_and_no_sim_is_searched() {
    let port = "Subscriber number already has an active port request";
    let row = answered(400, &described(port));
    assert_eq!((row.number, row.class), (18, Class::Conflict));
    assert!(row.next_step.contains("port's status") && !row.next_step.contains("SIM"), "{}", row.next_step);
    assert_eq!(catalog::explain(port), [row]);
    let line = answered(400, &described("SIM already has an active line"));
    assert!(line.number == 18 && line.next_step.contains("by SIM"), "{}", line.next_step);
}

#[test]
fn what_is_no_http_answer_has_its_own_rows() {
    let signals = [
        (Signal::NeverConnected, 1),
        (Signal::Lost, 2),
        (Signal::NoBatchId, 37),
        (Signal::UnknownBatch, 38),
        (Signal::ShortSupply, 39),
        (Signal::NotThere, 44),
        (Signal::UnreadableSuccess, 46),
    ];
    for (signal, number) in signals {
        assert_eq!(catalog::look_up(&signal).number, number, "{signal:?}");
    }
}

#[test]
fn only_a_patch_takes_service_not_found_for_a_missing_esim() {
    let body = r#"{"id":"0","description":"/service/"}"#;
    assert_eq!(answered_to(&Method::GET, 404, body, NoOp::Never).number, 44);
    assert_eq!(answered_to(&Method::PATCH, 400, body, NoOp::Never).number, 45);
}

#[test]
fn the_policy_id_is_a_limit_with_403_and_bad_credentials_with_400_and_401() {
    let bodies = [
        r#"{"RequestError":{"PolicyException":{"MessageId":"POL0001","Text":"x"}}}"#,
        r#"{"requestError":{"serviceException":{"messageId":"pol0001","text":"x"}}}"#,
        "POL0001: A policy error occurred",
    ];
    for body in bodies {
        let numbers: Vec<u8> = [400, 401, 403].iter().map(|status| answered(*status, body).number).collect();
        assert_eq!(numbers, [6, 6, 5], "{body}");
    }
    assert_eq!(answered(400, r#"{"MessageId":"POL0002"}"#).number, 45);
}

#[test]
fn status_goes_before_text_in_rows_1_to_6() {
    let text = described("Subscriber must be active");
    let rows: Vec<u8> =
        [408, 502, 504, 429, 503, 401, 403].iter().map(|status| answered(*status, &text).number).collect();
    assert_eq!(rows, [2, 2, 2, 3, 4, 6, 6]);
}

#[test]
fn text_goes_before_what_is_left() {
    let text = described("Subscriber must be active");
    let rows: Vec<u8> =
        [400, 404, 409, 422, 500, 501].iter().map(|status| answered(*status, &text).number).collect();
    assert_eq!(rows, [14; 6]);
    assert_eq!(answered(404, &described("Internal server error")).number, 43);
}

#[test]
fn a_text_of_two_rows_gets_the_lower_one() {
    // 13 before 20.
    assert_eq!(answered(400, &described("It does not belong here and is inactive")).number, 13);
}

#[test]
fn a_2xx_is_judged_by_what_marks_a_failure() {
    assert_eq!(answered(200, &described("Subscriber is inactive")).number, 13);
    assert_eq!(answered(200, &described("no idea")).number, 47);
    assert_eq!(answered(200, r#"{"changeStatus":"FAILED","message":"Zip code not supported"}"#).number, 21);
    // A plain message belongs to success too.
    assert_eq!(answered(200, r#"{"message":"Subscriber is inactive"}"#).number, 47);
}

#[test]
fn a_partial_failure_is_ambiguous_whatever_its_text() {
    let body = r#"{"fulfilled":[{"id":1}],"rejected":[{"message":"Subscriber is inactive"}]}"#;
    assert_eq!(answered(200, body).number, 46);
    assert!(!catalog::is_business_refusal(answered(200, body)));
}

#[test]
fn a_port_reason_has_its_row() {
    let cases = [
        (27, "8A"),
        (28, "6B"),
        (28, "8C"),
        (29, "8D"),
        (29, "9E"),
        (30, "7C"),
        (30, "8E"),
        (30, "8F"),
        (31, "6P"),
        (31, "6A"),
        (31, "6D"),
        (32, "7T"),
        (33, "1M"),
        (33, "1N"),
        (33, "6E"),
        (33, "6F"),
        (34, "1P"),
        (34, "5Z"),
        (34, ""),
        (34, "8AA"),
        (27, "8a"),
        (27, " CT-8A "),
        (27, "ct 8A"),
        (27, "CT+8A"),
    ];
    for (row, code) in cases {
        assert_eq!(catalog::look_up_port_reason(code).number, row, "{code:?}");
    }
}

#[test]
fn a_refused_port_update_is_told_by_its_code_while_in_conflict() {
    let body = r#"{"portRequestStatus":"CT","statusReasonCode":"8D","statusReasonDescription":"zip"}"#;
    assert_eq!(answered(400, body).number, 29);
    let open = r#"{"portRequestStatus":"OP","statusReasonCode":"8D","statusReasonDescription":"zip"}"#;
    assert_eq!(answered(400, open).number, 45);
}

#[test]
fn business_refusals_are_the_rows_that_say_nothing_was_changed() {
    let refusals: Vec<u8> = catalog::rows()
        .iter()
        .filter(|row| catalog::is_business_refusal(row))
        .map(|row| row.number)
        .collect();
    let expected: Vec<u8> = (8..=26).chain([35, 36, 40, 41, 42, 44, 45]).collect();
    assert_eq!(refusals, expected);
}

#[test]
fn the_table_is_that_of_the_contract() {
    use Class::*;
    use RetryAdvice::*;
    let expected = [
        (Transport, Yes),
        (Ambiguous, ReadsOnly),
        (Throttle, Yes),
        (Throttle, ReadsOnly),
        (Throttle, UpToThreeTimes),
        (Auth, No),
        (InvalidInput, No),
        (NotEligible, No),
        (NotFound, No),
        (InvalidInput, No),
        (Moved, No),
        (Conflict, No),
        (WrongOrder, No),
        (WrongOrder, No),
        (NotEligible, No),
        (NoOp, No),
        (NoOp, No),
        (Conflict, No),
        (InvalidInput, No),
        (InvalidInput, No),
        (NotEligible, No),
        (WrongOrder, No),
        (Wait, NextDay),
        (InvalidInput, No),
        (InvalidInput, No),
        (NotFound, No),
        (PortConflict, AfterUpdate),
        (PortConflict, AfterUpdate),
        (PortConflict, AfterUpdate),
        (PortConflict, AfterUpdate),
        (PortConflict, AfterRelease),
        (NotEligible, No),
        (Wait, Later),
        (PortConflict, No),
        (InvalidInput, No),
        (NotEligible, No),
        (Ambiguous, No),
        (NotFound, ReadAgain),
        (NotEligible, No),
        (NotEligible, No),
        (NotEligible, No),
        (WrongOrder, No),
        (BackendDown, ReadsOnly),
        (NotFound, No),
        (InvalidInput, No),
        (Ambiguous, ReadsOnly),
        (Unknown, ReadsOnly),
    ];
    assert_eq!(catalog::rows().len(), expected.len());
    for (row, (number, (class, retry))) in catalog::rows().iter().zip((1..).zip(expected)) {
        assert_eq!((row.number, row.class, row.retry), (number, class, retry));
        assert_eq!(catalog::row(number), Some(row));
        assert!(!row.pattern.is_empty() && !row.cause.is_empty() && !row.next_step.is_empty());
    }
    assert_eq!((catalog::row(0), catalog::row(48)), (None, None));
}

#[test]
fn the_grades_are_those_of_the_contract() {
    let of = |grade: Grade| -> Vec<u8> {
        catalog::rows().iter().filter(|row| row.evidence == grade).map(|row| row.number).collect()
    };
    assert_eq!(of(Grade::Confirmed), [1, 37, 38, 39, 46]);
    // Row 8 has a confirmed shape and an inferred cause: it takes the lower grade, as an operation does.
    assert_eq!(of(Grade::Inferred), [3, 6, 7, 8, 12, 22, 35, 36, 41]);
}

#[test]
fn class_names_are_the_words_of_the_contract_and_differ() {
    let mut names: Vec<&str> = Class::ALL.iter().map(|class| class.as_str()).collect();
    assert!(names.iter().all(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_')));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 15);
}
