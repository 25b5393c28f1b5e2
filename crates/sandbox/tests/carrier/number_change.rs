//! Number Change (contract 4.6), as a caller sees it.

use crate::caller::*;
use apex_mobility_core::catalog::{self, Class, NoOp, Signal};
use apex_mobility_core::domain::SubscriberNumber;
use apex_mobility_core::error_body::ErrorBody;
use apex_mobility_sandbox::{LedgerKind, LineChange, LineView, Places, Sandbox};
use http::{Method, StatusCode};
use proptest::prelude::*;
use serde_json::{Value, json};

const CHANGE: &str = "/sp/mobility/numberchange/api/v1/service";

/// An active line in Dallas, without a feature that stands in the way.
pub(crate) fn dallas(sandbox: &Sandbox) -> LineView {
    let barring = |line: &LineView| {
        line.offering_codes
            .iter()
            .any(|code| sandbox.equipment().feature(code.as_str()).unwrap().bars_number_change)
    };
    let fits = |line: &LineView| line.status == "A" && line.service_zip_code.as_str() == "75201";
    let lines = sandbox.lines();
    lines.into_iter().find(|line| fits(line) && !barring(line)).unwrap()
}

async fn change(sandbox: &Sandbox, number: &SubscriberNumber, body: Value) -> Answer {
    post(sandbox, &format!("{CHANGE}/{number}"), &body).await
}

/// Class and row of a refusal, as a client tells it.
fn told(answer: &Answer) -> (Class, u8) {
    let body = ErrorBody::read(&answer.body);
    let signal =
        Signal::Answered { status: answer.status, method: &Method::POST, body: &body, no_op: NoOp::Never };
    let row = catalog::look_up(&signal);
    (row.class, row.number)
}

fn refused(answer: &Answer) -> (u16, Class, u8) {
    let (class, row) = told(answer);
    (answer.status.as_u16(), class, row)
}

#[tokio::test]
async fn the_line_stays_what_it_was_under_a_new_number() {
    let sandbox = sandbox(300);
    let before = dallas(&sandbox);
    let old = before.subscriber_number.clone();
    let answer = change(&sandbox, &old, json!({"serviceZipCode": "75201"})).await;
    assert_eq!(answer.status, StatusCode::OK);
    let body = answer.json();
    assert_eq!((&body["subscriberNumber"], &body["changeStatus"]), (&json!(old.as_str()), &json!("SUCCESS")));
    let new = SubscriberNumber::parse(body["newSubscriberNumber"].as_str().unwrap()).unwrap();
    assert!(["214", "469", "972"].iter().any(|npa| new.as_str().starts_with(npa)));
    let mut after = sandbox.line(&new).unwrap();
    after.subscriber_number = old;
    assert_eq!(after, before);
}

#[tokio::test]
async fn the_ledger_holds_both_numbers() {
    let sandbox = sandbox(300);
    let line = dallas(&sandbox);
    let answer = change(&sandbox, &line.subscriber_number, json!({"serviceZipCode": "75201"})).await;
    let ledger = sandbox.ledger();
    assert_eq!((ledger.len(), ledger[0].kind), (1, LedgerKind::Number));
    assert_eq!(ledger[0].detail["from"], line.subscriber_number.as_str());
    assert_eq!(json!(ledger[0].detail["subscriberNumber"]), answer.json()["newSubscriberNumber"]);
    assert_eq!(ledger[0].iccid, Some(line.sim));
}

#[tokio::test]
async fn the_old_number_answers_that_it_was_changed() {
    let sandbox = sandbox(300);
    let line = dallas(&sandbox);
    change(&sandbox, &line.subscriber_number, json!({"serviceZipCode": "75201"})).await;
    let path = format!("{LINE}/{}", line.subscriber_number);
    assert_eq!(refused(&get(&sandbox, &path, &[]).await), (404, Class::Moved, 11));
    let again = change(&sandbox, &line.subscriber_number, json!({"serviceZipCode": "75201"})).await;
    assert_eq!(refused(&again), (404, Class::Moved, 11));
    assert_eq!(sandbox.ledger().len(), 1);
}

#[tokio::test]
async fn a_number_that_is_taken_up_again_is_no_former_one() {
    let sandbox = sandbox(300);
    let line = dallas(&sandbox);
    let old = line.subscriber_number;
    let answer = change(&sandbox, &old, json!({"serviceZipCode": "75201"})).await.json();
    let new = SubscriberNumber::parse(answer["newSubscriberNumber"].as_str().unwrap()).unwrap();
    let (npa_nxx, last) = (&old.as_str()[..6], &old.as_str()[6..]);
    let back =
        change(&sandbox, &new, json!({"serviceZipCode": "75201", "npaNxx": npa_nxx, "line": last})).await;
    assert_eq!(back.status, StatusCode::OK);
    assert_eq!(get(&sandbox, &format!("{LINE}/{old}"), &[]).await.status, StatusCode::OK);
    assert_eq!(refused(&get(&sandbox, &format!("{LINE}/{new}"), &[]).await), (404, Class::Moved, 11));
}

#[tokio::test]
async fn the_caller_can_choose_exchange_and_line() {
    let sandbox = sandbox(300);
    let line = dallas(&sandbox);
    let body = json!({"serviceZipCode": "75201", "npaNxx": "469557"});
    let chosen = change(&sandbox, &line.subscriber_number, body).await.json();
    let number = SubscriberNumber::parse(chosen["newSubscriberNumber"].as_str().unwrap()).unwrap();
    assert!(number.as_str().starts_with("469557"));
    let body = json!({"serviceZipCode": "75201", "npaNxx": "972555", "line": "7777"});
    let vanity = change(&sandbox, &number, body).await.json();
    assert_eq!(vanity["newSubscriberNumber"], "9725557777");
    assert_eq!(sandbox.ledger().len(), 2);
}

#[tokio::test]
async fn what_is_refused_has_its_row_and_changes_nothing() {
    let sandbox = sandbox(300);
    let line = dallas(&sandbox);
    let taken = sandbox.find_line(|other| other.subscriber_number.as_str().starts_with("214555")).unwrap();
    let last = taken.subscriber_number.as_str()[6..].to_owned();
    let table = [
        (
            "a taken number",
            json!({"serviceZipCode": "75201", "npaNxx": "214555", "line": last}),
            (Class::Conflict, 12),
        ),
        ("another ZIP", json!({"serviceZipCode": "77002"}), (Class::WrongOrder, 22)),
        ("no ZIP at all", json!({"serviceZipCode": "99999"}), (Class::WrongOrder, 22)),
        ("a ZIP without numbers", json!({"serviceZipCode": "00001"}), (Class::NotEligible, 21)),
        (
            "an NPA elsewhere",
            json!({"serviceZipCode": "75201", "npaNxx": "713555"}),
            (Class::InvalidInput, 45),
        ),
        (
            "an NXX elsewhere",
            json!({"serviceZipCode": "75201", "npaNxx": "214999"}),
            (Class::InvalidInput, 45),
        ),
        ("a line alone", json!({"serviceZipCode": "75201", "line": "0102"}), (Class::InvalidInput, 45)),
        (
            "a short line",
            json!({"serviceZipCode": "75201", "npaNxx": "214555", "line": "1"}),
            (Class::InvalidInput, 45),
        ),
        ("a short NPA-NXX", json!({"serviceZipCode": "75201", "npaNxx": "214"}), (Class::InvalidInput, 45)),
        ("no body", json!({}), (Class::InvalidInput, 45)),
        ("an array", json!([]), (Class::InvalidInput, 45)),
    ];
    for (what, body, row) in table {
        let answer = change(&sandbox, &line.subscriber_number, body).await;
        assert_eq!((answer.status, told(&answer)), (StatusCode::BAD_REQUEST, row), "{what}");
    }
    assert!(sandbox.ledger().is_empty());
    assert_eq!(sandbox.line(&line.subscriber_number), Some(line));
}

#[tokio::test]
async fn only_an_active_line_gets_a_new_number() {
    let sandbox = sandbox(300);
    for (letter, row) in [("S", 14), ("C", 13)] {
        let line = sandbox.find_line(|line| line.status == letter).unwrap();
        let body = json!({"serviceZipCode": line.service_zip_code.as_str()});
        let answer = change(&sandbox, &line.subscriber_number, body).await;
        assert_eq!(refused(&answer), (400, Class::WrongOrder, row), "{letter}");
    }
    let unknown = SubscriberNumber::parse("9735550199").unwrap();
    let answer = change(&sandbox, &unknown, json!({"serviceZipCode": "75201"})).await;
    assert_eq!(refused(&answer), (404, Class::NotFound, 9));
    assert!(sandbox.ledger().is_empty());
}

#[tokio::test]
async fn features_that_bar_data_or_calls_keep_the_number() {
    let sandbox = sandbox(1000);
    for code in ["SOC6", "SOC7"] {
        let barred = |line: &LineView| line.offering_codes.iter().any(|held| held.as_str() == code);
        let line = sandbox.find_line(|line| line.status == "A" && barred(line)).unwrap();
        let body = json!({"serviceZipCode": line.service_zip_code.as_str()});
        let answer = change(&sandbox, &line.subscriber_number, body).await;
        assert_eq!(refused(&answer), (400, Class::InvalidInput, 45));
        assert!(answer.error().contains("barred"), "{}", answer.error());
    }
    assert!(sandbox.ledger().is_empty());
}

/// One place, one NPA, one exchange.
const VILLAGE: &str = r#"exchanges = ["555"]
[[places]]
zip = "75201"
city = "Dallas"
state = "TX"
npas = ["214"]
"#;

#[tokio::test]
async fn where_no_number_is_free_it_may_pass_later() {
    let sandbox = Sandbox::builder().lines(10_000).places(Places::from_toml(VILLAGE).unwrap()).build();
    let line = dallas(&sandbox);
    for body in [json!({"serviceZipCode": "75201"}), json!({"serviceZipCode": "75201", "npaNxx": "214555"})] {
        let answer = change(&sandbox, &line.subscriber_number, body).await;
        assert_eq!(refused(&answer), (400, Class::Wait, 23));
    }
}

#[tokio::test]
async fn a_number_set_aside_for_an_activation_is_not_free() {
    let sandbox = sandbox(300);
    post(&sandbox, ACTIVATION, &json!([element(1)])).await;
    sandbox.advance(std::time::Duration::from_secs(60));
    let state = get(&sandbox, &format!("{ACTIVATION}/req-0001"), &[]).await.json();
    let reserved = state[0]["service"]["subscriberNumber"].as_str().unwrap().to_owned();
    let (npa_nxx, last) = reserved.split_at(6);
    let line = dallas(&sandbox);
    let body = json!({"serviceZipCode": "75201", "npaNxx": npa_nxx, "line": last});
    assert_eq!(refused(&change(&sandbox, &line.subscriber_number, body).await), (400, Class::Conflict, 12));
}

#[tokio::test]
async fn the_place_of_use_is_what_counts() {
    let sandbox = sandbox(300);
    let line = dallas(&sandbox);
    let moved = LineChange { service_zip_code: Some("77002".to_owned()), ..LineChange::default() };
    sandbox.change_line(&line.subscriber_number, &moved).unwrap();
    let answer = change(&sandbox, &line.subscriber_number, json!({"serviceZipCode": "77002"})).await.json();
    assert!(
        ["713", "281", "832"]
            .iter()
            .any(|npa| answer["newSubscriberNumber"].as_str().unwrap().starts_with(npa))
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_body_makes_the_sandbox_panic(
        bytes in any::<Vec<u8>>(),
        zip in "75201|00001|\\PC*", npa_nxx in "[0-9]{0,8}|\\PC*", line in "[0-9]{0,6}|\\PC*",
    ) {
        let sandbox = sandbox(1);
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let path = format!("{CHANGE}/{}", sandbox.lines()[0].subscriber_number);
        let answer = runtime.block_on(call(&sandbox, Method::POST, &path, &[], &bytes));
        prop_assert!(answer.status.is_client_error());
        let body = json!({"serviceZipCode": zip, "npaNxx": npa_nxx, "line": line});
        let answer = runtime.block_on(post(&sandbox, &path, &body));
        prop_assert!(answer.status.is_client_error() || answer.status.is_success());
    }
}
