//! `--dry-run` of every command that changes something: the request, and nothing else.

use crate::harness::{Shell, Untouched};

/// One of each. Without a server nothing can be read: what is read otherwise is given.
const WRITES: [&str; 17] = [
    "plan change 2145550101 APXPLAN03 --add-feature SOC1 --remove-feature SOC2 --on 2026-01-31",
    "plan add-feature 2145550101 SOC1 SOC2 --on now",
    "plan remove-feature 2145550101 SOC1 --on now",
    "line suspend 2145550101 --reason STLN",
    "line resume 2145550101 --reason PR --on 2026-01-31",
    "line cancel 2145550101 --other-reason ZZ",
    "line restore 2145550101 --reason BBL",
    "line change-number 2145550101 --vanity 2145550199 --service-zip 75201",
    "line set-device 2145550101 --imei 001010000000016 --sim 89010000000000000011 --service-zip 75201 --plan APXPLAN03",
    "line transfer 2145550101 --to 000000000002 --on 2026-01-31",
    "line reset-voicemail 2145550101 --pin-file pin.txt",
    "line resend-ota 2145550101 --sim 89010000000000000011",
    "port request 9725550107 --ban 000000000001 --first-name Test --last-name User --street-number 100 --street-name \
     Example --city Dallas --state TX --zip 75201 --losing-account-file pin.txt --losing-pin-file pin.txt \
     --authorizer-first-name Robin --authorizer-last-name Example",
    "port update 9725550107 --ban 000000000002 --service-zip 75201 --losing-account-file pin.txt --losing-first-name \
     Test --losing-last-name User",
    "port cancel 9725550107 --service-zip 75201",
    "pdp provision --pdp PDP-EXAMPLE --ban 000000000001 --apn apn.example 2145550101=10.20.0.11 --on 2026-01-31",
    "pdp remove --pdp PDP-EXAMPLE --ban 000000000001 2145550101=10.20.0.11 --on 2026-01-31",
];

fn dry(command: &str, more: &str) -> String {
    format!("{command} --dry-run {more}")
}

#[test]
fn every_write_can_be_looked_at_without_server_and_credentials() {
    let shell = Shell::new();
    shell.write("pin.txt", "246810\n");
    let commands: Vec<_> = WRITES.iter().map(|command| dry(command, "-o table")).collect();
    let page = shell.page(&commands);
    assert_eq!(page.matches("exit 0").count(), WRITES.len(), "{page}");
    assert!(!page.contains("246810"), "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_dry_run_in_every_format() {
    let shell = Shell::new();
    let commands = ["table", "json", "jsonl", "csv"].map(|format| dry(WRITES[0], &format!("-o {format}")));
    insta::assert_snapshot!(shell.page(&commands));
}

#[test]
fn a_dry_run_sends_nothing_to_a_server_that_is_set() {
    let server = Untouched::new();
    let shell = server.shell();
    shell.write("pin.txt", "246810\n");
    for command in WRITES {
        let run = shell.page(&[dry(command, "--read-only -o table")]);
        assert!(run.contains("exit 0") && run.contains(" [server]/sp/"), "{run}");
    }
    server.check();
}

#[test]
fn what_a_dry_run_would_have_to_read_is_asked_for() {
    let server = Untouched::new();
    insta::assert_snapshot!(server.shell().page(&[
        "line change-number 2145550101 --dry-run",
        "line set-device 2145550101 --sim 89010000000000000011 --dry-run",
        "line set-device 2145550101 --imei 001010000000016 --dry-run",
        "line resend-ota 2145550101 --dry-run",
    ]));
    server.check();
}

#[test]
fn a_wire_profile_shows_in_a_dry_run() {
    let shell = Shell::new();
    shell.write(
        "wire.toml",
        "[headers]\napp_id = \"x-app\"\n[characteristics]\nvoicemailPin = \"mailboxCode\"\n",
    );
    shell.write("pin.txt", "246810\n");
    let run = shell.page(&[dry(WRITES[10], "-o table --wire-profile wire.toml")]);
    assert!(run.contains("x-app: [redacted]") && run.contains("\"mailboxCode\""), "{run}");
    assert!(!run.contains("246810"), "{run}");
}
