//! Billing Account (contract 4.4), as a caller sees it.

use std::time::Duration;

use crate::caller::*;
use apex_mobility_core::catalog::Class;
use apex_mobility_sandbox::{LedgerKind, Sandbox};
use http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

const PASSCODE: &str = "847215";

fn contact() -> Value {
    json!({"firstName": "Test", "lastName": "User", "attentionTo": "", "phoneNumber": "2145550100",
        "email": "test@example.com",
        "address": {"streetNumber": "100", "streetDirection": "", "streetName": "Example", "streetType": "",
            "city": "Dallas", "state": "TX", "zipCode": "75201"}})
}

/// An account that nothing speaks against.
fn account() -> Value {
    json!({"name": "Example Co", "businessAccount": {"fan": "00000001"}, "contact": contact(), "passcode": PASSCODE})
}

async fn create(sandbox: &Sandbox) -> Value {
    let answer = post(sandbox, BILLING, &account()).await;
    assert_eq!(answer.status, StatusCode::OK);
    answer.json()
}

async fn read(sandbox: &Sandbox, ban: &str) -> Answer {
    get(sandbox, &format!("{BILLING}/{ban}"), &[]).await
}

async fn update(sandbox: &Sandbox, ban: &str, body: &Value) -> Answer {
    call(sandbox, Method::PATCH, &format!("{BILLING}/{ban}"), &[], body.to_string().as_bytes()).await
}

#[tokio::test]
async fn a_created_account_is_the_full_object_without_its_passcode() {
    let sandbox = sandbox(10);
    // The population has BAN 1 to 8.
    let expected = json!({"id": "000000000009", "href": "/mobility/billingaccount/000000000009",
        "name": "Example Co", "status": "Active",
        "businessAccount": {"fan": "00000001", "name": "Example Group 1"}, "contact": contact()});
    assert_eq!(create(&sandbox).await, expected);
    assert_eq!(read(&sandbox, "000000000009").await.json(), expected);
    assert_eq!(create(&sandbox).await["id"], "000000000010");

    let ledger = sandbox.ledger();
    assert!(
        ledger.iter().all(|entry| entry.kind == LedgerKind::Account && entry.subscriber_number.is_none())
    );
    let detail = &ledger[0].detail;
    assert_eq!(
        (detail["billingAccountNumber"].as_str(), detail["foundationAccountNumber"].as_str()),
        ("000000000009", "00000001")
    );
    assert_eq!(detail["change"], "created");
}

#[tokio::test]
async fn seeded_accounts_have_each_status() {
    let sandbox = sandbox(10);
    for (ban, status) in
        [("000000000001", "Active"), ("000000000007", "Closed"), ("000000000008", "Suspended")]
    {
        let seen = read(&sandbox, ban).await.json();
        assert_eq!((&seen["status"], &seen["id"]), (&json!(status), &json!(ban)));
        assert!(seen["contact"]["address"]["city"].is_string());
    }
}

#[tokio::test]
async fn an_update_changes_what_was_sent_and_nothing_else() {
    let sandbox = sandbox(10);
    let created = create(&sandbox).await;
    let ban = created["id"].as_str().unwrap();
    let mut other = contact();
    other["email"] = json!("other@example.com");
    let table = [
        (json!({"name": "Example Group"}), "/name", json!("Example Group"), "name"),
        (json!({"contact": other}), "/contact/email", json!("other@example.com"), "contact"),
    ];
    let mut expected = created.clone();
    for (body, place, value, member) in table {
        *expected.pointer_mut(place).unwrap() = value;
        assert_eq!(update(&sandbox, ban, &body).await.json(), expected);
        assert_eq!(sandbox.ledger().last().unwrap().detail["members"], member);
    }
    assert_eq!(update(&sandbox, ban, &json!({"passcode": "000000", "name": null})).await.json(), expected);
    assert_eq!(sandbox.ledger().last().unwrap().detail["members"], "passcode");
    assert_eq!(read(&sandbox, ban).await.json(), expected);
    assert_eq!(sandbox.ledger().len(), 4);
}

#[tokio::test]
async fn a_contact_replaces_the_whole_one() {
    let sandbox = sandbox(10);
    let mut short = contact();
    for member in ["attentionTo", "phoneNumber", "email"] {
        short.as_object_mut().unwrap().remove(member);
    }
    let seen = update(&sandbox, "000000000001", &json!({"contact": short})).await.json();
    assert_eq!((&seen["contact"]["email"], &seen["contact"]["phoneNumber"]), (&json!(""), &json!("")));
}

#[tokio::test]
async fn an_update_that_leaves_all_as_it_was_is_no_effect() {
    let sandbox = sandbox(10);
    let ban = create(&sandbox).await["id"].as_str().unwrap().to_owned();
    let mut same = account();
    same.as_object_mut().unwrap().remove("businessAccount");
    assert_eq!(update(&sandbox, &ban, &same).await.status, StatusCode::OK);
    assert_eq!(sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn read_only_members_are_refused() {
    let sandbox = sandbox(10);
    for (member, value) in [
        ("id", json!("000000000002")),
        ("href", json!("/x")),
        ("status", json!("Closed")),
        ("businessAccount", json!({"fan": "00000002"})),
    ] {
        let answer = update(&sandbox, "000000000001", &json!({"name": "Other", member: value})).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{member}");
        assert_eq!(told(&Method::PATCH, &answer), (Class::InvalidInput, 45));
        assert!(answer.error().contains(member), "{}", answer.error());
    }
    assert!(sandbox.ledger().is_empty());
}

/// What a create is refused with, and the row of contract 6 that explains it.
#[tokio::test]
async fn refusals_say_what_the_error_catalog_knows() {
    let sandbox = sandbox(10);
    let set = |pointer: &str, value: Value| {
        let mut body = account();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let table = [
        ("an unknown FAN", set("/businessAccount/fan", json!("99999999")), 20),
        ("a short FAN", set("/businessAccount/fan", json!("1")), 20),
        ("no FAN", set("/businessAccount/fan", Value::Null), 45),
        ("no business account", set("/businessAccount", Value::Null), 45),
        ("no name", set("/name", Value::Null), 45),
        ("a blank name", set("/name", json!(" ")), 45),
        ("no contact", set("/contact", Value::Null), 45),
        ("no first name", set("/contact/firstName", json!("")), 45),
        ("no last name", set("/contact/lastName", Value::Null), 45),
        ("half a phone number", set("/contact/phoneNumber", json!("5550100")), 45),
        ("no e-mail address", set("/contact/email", json!("test")), 45),
        ("no address", set("/contact/address", Value::Null), 45),
        ("no street", set("/contact/address/streetName", json!("")), 45),
        ("a blank city", set("/contact/address/city", json!(" ")), 24),
        ("a city elsewhere", set("/contact/address/city", json!("Boston")), 25),
        ("an unknown ZIP", set("/contact/address/zipCode", json!("99999")), 25),
        ("a blank passcode", set("/passcode", json!(" ")), 45),
        ("a long passcode", set("/passcode", json!("8".repeat(41))), 45),
        ("a number for a passcode", set("/passcode", json!(847_215)), 45),
        ("an array", json!([account()]), 45),
    ];
    for (what, body, row) in table {
        let answer = post(&sandbox, BILLING, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
        assert_eq!(told(&Method::POST, &answer).1, row, "{what}: {}", answer.error());
        assert!(!answer.error().contains(PASSCODE), "{what}: {}", answer.error());
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn an_update_is_held_to_the_rules_of_a_create() {
    let sandbox = sandbox(10);
    let mut elsewhere = contact();
    elsewhere["address"]["city"] = json!("Boston");
    let table = [
        (json!({}), 45),
        (json!({"name": null, "nmae": "Other"}), 45),
        (json!({"name": ""}), 45),
        (json!({"passcode": ""}), 45),
        (json!({"contact": {}}), 45),
        (json!({"contact": elsewhere}), 25),
        (json!([]), 45),
    ];
    for (body, row) in table {
        let answer = update(&sandbox, "000000000001", &body).await;
        assert_eq!(
            (answer.status, told(&Method::PATCH, &answer).1),
            (StatusCode::BAD_REQUEST, row),
            "{body}"
        );
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn an_unknown_account_is_not_found() {
    let sandbox = sandbox(10);
    for ban in ["000000000009", "000000000000", "999999999999", "1", "x"] {
        let answers = [
            (Method::GET, read(&sandbox, ban).await),
            (Method::PATCH, update(&sandbox, ban, &json!({"name": "Other"})).await),
        ];
        for (method, answer) in answers {
            assert_eq!(
                (answer.status, told(&method, &answer).1),
                (StatusCode::NOT_FOUND, 44),
                "{method} {ban}"
            );
        }
    }
}

#[tokio::test]
async fn a_new_account_pays_for_a_line_from_its_activation_on() {
    let sandbox = sandbox(10);
    let ban = create(&sandbox).await["id"].as_str().unwrap().to_owned();
    let mut line = element(1);
    line["billingAccount"]["id"] = json!(ban);
    post(&sandbox, ACTIVATION, &json!([line])).await;
    sandbox.advance(Duration::from_hours(1));
    let activated = sandbox.find_line(|line| line.billing_account_number.as_str() == ban).unwrap();
    assert_eq!(activated.foundation_account_number.as_str(), "00000001");
    let listed = get(&sandbox, LIST, &[("billing-account-number", &ban)]).await.json();
    assert_eq!(listed[0]["subscriberNumber"], activated.subscriber_number.as_str());
}

#[tokio::test]
async fn neither_a_closed_nor_a_suspended_account_takes_a_line() {
    let sandbox = sandbox(10);
    let line = sandbox.find_line(|line| line.status == "A").unwrap();
    for ban in ["000000000007", "000000000008"] {
        let transfer = json!({"billingAccount": {"id": ban}});
        let answer = patch(&sandbox, line.subscriber_number.as_str(), &transfer).await;
        assert_eq!((answer.status, told(&Method::PATCH, &answer).1), (StatusCode::BAD_REQUEST, 20), "{ban}");
    }
    assert!(sandbox.ledger().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_member_makes_the_sandbox_panic(
        place in "/name|/businessAccount|/businessAccount/fan|/contact|/contact/address|/contact/email|/passcode",
        value in prop_oneof![
            Just(json!({})), Just(json!([])), Just(json!([[], {}])), Just(json!(7)), Just(json!(true)),
            Just(Value::Null), "\\PC*".prop_map(Value::from),
        ],
    ) {
        let sandbox = sandbox(1);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut body = account();
        *body.pointer_mut(&place).unwrap() = value;
        let answer = runtime.block_on(post(&sandbox, BILLING, &body));
        prop_assert!(answer.status.is_success() || answer.status.is_client_error());
        prop_assert_eq!(answer.status.is_success(), !sandbox.ledger().is_empty());
        let answer = runtime.block_on(update(&sandbox, "000000000001", &body));
        prop_assert!(answer.status.is_success() || answer.status.is_client_error());
    }
}
