//! Device update.

use super::*;

/// A device update with these values, and what production sends besides.
fn device(line: &LineView, values: &[(&str, &str)]) -> Value {
    let always = [
        ("reasonCode", "CUST_OWN_EQU"),
        ("serviceZipCode", line.service_zip_code.as_str()),
        ("technologyType", "LTE"),
    ];
    bag(&[&always, values].concat())
}

#[tokio::test]
async fn a_device_goes_on_record_and_all_else_stays() {
    let sandbox = sandbox(50);
    let before = line(&sandbox);
    let new = imei("00101001", 1);
    let body = device(&before, &[("IMEI", &new), ("sim", before.sim.as_str())]);
    let answer = patch(&sandbox, &before.subscriber_number, &body).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(characteristic(&answer.json(), "BLIMEI"), Some(new.as_str()));
    let mut after = sandbox.line(&before.subscriber_number).unwrap();
    assert_eq!((after.imei.as_str(), after.network_imei.as_str()), (new.as_str(), new.as_str()));
    (after.imei, after.network_imei) = (before.imei.clone(), before.network_imei.clone());
    assert_eq!(after, before);
    assert_eq!(effects(&sandbox), [LedgerKind::Device]);
    assert_eq!(sandbox.ledger()[0].detail["imei"], new);
}

#[tokio::test]
async fn a_sim_swap_frees_the_old_sim() {
    let sandbox = sandbox(50);
    let before = line(&sandbox);
    let body = device(&before, &[("IMEI", before.imei.as_str()), ("sim", &iccid(1))]);
    let answer = patch(&sandbox, &before.subscriber_number, &body).await;
    assert_eq!(characteristic(&answer.json(), "sim"), Some(iccid(1).as_str()));
    assert_eq!(get(&sandbox, LINE, &[("sim", before.sim.as_str())]).await.json(), json!([]));
    let found = get(&sandbox, LINE, &[("sim", &iccid(1))]).await.json();
    assert_eq!(found[0]["subscriberNumber"], before.subscriber_number.as_str());
    assert_eq!(
        characteristic(&found[0], "billingAccountNumber"),
        Some(before.billing_account_number.as_str())
    );
    // The old one can be used again.
    let other = sandbox.find_line(|other| {
        other.status == "A" && other.eid.is_none() && other.subscriber_number != before.subscriber_number
    });
    let other = other.unwrap();
    let body = device(&other, &[("IMEI", other.imei.as_str()), ("sim", before.sim.as_str())]);
    assert_eq!(patch(&sandbox, &other.subscriber_number, &body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_upgrade_to_esim_brings_its_profile_and_a_card_takes_it_away() {
    let sandbox = sandbox(50);
    let before = line(&sandbox);
    let imei = before.imei.as_str();
    let body = device(&before, &[("IMEI", imei), ("eid", EID)]);
    let answer = patch(&sandbox, &before.subscriber_number, &body).await.json();
    assert_eq!(characteristic(&answer, "eid"), Some(EID));
    assert_ne!(characteristic(&answer, "sim"), Some(before.sim.as_str()));
    let again = patch(&sandbox, &before.subscriber_number, &body).await;
    assert_eq!(refused_to(&again, NoOp::SameDevice), (400, Class::NoOp, 17));

    let body = device(&before, &[("IMEI", imei), ("sim", &iccid(1))]);
    let answer = patch(&sandbox, &before.subscriber_number, &body).await.json();
    assert_eq!((characteristic(&answer, "eid"), characteristic(&answer, "sim")), (None, Some(&*iccid(1))));
    assert_eq!(effects(&sandbox), [LedgerKind::Device; 2]);
}

#[tokio::test]
async fn the_device_the_line_has_is_not_needed() {
    let sandbox = sandbox(50);
    let line = line(&sandbox);
    let same = [("IMEI", line.imei.as_str()), ("sim", line.sim.as_str())];
    for values in [&same[..1], &same[1..], &same] {
        let answer = patch(&sandbox, &line.subscriber_number, &device(&line, values)).await;
        assert_eq!(refused_to(&answer, NoOp::SameDevice), (400, Class::NoOp, 17), "{values:?}");
        assert_eq!(refused(&answer), (400, Class::WrongOrder, 17));
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn restrictions_are_enforced() {
    let sandbox = sandbox(50);
    let before = line(&sandbox);
    let used = sandbox.find_line(|other| other.sim != before.sim).unwrap().sim;
    let (blocked, unknown, card_only) = (imei("00101008", 1), imei("00199999", 1), imei("00101003", 1));
    let free = imei("00101001", 1);
    let table: [(_, &[(&str, &str)], _); 8] = [
        ("a blocked device", &[("IMEI", &blocked)], (Class::NotEligible, 40)),
        ("an unknown device", &[("IMEI", &unknown)], (Class::NotEligible, 40)),
        ("a wrong check digit", &[("IMEI", "001010000000017")], (Class::NotEligible, 40)),
        ("an eSIM where there is none", &[("IMEI", &card_only), ("eid", EID)], (Class::NotEligible, 40)),
        ("a used ICCID", &[("IMEI", &free), ("sim", used.as_str())], (Class::Conflict, 18)),
        ("no ICCID", &[("IMEI", &free), ("sim", "8901")], (Class::InvalidInput, 45)),
        ("no EID", &[("IMEI", &free), ("eid", "8901")], (Class::InvalidInput, 45)),
        ("two devices", &[("IMEI", &free), ("IMEI", &free)], (Class::InvalidInput, 45)),
    ];
    for (what, values, (class, row)) in table {
        let answer = patch(&sandbox, &before.subscriber_number, &device(&before, values)).await;
        assert_eq!(refused(&answer), (400, class, row), "{what}: {}", answer.error());
    }
    assert!(sandbox.ledger().is_empty());
    assert_eq!(sandbox.line(&before.subscriber_number), Some(before));
}

#[tokio::test]
async fn an_esim_only_device_with_a_card_answers_404_service() {
    let sandbox = sandbox(50);
    let line = line(&sandbox);
    let air = imei("00101006", 1);
    let answer = patch(&sandbox, &line.subscriber_number, &device(&line, &[("IMEI", &air)])).await;
    assert_eq!(refused(&answer), (404, Class::NotEligible, 8));
    let body = answer.json();
    assert_eq!(body["description"], "/service/");
    assert_eq!((body["id"].as_str().unwrap().len(), body.as_object().unwrap().len()), (36, 2));
    let body = device(&line, &[("IMEI", &air), ("eid", EID)]);
    assert_eq!(patch(&sandbox, &line.subscriber_number, &body).await.status, StatusCode::OK);
    assert_eq!(effects(&sandbox), [LedgerKind::Device]);
}

#[tokio::test]
async fn the_zip_must_be_that_of_the_place_of_use() {
    let sandbox = sandbox(50);
    let line = line(&sandbox);
    let new = imei("00101001", 1);
    for zip in ["00001", "99999", "x"] {
        let body = bag(&[("serviceZipCode", zip), ("IMEI", &new)]);
        let answer = patch(&sandbox, &line.subscriber_number, &body).await;
        assert_eq!(refused(&answer), (400, Class::WrongOrder, 22), "{zip}");
    }
    let answer = patch(&sandbox, &line.subscriber_number, &bag(&[("IMEI", &new)])).await;
    assert_eq!(refused(&answer), (400, Class::InvalidInput, 45));
}

#[tokio::test]
async fn only_an_active_line_gets_a_device() {
    let sandbox = sandbox(100);
    let line = sandbox.find_line(|line| line.status == "S").unwrap();
    let answer =
        patch(&sandbox, &line.subscriber_number, &device(&line, &[("IMEI", &imei("00101001", 1))])).await;
    assert_eq!(refused(&answer), (400, Class::WrongOrder, 13));
}

#[tokio::test]
async fn a_plan_goes_with_a_device_if_it_fits() {
    let sandbox = sandbox(100);
    let before = sandbox
        .find_line(|line| {
            line.status == "A" && line.eid.is_none() && line.single_user_code.as_str() == "APXPLAN01"
        })
        .unwrap();
    let (slow, fast) = (imei("00101003", 1), imei("00101001", 1));
    let with_plan = |imei: &str| device(&before, &[("IMEI", imei), ("singleUserCode", "APXPLAN02")]);
    let answer = patch(&sandbox, &before.subscriber_number, &with_plan(&slow)).await;
    assert_eq!(refused(&answer), (400, Class::NotEligible, 15));
    assert!(sandbox.ledger().is_empty());
    let answer = patch(&sandbox, &before.subscriber_number, &with_plan(&fast)).await;
    assert_eq!(characteristic(&answer.json(), "singleUserCode"), Some("APXPLAN02"));
    assert_eq!(effects(&sandbox), [LedgerKind::Device, LedgerKind::Plan]);
    // The same device again, and a plan: what is left to do is done.
    let body = device(&before, &[("IMEI", &fast), ("singleUserCode", "APXPLAN01")]);
    assert_eq!(patch(&sandbox, &before.subscriber_number, &body).await.status, StatusCode::OK);
    assert_eq!(effects(&sandbox), [LedgerKind::Device, LedgerKind::Plan, LedgerKind::Plan]);
}

#[tokio::test]
async fn a_device_may_come_before_the_plan_that_fits_it() {
    // contract 4.7: device first, plan second, as two calls.
    let sandbox = sandbox(200);
    let fits = |line: &LineView| {
        line.status == "A" && line.eid.is_none() && line.single_user_code.as_str() == "APXPLAN02"
    };
    let line = sandbox.find_line(fits).unwrap();
    let body = device(&line, &[("IMEI", &imei("00101003", 1))]);
    assert_eq!(patch(&sandbox, &line.subscriber_number, &body).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_variant_wants_device_and_plan_apart() {
    let sandbox = sandbox(50);
    sandbox.set_variant("device_with_plan", "refused").unwrap();
    let line = line(&sandbox);
    let new = imei("00101001", 1);
    let body = device(&line, &[("IMEI", &new), ("singleUserCode", "APXPLAN03")]);
    let answer = patch(&sandbox, &line.subscriber_number, &body).await;
    assert_eq!(refused(&answer), (400, Class::InvalidInput, 45));
    assert!(sandbox.ledger().is_empty());
    let answer = patch(&sandbox, &line.subscriber_number, &device(&line, &[("IMEI", &new)])).await;
    assert_eq!(answer.status, StatusCode::OK);
}
