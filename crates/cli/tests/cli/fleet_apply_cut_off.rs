//! Plans whose apply is killed or stopped in the middle of a wave, and goes on.

#![cfg(unix)]

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use apex_mobility_sandbox::{Fault, FaultRule, LedgerKind, When};

use crate::fleet::{active, column, effects, shell_at, told};
use crate::harness::{Run, Served, Shell};

const LINES: usize = 12;
/// The ramp sends one row, then five. These five wait for their answers when the end comes.
const UNDER_WAY: usize = 6;

/// An apply of two waves, the account and then the status, in the middle of one of them.
struct InTheMiddle {
    served: Served,
    shell: Shell,
    child: Child,
}

impl InTheMiddle {
    fn of(wave: LedgerKind) -> Self {
        let served = Served::in_a_hurry(200);
        let shell = shell_at(&served);
        let account = &served.sandbox.lines()[0].billing_account_number.clone();
        let is_theirs = |number: &String| {
            let line = served.sandbox.find_line(|line| line.subscriber_number.as_str() == number).unwrap();
            line.billing_account_number == *account
        };
        let numbers = active(&served, LINES * 2).into_iter().filter(|number| !is_theirs(number)).take(LINES);
        let rows: String = numbers.map(|number| format!("{number},{account},suspended\n")).collect();
        shell.write("desired.csv", format!("number,ban,status\n{rows}"));
        let plan = shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan"]);
        assert_eq!(plan.code, 0, "{}", plan.whole());
        // The first wave at full speed, where the second is meant.
        let late =
            |only: When| FaultRule::new(Fault::F4, "writes", only).unwrap().delayed(Duration::from_secs(3));
        if wave == LedgerKind::Tobr {
            served.sandbox.set_faults([late(When::Always)]);
        }
        let mut child = shell
            .command(&["fleet", "apply", "friday.plan", "--no-look-before"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let count = |kind| effects(&served, kind).len();
        while wave == LedgerKind::Status && count(LedgerKind::Tobr) < LINES {
            std::thread::yield_now();
        }
        if wave == LedgerKind::Status {
            served.sandbox.set_faults([late(When::Always)]);
        }
        while count(wave) < UNDER_WAY && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        Self { served, shell, child }
    }

    fn signal(&mut self, name: &str) -> Option<i32> {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        self.child.wait().unwrap().code()
    }

    /// The plan is carried out to its end, and nothing was done twice.
    fn goes_on(&self, run: &dyn Fn(&Shell) -> Run) {
        self.served.sandbox.set_faults([]);
        let run = run(&self.shell);
        assert_eq!((run.code, told(&run, "done")), (0, LINES.into()), "{}", run.whole());
        for kind in [LedgerKind::Tobr, LedgerKind::Status] {
            let effects = effects(&self.served, kind);
            assert_eq!((effects.len(), effects.values().max()), (LINES, Some(&1)), "{kind}");
        }
        let results = self.shell.read("friday.results.csv");
        assert_eq!(column(&results, "verdict"), ["done"; LINES]);
        let rows: Vec<_> = (2..LINES + 2).map(|row| row.to_string()).collect();
        assert_eq!(column(&results, "row"), rows);
        let left = self.shell.run(&["fleet", "plan", "desired.csv", "--detailed-exitcode"]);
        assert_eq!(left.code, 0, "{}", left.whole());
    }
}

fn apply_again(shell: &Shell) -> Run {
    shell.run(&["fleet", "apply", "friday.plan"])
}

#[test]
fn an_apply_that_is_killed_in_any_wave_goes_on_and_does_nothing_twice() {
    for wave in [LedgerKind::Tobr, LedgerKind::Status] {
        let mut middle = InTheMiddle::of(wave);
        assert_eq!(middle.signal("-KILL"), None);
        let status = middle.shell.run(&["fleet", "status", "--last"]);
        assert_eq!(
            (told(&status, "done"), told(&status, "unknown")),
            (1.into(), 5.into()),
            "{}",
            status.whole()
        );
        middle.goes_on(&apply_again);
    }
}

#[test]
fn a_resume_of_a_wave_goes_on_with_the_whole_plan() {
    let mut middle = InTheMiddle::of(LedgerKind::Tobr);
    middle.signal("-KILL");
    middle.goes_on(&|shell| shell.run(&["fleet", "resume", "--last"]));
}

#[test]
fn ctrl_c_ends_an_apply_in_order_and_it_goes_on() {
    let mut middle = InTheMiddle::of(LedgerKind::Tobr);
    assert_eq!(middle.signal("-INT"), Some(5));
    assert_eq!(effects(&middle.served, LedgerKind::Tobr).len(), UNDER_WAY);
    let results = middle.shell.read("friday.results.csv");
    assert_eq!(column(&results, "done").iter().filter(|done| *done == "1").count(), UNDER_WAY, "{results}");
    middle.goes_on(&apply_again);
}

#[test]
fn a_resume_without_its_plan_ends_the_wave_and_says_what_to_do() {
    let mut middle = InTheMiddle::of(LedgerKind::Tobr);
    middle.signal("-KILL");
    middle.served.sandbox.set_faults([]);
    std::fs::remove_file(middle.shell.path("friday.plan")).unwrap();
    let run = middle.shell.run(&["fleet", "resume", "--last"]);
    assert_eq!((run.code, told(&run, "done")), (0, LINES.into()), "{}", run.whole());
    assert!(run.stderr.contains("plan again"), "{}", run.stderr);
    let (plan, status) =
        (effects(&middle.served, LedgerKind::Tobr), effects(&middle.served, LedgerKind::Status));
    assert_eq!((plan.len(), plan.values().max(), status.len()), (LINES, Some(&1), 0));
}

/// Ends a command while its first reads wait for their answers.
fn stopped_while_it_reads(served: &Served, shell: &Shell, arguments: &[&str]) -> Option<i32> {
    let before = served.sandbox.arrivals("line.get").unwrap();
    let late = FaultRule::new(Fault::F4, "reads", When::Always).unwrap();
    served.sandbox.set_faults([late.delayed(Duration::from_secs(30))]);
    let mut child = shell.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while served.sandbox.arrivals("line.get").unwrap() == before {
        std::thread::yield_now();
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let code = child.wait().unwrap().code();
    served.sandbox.set_faults([]);
    code
}

#[test]
fn ctrl_c_while_lines_are_read_leaves_nothing_behind() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let line = active(&served, 1).remove(0);
    shell.write("desired.csv", format!("number,status\n{line},suspended\n"));
    let plan = ["fleet", "plan", "desired.csv", "--out", "friday.plan"];
    assert_eq!(stopped_while_it_reads(&served, &shell, &plan), Some(1));
    assert_eq!(shell.files(), ["desired.csv"]);
    assert_eq!(shell.run(&plan).code, 0);
    assert_eq!(stopped_while_it_reads(&served, &shell, &["fleet", "apply", "friday.plan"]), Some(5));
    assert_eq!(shell.run(&["fleet", "list"]).whole(), "exit 0\n\n--- stdout ---\n\n--- stderr ---\n");
    assert_eq!(served.sandbox.ledger(), []);
    let run = apply_again(&shell);
    assert_eq!((run.code, told(&run, "done")), (0, 1.into()), "{}", run.whole());
}
