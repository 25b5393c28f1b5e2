//! What the device has to say: a suspension by the network, and a restore that cannot be.

use super::*;

const DAY: Duration = Duration::from_hours(24);

fn change(sandbox: &Sandbox, number: &str, change: &LineChange) {
    sandbox.change_line(&SubscriberNumber::unchecked(number), change).unwrap();
}

/// A line of which the network sees another device than the one on record.
fn with_other_device() -> (Sandbox, String, String) {
    let (sandbox, number) = with_line("A");
    let seen = imei("00101000", 990_001);
    change(&sandbox, &number, &LineChange { network_imei: Some(seen.clone()), ..LineChange::default() });
    (sandbox, number, seen)
}

#[tokio::test]
async fn a_line_with_another_device_is_suspended_at_the_next_midnight() {
    let (sandbox, number, _) = with_other_device();
    sandbox.advance(Duration::from_hours(12) - Duration::from_secs(1));
    assert_eq!(status_of(&sandbox, &number), "A");
    sandbox.advance(Duration::from_secs(1));
    let line = sandbox.line(&SubscriberNumber::unchecked(&number)).unwrap();
    assert_eq!((line.status, line.status_reason_code.as_deref()), ("S", Some("DLC")));
    let entry = sandbox.ledger().pop().unwrap();
    assert_eq!((entry.kind, entry.detail["by"].as_str()), (LedgerKind::Status, "network"));
}

#[tokio::test]
async fn no_other_line_is_suspended() {
    let (sandbox, _, _) = with_other_device();
    let before = sandbox.lines().iter().filter(|line| line.status == "A").count();
    sandbox.advance(DAY * 400);
    assert_eq!(sandbox.lines().iter().filter(|line| line.status == "A").count(), before - 1);
    assert_eq!(sandbox.ledger().len(), 2);
}

#[tokio::test]
async fn its_resume_is_refused_until_record_and_network_agree() {
    let (sandbox, number, seen) = with_other_device();
    sandbox.advance(DAY);
    let resume = json!({"mode": "R", "reasonCode": "CR"});
    let answer = patch(&sandbox, &number, &resume).await;
    assert_eq!(told(&Method::PATCH, &answer), (Class::NotEligible, 40));
    change(&sandbox, &number, &LineChange { imei: Some(seen), ..LineChange::default() });
    assert_eq!(patch(&sandbox, &number, &resume).await.status, StatusCode::OK);
    sandbox.advance(DAY);
    assert_eq!(status_of(&sandbox, &number), "A");
}

#[tokio::test]
async fn a_line_suspended_for_another_reason_resumes_with_any_device_until_midnight() {
    let (sandbox, number, _) = with_other_device();
    patch(&sandbox, &number, &json!({"mode": "S", "reasonCode": "CR"})).await;
    sandbox.advance(DAY);
    assert_eq!(patch(&sandbox, &number, &json!({"mode": "R"})).await.status, StatusCode::OK);
    sandbox.advance(DAY);
    assert_eq!(status_of(&sandbox, &number), "S");
}

/// Contract 7, restore dead end.
#[tokio::test]
async fn a_line_whose_plan_does_not_fit_its_device_cannot_be_restored() {
    for (tac, plan, told_by) in [
        ("00101003", "APXPLAN02", Some((Class::NotEligible, 15))),
        ("00101003", "APXPLAN01", None),
        ("00101000", "APXPLAN02", None),
    ] {
        let (sandbox, _) = with_line("A");
        let plastic = sandbox.find_line(|line| line.status == "A" && line.eid.is_none()).unwrap();
        let number = plastic.subscriber_number.to_string();
        let device = imei(tac, 990_001);
        let portal = LineChange {
            imei: Some(device.clone()),
            network_imei: Some(device),
            single_user_code: Some(plan.to_owned()),
            ..LineChange::default()
        };
        change(&sandbox, &number, &portal);
        // Nothing warns before the cancel.
        patch(&sandbox, &number, &json!({"mode": "C", "reasonCode": "CAN"})).await;
        let answer = patch(&sandbox, &number, &json!({"mode": "RC", "reasonCode": "BBL"})).await;
        let refused = (!answer.status.is_success()).then(|| told(&Method::PATCH, &answer));
        assert_eq!(refused, told_by, "{plan} on {tac}");
        assert_eq!(status_of(&sandbox, &number), if told_by.is_some() { "C" } else { "A" });
    }
}
