//! Writes whose answer is lost: reads tell what came of them, and nothing is sent twice.

use apex_mobility_sandbox::{Fault, FaultRule, When};

use crate::harness::{Run, Served, Shell};

const PORT: &str = "port request 9725550107 --ban 000000000001 --first-name Test --last-name User --street-number 100 \
                    --street-name Example --city Dallas --state TX --zip 75201";

/// Operations of the sandbox, and the commands that use them.
const WRITES: [(&str, &str); 12] = [
    ("status.change", "line suspend NUMBER --reason CR"),
    ("status.change", "line cancel NUMBER --reason CAN --yes"),
    ("number.change", "line change-number NUMBER --yes"),
    ("line.configure", "line set-device NUMBER --imei 001010009900018"),
    ("line.configure", "line transfer NUMBER --to 000000000002"),
    ("line.configure", "line update-contact NUMBER --first-name A --last-name B"),
    ("line.configure", "line reset-voicemail NUMBER"),
    ("line.configure", "line resend-ota NUMBER"),
    ("plan.change", "plan change NUMBER APXPLAN03 --on now"),
    ("port.request", PORT),
    ("billing.item/update", "account update 000000000001 --name Other"),
    (
        "billing.create",
        "account create --fan 00000001 --name New --first-name Test --last-name User --street-number 100 \
         --street-name Example --city Dallas --state TX --zip 75201",
    ),
];

/// A server in trouble, and who works with it.
struct Trouble {
    served: Served,
    shell: Shell,
    number: String,
}

impl Trouble {
    fn new(fault: Fault, operation: &str) -> Self {
        let served = Served::with_lines(50);
        let line = served.sandbox.find_line(|line| {
            line.status == "A"
                && line.offering_codes.is_empty()
                && line.eid.is_none()
                && line.billing_account_number.as_str() == "000000000001"
        });
        let number = line.unwrap().subscriber_number.to_string();
        served.sandbox.set_faults([FaultRule::new(fault, operation, When::Nth(1)).unwrap()]);
        let shell = served.shell().with("APEX_LOSING_ACCOUNT", "OLD-1").with("APEX_LOSING_PIN", "000000");
        Self { served, shell, number }
    }

    fn run(&self, command: &str) -> Run {
        let command = command.replace("NUMBER", &self.number);
        self.shell.run(&command.split_whitespace().collect::<Vec<_>>())
    }
}

#[test]
fn what_took_effect_is_found_and_exits_with_0() {
    let mut page = String::new();
    for (operation, command) in WRITES {
        let trouble = Trouble::new(Fault::F3, operation);
        let run = trouble.run(&format!("{command} -o table"));
        let readable =
            !["reset-voicemail", "resend-ota", "account create"].iter().any(|it| command.contains(it));
        assert_eq!(run.code, if readable { 0 } else { 8 }, "{command}\n{}", run.stderr);
        // Of a mailbox and a profile the sandbox's books know nothing.
        let effects = if command.starts_with("line re") { 0 } else { 1 };
        assert_eq!(trouble.served.sandbox.ledger().len(), effects, "{command}");
        page.push_str(&format!("$ apex {command}\n{}\n", run.whole()));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn the_verdict_and_the_sandboxs_books_agree_for_every_fault() {
    for fault in [Fault::F1, Fault::F2, Fault::F3, Fault::F7, Fault::F9] {
        let trouble = Trouble::new(fault, "status.change");
        let run = trouble.run("line suspend NUMBER --reason CR");
        let effects = trouble.served.sandbox.ledger().len();
        match fault {
            Fault::F2 | Fault::F3 | Fault::F7 => {
                assert_eq!((run.code, effects), (0, 1), "{fault:?}\n{}", run.stderr);
                assert!(run.stdout.contains(r#""verdict":"applied""#), "{fault:?}\n{}", run.stdout);
            }
            // It never reached the carrier, and too little time has passed to say so.
            _ => {
                assert_eq!((run.code, effects), (8, 0), "{fault:?}\n{}", run.stderr);
                assert!(run.stdout.contains(r#""verdict":"unknown""#), "{fault:?}\n{}", run.stdout);
            }
        }
    }
}

#[test]
fn what_had_no_effect_is_unknown_at_first_and_settled_by_the_command_that_is_shown() {
    let trouble = Trouble::new(Fault::F9, "status.change");
    let run = trouble.run("line suspend NUMBER --reason CR -o json");
    assert_eq!((run.code, trouble.served.sandbox.ledger()), (8, Vec::new()), "{}", run.stderr);
    let again = run.stderr.lines().find_map(|line| line.strip_prefix("look:    apex ")).unwrap();
    // Ten minutes later.
    let (command, sent) = again.split_once(" --sent-at ").unwrap();
    let sent: jiff::Timestamp = sent.parse().unwrap();
    let later = format!("{command} --sent-at {}", sent - jiff::SignedDuration::from_mins(10));
    let settled = trouble.run(&later);
    assert_eq!((settled.code, trouble.served.sandbox.ledger()), (1, Vec::new()), "{}", settled.stderr);
    assert!(settled.stderr.contains("it may be sent again"), "{}", settled.stderr);
    // The two reads of the first can fall into one second or into two.
    let page = format!("{}\n{}", run.whole(), settled.whole()).replace("from [time] to [time]", "at [time]");
    insta::assert_snapshot!(page);
}

#[test]
fn a_number_that_changed_is_found_later_by_the_command_that_is_shown() {
    let trouble = Trouble::new(Fault::F3, "number.change");
    let run = trouble.run("line change-number NUMBER --yes --no-resolve");
    assert_eq!((run.code, run.stdout.as_str()), (8, ""), "{}", run.stderr);
    let again = run.stderr.lines().find_map(|line| line.strip_prefix("look:    apex ")).unwrap();
    assert!(again.contains(" --service-zip ") && again.contains(" --had-sim "), "{again}");
    let settled = trouble.run(&format!("{again} -o jsonl"));
    assert_eq!((settled.code, trouble.served.sandbox.ledger().len()), (0, 1), "{}", settled.stderr);
    assert!(settled.stdout.contains(r#""verdict":"applied""#), "{}", settled.stdout);
    assert!(settled.stdout.contains(r#""new_number":""#), "{}", settled.stdout);
}

#[test]
fn a_batch_of_addresses_is_found_later_line_by_line() {
    let trouble = Trouble::new(Fault::F3, "pdp.provision");
    let command = "pdp provision --pdp PDP-EXAMPLE --ban 000000000001 --apn apn.example NUMBER=10.20.0.11 --on 2026-01-19 -o jsonl";
    let run = trouble.run(&format!("{command} --no-resolve"));
    assert_eq!((run.code, run.stdout.as_str()), (8, ""), "{}", run.stderr);
    trouble.served.sandbox.advance(std::time::Duration::from_mins(10));
    let again = run.stderr.lines().find_map(|line| line.strip_prefix("look:    apex ")).unwrap();
    let settled = trouble.run(again);
    assert_eq!((settled.code, trouble.served.sandbox.ledger().len()), (0, 1), "{}", settled.stderr);
    let line = format!(r#""verdict":"applied","operation":"pdp.provision","subject":"{}""#, trouble.number);
    assert!(settled.stdout.contains(&line), "{}", settled.stdout);
}

#[test]
fn a_port_whose_answer_was_lost_is_followed_to_its_end() {
    let trouble = Trouble::new(Fault::F3, "port.request");
    let hurry = " --wait --timeout 300ms --poll-every 50ms -o jsonl";
    let run = trouble.run(&format!("{PORT}{hurry}"));
    assert_eq!((run.code, trouble.served.sandbox.ledger().len()), (5, 1), "{}", run.stderr);
    let mut told = run.stdout.lines();
    assert!(told.next().unwrap().contains(r#""verdict":"applied""#), "{}", run.stdout);
    assert!(told.next().unwrap().contains(r#""state":"OP""#), "{}", run.stdout);
    assert!(run.stderr.contains("look again: apex port status 9725550107 --wait"), "{}", run.stderr);
}

#[test]
#[cfg(unix)]
fn ctrl_c_ends_the_looking_and_shows_the_command_that_goes_on() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let trouble = Trouble::new(Fault::F9, "status.change");
    let shell = trouble.served.shell().with("APEX_RESOLVE_WAIT", "30m");
    let mut child = shell
        .command(&["line", "suspend", &trouble.number, "--reason", "CR"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(told.any(|line| line.contains("looking what came of it")), "it ended by itself");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let rest: Vec<_> = told.collect();
    let ended = child.wait().unwrap();
    assert_eq!(ended.code(), Some(8), "{ended} {rest:?}");
    let look = rest.iter().find_map(|line| line.strip_prefix("look:    apex ")).unwrap();
    assert!(look.contains(" --sent-at "), "{look}");
    let settled = trouble.run(look);
    assert_eq!((settled.code, trouble.served.sandbox.ledger()), (8, Vec::new()), "{}", settled.stderr);
}

#[test]
fn looking_later_sends_nothing_whatever_it_finds() {
    let served = Served::with_lines(50);
    let shell = served.shell().with("APEX_LOSING_ACCOUNT", "OLD-1");
    let number = served.sandbox.find_line(|line| line.status == "A").unwrap().subscriber_number.to_string();
    for (_, command) in WRITES {
        let pins = if command.contains("set-device") || command.contains("change-number") {
            " --service-zip 75201"
        } else if command.contains("resend-ota") {
            " --sim 89010000000000000011"
        } else {
            ""
        };
        let command = format!("{command}{pins} --sent-at 2026-01-17T00:00:00Z").replace("NUMBER", &number);
        let run = shell.run(&command.split_whitespace().collect::<Vec<_>>());
        assert!([0, 1, 8].contains(&run.code), "{command}\n{}", run.stderr);
    }
    assert_eq!(served.sandbox.ledger(), []);
}

#[test]
fn the_evidence_in_every_format() {
    let mut page = String::new();
    for format in ["table", "json", "jsonl", "csv"] {
        let trouble = Trouble::new(Fault::F2, "status.change");
        let run = trouble.run(&format!("line suspend NUMBER --reason CR -o {format}"));
        page.push_str(&format!("# {format}\n{}\n", run.whole()));
    }
    insta::assert_snapshot!(page);
}

#[test]
fn settings_that_cannot_be_used_exit_with_2() {
    let trouble = Trouble::new(Fault::F2, "status.change");
    for more in
        ["--resolve-wait 30", "--resolve-wait soon", "--sent-at now", "--sent-at 2026-01-31 --dry-run"]
    {
        let run = trouble.run(&format!("line suspend NUMBER --reason CR {more}"));
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{more}");
        assert!(run.stderr.contains(more.split(' ').next().unwrap()), "{}", run.stderr);
    }
    let shell = trouble.served.shell().with("APEX_RESOLVE_WAIT", "soon");
    let run = shell.run(&["line", "suspend", &trouble.number, "--reason", "CR"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--resolve-wait"), "{}", run.stderr);
    assert_eq!(trouble.served.sandbox.ledger(), []);
}
