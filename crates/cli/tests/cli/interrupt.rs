//! Ctrl-C in the middle of the work.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use crate::harness::{Served, exists, sheet};

#[test]
fn ctrl_c_leaves_results_that_are_true() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    shell.write("lines.csv", sheet(2));
    let mut child = shell
        .command(&["activate", "--file", "lines.csv", "--results", "r.csv"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The file says pending only after AT&T's answer, and is there before that.
    let results = shell.path("r.csv");
    while !(exists(&results) && shell.read("r.csv").contains("req-0001")) {
        std::thread::yield_now();
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
    }
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(5));
    assert_eq!(shell.verdicts(), ["pending", "pending"]);

    served.sandbox.advance(Duration::from_mins(5));
    assert_eq!(shell.activate(&sheet(2), &["--poll-every", "50ms"]).code, 0);
    assert_eq!(served.activations(), 2);
}

#[test]
fn ctrl_c_ends_the_wait_for_a_port_and_tells_how_to_go_on() {
    let served = Served::with_lines(50);
    let shell = served.shell().with("APEX_POLL_EVERY", "50ms").with("APEX_LOSING_ACCOUNT", "OLD-1");
    let request = "port request 9725550107 --ban 000000000001 --first-name Test --last-name User --street-number 100 \
                   --street-name Example --city Dallas --state TX --zip 75201 --wait";
    let mut child = shell
        .command(&request.split_whitespace().collect::<Vec<_>>())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(told.any(|line| line.contains("OP, open")), "it ended by itself");
    // A signal that falls between two looks is lost.
    while child.try_wait().unwrap().is_none() {
        let id = child.id().to_string();
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }
    assert_eq!(child.wait().unwrap().code(), Some(5));
    assert!(told.any(|line| line.contains("look again: apex port status 9725550107 --wait")));
}
