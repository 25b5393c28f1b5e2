//! The first thing a new user runs.

use crate::harness::Shell;

#[test]
fn the_main_job_from_end_to_end() {
    let shell = Shell::new();
    let run = shell.run(&["quickstart"]);
    insta::assert_snapshot!(run.whole());
    insta::assert_snapshot!("results", shell.read("results.csv"));
}

#[test]
fn a_second_run_comes_to_the_same() {
    let shell = Shell::new();
    let first = shell.run(&["quickstart"]);
    assert_eq!(shell.run(&["quickstart"]).stdout, first.stdout);
    assert_eq!(shell.files(), ["results.csv"]);
}

#[test]
fn another_file_of_that_name_is_kept() {
    let shell = Shell::new();
    shell.write("results.csv", "mine\n");
    assert_eq!(shell.run(&["quickstart"]).code, 0);
    assert_eq!(shell.files(), ["results.1.csv", "results.csv"]);
    assert_eq!(shell.read("results.1.csv"), "mine\n");
}

#[test]
fn a_program_gets_rows_and_a_person_the_story() {
    let run = Shell::new().run(&["quickstart", "--output", "jsonl"]);
    assert_eq!(run.stdout.lines().count(), 25);
    assert!(run.stdout.lines().all(|line| line.starts_with("{\"row\":")));
    assert!(run.stderr.contains("6. Read each new line back"));
}

#[test]
fn a_directory_that_cannot_be_written_is_found_out_first() {
    let run = Shell::new().run(&["quickstart", "--results", "nowhere/results.csv"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
}
