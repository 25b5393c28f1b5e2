//! The sandbox as a process of its own.

#![cfg(unix)]

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use crate::harness::{Shell, sheet};

struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    url: String,
}

impl Process {
    fn start(shell: &Shell, more: &[&str]) -> Self {
        let mut arguments = vec!["sandbox", "serve", "--listen", "127.0.0.1:0", "--lines", "50"];
        arguments.extend(more);
        let mut child = shell.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { child, stdout, url }
    }

    /// Sends a signal and gives the exit code and what was printed after the first line.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        let mut rest = String::new();
        std::io::Read::read_to_string(&mut self.stdout, &mut rest).unwrap();
        (code, rest)
    }
}

#[test]
fn a_served_sandbox_prints_its_url_and_ends_when_asked() {
    let shell = Shell::new();
    for signal in ["-INT", "-TERM"] {
        let process = Process::start(&shell, &[]);
        assert!(process.url.starts_with("http://127.0.0.1:"), "{}", process.url);
        let list = Shell::at(&process.url).run(&["line", "list"]);
        assert_eq!(list.code, 0, "{}", list.stderr);
        assert_eq!(process.end(signal), (Some(0), String::new()), "{signal}");
    }
}

#[test]
fn a_sheet_is_activated_against_a_served_sandbox() {
    let process = Process::start(&Shell::new(), &["--clock", "real", "--speed", "6000"]);
    let shell = Shell::at(&process.url);
    let run = shell.activate(&sheet(2), &["--poll-every", "50ms"]);
    assert_eq!((run.code, shell.verdicts()), (0, vec!["activated".to_owned(); 2]), "{}", run.stderr);
    assert_eq!(process.end("-TERM").0, Some(0));
}

#[test]
fn credentials_of_the_environment_are_not_the_sandboxs_own() {
    let shell = Shell::new().with("APEX_APP_ID", "real").with("APEX_APP_SECRET", "real");
    let process = Process::start(&shell, &[]);
    assert_eq!(Shell::at(&process.url).run(&["line", "list"]).code, 0);
    process.end("-TERM");
}

#[test]
fn a_port_that_is_taken_is_told() {
    let process = Process::start(&Shell::new(), &[]);
    let address = process.url.trim_start_matches("http://");
    let run = Shell::new().run(&["sandbox", "serve", "--listen", address]);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    assert!(run.stderr.contains("cannot listen"), "{}", run.stderr);
    process.end("-TERM");
}
