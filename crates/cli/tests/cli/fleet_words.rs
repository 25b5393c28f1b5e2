//! What the commands of a job say, and what they take a word for.

use std::time::Duration;

use apex_mobility_sandbox::{Fault, FaultRule, LedgerKind, When};

use crate::fleet::{active, effects, shell_at, suspends, told};
use crate::harness::{Served, sheet};

#[test]
fn an_empty_name_is_neither_the_newest_job_nor_every_line() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    shell.write("suspend.csv", suspends(&active(&served, 2)));
    let run = shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend", "--max-changes", "1"]);
    assert_eq!((run.code, told(&run, "not_sent")), (6, 1.into()), "{}", run.whole());
    for command in ["resume", "stop", "discard", "status", "results", "history"] {
        for empty in ["", " "] {
            let run = shell.run(&["fleet", command, empty]);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{command}: {}", run.whole());
            let next = if command == "history" { "no line is named" } else { "--last" };
            assert!(run.stderr.contains(next), "{command}: {}", run.stderr);
        }
    }
    let settle = ["fleet", "settle", "", "--row", "3", "--as", "done", "--reason", "so it is"];
    let run = shell.run(&settle);
    assert!(run.code == 2 && run.stderr.contains("--last"), "{}", run.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 1);
    let run = shell.run(&["fleet", "resume", "--last"]);
    assert_eq!((run.code, told(&run, "done")), (0, 2.into()), "{}", run.whole());
}

#[test]
fn a_resume_of_what_was_not_waited_for_finds_out_what_came_of_it() {
    // Time stands still, so that AT&T comes to no end by itself.
    let served = Served::of_today(50);
    let shell = shell_at(&served);
    shell.write("lines.csv", sheet(2));
    let run = shell.run(&["fleet", "run", "lines.csv", "--op", "activate", "--no-wait"]);
    assert_eq!((run.code, told(&run, "pending")), (0, 2.into()), "{}", run.whole());
    let job = told(&run, "job").as_str().unwrap().to_owned();
    let status = shell.run(&["fleet", "status", &job]);
    assert_eq!(told(&status, "state"), "finished", "{}", status.whole());
    assert!(
        status.stderr.contains(&format!("2 rows; to find out: apex fleet resume {job}")),
        "{}",
        status.stderr
    );
    let still = shell.run(&["fleet", "resume", &job, "--no-wait"]);
    assert_eq!((still.code, told(&still, "pending")), (0, 2.into()), "{}", still.whole());
    served.sandbox.advance(Duration::from_mins(5));
    let run = shell.run(&["fleet", "resume", &job]);
    assert_eq!((run.code, told(&run, "done")), (0, 2.into()), "{}", run.whole());
    let status = shell.run(&["fleet", "status", &job]);
    assert!(!status.stderr.contains("resume"), "{}", status.stderr);
    assert_eq!(served.activations(), 2);
}

#[test]
fn an_apply_of_a_plan_in_which_no_line_could_be_read_does_not_say_that_all_is_as_it_is_wanted() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let line = active(&served, 1).remove(0);
    let table = [(format!("{line},active\n"), true), ("2145550199,active\n".to_owned(), false)];
    for (row, as_wanted) in table {
        shell.write("desired.csv", format!("number,status\n{row}"));
        shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan"]);
        let run = shell.run(&["fleet", "apply", "friday.plan"]);
        assert_eq!(run.stderr.contains("nothing to change"), as_wanted, "{row}: {}", run.whole());
    }
    assert_eq!(served.sandbox.ledger(), []);
}

#[test]
fn a_row_that_says_the_same_as_another_counts_by_what_came_of_that() {
    // Time stands still, so that AT&T comes to no end by itself.
    let served = Served::of_today(50);
    let shell = shell_at(&served);
    shell.write("monday.csv", sheet(1));
    shell.write("tuesday.csv", sheet(1));
    let activate =
        |file, more: &[&str]| shell.run(&[&["fleet", "run", file, "--op", "activate"], more].concat());
    let monday = activate("monday.csv", &["--no-wait"]);
    assert_eq!((monday.code, told(&monday, "pending")), (0, 1.into()), "{}", monday.whole());
    let job = told(&monday, "job").as_str().unwrap().to_owned();
    let tuesday = activate("tuesday.csv", &[]);
    assert_eq!((tuesday.code, told(&tuesday, "duplicate")), (5, 1.into()), "{}", tuesday.whole());
    assert!(tuesday.stderr.contains("1 the same as another row (1 pending)"), "{}", tuesday.stderr);
    let go_on = format!("1 row of job {job} too, and not at an end; go on: apex fleet resume {job}");
    assert!(tuesday.stderr.contains(&go_on), "{}", tuesday.stderr);
    served.sandbox.advance(Duration::from_mins(5));
    assert_eq!(shell.run(&["fleet", "resume", &job]).code, 0);
    let done = activate("tuesday.csv", &[]);
    assert_eq!((done.code, served.activations()), (0, 1), "{}", done.whole());
    assert!(done.stderr.contains("1 the same as another row (1 done)"), "{}", done.stderr);

    let other = Served::of_today(50);
    let there = shell.with("APEX_BASE_URL", other.url());
    let run = there.run(&["fleet", "run", "tuesday.csv", "--op", "activate"]);
    assert_eq!((run.code, other.activations()), (1, 0), "{}", run.whole());
    assert!(run.stderr.contains("1 the same as another row (1 not sent)"), "{}", run.stderr);
    assert!(run.stderr.contains("nothing was sent to [server] for 1 row: another job"), "{}", run.stderr);
}

#[test]
fn a_row_that_says_the_same_as_one_of_which_nothing_is_known_is_unknown_too() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let both = active(&served, 2);
    shell.write("monday.csv", suspends(&both[..1]));
    shell.write("tuesday.csv", suspends(&both));
    // The answer is lost, and a look at the line gets none either.
    let lost = FaultRule::new(Fault::F10, "*", When::Always).unwrap();
    served.sandbox.set_faults([lost]);
    let words = ["--op", "suspend", "--no-look-before", "--resolve-wait", "100ms", "--patience", "300ms"];
    let monday = shell.run(&[&["fleet", "run", "monday.csv"], &words[..]].concat());
    assert_eq!(told(&monday, "unknown"), 1, "{}", monday.whole());
    served.sandbox.set_faults([]);
    let tuesday = shell.run(&["fleet", "run", "tuesday.csv", "--op", "suspend"]);
    let counts = ["done", "duplicate"].map(|count| told(&tuesday, count));
    assert_eq!((tuesday.code, counts), (8, [1.into(), 1.into()]), "{}", tuesday.whole());
    assert!(tuesday.stderr.contains("1 the same as another row (1 unknown)"), "{}", tuesday.stderr);
}
