//! The help of every command, as one page.

use crate::harness::Shell;

#[test]
fn the_whole_tree_of_help() {
    let shell = Shell::new().with("COLUMNS", "100");
    let mut page = String::new();
    let tree = [
        &["--help"][..],
        &["quickstart", "--help"],
        &["activate", "--help"],
        &["activation", "--help"],
        &["activation", "status", "--help"],
        &["line", "--help"],
        &["line", "list", "--help"],
        &["line", "get", "--help"],
        &["line", "suspend", "--help"],
        &["line", "resume", "--help"],
        &["line", "cancel", "--help"],
        &["line", "restore", "--help"],
        &["line", "change-number", "--help"],
        &["line", "set-device", "--help"],
        &["line", "transfer", "--help"],
        &["line", "update-contact", "--help"],
        &["line", "reset-voicemail", "--help"],
        &["line", "resend-ota", "--help"],
        &["plan", "--help"],
        &["plan", "change", "--help"],
        &["plan", "add-feature", "--help"],
        &["plan", "remove-feature", "--help"],
        &["account", "--help"],
        &["account", "create", "--help"],
        &["account", "update", "--help"],
        &["account", "get", "--help"],
        &["pdp", "--help"],
        &["pdp", "available", "--help"],
        &["pdp", "provision", "--help"],
        &["pdp", "status", "--help"],
        &["pdp", "remove", "--help"],
        &["device", "--help"],
        &["device", "check", "--help"],
        &["device", "table", "--help"],
        &["explain", "--help"],
        &["sandbox", "--help"],
        &["sandbox", "serve", "--help"],
        &["sandbox", "ledger", "--help"],
        &["sandbox", "line", "--help"],
        &["sandbox", "line", "show", "--help"],
        &["sandbox", "line", "change", "--help"],
        &["sandbox", "clock", "--help"],
        &["sandbox", "clock", "show", "--help"],
        &["sandbox", "clock", "advance", "--help"],
        &["sandbox", "fault", "--help"],
        &["sandbox", "fault", "list", "--help"],
        &["sandbox", "fault", "set", "--help"],
        &["sandbox", "fault", "clear", "--help"],
        &["sandbox", "variant", "--help"],
        &["sandbox", "variant", "list", "--help"],
        &["sandbox", "variant", "set", "--help"],
        &["sandbox", "variant", "reset", "--help"],
        &["sandbox", "throttle", "--help"],
        &["sandbox", "throttle", "show", "--help"],
        &["sandbox", "throttle", "set", "--help"],
        &["sandbox", "throttle", "clear", "--help"],
        &["sandbox", "reset", "--help"],
        &["completions", "--help"],
    ];
    for arguments in tree {
        let run = shell.run(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
        page.push_str(&format!("$ apex {}\n{}\n", arguments.join(" "), run.stdout));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn every_command_is_in_the_tree_of_help() {
    fn leaves(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        let path = format!("{path} {}", command.get_name());
        found.push(path.clone());
        command.get_subcommands().for_each(|below| leaves(below, &path, found));
    }
    let mut found = Vec::new();
    leaves(&apex_mobility_cli::command(), "", &mut found);
    assert_eq!(found.len(), 61, "add new commands to the snapshot of the help: {found:?}");
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
