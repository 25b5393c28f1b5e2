//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::domain::{
    Address, BillingAccountNumber, Date, Eid, Iccid, Imei, OfferingCode, PersonName, SingleUserCode, State,
    SubscriberNumber, ZipCode,
};
use apex_mobility_core::{Effect, ErrorKind, Operation, Wire, WireProfile};
use apex_mobility_service_activation::{
    Activation, ActivationBatch, ActivationState, NewLine, RequestId, ServiceActivation, Sim, operations,
};
use apex_mobility_wire_snapshot::{Answer, exchange};
use bytes::Bytes;
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

fn wire(profile: &WireProfile) -> Wire<'_> {
    Wire { profile, today: Date::new(2026, 1, 19).unwrap() }
}

fn status(body: &str) -> Activation {
    let profile = WireProfile::default();
    let answer = http::Response::new(Bytes::copy_from_slice(body.as_bytes()));
    let operation = operations::ActivationStatus { id: RequestId::parse("req-0001").unwrap() };
    operation.decode(&answer, &wire(&profile)).unwrap()
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
        let profile = WireProfile::default();
        if let Ok(id) = RequestId::parse(&text) {
            let request = operations::ActivationStatus { id }.encode(&wire(&profile)).unwrap();
            let prefix = "/sp/mobilityactivations/api/v1/serviceactivation/";
            let segment = request.uri().path().strip_prefix(prefix).unwrap();
            prop_assert!(!segment.is_empty() && !segment.contains(['/', '?', '#']));
        }
    }

    #[test]
    fn no_body_makes_the_reader_panic(body in any::<Vec<u8>>()) {
        let profile = WireProfile::default();
        let answer = http::Response::new(Bytes::from(body));
        let operation = operations::SubmitActivation { lines: batch(vec![line()]) };
        let _ = operation.decode(&answer, &wire(&profile));
    }

    #[test]
    fn features_are_numbered_from_one(count in 0usize..20) {
        let profile = WireProfile::default();
        let mut new = line();
        for n in 1..=count {
            new = new.feature(OfferingCode::parse(format!("SOC{n}")).unwrap());
        }
        let request = operations::SubmitActivation { lines: batch(vec![new]) }.encode(&wire(&profile)).unwrap();
        let body: serde_json::Value = serde_json::from_slice(request.body()).unwrap();
        let bag = body[0]["service"]["serviceCharacteristic"].as_array().unwrap();
        for n in 1..=count {
            let wanted = serde_json::json!({"name": format!("offeringCode{n}"), "value": format!("SOC{n}")});
            prop_assert_eq!(bag.iter().filter(|one| **one == wanted).count(), 1);
        }
    }
}
