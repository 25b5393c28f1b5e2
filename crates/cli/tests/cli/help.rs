//! The help of every command, as one page.

use crate::harness::Shell;

#[test]
fn the_whole_tree_of_help() {
    fn walk(command: &clap::Command, path: &[&str], shell: &Shell, page: &mut String) {
        let run = shell.run(&[path, &["--help"]].concat());
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{path:?}");
        page.push_str(&format!("$ apex {}\n{}\n", [path, &["--help"]].concat().join(" "), run.stdout));
        for below in command.get_subcommands() {
            walk(below, &[path, &[below.get_name()]].concat(), shell, page);
        }
    }
    let mut page = String::new();
    walk(&apex_mobility_cli::command(), &[], &Shell::new().with("COLUMNS", "100"), &mut page);
    insta::assert_snapshot!(page);
}

#[test]
fn the_commands_hold_together() {
    apex_mobility_cli::command().debug_assert();
}

#[test]
fn a_wrong_command_line_exits_with_2() {
    let shell = Shell::new();
    for arguments in [
        &["activate"][..],
        &["line", "get"],
        &["line", "get", "12145550101x"],
        &["line", "get", "2145550101", "--sim", "89010000000000000011"],
        &["line", "list", "--status", "sleeping"],
        &["line", "list", "--all", "--page", "2"],
        &["activate", "--file", "a", "--results", "b", "--timeout", "30"],
        &["sandbox", "serve", "--speed", "-1"],
        &["sandbox", "serve", "--clock", "manual", "--speed", "2"],
        &["device", "check"],
        &["device", "check", "--imei", "8.9E+14"],
        &[
            "device",
            "check",
            "--imei",
            "001010000000016",
            "--sim",
            "89010000000000000011",
            "--eid",
            "89001000000000000000000000000177",
        ],
        &["dance"],
    ] {
        let run = shell.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
}

#[test]
fn completions_are_made_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = Shell::new().run(&["completions", shell]);
        assert_eq!(run.code, 0);
        assert!(run.stdout.contains("quickstart"), "{shell}");
    }
}
