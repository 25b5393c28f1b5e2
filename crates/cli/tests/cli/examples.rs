//! The examples in the help of lines, plans and ports do what they say.

use apex_mobility::domain::SubscriberNumber;

use crate::harness::{Served, Shell};

/// The number that the examples speak of, and the SIM.
const NUMBER: &str = "2145550101";
const SIM: &str = "89010000000000000011";

/// Every example of the help below a command.
fn examples(command: &clap::Command, found: &mut Vec<String>) {
    if let Some(text) = command.get_after_help() {
        let text = text.to_string().replace("\\\n", " ");
        let lines = text.lines().map(str::trim).filter_map(|line| line.strip_prefix("apex "));
        found.extend(lines.map(|line| line.split(" > ").next().unwrap().to_owned()));
    }
    command.get_subcommands().for_each(|below| examples(below, found));
}

/// A sandbox with the line of the examples, and a shell with the files.
fn stage(wait: bool) -> (Served, Shell) {
    let served = if wait { Served::in_a_hurry(50) } else { Served::with_lines(50) };
    let shell = served.shell().with("APEX_POLL_EVERY", "50ms");
    shell.write("pin.txt", "246810\n");
    shell.write("account.txt", "OLD-1\n");
    let line = served
        .sandbox
        .find_line(|line| line.status == "A" && line.eid.is_none() && line.offering_codes.is_empty());
    let number = line.unwrap().subscriber_number;
    let dallas = "--street-number 100 --street-name Example --city Dallas --state TX --zip 75201";
    run(&shell, &format!("line update-contact {number} {dallas}"));
    run(&shell, &format!("line change-number {number} --vanity {NUMBER} --yes"));
    assert!(served.sandbox.line(&SubscriberNumber::parse(NUMBER).unwrap()).is_some());
    (served, shell)
}

fn run(shell: &Shell, command: &str) {
    let run = shell.run(&command.split_whitespace().collect::<Vec<_>>());
    // A port that nobody waits for is still open.
    let expected = if command.starts_with("port status") && !command.contains("--wait") { 5 } else { 0 };
    assert_eq!(run.code, expected, "apex {command}\n{}", run.whole());
}

#[test]
fn the_examples_of_the_help_run() {
    let mut found = Vec::new();
    examples(&apex_mobility_cli::command(), &mut found);
    let is_ours =
        |command: &String| ["line ", "plan ", "port "].iter().any(|group| command.starts_with(group));
    found.retain(is_ours);
    assert!(found.len() >= 25, "{found:#?}");
    let request = found.iter().find(|command| command.starts_with("port request")).unwrap();
    let request = request.replace("--wait", "");
    for command in found {
        let (_served, shell) = stage(command.contains("--wait"));
        let words: Vec<_> = command.split_whitespace().take(2).collect();
        match words.as_slice() {
            ["line", "get"] => run(&shell, &format!("line set-device {NUMBER} --sim {SIM}")),
            ["line", "resume"] => run(&shell, &format!("line suspend {NUMBER} --reason CR")),
            ["line", "restore"] => run(&shell, &format!("line cancel {NUMBER} --reason CAN --yes")),
            ["plan", "remove-feature"] => run(&shell, &format!("plan add-feature {NUMBER} SOC1 --on now")),
            ["port", "status" | "update" | "cancel"] => run(&shell, &request),
            _ => {}
        }
        let asks = matches!(words.as_slice(), ["line", "cancel" | "change-number"] | ["port", "cancel"]);
        let is_answered = command.contains("--yes") || command.contains("--dry-run");
        let command = if asks && !is_answered { format!("{command} --yes") } else { command };
        run(&shell, &command);
    }
}
