//! Creating, updating and reading billing accounts.

use apex_mobility_sandbox::{Fault, FaultRule, When};

use crate::harness::{Served, Shell};

const CANARY: &str = "canary-7Qz3";

const CONTACT: [&str; 14] = [
    "--first-name",
    "Test",
    "--last-name",
    "User",
    "--street-number",
    "100",
    "--street-name",
    "Example",
    "--city",
    "Dallas",
    "--state",
    "TX",
    "--zip",
    "75201",
];

fn create<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let account = ["account", "create", "--fan", "00000001", "--name", "Example Co"];
    [&account[..], &CONTACT, more].concat()
}

fn update<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["account", "update", "000000000001"], more].concat()
}

#[test]
fn an_account_is_created_updated_and_read_in_every_format() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    let all =
        ["--attention-to", "Accounts Payable", "--phone", "214-555-0100", "--email", "test@example.com"];
    let street = ["--street-direction", "N", "--street-type", "St"];
    let mut page = String::new();
    for format in ["table", "json", "jsonl", "csv"] {
        let output = ["--output", format];
        for (what, arguments) in [
            ("create", create(&[&all[..], &street, &output].concat())),
            ("update", update(&[&["--name", format], &output[..]].concat())),
            ("get", [&["account", "get", "000000000009"], &output[..]].concat()),
        ] {
            page.push_str(&format!("# {what}, {format}\n{}\n", shell.run(&arguments).whole()));
        }
    }
    insta::assert_snapshot!(page);
    assert_eq!(served.sandbox.ledger().len(), 8);
}

#[test]
fn a_dry_run_shows_the_request_without_its_passcode() {
    let shell = Shell::new();
    shell.write("passcode.txt", CANARY);
    let mut page = String::new();
    for arguments in [
        create(&["--passcode-file", "passcode.txt"]),
        update(&["--name", "Example Group"]),
        update(&["--passcode-file", "passcode.txt"]),
        update(&CONTACT),
    ] {
        for format in ["table", "jsonl"] {
            let run = shell.run(&[&arguments[..], &["--dry-run", "-o", format]].concat());
            page.push_str(&format!("$ apex {} -o {format}\n{}\n", arguments.join(" "), run.whole()));
        }
    }
    assert!(!page.contains(CANARY));
    insta::assert_snapshot!(page);
}

/// The members that an update changed, as the carrier's ledger has them.
fn members(served: &Served) -> Vec<String> {
    let ledger = served.sandbox.ledger();
    ledger.iter().filter_map(|entry| entry.detail.get("members").cloned()).collect()
}

#[test]
fn a_passcode_comes_from_a_file_or_stdin_and_is_shown_nowhere() {
    let served = Served::with_lines(8);
    let shell = served.shell();
    shell.write("passcode.txt", format!("{CANARY}\n"));
    let from_file = shell.run(&update(&["--passcode-file", "passcode.txt", "-vvv"]));
    let from_stdin = shell.run_with_input(&update(&["--passcode-file", "-", "-vvv"]), "847215\n");
    for run in [from_file, from_stdin] {
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!format!("{run:?}").contains(CANARY) && !format!("{run:?}").contains("847215"));
    }
    assert_eq!(members(&served), ["passcode", "passcode"]);
}

#[test]
fn the_environment_gives_a_new_account_its_passcode_and_changes_none() {
    let served = Served::with_lines(8);
    let shell = served.shell().with("APEX_PASSCODE", CANARY);
    let shown = shell.run(&create(&["--dry-run", "-o", "jsonl"]));
    assert!(shown.stdout.contains(r#""passcode":"[redacted]""#), "{}", shown.stdout);
    let shown = shell.run(&update(&["--name", "Example Group", "--dry-run", "-o", "jsonl"]));
    assert!(!shown.stdout.contains("passcode"), "{}", shown.stdout);
    for arguments in [create(&["-vvv"]), update(&["--name", "Example Group", "-vvv"])] {
        let run = shell.run(&arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!format!("{run:?}").contains(CANARY));
    }
    assert_eq!(members(&served), ["name"]);
}

#[test]
fn an_account_that_nobody_has_exits_with_3() {
    let served = Served::with_lines(8);
    let mut page = String::new();
    for arguments in [
        &["account", "get", "999999999999"][..],
        &["account", "update", "999999999999", "--name", "Example Group"],
    ] {
        let run = served.shell().run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{arguments:?}");
        page.push_str(&format!("$ apex {}\n{}\n", arguments.join(" "), run.stderr));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn what_cannot_be_used_is_told_with_its_place_and_nothing_is_sent() {
    let shell = Shell::at("http://127.0.0.1:9").with("COLUMNS", "100");
    shell.write("empty.txt", "\n");
    shell.write("long.txt", CANARY.repeat(5));
    let mut page = String::new();
    for arguments in [
        &["account", "create", "--fan", "00000001", "--name", "Example Co"][..],
        &["account", "create", "--fan", "1", "--name", "Example Co"],
        &["account", "create", "--name", " "],
        &create(&["--phone", "555-0100"]),
        &create(&["--email", "test"]),
        &create(&["--passcode-file", "none.txt"]),
        &create(&["--passcode-file", "empty.txt"]),
        &create(&["--passcode-file", "long.txt"]),
        &update(&[]),
        &update(&["--first-name", "Test"]),
        &update(&["--email", "test@example.com"]),
        &update(&["--zip", "7520"]),
        &update(&[&["--first-name", " "], &CONTACT[2..]].concat()),
        &update(&[&CONTACT[..4], &["--street-number", ""], &CONTACT[6..]].concat()),
        &["account", "update", "1", "--name", "Example Group"],
        &["account", "get", "00000000001"],
    ] {
        let run = shell.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        page.push_str(&format!("$ apex {}\n{}\n", arguments.join(" "), run.stderr));
    }
    assert!(!page.contains(CANARY));
    insta::assert_snapshot!(page);
}

#[test]
fn an_unknown_fan_is_refused_and_nothing_is_changed() {
    let served = Served::with_lines(8);
    let arguments =
        [&["account", "create", "--fan", "99999999", "--name", "Example Co"], &CONTACT[..]].concat();
    insta::assert_snapshot!(served.shell().run(&arguments).whole());
    assert_eq!(served.sandbox.ledger(), []);
}

#[test]
fn a_lost_answer_exits_with_8_and_says_what_settles_it() {
    let served = Served::with_lines(8);
    let mut page = String::new();
    for (operation, arguments) in [
        ("billing.create", create(&["--no-resolve"])),
        ("billing.item/update", update(&["--name", "Example Group", "--no-resolve"])),
    ] {
        served.sandbox.set_faults([FaultRule::new(Fault::F3, operation, When::Nth(1)).unwrap()]);
        page.push_str(&format!("# {operation}\n{}\n", served.shell().run(&arguments).whole()));
    }
    insta::assert_snapshot!(page);
    assert_eq!(served.sandbox.ledger().len(), 2);
}

#[test]
fn a_write_that_is_accepted_without_detail_says_so() {
    let served = Served::with_lines(8);
    served.sandbox.set_variant("success_code", "204").unwrap();
    let mut page = String::new();
    for arguments in [create(&["-o", "table"]), update(&["--name", "Example Group", "-o", "table"])] {
        page.push_str(&format!(
            "$ apex {}\n{}\n",
            arguments.join(" "),
            served.shell().run(&arguments).whole()
        ));
    }
    insta::assert_snapshot!(page);
}
