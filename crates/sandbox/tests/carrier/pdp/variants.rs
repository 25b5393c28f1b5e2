//! What AT&T might do otherwise (contract 7).

use super::*;

#[tokio::test]
async fn names_may_be_in_pascal_case_in_successes_and_refusals() {
    let sandbox = sandbox(100);
    sandbox.set_variant("pdp_style", "pascal_case").unwrap();
    let number = &numbers(&sandbox)[0];
    assert_eq!(
        look_up(&sandbox, PDP, 1).await.json(),
        json!({"IPAddressRecords": [{"IPAddress": "10.20.0.11"}], "Message": ""})
    );
    let accepted = post(&sandbox, PROVISIONING, &request(&[profile(number, "10.20.0.11")])).await.json();
    assert!(accepted["Message"].as_str().unwrap().contains("batch-id: "));
    let element = &get(&sandbox, PROVISIONING, &[("subscriber-number", number)]).await.json()[0];
    assert_eq!(element["ProfileCheck"], "In Progress");
    assert_eq!(element["DefaultAPNIndicator"], "N");
    let refused = look_up(&sandbox, "PDP-NONE", 1).await;
    assert_eq!(refused.json(), json!({"Message": "PDP PDP-NONE does not exist"}));
}

#[tokio::test]
async fn indicators_may_be_bools() {
    let sandbox = sandbox(100);
    sandbox.set_variant("pdp_style", "bool").unwrap();
    let batch = submit(&sandbox, PROVISIONING, &[profile(&numbers(&sandbox)[0], "10.20.0.11")]).await;
    let element = &status(&sandbox, &batch).await[0];
    assert_eq!((&element["lteIndicator"], &element["defaultAPNIndicator"]), (&json!(true), &json!(false)));
}

#[tokio::test]
async fn a_look_up_may_hold_what_it_finds_for_15_minutes() {
    let sandbox = sandbox(100);
    sandbox.set_variant("pdp_lookup", "hold_15_min").unwrap();
    assert_eq!(addresses(&look_up(&sandbox, "PDP-SMALL", 3).await).len(), 3);
    assert_eq!(addresses(&look_up(&sandbox, "PDP-SMALL", 3).await), ["10.21.0.14"]);
    assert!(addresses(&look_up(&sandbox, "PDP-SMALL", 3).await).is_empty());
    let held = [moved("held", "10.21.0.11,10.21.0.12,10.21.0.13"), moved("held", "10.21.0.14")];
    assert_eq!(moves(&sandbox), held);

    // Who holds an address can use it.
    let mut body = request(&[profile(&numbers(&sandbox)[0], "10.21.0.12")]);
    body["pdpName"] = json!("PDP-SMALL");
    post(&sandbox, PROVISIONING, &body).await;
    sandbox.advance(Duration::from_mins(15) - Duration::from_secs(1));
    assert_eq!(moves(&sandbox)[2], moved("given", "10.21.0.12"));
    assert!(addresses(&look_up(&sandbox, "PDP-SMALL", 3).await).is_empty());
    sandbox.advance(Duration::from_secs(1));
    let free = addresses(&look_up(&sandbox, "PDP-SMALL", 4).await);
    assert_eq!(free, ["10.21.0.11", "10.21.0.13", "10.21.0.14"]);
}

#[tokio::test]
async fn a_bad_line_may_fail_the_whole_batch() {
    // At the check, and at the reservation.
    for (bad, address) in [("2015550199", "10.20.0.20"), ("", "10.99.0.1")] {
        let sandbox = sandbox(100);
        sandbox.set_variant("pdp_bad_line", "batch_fails").unwrap();
        let numbers = numbers(&sandbox);
        let bad = if bad.is_empty() { numbers[1].as_str() } else { bad };
        let lines = [profile(&numbers[0], "10.20.0.11"), profile(bad, address)];
        let batch = submit(&sandbox, PROVISIONING, &lines).await;
        sandbox.advance(DONE);
        let elements = status(&sandbox, &batch).await;
        let why = "Failed: Another line of the batch failed";
        assert!(stages(&elements[0]).contains(&why), "{elements:?}");
        assert!(moves(&sandbox).is_empty());
        assert_eq!(addresses(&look_up(&sandbox, PDP, 1).await), ["10.20.0.11"]);
    }
}

#[tokio::test]
async fn a_refusal_can_be_put_in_every_shape() {
    let sandbox = sandbox(10);
    for (style, status) in [("400", 400), ("422", 422), ("500", 500), ("200_with_text", 200)] {
        sandbox.set_variant("business_error", style).unwrap();
        let answer = look_up(&sandbox, "PDP-NONE", 1).await;
        assert_eq!(answer.status.as_u16(), status, "{style}");
        assert_eq!(answer.json(), json!({"message": "PDP PDP-NONE does not exist"}), "{style}");
    }
}
