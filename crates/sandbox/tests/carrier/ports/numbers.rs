//! Numbers that come with a port, and the lines that get them (contract 4.2, 4.3).

use super::*;

/// The line of an activation with the number of a port, in the end.
async fn activated(sandbox: &Sandbox, n: u64) -> Value {
    let mut with_number = element(n);
    with_number["service"]["subscriberNumber"] = json!(NUMBER);
    let filed = post(sandbox, ACTIVATION, &json!([with_number])).await.json();
    sandbox.advance(Duration::from_mins(4));
    let id = filed[0]["id"].as_str().unwrap();
    get(sandbox, &format!("{ACTIVATION}/{id}"), &[]).await.json()[0]["service"].clone()
}

#[tokio::test]
async fn an_activation_brings_the_number_of_a_port_that_is_confirmed_or_completed() {
    for (hours, brings) in [(1, false), (2, true), (24, true)] {
        let sandbox = sandbox(10);
        ask(&sandbox, "OLD-1").await;
        sandbox.advance(HOUR * hours);
        let service = activated(&sandbox, 1).await;
        assert_eq!(service["status"], "Active");
        assert_eq!(service["subscriberNumber"] == NUMBER, brings, "after {hours} h");
        let entry = sandbox.ledger().into_iter().find(|entry| entry.kind == LedgerKind::Activation).unwrap();
        assert_eq!(entry.subscriber_number.unwrap().as_str() == NUMBER, brings, "after {hours} h");
    }
}

#[tokio::test]
async fn a_port_that_came_to_nothing_brings_no_number() {
    for account in ["DN", "ER", "CT-8A"] {
        let sandbox = sandbox(10);
        sandbox.set_variant("activation_port_number", "rejected").unwrap();
        ask(&sandbox, account).await;
        sandbox.advance(2 * HOUR);
        let service = activated(&sandbox, 1).await;
        assert_eq!(service["status"], "Rejected", "{account}");
        let rows = catalog::explain(service["error"].as_str().unwrap());
        assert_eq!(rows[0].number, 26, "{account}");
    }
}

#[tokio::test]
async fn a_ported_number_is_brought_once() {
    let sandbox = sandbox(10);
    ask(&sandbox, "OLD-1").await;
    sandbox.advance(2 * HOUR);
    let mut two = [element(1), element(2)];
    for one in &mut two {
        one["service"]["subscriberNumber"] = json!(NUMBER);
    }
    post(&sandbox, ACTIVATION, &json!(two)).await;
    let service = activated(&sandbox, 3).await;
    assert_eq!(service["status"], "Rejected");
    assert_eq!(catalog::explain(service["error"].as_str().unwrap())[0].number, 12);
    assert_eq!(activated(&sandbox, 4).await["status"], "Rejected");
    let ledger = sandbox.ledger();
    assert_eq!(ledger.iter().filter(|entry| entry.kind == LedgerKind::Activation).count(), 1);
}

#[tokio::test]
async fn a_port_whose_number_is_in_service_cannot_be_cancelled() {
    let sandbox = sandbox(10);
    ask(&sandbox, "OLD-1").await;
    sandbox.advance(2 * HOUR);
    let mut with_number = element(1);
    with_number["service"]["subscriberNumber"] = json!(NUMBER);
    post(&sandbox, ACTIVATION, &json!([with_number])).await;
    assert_eq!(cancel(&sandbox).await.status, StatusCode::BAD_REQUEST);
    sandbox.advance(HOUR);
    assert_eq!(cancel(&sandbox).await.status, StatusCode::BAD_REQUEST);
    sandbox.advance(24 * HOUR);
    assert_eq!(moves(&sandbox), ["OP", "CF", "CO"]);
}

#[tokio::test]
async fn a_number_of_another_carrier_is_not_given_out() {
    let sandbox = sandbox(0);
    let mut first = port("OLD-1");
    first["subscriberNumber"] = json!("2145550100");
    first["portRequestLineId"] = json!("2145550100");
    first["fromService"] = json!({"npaNxx": "214555", "fromLine": "0100"});
    assert_eq!(post(&sandbox, PORT, &first).await.status, StatusCode::OK);
    post(&sandbox, ACTIVATION, &json!([element(1)])).await;
    sandbox.advance(HOUR);
    assert_eq!(sandbox.lines()[0].subscriber_number.as_str(), "2145550101");
}
