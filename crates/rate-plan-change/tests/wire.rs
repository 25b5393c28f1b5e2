//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{Date, OfferingCode, SingleUserCode, SubscriberNumber};
use apex_mobility_core::{AppCredentials, Client, Effect, ErrorKind, Operation, WireProfile};
use apex_mobility_rate_plan_change::{Effective, RatePlanChange, Service, operations};
use apex_mobility_wire_snapshot::{Answer, body, exchange, is_one_segment, read, unreadable, wire, write};
use bytes::Bytes;
use proptest::prelude::*;

/// A line-shaped reply.
const SWITCHED: &str = r#"{ "category": {"id": "12", "name": "Mobility Services"},
  "href": "/mobility/service/2145550101", "name": "", "status": "Active", "subscriberNumber": "2145550101",
  "effectiveDate": "2026-02-01Z", "serviceCharacteristic": [ {"name": "subscriberStatus", "value": "A"},
    {"name": "singleUserCode", "value": "APXPLAN02"}, {"name": "offeringCode1", "value": "SOC1"} ] }"#;

fn number() -> SubscriberNumber {
    SubscriberNumber::parse("2145550101").unwrap()
}

fn plan(code: &str) -> SingleUserCode {
    SingleUserCode::parse(code).unwrap()
}

fn soc(code: &str) -> OfferingCode {
    OfferingCode::parse(code).unwrap()
}

#[tokio::test]
async fn plan_and_features_on_a_day() {
    let (request, line) = exchange(Answer::new(200, SWITCHED), async |client| {
        RatePlanChange::new(&client)
            .change(number())
            .plan(plan("APXPLAN02"))
            .add_feature(soc("SOC1"))
            .add_feature(soc("SOC2"))
            .remove_feature(soc("SOC9"))
            .effective_date(Date::new(2026, 2, 1).unwrap())
            .send()
            .await
    })
    .await;
    insta::assert_snapshot!(request);
    let line = line.unwrap();
    assert_eq!(line.plan(), Some(plan("APXPLAN02")));
    assert_eq!(line.features().map(|feature| feature.code).collect::<Vec<_>>(), [soc("SOC1")]);
    insta::assert_json_snapshot!(line);
}

#[tokio::test]
async fn a_plan_today() {
    let (request, line) = exchange(Answer::new(200, ""), async |client| {
        RatePlanChange::new(&client).change(number()).plan(plan("APXPLAN02")).send().await
    })
    .await;
    insta::assert_snapshot!(request);
    assert_eq!(line.unwrap(), Service::default());
}

#[tokio::test]
async fn a_feature_added_today() {
    let (request, _) = exchange(Answer::new(202, "{}"), async |client| {
        RatePlanChange::new(&client).change(number()).add_feature(soc("SOC1")).send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

#[tokio::test]
async fn a_feature_removed_immediately() {
    let (request, _) = exchange(Answer::new(200, SWITCHED), async |client| {
        RatePlanChange::new(&client).change(number()).remove_feature(soc("SOC1")).immediately().send().await
    })
    .await;
    insta::assert_snapshot!(request);
}

/// Contract 6, rows 13, 15, 41.
#[tokio::test]
async fn refusals_are_told_by_their_class() {
    let table = [
        ("Subscriber 2145550101 is inactive", Class::WrongOrder),
        ("The plan is not compatible with equipment", Class::NotEligible),
        ("A plan change is restricted for this line", Class::NotEligible),
    ];
    for (text, class) in table {
        // contract 4.8: line-shaped, with the text inside.
        let body = format!(r#"{{"subscriberNumber": "2145550101", "errorDescription": "{text}"}}"#);
        for status in [400, 422, 200] {
            let (_, line) = exchange(Answer::new(status, body.clone()), async |client| {
                RatePlanChange::new(&client).change(number()).plan(plan("APXPLAN02")).send().await
            })
            .await;
            let error = line.unwrap_err();
            assert_eq!((error.class(), error.effect(), error.message()), (class, Effect::Rejected, text));
        }
    }
}

#[tokio::test]
async fn a_lost_answer_names_the_read_that_settles_it() {
    for (status, body) in [(504, ""), (200, "<html></html>"), (200, "{\"stat")] {
        let (_, line) = exchange(Answer::new(status, body), async |client| {
            RatePlanChange::new(&client).change(number()).plan(plan("APXPLAN02")).send().await
        })
        .await;
        let error = line.unwrap_err();
        assert_eq!(error.effect(), Effect::Unknown, "{status} {body}");
        assert!(error.next_step().contains("compare its plan and features"), "{}", error.next_step());
    }
}

#[test]
fn what_makes_no_sense_is_not_sent() {
    let client = Client::builder()
        .base_url("http://localhost")
        .credentials(AppCredentials::new("id", "secret"))
        .build()
        .unwrap();
    let change = || RatePlanChange::new(&client).change(number());
    let table = [
        (change(), "nothing to change"),
        (change().immediately(), "nothing to change"),
        (change().add_feature(soc("SOC1")).remove_feature(soc("soc1")), "SOC1 is to be added and removed"),
        (change().add_feature(soc("SOC1")).add_feature(soc("SOC1")), "SOC1 is named twice"),
        (change().remove_feature(soc("SOC1")).remove_feature(soc("SOC1")), "SOC1 is named twice"),
    ];
    for (call, problem) in table {
        let error = call.request().unwrap_err();
        assert_eq!((error.kind(), error.effect()), (ErrorKind::Request, Effect::NotSent));
        assert!(error.to_string().contains(problem), "{error}");
    }
}

fn change() -> operations::ChangePlan {
    operations::ChangePlan { plan: Some(plan("APXPLAN02")), ..operations::ChangePlan::new(number()) }
}

#[test]
fn the_profile_replaces_names_and_the_form_of_dates_both_ways() {
    let profile = WireProfile::builder()
        .characteristic("addOfferingCode", "addSoc")
        .characteristic("singleUserCode", "plan")
        .date_format("%Y%m%d")
        .build()
        .unwrap();
    let mut change = change();
    change.add.push(soc("SOC1"));
    let request = change.encode(&wire(&profile)).unwrap();
    let bag =
        serde_json::json!([{"name": "plan", "value": "APXPLAN02"}, {"name": "addSoc", "value": "SOC1"}]);
    let wanted = serde_json::json!({"effectiveDate": "20260119", "serviceCharacteristic": bag});
    assert_eq!(body(&request), wanted);
    let answer = http::Response::new(Bytes::from(SWITCHED.replace("singleUserCode", "plan")));
    assert_eq!(change.decode(&answer, &wire(&profile)).unwrap().plan(), Some(plan("APXPLAN02")));
}

#[test]
fn replies_are_read_leniently() {
    let table = [
        (r#"{"ServiceCharacteristic": [{"Name": "SINGLEUSERCODE", "value": "P1"}]}"#, Some("P1")),
        (r#"{"serviceCharacteristic": {"name": "singleUserCode", "value": 12}}"#, Some("12")),
        (r#"{"serviceCharacteristic": [{"name": "singleUserCode", "value": null}], "extra": 1}"#, None),
        (r#"{"serviceCharacteristic": null, "status": null, "subscriberNumber": 2145550101}"#, None),
        ("", None),
    ];
    for (body, code) in table {
        let line = read(&change(), body).unwrap();
        assert_eq!(line.plan(), code.map(SingleUserCode::unchecked), "{body}");
    }
}

#[test]
fn a_reply_is_read_however_it_is_written() {
    assert_eq!(unreadable(&change(), SWITCHED), [""; 0]);
}

#[test]
fn no_customer_is_in_debug_output() {
    let shown = format!("{:?} {:?}", change(), read(&change(), SWITCHED).unwrap());
    assert!(!shown.contains("2145550101"), "{shown}");
}

proptest! {
    #[test]
    fn any_number_stays_one_segment_of_the_path(text in any::<String>()) {
        let operation = operations::ChangePlan { number: SubscriberNumber::unchecked(text.clone()), ..change() };
        if let Ok(request) = write(&operation) {
            prop_assert!(is_one_segment(&request, "/sp/mobility/lineconfig/api/v1/service/"));
        } else {
            prop_assert!(text.is_empty());
        }
    }

    #[test]
    fn every_feature_arrives_once_in_order(codes in proptest::collection::hash_set("[A-Z0-9]{2,8}", 1..12), cut in 0usize..12) {
        let codes: Vec<OfferingCode> = codes.iter().map(|code| soc(code)).collect();
        let (add, remove) = codes.split_at(cut.min(codes.len()));
        let operation = operations::ChangePlan {
            plan: None,
            add: add.to_vec(),
            remove: remove.to_vec(),
            effective: Effective::Immediately,
            ..change()
        };
        let body = body(&write(&operation).unwrap());
        let sent: Vec<(String, String)> = body["serviceCharacteristic"].as_array().unwrap().iter()
            .map(|one| (one["name"].as_str().unwrap().to_owned(), one["value"].as_str().unwrap().to_owned()))
            .collect();
        let wanted: Vec<(String, String)> = add.iter().map(|code| ("addOfferingCode", code))
            .chain(remove.iter().map(|code| ("removeOfferingCode", code)))
            .map(|(name, code)| (name.to_owned(), code.to_string()))
            .collect();
        prop_assert_eq!(sent, wanted);
        prop_assert_eq!(&body["effectiveDate"], "");
    }

    #[test]
    fn no_body_makes_the_reader_panic(body in any::<Vec<u8>>()) {
        let _ = read(&change(), body);
    }
}
