//! Bringing numbers in.

use std::time::Duration;

use apex_mobility_sandbox::{Fault, FaultRule, When};

use crate::harness::{Served, Shell, answering_in_turn};

const REQUEST: &str = "port request 9725550107 --ban 000000000001 --first-name Test --last-name User --street-number 100 \
                       --street-name Example --city Dallas --state TX --zip 75201 --losing-pin-file pin.txt";
const UPDATE: &str =
    "port update 9725550107 --losing-pin-file pin.txt --losing-first-name Test --losing-last-name User";
const TWO_HOURS: Duration = Duration::from_hours(2);

/// With an account at the losing carrier. The sandbox's answer depends on it.
fn shell(served: &Served, account: &str) -> Shell {
    let shell = served.shell();
    shell.write("pin.txt", "000000\n");
    shell.write("right.txt", "OLD-1\n");
    shell.write("account.txt", account);
    shell
}

#[test]
fn a_number_is_checked() {
    let served = Served::with_lines(50);
    insta::assert_snapshot!(served.shell().page(&[
        "port check 9725550107 --service-zip 75201 -o table",
        "port check 9725550107 --service-zip 75201 -o json",
        "port check 9725550107 --service-zip 00001 -o table",
        "port check 9725550107 --service-zip 00001 -o csv",
    ]));
}

#[test]
fn a_conflict_shows_what_to_correct_and_the_command_that_does_it() {
    let served = Served::with_lines(50);
    let shell = shell(&served, "CT-8A\n");
    let mut page = shell.page(&[
        &format!("{REQUEST} --losing-account-file account.txt -o table"),
        "port status 9725550107 -o table",
    ]);
    served.sandbox.advance(TWO_HOURS);
    page.push_str(&shell.page(&[
        "port status 9725550107 -o table",
        "port status 9725550107 -o json",
        "port status 9725550107 -o csv",
        &format!("{UPDATE} --losing-account-file right.txt -o table"),
    ]));
    served.sandbox.advance(TWO_HOURS);
    page.push_str(&shell.page(&["port status 9725550107 -o table", "port status 9725550107 -o jsonl"]));
    insta::assert_snapshot!(page);
}

#[test]
fn each_kind_of_conflict_has_its_command() {
    let mut page = String::new();
    for code in ["6B", "8D", "7C", "6P", "7T", "1M", "1P"] {
        let served = Served::with_lines(50);
        let shell = shell(&served, &format!("CT-{code}"));
        shell.page(&[&format!("{REQUEST} --losing-account-file account.txt")]);
        served.sandbox.advance(TWO_HOURS);
        page.push_str(&shell.page(&["port status 9725550107 -o table"]));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_port_is_followed_to_its_end() {
    let mut page = String::new();
    for account in ["OLD-1", "CT-6B", "DN", "ER"] {
        let served = Served::in_a_hurry(50);
        let shell = shell(&served, account).with("APEX_POLL_EVERY", "50ms");
        page.push_str(
            &shell.page(&[&format!("{REQUEST} --losing-account-file account.txt --wait -o table")]),
        );
    }
    insta::assert_snapshot!(page);
}

#[test]
fn a_correction_is_followed_to_its_end() {
    let served = Served::in_a_hurry(50);
    let shell = shell(&served, "CT-8A").with("APEX_POLL_EVERY", "50ms");
    shell.page(&[&format!("{REQUEST} --losing-account-file account.txt --wait")]);
    let page = shell.page(&[&format!("{UPDATE} --losing-account-file right.txt --wait -o jsonl")]);
    assert!(page.starts_with("$ apex port update") && page.contains("exit 0"), "{page}");
    assert!(page.contains("\"state\":\"CF\""), "{page}");
}

#[test]
fn when_the_time_to_wait_is_over_the_command_that_looks_again_is_told() {
    let served = Served::with_lines(50);
    let shell = shell(&served, "OLD-1").with("APEX_POLL_EVERY", "50ms");
    let wait = "--wait --timeout 200ms -o table";
    let page = shell.page(&[
        &format!("{REQUEST} --losing-account-file account.txt {wait}"),
        &format!("{UPDATE} --losing-account-file right.txt {wait}"),
        &format!("port status 9725550107 {wait} --quiet"),
    ]);
    assert_eq!(page.matches("exit 5").count(), 3, "{page}");
    insta::assert_snapshot!(page);
}

#[test]
fn a_look_that_fails_does_not_hide_that_the_request_was_accepted() {
    let url = answering_in_turn(&[
        "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
        "HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
    ]);
    let shell = Shell::at(&url).with("APEX_POLL_EVERY", "50ms");
    shell.write("pin.txt", "000000\n");
    shell.write("account.txt", "OLD-1\n");
    let command = format!("{REQUEST} --losing-account-file account.txt --service-area 1 --wait --no-resolve");
    insta::assert_snapshot!(shell.page(&[command]));
}

#[test]
fn a_port_is_cancelled() {
    let served = Served::with_lines(50);
    let shell = shell(&served, "OLD-1");
    insta::assert_snapshot!(shell.page(&[
        &format!("{REQUEST} --losing-account-file account.txt -o table"),
        &format!("{REQUEST} --losing-account-file account.txt -o table"),
        "port cancel 9725550107 --service-zip 75202 --yes -o table",
        "port cancel 9725550107 --service-zip 75201 --yes -o table",
        "port status 9725550107 -o table",
        "port status 9725550199 -o table",
    ]));
}

#[test]
fn what_cannot_be_used_is_told_with_its_flag_and_nothing_is_sent() {
    let shell = Shell::at("http://127.0.0.1:9");
    shell.write("pin.txt", "000000\n");
    shell.write("account.txt", "OLD-1\n");
    shell.write("short.txt", "1\n");
    let commands = [
        "port check 9725550107",
        "port check 555 --service-zip 75201",
        "port request 9725550107",
        REQUEST,
        &format!("{REQUEST} --losing-account-file missing.txt"),
        &REQUEST.replace("pin.txt", "- --losing-account-file -"),
        &REQUEST.replace("pin.txt", "short.txt --losing-account-file account.txt"),
        &format!("{REQUEST} --losing-account-file account.txt --losing-first-name Test"),
        &format!("{REQUEST} --losing-account-file account.txt --authorizer-last-name User"),
        &format!("{REQUEST} --losing-account-file account.txt --timeout 5m"),
        &REQUEST.replace("--city Dallas", ""),
        &REQUEST.replace("--first-name Test --last-name User", ""),
        "port request 9725550107 --ban 000000000001 --first-name Test --last-name User",
        "port update 9725550107",
        "port update 9725550107 --losing-account-file account.txt",
        "port update 9725550107 --losing-first-name Test --losing-last-name User",
        "port update 9725550107 --first-name Test --last-name User",
        "port update 9725550107 --city Dallas --state TX",
        "port cancel 9725550107 --yes",
        "port cancel 9725550107 --service-zip 75201",
    ]
    .map(str::to_owned);
    for command in &commands {
        let run = shell.run(&command.split_whitespace().collect::<Vec<_>>());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{command}\n{}", run.stderr);
    }
    insta::assert_snapshot!(shell.page(&commands));
}

#[test]
fn an_account_left_in_the_environment_goes_into_no_update() {
    let shell = Shell::new().with("APEX_LOSING_ACCOUNT", "OLD-1").with("APEX_LOSING_PIN", "000000");
    let page = shell.page(&["port update 9725550107 --service-zip 75201 --dry-run -o jsonl"]);
    assert!(page.contains("exit 0") && !page.contains("oldServiceProvider"), "{page}");
}

#[test]
fn a_lost_answer_exits_with_8_and_names_the_read_that_settles() {
    let mut page = String::new();
    for (operation, command) in [
        ("port.request", format!("{REQUEST} --losing-account-file account.txt --wait")),
        ("port.item/update", format!("{UPDATE} --losing-account-file account.txt --wait")),
        ("port.item/cancel", "port cancel 9725550107 --service-zip 75201 --yes".to_owned()),
    ] {
        let served = Served::with_lines(50);
        let shell = shell(&served, "OLD-1");
        if operation != "port.request" {
            shell.page(&[&format!("{REQUEST} --losing-account-file account.txt")]);
        }
        served.sandbox.set_faults([FaultRule::new(Fault::F3, operation, When::Nth(1)).unwrap()]);
        page.push_str(&shell.page(&[format!("{command} --no-resolve")]));
    }
    assert_eq!(page.matches("exit 8").count(), 3, "{page}");
    insta::assert_snapshot!(page);
}
