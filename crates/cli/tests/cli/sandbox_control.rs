//! Scenarios that a person plays on a served sandbox from another terminal.

use std::time::Duration;

use apex_mobility_sandbox::Variants;

use crate::harness::{Served, Shell, answering, sheet};

/// What each command shows, as one page.
fn page(shell: &Shell, commands: &[&str]) -> String {
    commands.iter().fold(String::new(), |page, line| {
        let arguments: Vec<_> = line.split(' ').collect();
        format!("{page}$ apex {line}\n{}\n", shell.run(&arguments).whole())
    })
}

#[test]
fn faults_are_set_strike_and_are_cleared() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    insta::assert_snapshot!(page(
        &shell,
        &[
            "sandbox fault list",
            "sandbox fault set f9 list.accounts --nth 1 -o table",
            "sandbox fault set F2 writes --probability 0.01 --seed 7 --add -o table",
            "sandbox fault set F10 * --from 2026-01-20T00:00:00Z --for 10m --add -o csv",
            "line list -o csv",
            "sandbox fault list -o json",
            "sandbox fault clear",
            "sandbox fault set F8 reads --garbled cut-connection",
            "sandbox fault set F4 --delay 500ms --until 2026-01-20T00:00:00Z",
            "sandbox fault set F6 number.change --lasts 2h",
        ],
    ));
}

#[test]
fn faults_can_come_from_a_file() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    let list = r#"[{"operation":"number.change","fault":"F7","nth":1},
        {"operation":"*","fault":"F2","probability":0.01}]"#;
    shell.write("faults.json", list);
    for run in [
        shell.run(&["sandbox", "fault", "set", "--file", "faults.json"]),
        shell.run_with_input(&["sandbox", "fault", "set", "--file", "-"], list),
    ] {
        assert_eq!(run.code, 0, "{}", run.stderr);
        let set: Vec<_> = served.sandbox.faults().iter().map(|tally| tally.rule.operation()).collect();
        assert_eq!(set, ["number.change", "*"]);
    }
}

#[test]
fn variants_are_listed_set_and_reset() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    let list = shell.run(&["sandbox", "variant", "list"]);
    assert_eq!((list.code, list.stdout.lines().count()), (0, Variants::choices().len()));
    insta::assert_snapshot!(page(
        &shell,
        &[
            "sandbox variant set success_code=202 date_style=rfc3339 -o table",
            "sandbox variant list date_style -o table",
            "sandbox variant list date_style -o csv",
            "sandbox variant reset",
            "sandbox variant list list_filters",
            "sandbox variant set date_style=roman",
            "sandbox variant set colour=red",
            "sandbox variant set date_style",
            "sandbox variant set date_style=day date_style=rfc3339",
        ],
    ));
    assert_eq!(served.sandbox.variants(), Variants::default());
}

#[test]
fn time_ledger_limit_and_a_new_start() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    shell.activate(&sheet(2), &["--no-wait"]);
    insta::assert_snapshot!(page(
        &shell,
        &[
            "sandbox ledger",
            "sandbox clock show -o table",
            "sandbox clock advance 5m",
            "sandbox ledger -o table",
            "sandbox ledger --since 1 -o csv",
            "sandbox ledger --since 1",
            "sandbox throttle show",
            "sandbox throttle set 1 --per 10s -o table",
            "sandbox throttle clear",
            "sandbox reset -o table",
            "sandbox reset --seed 7 --lines 20",
            "sandbox ledger -o json",
        ],
    ));
}

#[test]
fn a_line_is_changed_as_at_the_portal() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    insta::assert_snapshot!(page(
        &shell,
        &[
            "sandbox line show 2145550100 -o table",
            "sandbox line change 2145550100 --status C --reason CAN --days-ago 59",
            "sandbox line change 2145550100 --zip 75201 --network-imei 001010000000024 -o csv",
            "sandbox ledger -o table",
            "sandbox line change 2145550100",
            "sandbox line change 2145550100 --status X",
            "sandbox line show 2145559999",
            "sandbox line show 214555",
        ],
    ));
}

#[test]
fn a_time_of_days_reaches_past_the_restore_window() {
    let served = Served::with_lines(8);
    let before = served.sandbox.now();
    assert_eq!(served.shell().run(&["sandbox", "clock", "advance", "61d"]).code, 0);
    assert_eq!(served.sandbox.now(), before + Duration::from_hours(61 * 24));
}

#[test]
fn what_the_sandbox_refuses_changes_nothing() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    shell.run(&["sandbox", "fault", "set", "F1"]);
    shell.write("broken.json", "[{");
    insta::assert_snapshot!(page(
        &shell,
        &[
            "sandbox fault set F7 number.chang",
            "sandbox fault set F7 number.change --nth 0",
            "sandbox fault set F1 writes --lasts 5m",
            "sandbox fault set --file broken.json",
            "sandbox fault set --file missing.json",
            "sandbox fault set F11",
            "sandbox fault set F1 --nth 1 --probability 0.5",
            "sandbox clock advance -5m",
            "sandbox reset --lines 9000000",
        ],
    ));
    assert_eq!(served.sandbox.faults().len(), 1);
}

#[test]
fn what_is_no_sandbox_is_told() {
    let html = answering("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi");
    let missing = answering("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
    for url in [html, missing] {
        let run = Shell::new().run(&["sandbox", "clock", "show", "--url", &url]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(run.stderr.contains("is no sandbox"), "{}", run.stderr);
    }
    let nobody = Shell::at("http://127.0.0.1:1").run(&["sandbox", "clock", "show"]);
    assert_eq!(nobody.code, 1);
    assert!(nobody.stderr.contains("no sandbox can be reached at [server]"), "{}", nobody.stderr);
    assert!(nobody.stderr.contains("apex sandbox serve"), "{}", nobody.stderr);
}
