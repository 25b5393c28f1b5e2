//! Plans that are carried out: what a shell sees of it, against real sandboxes. The ledger is the judge.

use std::collections::BTreeMap;

use apex_mobility::domain::{Iccid, Imei};
use apex_mobility_sandbox::{LedgerKind, LineChange, LineView};

#[cfg(target_os = "linux")]
use crate::asking::on_a_terminal;
use crate::fleet::{active, column, effects, shell_at, steady, told};
use crate::fleet_server::on_postgres;
use crate::harness::{Run, Served, Shell};

/// Active lines without features, on devices that take every plan and every SIM.
fn any_device(served: &Served, count: usize) -> Vec<LineView> {
    let fits = |line: &LineView| {
        let imei = line.imei.as_str().starts_with("00101000");
        line.status == "A" && imei && line.offering_codes.is_empty() && line.eid.is_none()
    };
    let lines: Vec<_> = served.sandbox.lines().into_iter().filter(fits).take(count).collect();
    assert_eq!(lines.len(), count);
    lines
}

/// A place that is not the line's, as cells of an address, and an area code there.
fn elsewhere(line: &LineView) -> (&'static str, &'static str) {
    if line.service_zip_code.as_str() == "77002" {
        ("100,Example,Dallas,TX,75201", "214")
    } else {
        ("100,Example,Houston,TX,77002", "713")
    }
}

fn other_account(served: &Served, line: &LineView) -> String {
    let other = served.sandbox.find_line(|other| other.billing_account_number != line.billing_account_number);
    other.unwrap().billing_account_number.to_string()
}

const HEADER: &str = "number,status,plan,features,imei,sim,eid,ban,ip,pdp,apn,new number,street number,street name,\
    city,state,zip";

/// A row of it.
fn row(line: &LineView, cells: &[(&str, &str)]) -> String {
    let number = line.subscriber_number.to_string();
    let cells: BTreeMap<_, _> = cells.iter().copied().chain([("number", number.as_str())]).collect();
    let titles = HEADER.split(',').map(|title| *cells.get(title.trim()).unwrap_or(&""));
    titles.collect::<Vec<_>>().join(",") + "\n"
}

fn plan(shell: &Shell, desired: &str) -> Run {
    shell.write("desired.csv", desired);
    shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan", "--detailed-exitcode"])
}

fn apply(shell: &Shell, more: &[&str]) -> Run {
    shell.run(&[&["fleet", "apply", "friday.plan"], more].concat())
}

/// Nothing differs any more from what was wanted.
fn nothing_left(shell: &Shell) {
    let run = shell.run(&["fleet", "plan", "desired.csv", "--detailed-exitcode"]);
    assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.whole());
}

#[test]
fn every_kind_of_difference_is_carried_out_and_nothing_is_left_to_plan() {
    let served = Served::in_a_hurry(1200);
    every_kind_of_difference_is_carried_out(&served, &shell_at(&served));
}

#[test]
fn every_kind_of_difference_is_carried_out_with_a_journal_on_postgres_too() {
    let served = Served::in_a_hurry(1200);
    let Some((shell, ..)) = on_postgres(&served) else { return };
    every_kind_of_difference_is_carried_out(&served, &shell);
}

fn every_kind_of_difference_is_carried_out(served: &Served, shell: &Shell) {
    let lines = any_device(served, 14);
    let imeis: Vec<_> =
        (1..=3).map(|n| Imei::from_payload(format!("0010100099900{n}")).unwrap().to_string()).collect();
    let sims: Vec<_> =
        (1..=2).map(|n| Iccid::from_payload(format!("890100000000009900{n}")).unwrap().to_string()).collect();
    let new_plan = |line: &LineView| {
        if line.single_user_code.as_str() == "APXPLAN01" { "APXPLAN03" } else { "APXPLAN01" }
    };
    let to = |n: usize| {
        let cells: Vec<_> = elsewhere(&lines[n]).0.split(',').collect();
        ["street number", "street name", "city", "state", "zip"].into_iter().zip(cells).collect::<Vec<_>>()
    };
    let ip = |ip| [("ip", ip), ("pdp", "PDP-EXAMPLE"), ("apn", "apn.example")];
    let change = |n: usize, change: LineChange| {
        served.sandbox.change_line(&lines[n].subscriber_number, &change).unwrap();
    };
    let status = |word: &str| LineChange { status: Some(word.to_owned()), ..LineChange::default() };
    change(10, LineChange { status_days_ago: Some(5), ..status("C") });
    change(11, LineChange { status_reason_code: Some("CR".to_owned()), ..status("S") });
    // A number in the place where the line is to be, or is.
    let there = format!("{}5550188", elsewhere(&lines[9]).1);
    let near = lines[8].subscriber_number.as_str().get(..3).unwrap();
    let near = format!("{near}5550187");
    let (seventh, ninth) = (other_account(served, &lines[5]), other_account(served, &lines[9]));
    let desired = [
        row(&lines[0], &[("status", "suspended")]),
        row(&lines[1], &[("plan", new_plan(&lines[1]))]),
        row(&lines[2], &[("features", "SOC1 SOC4")]),
        row(&lines[3], &[("imei", imeis[0].as_str())]),
        row(&lines[4], &[("imei", imeis[1].as_str()), ("sim", sims[0].as_str())]),
        row(&lines[5], &[("ban", seventh.as_str())]),
        row(&lines[6], &ip("10.20.0.21")),
        row(&lines[7], &to(7)),
        row(&lines[8], &[("new number", near.as_str())]),
        row(
            &lines[9],
            &[
                &to(9)[..],
                &ip("10.20.0.22"),
                &[("status", "suspended"), ("plan", new_plan(&lines[9])), ("features", "SOC1")],
                &[("imei", imeis[2].as_str()), ("sim", sims[1].as_str()), ("ban", ninth.as_str())],
                &[("new number", there.as_str())],
            ]
            .concat(),
        ),
        row(&lines[10], &[("status", "active"), ("features", "SOC1")]),
        row(&lines[11], &[("status", "suspended"), ("features", "SOC1")]),
        row(&lines[12], &[("status", "cancelled")]),
        row(&lines[13], &[("eid", "89001000000000000000000000000177")]),
    ];
    let first = plan(shell, &format!("{HEADER}\n{}", desired.concat()));
    assert_eq!(first.code, 10, "{}", first.whole());
    let before = served.sandbox.ledger().len();
    let run = apply(shell, &["--yes"]);
    let results = shell.read("friday.results.csv");
    assert_eq!((run.code, told(&run, "done")), (0, 14.into()), "{}\n{results}", run.whole());
    assert_eq!(column(&results, "verdict"), ["done"; 14]);
    assert_eq!(column(&results, "done"), column(&results, "steps"));
    assert_eq!(column(&results, "new_number")[9], there);
    // The ledger has each step once, and no other; sending a profile again changes nothing, so it has no entry.
    let steps: usize = column(&results, "steps").iter().map(|steps| steps.parse::<usize>().unwrap()).sum();
    let seen = served.sandbox.ledger().split_off(before);
    assert_eq!(seen.iter().filter(|entry| entry.kind != LedgerKind::Etf).count(), steps - sims.len());
    nothing_left(shell);
}

#[test]
fn an_apply_tells_its_waves_and_what_is_left_alone() {
    let served = Served::in_a_hurry(500);
    let shell = shell_at(&served);
    let lines = any_device(&served, 4);
    let desired = [
        row(&lines[0], &[("status", "suspended")]),
        row(&lines[1], &[("plan", "APXPLAN03"), ("status", "suspended")]),
        row(&lines[2], &[("status", "suspended")]),
        "2145550199,active,,,,,,,,,,,,,,,\n".to_owned(),
        row(&lines[3], &[("status", "active")]),
    ];
    assert_eq!(plan(&shell, &format!("{HEADER}\n{}", desired.concat())).code, 6);
    let since = LineChange { status: Some("S".to_owned()), ..LineChange::default() };
    served.sandbox.change_line(&lines[2].subscriber_number, &since).unwrap();
    let before = served.sandbox.ledger().len();
    let dry = apply(&shell, &["--dry-run"]);
    assert_eq!((dry.code, served.sandbox.ledger().len()), (6, before), "{}", dry.whole());
    assert!(!shell.files().contains(&"journal.db".to_owned()), "a dry run keeps nothing");
    let run = apply(&shell, &[]);
    assert_eq!(run.code, 6, "{}", run.whole());
    let results = shell.read("friday.results.csv");
    insta::assert_snapshot!(steady(&format!("{}\n--- again ---\n{}\n{results}", dry.whole(), run.whole())));
    let suspended = effects(&served, LedgerKind::Status);
    assert_eq!((suspended.len(), suspended.values().max()), (3, Some(&1)), "two, and one at the portal");

    // Once more: nothing more is to be done, and it says the same.
    let before = served.sandbox.ledger().len();
    let again = apply(&shell, &[]);
    assert_eq!((again.code, served.sandbox.ledger().len()), (6, before), "{}", again.whole());
    assert_eq!((again.stdout, shell.read("friday.results.csv")), (run.stdout, results));
}

#[test]
fn a_line_whose_step_is_refused_drops_out_of_the_waves_after_it() {
    let served = Served::in_a_hurry(500);
    let shell = shell_at(&served);
    let lines = any_device(&served, 2);
    // No line may take this device.
    let blocked = Imei::from_payload("00101009999001").unwrap().to_string();
    let free = Imei::from_payload("00101000999001").unwrap().to_string();
    let wants = |line: &LineView, imei: &str| row(line, &[("imei", imei), ("status", "suspended")]);
    plan(&shell, &format!("{HEADER}\n{}{}", wants(&lines[0], &blocked), wants(&lines[1], &free)));
    let run = apply(&shell, &[]);
    let results = shell.read("friday.results.csv");
    assert_eq!((run.code, told(&run, "done")), (6, 1.into()), "{}\n{results}", run.whole());
    assert!(run.stderr.contains("left out of the waves after this: 1 line"), "{}", run.stderr);
    assert!(run.stderr.contains(", step 1 of 2, set-device: rejected: "), "{}", run.stderr);
    assert!(results.contains("plan it again"), "{results}");
    let suspended = effects(&served, LedgerKind::Status);
    assert_eq!(suspended.keys().collect::<Vec<_>>(), [lines[1].subscriber_number.as_str()]);
}

#[test]
fn a_plan_that_was_changed_or_is_for_another_server_is_refused_as_a_whole() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let line = active(&served, 1).remove(0);
    assert_eq!(plan(&shell, &format!("number,status\n{line},suspended\n")).code, 10);
    let whole = shell.read("friday.plan");
    let elsewhere = apply(&shell, &["--base-url", "http://127.0.0.1:9"]);
    assert_eq!(elsewhere.code, 2, "{}", elsewhere.whole());
    assert!(elsewhere.stderr.contains("--other-server"), "{}", elsewhere.stderr);
    let cancels = whole.replacen("suspend\"", "cancel\"", 1);
    let cut = whole.lines().take(2).map(|line| format!("{line}\n")).collect();
    for bad in [cancels, cut, String::new(), "number,status\n".to_owned()] {
        shell.write("friday.plan", bad);
        for more in [&["--yes"][..], &["--dry-run"]] {
            let run = apply(&shell, more);
            assert_eq!(run.code, 2, "{}", run.whole());
            assert!(run.stderr.contains("was changed or cut off"), "{}", run.stderr);
        }
    }
    for (path, words) in [("none.plan", "there is no plan"), (".", "is a directory")] {
        let run = shell.run(&["fleet", "apply", path]);
        assert_eq!(run.code, 2, "{}", run.whole());
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    assert_eq!(served.sandbox.ledger(), []);
}

#[test]
#[cfg(target_os = "linux")]
fn what_a_plan_takes_away_wants_a_yes_or_the_number_typed() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served).with("NO_COLOR", "1");
    let lines = active(&served, 3);
    let rows = format!("{},cancelled\n{},cancelled\n{},suspended\n", lines[0], lines[1], lines[2]);
    plan(&shell, &format!("number,status\n{rows}"));
    let run = apply(&shell, &[]);
    assert_eq!((run.code, served.sandbox.ledger().len()), (2, 0), "{}", run.whole());
    assert!(run.stderr.contains("--yes"), "{}", run.stderr);
    let (code, shown) = on_a_terminal(&shell, "fleet apply friday.plan", "3\n");
    assert_eq!((code, served.sandbox.ledger().len()), (Some(1), 0), "{shown}");
    assert!(shown.contains("2 cancel") && shown.contains("type the number"), "{shown}");
    assert_eq!(shell.run(&["fleet", "list"]).stdout, "");
    let (code, shown) = on_a_terminal(&shell, "fleet apply friday.plan", "2\n");
    assert_eq!((code, effects(&served, LedgerKind::Status).len()), (Some(0), 3), "{shown}");
}

#[test]
fn an_apply_stops_where_it_is_told_to_and_goes_on_by_itself_or_by_a_resume() {
    let served = Served::in_a_hurry(500);
    let shell = shell_at(&served);
    let lines = any_device(&served, 3);
    let wants = |line| row(line, &[("features", "SOC1"), ("status", "suspended")]);
    plan(&shell, &format!("{HEADER}\n{}", lines.iter().map(wants).collect::<String>()));
    let effects = || served.sandbox.ledger().len();
    let run = apply(&shell, &["--max-changes", "2"]);
    assert_eq!((run.code, effects(), told(&run, "not_sent")), (6, 2, 3.into()), "{}", run.whole());
    assert!(run.stderr.contains("go on: apex fleet apply friday.plan"), "{}", run.stderr);
    let run = apply(&shell, &["--max-changes", "2"]);
    assert_eq!((effects(), told(&run, "done")), (4, 1.into()), "{}", run.whole());
    let run = shell.run(&["fleet", "resume", "--last", "--max-changes", "9"]);
    assert_eq!((run.code, effects(), told(&run, "done")), (0, 6, 3.into()), "{}", run.whole());
    assert_eq!(column(&shell.read("friday.results.csv"), "verdict"), ["done"; 3]);
    nothing_left(&shell);
}

#[test]
fn what_att_works_on_holds_up_its_own_line_until_an_apply_waits_for_it() {
    // Time stands still, so that AT&T comes to no end by itself.
    let served = Served::of_today(500);
    let shell = shell_at(&served);
    let lines = any_device(&served, 2);
    let ip = [("ip", "10.20.0.21"), ("pdp", "PDP-EXAMPLE"), ("apn", "apn.example"), ("status", "suspended")];
    plan(&shell, &format!("{HEADER}\n{}{}", row(&lines[0], &ip), row(&lines[1], &[("status", "suspended")])));
    let run = apply(&shell, &["--no-wait"]);
    let counts = ["done", "pending", "not_sent"].map(|count| told(&run, count));
    assert_eq!((run.code, counts), (5, [1.into(), 1.into(), 0.into()]), "{}", run.whole());
    assert!(run.stderr.contains("go on: apex fleet apply friday.plan"), "{}", run.stderr);
    assert_eq!(
        effects(&served, LedgerKind::Status).len(),
        1,
        "an address before the line goes out of service"
    );
    served.sandbox.advance(std::time::Duration::from_mins(5));
    let run = apply(&shell, &["--wait"]);
    assert_eq!((run.code, told(&run, "done")), (0, 2.into()), "{}", run.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 2);
    nothing_left(&shell);
}
