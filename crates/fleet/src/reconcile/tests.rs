use std::collections::BTreeMap;
use std::time::Duration;

use apex_mobility_core::domain::Imei;
use apex_mobility_core::{AppCredentials, Client};
use apex_mobility_sandbox::{Fault, FaultRule, LineChange, LineView, Sandbox, When};
use apex_mobility_status_change::SuspendReason;
use apex_mobility_status_change::operations::SuspendLine;
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

/// What AT&T may do otherwise with its list and its lines (contract 7); the first changes nothing.
const VARIANTS: [(&str, &str); 10] = [
    ("list_gaps", "cancelled_hidden"),
    ("list_gaps", "cancelled_shown"),
    ("list_gaps", "suspended_missing"),
    ("list_duplicates", "across_pages"),
    ("list_filters", "ignored"),
    ("status_spelling", "canceled"),
    ("status_spelling", "word_twice"),
    ("status_spelling", "letter_only"),
    ("date_style", "rfc3339"),
    ("cancelled_details", "404"),
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(30) })]

    #[test]
    fn exactly_the_drift_is_found_and_nothing_is_written(
        seed in 0_u64..1000,
        choices in proptest::collection::vec(0_u8..16, 80),
        variant in proptest::sample::select(&VARIANTS[..]),
    ) {
        block_on(async {
            let (sandbox, client) = place(seed);
            sandbox.set_variant(variant.0, variant.1).unwrap();
            let lines = sandbox.lines();
            let mut expected = BTreeMap::new();
            let mut ours = Vec::new();
            for (line, choice) in lines.iter().zip(choices) {
                // Which suspended lines such a list leaves out is its own affair.
                let may_be_missed = line.status == "S" && variant.1 == "suspended_missing";
                let bucket = if choice == 7 && !may_be_missed {
                    (line.status != "C").then_some(Bucket::UnknownToUs)
                } else {
                    ours.push(line);
                    drift(&sandbox, &lines, line, choice).and_then(|bucket| {
                        let is_gone = sandbox.line(&line.subscriber_number).is_some_and(|line| line.status == "C");
                        match (variant.0, is_gone, line.status) {
                            ("cancelled_details", true, "C") => None,
                            ("cancelled_details", true, _) => Some(Bucket::UnknownToAtt),
                            _ => Some(bucket),
                        }
                    })
                };
                expected.extend(bucket.map(|bucket| (line.subscriber_number.to_string(), vec![bucket])));
            }
            sandbox.advance(NEXT_LIST);
            let text = inventory(ours.into_iter()) + "2145550199,active,,,,\n";
            expected.insert("2145550199".to_owned(), vec![Bucket::UnknownToAtt]);
            let before = sandbox.ledger().len();
            let found = compare(&client, &text, Options::default()).await;
            assert_eq!(found, expected, "seed {seed}, {variant:?}");
            assert_eq!(sandbox.ledger().len(), before, "nothing is written");
        });
    }

    #[test]
    fn a_stale_list_raises_no_alarm(
        seed in 0_u64..1000,
        choices in proptest::collection::vec(0_u8..7, 80),
        variant in proptest::sample::select(&VARIANTS[..]),
        read_all in any::<bool>(),
    ) {
        block_on(async {
            let (sandbox, client) = place(seed);
            sandbox.set_variant(variant.0, variant.1).unwrap();
            let lines = sandbox.lines();
            for (line, choice) in lines.iter().zip(choices) {
                // The network's own view is live in both.
                if choice != 4 {
                    drift(&sandbox, &lines, line, choice);
                }
            }
            let now = sandbox.lines();
            let options = Options { read_all, ..Options::default() };
            let found = compare(&client, &inventory(now.iter()), options).await;
            assert_eq!(found, BTreeMap::new(), "seed {seed}, {variant:?}");
        });
    }
}

#[tokio::test]
async fn a_list_that_stays_old_for_hours_raises_no_alarm() {
    let (sandbox, client) = place(1);
    // contract 7, F6: what is carried out now does not come on the list for long.
    let late = FaultRule::new(Fault::F6, "writes", When::Always).unwrap();
    sandbox.set_faults([late.lasting(Duration::from_hours(6))]);
    let line = sandbox.find_line(|line| line.status == "A").unwrap();
    let (number, reason) = (line.subscriber_number.clone(), SuspendReason::CustomerRequest);
    let suspend = SuspendLine { number, reason, effective_date: None };
    apex_mobility_core::Call::new(&client, suspend).send().await.unwrap();
    let before = inventory(std::iter::once(&line)).lines().nth(1).unwrap().to_owned();
    let now = inventory(sandbox.lines().iter());
    let ours = now.replace(&before.replace(",A,", ",S,"), &before);
    assert_ne!(ours, now);
    let number = line.subscriber_number.to_string();
    for _ in 0..3 {
        sandbox.advance(NEXT_LIST);
        for read_all in [false, true] {
            let options = Options { read_all, ..Options::default() };
            assert_eq!(compare(&client, &now, options).await, BTreeMap::new());
            let found = compare(&client, &ours, options).await;
            assert_eq!(found, BTreeMap::from([(number.clone(), vec![Bucket::TooFresh])]));
        }
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
