//! Transfer of billing responsibility (TOBR).

use super::*;

/// The open account that the line does not have.
fn other_account(line: &LineView) -> &'static str {
    if line.billing_account_number.as_str() == "000000000001" { "000000000002" } else { "000000000001" }
}

fn transfer(account: &str) -> Value {
    json!({"billingAccount": {"id": account}})
}

fn with_plan(mut body: Value, plan: &str) -> Value {
    body["serviceCharacteristic"] = json!([{"name": "singleUserCode", "value": plan}]);
    body
}

/// Whether the line's contract term has not ended today, 2026-01-19.
fn in_term(line: &LineView) -> bool {
    line.contract_end.is_some_and(|end| end.to_string().as_str() >= "2026-01-19")
}

fn out_of_term(sandbox: &Sandbox) -> LineView {
    sandbox.find_line(|line| line.status == "A" && !in_term(line)).unwrap()
}

fn bound(sandbox: &Sandbox) -> LineView {
    sandbox.find_line(|line| line.status == "A" && in_term(line)).unwrap()
}

/// A line of a plan that binds for the contract term, in it.
fn locked(sandbox: &Sandbox) -> LineView {
    let binds =
        |line: &LineView| sandbox.equipment().plan(line.single_user_code.as_str()).unwrap().binds_in_term;
    let lines = sandbox.lines();
    lines.into_iter().find(|line| line.status == "A" && in_term(line) && binds(line)).unwrap()
}

#[tokio::test]
async fn another_account_pays_and_all_else_stays() {
    let sandbox = sandbox(100);
    let before = out_of_term(&sandbox);
    let to = other_account(&before);
    let answer = patch(&sandbox, &before.subscriber_number, &transfer(to)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(characteristic(&answer.json(), "billingAccountNumber"), Some(to));
    let after = sandbox.line(&before.subscriber_number).unwrap();
    assert_eq!(after.billing_account_number.as_str(), to);
    assert_eq!(
        (&after.sim, &after.imei, &after.single_user_code),
        (&before.sim, &before.imei, &before.single_user_code)
    );
    assert_eq!(effects(&sandbox), [LedgerKind::Tobr]);
    assert_eq!(sandbox.ledger()[0].detail["from"], before.billing_account_number.as_str());
}

#[tokio::test]
async fn inside_the_contract_term_a_fee_is_charged_once() {
    let sandbox = sandbox(100);
    let line = bound(&sandbox);
    let to = other_account(&line);
    let answer = patch(&sandbox, &line.subscriber_number, &transfer(to)).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(effects(&sandbox), [LedgerKind::Tobr, LedgerKind::Etf]);
    let fee = sandbox.ledger().pop().unwrap();
    assert_eq!(fee.detail["billingAccountNumber"], line.billing_account_number.as_str());
    assert_eq!(fee.detail["contractEnd"], line.contract_end.unwrap().to_string());
    // The contract ended with the fee.
    let back = transfer(line.billing_account_number.as_str());
    patch(&sandbox, &line.subscriber_number, &back).await;
    assert_eq!(effects(&sandbox), [LedgerKind::Tobr, LedgerKind::Etf, LedgerKind::Tobr]);
}

#[tokio::test]
async fn a_variant_refuses_inside_the_term() {
    let sandbox = sandbox(100);
    sandbox.set_variant("tobr_in_term", "refused").unwrap();
    let line = bound(&sandbox);
    let answer = patch(&sandbox, &line.subscriber_number, &transfer(other_account(&line))).await;
    assert_eq!(refused(&answer), (400, Class::NotEligible, 41));
    assert!(sandbox.ledger().is_empty());
    let line = out_of_term(&sandbox);
    let answer = patch(&sandbox, &line.subscriber_number, &transfer(other_account(&line))).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn the_account_must_exist_be_open_and_differ() {
    let sandbox = sandbox(100);
    let line = out_of_term(&sandbox);
    // contract 4.4: the last account of the population is closed.
    let closed = "000000000007";
    let own = line.billing_account_number.to_string();
    let table = [
        ("000000999999", (Class::InvalidInput, 20)),
        (closed, (Class::InvalidInput, 20)),
        ("1", (Class::InvalidInput, 20)),
        ("", (Class::InvalidInput, 45)),
        (&own, (Class::WrongOrder, 17)),
    ];
    for (account, (class, row)) in table {
        let answer = patch(&sandbox, &line.subscriber_number, &transfer(account)).await;
        assert_eq!(refused(&answer), (400, class, row), "{account}: {}", answer.error());
    }
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn a_plan_changes_with_the_account_if_it_fits() {
    let sandbox = sandbox(300);
    let slow = sandbox
        .find_line(|line| line.status == "A" && !in_term(line) && line.imei.as_str().starts_with("00101003"))
        .unwrap();
    let body = with_plan(transfer(other_account(&slow)), "APXPLAN02");
    let answer = patch(&sandbox, &slow.subscriber_number, &body).await;
    assert_eq!(refused(&answer), (400, Class::NotEligible, 15));
    let body = with_plan(transfer(other_account(&slow)), "APXPLAN99");
    assert_eq!(
        refused(&patch(&sandbox, &slow.subscriber_number, &body).await),
        (400, Class::InvalidInput, 45)
    );
    assert!(sandbox.ledger().is_empty());
    let plan = if slow.single_user_code.as_str() == "APXPLAN01" { "APXPLAN03" } else { "APXPLAN01" };
    let body = with_plan(transfer(other_account(&slow)), plan);
    let answer = patch(&sandbox, &slow.subscriber_number, &body).await.json();
    assert_eq!(characteristic(&answer, "singleUserCode"), Some(plan));
    assert_eq!(effects(&sandbox), [LedgerKind::Tobr, LedgerKind::Plan]);
}

#[tokio::test]
async fn a_locked_plan_stays_and_the_line_may_go() {
    let sandbox = sandbox(500);
    let line = locked(&sandbox);
    let body = with_plan(transfer(other_account(&line)), "APXPLAN01");
    let answer = patch(&sandbox, &line.subscriber_number, &body).await;
    assert_eq!(refused(&answer), (400, Class::NotEligible, 41));
    assert!(sandbox.ledger().is_empty());
    let answer = patch(&sandbox, &line.subscriber_number, &transfer(other_account(&line))).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(effects(&sandbox), [LedgerKind::Tobr, LedgerKind::Etf]);
}

#[tokio::test]
async fn a_suspended_line_is_transferred_without_a_plan() {
    let sandbox = sandbox(100);
    let line = sandbox.find_line(|line| line.status == "S" && !in_term(line)).unwrap();
    let body = with_plan(transfer(other_account(&line)), "APXPLAN01");
    let answer = patch(&sandbox, &line.subscriber_number, &body).await;
    assert_eq!(refused(&answer), (400, Class::WrongOrder, 13));
    let answer = patch(&sandbox, &line.subscriber_number, &transfer(other_account(&line))).await;
    assert_eq!(answer.status, StatusCode::OK);
}

fn on(mut body: Value, date: &str) -> Value {
    body["effectiveDate"] = json!(date);
    body
}

#[tokio::test]
async fn a_transfer_waits_for_its_day() {
    let sandbox = sandbox(100);
    let line = out_of_term(&sandbox);
    let to = other_account(&line);
    let answer = patch(&sandbox, &line.subscriber_number, &on(transfer(to), "2026-01-21Z")).await;
    assert_eq!(answer.json()["effectiveDate"], "2026-01-21Z");
    let account = || sandbox.line(&line.subscriber_number).unwrap().billing_account_number;
    assert_eq!(account(), line.billing_account_number);
    sandbox.advance(DAY);
    assert!(sandbox.ledger().iter().all(|entry| entry.kind != LedgerKind::Tobr));
    sandbox.advance(DAY);
    assert_eq!(account().as_str(), to);
    let entry = sandbox.ledger().into_iter().find(|entry| entry.kind == LedgerKind::Tobr).unwrap();
    assert_eq!(entry.subscriber_number, Some(line.subscriber_number));
}

#[tokio::test]
async fn dates_are_today_or_ahead() {
    let sandbox = sandbox(100);
    let line = out_of_term(&sandbox);
    let body = |date| on(transfer(other_account(&line)), date);
    for date in ["2026-01-18Z", "2026-02-30Z", "tomorrow"] {
        let answer = patch(&sandbox, &line.subscriber_number, &body(date)).await;
        assert_eq!(refused(&answer), (400, Class::InvalidInput, 45), "{date}");
    }
    assert!(sandbox.ledger().is_empty());
    assert_eq!(patch(&sandbox, &line.subscriber_number, &body("2026-01-19Z")).await.status, StatusCode::OK);
    assert_eq!(effects(&sandbox), [LedgerKind::Tobr]);
}

#[tokio::test]
async fn a_line_cancelled_before_the_day_stays_where_it_is() {
    let sandbox = sandbox(100);
    let line = out_of_term(&sandbox);
    patch(&sandbox, &line.subscriber_number, &on(transfer(other_account(&line)), "2026-01-20Z")).await;
    patch(&sandbox, &line.subscriber_number, &json!({"mode": "C", "reasonCode": "CAN"})).await;
    sandbox.advance(DAY);
    assert_eq!(
        sandbox.line(&line.subscriber_number).unwrap().billing_account_number,
        line.billing_account_number
    );
    assert!(sandbox.ledger().iter().all(|entry| entry.kind != LedgerKind::Tobr));
}
