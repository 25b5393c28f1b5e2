//! What the commands of a job say, and what they take a word for.

use std::time::Duration;

use apex_mobility_sandbox::LedgerKind;

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
