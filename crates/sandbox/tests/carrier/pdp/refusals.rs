//! What is refused or fails, and in which words.

use proptest::prelude::*;

use super::*;

/// What a whole request is refused with, and the row of contract 6 that explains it.
#[tokio::test]
async fn refusals_say_what_the_error_catalog_knows() {
    let sandbox = sandbox(300);
    let numbers = numbers(&sandbox);
    let lines = |count: usize| -> Vec<Value> {
        numbers.iter().take(count).zip(11..).map(|(n, last)| profile(n, &format!("10.20.0.{last}"))).collect()
    };
    let two = || request(&lines(2));
    let set = |pointer: &str, value: Value| {
        let mut body = two();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let ask = |quantity: Value| json!({"pdpName": PDP, "ipQuantity": quantity});
    let other = |pdp: &str| json!({"pdpName": pdp, "ipQuantity": 1});
    let invalid = (Class::InvalidInput, 45);
    let table = [
        (ADDRESSES, ask(json!(11)), (Class::InvalidInput, 7)),
        (ADDRESSES, ask(json!(0)), invalid),
        (ADDRESSES, ask(json!(-1)), invalid),
        (ADDRESSES, ask(json!("2")), invalid),
        (ADDRESSES, ask(Value::Null), invalid),
        (ADDRESSES, other("PDP-NONE"), invalid),
        (ADDRESSES, other(""), invalid),
        (ADDRESSES, json!([]), invalid),
        (PROVISIONING, request(&lines(11)), (Class::InvalidInput, 7)),
        (PROVISIONING, request(&[]), invalid),
        (PROVISIONING, set("/subscriber", Value::Null), invalid),
        (PROVISIONING, set("/pdpName", json!("PDP-NONE")), invalid),
        (PROVISIONING, set("/pdpName", Value::Null), invalid),
        (PROVISIONING, set("/billingAccountNumber", json!("999999999999")), (Class::InvalidInput, 20)),
        (PROVISIONING, set("/billingAccountNumber", json!("1")), (Class::InvalidInput, 20)),
        (PROVISIONING, set("/billingAccountNumber", Value::Null), invalid),
        (PROVISIONING, set("/subscriber/1/subscriberNumber", json!(numbers[0])), invalid),
        (PROVISIONING, set("/subscriber/1/subscriberNumber", json!("214555")), (Class::InvalidInput, 10)),
        (PROVISIONING, set("/subscriber/1/ipAddressRecord/ipAddress", json!("10.20.0.11")), invalid),
        (PROVISIONING, set("/subscriber/1/ipAddressRecord/ipAddress", json!("10.20.0")), invalid),
        (PROVISIONING, set("/subscriber/1/ipAddressRecord", Value::Null), invalid),
        (PROVISIONING, set("/subscriber/1/lteIndicator", json!("yes")), invalid),
        (PROVISIONING, set("/subscriber/1/lteIndicator", json!(true)), invalid),
        (PROVISIONING, set("/subscriber/1/defaultAPNIndicator", Value::Null), invalid),
        (PROVISIONING, set("/subscriber/1/accessPointName", json!(" ")), invalid),
        (PROVISIONING, set("/subscriber/1/effectiveDate", json!("2026-01-18Z")), invalid),
        (PROVISIONING, set("/subscriber/1/effectiveDate", json!("2026-01-19")), invalid),
        (REMOVAL, request(&lines(11)), (Class::InvalidInput, 7)),
        (REMOVAL, set("/pdpName", json!("PDP-NONE")), invalid),
        (REMOVAL, set("/billingAccountNumber", json!("999999999999")), (Class::InvalidInput, 20)),
        (REMOVAL, set("/subscriber/1/subscriberNumber", json!(numbers[0])), invalid),
        (REMOVAL, set("/subscriber/1/ipAddressRecord/ipAddress", json!("10.20.0.11")), invalid),
    ];
    for (path, body, expected) in table {
        let answer = post(&sandbox, path, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path} {body}");
        assert_eq!(told(&Method::POST, &answer), expected, "{path} {body}");
        let members = answer.json();
        assert_eq!(members.as_object().unwrap().keys().collect::<Vec<_>>(), ["message"]);
    }
    for headers in [&[][..], &[("batch-id", " ")], &[("subscriber-number", "214555")]] {
        let answer = get(&sandbox, PROVISIONING, headers).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{headers:?}");
        assert!(answer.json()["message"].is_string(), "{headers:?}");
    }
    sandbox.advance(DONE);
    assert!(sandbox.ledger().is_empty());
    assert_eq!(addresses(&look_up(&sandbox, PDP, 1).await), ["10.20.0.11"]);
}

#[tokio::test]
async fn an_account_that_is_closed_is_refused() {
    let sandbox = sandbox(100);
    let mut body = request(&[profile(&numbers(&sandbox)[0], "10.20.0.11")]);
    body["billingAccountNumber"] = json!("000000000007");
    let answer = post(&sandbox, PROVISIONING, &body).await;
    assert_eq!(told(&Method::POST, &answer), (Class::InvalidInput, 20));
}

/// A bad line fails at its stage, in words that the error catalog knows; its neighbour is served.
#[tokio::test]
async fn a_bad_line_fails_alone() {
    let sandbox = sandbox(300);
    let all = sandbox.lines();
    let ours = |status: &str| {
        let found = all.iter().find(|l| l.status == status && l.billing_account_number.as_str() == BAN);
        found.unwrap().subscriber_number.to_string()
    };
    let strangers = all.iter().find(|l| l.status == "A" && l.billing_account_number.as_str() != BAN);
    let strangers = strangers.unwrap().subscriber_number.to_string();
    let numbers = numbers(&sandbox);
    // The first line has an address, and another had one before it is asked for.
    submit(&sandbox, PROVISIONING, &[profile(&numbers[0], "10.20.0.11")]).await;
    sandbox.advance(DONE);

    let table = [
        (ours("S"), "10.20.0.20", 0, "Subscriber is inactive"),
        (ours("C"), "10.20.0.20", 0, "Subscriber is inactive"),
        (strangers, "10.20.0.20", 0, "Subscriber does not belong to the billing account"),
        ("2015550199".to_owned(), "10.20.0.20", 0, "Unable to inquire subscriber"),
        (numbers[0].clone(), "10.20.0.20", 0, "Subscriber has a static IP address, to be removed first"),
        (numbers[1].clone(), "10.20.0.11", 1, "IP address 10.20.0.11 is not available"),
        (numbers[1].clone(), "10.99.0.1", 1, "IP address 10.99.0.1 is not in the pool of PDP-EXAMPLE"),
    ];
    for (at, (number, address, stage, why)) in table.into_iter().enumerate() {
        let (good, free) = (&numbers[2 + at], format!("10.20.0.{}", 100 + at));
        let batch = submit(&sandbox, PROVISIONING, &[profile(&number, address), profile(good, &free)]).await;
        sandbox.advance(DONE);
        let elements = status(&sandbox, &batch).await;
        assert_eq!(stages(&elements[0])[stage], format!("Failed: {why}"));
        assert_eq!(stages(&elements[1]), ["Success", "Reserved", "Complete"], "{why}");
        assert_eq!(shown_address(&sandbox, good).await, Some(free), "{why}");
    }
    assert_eq!(moves(&sandbox).len(), 8);
    assert!(moves(&sandbox).iter().all(|(change, _)| change == "given"));
}

#[tokio::test]
async fn only_the_lines_own_address_is_removed_whatever_its_status() {
    let sandbox = sandbox(300);
    let numbers = numbers(&sandbox);
    for (number, address) in numbers.iter().zip(["10.20.0.11", "10.20.0.12"]) {
        submit(&sandbox, PROVISIONING, &[profile(number, address)]).await;
    }
    sandbox.advance(DONE);
    patch(&sandbox, &numbers[0], &json!({"mode": "C", "reasonCode": "CAN"})).await;

    let batch = submit(
        &sandbox,
        REMOVAL,
        &[held(&numbers[0], "10.20.0.11"), held(&numbers[1], "10.20.0.13"), held(&numbers[2], "10.20.0.14")],
    )
    .await;
    sandbox.advance(DONE);
    let elements = status(&sandbox, &batch).await;
    assert_eq!(stages(&elements[0]), ["Success", "Released", "Complete"]);
    for element in &elements[1..] {
        assert!(stages(element)[0].starts_with("Failed: IP address"), "{element}");
    }
    assert_eq!(shown_address(&sandbox, &numbers[1]).await.as_deref(), Some("10.20.0.12"));
}

/// Two batches want one address: the first to reserve it has it.
#[tokio::test]
async fn an_address_goes_to_one_line_only() {
    let sandbox = sandbox(100);
    let numbers = numbers(&sandbox);
    let first = submit(&sandbox, PROVISIONING, &[profile(&numbers[0], "10.20.0.11")]).await;
    let second = submit(&sandbox, PROVISIONING, &[profile(&numbers[1], "10.20.0.11")]).await;
    sandbox.advance(DONE);
    assert_eq!(stages(&status(&sandbox, &first).await[0]), ["Success", "Reserved", "Complete"]);
    let late = status(&sandbox, &second).await;
    assert_eq!(stages(&late[0]), ["Success", "Failed: IP address 10.20.0.11 is not available", "Pending"]);
    assert_eq!(moves(&sandbox), [moved("given", "10.20.0.11")]);
}

#[tokio::test]
async fn a_line_that_is_sent_twice_gets_one_address() {
    let sandbox = sandbox(100);
    let number = &numbers(&sandbox)[0];
    submit(&sandbox, PROVISIONING, &[profile(number, "10.20.0.11")]).await;
    let again = submit(&sandbox, PROVISIONING, &[profile(number, "10.20.0.12")]).await;
    sandbox.advance(DONE);
    let why = "Failed: Subscriber has a static IP address, to be removed first";
    assert_eq!(stages(&status(&sandbox, &again).await[0])[2], why);
    assert_eq!(moves(&sandbox), [moved("given", "10.20.0.11")]);
    // What was reserved for it in vain is free.
    assert_eq!(addresses(&look_up(&sandbox, PDP, 1).await), ["10.20.0.12"]);
}

#[tokio::test]
async fn a_line_that_is_suspended_meanwhile_gets_no_address() {
    let sandbox = sandbox(100);
    let number = &numbers(&sandbox)[0];
    let batch = submit(&sandbox, PROVISIONING, &[profile(number, "10.20.0.11")]).await;
    sandbox.advance(Duration::from_secs(60));
    patch(&sandbox, number, &json!({"mode": "S", "reasonCode": "CR"})).await;
    sandbox.advance(DONE);
    let element = &status(&sandbox, &batch).await[0];
    assert_eq!(stages(element), ["Success", "Pending", "Failed: Subscriber is inactive"]);
    assert!(moves(&sandbox).is_empty());
    assert_eq!(addresses(&look_up(&sandbox, PDP, 1).await), ["10.20.0.11"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn a_damaged_request_is_refused_or_harms_no_more_than_its_line(
        pointer in proptest::sample::select(vec![
            "", "/pdpName", "/billingAccountNumber", "/subscriber", "/subscriber/0",
            "/subscriber/0/subscriberNumber", "/subscriber/0/ipAddressRecord",
            "/subscriber/0/ipAddressRecord/ipAddress", "/subscriber/0/lteIndicator",
            "/subscriber/0/defaultAPNIndicator", "/subscriber/0/accessPointName",
            "/subscriber/0/effectiveDate",
        ]),
        damage in prop_oneof![
            Just(Value::Null), Just(json!(7)), Just(json!([])), Just(json!({})), Just(json!([[]])),
            "[ -~]{0,12}".prop_map(Value::from), "[0-9.]{0,16}".prop_map(Value::from),
        ],
        removal: bool,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let sandbox = sandbox(100);
            let numbers = numbers(&sandbox);
            let mut body =
                request(&[profile(&numbers[0], "10.20.0.11"), profile(&numbers[1], "10.20.0.12")]);
            *body.pointer_mut(pointer).unwrap() = damage;
            let path = if removal { REMOVAL } else { PROVISIONING };
            let answer = post(&sandbox, path, &body).await;
            assert!(answer.status.as_u16() < 500);
            assert!(answer.json()["message"].is_string());
            sandbox.advance(DONE);
            let accepted = answer.status.is_success() && !removal;
            assert_eq!(shown_address(&sandbox, &numbers[1]).await.is_some(), accepted);
        });
    }
}
