//! Changing a line's plan and features.

use apex_mobility_sandbox::{Fault, FaultRule, When};

use crate::harness::{Served, Shell};

/// The sandbox's first line that is active and has the plan for every device.
fn line(served: &Served) -> String {
    let found =
        served.sandbox.find_line(|line| line.status == "A" && line.single_user_code.as_str() == "APXPLAN02");
    found.unwrap().subscriber_number.to_string()
}

#[test]
fn a_plan_change_in_every_format() {
    let served = Served::with_lines(50);
    let (shell, number) = (served.shell(), line(&served));
    let mut page = String::new();
    for (format, plan) in
        [("table", "APXPLAN01"), ("json", "APXPLAN02"), ("jsonl", "APXPLAN01"), ("csv", "APXPLAN02")]
    {
        let run = shell.run(&["plan", "change", &number, plan, "--on", "2026-01-19", "--output", format]);
        page.push_str(&format!("# {format}\n{}\n", run.whole()));
    }
    insta::assert_snapshot!(page);
    assert_eq!(served.sandbox.ledger().len(), 4);
}

#[test]
fn features_are_added_and_removed() {
    let served = Served::with_lines(50);
    let (shell, number) = (served.shell(), line(&served));
    let mut page = String::new();
    for arguments in [
        &["add-feature", &number, "SOC2", "SOC3"][..],
        &["add-feature", &number, "SOC2"],
        &["remove-feature", &number, "SOC2"],
        &["remove-feature", &number, "SOC2"],
        &["change", &number, "APXPLAN01", "--add-feature", "SOC2", "--remove-feature", "SOC3"],
    ] {
        let run = shell.run(&[&["plan"], arguments, &["--on", "now", "-o", "table"]].concat());
        page.push_str(&format!("$ apex plan {}\n{}\n", arguments.join(" "), run.whole()));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn what_cannot_be_used_is_told_with_its_place_and_nothing_is_sent() {
    let shell = Shell::at("http://127.0.0.1:9");
    let mut page = String::new();
    for arguments in [
        &["change", "214555010", "APXPLAN03"][..],
        &["change", "2145550101", "A"],
        &["change", "2145550101"],
        &["change", "2145550101", "APXPLAN03", "--add-feature", "!"],
        &["change", "2145550101", "APXPLAN03", "--on", "01/31/2026"],
        &["add-feature", "2145550101"],
        &["add-feature", "2145550101", "SOC1", "SOC1"],
        &["change", "2145550101", "APXPLAN03", "--add-feature", "SOC1", "--remove-feature", "SOC1"],
    ] {
        let run = shell.run(&[&["plan"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        page.push_str(&format!("$ apex plan {}\n{}\n", arguments.join(" "), run.stderr));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_lost_answer_exits_with_8_and_names_the_read_that_settles() {
    let served = Served::with_lines(50);
    let number = line(&served);
    served.sandbox.set_faults([FaultRule::new(Fault::F3, "plan.change", When::Nth(1)).unwrap()]);
    insta::assert_snapshot!(
        served.shell().run(&["plan", "change", &number, "APXPLAN01", "--on", "now", "--no-resolve"]).whole()
    );
    assert_eq!(served.sandbox.ledger().len(), 1);
}

#[test]
fn read_only_sends_nothing() {
    let served = Served::with_lines(50);
    let run = served.shell().run(&["plan", "change", &line(&served), "APXPLAN01", "--read-only"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert_eq!(served.sandbox.ledger(), []);
}

#[test]
fn a_plan_that_does_not_fit_ones_own_tables_is_sent_only_when_told_so() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    let tables = apex_mobility_equipment::Equipment::builtin();
    let is_old = |imei: &apex_mobility::domain::Imei| tables.device_for(imei).is_some_and(|one| !one.is_5g());
    let line = served.sandbox.find_line(|line| line.status == "A" && is_old(&line.imei)).unwrap();
    let number = line.subscriber_number.as_str();
    shell.write("own.toml", shell.run(&["device", "table"]).stdout);
    let change = ["plan", "change", number, "APXPLAN02", "--equipment", "own.toml"];

    let run = shell.run(&change);
    assert_eq!((run.code, run.stdout.as_str()), (1, ""), "{}", run.stderr);
    assert!(
        run.stderr.contains("APXPLAN02 is for 5G devices only") && run.stderr.contains("own.toml"),
        "{}",
        run.stderr
    );

    // The server decides: with --no-preflight, and where the tables are not one's own.
    for run in [shell.run(&[&change[..], &["--no-preflight"]].concat()), shell.run(&change[..4])] {
        assert!(run.code == 1 && run.stderr.contains("not compatible with equipment"), "{}", run.stderr);
    }
    // What the tables do not have is sent.
    shell.write("own.toml", "[[plans]]\ncode = \"OTHER\"\n");
    let run = shell.run(&change);
    assert!(run.code == 1 && run.stderr.contains("not compatible with equipment"), "{}", run.stderr);
    assert!(run.stderr.contains("not checked: no device with TAC"), "{}", run.stderr);
    assert!(served.sandbox.ledger().is_empty());
}
