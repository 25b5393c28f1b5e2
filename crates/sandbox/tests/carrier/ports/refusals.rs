//! What is refused, and in which words.

use proptest::prelude::*;

use super::*;

/// What may be done in which state: update, cancel, and asking again.
#[tokio::test]
async fn each_state_allows_what_the_contract_says() {
    let taken = (StatusCode::OK, None);
    let late = (StatusCode::BAD_REQUEST, Some((Class::InvalidInput, 45)));
    let gone = (StatusCode::NOT_FOUND, Some((Class::NotFound, 26)));
    let twice = (StatusCode::BAD_REQUEST, Some((Class::Conflict, 18)));
    let table = [
        ("OP", "OLD-1", 0, taken, taken, twice),
        ("CT", "CT-8A", 2, taken, taken, twice),
        ("CF", "OLD-1", 2, late, taken, twice),
        ("CO", "OLD-1", 24, late, late, twice),
        ("CN", "", 0, gone, gone, taken),
        ("DN", "DN", 2, late, late, taken),
        ("ER", "ER", 2, late, late, taken),
    ];
    let bring = async |account: &str, hours: u32| {
        let sandbox = sandbox(10);
        ask(&sandbox, if account.is_empty() { "OLD-1" } else { account }).await;
        sandbox.advance(HOUR * hours);
        if account.is_empty() {
            cancel(&sandbox).await;
        }
        sandbox
    };
    let told = |method: &Method, answer: &Answer| {
        (answer.status, (!answer.status.is_success()).then(|| told(method, answer)))
    };
    for (word, account, hours, updated, cancelled, asked) in table {
        let sandbox = bring(account, hours).await;
        assert_eq!(state(&sandbox).await["portRequestStatus"], word);
        let before = sandbox.ledger().len();
        let answer = update(&sandbox, json!({"serviceZipCode": "77002"})).await;
        assert_eq!(told(&Method::PATCH, &answer), updated, "update in {word}");
        assert_eq!(sandbox.ledger().len() > before, updated == taken, "update in {word}");

        let sandbox = bring(account, hours).await;
        let before = sandbox.ledger().len();
        let answer = cancel(&sandbox).await;
        assert_eq!(told(&Method::DELETE, &answer), cancelled, "cancel in {word}");
        assert_eq!(sandbox.ledger().len() > before, cancelled == taken, "cancel in {word}");

        let sandbox = bring(account, hours).await;
        let before = sandbox.ledger().len();
        let answer = post(&sandbox, PORT, &port("OLD-1")).await;
        assert_eq!(told(&Method::POST, &answer), asked, "request in {word}");
        assert_eq!(sandbox.ledger().len() > before, asked == taken, "request in {word}");
    }
}

#[tokio::test]
async fn a_cancel_needs_the_zip_of_the_request() {
    let sandbox = sandbox(10);
    ask(&sandbox, "OLD-1").await;
    for headers in [&[][..], &[("service-zip-code", "77002")], &[("service-zip-code", "7520")]] {
        let answer = call(&sandbox, Method::DELETE, &item(), headers, b"").await;
        assert_eq!(
            (answer.status, told(&Method::DELETE, &answer).0),
            (StatusCode::BAD_REQUEST, Class::InvalidInput)
        );
    }
    assert_eq!(moves(&sandbox), ["OP"]);
}

/// What a request is refused with, and the row of contract 6 that explains it.
#[tokio::test]
async fn refusals_say_what_the_error_catalog_knows() {
    let sandbox = sandbox(10);
    let ours = sandbox.lines()[0].subscriber_number.to_string();
    let set = |pointer: &str, value: Value| {
        let mut body = port("OLD-1");
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let numbered = |number: &str| {
        let mut body = port("OLD-1");
        body["subscriberNumber"] = json!(number);
        body["portRequestLineId"] = json!(number);
        body["fromService"] = json!({"npaNxx": number.get(..6), "fromLine": number.get(6..)});
        body
    };
    let table = [
        ("no account", set("/billingAccount", Value::Null), 45),
        ("an unknown account", set("/billingAccount/id", json!("000000999999")), 20),
        ("no parties", set("/relatedParty", Value::Null), 45),
        ("no subscriber", set("/relatedParty/0/role", json!("authorizer")), 45),
        ("no first name", set("/relatedParty/0/firstName", json!(" ")), 45),
        ("a blank city", set("/relatedParty/0/address/city", json!("")), 24),
        ("a city elsewhere", set("/relatedParty/0/address/city", json!("Boston")), 25),
        ("an authorizer elsewhere", set("/relatedParty/1/address/zipCode", json!("99999")), 25),
        ("a ZIP without numbers", set("/serviceZipCode", json!("00001")), 21),
        ("half a ZIP", set("/serviceZipCode", json!("752")), 45),
        ("no ZIP", set("/serviceZipCode", Value::Null), 45),
        ("another service area", set("/fromService/serviceArea", json!("000000000013")), 45),
        ("no parts", set("/fromService", Value::Null), 45),
        ("another NPA-NXX", set("/fromService/npaNxx", json!("973556")), 45),
        ("another line", set("/fromService/fromLine", json!("0108")), 45),
        ("another line id", set("/portRequestLineId", json!("9735550108")), 45),
        ("another direction", set("/portDirection", json!("A")), 45),
        ("no losing carrier", set("/oldServiceProvider", Value::Null), 45),
        ("no losing account", set("/oldServiceProvider/billingAccountNumber", json!("")), 45),
        ("a long losing account", set("/oldServiceProvider/billingAccountNumber", json!("1".repeat(41))), 45),
        ("a short PIN", set("/oldServiceProvider/billingAccountPassword", json!("123")), 45),
        ("no losing name", set("/oldServiceProvider/lastName", Value::Null), 45),
        ("a number for a ZIP", set("/serviceZipCode", json!(75201)), 45),
        ("an N11 number", numbered("9115550107"), 10),
        ("a short number", numbered("973555010"), 10),
        ("a number of ours", numbered(&ours), 12),
        ("an array", json!([port("OLD-1")]), 45),
    ];
    for (what, body, row) in table {
        let answer = post(&sandbox, PORT, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
        assert_eq!(told(&Method::POST, &answer).1, row, "{what}: {}", answer.error());
    }
    sandbox.advance(48 * HOUR);
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn an_update_is_held_to_the_rules_of_a_request() {
    let sandbox = sandbox(10);
    ask(&sandbox, "CT-8A").await;
    sandbox.advance(2 * HOUR);
    let table = [
        (json!({}), 45),
        (json!({"serviceZipCode": null, "portDirection": "B"}), 45),
        (json!({"serviceZipCode": "00001"}), 21),
        (json!({"billingAccount": {"id": "000000999999"}}), 20),
        (json!({"relatedParty": [party("authorizer")]}), 45),
        (json!({"oldServiceProvider": {"billingAccountNumber": "OLD-1"}}), 45),
    ];
    for (body, row) in table {
        let answer = update(&sandbox, body.clone()).await;
        assert_eq!(
            (answer.status, told(&Method::PATCH, &answer).1),
            (StatusCode::BAD_REQUEST, row),
            "{body}"
        );
    }
    assert_eq!(state(&sandbox).await["portRequestStatus"], "CT");
}

#[tokio::test]
async fn a_number_without_a_port_request_is_not_found() {
    let sandbox = sandbox(10);
    let answers = [
        (Method::GET, get(&sandbox, &item(), &[]).await),
        (Method::PATCH, update(&sandbox, json!({"serviceZipCode": "77002"})).await),
        (Method::DELETE, cancel(&sandbox).await),
    ];
    for (method, answer) in answers {
        assert_eq!((answer.status, told(&method, &answer).1), (StatusCode::NOT_FOUND, 26), "{method}");
        assert_eq!(answer.error(), "The port request does not exist");
    }
    let answer = get(&sandbox, &format!("{PORT}/911"), &[]).await;
    assert_eq!((answer.status, told(&Method::GET, &answer).1), (StatusCode::BAD_REQUEST, 10));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_body_makes_the_sandbox_panic(body in any::<Vec<u8>>()) {
        let sandbox = sandbox(1);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for (method, path) in [(Method::POST, PORT.to_owned()), (Method::POST, ELIGIBILITY.to_owned()), (Method::PATCH, item())] {
            let answer = runtime.block_on(call(&sandbox, method, &path, &[], &body));
            prop_assert!(answer.status.is_client_error());
        }
    }

    #[test]
    fn no_member_makes_the_sandbox_panic(
        member in "billingAccount|relatedParty|fromService|oldServiceProvider|subscriberNumber|serviceZipCode",
        value in prop_oneof![
            Just(json!({})), Just(json!([])), Just(json!([[], {}])), Just(json!(7)), Just(json!(true)),
            "\\PC*".prop_map(Value::from), "\\PC*".prop_map(|text| json!({"id": text, "npaNxx": text})),
        ],
    ) {
        let sandbox = sandbox(1);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut body = port("OLD-1");
        body[&member] = value;
        let answer = runtime.block_on(post(&sandbox, PORT, &body));
        prop_assert!(answer.status.is_client_error());
        runtime.block_on(post(&sandbox, PORT, &port("OLD-1")));
        let answer = runtime.block_on(update(&sandbox, json!({&member: body[&member].clone()})));
        prop_assert!(answer.status.is_client_error());
    }
}
