//! Jobs whose journal is on a PostgreSQL server, where other processes share it.

use std::process::Stdio;
use std::time::Duration;

#[cfg(target_os = "linux")]
use apex_mobility::clock::{Clock, SystemClock};
use apex_mobility_sandbox::{Fault, FaultRule, LedgerKind, When};
use xtask::postgres::Cluster;

use crate::fleet::{active, effects, shell_at, suspends, told};
#[cfg(target_os = "linux")]
use crate::harness::sheet;
use crate::harness::{Served, Shell};

/// A shell whose journal is in a database of its own, and that database; none where no PostgreSQL is installed.
pub(crate) fn on_postgres(served: &Served) -> Option<(Shell, &'static Cluster, String)> {
    let cluster = Cluster::get()?;
    let database = cluster.database();
    Some((shell_at(served).with("APEX_JOURNAL", &database), cluster, database))
}

#[test]
fn an_apply_takes_part_in_the_rate_that_all_processes_share_and_its_dry_run_leaves_the_journal_alone() {
    let served = Served::in_a_hurry(50);
    let Some((shell, cluster, database)) = on_postgres(&served) else { return };
    shell.write("desired.csv", format!("number,status\n{},suspended\n", active(&served, 1).remove(0)));
    assert_eq!(shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan"]).code, 0);
    let dry = shell.run(&["fleet", "apply", "friday.plan", "--dry-run"]);
    assert_eq!((dry.code, cluster.ask(&database, "SELECT to_regclass('pace')").as_str()), (0, ""));
    let run = shell.run(&["fleet", "apply", "friday.plan"]);
    assert_eq!((run.code, told(&run, "done")), (0, 1.into()), "{}", run.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 1);
    let server = cluster.ask(&database, "SELECT split_part(key, ' ', 1) FROM pace");
    assert_eq!(server, served.url());
}

#[test]
fn a_job_is_stopped_from_another_process_and_a_resume_goes_on_with_it() {
    let served = Served::in_a_hurry(600);
    let Some((shell, ..)) = on_postgres(&served) else { return };
    shell.write("suspend.csv", suspends(&active(&served, 100)));
    let late = FaultRule::new(Fault::F4, "writes", When::Always).unwrap().delayed(Duration::from_secs(1));
    served.sandbox.set_faults([late]);
    let mut command = shell.command(&["fleet", "run", "suspend.csv", "--op", "suspend"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while effects(&served, LedgerKind::Status).len() < 10 {
        std::thread::yield_now();
    }
    let stop = shell.run(&["fleet", "stop", "--last"]);
    assert_eq!((stop.code, told(&stop, "state")), (0, "stopped".into()), "{}", stop.whole());
    let job = told(&stop, "job").as_str().unwrap().to_owned();
    assert!(stop.stderr.contains("within five seconds its process sends no more of it"), "{}", stop.stderr);
    assert!(stop.stderr.contains(&format!("go on: apex fleet resume {job}")), "{}", stop.stderr);
    let stopped = child.wait_with_output().unwrap();
    let said = String::from_utf8(stopped.stderr).unwrap();
    assert_eq!(stopped.status.code(), Some(5), "{said}");
    assert!(said.contains("stopped: nothing more is sent"), "{said}");
    let status = shell.run(&["fleet", "status", &job]);
    let [done, unknown, not_sent] = ["done", "unknown", "not_sent"].map(|count| told(&status, count));
    assert_eq!((told(&status, "state"), unknown), ("stopped".into(), 0.into()), "{}", status.whole());
    assert_eq!(done, effects(&served, LedgerKind::Status).len());
    assert!(not_sent.as_u64().unwrap() > 0, "{}", status.whole());

    served.sandbox.set_faults([]);
    let run = shell.run(&["fleet", "resume", &job]);
    assert_eq!((run.code, told(&run, "done")), (0, 100.into()), "{}", run.whole());
    let effects = effects(&served, LedgerKind::Status);
    assert_eq!((effects.len(), effects.values().max()), (100, Some(&1)));
}

#[test]
fn a_submitted_job_is_stopped_for_all_workers_until_it_is_resumed() {
    let served = Served::in_a_hurry(50);
    let Some((shell, ..)) = on_postgres(&served) else { return };
    shell.write("suspend.csv", suspends(&active(&served, 3)));
    let submitted = shell.run(&["fleet", "submit", "suspend.csv", "--op", "suspend"]);
    assert_eq!((submitted.code, told(&submitted, "state")), (0, "running".into()), "{}", submitted.whole());
    let stop = shell.run(&["fleet", "stop", "--last"]);
    assert_eq!((stop.code, told(&stop, "not_sent")), (0, 3.into()), "{}", stop.whole());
    assert!(stop.stderr.contains("no worker sends any more of it"), "{}", stop.stderr);
    let idle = shell.run(&["fleet", "worker", "--until-done"]);
    assert_eq!((idle.code, served.sandbox.ledger().len()), (0, 0), "{}", idle.whole());
    let run = shell.run(&["fleet", "resume", "--last"]);
    assert_eq!((run.code, told(&run, "done")), (0, 3.into()), "{}", run.whole());
    let over = shell.run(&["fleet", "stop", "--last"]);
    assert_eq!(over.code, 2, "{}", over.whole());
    assert!(over.stderr.contains("is finished: there is nothing to stop"), "{}", over.stderr);
}

#[test]
fn a_process_that_leaves_a_job_for_workers_says_that_they_go_on_with_it() {
    let served = Served::in_a_hurry(200);
    let Some((shell, ..)) = on_postgres(&served) else { return };
    shell.write("suspend.csv", suspends(&active(&served, 20)));
    let submitted = shell.run(&["fleet", "submit", "suspend.csv", "--op", "suspend"]);
    assert_eq!(submitted.code, 0, "{}", submitted.whole());
    let job = told(&submitted, "job").as_str().unwrap().to_owned();
    let left = format!(
        "this process sends no more; workers go on with the job; to stop them: apex fleet stop {job}"
    );
    let enough = shell.run(&["fleet", "resume", &job, "--max-changes", "2"]);
    assert_eq!((enough.code, told(&enough, "state")), (6, "running".into()), "{}", enough.whole());
    assert!(enough.stderr.contains(&format!("--max-changes allows: {left}")), "{}", enough.stderr);
    assert!(enough.stderr.contains(&format!("how far: apex fleet status {job}")), "{}", enough.stderr);

    let late = FaultRule::new(Fault::F4, "writes", When::Always).unwrap().delayed(Duration::from_secs(1));
    served.sandbox.set_faults([late]);
    let timed = shell.run(&["fleet", "resume", &job, "--timeout", "300ms"]);
    assert_eq!(timed.code, 5, "{}", timed.whole());
    assert!(timed.stderr.contains(&format!("the time is over: {left}")), "{}", timed.stderr);
    assert!(timed.stderr.contains(&format!("stopped: {left}")), "{}", timed.stderr);

    let mut command = shell.command(&["fleet", "resume", &job]);
    let before = effects(&served, LedgerKind::Status).len();
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while effects(&served, LedgerKind::Status).len() == before {
        std::thread::yield_now();
    }
    let id = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    let ended = child.wait_with_output().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(5), "{said}");
    assert!(
        said.contains(&format!("stopping: {left}")) && said.contains(&format!("stopped: {left}")),
        "{said}"
    );
    assert!(!said.contains("nothing more is sent"), "{said}");

    served.sandbox.set_faults([]);
    let worker = shell.run(&["fleet", "worker", "--until-done"]);
    assert_eq!(worker.code, 0, "{}", worker.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 20, "{}", worker.whole());
}

#[test]
fn a_row_that_another_version_has_written_holds_up_no_other_and_is_sent_by_a_version_that_can_read_it() {
    let served = Served::in_a_hurry(50);
    let Some((shell, cluster, database)) = on_postgres(&served) else { return };
    let lines = active(&served, 4);
    shell.write("suspend.csv", suspends(&lines));
    let submitted = shell.run(&["fleet", "submit", "suspend.csv", "--op", "suspend"]);
    assert_eq!(submitted.code, 0, "{}", submitted.whole());
    let column = r#"cells = (CAST(cells AS jsonb) || '{"later": "x"}')::text WHERE line = 3"#;
    cluster.ask(&database, &format!("UPDATE item SET {column}"));
    let worker = shell.run(&["fleet", "worker", "--until-done"]);
    assert_eq!(worker.code, 0, "{}", worker.whole());
    assert!(worker.stderr.contains("3 done") && worker.stderr.contains(": finished"), "{}", worker.stderr);
    let status = shell.run(&["fleet", "status", "--last"]);
    let counts = ["done", "not_sent", "failed"].map(|count| told(&status, count).as_u64().unwrap());
    assert_eq!(counts, [3, 1, 0], "{}", status.whole());
    assert!(status.stderr.contains("this version of apex cannot read them: 1 row;"), "{}", status.stderr);
    assert!(status.stderr.contains("go on: apex fleet resume"), "{}", status.stderr);
    let again = shell.run(&["fleet", "resume", "--last"]);
    assert_eq!((again.code, effects(&served, LedgerKind::Status).len()), (6, 3), "{}", again.whole());
    let said = "row 3, suspend: not_sent: this version of apex cannot read the row: unknown columns: later";
    assert!(again.stderr.contains(said), "{}", again.stderr);
    let result = shell.run(&["fleet", "results", "--last", "-o", "csv"]);
    assert!(result.stdout.lines().nth(2).unwrap().contains("unknown columns: later"), "{}", result.stdout);

    cluster.ask(&database, "UPDATE item SET cells = (CAST(cells AS jsonb) - 'later')::text");
    let newer = shell.run(&["fleet", "resume", "--last"]);
    assert_eq!((newer.code, told(&newer, "done")), (0, 4.into()), "{}", newer.whole());
    let effects = effects(&served, LedgerKind::Status);
    assert_eq!((effects.len(), effects.values().max()), (4, Some(&1)));
}

#[test]
fn a_job_with_an_operation_of_another_version_holds_up_no_other_job() {
    let served = Served::in_a_hurry(50);
    let Some((shell, cluster, database)) = on_postgres(&served) else { return };
    let lines = active(&served, 4);
    let submit = |lines: &[String]| {
        shell.write("suspend.csv", suspends(lines));
        let submitted = shell.run(&["fleet", "submit", "suspend.csv", "--op", "suspend"]);
        assert_eq!(submitted.code, 0, "{}", submitted.whole());
        told(&submitted, "job").as_str().unwrap().to_owned()
    };
    let later = submit(&lines[..2]);
    cluster.ask(&database, "UPDATE item SET operation = 'later' WHERE line = 2");
    let other = submit(&lines[2..]);
    let worker = shell.run(&["fleet", "worker", "--until-done"]);
    assert_eq!(worker.code, 0, "{}", worker.whole());
    let left = format!("job {later} is left to other workers: \"later\" is no operation");
    assert!(worker.stderr.contains(&left) && worker.stderr.contains(&format!("job {other}: finished")));
    assert_eq!(served.sandbox.ledger().len(), 2, "{}", worker.whole());

    cluster.ask(&database, "UPDATE item SET operation = 'suspend'");
    // What a worker could not read is free again after a while.
    cluster.ask(&database, "UPDATE apalis.jobs SET run_at = now()");
    let newer = shell.run(&["fleet", "worker", "--until-done"]);
    assert_eq!((newer.code, served.sandbox.ledger().len()), (0, 4), "{}", newer.whole());
}

#[test]
fn a_worker_with_another_app_secret_says_which_job_it_cannot_carry_and_how_to_go_on() {
    let served = Served::in_a_hurry(50);
    let Some((shell, ..)) = on_postgres(&served) else { return };
    shell.write(
        "pins.csv",
        suspends(&active(&served, 2)).replace("CR", "867530").replace("reason", "voicemail pin"),
    );
    let submitted = shell.run(&["fleet", "submit", "pins.csv", "--op", "reset-voicemail"]);
    assert_eq!(submitted.code, 0, "{}", submitted.whole());
    let job = told(&submitted, "job").as_str().unwrap().to_owned();
    let shell = shell.with("APEX_APP_SECRET", "another");
    let other = shell.run(&["fleet", "worker", "--until-done"]);
    assert_eq!((other.code, served.sandbox.ledger().len()), (2, 0), "{}", other.whole());
    let said = format!("job {job} was submitted under another app secret than this worker has");
    assert!(other.stderr.contains(&said) && !other.stderr.contains("867530"), "{}", other.stderr);
    assert!(other.stderr.contains("the app secret that the job was submitted with"), "{}", other.stderr);
    let shell = shell.with("APEX_APP_SECRET", "sandbox");
    let right = shell.run(&["fleet", "worker", "--until-done"]);
    assert_eq!(right.code, 0, "{}", right.whole());
    let status = shell.run(&["fleet", "status", &job]);
    assert_eq!((told(&status, "state"), told(&status, "done")), ("finished".into(), 2.into()));
}

/// Puts a run to sleep in the middle of its `nth` transaction, lets another process do its job, and wakes it.
#[cfg(target_os = "linux")]
fn a_sleeping_run_holds_up_nobody(nth: u32, other: &[&str]) {
    let served = Served::in_a_hurry(60);
    let Some((shell, ..)) = on_postgres(&served) else { return };
    shell.write("lines.csv", sheet(8));
    let run = ["fleet", "run", "lines.csv", "--op", "activate"];
    let mut command = shell.command(&run);
    command.env("APEX_FAILPOINT", format!("before_commit:{nth}:sleep"));
    let mut sleeper = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let stat = format!("/proc/{}/stat", sleeper.id());
    while !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
        std::thread::yield_now();
        assert!(sleeper.try_wait().unwrap().is_none(), "it ended by itself");
    }
    let clock = SystemClock::new();
    let goes_on = shell.run(other);
    let took = clock.monotonic();
    assert_eq!((goes_on.code, told(&goes_on, "done")), (0, 8.into()), "{}", goes_on.whole());
    // Workers take over what one holds that is not heard of for 15 seconds.
    assert!(took < Duration::from_secs(15), "{took:?}");
    let woken = std::process::Command::new("kill").args(["-CONT", &sleeper.id().to_string()]).status();
    assert!(woken.unwrap().success());
    let woken = sleeper.wait_with_output().unwrap();
    assert_eq!(woken.status.code(), Some(0), "{}", String::from_utf8_lossy(&woken.stderr));
    assert_eq!(served.activations(), 8);
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_sleeps_while_it_lets_its_rows_in_holds_up_no_other_and_sends_nothing_twice() {
    a_sleeping_run_holds_up_nobody(4, &["fleet", "run", "lines.csv", "--op", "activate"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_run_that_sleeps_while_it_notes_an_intent_holds_up_no_other_and_sends_nothing_twice() {
    a_sleeping_run_holds_up_nobody(6, &["fleet", "resume", "--last"]);
}
