//! A spreadsheet against a server, in good and bad weather. The ledger is the judge.

use std::time::Duration;

use apex_mobility_sandbox::{Fault, FaultRule, When};

use crate::activate_again::clock_at;
use crate::fleet::steady;
use crate::harness::{EXAMPLE, Served, Shell, sheet};

const FIVE_MINUTES: Duration = Duration::from_mins(5);

fn verdicts(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn the_example_over_http() {
    let served = Served::in_a_hurry(1000);
    let shell = served.shell();
    let run = shell.activate(EXAMPLE, &["--poll-every", "50ms", "--output", "table"]);
    // The batches of two accounts go out together: which gets the lower numbers is a matter of chance.
    let numbers = shell.read("r.csv");
    let numbers = numbers.lines().skip(1).filter_map(|line| line.split(',').nth(4));
    let text = numbers
        .filter(|number| !number.is_empty())
        .fold(steady(&run.whole()), |text, number| text.replace(number, "[number]  "));
    insta::assert_snapshot!(text);
    let activated = shell.verdicts().iter().filter(|verdict| *verdict == "activated").count();
    assert_eq!((activated, served.activations()), (22, 22));
}

#[test]
fn results_agree_with_the_ledger_and_the_list() {
    let served = Served::in_a_hurry(50);
    let shell = served.shell();
    let run = shell.activate(&sheet(3), &["--poll-every", "50ms", "--output", "csv"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let told: Vec<_> =
        run.stdout.lines().skip(1).map(|line| line.split(',').nth(4).unwrap().to_owned()).collect();
    let ledger = served.sandbox.ledger();
    let mut made: Vec<_> =
        ledger.iter().map(|entry| entry.subscriber_number.as_ref().unwrap().as_str().to_owned()).collect();
    made.sort();
    assert_eq!(told.iter().collect::<std::collections::BTreeSet<_>>(), made.iter().collect());
    served.sandbox.advance(Duration::from_mins(15));
    let list = shell.run(&["line", "list", "--all"]).stdout;
    assert!(made.iter().all(|number| list.contains(number.as_str())));
}

#[test]
fn what_is_accepted_is_not_done() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    let run = shell.activate(&sheet(2), &["--timeout", "300ms", "--poll-every", "100ms"]);
    assert_eq!((run.code, shell.verdicts()), (5, verdicts(&["pending", "pending"])), "{}", run.stderr);
    assert_eq!(served.activations(), 0);
}

#[test]
fn the_same_command_again_goes_on_and_sends_nothing_twice() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    assert_eq!(shell.activate(&sheet(2), &["--no-wait"]).code, 0);
    assert_eq!(shell.verdicts(), verdicts(&["pending", "pending"]));
    served.sandbox.advance(FIVE_MINUTES);
    let run = shell.activate(&sheet(3), &["--no-wait"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(shell.verdicts()[2], "pending");
    served.sandbox.advance(FIVE_MINUTES);
    let run = shell.activate(&sheet(3), &["--poll-every", "50ms"]);
    assert_eq!((run.code, shell.verdicts()), (0, verdicts(&["activated"; 3])), "{}", run.stderr);
    assert_eq!(served.activations(), 3);
    assert_eq!(shell.files(), ["lines.csv", "r.csv"]);
}

#[test]
fn earlier_results_of_other_lines_are_kept() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    shell.activate(&sheet(2), &["--no-wait"]);
    let first = shell.read("r.csv");
    shell.activate(EXAMPLE, &["--no-wait"]);
    assert_eq!(shell.files(), ["lines.csv", "r.1.csv", "r.csv"]);
    assert_eq!(shell.read("r.1.csv"), first);
}

#[test]
fn an_answer_that_was_lost_is_found_out_by_reading_and_nothing_is_sent_again() {
    for fault in [Fault::F2, Fault::F3, Fault::F7, Fault::F8] {
        let served = Served::in_a_hurry(50);
        served.sandbox.set_faults([FaultRule::new(fault, "activation.submit", When::Nth(1)).unwrap()]);
        let shell = served.shell();
        let run = shell.activate(&sheet(2), &["--poll-every", "50ms", "--resolve-wait", "500ms"]);
        let told = (run.code, shell.verdicts(), served.activations());
        assert_eq!(told, (0, verdicts(&["activated"; 2]), 2), "{fault}: {}", run.stderr);
        assert!(shell.read("r.csv").contains("the answer was lost; a read shows"), "{fault}");
        let again = shell.activate(&sheet(2), &["--poll-every", "50ms", "--resolve-wait", "500ms"]);
        assert_eq!((again.code, served.activations()), (0, 2), "{fault}: {}", again.stderr);
    }
}

#[test]
fn what_no_read_tells_is_unknown_and_looked_at_again_and_never_sent_again() {
    let served = Served::with_lines(50);
    served.sandbox.set_faults([FaultRule::new(Fault::F3, "activation.submit", When::Nth(1)).unwrap()]);
    let shell = served.shell().with("APEX_FAILPOINT_CLOCK", &clock_at(served.sandbox.now()));
    for _ in 0..2 {
        let run = shell.activate(&sheet(2), &["--no-wait", "--resolve-wait", "1m"]);
        assert_eq!((run.code, shell.verdicts()), (8, verdicts(&["unknown", "pending"])), "{}", run.stderr);
        assert!(shell.read("r.csv").contains("apex line get --sim 8901"));
    }
    served.sandbox.advance(FIVE_MINUTES * 3);
    let run = shell.activate(&sheet(2), &["--poll-every", "50ms", "--resolve-wait", "1m"]);
    let told = (run.code, shell.verdicts(), served.activations());
    assert_eq!(told, (0, verdicts(&["activated"; 2]), 2), "{}", run.stderr);
}

#[test]
fn a_request_whose_answer_is_lost_does_not_stop_the_others() {
    let served = Served::in_a_hurry(50);
    served.sandbox.set_faults([FaultRule::new(Fault::F3, "activation.submit", When::Nth(1)).unwrap()]);
    let shell = served.shell();
    let two_accounts = sheet(4).replacen("000000000001", "000000000002", 2);
    let run =
        shell.activate(&two_accounts, &["--poll-every", "50ms", "--no-ramp", "--resolve-wait", "500ms"]);
    let told = (run.code, shell.verdicts(), served.activations());
    assert_eq!(told, (0, verdicts(&["activated"; 4]), 4), "{}", run.stderr);
    let lost = shell.read("r.csv").matches("the answer was lost").count();
    assert_eq!(lost, 2, "{}", shell.read("r.csv"));
}

#[test]
fn more_than_one_request_holds_are_split() {
    let served = Served::in_a_hurry(50);
    let shell = served.shell();
    let run = shell.activate(&sheet(401), &["--poll-every", "50ms", "--quiet", "--output", "table"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, "(0 of 401 rows shown; the results file has all)\n");
    assert_eq!(served.activations(), 401);
}

#[test]
fn refused_credentials_exit_with_4_and_good_ones_go_on() {
    let served = Served::in_a_hurry(50);
    let shell = served.shell().with("APEX_APP_SECRET", "wrong");
    let run = shell.activate(&sheet(2), &[]);
    assert_eq!((run.code, shell.verdicts()), (4, verdicts(&["not_sent", "not_sent"])), "{}", run.stderr);
    let shell = shell.with("APEX_APP_SECRET", "sandbox");
    let run = shell.activate(&sheet(2), &["--poll-every", "50ms"]);
    assert_eq!((run.code, shell.verdicts()), (0, verdicts(&["activated"; 2])), "{}", run.stderr);
}

#[test]
fn an_unreachable_server_exits_with_1_and_nothing_sent() {
    let served = Served::in_a_hurry(50);
    let shell = Shell::at("http://127.0.0.1:9");
    let run = shell.activate(&sheet(1), &["--patience", "1ms"]);
    assert_eq!((run.code, shell.verdicts()), (1, verdicts(&["not_sent"])), "{}", run.stderr);
    assert!(run.stderr.contains("no request gets through"), "{}", run.stderr);
    // What was never sent anywhere may be sent to any server.
    let shell = shell.with("APEX_BASE_URL", served.url());
    let run = shell.activate(&sheet(1), &["--poll-every", "50ms"]);
    assert_eq!((run.code, shell.verdicts()), (0, verdicts(&["activated"])), "{}", run.stderr);
}

#[test]
fn that_the_server_is_gone_is_told_while_it_is_waited_for() {
    let clock = clock_at(std::time::SystemTime::UNIX_EPOCH + Duration::from_hours(500_000));
    let shell = Shell::at("http://127.0.0.1:9").with("APEX_FAILPOINT_CLOCK", &clock);
    let run = shell.activate(&sheet(1), &["--timeout", "10m"]);
    assert_eq!((run.code, shell.verdicts()), (5, verdicts(&["not_sent"])), "{}", run.stderr);
    assert!(run.stderr.contains("it is tried for 30 m 00 s (--patience)"), "{}", run.stderr);
}

#[test]
fn read_only_sends_nothing() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    let run = shell.activate(&sheet(1), &["--read-only"]);
    assert_eq!((run.code, shell.files()), (2, verdicts(&["lines.csv"])), "{}", run.stderr);
    assert!(run.stderr.contains("nothing was sent"), "{}", run.stderr);
}

#[test]
fn a_dry_run_needs_no_server_and_sends_nothing() {
    let shell = Shell::new();
    let run = shell.activate(&sheet(2), &["--dry-run"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(shell.files(), ["lines.csv"]);
}

#[test]
fn the_status_of_a_request_tells_how_far_it_is() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    shell.activate(&sheet(1), &["--no-wait"]);
    let status = ["activation", "status", "req-0001"];
    assert_eq!(shell.run(&status).code, 5);
    served.sandbox.advance(FIVE_MINUTES);
    insta::assert_snapshot!(shell.run(&status).whole());
    assert_eq!(shell.run(&["activation", "status", "req-9999"]).code, 3);
}

#[test]
fn a_status_can_be_waited_for() {
    let served = Served::with_lines(50);
    let shell = served.shell();
    shell.activate(&sheet(1), &["--no-wait"]);
    let wait = ["activation", "status", "req-0001", "--wait", "--timeout", "300ms", "--poll-every", "100ms"];
    assert_eq!(shell.run(&wait).code, 5);
    served.sandbox.advance(FIVE_MINUTES);
    assert_eq!(shell.run(&wait).code, 0);
}

#[test]
fn the_pace_can_come_from_the_environment() {
    let served = Served::in_a_hurry(50);
    let shell = served.shell().with("APEX_POLL_EVERY", "PT0.05S");
    assert_eq!(shell.activate(&sheet(1), &[]).code, 0);
}
