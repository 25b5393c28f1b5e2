//! Comparisons with one's own records: what a shell sees of them, against real sandboxes. The ledger is the judge.

use std::fmt::Write;
use std::time::Duration;

use apex_mobility::domain::Imei;
use apex_mobility_sandbox::{LineChange, LineView};

use crate::fleet::{shell_at, steady, told};
use crate::harness::{Served, Shell, Untouched};

/// Longer than the list takes to be made anew.
const NEXT_LIST: Duration = Duration::from_mins(16);

/// Lines in service whose device is the one on record.
fn in_service(served: &Served) -> Vec<LineView> {
    let plain = |line: &LineView| line.status == "A" && line.imei == line.network_imei;
    served.sandbox.lines().into_iter().filter(plain).collect()
}

/// What somebody knows of lines who looked at them once.
fn inventory(lines: &[LineView]) -> String {
    let mut text = "number,status,plan,imei,ban,site\n".to_owned();
    for line in lines {
        let (number, plan, imei) = (&line.subscriber_number, &line.single_user_code, &line.imei);
        writeln!(text, "{number},active,{plan},{imei},{},Dock 4", line.billing_account_number).unwrap();
    }
    text
}

/// Everything that is in service, and then a change of each kind as at the portal.
fn with_drift(served: &Served) -> String {
    let lines = in_service(served);
    let change = |n: usize, change: LineChange| {
        served.sandbox.change_line(&lines[n].subscriber_number, &change).unwrap();
    };
    let none = LineChange::default;
    let status = |word: &str| Some(word.to_owned());
    let another = |is: &dyn Fn(&&LineView) -> bool| lines.iter().find(is).unwrap().clone();
    let plan = another(&|line| line.single_user_code != lines[1].single_user_code).single_user_code;
    let account = another(&|line| line.billing_account_number != lines[2].billing_account_number);
    let imei = Imei::from_payload("00101000999999").unwrap().to_string();
    change(0, LineChange { status: status("S"), ..none() });
    change(1, LineChange { single_user_code: Some(plan.to_string()), ..none() });
    change(
        2,
        LineChange { billing_account_number: Some(account.billing_account_number.to_string()), ..none() },
    );
    change(3, LineChange { network_imei: Some(imei), ..none() });
    change(4, LineChange { status: status("C"), status_days_ago: Some(58), ..none() });
    change(5, LineChange { status: status("C"), status_days_ago: Some(61), ..none() });
    served.sandbox.advance(NEXT_LIST);
    // All but the last are in the inventory, and one that AT&T does not have.
    inventory(&lines[..lines.len() - 1]) + "2145550199,active,,,,\n2.15E+09,active,,,,\n"
}

fn compare(shell: &Shell, more: &[&str]) -> crate::harness::Run {
    shell.run(&[&["fleet", "reconcile", "inventory.csv", "--look-again", "1ms"], more].concat())
}

#[test]
fn drift_is_found_in_every_format_and_nothing_is_written() {
    let served = Served::of_today(40);
    let shell = shell_at(&served).with("COLUMNS", "100");
    shell.write("inventory.csv", with_drift(&served));
    let before = served.sandbox.ledger().len();
    let mut page = String::new();
    for format in ["table", "json", "jsonl", "csv"] {
        page += &shell.page(&[format!("fleet reconcile inventory.csv --look-again 1ms -o {format}")]);
    }
    for format in ["table", "jsonl"] {
        page += &shell.page(&[format!(
            "fleet reconcile inventory.csv --look-again 1ms --out drift.csv --desired desired.csv -o {format}"
        )]);
    }
    let jsonl = compare(&shell, &["--out", "drift.jsonl", "--desired", "desired.jsonl"]);
    assert_eq!(jsonl.code, 6, "{}", jsonl.whole());
    for name in ["drift.csv", "desired.csv", "drift.jsonl", "desired.jsonl"] {
        writeln!(page, "--- {name} ---\n{}", shell.read(name)).unwrap();
    }
    insta::assert_snapshot!(steady(&page));
    assert_eq!(served.sandbox.ledger().len(), before, "nothing is written");
}

#[test]
fn what_differs_can_be_planned_and_applied_and_then_agrees() {
    let served = Served::of_today(60);
    let shell = shell_at(&served);
    // What no write brings back is left out: the network's view, what is gone, and what is not ours.
    let inventory = with_drift(&served);
    shell.write("inventory.csv", &inventory);
    let found = compare(&shell, &["--out", "drift.csv", "--desired", "desired.csv"]);
    assert_eq!(
        (told(&found, "status"), told(&found, "restorable")),
        (2.into(), 1.into()),
        "{}",
        found.whole()
    );
    let plan = shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan", "--detailed-exitcode"]);
    // The line that was cancelled 61 days ago cannot be restored.
    assert_eq!(plan.code, 6, "{}", plan.whole());
    let apply = shell.run(&["fleet", "apply", "friday.plan"]);
    assert_eq!((apply.code, told(&apply, "done")), (6, 4.into()), "{}", apply.whole());
    served.sandbox.advance(NEXT_LIST);
    let found = compare(&shell, &["--out", "drift.csv"]);
    let left = ["status", "plan", "billing_account", "restorable"].map(|bucket| told(&found, bucket));
    assert_eq!(left, [1, 0, 0, 0], "{}", found.whole());
}

#[test]
fn the_exit_code_tells_whether_there_is_a_difference() {
    let served = Served::with_lines(40);
    let shell = shell_at(&served);
    let list = shell.run(&["line", "list", "--all", "-o", "csv"]);
    shell.write("inventory.csv", &list.stdout);
    for more in [&["--detailed-exitcode"][..], &["--detailed-exitcode", "--read-all"]] {
        let run = compare(&shell, more);
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.whole());
        assert!(run.stderr.contains("columns that mean nothing here: foundation_account"), "{}", run.stderr);
    }
    let line = in_service(&served).remove(0);
    let suspended = LineChange { status: Some("S".to_owned()), ..LineChange::default() };
    served.sandbox.change_line(&line.subscriber_number, &suspended).unwrap();
    // The list is of before: that is no alarm yet, whether the line is read or not.
    for more in [&["--detailed-exitcode"][..], &["--detailed-exitcode", "--read-all"]] {
        assert_eq!(compare(&shell, more).code, 0, "{more:?}");
    }
    let fresh = compare(&shell, &["--read-all"]);
    assert!(fresh.stdout.contains("\"bucket\":\"too_fresh\""), "{}", fresh.whole());
    served.sandbox.advance(NEXT_LIST);
    for (more, code) in [(&["--detailed-exitcode"][..], 10), (&[], 0)] {
        let run = compare(&shell, more);
        assert_eq!(run.code, code, "{}", run.whole());
        assert!(run.stdout.contains("\"bucket\":\"status\""), "{}", run.whole());
    }
}

#[test]
fn refused_credentials_leave_no_half_a_comparison() {
    let served = Served::with_lines(40);
    let shell = shell_at(&served).with("APEX_APP_SECRET", "wrong");
    shell.write("inventory.csv", inventory(&in_service(&served)));
    let run = compare(&shell, &["--out", "drift.csv", "--desired", "desired.csv"]);
    assert_eq!((run.code, run.stdout.as_str()), (4, ""), "{}", run.whole());
    assert_eq!(shell.files(), ["inventory.csv"]);
}

#[test]
fn what_cannot_be_used_is_told_before_anything_is_read() {
    let server = Untouched::new();
    let shell = server.shell().with("COLUMNS", "100");
    shell.write("inventory.csv", "number,status\n2145550101,active\n");
    shell.write("header.csv", "number,status\n");
    let mut page = String::new();
    for command in [
        "fleet reconcile none.csv",
        "fleet reconcile header.csv",
        "fleet reconcile inventory.csv --out inventory.csv",
        "fleet reconcile inventory.csv --out same.csv --desired same.csv",
        "fleet reconcile inventory.csv --desired no/where.csv",
        "fleet reconcile inventory.csv --look-again 30",
    ] {
        let run = shell.run(&command.split(' ').collect::<Vec<_>>());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{command}: {}", run.stderr);
        writeln!(page, "$ apex {command}\n{}", run.stderr).unwrap();
    }
    insta::assert_snapshot!(page);
    assert_eq!(shell.files(), ["header.csv", "inventory.csv"]);
    server.check();
}
