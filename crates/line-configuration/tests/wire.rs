//! What goes over the wire, and what is made of what comes back.
#![expect(clippy::unwrap_used, reason = "a test ends where it finds something wrong")]

use apex_mobility_core::catalog::Class;
use apex_mobility_core::domain::{
    Address, BillingAccountNumber, Date, Eid, Iccid, Imei, PersonName, SingleUserCode, State,
    SubscriberNumber, VoicemailPin, ZipCode,
};
use apex_mobility_core::wire::LineStatus;
use apex_mobility_core::{Effect, Error, ErrorKind, Operation, WireProfile};
use apex_mobility_line_configuration::{
    DeviceReason, DeviceTechnology, DeviceUpdate, LineConfiguration, Service, operations,
};
use apex_mobility_wire_snapshot::{Answer, body, exchange, is_one_segment, read, unreadable, wire, write};
use bytes::Bytes;
use proptest::prelude::*;

/// The example of contract 3.
const LINE: &str = r#"{ "category": {"id": "12", "name": "Mobility Services"},
  "href": "/mobility/service/2145550101", "name": "", "status": "Active", "subscriberNumber": "2145550101",
  "serviceSpecification": {"id": "apexMobilityPlan", "href": "/catalogManagement/serviceSpecification/apexMobilityPlan"},
  "serviceCharacteristic": [ {"name": "subscriberStatus", "value": "A"},
    {"name": "statusEffectiveDate", "value": "2026-01-19Z"},
    {"name": "singleUserCode", "value": "APXPLAN01"}, {"name": "billingAccountNumber", "value": "000000000001"},
    {"name": "sim", "value": "89010000000000000011"}, {"name": "BLIMEI", "value": "001010000000024"} ] }"#;

fn number() -> SubscriberNumber {
    SubscriberNumber::parse("2145550101").unwrap()
}

fn imei() -> Imei {
    Imei::parse("001010000000024").unwrap()
}

fn sim() -> Iccid {
    Iccid::parse("89010000000000000011").unwrap()
}

fn eid() -> Eid {
    Eid::parse("89001000000000000000000000000177").unwrap()
}

fn plan() -> SingleUserCode {
    SingleUserCode::parse("APXPLAN01").unwrap()
}

fn account() -> BillingAccountNumber {
    BillingAccountNumber::parse("000000000002").unwrap()
}

fn device() -> DeviceUpdate {
    DeviceUpdate::new(imei(), ZipCode::parse("75201").unwrap())
}

fn name() -> PersonName {
    PersonName::new("Test", "User").unwrap()
}

fn address() -> Address {
    let (state, zip) = (State::parse("TX").unwrap(), ZipCode::parse("75201").unwrap());
    Address::new("100", "Example", "Dallas", state, zip).unwrap()
}

fn pin() -> VoicemailPin {
    VoicemailPin::parse("246810").unwrap()
}

/// The request of a change that is answered with the line.
async fn sent(change: impl AsyncFnOnce(LineConfiguration) -> Result<Service, Error>) -> String {
    let (request, line) =
        exchange(Answer::new(200, LINE), async |client| change(LineConfiguration::new(&client)).await).await;
    assert_eq!(line.unwrap().imei(), Some(imei()));
    request
}

#[tokio::test]
async fn update_the_device_alone() {
    insta::assert_snapshot!(sent(async |api| api.update_device(number(), device()).send().await).await);
}

/// The example of contract 4.7.
#[tokio::test]
async fn update_device_and_sim() {
    let device = device().sim(sim());
    insta::assert_snapshot!(sent(async |api| api.update_device(number(), device).send().await).await);
}

#[tokio::test]
async fn update_to_an_embedded_sim_with_a_plan() {
    let device = device().eid(eid()).plan(plan());
    insta::assert_snapshot!(sent(async |api| api.update_device(number(), device).send().await).await);
}

#[tokio::test]
async fn update_the_device_with_all_that_can_be_set() {
    let device = device()
        .sim(sim())
        .eid(eid())
        .technology(DeviceTechnology::parse("5G").unwrap())
        .reason(DeviceReason::parse("upgrade").unwrap())
        .plan(plan());
    insta::assert_snapshot!(sent(async |api| api.update_device(number(), device).send().await).await);
}

#[tokio::test]
async fn transfer_to_an_account() {
    insta::assert_snapshot!(sent(async |api| api.transfer(number(), account()).send().await).await);
}

#[tokio::test]
async fn transfer_with_a_plan_on_a_day() {
    let day = Date::new(2026, 2, 1).unwrap();
    insta::assert_snapshot!(
        sent(async |api| { api.transfer(number(), account()).plan(plan()).effective_date(day).send().await })
            .await
    );
}

#[tokio::test]
async fn update_the_subscribers_name() {
    insta::assert_snapshot!(
        sent(async |api| api.update_subscriber(number()).name(name()).send().await).await
    );
}

#[tokio::test]
async fn update_the_subscribers_address() {
    insta::assert_snapshot!(
        sent(async |api| api.update_subscriber(number()).address(address()).send().await).await
    );
}

#[tokio::test]
async fn update_the_subscribers_name_and_address() {
    insta::assert_snapshot!(
        sent(async |api| { api.update_subscriber(number()).name(name()).address(address()).send().await })
            .await
    );
}

#[tokio::test]
async fn reset_voicemail() {
    insta::assert_snapshot!(sent(async |api| api.reset_voicemail(number()).send().await).await);
}

#[tokio::test]
async fn reset_voicemail_with_a_pin() {
    insta::assert_snapshot!(sent(async |api| api.reset_voicemail(number()).pin(pin()).send().await).await);
}

#[tokio::test]
async fn resend_the_profile() {
    insta::assert_snapshot!(sent(async |api| api.resend_ota(number(), sim()).send().await).await);
}

async fn update_answered(device: DeviceUpdate, status: u16, body: &str) -> Result<Service, Error> {
    let (_, line) = exchange(Answer::new(status, body), async |client| {
        LineConfiguration::new(&client).update_device(number(), device).send().await
    })
    .await;
    line
}

#[tokio::test]
async fn the_reply_is_the_line() {
    let line = update_answered(device(), 200, LINE).await.unwrap();
    assert_eq!(line.status(), Some(LineStatus::Active));
    assert_eq!((line.iccid(), line.plan()), (Some(sim()), Some(plan())));
}

#[tokio::test]
async fn an_empty_success_is_a_line_of_which_nothing_is_said() {
    for status in [200, 202, 204] {
        assert_eq!(update_answered(device(), status, "").await.unwrap(), Service::default(), "{status}");
    }
}

#[tokio::test]
async fn the_same_device_is_a_no_op() {
    let error =
        update_answered(device(), 400, r#"{"errorDescription": "Update not needed"}"#).await.unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::NoOp, Effect::Rejected));
}

#[tokio::test]
async fn the_same_device_is_no_no_op_where_a_plan_was_to_change_too() {
    let refusal = r#"{"errorDescription": "Update not needed"}"#;
    let error = update_answered(device().plan(plan()), 400, refusal).await.unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::WrongOrder, Effect::Rejected));
}

/// The reply that was captured, contract 2.3.
#[tokio::test]
async fn a_404_that_says_service_asks_for_an_esim() {
    let body = r#"{"id": "0190a5c0-0000-7000-8000-000000000003", "description": "/service/"}"#;
    let error = update_answered(device(), 404, body).await.unwrap_err();
    assert_eq!((error.class(), error.effect()), (Class::NotEligible, Effect::Rejected));
    assert!(error.next_step().contains("EID"), "{}", error.next_step());
}

#[tokio::test]
async fn a_refusal_that_echoes_the_request_does_not_show_the_pin() {
    let body = r#"{"errorDescription": "refused",
        "serviceCharacteristic": [{"name": "voicemailPin", "value": "246810"}]}"#;
    let (_, line) = exchange(Answer::new(400, body), async |client| {
        LineConfiguration::new(&client).reset_voicemail(number()).pin(pin()).send().await
    })
    .await;
    let error = line.unwrap_err();
    let shown = format!("{error} {error:?} {}", error.body().unwrap());
    assert!(!shown.contains("246810"), "{shown}");
}

#[tokio::test]
async fn a_refusal_inside_a_line_is_a_refusal() {
    let body = r#"{"subscriberNumber": "2145550101", "errorDescription": "ICCID is already in use"}"#;
    let error = update_answered(device(), 200, body).await.unwrap_err();
    let found = (error.kind(), error.class(), error.effect());
    assert_eq!(found, (ErrorKind::FailureInSuccess, Class::Conflict, Effect::Rejected));
}

#[tokio::test]
async fn each_refusal_of_the_contract_has_its_class() {
    let table = [
        ("Subscriber is inactive", Class::WrongOrder),
        ("Plan is not compatible with equipment", Class::NotEligible),
        ("ICCID is already in use", Class::Conflict),
        ("The SIM does not link to the line", Class::InvalidInput),
        ("The account does not belong to you", Class::InvalidInput),
        ("ZIP does not match the place of use", Class::WrongOrder),
        ("City is blank", Class::InvalidInput),
        ("Address could not be verified", Class::InvalidInput),
        ("IMEI not eligible", Class::NotEligible),
        ("Plan change is restricted", Class::NotEligible),
    ];
    for (text, class) in table {
        let body = format!(r#"{{"errorDescription": "{text}"}}"#);
        let error = update_answered(device(), 400, &body).await.unwrap_err();
        assert_eq!((error.class(), error.effect()), (class, Effect::Rejected), "{text}");
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_the_outcome_unknown_and_says_how_to_settle_it() {
    for status in [408, 500, 502, 503, 504] {
        let error = update_answered(device(), status, "").await.unwrap_err();
        assert_eq!((error.effect(), error.attempts()), (Effect::Unknown, 1), "{status}");
        assert!(error.next_step().contains("compare its BLIMEI"), "{}", error.next_step());
    }
}

#[test]
fn a_subscriber_update_of_nothing_is_refused_before_it_is_sent() {
    let nothing = operations::UpdateSubscriber { number: number(), name: None, address: None };
    assert!(write(&nothing).unwrap_err().to_string().contains("nothing to change"));
}

#[test]
fn codes_are_held_to_their_form() {
    assert_eq!(DeviceReason::parse(" cust_own_equ ").unwrap(), DeviceReason::CustomerOwnedEquipment);
    assert_eq!(DeviceReason::parse("LOST").unwrap().as_str(), "LOST");
    for text in ["", "LOST 1", "5G"] {
        let problem = DeviceReason::parse(text).unwrap_err().to_string();
        assert!(problem.contains(text) && problem.contains("CUST_OWN_EQU"), "{problem}");
    }
    assert_eq!(DeviceTechnology::parse("lte").unwrap(), DeviceTechnology::Lte);
    let problem = DeviceTechnology::parse(" ").unwrap_err().to_string();
    assert!(problem.contains("technology") && problem.contains("LTE"), "{problem}");
}

#[test]
fn a_replaced_characteristic_is_written_and_read_under_its_new_name() {
    let profile = WireProfile::builder().characteristic("sim", "iccid").build().unwrap();
    let operation = operations::ResendOta { number: number(), sim: sim() };
    let request = operation.encode(&wire(&profile)).unwrap();
    assert!(String::from_utf8_lossy(request.body()).contains(r#""name":"iccid""#));
    let answer = http::Response::new(Bytes::from(LINE.replace(r#""sim""#, r#""iccid""#)));
    assert_eq!(operation.decode(&answer, &wire(&profile)).unwrap().iccid(), Some(sim()));
}

#[test]
fn neither_secrets_nor_customers_are_in_debug_output() {
    let reset = operations::ResetVoicemail { number: number(), pin: Some(pin()) };
    let update = operations::UpdateDevice { number: number(), device: device().sim(sim()).eid(eid()) };
    let party =
        operations::UpdateSubscriber { number: number(), name: Some(name()), address: Some(address()) };
    let shown = format!("{reset:?} {update:?} {party:?}");
    let eid = eid();
    for secret in ["2145550101", "246810", "001010000000024", "8901", eid.as_str(), "75201", "Test", "Dallas"]
    {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
}

#[test]
fn a_reply_is_read_leniently() {
    let resend = operations::ResendOta { number: number(), sim: sim() };
    assert_eq!(unreadable(&resend, LINE), [""; 0]);
    let table = [
        (LINE, Some("001010000000024")),
        (r#"{"ServiceCharacteristic": [{"Name": "blimei", "Value": 1010000000024}]}"#, Some("1010000000024")),
        (r#"{"serviceCharacteristic": {"name": "BLIMEI", "value": "x"}}"#, Some("x")),
        (r#"{"serviceCharacteristic": [{"name": "BLIMEI", "value": null}], "colour": "red"}"#, None),
        (r#"{"serviceCharacteristic": null, "status": null}"#, None),
        ("{}", None),
        (" ", None),
    ];
    for (body, imei) in table {
        let line = read(&resend, body).unwrap();
        assert_eq!(line.imei().as_ref().map(Imei::as_str), imei, "{body}");
    }
}

proptest! {
    #[test]
    fn any_number_stays_one_segment_of_the_path(text in any::<String>()) {
        let operation = operations::ResetVoicemail { number: SubscriberNumber::unchecked(text.clone()), pin: None };
        if let Ok(request) = write(&operation) {
            prop_assert!(is_one_segment(&request, "/sp/mobility/lineconfig/api/v1/service/"));
        } else {
            prop_assert!(text.is_empty());
        }
    }

    #[test]
    fn no_body_makes_the_readers_panic(body in any::<Vec<u8>>()) {
        let (number, to) = (number(), account());
        let update = operations::UpdateSubscriber { number: number.clone(), name: Some(name()), address: None };
        let transfer = operations::TransferLine { number: number.clone(), to, plan: None, effective_date: None };
        let _ = read(&operations::UpdateDevice { number: number.clone(), device: device() }, &body);
        let _ = read(&transfer, &body);
        let _ = read(&update, &body);
        let _ = read(&operations::ResetVoicemail { number: number.clone(), pin: None }, &body);
        let _ = read(&operations::ResendOta { number, sim: sim() }, &body);
    }

    #[test]
    fn a_device_update_carries_what_was_given(serial in 0u32..1_000_000, with_sim: bool, with_plan: bool) {
        let imei = Imei::from_payload(format!("00101000{serial:06}")).unwrap();
        let mut device = DeviceUpdate::new(imei.clone(), ZipCode::parse("75201").unwrap());
        if with_sim {
            device = device.sim(sim());
        }
        if with_plan {
            device = device.plan(plan());
        }
        let request = write(&operations::UpdateDevice { number: number(), device }).unwrap();
        let body = body(&request);
        prop_assert_eq!(body.as_object().unwrap().len(), 1);
        let value = |name: &str| {
            let bag = body["serviceCharacteristic"].as_array().unwrap();
            let mut found = bag.iter().filter(|one| one["name"] == name);
            let value = found.next().map(|one| one["value"].as_str().unwrap().to_owned());
            (value, found.count())
        };
        prop_assert_eq!(value("IMEI"), (Some(imei.as_str().to_owned()), 0));
        prop_assert_eq!(value("sim"), (with_sim.then(|| sim().as_str().to_owned()), 0));
        prop_assert_eq!(value("singleUserCode"), (with_plan.then(|| plan().as_str().to_owned()), 0));
    }
}
