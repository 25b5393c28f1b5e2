//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{
    Address, BillingAccountNumber, Eid, Iccid, Imei, OfferingCode, PersonName, SingleUserCode, State,
    SubscriberNumber, ZipCode,
};
use apex_mobility_core::{Effect, ErrorKind};
use apex_mobility_service_activation::{
    Activation, ActivationBatch, ActivationState, NewLine, RequestId, ServiceActivation, Sim, operations,
};
use apex_mobility_wire_snapshot::{Answer, body, exchange, is_one_segment, read, unreadable, write};
use proptest::prelude::*;

/// The example of contract 4.2.
const PENDING: &str = r#"[{"id": "req-0001", "interactionStatus": "Pending", "interactionDateComplete": null,
  "service": {"status": "Active", "subscriberNumber": "2145550101", "error": null,
    "serviceCharacteristic": [{"name": "sim", "value": "89010000000000000011"}]}}]"#;

fn line() -> NewLine {
    let address = Address::new(
        "100",
        "Example",
        "Dallas",
        State::parse("TX").unwrap(),
        ZipCode::parse("75201").unwrap(),
    );
    NewLine::new(
        BillingAccountNumber::parse("000000000001").unwrap(),
        PersonName::new("Test", "User").unwrap(),
        address.unwrap(),
        SingleUserCode::parse("APXPLAN01").unwrap(),
        Imei::parse("001010000000016").unwrap(),
        Sim::Card(Iccid::parse("89010000000000000011").unwrap()),
    )
}

fn batch(lines: Vec<NewLine>) -> ActivationBatch {
    ActivationBatch::try_from(lines).unwrap()
}

#[tokio::test]
async fn submit_one_line_with_a_feature() {
    let line = line().feature(OfferingCode::parse("SOC1").unwrap());
    let (request, accepted) = exchange(Answer::new(201, PENDING), async |client| {
        ServiceActivation::new(&client).submit(batch(vec![line])).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(accepted.unwrap().id.as_str(), "req-0001");
}

#[tokio::test]
async fn submit_a_ported_number_on_an_embedded_sim() {
    let eid = Eid::parse("89001000000000000000000000000177").unwrap();
    let mut line = NewLine::new(
        BillingAccountNumber::parse("000000000001").unwrap(),
        PersonName::new("Test", "User").unwrap(),
        Address::new(
            "100",
            "Example",
            "Dallas",
            State::parse("TX").unwrap(),
            ZipCode::parse("75201").unwrap(),
        )
        .unwrap(),
        SingleUserCode::parse("APXPLAN01").unwrap(),
        Imei::parse("001010000000016").unwrap(),
        Sim::Embedded { eid, iccid: None },
    );
    line = line
        .ported_number(SubscriberNumber::parse("2145550107").unwrap())
        .service_zip(ZipCode::parse("75202").unwrap())
        .address_token("token-1");
    let (request, _) = exchange(Answer::new(200, PENDING), async |client| {
        ServiceActivation::new(&client).submit(batch(vec![line])).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn read_the_status() {
    let id = RequestId::parse("req/0001 ä").unwrap();
    let (request, status) = exchange(Answer::new(200, PENDING), async |client| {
        ServiceActivation::new(&client).status(id).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    let status = status.unwrap();
    let line = status.find(Some(&Iccid::parse("89010000000000000011").unwrap()), None).unwrap();
    assert_eq!(line.state(), Some(ActivationState::Active));
    assert_eq!(line.subscriber_number().unwrap().as_str(), "2145550101");
    assert!(status.is_settled());
}

#[tokio::test]
async fn a_submission_that_is_answered_without_an_id_is_an_unknown_outcome() {
    for body in ["", "[]", "{}", r#"[{"id": ""}]"#, "<html></html>"] {
        let (_, accepted) = exchange(Answer::new(200, body), async |client| {
            ServiceActivation::new(&client).submit(batch(vec![line()])).send().await
        })
        .await;
        let error = accepted.unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Unreadable, Effect::Unknown), "{body}");
        assert!(error.next_step().contains("do not send it again"), "{}", error.next_step());
    }
}

#[tokio::test]
async fn a_refused_batch_changes_nothing() {
    let body = r#"{"responseMessage": "Bad Request", "errorDescription": "a maximum of 200 elements"}"#;
    let (_, accepted) = exchange(Answer::new(400, body), async |client| {
        ServiceActivation::new(&client).submit(batch(vec![line()])).send().await
    })
    .await;
    let error = accepted.unwrap_err();
    assert_eq!((error.effect(), error.message()), (Effect::Rejected, "a maximum of 200 elements"));
}

#[tokio::test]
async fn each_refusal_has_its_class() {
    let table = [
        ("The account does not belong to you", Class::InvalidInput),
        ("The SIM is already assigned to another line", Class::Conflict),
        ("ZIP code not supported", Class::NotEligible),
        ("City is blank", Class::InvalidInput),
    ];
    for (text, class) in table {
        let answer = Answer::new(400, format!(r#"{{"errorDescription": "{text}"}}"#));
        let (_, accepted) = exchange(answer, async |client| {
            ServiceActivation::new(&client).submit(batch(vec![line()])).send().await
        })
        .await;
        let error = accepted.unwrap_err();
        assert_eq!((error.class(), error.effect()), (class, Effect::Rejected), "{text}");
    }
}

#[test]
fn replies_are_read_however_they_are_written() {
    let status = operations::ActivationStatus { id: RequestId::parse("req-0001").unwrap() };
    assert_eq!(unreadable(&status, PENDING), [""; 0]);
    // contract 2.3: a submission without an id cannot be followed.
    let without_id = [
        "null for the whole",
        "no element for the whole",
        "null at /0",
        "null at /0/id",
        "absent at /0/id",
        "an empty text at /0/id",
    ];
    assert_eq!(unreadable(&operations::SubmitActivation { lines: batch(vec![line()]) }, PENDING), without_id);
}

#[test]
fn no_customer_is_in_debug_output() {
    let new = line().ported_number(SubscriberNumber::parse("2145550107").unwrap()).address_token("token-1");
    let submit = operations::SubmitActivation { lines: batch(vec![new]) };
    let shown = format!("{submit:?} {:?}", status(PENDING));
    let secrets = ["000000000001", "Test", "Dallas", "75201", "001010000000016", "8901", "214555", "token-1"];
    for secret in secrets {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn an_id_that_is_none_is_refused_with_an_example() {
    for text in ["", " \n"] {
        let problem = RequestId::parse(text).unwrap_err().to_string();
        assert!(problem.contains("request id") && problem.contains("req-0001"), "{problem}");
    }
    assert_eq!(RequestId::parse(" req-0001 ").unwrap().as_str(), "req-0001");
}

fn status(body: &str) -> Activation {
    read(&operations::ActivationStatus { id: RequestId::parse("req-0001").unwrap() }, body).unwrap()
}

#[test]
fn a_request_is_settled_when_no_line_is_pending_or_reserved() {
    let table = [
        ("[]", false),
        (r#"[{"service": {"status": "Pending"}}]"#, false),
        (r#"[{"service": {"status": "reserved", "subscriberNumber": "2145550101"}}]"#, false),
        (r#"[{"service": {"status": "ACTIVE"}}]"#, true),
        (r#"[{"service": {"status": "Active"}}, {"service": {"status": "Pending"}}]"#, false),
        (r#"[{"service": {"status": "Active"}}, {"service": {"status": "Rejected"}}]"#, true),
        (r#"[{"service": {"status": "Withdrawn"}}]"#, true),
        (r#"[{"service": {}}]"#, false),
        (r#"[{}]"#, false),
    ];
    for (body, settled) in table {
        assert_eq!(status(body).is_settled(), settled, "{body}");
    }
}

#[test]
fn lines_are_found_by_sim_then_by_imei_and_never_by_position() {
    let body = r#"[
      {"service": {"subscriberNumber": "2145550102", "serviceCharacteristic": [{"name": "IMEI", "value": "001010000000024"}]}},
      {"service": {"subscriberNumber": "2145550101", "serviceCharacteristic": [{"name": "SIM", "value": "89010000000000000011"}]}}]"#;
    let status = status(body);
    let found = |sim: Option<&str>, imei: Option<&str>| {
        let (sim, imei) = (sim.map(Iccid::unchecked), imei.map(Imei::unchecked));
        let line = status.find(sim.as_ref(), imei.as_ref())?;
        Some(line.subscriber_number()?.as_str().to_owned())
    };
    assert_eq!(found(Some("89010000000000000011"), None).as_deref(), Some("2145550101"));
    assert_eq!(found(Some("89010000000000000029"), Some("001010000000024")).as_deref(), Some("2145550102"));
    assert_eq!(found(Some("89010000000000000029"), None), None);
}

#[test]
fn a_batch_holds_1_to_200_lines_and_nothing_twice() {
    let lines = |count: u32| -> Vec<NewLine> {
        (0..count)
            .map(|n| {
                let address = Address::new(
                    "1",
                    "Example",
                    "Dallas",
                    State::parse("TX").unwrap(),
                    ZipCode::parse("75201").unwrap(),
                );
                NewLine::new(
                    BillingAccountNumber::parse("000000000001").unwrap(),
                    PersonName::new("Test", "User").unwrap(),
                    address.unwrap(),
                    SingleUserCode::parse("APXPLAN01").unwrap(),
                    Imei::from_payload(format!("00101000{n:06}")).unwrap(),
                    Sim::Card(Iccid::from_payload(format!("890100000000{n:06}")).unwrap()),
                )
            })
            .collect()
    };
    for (count, fits) in [(0, false), (1, true), (200, true), (201, false)] {
        assert_eq!(ActivationBatch::try_from(lines(count)).is_ok(), fits, "{count}");
    }
    assert!(ActivationBatch::try_from(vec![line(), line()]).is_err());
}

proptest! {
    #[test]
    fn any_id_stays_one_segment_of_the_path(text in "\\PC+") {
        if let Ok(id) = RequestId::parse(&text) {
            let request = write(&operations::ActivationStatus { id }).unwrap();
            prop_assert!(is_one_segment(&request, "/sp/mobilityactivations/api/v1/serviceactivation/"));
        }
    }

    #[test]
    fn no_body_makes_the_readers_panic(body in any::<Vec<u8>>()) {
        let _ = read(&operations::SubmitActivation { lines: batch(vec![line()]) }, &body);
        let _ = read(&operations::ActivationStatus { id: RequestId::parse("req-0001").unwrap() }, &body);
    }

    #[test]
    fn features_are_numbered_from_one(count in 0usize..20) {
        let mut new = line();
        for n in 1..=count {
            new = new.feature(OfferingCode::parse(format!("SOC{n}")).unwrap());
        }
        let request = write(&operations::SubmitActivation { lines: batch(vec![new]) }).unwrap();
        let body = body(&request);
        let bag = body[0]["service"]["serviceCharacteristic"].as_array().unwrap();
        for n in 1..=count {
            let wanted = serde_json::json!({"name": format!("offeringCode{n}"), "value": format!("SOC{n}")});
            prop_assert_eq!(bag.iter().filter(|one| **one == wanted).count(), 1);
        }
    }
}
