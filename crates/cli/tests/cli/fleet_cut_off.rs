//! Jobs that are killed or stopped in the middle of the work, and go on.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use apex_mobility_sandbox::{Fault, FaultRule, LedgerKind, When};

use crate::fleet::{active, column, effects, shell_at, suspends, told};
use crate::harness::{Served, Shell};

const ROWS: usize = 20;
/// The ramp sends one row, then five. These five wait for their answers when the end comes.
const UNDER_WAY: usize = 6;

/// A run whose first row is done and whose next five are carried out and not answered yet.
struct InTheMiddle {
    served: Served,
    shell: Shell,
    child: Child,
    said: Lines<BufReader<ChildStderr>>,
}

impl InTheMiddle {
    fn with_answers_after(delay: Duration) -> Self {
        let served = Served::in_a_hurry(200);
        let late = FaultRule::new(Fault::F4, "writes", When::Always).unwrap().delayed(delay);
        let shell = shell_at(&served);
        shell.write("suspend.csv", suspends(&active(&served, ROWS)));
        served.sandbox.set_faults([late]);
        let mut child = shell
            .command(&["fleet", "run", "suspend.csv", "--op", "suspend"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines();
        while effects(&served, LedgerKind::Status).len() < UNDER_WAY {
            std::thread::yield_now();
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        }
        Self { served, shell, child, said }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn says(&mut self, words: &str) {
        assert!(self.said.by_ref().map(Result::unwrap).any(|line| line.contains(words)), "{words}");
    }

    /// The job goes on to its end, and no line was suspended twice.
    fn goes_on(&self) {
        self.served.sandbox.set_faults([]);
        let run = self.shell.run(&["fleet", "resume", "--last"]);
        assert_eq!((run.code, told(&run, "done")), (0, ROWS.into()), "{}", run.whole());
        let effects = effects(&self.served, LedgerKind::Status);
        assert_eq!((effects.len(), effects.values().max()), (ROWS, Some(&1)));
        let results = self.shell.read("suspend.results.csv");
        assert_eq!(column(&results, "verdict"), ["done"; ROWS]);
        let rows: Vec<_> = (2..ROWS + 2).map(|row| row.to_string()).collect();
        assert_eq!(column(&results, "row"), rows);
    }
}

#[test]
fn a_killed_run_goes_on_and_no_line_is_changed_twice() {
    let mut middle = InTheMiddle::with_answers_after(Duration::from_secs(3));
    middle.signal("-KILL");
    assert_eq!(middle.child.wait().unwrap().code(), None);
    // The ledger is ahead of the journal: five rows are open questions.
    let status = middle.shell.run(&["fleet", "status", "--last"]);
    assert_eq!((told(&status, "done"), told(&status, "unknown")), (1.into(), 5.into()), "{}", status.whole());
    middle.goes_on();
}

#[test]
fn ctrl_c_takes_in_the_answers_that_are_due_and_tells_how_to_go_on() {
    let mut middle = InTheMiddle::with_answers_after(Duration::from_secs(1));
    middle.signal("-INT");
    middle.says("To go on: apex fleet resume");
    middle.says("stopped: nothing more is sent");
    middle.says("6 done, 14 not sent");
    assert_eq!(middle.child.wait().unwrap().code(), Some(5));
    assert_eq!(effects(&middle.served, LedgerKind::Status).len(), UNDER_WAY);
    middle.goes_on();
}

#[test]
fn ctrl_c_twice_leaves_at_once_and_the_next_run_settles() {
    let mut middle = InTheMiddle::with_answers_after(Duration::from_secs(30));
    middle.signal("-INT");
    middle.says("Ctrl-C again leaves at once");
    middle.signal("-INT");
    middle.says("leaving");
    middle.says("1 done, 14 not sent, 5 unknown");
    assert_eq!(middle.child.wait().unwrap().code(), Some(8));
    middle.goes_on();
}

#[test]
fn a_journal_is_for_one_process_at_a_time() {
    let mut middle = InTheMiddle::with_answers_after(Duration::from_secs(30));
    let run = middle.shell.run(&["fleet", "status", "--last"]);
    assert_eq!(run.code, 2, "{}", run.whole());
    let holder = format!("in use by process {}", middle.child.id());
    assert!(run.stderr.contains(&holder), "{}", run.stderr);
    middle.signal("-KILL");
    middle.child.wait().unwrap();
    assert_eq!(middle.shell.run(&["fleet", "status", "--last"]).code, 0);
}

#[test]
fn a_job_in_a_file_is_stopped_where_it_runs_or_when_it_was_cut_off() {
    let mut middle = InTheMiddle::with_answers_after(Duration::from_secs(30));
    let stop = |words: &[&str]| middle.shell.run(&[&["fleet", "stop"], words].concat());
    let holder = middle.child.id();
    let held = stop(&["--last"]);
    assert_eq!(held.code, 2, "{}", held.whole());
    assert!(held.stderr.contains(&format!("Ctrl-C there, or kill -INT {holder}")), "{}", held.stderr);
    middle.child.kill().unwrap();
    middle.child.wait().unwrap();
    assert_eq!(stop(&["0000"]).code, 3);
    let cut_off = stop(&["--last"]);
    assert_eq!((cut_off.code, told(&cut_off, "state")), (0, "stopped".into()), "{}", cut_off.whole());
    for words in ["no process was at it", "sent, and not at an end: 5 rows", "14 rows not sent; go on: "] {
        assert!(cut_off.stderr.contains(words), "{words}: {}", cut_off.stderr);
    }
    let again = stop(&["--last"]);
    assert_eq!(again.code, 0, "{}", again.whole());
    assert!(again.stderr.contains("was stopped already"), "{}", again.stderr);
    middle.goes_on();
    let over = stop(&["--last"]);
    assert_eq!(over.code, 2, "{}", over.whole());
    assert!(over.stderr.contains("is finished: there is nothing to stop"), "{}", over.stderr);
}

/// Kills a run that is still reading its rows. Gives the id of its job.
fn draft_of_a_killed_run(shell: &Shell) -> String {
    let mut child = shell
        .command(&["fleet", "run", "-", "--op", "suspend"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // More than the pipe holds: when all of it is written, most of it was read, and the draft is there.
    let rows = "2145550101,CR\n".repeat(20_000);
    child.stdin.as_mut().unwrap().write_all(format!("number,reason\n{rows}").as_bytes()).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    let status = shell.run(&["fleet", "status", "--last"]);
    assert_eq!((status.code, told(&status, "state")), (0, "draft".into()), "{}", status.whole());
    told(&status, "job").as_str().unwrap().to_owned()
}

#[test]
fn a_draft_of_a_killed_run_is_shown_and_can_be_taken_out() {
    let shell = shell_at(&Served::in_a_hurry(20));
    let job = draft_of_a_killed_run(&shell);
    let list = shell.run(&["fleet", "list"]);
    assert!(list.stdout.contains(&job) && list.stderr.contains("apex fleet discard"), "{}", list.whole());
    let resumed = shell.run(&["fleet", "resume", &job]);
    assert_eq!(resumed.code, 2);
    assert!(resumed.stderr.contains(&format!("apex fleet discard {job}")), "{}", resumed.stderr);
    let stopped = shell.run(&["fleet", "stop", &job]);
    assert_eq!(stopped.code, 2);
    assert!(stopped.stderr.contains(&format!("apex fleet discard {job}")), "{}", stopped.stderr);
    let discarded = shell.run(&["fleet", "discard", &job]);
    assert_eq!(discarded.code, 0);
    assert!(discarded.stderr.contains("nothing of it was sent"), "{}", discarded.stderr);
    assert_eq!(shell.run(&["fleet", "list"]).whole(), "exit 0\n\n--- stdout ---\n\n--- stderr ---\n");
    assert_eq!(shell.run(&["fleet", "discard", &job]).code, 3);
}

#[test]
fn the_next_run_takes_dead_drafts_out_and_nothing_else_is_ever_discarded() {
    let served = Served::in_a_hurry(20);
    let shell = shell_at(&served);
    let draft = draft_of_a_killed_run(&shell);
    shell.write("suspend.csv", suspends(&active(&served, 1)));
    let run = shell.run(&["fleet", "run", "suspend.csv", "--op", "suspend"]);
    assert_eq!((run.code, told(&run, "done")), (0, 1.into()), "{}", run.whole());
    assert!(run.stderr.contains(&format!("is taken out: stdin, job {draft}")), "{}", run.stderr);
    let list = shell.run(&["fleet", "list", "-o", "jsonl"]);
    assert_eq!((list.stdout.lines().count(), list.stderr.as_str()), (1, ""));
    let refused = shell.run(&["fleet", "discard", "--last"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("is finished, no draft"), "{}", refused.stderr);
}

#[test]
fn a_run_that_is_cut_off_at_any_of_its_first_notes_goes_on_or_begins_anew() {
    for place in ["before_commit", "after_commit"] {
        for nth in 1..=5 {
            let served = Served::in_a_hurry(60);
            let shell = shell_at(&served);
            shell.write("suspend.csv", suspends(&active(&served, 8)));
            let run = ["fleet", "run", "suspend.csv", "--op", "suspend"];
            let mut killed = shell.command(&run);
            let killed = killed.env("APEX_FAILPOINT", format!("{place}:{nth}")).output().unwrap();
            assert_eq!(killed.status.code(), None, "{place}:{nth}");
            let mut again = shell.run(&["fleet", "resume", "--last"]);
            if again.code != 0 {
                // Its rows were not let in: it holds nothing up when the file is run again.
                let why = ["was never let in", "there is no job"];
                assert!(why.iter().any(|why| again.stderr.contains(why)), "{place}:{nth}: {}", again.whole());
                again = shell.run(&run);
            }
            assert_eq!((again.code, told(&again, "done")), (0, 8.into()), "{place}:{nth}: {}", again.whole());
            let effects = effects(&served, LedgerKind::Status);
            assert_eq!((effects.len(), effects.values().max()), (8, Some(&1)), "{place}:{nth}");
        }
    }
}
