//! Days: of the restore window, and of changes that are dated.

use super::*;

const DAY: Duration = Duration::from_hours(24);

#[tokio::test]
async fn day_60_after_a_cancel_is_inside_the_restore_window_and_day_61_is_not() {
    for (days, restored) in [(0, true), (59, true), (60, true), (61, false), (200, false)] {
        let (sandbox, number) = with_line("A");
        patch(&sandbox, &number, &json!({"mode": "C", "reasonCode": "LOS"})).await;
        sandbox.advance(DAY * days);
        let answer = patch(&sandbox, &number, &json!({"mode": "RC", "reasonCode": "BBL"})).await;
        assert_eq!(answer.status.is_success(), restored, "day {days}");
        if !restored {
            assert_eq!(told(&Method::PATCH, &answer), (Class::NotEligible, 36));
        }
        assert_eq!(status_of(&sandbox, &number), if restored { "A" } else { "C" });
    }
}

/// The clock starts at noon: the window goes by calendar days in UTC, not by hours.
#[tokio::test]
async fn the_window_ends_at_midnight() {
    let (sandbox, number) = with_line("A");
    patch(&sandbox, &number, &json!({"mode": "C", "reasonCode": "CAN"})).await;
    sandbox.advance(DAY * 60 + Duration::from_hours(12) - Duration::from_secs(1));
    let restore = json!({"mode": "RC"});
    assert_eq!(patch(&sandbox, &number, &restore).await.status, StatusCode::OK);
    patch(&sandbox, &number, &json!({"mode": "C", "reasonCode": "CAN"})).await;
    sandbox.advance(DAY * 60 + Duration::from_secs(1));
    assert_eq!(told(&Method::PATCH, &patch(&sandbox, &number, &restore).await).1, 36);
}

#[tokio::test]
async fn a_past_day_is_refused_and_today_is_not() {
    for (day, done) in [("2026-01-18Z", false), ("1999-01-01Z", false), ("2026-01-19Z", true)] {
        let (sandbox, number) = with_line("A");
        let body = json!({"mode": "S", "reasonCode": "CR", "effectiveDate": day});
        let answer = patch(&sandbox, &number, &body).await;
        assert_eq!(answer.status.is_success(), done, "{day}");
        assert_eq!(status_of(&sandbox, &number), if done { "S" } else { "A" });
        if done {
            assert_eq!(answer.json()["effectiveDate"], day);
        } else {
            assert_eq!(told(&Method::PATCH, &answer), (Class::InvalidInput, 45));
        }
    }
}

#[tokio::test]
async fn a_day_to_come_is_echoed_and_kept() {
    let (sandbox, number) = with_line("A");
    let body = json!({"mode": "S", "reasonCode": "CR", "effectiveDate": "2026-01-21Z"});
    let answer = patch(&sandbox, &number, &body).await.json();
    assert_eq!((&answer["effectiveDate"], &answer["status"]), (&json!("2026-01-21Z"), &json!("Active")));
    sandbox.advance(Duration::from_hours(35));
    assert!((status_of(&sandbox, &number), sandbox.ledger().len()) == ("A", 0));
    sandbox.advance(Duration::from_hours(1));
    assert_eq!(status_of(&sandbox, &number), "S");
    let line = get(&sandbox, &format!("{LINE}/{number}"), &[]).await.json();
    assert_eq!(characteristic(&line, "statusEffectiveDate"), Some("2026-01-21Z"));
    assert_eq!(moves(&sandbox), ["AS"]);
}

#[tokio::test]
async fn a_change_that_its_line_no_longer_allows_lapses() {
    let (sandbox, number) = with_line("A");
    let later = json!({"mode": "S", "reasonCode": "CR", "effectiveDate": "2026-02-01Z"});
    patch(&sandbox, &number, &later).await;
    patch(&sandbox, &number, &json!({"mode": "C", "reasonCode": "CAN"})).await;
    sandbox.advance(DAY * 30);
    assert_eq!(moves(&sandbox), ["AC"]);
}

#[tokio::test]
async fn a_restore_is_judged_by_its_own_day() {
    for (day, taken) in [("2026-03-20Z", true), ("2026-03-21Z", false)] {
        let (sandbox, number) = with_line("C");
        let body = json!({"mode": "RC", "reasonCode": "BBL", "effectiveDate": day});
        assert_eq!(patch(&sandbox, &number, &body).await.status.is_success(), taken, "{day}");
        sandbox.advance(DAY * 70);
        assert_eq!(status_of(&sandbox, &number), if taken { "A" } else { "C" });
    }
}

#[tokio::test]
async fn variants_refuse_the_future_or_take_it_for_now() {
    let body = json!({"mode": "S", "reasonCode": "CR", "effectiveDate": "2026-02-01Z"});
    for (variant, code, status) in
        [("refused", StatusCode::BAD_REQUEST, "A"), ("at_once", StatusCode::OK, "S")]
    {
        let (sandbox, number) = with_line("A");
        sandbox.set_variant("future_dates", variant).unwrap();
        assert_eq!(patch(&sandbox, &number, &body).await.status, code, "{variant}");
        assert_eq!(status_of(&sandbox, &number), status, "{variant}");
        sandbox.advance(DAY * 30);
        assert_eq!(status_of(&sandbox, &number), status, "{variant}");
    }
}

#[tokio::test]
async fn a_day_beyond_the_calendar_of_the_sandbox_is_refused() {
    let (sandbox, number) = with_line("A");
    let body = json!({"mode": "S", "reasonCode": "CR", "effectiveDate": "9999-12-31Z"});
    assert_eq!(patch(&sandbox, &number, &body).await.status, StatusCode::BAD_REQUEST);
}
