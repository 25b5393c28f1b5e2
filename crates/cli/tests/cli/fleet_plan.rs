//! Plans: what a shell sees of them, against real sandboxes. The ledger is the judge.

use std::fmt::Write;

use apex_mobility_sandbox::LineView;

use crate::fleet::{active, shell_at};
use crate::harness::{Served, Untouched};

/// A line of the sandbox that is like this.
fn line(served: &Served, like: impl Fn(&LineView) -> bool) -> LineView {
    served.sandbox.find_line(like).unwrap()
}

#[test]
fn a_plan_shows_now_and_then_and_names_what_it_leaves_alone() {
    let served = Served::in_a_hurry(200);
    let shell = shell_at(&served).with("COLUMNS", "100");
    let plain = active(&served, 3);
    let suspended =
        line(&served, |line| line.status == "S" && line.status_reason_code.as_deref() != Some("DLC"));
    let featured = line(&served, |line| line.status == "A" && line.offering_codes.len() > 1);
    let owned = line(&served, |line| line.subscriber_number.as_str() == plain[1]).billing_account_number;
    let other = line(&served, |line| line.billing_account_number != owned);
    let mut text = "number,status,ban,plan,features,site\n".to_owned();
    writeln!(text, "{},suspended,,,,Dock 4", plain[0]).unwrap();
    writeln!(text, "{},,{},,,", plain[1], other.billing_account_number).unwrap();
    writeln!(text, "{},cancelled,,,,", plain[2]).unwrap();
    writeln!(text, "{},suspended,,APXPLAN03,,", suspended.subscriber_number).unwrap();
    writeln!(text, "{},active,,,none,", featured.subscriber_number).unwrap();
    writeln!(text, "2.15E+09,active,,,,\n2145550199,active,,,,\n{},active,,,,", plain[0]).unwrap();
    shell.write("desired.csv", text);
    let run = shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan", "--detailed-exitcode"]);
    assert_eq!((run.code, served.sandbox.ledger()), (6, Vec::new()), "{}", run.whole());
    let mut page = String::new();
    for format in ["table", "json", "jsonl", "csv"] {
        page += &shell.page(&[format!("fleet plan desired.csv -o {format}")]);
    }
    insta::assert_snapshot!(timed(&page));
    assert_eq!(shell.files(), ["desired.csv", "friday.plan"]);
}

/// Without how long an apply would take, which differs from run to run.
fn timed(text: &str) -> String {
    let about = |line: &str| match line.split_once(", about ") {
        Some((before, _)) => format!("{before}, about [time] at the pace of these reads\n"),
        None => format!("{line}\n"),
    };
    text.lines().map(about).collect()
}

#[test]
fn the_exit_code_tells_whether_there_is_a_difference() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let line = active(&served, 1).remove(0);
    let table = [
        ("active", "", 0),
        ("active", "--detailed-exitcode", 0),
        ("suspended", "", 0),
        ("suspended", "--detailed-exitcode", 10),
    ];
    for (status, flag, code) in table {
        shell.write("desired.csv", format!("number,status\n{line},{status}\n"));
        let words = ["fleet", "plan", "desired.csv", flag];
        let run = shell.run(if flag.is_empty() { &words[..3] } else { &words });
        assert_eq!(run.code, code, "{status} {flag}: {}", run.whole());
    }
    shell.write("desired.csv", "number,status\n2145550199,active\n");
    assert_eq!(shell.run(&["fleet", "plan", "desired.csv"]).code, 1);
    assert_eq!(served.sandbox.ledger(), []);
}

#[test]
fn what_the_line_commands_print_can_be_planned_from_and_differs_in_nothing() {
    let served = Served::in_a_hurry(60);
    let shell = shell_at(&served);
    for format in ["csv", "jsonl"] {
        let file = format!("lines.{format}");
        let list = shell.run(&["line", "list", "--all", "-o", format]);
        assert_eq!(list.code, 0);
        shell.write(&file, &list.stdout);
        let run = shell.run(&["fleet", "plan", &file, "--detailed-exitcode"]);
        assert_eq!((run.code, run.stdout.lines().count()), (0, 0), "{}", run.whole());
        assert!(run.stderr.contains("columns that mean nothing here: foundation_account"), "{}", run.stderr);
    }
    let one = line(&served, |line| line.status == "A" && line.offering_codes.len() > 1)
        .subscriber_number
        .to_string();
    let got = shell.run(&["line", "get", &one, "-o", "jsonl"]);
    shell.write("line.jsonl", &got.stdout);
    let run = shell.run(&["fleet", "plan", "line.jsonl", "--detailed-exitcode"]);
    assert_eq!(run.code, 0, "{}", run.whole());
}

#[test]
fn a_plan_that_cannot_be_made_leaves_the_one_before() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let line = active(&served, 1).remove(0);
    shell.write("desired.csv", format!("number,status\n{line},suspended\n"));
    shell.write("friday.plan", "the one before");
    let shell = shell.with("APEX_APP_SECRET", "wrong");
    let run = shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan"]);
    assert_eq!((run.code, shell.read("friday.plan").as_str()), (4, "the one before"), "{}", run.whole());
    assert_eq!(shell.files(), ["desired.csv", "friday.plan"]);
}

#[test]
fn what_cannot_be_used_is_told_before_anything_is_read() {
    let server = Untouched::new();
    let shell = server.shell().with("COLUMNS", "100");
    shell.write("desired.csv", "number,status\n2145550101,active\n");
    shell.write("header.csv", "number,status\n");
    shell.write("other.csv", "status\nactive\n");
    let mut page = String::new();
    for command in [
        "fleet plan none.csv",
        "fleet plan .",
        "fleet plan other.csv",
        "fleet plan header.csv --out p.plan",
        "fleet plan desired.csv --out desired.csv",
        "fleet plan desired.csv --out no/where.plan",
    ] {
        let run = shell.run(&command.split(' ').collect::<Vec<_>>());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{command}: {}", run.stderr);
        writeln!(page, "$ apex {command}\n{}", run.stderr).unwrap();
    }
    insta::assert_snapshot!(page);
    assert_eq!(shell.files(), ["desired.csv", "header.csv", "other.csv"]);
    server.check();
}
