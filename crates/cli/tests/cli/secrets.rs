//! A canary in the place of the secret: it must come out nowhere.

use crate::harness::{Served, Shell, answering, sheet};

const CANARY: &str = "canary-7Qz3";
/// For what must be digits.
const DIGITS: &str = "735091826473";

fn assert_silent(shell: &Shell, arguments: &[&str]) {
    let run = shell.run(arguments);
    for (stream, text) in [("stdout", &run.stdout), ("stderr", &run.stderr)] {
        let shows = text.contains(CANARY) || text.contains(DIGITS);
        assert!(!shows, "{arguments:?} shows the secret on {stream}\n{text}");
    }
    for name in shell.files() {
        assert!(!shell.read(&name).contains(CANARY), "{arguments:?} writes the secret to {name}");
    }
}

#[test]
fn the_secret_is_never_shown_or_written() {
    let served = Served::with_lines(8);
    let echo = answering(
        "HTTP/1.1 500 Oops\r\ncontent-length: 52\r\nconnection: close\r\n\r\n{\"errorDescription\":\"no\",\"app-secret\":\"canary-7Qz3\"}",
    );
    for url in [served.url(), "http://127.0.0.1:9", &echo, "nonsense"] {
        let shell = Shell::at(url).with("APEX_APP_SECRET", CANARY);
        shell.write("lines.csv", sheet(1));
        for arguments in [
            &["line", "list", "-vvv"][..],
            &["line", "get", "2015559999", "-vvv"],
            &["activation", "status", "req-1", "-vvv"],
            &[
                "activate",
                "--file",
                "lines.csv",
                "--results",
                "r.csv",
                "--no-wait",
                "--patience",
                "1ms",
                "--resolve-wait",
                "1ms",
                "-vvv",
            ],
            &["line", "list", "--help"],
            &["line", "list", "--dance"],
        ] {
            assert_silent(&shell, arguments);
        }
    }
}

#[test]
fn pins_and_accounts_are_never_shown() {
    let served = Served::with_lines(8);
    let line = served.sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number;
    let echo = answering(
        "HTTP/1.1 400 Bad Request\r\ncontent-length: 93\r\nconnection: close\r\n\r\n{\"errorDescription\":\"no\",\"voicemailPin\":\"735091826473\",\"billingAccountPassword\":\"canary-7Qz3\"}",
    );
    for url in [served.url(), "http://127.0.0.1:9", &echo] {
        let shell = Shell::at(url)
            .with("APEX_LOSING_ACCOUNT", CANARY)
            .with("APEX_LOSING_PIN", CANARY)
            .with("APEX_VOICEMAIL_PIN", DIGITS);
        let reset = format!("line reset-voicemail {line}");
        let request = "port request 9725550107 --service-area 1 --ban 000000000001 --first-name Test --last-name User \
                       --street-number 100 --street-name Example --city Dallas --state TX --zip 75201";
        let update = "port update 9725550107 --losing-first-name Test --losing-last-name User";
        for command in [&reset, request, update] {
            let ways = [
                "-o table",
                "--dry-run -o table",
                "--dry-run -o json",
                "--dry-run -o jsonl",
                "--dry-run -o csv",
            ];
            for way in ways {
                let command = format!("{command} {way} -vvv");
                assert_silent(&shell, &command.split_whitespace().collect::<Vec<_>>());
            }
        }
        let shell = shell.with("APEX_VOICEMAIL_PIN", &format!("{DIGITS}{DIGITS}"));
        assert_silent(&shell, &reset.split_whitespace().collect::<Vec<_>>());
    }
}

#[test]
fn logs_hold_no_customer_identifiers() {
    let served = Served::in_a_hurry(8);
    let shell = served.shell();
    shell.write("lines.csv", sheet(1));
    let arguments = [
        "activate",
        "--file",
        "lines.csv",
        "--results",
        "r.csv",
        "--poll-every",
        "50ms",
        "-vvv",
        "-o",
        "csv",
    ];
    let run = shell.run(&arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    for row in run.stdout.lines().skip(1) {
        for identifier in
            row.split(',').filter(|cell| cell.len() >= 10 && cell.bytes().all(|b| b.is_ascii_digit()))
        {
            assert!(!run.stderr.contains(identifier), "the log shows {identifier}");
        }
    }
}
