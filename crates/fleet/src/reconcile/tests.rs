use std::collections::BTreeMap;
use std::time::Duration;

use apex_mobility_core::domain::Imei;
use apex_mobility_core::{AppCredentials, Client};
use apex_mobility_sandbox::{LineChange, LineView, Sandbox};
use proptest::prelude::*;

use super::*;
use crate::input::{Format, Input};
use crate::line::ReadOnly;

/// Longer than the list takes to be made anew.
const NEXT_LIST: Duration = Duration::from_mins(16);

fn place(seed: u64) -> (Sandbox, Client) {
    let sandbox = Sandbox::builder().seed(seed).lines(80).build();
    let client = Client::builder()
        .base_url("http://localhost")
        .credentials(AppCredentials::new("sandbox", "sandbox"))
        .transport(sandbox.transport())
        .clock(sandbox.clock())
        .build()
        .unwrap();
    (sandbox, client)
}

fn inventory<'a>(lines: impl Iterator<Item = &'a LineView>) -> String {
    let mut text = "number,status,plan,imei,ban,sim\n".to_owned();
    for line in lines {
        // Of some lines the network sees another device from the beginning: nothing is claimed of it.
        let imei = if line.imei == line.network_imei { line.imei.as_str() } else { "" };
        let (number, plan) = (&line.subscriber_number, &line.single_user_code);
        text +=
            &format!("{number},{},{plan},{imei},{},{}\n", line.status, line.billing_account_number, line.sim);
    }
    text
}

async fn compare(client: &Client, text: &str, options: Options) -> BTreeMap<String, Vec<Bucket>> {
    let mut found = BTreeMap::new();
    let input = Input::open_lines(text.as_bytes(), Format::Csv(b',')).unwrap();
    let tell = |finding: Finding| {
        let buckets: Vec<_> = finding.differences.iter().map(|difference| difference.bucket).collect();
        assert_eq!(found.insert(finding.number, buckets), None, "each line is told once");
        Ok(())
    };
    reconcile(&ReadOnly::new(client), input, options, tell).await.unwrap();
    found.retain(|_, buckets| !buckets.is_empty());
    found
}

/// Changes a line as at the portal, and says where it belongs then.
fn drift(sandbox: &Sandbox, lines: &[LineView], line: &LineView, choice: u8) -> Option<Bucket> {
    let none = LineChange::default();
    let other = |same: &dyn Fn(&LineView) -> bool| lines.iter().find(|other| !same(other)).unwrap();
    let is_cancelled = line.status == "C";
    let (change, bucket) = match choice {
        1 if !is_cancelled => {
            let status = if line.status == "A" { "S" } else { "A" };
            (LineChange { status: Some(status.to_owned()), ..none }, Bucket::Status)
        }
        2 => {
            let plan =
                other(&|other| other.single_user_code == line.single_user_code).single_user_code.to_string();
            (LineChange { single_user_code: Some(plan), ..none }, Bucket::Plan)
        }
        3 => {
            let same = |other: &LineView| other.billing_account_number == line.billing_account_number;
            let account = other(&same).billing_account_number.to_string();
            (LineChange { billing_account_number: Some(account), ..none }, Bucket::BillingAccount)
        }
        4 if line.imei == line.network_imei => {
            let imei = Imei::from_payload("00101000999999").unwrap().to_string();
            (LineChange { network_imei: Some(imei), ..none }, Bucket::Device)
        }
        5 if !is_cancelled => (
            LineChange { status: Some("C".to_owned()), status_days_ago: Some(59), ..none },
            Bucket::Restorable,
        ),
        6 if !is_cancelled => {
            (LineChange { status: Some("C".to_owned()), status_days_ago: Some(61), ..none }, Bucket::Status)
        }
        _ => return None,
    };
    sandbox.change_line(&line.subscriber_number, &change).unwrap();
    Some(bucket)
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn exactly_the_drift_is_found_and_nothing_is_written(seed in 0_u64..1000, choices in proptest::collection::vec(0_u8..16, 80)) {
        block_on(async {
            let (sandbox, client) = place(seed);
            let lines = sandbox.lines();
            let mut expected = BTreeMap::new();
            let mut ours = Vec::new();
            for (line, choice) in lines.iter().zip(choices) {
                let bucket = if choice == 7 {
                    (line.status != "C").then_some(Bucket::UnknownToUs)
                } else {
                    ours.push(line);
                    drift(&sandbox, &lines, line, choice)
                };
                expected.extend(bucket.map(|bucket| (line.subscriber_number.to_string(), vec![bucket])));
            }
            sandbox.advance(NEXT_LIST);
            let text = inventory(ours.into_iter()) + "2145550199,active,,,,\n";
            expected.insert("2145550199".to_owned(), vec![Bucket::UnknownToAtt]);
            let before = sandbox.ledger().len();
            let found = compare(&client, &text, Options::default()).await;
            assert_eq!(found, expected, "seed {seed}");
            assert_eq!(sandbox.ledger().len(), before, "nothing is written");
        });
    }

    #[test]
    fn a_stale_list_raises_no_alarm(seed in 0_u64..1000, choices in proptest::collection::vec(0_u8..7, 80)) {
        block_on(async {
            let (sandbox, client) = place(seed);
            let lines = sandbox.lines();
            for (line, choice) in lines.iter().zip(choices) {
                // The network's own view is live in both.
                if choice != 4 {
                    drift(&sandbox, &lines, line, choice);
                }
            }
            let now = sandbox.lines();
            let found = compare(&client, &inventory(now.iter()), Options::default()).await;
            assert_eq!(found, BTreeMap::new(), "seed {seed}");
        });
    }
}

#[tokio::test]
async fn a_change_inside_the_lists_interval_is_too_fresh_until_the_next_list() {
    let (sandbox, client) = place(1);
    let line = sandbox.find_line(|line| line.status == "A").unwrap();
    let lines = sandbox.lines();
    let text = inventory(lines.iter());
    drift(&sandbox, &lines, &line, 1).unwrap();
    let number = line.subscriber_number.to_string();
    let found = compare(&client, &text, Options::default()).await;
    assert_eq!(found, BTreeMap::from([(number.clone(), vec![Bucket::TooFresh])]));
    sandbox.advance(NEXT_LIST);
    let found = compare(&client, &text, Options::default()).await;
    assert_eq!(found, BTreeMap::from([(number, vec![Bucket::Status])]));
}

#[tokio::test]
async fn a_finding_is_a_row_to_plan_from_that_names_what_differs_alone() {
    let (sandbox, client) = place(1);
    let line = sandbox.find_line(|line| line.status == "A").unwrap();
    let text = inventory(std::iter::once(&line));
    drift(&sandbox, &sandbox.lines(), &line, 1).unwrap();
    sandbox.advance(NEXT_LIST);
    let input = Input::open_lines(text.as_bytes(), Format::Csv(b',')).unwrap();
    let mut plans = Vec::new();
    let tell = |finding: Finding| {
        plans.extend(finding.row.map(|_| finding.plan));
        Ok(())
    };
    let result = reconcile(&ReadOnly::new(&client), input, Options::default(), tell).await.unwrap();
    let cell = |field: &str, value: String| (field.to_owned(), value);
    assert_eq!(
        plans,
        [vec![cell("number", line.subscriber_number.to_string()), cell("status", "Active".to_owned())]]
    );
    assert!(result.refreshed.is_some());
    assert_eq!(result.buckets[&Bucket::Status], 1);
}
