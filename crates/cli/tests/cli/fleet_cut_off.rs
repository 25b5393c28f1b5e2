//! Jobs that are killed or stopped in the middle of the work, and go on.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Lines};
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
