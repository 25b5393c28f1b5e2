//! Where the files of a job go: found out before anything is sent, and never over what is still wanted.

use std::fs;

use apex_mobility_sandbox::LedgerKind;

use crate::fleet::{active, effects, shell_at, suspends, told};
#[cfg(target_os = "linux")]
use crate::harness::{Run, sheet};
use crate::harness::{Served, Shell, Untouched};

/// A name that a file can have, but none that is longer by a few letters.
fn long_name() -> String {
    format!("{}.csv", "n".repeat(250))
}

/// That a command is refused with such words before anything is sent.
fn refused(shell: &Shell, arguments: &[&str], words: &str) {
    let run = shell.run(arguments);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}: {}", run.whole());
    assert!(run.stderr.contains(words), "{arguments:?}: {}", run.stderr);
    assert!(run.stderr.contains("changed: nothing was sent"), "{}", run.stderr);
}

#[test]
fn a_file_that_cannot_be_written_is_found_before_anything_is_sent() {
    let server = Untouched::new();
    let shell = server.shell();
    shell.write("lines.csv", suspends(&["2145550101".to_owned()]));
    let long = long_name();
    let words = format!("{long} cannot be written: File name too long");
    let run = ["fleet", "run", "lines.csv", "--op", "suspend"];
    for flag in ["--results", "--failed"] {
        refused(&shell, &[&run[..], &[flag, &long]].concat(), &words);
        refused(&shell, &["fleet", "results", "--last", flag, &long], &words);
    }
    refused(&shell, &["fleet", "plan", "lines.csv", "--out", &long], &words);
    refused(&shell, &["fleet", "reconcile", "lines.csv", "--desired", &long], &words);
    // So is the one that is beside the input when none is named.
    let file = format!("{}.csv", "n".repeat(240));
    shell.write(&file, suspends(&["2145550101".to_owned()]));
    refused(
        &shell,
        &["fleet", "run", &file, "--op", "suspend"],
        ".results.csv cannot be written: File name too long",
    );
    server.check();
}

/// A shell with links to devices: a link alone is lost where a device is taken for a file.
#[cfg(target_os = "linux")]
fn with_devices(served: &Served) -> Shell {
    let shell = shell_at(served);
    for device in ["full", "null", "stderr"] {
        std::os::unix::fs::symlink(format!("/dev/{device}"), shell.path(&format!("{device}.csv"))).unwrap();
    }
    shell
}

#[cfg(target_os = "linux")]
fn is_told_with_all_the_rest(run: &Run, code: i32, done: usize) {
    assert_eq!((run.code, told(run, "done")), (code, done.into()), "{}", run.whole());
    let said = "full.csv cannot be written: No space left on device (os error 28)\n\
        changed: nothing by this; what was done stands in the journal\n\
        next:    write them anew: apex fleet ";
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_could_not_be_written_at_the_end_do_not_hide_what_was_done() {
    let served = Served::in_a_hurry(100);
    let shell = with_devices(&served);
    let lines = active(&served, 3);
    shell.write("lines.csv", suspends(&lines));
    let run = shell.run(&["fleet", "run", "lines.csv", "--op", "suspend", "--results", "full.csv"]);
    is_told_with_all_the_rest(&run, 1, 3);
    assert!(run.stderr.contains("\n3 done\n"), "{}", run.stderr);

    // What came of the rows is worse, or more is known of it.
    shell.write("both.csv", suspends(&[lines[0].clone(), "2145559999".to_owned()]));
    let words =
        ["fleet", "run", "both.csv", "--op", "resume", "--results", "full.csv", "--failed", "again.csv"];
    let run = shell.run(&words);
    is_told_with_all_the_rest(&run, 6, 1);
    assert!(shell.read("again.csv").contains("2145559999"), "{}", run.whole());
    assert_eq!(effects(&served, LedgerKind::Status).len(), 3);
}

#[cfg(target_os = "linux")]
#[test]
fn rows_that_are_still_pending_are_told_though_the_results_could_not_be_written() {
    let served = Served::with_lines(50);
    let shell = with_devices(&served);
    shell.write("lines.csv", sheet(1));
    let words = ["fleet", "run", "lines.csv", "--op", "activate", "--results", "full.csv", "--timeout", "1s"];
    let run = shell.run(&words);
    is_told_with_all_the_rest(&run, 5, 0);
    assert!(run.stderr.contains("go on: apex fleet resume"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn an_apply_whose_results_could_not_be_written_says_what_was_done() {
    let served = Served::in_a_hurry(100);
    let shell = with_devices(&served);
    let lines = active(&served, 3);
    let rows: String = lines.iter().map(|number| format!("{number},suspended,CR\n")).collect();
    shell.write("desired.csv", format!("number,status,reason\n{rows}"));
    let plan = shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan"]);
    assert_eq!(plan.code, 0, "{}", plan.whole());
    let run = shell.run(&["fleet", "apply", "friday.plan", "--results", "full.csv"]);
    is_told_with_all_the_rest(&run, 1, 3);
    assert!(run.stderr.contains("3 lines of the plan: 3 done"), "{}", run.stderr);
    assert!(run.stderr.contains("apex fleet apply friday.plan --results FILE"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn rows_from_a_pipe_have_no_results_file_unless_one_is_named() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let rows = suspends(&active(&served, 1));
    let run = shell.run_with_input(&["fleet", "run", "/dev/fd/0", "--op", "suspend"], &rows);
    assert_eq!((run.code, told(&run, "done")), (0, 1.into()), "{}", run.whole());
    assert!(!run.stderr.contains("results in"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn results_can_go_into_a_device_or_a_pipe() {
    let served = Served::in_a_hurry(50);
    let shell = with_devices(&served);
    shell.write("lines.csv", suspends(&active(&served, 1)));
    let words =
        ["fleet", "run", "lines.csv", "--op", "suspend", "--results", "null.csv", "--failed", "null.csv"];
    let run = shell.run(&words);
    assert_eq!((run.code, told(&run, "done")), (0, 1.into()), "{}", run.whole());
    assert!(!fs::metadata(shell.path("null.csv")).unwrap().is_file());
    let run = shell.run(&["fleet", "results", "--last", "--results", "stderr.csv"]);
    assert!(run.stderr.contains("\n2,suspend,"), "{}", run.whole());
}

#[test]
fn stdout_is_no_file_for_results() {
    let server = Untouched::new();
    let shell = server.shell();
    shell.write("lines.csv", suspends(&["2145550101".to_owned()]));
    let run = ["fleet", "run", "lines.csv", "--op", "suspend"];
    for stdout in ["-", "/dev/stdout"] {
        for flag in ["--results", "--failed"] {
            let words = format!("{flag} cannot be stdout, which has what the command itself prints");
            refused(&shell, &[&run[..], &[flag, stdout]].concat(), &words);
            refused(&shell, &["fleet", "results", "--last", flag, stdout], &words);
        }
        refused(&shell, &["fleet", "plan", "lines.csv", "--out", stdout], "--out cannot be stdout");
    }
    // A file that is called so.
    refused(&shell, &[&run[..], &["--results", "./-", "--failed", "./-"]].concat(), "- is --results");
    server.check();
}

#[test]
fn no_file_is_written_over_another_whatever_they_are_called() {
    let server = Untouched::new();
    let shell = server.shell();
    let rows = suspends(&["2145550101".to_owned()]);
    shell.write("lines.csv", &rows);
    fs::create_dir(shell.path("there")).unwrap();
    let run = ["fleet", "run", "lines.csv", "--op", "suspend"];
    let again = [&run[..], &["--results", "both.csv", "--failed"]].concat();
    let results = ["fleet", "results", "--last", "--results", "both.csv", "--failed"];
    let reconcile = ["fleet", "reconcile", "lines.csv", "--out", "both.csv", "--desired"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("lines.csv", shell.path("link.csv")).unwrap();
        std::os::unix::fs::symlink("there/../both.csv", shell.path("dangling.csv")).unwrap();
        refused(&shell, &[&run[..], &["--failed", "link.csv"]].concat(), "lines.csv is the input itself");
        refused(&shell, &[&again[..], &["dangling.csv"]].concat(), "both.csv is --results");
    }
    for same in ["both.csv", "there/../both.csv"] {
        refused(&shell, &[&again[..], &[same]].concat(), "both.csv is --results");
        refused(&shell, &[&results[..], &[same]].concat(), "both.csv is --results");
        refused(&shell, &[&reconcile[..], &[same]].concat(), "both.csv is --out");
    }
    let input = "there/../lines.csv";
    for flag in ["--results", "--failed"] {
        refused(&shell, &[&run[..], &[flag, input]].concat(), "lines.csv is the input itself");
    }
    refused(&shell, &[&run[..], &["--failed", "lines.results.csv"]].concat(), "is --results");
    refused(&shell, &["fleet", "plan", "lines.csv", "--out", input], "lines.csv is the input itself");
    refused(
        &shell,
        &["fleet", "reconcile", "lines.csv", "--out", input],
        "lines.csv is the inventory itself",
    );
    assert_eq!(shell.read("lines.csv"), rows);
    server.check();
}

#[test]
fn neither_a_plan_nor_what_a_job_keeps_is_written_over_by_a_resume() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let lines = active(&served, 3);
    shell.write("lines.csv", suspends(&lines[..2]));
    let words =
        ["fleet", "run", "lines.csv", "--op", "suspend", "--max-changes", "1", "--failed", "again.csv"];
    let run = shell.run(&words);
    assert_eq!(told(&run, "done"), 1, "{}", run.whole());
    let resume = ["fleet", "resume", "--last", "--results"];
    refused(&shell, &[&resume[..], &["./again.csv"]].concat(), "give --failed another file");

    shell.write("desired.csv", format!("number,status,reason\n{},suspended,CR\n", lines[2]));
    let plan = shell.run(&["fleet", "plan", "desired.csv", "--out", "friday.plan"]);
    assert_eq!(plan.code, 0, "{}", plan.whole());
    let plan = shell.read("friday.plan");
    fs::create_dir(shell.path("there")).unwrap();
    let words = ["fleet", "apply", "friday.plan", "--results", "there/../friday.plan"];
    refused(&shell, &words, "friday.plan is the plan itself");
    let run = shell.run(&["fleet", "apply", "friday.plan"]);
    assert_eq!(told(&run, "done"), 1, "{}", run.whole());
    refused(&shell, &[&resume[..], &["there/../friday.plan"]].concat(), "friday.plan is the plan itself");
    assert_eq!(shell.read("friday.plan"), plan);
    assert_eq!(effects(&served, LedgerKind::Status).len(), 2);
}

#[test]
fn a_refused_run_leaves_the_results_of_an_earlier_job_under_another_name() {
    let served = Served::in_a_hurry(50);
    let shell = shell_at(&served);
    let lines = active(&served, 2);
    let run = ["fleet", "run", "lines.csv", "--op", "suspend"];
    shell.write("lines.csv", suspends(&lines[..1]));
    let first = shell.run(&run);
    assert_eq!((first.code, told(&first, "done")), (0, 1.into()), "{}", first.whole());
    let results = shell.read("lines.results.csv");
    assert!(results.contains("done"), "{results}");
    // Not everything with such a name is ours.
    shell.write("lines.results.1.csv", "mine");

    shell.write("lines.csv", format!("number,reason\n{},ZZ9\n", lines[1]));
    let second = shell.run(&run);
    assert_eq!(second.code, 2, "{}", second.whole());
    assert_eq!(shell.read("lines.results.1.csv"), "mine");
    assert_eq!(shell.read("lines.results.2.csv"), results);
    let kept = "lines.results.csv was kept as [directory]/lines.results.2.csv\n";
    assert!(second.stderr.contains(kept), "{}", second.stderr);
    assert!(shell.read("lines.results.csv").contains("ZZ9"), "{}", second.whole());
    assert!(!shell.read("lines.results.csv").contains("done"));
    assert_eq!(effects(&served, LedgerKind::Status).len(), 1);
}
