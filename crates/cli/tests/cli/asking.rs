//! What asks before it acts, on a terminal and without one.

#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::harness::{Served, Shell, Untouched};

/// Runs `apex` on a terminal of its own, types a line, and gives the exit code and what the terminal showed.
pub(crate) fn on_a_terminal(shell: &Shell, command: &str, typed: &str) -> (Option<i32>, String) {
    let person = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&person).unwrap();
    unlockpt(&person).unwrap();
    let name = ptsname(&person, Vec::new()).unwrap();
    let terminal = OpenOptions::new().read(true).write(true).open(name.to_str().unwrap()).unwrap();
    let side = || Stdio::from(terminal.try_clone().unwrap());
    let mut child = shell
        .command(&command.split(' ').collect::<Vec<_>>())
        .stdin(side())
        .stdout(side())
        .stderr(side())
        .spawn()
        .unwrap();
    drop(terminal);
    let mut person = File::from(person);
    person.write_all(typed.as_bytes()).unwrap();
    let mut shown = Vec::new();
    // A terminal that nobody has open any more ends with an error.
    drop(person.read_to_end(&mut shown));
    (child.wait().unwrap().code(), String::from_utf8(shown).unwrap().replace('\r', ""))
}

fn plain_line(served: &Served) -> apex_mobility_sandbox::LineView {
    served.sandbox.find_line(|line| line.status == "A" && line.offering_codes.is_empty()).unwrap()
}

const CANCEL: &str = "line cancel NUMBER --reason CAN --on 2026-01-19";
const CHANGE_NUMBER: &str = "line change-number NUMBER";

#[test]
fn a_person_is_shown_what_will_happen_and_asked() {
    let mut page = String::new();
    for command in [CANCEL, CHANGE_NUMBER] {
        let served = Served::with_lines(50);
        let shell = served.shell().with("NO_COLOR", "1").with("COLUMNS", "100");
        let command = command.replace("NUMBER", plain_line(&served).subscriber_number.as_str());
        let (code, shown) = on_a_terminal(&shell, &command, "n\n");
        assert_eq!((code, served.sandbox.ledger()), (Some(1), Vec::new()), "{shown}");
        page.push_str(&format!("$ apex {command}\n{shown}\n"));
        let (code, shown) = on_a_terminal(&shell, &command, "y\n");
        assert_eq!((code, served.sandbox.ledger().len()), (Some(0), 1), "{shown}");
        page.push_str(&format!("$ apex {command}\n{shown}\n"));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn without_a_terminal_it_takes_a_yes_on_the_command_line() {
    for command in [CANCEL, CHANGE_NUMBER] {
        let served = Served::with_lines(50);
        let command = command.replace("NUMBER", plain_line(&served).subscriber_number.as_str());
        let words: Vec<_> = command.split(' ').collect();
        let server = Untouched::new();
        let run = server.shell().run_with_input(&words, "y\n");
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        assert!(run.stderr.contains("--yes"), "{}", run.stderr);
        server.check();
        let run = served.shell().run(&[&words[..], &["--yes"]].concat());
        assert_eq!((run.code, served.sandbox.ledger().len()), (0, 1), "{}", run.stderr);
    }
}
