//! Static IP addresses of lines.

use std::time::Duration;

use apex_mobility_sandbox::{Fault, FaultRule, LineChange, When};

use crate::harness::{Served, Shell, answering};

const UPDATED: Duration = Duration::from_secs(240);
const BATCH: &str = "11111111-2222-11ee-8333-444444444444";

/// The sandbox's first active lines of the account.
fn numbers(served: &Served) -> Vec<String> {
    let lines = served.sandbox.lines().into_iter();
    let ours = lines.filter(|l| l.status == "A" && l.billing_account_number.as_str() == "000000000001");
    ours.map(|line| line.subscriber_number.to_string()).collect()
}

fn provision(lines: &str) -> String {
    format!("pdp provision --pdp PDP-EXAMPLE --ban 000000000001 --apn apn.example {lines}")
}

fn remove(lines: &str) -> String {
    format!("pdp remove --pdp PDP-EXAMPLE --ban 000000000001 {lines}")
}

/// The id in what `apex` printed of a submission.
fn batch_in(page: &str) -> String {
    let follow = page.split("apex pdp status ").nth(1).unwrap();
    follow.split_whitespace().next().unwrap().to_owned()
}

#[test]
fn free_addresses_are_looked_up() {
    let served = Served::with_lines(50);
    insta::assert_snapshot!(served.shell().page(&[
        "pdp available PDP-EXAMPLE -o table",
        "pdp available PDP-EXAMPLE --count 2 -o json",
        "pdp available PDP-EXAMPLE --count 2 -o csv",
        "pdp available PDP-SMALL --count 6 -o table",
        "pdp available PDP-NONE -o table",
    ]));
}

#[test]
fn a_pool_without_addresses_is_a_failure() {
    let served = Served::with_lines(50);
    served.sandbox.set_variant("pdp_lookup", "hold_15_min").unwrap();
    let shell = served.shell();
    shell.page(&["pdp available PDP-SMALL --count 4"]);
    insta::assert_snapshot!(shell.page(&["pdp available PDP-SMALL --count 4 -o table"]));
}

#[test]
fn lines_are_submitted_followed_and_read_in_every_format() {
    let served = Served::with_lines(100);
    let (shell, numbers) = (served.shell(), numbers(&served));
    let lines = format!("{}=10.20.0.11 {}=10.20.0.12", numbers[0], numbers[1]);
    let mut page = shell.page(&[provision(&format!("{lines} --on 2026-01-19 -o table"))]);
    let batch = batch_in(&page);
    page.push_str(&shell.page(&[format!("pdp status {batch} -o table")]));
    served.sandbox.advance(UPDATED);
    for format in ["table", "json", "jsonl", "csv"] {
        page.push_str(&shell.page(&[format!("pdp status {batch} -o {format}")]));
    }
    page.push_str(&shell.page(&[
        format!("pdp status {batch} --removal -o table"),
        format!("pdp status --number {} -o table", numbers[0]),
    ]));
    insta::assert_snapshot!(page);
    assert_eq!(served.sandbox.ledger().len(), 2);
}

#[test]
fn a_batch_may_end_mixed_or_fail() {
    let served = Served::with_lines(100);
    let (shell, numbers) = (served.shell(), numbers(&served));
    let suspended = LineChange { status: Some("S".to_owned()), ..LineChange::default() };
    let suspend = numbers[1].parse().unwrap();
    served.sandbox.change_line(&suspend, &suspended).unwrap();
    let mut page = String::new();
    for lines in [
        format!("{}=10.20.0.11 {}=10.20.0.12", numbers[0], numbers[1]),
        format!("{}=10.20.0.13 {}=10.99.0.1", numbers[1], numbers[2]),
    ] {
        let submitted = shell.page(&[provision(&format!("{lines} --on 2026-01-19"))]);
        served.sandbox.advance(UPDATED);
        page.push_str(&shell.page(&[format!("pdp status {} -o table", batch_in(&submitted))]));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn lines_are_followed_to_their_end() {
    let served = Served::in_a_hurry(100);
    let (shell, numbers) = (served.shell().with("APEX_POLL_EVERY", "50ms"), numbers(&served));
    let lines = format!("{}=10.20.0.11", numbers[0]);
    let given = shell.page(&[provision(&format!("{lines} --wait -o jsonl"))]);
    assert!(given.contains("exit 0") && given.contains("\"state\":\"provisioned\""), "{given}");
    assert!(given.contains("addresses submitted") && given.contains("1 of 1 lines settled"), "{given}");
    let taken = shell.page(&[remove(&format!("{lines} --wait -o jsonl"))]);
    assert!(taken.contains("exit 0") && taken.contains("\"state\":\"removed\""), "{taken}");
    let again = shell.page(&[remove(&format!("{lines} --wait -o table"))]);
    assert!(again.contains("exit 1") && again.contains("is not the subscriber's"), "{again}");
    assert_eq!(served.sandbox.ledger().len(), 2);
}

#[test]
fn when_the_time_to_wait_is_over_the_command_that_looks_again_is_told() {
    let served = Served::with_lines(100);
    let (shell, numbers) = (served.shell().with("APEX_POLL_EVERY", "50ms"), numbers(&served));
    let wait = "--on 2026-01-19 --wait --timeout 200ms -o table";
    let submitted = shell.page(&[provision(&format!("{}=10.20.0.11 {wait}", numbers[0]))]);
    let page = format!(
        "{submitted}{}",
        shell.page(&[format!("pdp status {} --wait --timeout 200ms -o table --quiet", batch_in(&submitted))])
    );
    assert_eq!(page.matches("exit 5").count(), 2, "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_lost_answer_exits_with_8_and_names_the_read_that_settles() {
    let served = Served::with_lines(100);
    let (shell, numbers) = (served.shell(), numbers(&served));
    served.sandbox.set_faults([FaultRule::new(Fault::F3, "pdp.provision", When::Nth(1)).unwrap()]);
    insta::assert_snapshot!(shell.page(&[
        provision(&format!("{}=10.20.0.11 --on 2026-01-19 --no-resolve", numbers[0])),
        format!("pdp status --number {} -o table", numbers[0]),
    ]));
}

#[test]
fn an_answer_without_a_batch_exits_with_8() {
    let url = answering(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 23\r\nconnection: close\r\n\r\n\
         {\"message\":\"Accepted.\"}",
    );
    insta::assert_snapshot!(Shell::at(&url).page(&[remove("2145550101=10.20.0.11")]));
}

#[test]
fn what_is_not_known_exits_with_3() {
    let served = Served::with_lines(50);
    insta::assert_snapshot!(
        served.shell().page(&[format!("pdp status {BATCH}"), "pdp status --number 2145550101".to_owned(),])
    );
}

#[test]
fn a_dry_run_shows_the_request_and_sends_nothing() {
    let lines = "2145550101=10.20.0.11 2145550102=8.8.8.8";
    let page = Shell::new().page(&[
        "pdp available PDP-EXAMPLE --count 2 --dry-run -o table".to_owned(),
        provision(&format!("{lines} --no-lte --no-default-apn --on 2026-01-31 --wait --dry-run -o table")),
        remove("2145550101=10.20.0.11 --dry-run -o json"),
    ]);
    assert_eq!(page.matches("exit 0").count(), 3, "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn what_cannot_be_used_is_told_with_its_place_and_nothing_is_sent() {
    let shell = Shell::at("http://127.0.0.1:9");
    let eleven: Vec<_> = (1..=11).map(|n| format!("21455501{n:02}=10.20.0.{n}")).collect();
    let mut page = String::new();
    for command in [
        "pdp available".to_owned(),
        "pdp available PDP-EXAMPLE --count 11".to_owned(),
        "pdp available PDP-EXAMPLE --count many".to_owned(),
        provision(""),
        provision("2145550101"),
        provision("214555=10.20.0.11"),
        provision("2145550101=10.20.0"),
        provision("2145550101=10.20.0.11 2145550101=10.20.0.12"),
        provision("2145550101=10.20.0.11 2145550102=10.20.0.11"),
        provision(&eleven.join(" ")),
        remove(&eleven.join(" ")),
        remove("2145550101=10.20.0.11 --on 01/31/2026"),
        "pdp status".to_owned(),
        "pdp status req-0001".to_owned(),
        "pdp status --number 2145550101 --wait".to_owned(),
        format!("pdp status {BATCH} --number 2145550101"),
    ] {
        let run = shell.run(&command.split_whitespace().collect::<Vec<_>>());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{command}");
        page.push_str(&format!("$ apex {command}\n{}\n", run.stderr));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn read_only_sends_nothing() {
    let served = Served::with_lines(100);
    let number = &numbers(&served)[0];
    for command in [
        "pdp available PDP-EXAMPLE".to_owned(),
        provision(&format!("{number}=10.20.0.11")),
        remove(&format!("{number}=10.20.0.11")),
    ] {
        let page = served.shell().page(&[format!("{command} --read-only")]);
        assert!(page.contains("exit 2"), "{page}");
    }
    served.sandbox.advance(UPDATED);
    assert_eq!(served.sandbox.ledger(), []);
}
