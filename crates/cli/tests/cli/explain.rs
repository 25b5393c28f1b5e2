//! The error catalog from the command line.

use crate::harness::Shell;

#[test]
fn a_text_a_status_and_a_reason_code_are_explained() {
    let mut page = String::new();
    for text in ["Plan is not compatible with equipment", "504", "8A"] {
        let run = Shell::new().run(&["explain", text, "--output", "table"]);
        assert_eq!(run.code, 0);
        page.push_str(&format!("# {text}\n{}\n", run.stdout));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_program_gets_one_entry_per_line() {
    let run = Shell::new().run(&["explain", "504"]);
    assert!(run.stdout.lines().all(|line| line.starts_with("{\"number\":")), "{}", run.stdout);
}

#[test]
fn words_need_no_quotes() {
    let shell = Shell::new();
    let quoted = shell.run(&["explain", "subscriber must be active"]);
    assert_eq!(shell.run(&["explain", "subscriber", "must", "be", "active"]).stdout, quoted.stdout);
}

#[test]
fn what_the_catalog_does_not_know_exits_with_3() {
    let run = Shell::new().run(&["explain", "zebra"]);
    assert_eq!((run.code, run.stdout.as_str()), (3, ""));
}
