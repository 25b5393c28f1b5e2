//! Streams, formats and colour.

use crate::harness::{Served, Shell, sheet};

#[test]
fn nothing_is_coloured_that_is_piped() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    for arguments in
        [&["line", "list", "-o", "table"][..], &["line", "get", "2015559999"], &["--help"], &["dance"]]
    {
        let run = shell.run(arguments);
        assert!(!run.stdout.contains('\u{1b}') && !run.stderr.contains('\u{1b}'), "{arguments:?}");
    }
}

#[test]
fn quiet_leaves_results_and_errors() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    let list = shell.run(&["line", "list", "--quiet"]);
    assert_eq!((list.code, list.stderr.as_str()), (0, ""));
    assert!(!list.stdout.is_empty());
    let missing = shell.run(&["line", "get", "2015559999", "--quiet"]);
    assert!(missing.stderr.starts_with("error:"));
}

#[test]
fn csv_on_stdout_is_safe_to_open_in_a_spreadsheet() {
    let shell = Shell::new();
    let run = shell.activate(&sheet(1).replacen("8901", "=8901", 1), &["--dry-run", "--output", "csv"]);
    assert!(run.stdout.lines().nth(1).unwrap().contains(",'="), "{}", run.stdout);
}

#[test]
fn verbose_says_what_happens_underneath() {
    let served = Served::with_lines(8);
    let run = served.shell().run(&["line", "list", "-vvv"]);
    assert!(run.stderr.contains("list.accounts"), "{}", run.stderr);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_a_failure() {
    let served = Served::with_lines(8);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = served.shell().command(&["line", "list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("could not be written"));
}
