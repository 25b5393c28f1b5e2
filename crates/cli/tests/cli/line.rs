//! Listing lines, and looking at one.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::harness::Served;

#[test]
fn a_list_in_every_format() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    let mut page = String::new();
    for format in ["table", "json", "jsonl", "csv"] {
        let run = shell.run(&["line", "list", "--page-size", "3", "--output", format]);
        page.push_str(&format!("# {format}\n{}\n", run.whole()));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn every_page_is_listed_once() {
    let served = Served::with_lines(700);
    let run = served.shell().run(&["line", "list", "--all", "--page-size", "100"]);
    let numbers: std::collections::BTreeSet<_> = run.stdout.lines().collect();
    let listed = served.sandbox.lines().iter().filter(|line| line.status != "C").count();
    assert_eq!((run.code, run.stdout.lines().count(), numbers.len()), (0, listed, listed));
}

#[test]
fn filters_narrow_the_list() {
    let served = Served::with_lines(200);
    let shell = served.shell();
    let run = shell.run(&["line", "list", "--all", "--status", "suspended", "--ban", "000000000001"]);
    assert!(run.stdout.lines().count() > 0);
    for line in run.stdout.lines() {
        assert!(line.contains("Suspended") && line.contains("000000000001"), "{line}");
    }
}

#[test]
fn a_list_of_cancelled_lines_says_why_it_is_empty() {
    let served = Served::with_lines(50);
    let run = served.shell().run(&["line", "list", "--status", "C"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""));
    assert!(run.stderr.contains("cancelled lines are never in the list"));
}

#[test]
fn a_line_in_every_format() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    let line = served.sandbox.find_line(|line| line.status == "A").unwrap();
    let mut page = String::new();
    for format in ["table", "json", "jsonl", "csv"] {
        let run = shell.run(&["line", "get", line.subscriber_number.as_str(), "--output", format]);
        page.push_str(&format!("# {format}\n{}\n", run.whole()));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_line_is_found_by_its_sim_and_its_device() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    let line = served.sandbox.find_line(|line| line.status == "A").unwrap();
    let iccid = line.sim;
    let by_number = shell.run(&["line", "get", line.subscriber_number.as_str()]).stdout;
    assert_eq!(shell.run(&["line", "get", "--sim", iccid.as_str()]).stdout, by_number);
    assert_eq!(shell.run(&["line", "get", "--imei", line.imei.as_str()]).stdout, by_number);
}

#[test]
fn what_is_not_there_exits_with_3() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    insta::assert_snapshot!(shell.run(&["line", "get", "2015559999"]).whole());
    for arguments in [["--sim", "89010000000000000011"], ["--imei", "001010000000016"]] {
        let run = shell.run(&["line", "get", arguments[0], arguments[1]]);
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let served = Served::with_lines(5000);
    let shell = served.shell();
    for format in ["table", "json", "jsonl", "csv"] {
        let mut child = shell
            .command(&["line", "list", "--all", "--quiet", "--output", format])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!((ended.status.code(), ended.stderr.as_slice()), (Some(0), &b""[..]), "{format}");
        assert!(!first.is_empty());
    }
}

#[test]
fn a_list_that_breaks_off_says_so() {
    use apex_mobility_sandbox::{Fault, FaultRule, When};
    let served = Served::with_lines(100);
    // From the second page on, nothing comes through.
    served.sandbox.set_faults([FaultRule::new(Fault::F10, "list.accounts", When::Nth(2)).unwrap()]);
    let run = served.shell().run(&["line", "list", "--all", "--page-size", "10", "--output", "json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stderr.contains("the list broke off after 10 lines"), "{}", run.stderr);
    assert!(!run.stdout.trim_end().ends_with(']'), "a part must not look like the whole");
}
