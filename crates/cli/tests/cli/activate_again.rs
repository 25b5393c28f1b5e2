//! `apex activate` and `apex fleet run` over one journal: stopped, killed, and begun again. The ledger is the judge.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::time::SystemTime;

use apex_mobility_sandbox::LedgerKind;

use crate::fleet::{column, told};
use crate::harness::{Run, Served, Shell, sheet};

/// Seconds of the sandbox in one of this machine's, for the program too: what counts as lost is known soon.
const SPEED: u32 = 300;
pub(crate) const ROWS: u32 = 8;

/// A sandbox in a hurry, and who works with it by the same clock.
pub(crate) fn in_a_hurry() -> (Served, Shell) {
    use apex_mobility_sandbox::{ClockMode, Sandbox};
    let clock = ClockMode::Real { speed: f64::from(SPEED) };
    let served = Served::of(Sandbox::builder().lines(50).clock(clock).build());
    let shell = served.shell().with("APEX_FAILPOINT_CLOCK", &clock_at(served.sandbox.now()));
    (served, shell.with("APEX_POLL_EVERY", "60s"))
}

/// A clock for the program that goes as fast from this moment on.
#[expect(clippy::disallowed_methods, reason = "the program under test goes by this machine's clock")]
pub(crate) fn clock_at(there: SystemTime) -> String {
    let nanos = |time: SystemTime| time.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos();
    format!("{} {} {SPEED}", nanos(there), nanos(SystemTime::now()))
}

/// Longer than a line takes to be shown.
const ACTIVATE: [&str; 7] =
    ["activate", "--file", "lines.csv", "--results", "r.csv", "--resolve-wait", "20m"];
pub(crate) const FLEET_RUN: [&str; 7] =
    ["fleet", "run", "other.csv", "--op", "activate", "--results", "o.csv"];

/// Runs a command that ends itself at a place.
pub(crate) fn killed(shell: &Shell, command: &[&str], place: &str) {
    let output = shell.command(command).env("APEX_FAILPOINT", place).output().unwrap();
    assert_eq!(output.status.code(), None, "{place}: {}", String::from_utf8_lossy(&output.stderr));
}

/// How often each SIM was activated.
fn activations(served: &Served) -> BTreeMap<String, usize> {
    let mut activations = BTreeMap::new();
    for entry in served.sandbox.ledger().into_iter().filter(|entry| entry.kind == LedgerKind::Activation) {
        let number = entry.subscriber_number.unwrap();
        let line = served.sandbox.find_line(|line| line.subscriber_number == number).unwrap();
        *activations.entry(line.sim.to_string()).or_default() += 1;
    }
    activations
}

/// Each of so many SIMs was activated, and none twice.
pub(crate) fn each_once(served: &Served, sims: usize, said: &Run) {
    let activations = activations(served);
    assert_eq!((activations.len(), activations.values().max()), (sims, Some(&1)), "{}", said.whole());
}

/// Every row of `r.csv` says what the ledger says: activated once, or not. What is not is unknown, where a busy machine
/// ended the program between an intent and a request that was too late to leave.
fn true_by_the_ledger(served: &Served, shell: &Shell, run: &Run) {
    let activations = activations(served);
    let results = shell.read("r.csv");
    let mut unknown = 0;
    for (sim, verdict) in column(&results, "sim").iter().zip(column(&results, "verdict")) {
        let times = activations.get(sim).copied().unwrap_or_default();
        unknown += usize::from(verdict == "unknown");
        let is_true = matches!((verdict.as_str(), times), ("activated", 1) | ("unknown", 0));
        assert!(is_true, "{sim} was activated {times} times: {}", run.whole());
    }
    assert_eq!(run.code, if unknown == 0 { 0 } else { 8 }, "{}", run.whole());
    assert!(activations.values().all(|times| *times == 1), "{}", run.whole());
}

#[test]
fn a_killed_activation_is_gone_on_with_by_the_same_command_wherever_it_was() {
    let places = [
        "let_in:1",
        "before_intend:2",
        "before_send:2",
        "after_send:2",
        "after_record:2",
        "after_commit:5",
        "follow:1",
        "finish:1",
        "results:1",
        "results_whole:2",
    ];
    for place in places {
        let (served, shell) = in_a_hurry();
        shell.write("lines.csv", sheet(ROWS));
        killed(&shell, &ACTIVATE, place);
        for _ in 0..2 {
            let run = shell.run(&ACTIVATE);
            true_by_the_ledger(&served, &shell, &run);
        }
    }
}

#[test]
fn what_may_have_left_when_it_was_killed_is_never_sent_again() {
    let (served, shell) = in_a_hurry();
    shell.write("lines.csv", sheet(ROWS));
    killed(&shell, &ACTIVATE, "before_send:2");
    shell.write("other.csv", sheet(ROWS));
    for command in [&ACTIVATE, &FLEET_RUN, &ACTIVATE] {
        let run = shell.run(command);
        let verdicts = column(&shell.read(if command == &FLEET_RUN { "o.csv" } else { "r.csv" }), "verdict");
        let unknown = verdicts.iter().filter(|verdict| *verdict == "unknown").count();
        assert!(unknown > 0, "{}", run.whole());
        each_once(&served, ROWS as usize - unknown, &run);
    }
    assert_eq!(shell.run(&ACTIVATE).code, 8);
}

#[test]
fn rows_that_are_done_say_which_job_did_them() {
    let (served, shell) = in_a_hurry();
    assert_eq!(shell.activate(&sheet(2), &["--reason", "CASE-17"]).code, 0);
    let list = shell.run(&["fleet", "list", "-o", "csv"]);
    assert_eq!(column(&list.stdout, "reason"), ["CASE-17"]);
    let job = column(&list.stdout, "job").remove(0);
    let again = shell.activate(&sheet(3), &[]);
    assert_eq!(again.code, 0, "{}", again.whole());
    let results = shell.read("r.csv");
    let of = |row: u32| format!("the same as row {row} of job {job}");
    assert_eq!(column(&results, "reason"), [of(2), of(3), String::new()]);
    assert_eq!(column(&results, "verdict"), ["activated"; 3]);
    assert!(column(&results, "subscriber_number").iter().all(|number| number.len() == 10), "{results}");
    each_once(&served, 3, &again);
    // The history of a line knows who activated it, whichever command it was.
    let sim = column(&results, "sim").remove(0);
    assert!(shell.run(&["fleet", "history", &sim]).stdout.contains("CASE-17"));
}

/// How many rows say that a job has them already.
fn named(results: &str, job: &str) -> u64 {
    let same = format!("of job {job}");
    column(results, "reason").iter().filter(|why| why.contains(&same)).count() as u64
}

fn last_job(shell: &Shell) -> String {
    told(&shell.run(&["fleet", "status", "--last"]), "job").as_str().unwrap().to_owned()
}

#[test]
fn what_a_killed_activation_has_sent_no_fleet_run_sends_again() {
    for place in ["after_send:2", "after_record:2"] {
        let (served, shell) = in_a_hurry();
        shell.write("lines.csv", sheet(ROWS));
        killed(&shell, &ACTIVATE, place);
        let job = last_job(&shell);

        // Two more lines than the other file has.
        shell.write("other.csv", sheet(ROWS + 2));
        let run = shell.run(&FLEET_RUN);
        let same = named(&shell.read("o.csv"), &job);
        assert!(same > 0, "{place}: {}", run.whole());
        assert_eq!(told(&run, "duplicate"), same, "{place}: {}", run.whole());
        // After the record of an answer, all others may be in hand.
        let left = u64::from(ROWS) - same;
        let taken = run.stderr.contains(&format!("so taken over: {left} row"));
        assert_eq!(taken, left > 0, "{place}: {}", run.whole());
        assert!(activations(&served).values().all(|times| *times == 1), "{place}");

        // What was left open is looked after by either command.
        let again = shell.run(&ACTIVATE);
        true_by_the_ledger(&served, &shell, &again);
    }
}

#[test]
fn what_a_killed_fleet_run_has_sent_no_activation_sends_again() {
    for place in ["after_send:2", "after_record:2"] {
        let (served, shell) = in_a_hurry();
        shell.write("other.csv", sheet(ROWS + 2));
        killed(&shell, &FLEET_RUN, place);
        let job = last_job(&shell);

        shell.write("lines.csv", sheet(ROWS));
        let run = shell.run(&ACTIVATE);
        let same = named(&shell.read("r.csv"), &job);
        assert!(same > 0, "{place}: {}", run.whole());
        true_by_the_ledger(&served, &shell, &run);

        // The fleet's job goes on with the rest of it, and says of the others that they were given away.
        let resumed = shell.run(&["fleet", "resume", &job, "--resolve-wait", "20m"]);
        assert!(activations(&served).values().all(|times| *times == 1), "{}", resumed.whole());
        let results = shell.read("o.csv");
        let given = column(&results, "reason").iter().filter(|why| why.contains("asked for anew")).count();
        assert_eq!(given as u64, u64::from(ROWS) - same, "{place}: {results}");
    }
}

#[test]
fn what_was_never_sent_and_is_no_longer_in_the_sheet_is_not_sent() {
    let (served, shell) = in_a_hurry();
    let run = shell.activate(&sheet(ROWS), &["--max-changes", "3"]);
    assert_eq!((run.code, served.activations()), (6, 3), "{}", run.whole());
    let fewer: String = sheet(ROWS).lines().take(6).map(|line| format!("{line}\n")).collect();
    let run = shell.activate(&fewer, &[]);
    assert_eq!((run.code, shell.verdicts()), (0, vec!["activated".to_owned(); 5]), "{}", run.whole());
    each_once(&served, 5, &run);
}

#[test]
fn what_one_server_has_activated_is_not_taken_for_done_at_another() {
    let (_sandbox, shell) = in_a_hurry();
    assert_eq!(shell.activate(&sheet(1), &[]).code, 0);
    let (elsewhere, _) = in_a_hurry();
    let shell = shell.with("APEX_BASE_URL", elsewhere.url());
    for command in [&ACTIVATE[..], &["fleet", "run", "lines.csv", "--op", "activate", "--results", "o.csv"]] {
        let run = shell.run(command);
        let results = shell.read(if command.first() == Some(&"activate") { "r.csv" } else { "o.csv" });
        assert_eq!(column(&results, "verdict"), ["not_sent"], "{}", run.whole());
        assert!(results.contains("nothing of it was sent to http://127.0.0.1"), "{results}");
    }
    assert_eq!(shell.run(&ACTIVATE).code, 1);
    assert_eq!(elsewhere.activations(), 0);
    // A journal of its own.
    let shell = shell.with("APEX_JOURNAL", "elsewhere.db");
    assert_eq!((shell.run(&ACTIVATE).code, elsewhere.activations()), (0, 1));
}
