//! `apex fleet settle`: a person says what came of rows of which no read tells. The ledger is the judge.

#![cfg(unix)]

use std::time::Duration;

use apex_mobility_sandbox::LedgerKind;

use crate::activate_again::{FLEET_RUN, ROWS, clock_at, each_once, in_a_hurry, killed};
use crate::fleet::{column, told};
use crate::harness::{Run, Served, Shell, sheet};

/// A job of activations of which some stay unknown: it was killed when they were about to leave, and they never did.
fn with_unknown_rows() -> (Served, Shell, Vec<String>) {
    let (served, shell) = in_a_hurry();
    shell.write("other.csv", sheet(ROWS));
    let before = served.sandbox.now();
    killed(&shell, &FLEET_RUN, "before_send:2");
    let run = shell.run(&["fleet", "resume", "--last"]);
    assert_eq!(run.code, 8, "{}", run.whole());
    let results = shell.read("o.csv");
    let rows = column(&results, "row").into_iter().zip(column(&results, "verdict"));
    let unknown: Vec<_> = rows.filter(|(_, verdict)| verdict == "unknown").map(|(row, _)| row).collect();
    assert!(!unknown.is_empty() && unknown.len() < ROWS as usize, "{results}");
    // As if it were still the moment at which they were to leave.
    let shell = shell.with("APEX_FAILPOINT_CLOCK", &clock_at(before));
    let run = settle(&shell, &unknown, &["--as", "not-applied", "--reason", NO_ORDER, "--yes"]);
    assert_eq!(run.code, 2, "{}", run.whole());
    assert!(run.stderr.contains("less than 30 minutes ago"), "{}", run.stderr);
    all_are_still_unknown(&shell, &unknown, &run);
    served.sandbox.advance(Duration::from_mins(30));
    let later = clock_at(served.sandbox.now());
    (served, shell.with("APEX_FAILPOINT_CLOCK", &later), unknown)
}

fn settle(shell: &Shell, rows: &[String], more: &[&str]) -> Run {
    let mut words = vec!["fleet", "settle", "--last"];
    rows.iter().for_each(|row| words.extend(["--row", row]));
    words.extend(more);
    shell.run(&words)
}

/// Nothing was noted: as many rows are unknown as were.
fn all_are_still_unknown(shell: &Shell, rows: &[String], run: &Run) {
    let status = shell.run(&["fleet", "status", "--last"]);
    assert_eq!(told(&status, "unknown").as_u64(), Some(rows.len() as u64), "{}", run.whole());
}

const NO_ORDER: &str = "AT&T case 4711: no such order";

#[test]
fn activations_that_a_person_found_without_effect_are_sent_for_who_runs_them_again() {
    let (served, shell, unknown) = with_unknown_rows();
    let sent = ROWS as usize - unknown.len();
    let run = settle(&shell, &unknown, &["--as", "not-applied", "--reason", NO_ORDER, "--yes"]);
    assert_eq!((run.code, told(&run, "unknown").as_u64()), (0, Some(0)), "{}", run.whole());
    assert!(run.stderr.contains("--failed again.csv"), "{}", run.stderr);
    // By itself none is sent.
    let run = shell.run(&["fleet", "resume", "--last"]);
    each_once(&served, sent, &run);
    shell.run(&["fleet", "results", "--last", "--failed", "again.csv"]);
    assert_eq!(column(&shell.read("again.csv"), "sim").len(), unknown.len());
    let run = shell.run(&["fleet", "run", "again.csv"]);
    assert_eq!(run.code, 0, "{}", run.whole());
    each_once(&served, ROWS as usize, &run);
    let sim = column(&shell.read("again.csv"), "sim").remove(0);
    let history = shell.run(&["fleet", "history", &sim]);
    assert!(history.stdout.contains(NO_ORDER), "{}", history.whole());
}

#[test]
fn activations_that_a_person_found_done_are_never_sent() {
    let (served, shell, unknown) = with_unknown_rows();
    let run = settle(&shell, &unknown, &["--as", "done", "--reason", "AT&T shows the lines"]);
    assert_eq!((run.code, told(&run, "unknown").as_u64()), (0, Some(0)), "{}", run.whole());
    let run = shell.run(&FLEET_RUN);
    each_once(&served, ROWS as usize - unknown.len(), &run);
    assert_eq!(column(&shell.read("o.csv"), "verdict"), ["done"; ROWS as usize], "{}", run.whole());
}

#[test]
fn what_a_person_cannot_know_or_does_not_explain_is_refused_and_nothing_is_noted() {
    let (served, shell, unknown) = with_unknown_rows();
    let yes = ["--as", "not-applied", "--reason", NO_ORDER, "--yes"];
    let results = shell.read("o.csv");
    let rows = column(&results, "row").into_iter().zip(column(&results, "verdict"));
    let done = rows.filter(|(_, verdict)| verdict == "done").map(|(row, _)| row).next().unwrap();
    let table: [(Vec<String>, &[&str], i32, &str); 5] = [
        (unknown.clone(), &yes[..4], 2, "--yes"),
        (unknown.clone(), &["--as", "not-applied", "--yes"], 2, "--reason is missing"),
        (unknown.clone(), &["--as", "not-applied", "--yes", "--reason", " "], 2, "--reason is missing"),
        ([unknown.clone(), vec![done]].concat(), &yes, 2, "is not unknown: nothing was noted"),
        ([unknown.clone(), vec!["99".to_owned()]].concat(), &yes, 3, "has no row 99"),
    ];
    for (rows, more, code, words) in table {
        let run = settle(&shell, &rows, more);
        assert_eq!(run.code, code, "{words}: {}", run.whole());
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        all_are_still_unknown(&shell, &unknown, &run);
    }
    // Of another job's row, that job has the word.
    shell.run(&FLEET_RUN);
    let run = settle(&shell, &unknown[..1], &yes);
    assert!(run.stderr.contains("says the same as another row"), "{}", run.whole());
    let activations =
        served.sandbox.ledger().into_iter().filter(|entry| entry.kind == LedgerKind::Activation).count();
    assert_eq!(activations, ROWS as usize - unknown.len());
}
